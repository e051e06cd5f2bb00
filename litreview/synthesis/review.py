"""The review of a report before it is laid out: each reviewer with its own tables and audits."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from litreview.files import InputError
from litreview.review import soundness
from litreview.review.answerability import answerability
from litreview.review.overlap import fingerprint
from litreview.review.panel import audit_question, audit_withdrawn, caps_of, combine, stops_of
from litreview.review.reviewers import methods, numbers, sceptic
from litreview.schema import Audit, Claim, Fingerprint, Panel, Review
from litreview.synthesis.content import build_content
from litreview.synthesis.fidelity import audits_of
from litreview.synthesis.figures_printed import known_figures, printed_figures
from litreview.synthesis.gates import audit_copies, audit_sentences
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Content
from litreview.synthesis.report import figure_names
from litreview.verification.verdict_calibration import judge_of

logger = logging.getLogger(__name__)

JUDGED_ANEW = 50
"""Claims that were extracted from papers and are judged anew: so many, evenly spaced."""


def review(inputs: Inputs, content: Content, *, judge: soundness.Judge | None = None) -> Panel:
    """Let the three reviewers rate a report, and combine what they say.

    The sentences of a digest are not rated as claims: a digest bears out its own sentences always.

    Parameters
    ----------
    inputs : Inputs
        The tables that the report was built from.
    content : Content
        The report as it would be laid out.
    judge : callable, optional
        The judge that gave the verdicts; without it, by words, calibrated if they are.
    """
    audits = [
        *audits_of_tables(inputs, judge),
        *audits_of_report(inputs, content, written_anew(inputs, content)),
    ]
    return combine(
        reviews_of(inputs, content, audits),
        caps_of(audits),
        stops=stops_of(audits),
        fingerprint=fingerprint_of(inputs),
    )


def reviews_of(inputs: Inputs, content: Content, audits: Sequence[Audit]) -> list[Review]:
    """The three reviews, each with the audits that are its own."""
    claims = _rated(inputs)
    printed, known = printed_figures(content), known_figures(inputs)
    return [
        sceptic(claims, inputs.evidence, inputs.verdicts, audits),
        methods(claims, inputs.papers, inputs.searches, inputs.documents, inputs.study, audits),
        numbers(claims, inputs.effects, inputs.checks, printed, known, audits),
    ]


def audits_of_tables(inputs: Inputs, judge: soundness.Judge | None = None) -> list[Audit]:
    """Whether the tables follow from one another, answer the question and cite what stands."""
    question = inputs.study["question"]
    conditions = answerability(question, inputs.study, [item.text for item in inputs.evidence])
    judge = judge or judge_of(inputs.verdicts)
    judged, cited = _judged_anew(_rated(inputs)), set(inputs.cited)
    return [
        soundness.audit_passages(inputs.evidence, inputs.documents),
        soundness.audit_verdicts(judged, inputs.evidence, inputs.documents, inputs.verdicts, judge),
        soundness.audit_gains(inputs.effects),
        soundness.audit_tables(inputs.effects, inputs.contrasts, inputs.scaling, inputs.study),
        soundness.audit_checks(inputs.checks),
        audit_question(conditions),
        audit_withdrawn(paper for paper in inputs.papers if paper.paper_id in cited),
    ]


def _rated(inputs: Inputs) -> list[Claim]:
    return [claim for claim in inputs.claims if not inputs.is_own_words(claim)]


def _judged_anew(claims: Sequence[Claim]) -> list[Claim]:
    """Claims of the claims file, and a part of the others."""
    restated = [claim for claim in claims if claim.origin == "claims_file"]
    others = [claim for claim in claims if claim.origin != "claims_file"]
    step = max(1, -(-len(others) // JUDGED_ANEW))
    return restated + others[::step]


def written_anew(inputs: Inputs, content: Content) -> Content | None:
    """What the tables say, by the report's own templates; None where they give no report."""
    if not inputs.figures:
        inputs = replace(inputs, figures=tuple(figure_names(content)))
    try:
        return build_content(inputs, date=content.date)
    except InputError as error:
        logger.warning("the tables give no report: %s", error)
        return None


def audits_of_report(inputs: Inputs, content: Content, expected: Content | None) -> list[Audit]:
    """Whether the report says what its tables say, in whole sentences of its own.

    Parameters
    ----------
    inputs : Inputs
    content : Content
    expected : Content or None
        See `written_anew`.
    """
    printed, known = printed_figures(content), known_figures(inputs)
    unknown = [figure for figure in printed if figure not in known]
    figures = Audit(kind="figures", checked=len(printed), faults=unknown)
    if expected is None:
        none = Audit(kind="statements", checked=1, faults=["the tables give no report"])
        return [figures, none, audit_sentences(inputs, content), audit_copies(inputs, content)]
    return [figures, *audits_of(inputs, content, expected)]


def fingerprint_of(inputs: Inputs) -> Fingerprint:
    """What a report asks and rests on: the question, the evidence, the gains."""
    rows = inputs.effects[["encoder", "intermediate", "target", "language", "gain"]]
    return fingerprint(
        inputs.study["question"],
        [item.text for item in inputs.evidence],
        [(*names, round(gain, 4)) for *names, gain in rows.itertuples(index=False, name=None)],
    )
