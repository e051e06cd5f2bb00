"""Labelled data on which the literature module is measured, read from files beside the project.

Each reader takes a file in the format in which its authors publish it, so that other sets of the
same kind can be measured too. Nothing of the texts is kept in the project.
"""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass(frozen=True)
class Abstract:
    """Sentences of an abstract, and which of them are claims."""

    sentences: tuple[str, ...]
    claims: tuple[bool, ...]


@dataclass(frozen=True)
class Pair:
    """A claim and a passage, with the label of the data; pairs of a group are not independent."""

    claim: str
    evidence: str
    label: str
    group: str


@dataclass(frozen=True)
class MeasuredText:
    """A text and the half-open character spans of its quantities."""

    name: str
    text: str
    quantities: tuple[tuple[int, int], ...]


@dataclass(frozen=True)
class TaggedSentence:
    """Words of a sentence with their tags (BIO over TASK, DATASET, METRIC)."""

    words: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True)
class ScreenedRecord:
    """Title and abstract of a record that was screened, and whether it was included."""

    text: str
    relevant: bool


@dataclass(frozen=True)
class TableClaim:
    """A claim over a result table; label `supports`, `refutes` or `not enough info`."""

    claim: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    label: str


def read_claim_sentences(path: Path) -> list[Abstract]:
    """Abstracts of Achakulvisut et al. (arXiv 1907.00962): JSON Lines."""
    with path.open(encoding="utf-8") as lines:
        entries = [json.loads(line) for line in lines if line.strip()]
    return [
        Abstract(tuple(entry["sentences"]), tuple(label == "1" for label in entry["labels"]))
        for entry in entries
    ]


def read_healthver(path: Path) -> list[Pair]:
    """Pairs of HealthVer (Sarrouti et al., Findings of EMNLP 2021): CSV; grouped by question."""
    labels = {"Supports": "supported", "Refutes": "refuted", "Neutral": "insufficient"}
    with path.open(encoding="utf-8", newline="") as file:
        return [
            Pair(row["claim"], row["evidence"], labels[row["label"]], row["question"])
            for row in csv.DictReader(file)
        ]


def read_scifact_rte(path: Path) -> list[Pair]:
    """Pairs of SciFact (arXiv 2004.14974) as COVID-Fact's authors wrote them: TSV.

    The label is `supported` where the passage entails the claim, else `not supported`.
    """
    labels = {"entailment": "supported", "not_entailment": "not supported"}
    pairs = []
    with path.open(encoding="utf-8") as lines:
        next(lines)
        for line in lines:
            _, evidence, claim, label = line.rstrip("\n").split("\t")
            pairs.append(Pair(claim, evidence, labels[label], claim))
    return pairs


def read_measeval(folder: Path) -> list[MeasuredText]:
    """Texts of MeasEval (SemEval-2021 Task 8): folders `tsv` and `text` (or `txt`)."""
    texts = next(folder / name for name in ("text", "txt") if (folder / name).is_dir())
    read = []
    for path in sorted(folder.glob("tsv/*.tsv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        spans = {
            (int(row["startOffset"]), int(row["endOffset"]))
            for row in rows
            if row["annotType"] == "Quantity"
        }
        text = (texts / f"{path.stem}.txt").read_text(encoding="utf-8")
        read.append(MeasuredText(path.stem, text, tuple(sorted(spans))))
    return read


def read_tdmsci(path: Path) -> list[TaggedSentence]:
    """Sentences of TDMSci (arXiv 2101.10273): word, offset and tag a line, blank lines between."""
    sentences = []
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        rows = [line.split("\t") for line in block.splitlines() if line.strip()]
        if rows:
            words, tags = zip(*((row[0], row[-1]) for row in rows), strict=True)
            sentences.append(TaggedSentence(words, tags))
    return sentences


def read_pilot(folder: Path) -> np.ndarray:
    """Kinds of TDMSci's pilot tokens by each of its four annotators, as codes, shape (4, n)."""
    rows = [
        [tag.rpartition("-")[2] for one in read_tdmsci(path) for tag in one.tags]
        for path in sorted(folder.glob("annotator*.conll"))
    ]
    codes = {kind: code for code, kind in enumerate(sorted({kind for row in rows for kind in row}))}
    return np.array([[codes[kind] for kind in row] for row in rows], dtype=float)


def read_synergy(path: Path) -> list[ScreenedRecord]:
    """A review of SYNERGY (De Bruin et al. 2023, doi:10.34894/HE6NAQ): CSV, with texts if fetched.

    Records without a title and an abstract are left out: the files that are published hold ids
    and labels alone, and texts are to be fetched by them.
    """
    with path.open(encoding="utf-8", newline="") as file:
        texts = [
            (f"{row.get('title') or ''} {row.get('abstract') or ''}".strip(), row["label_included"])
            for row in csv.DictReader(file)
        ]
    return [ScreenedRecord(text, label == "1") for text, label in texts if text]


def read_scitab(path: Path) -> list[TableClaim]:
    """Claims over tables in the format of SciTab (arXiv 2305.13186): a JSON list."""
    return [
        TableClaim(
            claim=entry["claim"],
            caption=entry["table_caption"],
            header=tuple(entry["table_column_names"]),
            rows=tuple(tuple(row) for row in entry["table_content_values"]),
            label=entry["label"],
        )
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def read_result_tuples(folder: Path) -> Iterator[tuple[str, list[dict], set[tuple[str, ...]]]]:
    """Papers of NLP-TDMS (arXiv 1906.09317): name, tables as JSON, and (task, data, metric, score).

    Papers without tables are left out.
    """
    lines = (folder / "annotations" / "resultsAnnotation.tsv").read_text(encoding="utf-8")
    for line in lines.splitlines():
        name, _, annotated = line.partition("\t")
        path = folder / "pdfFile_table" / f"{name.removesuffix('.pdf')}.json"
        if path.is_file():
            tables = json.loads(path.read_text(encoding="utf-8"))
            tuples = {tuple(one.split("#")) for one in annotated.split("$") if one.count("#") == 3}
            yield name, tables, tuples
