"""The review of a report before it is laid out: each reviewer with its own tables."""

from litreview.panel import caps_of, combine
from litreview.reviewers import methods, numbers, sceptic, sound_gains
from litreview.schema import Panel
from litreview.synthesis.figures_printed import known_figures, printed_figures
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Content


def review(inputs: Inputs, content: Content) -> Panel:
    """Let the three reviewers rate a report, and combine what they say.

    The sentences of a digest are not rated as claims: a digest bears out its own sentences always.

    Parameters
    ----------
    inputs : Inputs
        The tables that the report was built from.
    content : Content
        The report as it would be laid out.
    """
    printed, known = printed_figures(content), known_figures(inputs)
    claims = [claim for claim in inputs.claims if not inputs.is_own_words(claim)]
    reviews = [
        sceptic(claims, inputs.evidence, inputs.verdicts),
        methods(claims, inputs.papers, inputs.searches, inputs.documents, inputs.study),
        numbers(claims, inputs.effects, inputs.checks, printed, known),
    ]
    cited = {reference.paper_id for reference in content.references}
    caps = caps_of(
        [paper for paper in inputs.papers if paper.paper_id in cited],
        content.unresolved,
        content.answerability,
        [figure for figure in printed if figure not in known],
        int((~sound_gains(inputs.effects)).sum()),
    )
    return combine(reviews, caps)
