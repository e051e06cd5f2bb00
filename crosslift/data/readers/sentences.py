"""PubMed-RCT: the sentences of an abstract, each with its role in it."""

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

from crosslift.data.files import read_lines
from crosslift.data.records import Read, Request, rows_from_records
from crosslift.errors import DataError


def read_abstract_sentences(paths: Sequence[Path], request: Request) -> Read:
    """Lines `LABEL<tab>sentence` below a line `###PMID`; a blank line ends an abstract.

    Records have the columns `id` (`PMID.number`), `text` and `label`.

    References
    ----------
    README.md of Franck-Dernoncourt/pubmed-rct.
    """
    return rows_from_records(chain.from_iterable(map(_records, paths)), request)


def _records(path: Path) -> list[tuple[str, dict[str, str]]]:
    records: list[tuple[str, dict[str, str]]] = []
    abstract, position = "", 0
    for number, line in enumerate(read_lines(path), start=1):
        if line.startswith("###"):
            abstract, position = line.removeprefix("###").strip(), 0
        elif line.strip():
            label, tab, text = line.partition("\t")
            if not tab:
                raise DataError(
                    f"{path}, line {number}: has no tab between label and sentence; the file is "
                    "truncated or of another form"
                )
            record = {"id": f"{abstract}.{position}", "text": text, "label": label}
            records.append((f"{path}, line {number}", record))
            position += 1
    return records
