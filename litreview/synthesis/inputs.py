"""Everything that a report is built from, read once and never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import pandas as pd

from litreview.schema import Check, Claim, Document, Evidence, Paper, SearchOutcome, Verdict
from litreview.search.prisma import PrismaFlow


@dataclass(frozen=True)
class Inputs:
    """The study's tables and the review's records.

    Parameters
    ----------
    study : mapping
        The parsed `study.json`.
    effects, contrasts, scaling, factorial : pandas.DataFrame
        The study's tables; all but effects may be empty.
    papers, searches, documents, claims, evidence, verdicts, checks, published : lists of records
        Checks are by this study's measurements, published ones by the papers' own tables.
    prisma : PrismaFlow
    figures : tuple of str
        Names of the figures that were drawn, without their ending.
    """

    study: Mapping[str, Any]
    effects: pd.DataFrame
    contrasts: pd.DataFrame
    scaling: pd.DataFrame
    papers: list[Paper]
    searches: list[SearchOutcome]
    prisma: PrismaFlow
    documents: list[Document]
    claims: list[Claim]
    evidence: list[Evidence]
    verdicts: list[Verdict]
    checks: list[Check]
    figures: tuple[str, ...]
    factorial: pd.DataFrame = field(default_factory=pd.DataFrame)
    published: list[Check] = field(default_factory=list)

    @cached_property
    def paper_of(self) -> dict[str, Paper]:
        """Records by `paper_id`."""
        return {paper.paper_id: paper for paper in self.papers}

    @cached_property
    def document_of(self) -> dict[str, Document]:
        """Documents by `document_id`."""
        return {document.document_id: document for document in self.documents}

    @cached_property
    def verdict_of(self) -> dict[str, Verdict]:
        """Verdicts by `claim_id`."""
        return {verdict.claim_id: verdict for verdict in self.verdicts}

    def is_own_words(self, claim: Claim) -> bool:
        """Whether a claim is a sentence of a digest, which is in our words and not the paper's."""
        document = self.document_of.get(claim.document_id or "")
        return claim.origin == "extracted" and document is not None and document.kind == "digest"

    @cached_property
    def cited(self) -> list[str]:
        """Ids of the papers that the report cites: those read, claimed from, or quoted."""
        ids = [document.paper_id for document in self.documents]
        ids += [claim.paper_id for claim in self.claims]
        ids += [item.paper_id for item in self.evidence]
        return list(dict.fromkeys(ids))
