"""BUCC: two monolingual texts, in which the few sentences that translate each other are sought."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from crosslift.data.files import read_lines
from crosslift.data.readers.retrieval import retrieval_row
from crosslift.data.records import Read, Request
from crosslift.data.tables import Row
from crosslift.errors import DataError


def read_bucc(paths: Sequence[Path], request: Request) -> Read:
    """Sentences with the ids of the release, of the test and of the development set.

    Six files: sentences of the language, English sentences and gold pairs of the test, then of the
    development set, on which the threshold is chosen. XTREME's test is BUCC's training set, whose
    pairs are public, and its development set BUCC's sample (scripts/download_data.sh of
    google-research/xtreme).
    """
    if len(paths) != 6:
        raise DataError(f"task {request.task!r}: expected six files, got {len(paths)}")
    language = request.language
    rows = [
        *_rows(paths[:3], language, ("query", "candidate"), language),
        *_rows(paths[3:], language, ("dev_query", "dev_candidate"), f"{language}/dev"),
    ]
    return Read(rows)


def _rows(paths: Sequence[Path], language: str, roles: tuple[str, str], pool: str) -> list[Row]:
    gold: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in _pairs(paths[2]):
        gold[source].append(target)
    queries, candidates = dict(_pairs(paths[0])), dict(_pairs(paths[1]))
    # Ids of the development set occur in the test again.
    mark = "" if roles[0] == "query" else "dev/"
    return [
        *(
            retrieval_row(
                mark + name,
                language,
                roles[0],
                pool,
                text,
                relevant=[mark + target for target in gold[name]],
            )
            for name, text in queries.items()
        ),
        *(
            retrieval_row(mark + name, "en", roles[1], pool, text)
            for name, text in candidates.items()
        ),
    ]


def _pairs(path: Path) -> list[tuple[str, str]]:
    pairs = []
    for number, line in enumerate(read_lines(path), start=1):
        first, tab, second = line.partition("\t")
        if not (first and tab and second.strip()):
            raise DataError(
                f"{path}, line {number}: expected two columns with a tab between them; the file is "
                "truncated or of another form"
            )
        pairs.append((first, second.strip()))
    return pairs
