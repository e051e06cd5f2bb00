"""The report's tables of what was measured, each from a table of the study."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from litreview.language.wording import (
    count_of,
    format_points,
    interval,
    listing,
    parameters,
    plain,
    signed,
)
from litreview.synthesis.cells import EMPTY, by_size, table, texts
from litreview.synthesis.facts import HEADLINE, mean_words, one_base, same_tasks
from litreview.synthesis.gains import baselines, verdict
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Cell, Table
from litreview.synthesis.sizes import MEAN, ratio_words, size_changes, two_sizes

DAGGER, DOUBLE_DAGGER = "\N{DAGGER}", "\N{DOUBLE DAGGER}"


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
                *texts(row["target"], row["encoder"], plain(row["score"])),
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
    for encoder in by_size(inputs):
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
                        figures(own[own["intermediate"] == name], targets, "gain"),
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
    for encoder in by_size(inputs):
        own = contrasts[contrasts["encoder"] == encoder]
        rows = [
            [
                Cell(text=str(name), note=f"less {control}"),
                *figures(pair, targets, "difference"),
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
    rows, encoders = [], by_size(inputs)
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
    order = {name: place for place, name in enumerate(by_size(inputs))}
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
                *texts(row["target"], row["encoder"], row["intermediate"]),
                Cell(text=plain(row["baseline_score"])),
                Cell(text=plain(row["score"])),
                _figure(row, "gain", "low", "high"),
            ]
            for row in rows
        ],
        clear_note(inputs),
    )


def figures(rows: pd.DataFrame, targets: list[str], key: str) -> list[Cell]:
    """Cells of a row of figures, one for each target, with their intervals."""
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
    return f"{clear_note(inputs)} Means over targets are not tested."


def clear_note(inputs: Inputs, family: str = "all single targets and encoders") -> str:
    """What stands below a table of figures: the interval's share, and what is called clear."""
    share = inputs.study["analysis"]["confidence"]
    return (
        f"Each figure stands with its {share:.0%} interval. Bold, or in plain text an asterisk: "
        f"clear, that is after Holm's correction over {family}."
    )
