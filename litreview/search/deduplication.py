"""One record for each paper, put together from all its records, with a log of every merge.

Two records are the same paper if they share an id (arXiv without version, DOI, PMID, PMCID, ACL
Anthology, OpenAlex, Semantic Scholar), or else their title and enough of their authors. Titles are
compared without case, accents, marks and spaces; where they differ, one word that a plural or a
typing error changed is let pass, and never a number.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Literal

from litreview.schema import Paper, Record
from litreview.search.queries import plain_words
from litreview.search.records import identify, parse_doi

Rule = Literal[
    "arxiv_id", "doi", "pmid", "pmcid", "acl_id", "openalex_id", "s2_id", "title", "similar_title"
]

IDS: tuple[Rule, ...] = ("arxiv_id", "doi", "pmid", "pmcid", "acl_id", "openalex_id", "s2_id")
SIMILAR_TITLE = 0.92
SHARED_AUTHORS = 0.5
MAX_YEARS_APART = 3
LEAST_TITLE_WORDS, MOST_TITLE_WORDS = 3, 60
MOST_ALIKE = 50

# Whose fields are kept where several records have them: first those that have them from authors.
_BEST_FIRST = (
    "frozen",
    "arxiv",
    "acl",
    "europepmc",
    "crossref",
    "semantic_scholar",
    "openalex",
)
_WORST_FIRST = ("retracted", "withdrawn", "ok", "unknown")


class Duplicate(Record):
    """One merge: which record went into which, by what rule, and how sure it is (1: the id).

    `found_by` says where the record that went in came from.
    """

    dropped_id: str
    dropped_source: str
    kept_id: str
    kept_source: str
    rule: Rule
    score: float = 1.0
    value: str = ""
    found_by: Literal["database", "citation"] = "database"


def deduplicate(papers: list[Paper]) -> tuple[list[Paper], list[Duplicate]]:
    """Merge the records of each paper.

    Returns
    -------
    (list of Paper, list of Duplicate)
        One record for each paper, in the order of the first record of each; and one log entry for
        each record less. A record keeps the best field of all that it was put together from, and
        all their ids.
    """
    groups = _Groups(papers)
    log = [*_same_ids(papers, groups), *_same_titles(papers, groups)]
    return [merge([papers[i] for i in members]) for members in groups.members()], log


class _Groups:
    """Which records belong together; the first of a group stands for it."""

    def __init__(self, papers: list[Paper]) -> None:
        self.papers = papers
        self.first = list(range(len(papers)))

    def of(self, i: int) -> int:
        while self.first[i] != i:
            self.first[i] = self.first[self.first[i]]
            i = self.first[i]
        return i

    def join(self, i: int, j: int, rule: Rule, score: float, value: str) -> Duplicate | None:
        kept, dropped = sorted((self.of(i), self.of(j)))
        if kept == dropped:
            return None
        self.first[dropped] = kept
        one, other = self.papers[kept], self.papers[dropped]
        return Duplicate(
            dropped_id=other.paper_id,
            dropped_source=other.source,
            kept_id=one.paper_id,
            kept_source=one.source,
            rule=rule,
            score=round(score, 4),
            value=value,
            found_by=other.found_by,
        )

    def members(self) -> list[list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for i in range(len(self.papers)):
            found[self.of(i)].append(i)
        return [found[i] for i in sorted(found)]


def _same_ids(papers: list[Paper], groups: _Groups) -> Iterator[Duplicate]:
    for rule in IDS:
        seen: dict[str, int] = {}
        for i, paper in enumerate(papers):
            value = str(getattr(paper, rule) or "").lower()
            value = (parse_doi(value) or value) if rule == "doi" else value
            if value and (entry := groups.join(seen.setdefault(value, i), i, rule, 1.0, value)):
                yield entry


def _same_titles(papers: list[Paper], groups: _Groups) -> Iterator[Duplicate]:
    """Compare the records whose titles have the same letters, but for one word at most."""
    titles = [plain_words(paper.title) for paper in papers]
    names = [_last_names(paper) for paper in papers]
    for members in _blocks(titles):
        for place, j in enumerate(members):
            for i in members[:place]:
                if _overlap(names[i], names[j]) < SHARED_AUTHORS or _differ(papers[i], papers[j]):
                    continue
                score = _similarity(titles[i], titles[j])
                rule: Rule = "title" if score == 1.0 else "similar_title"
                if score >= SIMILAR_TITLE and (entry := groups.join(i, j, rule, score, titles[j])):
                    yield entry


def _blocks(titles: list[str]) -> list[list[int]]:
    """Records by their title without spaces, and by what is left of it without each of its words.

    Two titles share one of these keys if they differ in a hyphen, or in one word that is spelt
    otherwise, missing or added. More than `MOST_ALIKE` records that share a rest are a series
    (`Findings of the ... task`), of which only equal titles are compared. So the work grows with
    the number of records, not with its square.
    """
    blocks: dict[str, list[int]] = defaultdict(list)
    for i, title in enumerate(titles):
        words = title.split()[:MOST_TITLE_WORDS]
        if len(words) < LEAST_TITLE_WORDS:
            continue
        rests = ("".join(words[:k] + words[k + 1 :]) for k in range(len(words)))
        for key in {"".join(words), *rests}:
            blocks[key].append(i)
    return [
        members
        for key in sorted(blocks)
        if len(blocks[key]) > 1
        and (members := [i for i in blocks[key] if _is_near(titles[i], key, len(blocks[key]))])
    ]


def _is_near(title: str, key: str, alike: int) -> bool:
    return alike <= MOST_ALIKE or title.replace(" ", "") == key


def _differ(one: Paper, other: Paper) -> bool:
    """Whether ids or years say that two records with like titles are two papers."""
    both_on_arxiv = one.arxiv_id and other.arxiv_id and one.arxiv_id != other.arxiv_id
    both_in_acl = one.acl_id and other.acl_id and one.acl_id != other.acl_id
    return bool(both_on_arxiv or both_in_acl) or abs(one.year - other.year) > MAX_YEARS_APART


def _similarity(one: str, other: str) -> float:
    """1 for the same letters; else a ratio of the letters shared, 0 where numbers differ."""
    if one.replace(" ", "") == other.replace(" ", ""):
        return 1.0
    if _numbers(one) != _numbers(other):
        return 0.0
    return difflib.SequenceMatcher(None, one, other, autojunk=False).ratio()


def _numbers(title: str) -> list[str]:
    return re.findall(r"\d+|\b[ivx]+\b", title)


def _last_names(paper: Paper) -> frozenset[str]:
    """Of `Ada Example` and of `Example, Ada`."""
    names = set()
    for author in paper.authors:
        family = author.split(",")[0] if "," in author else author
        words = plain_words(family).split()
        if words:
            names.add(words[-1])
    return frozenset(names)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Shared last names, as a share of the shorter list: sources cut long lists short."""
    shorter = min(len(one), len(other))
    return len(one & other) / shorter if shorter else 0.0


def merge(papers: list[Paper]) -> Paper:
    """One record from several of the same paper.

    Each field comes from the source that knows it best; ids, sources and the evidence of a
    retraction are those of all, and the worst status is kept.
    """
    if len(papers) == 1:
        return papers[0]
    order = sorted(papers, key=lambda paper: _rank(paper.source))
    fields = order[0].model_dump()
    for name in Paper.model_fields:
        if fields[name] in (None, [], ""):
            fields[name] = next(
                (v for p in order if (v := getattr(p, name)) not in (None, [])), None
            )
    fields["authors"] = max((paper.authors for paper in order), key=len)
    fields["sources"] = list(
        dict.fromkeys(name for p in papers for name in p.sources or [p.source])
    )
    fields["status"] = min((paper.status for paper in papers), key=_WORST_FIRST.index)
    fields["status_evidence"] = list(dict.fromkeys(e for p in papers for e in p.status_evidence))
    fields["found_by"] = min((p.found_by for p in papers), key=("database", "citation").index)
    fields["paper_id"] = identify(fields)
    return Paper.model_validate(fields)


def _rank(source: str) -> int:
    return _BEST_FIRST.index(source) if source in _BEST_FIRST else len(_BEST_FIRST)
