"""The report's content from tables: sections in prose, tables, claims, references."""

from typing import Any

from litreview.files import InputError
from litreview.review.answerability import answerability
from litreview.review.overlap import shared_runs
from litreview.schema import Document
from litreview.synthesis.answers import answer_facts
from litreview.synthesis.arms import early_stopping, special_arms
from litreview.synthesis.claims import KINDS, claim_views, restated_claims, shown_findings
from litreview.synthesis.factorial import factorial_facts
from litreview.synthesis.facts import language_name, study_facts
from litreview.synthesis.gains import contrast_facts, effect_facts
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.literature import literature_facts
from litreview.synthesis.model import Block, Bullets, Content, Paragraph, Runs, Section
from litreview.synthesis.prose import Layout, environment, prose_runs
from litreview.synthesis.references import clean, number_references
from litreview.synthesis.sizes import scaling_facts
from litreview.synthesis.tables import all_tables

SECTIONS = (
    ("introduction", "Introduction"),
    ("methodology", "Methodology"),
    ("results", "Results"),
    ("limitations", "Limitations"),
    ("claims", "Claims and findings"),
    ("review", "Automated review"),
    ("disclosure", "Disclosure of automation"),
    ("corrections", "Changes since the previous version"),
)
UNNUMBERED = ("disclosure", "corrections")
REASONS = {
    "arm_missing": "the study lacks an intermediate task",
    "target_missing": "the study lacks a target",
    "metric_missing": "the metric is another one",
    "too_few_seeds": "too few training seeds",
    "ambiguous_claim": "the claim is ambiguous",
    "scope_outside": "the claim is about the design of its own paper",
}


def build_content(inputs: Inputs, *, date: str | None = None) -> Content:
    """Build the report.

    Parameters
    ----------
    inputs : Inputs
    date : str, optional
        Date to print (ISO); the study's own without it. The clock is never read.

    Returns
    -------
    Content
        Deterministic: the same inputs give the same content.

    Raises
    ------
    InputError
        If `content_faults` finds any, all in one message.
    """
    references, unresolved = number_references(inputs.cited, inputs.paper_of)
    numbers = {reference.paper_id: reference.number for reference in references}
    conditions = answerability(
        inputs.study["question"], inputs.study, [item.text for item in inputs.evidence]
    )
    env = environment()
    context = (
        _context(inputs)
        | _lookups(inputs, numbers)
        | {"conditions": conditions, "unresolved": unresolved}
    )
    captions = _captions(env.get_template("captions.j2").render(context), inputs.figures)
    layout = Layout(all_tables(inputs), captions)
    calibrated = context["literature"]["calibration"] is not None
    sections = []
    for place, (name, title) in enumerate(SECTIONS, start=1):
        number = "" if name in UNNUMBERED else str(place)
        prose = env.get_template(f"{name}.j2").render(context)
        sections += _sections(name, number, title, prose, layout)
    content = Content(
        study=inputs.study["study"],
        title=clean(inputs.study["title"]),
        authors=[clean(author) for author in inputs.study["authors"]],
        date=date or inputs.study["date"],
        question=clean(inputs.study["question"]),
        abstract=prose_runs(env.get_template("abstract.j2").render(context)),
        sections=[_resolved(section, layout) for section in sections],
        claims=claim_views(inputs, numbers, restated_claims(inputs)),
        findings=claim_views(inputs, numbers, shown_findings(inputs)),
        findings_total=context["literature"]["found"],
        confidence_label="Confidence" if calibrated else "Confidence (uncalibrated)",
        references=references,
        unresolved=unresolved,
        answerability=conditions,
        versions=dict(inputs.study["versions"]),
    )
    faults = content_faults(content, inputs.documents)
    if faults:
        raise InputError("the report cannot be written:\n" + "\n".join(f"  - {f}" for f in faults))
    return content


def _lookups(inputs: Inputs, numbers: dict[str, int]) -> dict[str, Any]:
    return {
        "numbers": numbers,
        "figures": inputs.figures,
        "kinds": KINDS,
        "literature_folder": f"results/{inputs.study['study']}/literature",
        "reasons": REASONS,
        "claims_section": next(n for n, (name, _) in enumerate(SECTIONS, 1) if name == "claims"),
        "coverage": f"{inputs.study['analysis']['confidence']:.0%}",
        "language_name": language_name,
    }


def _context(inputs: Inputs) -> dict[str, Any]:
    effects = effect_facts(inputs)
    near_chance = {row["target"] for row in effects["near_chance"]}
    return {
        "study": study_facts(inputs),
        "special_arms": special_arms(inputs.study),
        "early_stopping": early_stopping(inputs.study),
        "effects": effects,
        "contrasts": contrast_facts(inputs),
        "factorial": factorial_facts(inputs),
        "scaling": scaling_facts(inputs, near_chance),
        "answers": answer_facts(inputs.study, effects),
        "literature": literature_facts(inputs),
    }


def _captions(text: str, figures: tuple[str, ...]) -> dict[str, str]:
    """Captions written as `name: caption`, one a line, of the figures that exist."""
    captions = dict(line.split(": ", 1) for line in text.splitlines() if ": " in line)
    return {name: captions[name] for name in figures if name in captions}


def _sections(name: str, number: str, title: str, prose: str, layout: Layout) -> list[Section]:
    """A section and its subsections, numbered in the order in which the prose opens them."""
    opening, *rest = ("\n" + prose).split("\n## ")
    blocks = layout.blocks(opening)
    sections = [Section(identifier=name, number=number, title=title, level=1, blocks=blocks)]
    for place, part in enumerate(rest, start=1):
        heading, _, body = part.partition("\n")
        identifier, _, subtitle = heading.partition(" ")
        sections.append(
            Section(
                identifier=identifier,
                number=f"{number}.{place}" if number else "",
                title=subtitle,
                level=2,
                blocks=layout.blocks(body),
            )
        )
    return sections


def _resolved(section: Section, layout: Layout) -> Section:
    return section.model_copy(
        update={"blocks": [_resolved_block(block, layout) for block in section.blocks]}
    )


def _resolved_block(block: Block, layout: Layout) -> Block:
    if isinstance(block, Paragraph):
        return Paragraph(runs=layout.resolve(block.runs))
    if isinstance(block, Bullets):
        return Bullets(items=[layout.resolve(item) for item in block.items])
    return block


def content_faults(content: Content, documents: list[Document]) -> list[str]:
    """What must not be published: cut sentences, copied runs, citations that lead nowhere.

    Valid records do not make a valid report, so the text itself is read: every paragraph and point
    ends as a sentence, no run of thirty words is shared with a document, and every reference
    number cited exists.
    """
    known = {reference.number for reference in content.references}
    faults = []
    passages = [("abstract", content.abstract), *_passages(content)]
    for place, runs in passages:
        text = text_of(runs)
        if not text.rstrip().endswith((".", "?", "!", ":")):
            faults.append(f"{place}: a sentence is cut: ...{text[-60:]!r}")
        cited = {number for run in runs for number in run.cite}
        if not cited <= known:
            faults.append(f"{place}: cites {sorted(cited - known)}, which are not references")
    # A source's words may stand side by side only within one text, so each is looked at alone.
    texts = [text_of(runs) for _, runs in passages]
    texts += [claim.text for claim in content.claims]
    texts += [text_of(item.quote) for claim in content.claims for item in claim.evidence]
    sources = [document.text for document in documents]
    copied = shared_runs(texts, sources)
    faults += [f"shares a run of words with a document: {run!r}" for run in copied]
    return faults


def _passages(content: Content) -> list[tuple[str, Runs]]:
    found = []
    for section in content.sections:
        for block in section.blocks:
            if isinstance(block, Paragraph):
                found.append((section.identifier, block.runs))
            elif isinstance(block, Bullets):
                found += [(section.identifier, item) for item in block.items]
    return found


def text_of(runs: Runs) -> str:
    """Plain text of runs."""
    return "".join(run.text for run in runs)
