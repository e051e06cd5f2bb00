"""One record for each paper: by ids, then by title and authors, with a log of every merge."""

import csv

import pytest

from litreview.schema import Paper
from litreview.search import deduplication
from litreview.search.deduplication import deduplicate
from litreview.search.records import make_paper

TITLE = "Intermediate-task training in English helps zero-shot transfer"


def paper(source: str = "arxiv", title: str = TITLE, year: int = 2020, **fields) -> Paper:
    values = {"authors": ["Ada Example", "Ben Other"], **fields}
    return make_paper(title=title, year=year, source=source, retrieved="2026-07-08", **values)


def merged(*papers: Paper) -> tuple[list[str], list[str]]:
    kept, log = deduplicate(list(papers))
    assert len(kept) + len(log) == len(papers)
    return [one.paper_id for one in kept], [one.rule for one in log]


def test_the_same_id_in_two_versions_is_one_paper():
    ids, rules = merged(
        paper(arxiv_id="2005.00001v1"), paper("openalex", "Other", arxiv_id="2005.00001v2")
    )
    assert (ids, rules) == (["arxiv:2005.00001"], ["arxiv_id"])


def test_the_doi_that_arxiv_gives_is_the_arxiv_id():
    ids, rules = merged(
        paper(arxiv_id="2005.00001"),
        paper("openalex", "Other", doi="https://doi.org/10.48550/arXiv.2005.00001"),
    )
    assert (ids, rules) == (["arxiv:2005.00001"], ["arxiv_id"])


def test_the_doi_of_the_anthology_is_its_id():
    ids, rules = merged(
        paper("acl", acl_id="2020.acl-main.467"),
        paper("crossref", "Other", doi="10.18653/V1/2020.acl-main.467"),
    )
    assert (ids, rules) == (["doi:10.18653/v1/2020.acl-main.467"], ["acl_id"])


@pytest.mark.parametrize("field", ["pmid", "pmcid", "openalex_id", "s2_id"])
def test_every_other_id_counts_too(field):
    one = paper("europepmc", doi="10.1000/a", **{field: "X17"})
    other = paper("openalex", "Another title", **({"openalex_id": "W1"} | {field: "x17"}))
    assert merged(one, other)[1] == [field]


def test_titles_are_compared_without_case_accents_and_marks():
    one = paper(title="Don't Stop: Pré-training", doi="10.1000/a")
    other = paper("crossref", "Don’t stop  pre training", doi="10.1000/b", authors=["A. EXAMPLE"])
    assert merged(one, other) == (["doi:10.1000/a"], ["title"])


def test_a_hyphen_makes_no_other_title():
    one = paper(title="Zero-shot cross-lingual pre-training", doi="10.1000/a")
    other = paper("crossref", "Zeroshot crosslingual pretraining", doi="10.1000/b")
    assert merged(one, other)[1] == ["title"]


def test_a_series_of_titles_is_not_compared_pair_by_pair(monkeypatch):
    compared = []
    monkeypatch.setattr(deduplication, "_overlap", lambda *pair: compared.append(pair) or 0.0)
    series = [paper(title=f"Findings of the word{i} task", s2_id=str(i)) for i in range(200)]
    deduplicate(series)
    assert compared == []
    deduplicate([*series, paper(title="Findings of the word7 task", doi="10.1000/a")])
    assert 1 <= len(compared) <= 6  # once for each key that the two titles share


def test_a_title_with_a_slip_is_the_same_and_says_how_like_it_is():
    one = paper(doi="10.1000/a")
    other = paper("crossref", TITLE.replace("helps", "help"), doi="10.1000/b")
    _, log = deduplicate([one, other])
    assert log[0].rule == "similar_title"
    # 2 * M / T: all but the s of 62 letters and spaces match, so 2 * 61 / 123
    assert log[0].score == pytest.approx(122 / 123, abs=1e-4)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"doi": "10.1000/a", "authors": ["Ada Example"]}, {"authors": ["Cy Third"]}),
        ({"title": f"{TITLE} 2019"}, {"title": f"{TITLE} 2020"}),
        ({"title": f"{TITLE} part I"}, {"title": f"{TITLE} part II"}),
        ({"arxiv_id": "2005.00001"}, {"arxiv_id": "2005.00002"}),
        ({"acl_id": "P19-1001"}, {"acl_id": "P19-1002"}),
        ({"year": 2010}, {"year": 2020}),
        ({"title": "Editorial"}, {"title": "Editorial"}),
        ({"authors": []}, {"authors": []}),
    ],
)
def test_what_only_looks_alike_stays_two_papers(first, second):
    papers = [paper(**({"doi": "10.1000/a"} | first)), paper(**({"doi": "10.1000/b"} | second))]
    assert len(merged(*papers)[0]) == 2


def test_a_third_record_joins_two_that_shared_nothing():
    ids, rules = merged(
        paper(title="One name of it", arxiv_id="2005.00001", authors=[]),
        paper("crossref", "Quite another name", doi="10.1000/a", authors=[]),
        paper("openalex", "A third name", arxiv_id="2005.00001", doi="10.1000/a", authors=[]),
    )
    assert ids == ["arxiv:2005.00001"]
    assert sorted(rules) == ["arxiv_id", "doi"]


def test_a_merged_record_keeps_the_best_of_each_and_all_ids():
    kept, log = deduplicate(
        [
            paper(
                "openalex",
                doi="10.1000/a",
                openalex_id="W1",
                abstract="rebuilt words",
                venue="Journal",
                status="retracted",
                status_evidence=["OpenAlex: is_retracted of W1"],
            ),
            paper(arxiv_id="2005.00001v2", doi="10.1000/a", abstract="The text.", status="ok"),
            paper("europepmc", pmid="17", doi="10.1000/a", authors=["A", "B", "C"]),
        ]
    )
    (one,) = kept
    assert (one.paper_id, one.version, one.doi) == ("arxiv:2005.00001", "v2", "10.1000/a")
    assert (one.openalex_id, one.pmid, one.venue) == ("W1", "17", "Journal")
    assert (one.abstract, one.authors) == ("The text.", ["A", "B", "C"])
    assert (one.status, one.status_evidence) == ("retracted", ["OpenAlex: is_retracted of W1"])
    assert one.sources == ["openalex", "arxiv", "europepmc"]
    assert {(entry.kept_id, entry.kept_source) for entry in log} == {("doi:10.1000/a", "openalex")}


def test_the_ids_of_real_reviews_join_what_belongs_together(data_root):
    """Each row as three sources would give it, in their spellings of its ids."""
    path = data_root / "claimdata" / "synergy" / "Sep_2021_ids.csv"
    rows = [
        row
        for row in csv.DictReader(path.read_text(encoding="utf-8").splitlines())
        if row["doi"] and row["openalex_id"] and row["pmid"]
    ]
    dois = {row["doi"].lower() for row in rows}
    pmids = {row["pmid"] for row in rows}
    assert len(rows) > 100
    records = []
    for number, row in enumerate(rows):
        work, pmid = row["openalex_id"].rsplit("/", 1)[-1], row["pmid"].rsplit("/", 1)[-1]
        title = f"Review paper number {number}"
        records += [
            paper("openalex", title, doi=row["doi"].upper(), openalex_id=work, authors=[]),
            paper("crossref", title, doi=row["doi"].rsplit("doi.org/", 1)[-1], authors=[]),
            paper("europepmc", title, pmid=pmid, doi=row["doi"], authors=[]),
        ]
    kept, log = deduplicate(records)
    assert len(kept) == len(dois) == len(pmids)
    assert len(log) == len(records) - len(kept)
    assert {entry.rule for entry in log} <= {"doi", "pmid", "openalex_id"}
