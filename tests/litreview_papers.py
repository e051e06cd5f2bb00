"""A small synthetic review for the tests of litreview: records in the real schemas."""

from collections.abc import Sequence
from typing import Any

from litreview.checks.judging import check_claims
from litreview.schema import (
    Cell,
    Claim,
    Document,
    Evidence,
    Paper,
    SearchOutcome,
    Section,
    Sentence,
    Table,
)
from litreview.search.prisma import PrismaFlow
from litreview.synthesis.inputs import Inputs
from litreview.verification.evidence import find_evidence
from litreview.verification.verdicts import verify_claims
from tests.litreview_examples import contrasts, factorial, scaling, study, tables


def claim(text: str = "Intermediate training helps.", claim_id: str = "C1", **fields: Any) -> Claim:
    """A claim of a claims file."""
    return Claim.model_validate(
        {
            "claim_id": claim_id,
            "text": text,
            "kind": "qualitative",
            "paper_id": "arxiv:2005.13013",
            "document_id": None,
            "start": None,
            "end": None,
            "quote": None,
            "quantities": [],
            "origin": "claims_file",
            **fields,
        }
    )


def document(
    sentences: Sequence[str],
    paper_id: str = "arxiv:2005.13013",
    *,
    tables: Sequence[Table] = (),
    kind: str = "latex",
    quality: float = 1.0,
    section: str = "Results",
) -> Document:
    """A document of one section with the sentences in order."""
    text, places = "", []
    for number, sentence in enumerate(sentences, start=1):
        start = len(text)
        text += sentence
        places.append(
            Sentence(sentence_id=f"s{number}", start=start, end=len(text), section=section)
        )
        text += " "
    return Document(
        document_id=f"{paper_id}#{kind}",
        paper_id=paper_id,
        version="v1",
        kind=kind,
        sha256="0" * 64,
        text=text,
        sections=[Section(title=section, start=0, end=len(text))],
        sentences=places,
        tables=list(tables),
        quality=quality,
    )


def table(table_id: str, caption: str, columns: Sequence[str], **rows: Sequence[float]) -> Table:
    """A result table; underscores in row names stand for spaces."""
    cells = [
        Cell(row=row.replace("_", " "), column=column, text=str(value), value=value)
        for row, values in rows.items()
        for column, value in zip(columns, values, strict=True)
    ]
    return Table(table_id=table_id, caption=caption, cells=cells)


def paper(paper_id: str = "arxiv:2005.13013", **fields: Any) -> Paper:
    """A bibliographic record."""
    return Paper.model_validate(
        {
            "paper_id": paper_id,
            "arxiv_id": paper_id.removeprefix("arxiv:"),
            "title": "English intermediate training and transfer",
            "authors": ["Jason Phang", "Iacer Calixto", "Phu Mon Htut"],
            "year": 2020,
            "url": f"https://arxiv.org/abs/{paper_id.removeprefix('arxiv:')}",
            "status": "ok",
            "source": "frozen",
            "retrieved": "2026-07-08",
            **fields,
        }
    )


CLAIMS = [
    claim(
        "Tuning on SQuAD first raises the average over the targets by 8.2 points.",
        "C1",
        predicates=[
            {"p": "DELTA", "arm": "squad", "low": 7.7, "high": 8.7, "encoder": "xlm-r-large"},
            {"p": "GT", "arm": "squad", "encoder": "xlm-r-large"},
            {"p": "GT", "arm": "hellaswag"},
        ],
    ),
    claim(
        "English intermediate training outperforms continued language modelling.",
        "C2",
        predicates=[{"p": "CARD", "path": "intermediates", "count": 9}],
    ),
    claim("Knowledge graphs make the translation of poetry faster.", "C3"),
]
SOURCE = [
    "Tuning on SQuAD first raises the average over the targets by 8.2 points.",
    "Continued language modelling never consistently outperforms English intermediate training.",
    "Legal and medical tasks, which are <b>domain-specific</b>, were not tested & size was fixed.",
]
OTHER_PAPER = "arxiv:1811.01088"


def inputs(**changes: Any) -> Inputs:
    """Everything that a report is built from; `changes` replace single parts.

    Verdicts follow from the claims, documents and evidence given, and checks from the claims,
    effects and study, unless they are given themselves.
    """
    measured = tables()
    parts: dict[str, Any] = {
        "study": study(),
        "effects": measured["effects"],
        "contrasts": contrasts(),
        "scaling": scaling(),
        "factorial": factorial(),
        "papers": [
            paper(),
            paper(OTHER_PAPER, title="Sentence encoders on STILTs", year=2018),
        ],
        "searches": [
            SearchOutcome(
                source="frozen",
                query="intermediate training",
                outcome="ok",
                expected=2,
                retrieved=2,
                date="2026-07-08",
            )
        ],
        "prisma": PrismaFlow(
            database_results=2,
            database_specific_results={"frozen": 2},
            records_screened=2,
            dbr_sought_reports=2,
        ),
        "documents": [
            document(SOURCE),
            document(["Supplementary training helps BERT on small targets."], OTHER_PAPER),
        ],
        "claims": CLAIMS,
        "figures": ("gain_heatmap", "gain_by_size"),
        **changes,
    }
    titles = {one.paper_id: one.title for one in parts["papers"]}
    if "evidence" not in parts:
        parts["evidence"] = find_evidence(parts["claims"], parts["documents"], titles)
    if "verdicts" not in parts:
        parts["verdicts"] = verify_claims(parts["claims"], parts["evidence"], parts["documents"])
    if "checks" not in parts:
        parts["checks"] = check_claims(
            parts["claims"], parts["effects"], measured["draws"], parts["study"]
        )
    return Inputs(**parts)


def evidence_for(claimed: Claim, documents: Sequence[Document]) -> list[Evidence]:
    """Ranked evidence of one claim."""
    return find_evidence([claimed], documents, {})
