"""What others call: claims of a document, the verdict on a claim, a claim against measurements."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from litreview.checks.judging import check_claims
from litreview.claims import extraction
from litreview.files import InputError, read_json
from litreview.language.quantities import parse_quantities
from litreview.parsing.sentences import split_sentences
from litreview.schema import Check, Claim, Document, Evidence, Section, Sentence, Table, Verdict
from litreview.tables import judge_table
from litreview.verification.reader import Reader, load_reader
from litreview.verification.verdicts import UNCALIBRATED, judge_passages

OWN, GIVEN = "given:claim", "given"
MAX_CLAIM = 5_000
MAX_TEXT = 1_000_000
"""Characters of a text that is given as evidence or to be searched for claims."""


def extract_claims(document: Document | str) -> list[Claim]:
    """Find the claims that a document states.

    Parameters
    ----------
    document : Document or str
        A read paper, or running text.

    Returns
    -------
    list of Claim
        In the order of the text; `quote` equals the document's text at [start, end).

    Raises
    ------
    InputError
        If a text is longer than `MAX_TEXT` characters.

    Examples
    --------
    >>> text = "We study transfer. We find that BERT outperforms ELMo by 2.1 points on SQuAD."
    >>> [claim.kind for claim in extract_claims(text)]
    ['delta']
    """
    if isinstance(document, str):
        document = document_of(document)
    return extraction.extract_claims(document)


def judge(
    claim: str | Claim,
    evidence: str | Table | Sequence[str] | Sequence[Evidence] | Sequence[Table],
    *,
    reader: Reader | None = None,
) -> Verdict:
    """Judge a claim by evidence.

    Parameters
    ----------
    claim : str or Claim
    evidence : str, list of str, Table, list of Table or list of Evidence
        Passages are taken as they are given, each as one; a long text is better given sentence by
        sentence. A table is read cell by cell (`litreview.tables`). Of several tables, the one that
        decides most surely counts.
    reader : Reader, optional
        What scores claim against passage (`litreview.verification.reader.load_reader`); the shipped
        one, or words alone, without it.

    Returns
    -------
    Verdict
        `label` is supported, refuted, overstated or insufficient, `confidence` in [0, 1] the
        probability that it is right, `reasons` sentences, of which the last say what the confidence
        rests on.

    Raises
    ------
    InputError
        If the claim is empty, or the evidence is none of these or too long.

    Examples
    --------
    >>> judge("Tuning raises the average.", "Tuning lowers the average.").label
    'refuted'
    """
    claim = _claim(claim)
    if isinstance(evidence, (str, Table)):
        evidence = [evidence]
    if not isinstance(evidence, Sequence):
        raise InputError(f"evidence is {type(evidence).__name__}; {_WANTED}")
    if evidence and all(isinstance(item, Table) for item in evidence):
        return _by_tables(claim, evidence)
    return judge_passages(claim, _passages(claim, evidence), reader=reader or load_reader())


_WANTED = "give a text, a Table, or a list of texts, tables or Evidence"


def check(
    claim: Claim,
    effects: str | Path | pd.DataFrame,
    *,
    draws: pd.DataFrame | None = None,
    study: Mapping[str, Any] | None = None,
) -> list[Check]:
    """Hold a claim's predicates against a study's measurements.

    Parameters
    ----------
    claim : Claim
        With `predicates` (docs/literature.md).
    effects : path or DataFrame
        The folder of a study's results, which has `effects.parquet`, `draws.parquet` and
        `study.json`; or the table of gains in points, with the other two beside it.
    draws : DataFrame, optional
        Bootstrap draws of the gains.
    study : mapping, optional
        The parsed `study.json`.

    Returns
    -------
    list of Check
        One a predicate, Holm-corrected over the claim's own; none for a claim without predicates.

    Raises
    ------
    InputError
        If a file is missing, or a table is given without the others.
    """
    if isinstance(effects, (str, Path)):
        effects, draws, study = measurements(Path(effects))
    if draws is None or study is None:
        raise InputError("check: effects are given without draws or study; give the study's folder")
    return check_claims([claim], effects, draws, study)


def measurements(folder: Path) -> tuple[pd.DataFrame, pd.DataFrame, dict[str, Any]]:
    """Gains, draws and description of a study, from the folder of its results."""
    tables = []
    for name in ("effects", "draws"):
        path = folder / f"{name}.parquet"
        try:
            tables.append(pd.read_parquet(path))
        except FileNotFoundError as error:
            raise InputError(f"{path}: no such table; run the study first") from error
        except (OSError, ValueError) as error:
            raise InputError(f"{path}: not readable as Parquet: {error}") from error
    return tables[0], tables[1], read_json(folder / "study.json")


def document_of(text: str, name: str = GIVEN) -> Document:
    """Running text as a document of one section."""
    if len(text) > MAX_TEXT:
        raise InputError(f"{name}: {len(text)} characters, at most {MAX_TEXT}; give a part of it")
    sentences = [
        Sentence(sentence_id=f"s{number}", start=start, end=end, section="Text")
        for number, (start, end) in enumerate(split_sentences(text), start=1)
    ]
    return Document(
        document_id=f"{name}#text",
        paper_id=name,
        version=None,
        kind="abstract",
        sha256="",
        text=text,
        sections=[Section(title="Text", start=0, end=len(text))],
        sentences=sentences,
        tables=[],
        quality=1.0,
    )


def claim_of(text: str, claim_id: str = "claim", paper_id: str = OWN) -> Claim:
    """A claim in words, as a record."""
    if not text.strip():
        raise InputError("the claim is empty; give a sentence")
    if len(text) > MAX_CLAIM:
        raise InputError(
            f"the claim has {len(text)} characters, at most {MAX_CLAIM}; give one claim"
        )
    quantities = parse_quantities(text)
    return Claim(
        claim_id=claim_id,
        text=text,
        kind=extraction.claim_kind(text, quantities),
        paper_id=paper_id,
        document_id=None,
        start=None,
        end=None,
        quote=None,
        quantities=quantities,
        origin="claims_file",
    )


def _claim(claim: str | Claim) -> Claim:
    if isinstance(claim, Claim):
        return claim
    if not isinstance(claim, str):
        raise InputError(f"the claim is {type(claim).__name__}; give a text or a Claim")
    return claim_of(claim)


def _passages(claim: Claim, evidence: Sequence[Any]) -> list[Evidence]:
    if all(isinstance(item, Evidence) for item in evidence):
        return list(evidence)
    if not all(isinstance(item, str) for item in evidence):
        raise InputError(f"evidence mixes kinds; {_WANTED}")
    if sum(map(len, evidence)) > MAX_TEXT:
        raise InputError(f"evidence has more than {MAX_TEXT} characters; give the passages alone")
    return [
        Evidence(
            claim_id=claim.claim_id,
            document_id=GIVEN,
            paper_id=claim.paper_id,
            sentence_id=f"s{rank}",
            table_id=None,
            text=text,
            start=None,
            end=None,
            rank=rank,
            score=0.0,
            independent=False,
        )
        for rank, text in enumerate(evidence, start=1)
    ]


def _by_tables(claim: Claim, tables: Sequence[Table]) -> Verdict:
    findings = [judge_table(claim.text, table) for table in tables]
    deciding = [
        (one.confidence, -rank, rank, one)
        for rank, one in enumerate(findings, start=1)
        if one.label != "insufficient"
    ]
    if deciding:
        _, _, rank, found = max(deciding)
        level, ranks = "V4", [rank]
    else:
        found, level, ranks = max(findings, key=lambda one: one.confidence), "V0", []
    return Verdict(
        claim_id=claim.claim_id,
        label=found.label,
        confidence=round(found.confidence, 6),
        level=level,
        evidence_ids=ranks,
        reasons=[*found.reasons, UNCALIBRATED],
    )
