"""Draws `docs/performance.md` and its figure from the records: `python -m benchmarks.page`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.axes import Axes

from benchmarks.comparison import RECORDS
from crosslift.figures.style import BLUE, INK, PAGE_WIDTH, QUIET, VERMILLION, styled
from litreview.files import InputError

DOCS = Path(__file__).parent.parent / "docs"
COLOURS = {"crosslift": BLUE, "Trainer, tuned": VERMILLION, "products alone": QUIET}

Record = dict[str, Any]


def records(kind: str) -> Iterator[Record]:
    """The records of one benchmark."""
    for path in sorted(RECORDS.glob(f"{kind}*.json")):
        yield json.loads(path.read_text(encoding="utf-8"))


def table(header: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[str]:
    """A Markdown table; numbers stand right."""
    numeric = [all(not isinstance(row[i], str) for row in rows) for i in range(len(header))]
    rule = ["---:" if right else "---" for right in numeric]
    lines = [header, rule, *([_cell(value) for value in row] for row in rows)]
    return [f"| {' | '.join(line)} |" for line in lines] + [""]


def _cell(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def with_figures(page: str, source: str, figures: str) -> str:
    """A page with the tables of a source between its marks; an empty page gets them."""
    begin, end = f"<!-- figures of {source} -->", "<!-- end of figures -->"
    before, found, rest = (page or f"{begin}\n{end}\n").partition(begin)
    if not found or end not in rest:
        raise InputError(f"the page has no lines {begin!r} and {end!r}; put them where tables go")
    return f"{before}{begin}\n\n{figures}\n\n{end}{rest.split(end, 1)[1]}"


def machine(record: Record) -> str:
    """One line on where a record was made."""
    it = record["machine"]
    device = it["accelerator"] or f"{it['processor']}, {it['cores']} cores"
    threads = f", {it['threads']} threads" if it["threads"] else ""
    versions = ", ".join(
        f"{name} {it[name]}" for name in ("torch", "transformers", "snakemake") if it[name]
    )
    load = it["load_before"][0]
    return f"*{device}{threads}; {versions}; load before {load:.1f}; {it['date']}.*"


def training_section(record: Record) -> list[str]:
    """One training record."""
    title = f"{record['encoder']}, {record['depth']} layers, {record['task']}"
    lines = [f"### {title}", "", machine(record), ""]
    size = f"{record['examples']:,} examples, {record['pieces']:,} word pieces seen"
    recipe = record["recipe"]
    lines += [f"{size}, batches of {recipe['batch_size']} examples.", ""]
    if "contestants" in record:
        rows = [
            [
                row["contestant"],
                row["median"],
                f"{row['least']:,.0f} to {row['most']:,.0f}",
                row["crosslift_ratio"],
                f"{row['median'] / record['products_alone']:.0%}",
                row["losses"][-1],
                _accuracy(row),
            ]
            for row in record["contestants"]
        ]
        rows.append(["its matrix products alone", record["products_alone"], *[""] * 5])
        header = ["", "pieces/s", "range", "crosslift is faster by", "of the limit"]
        header += ["last loss", "accuracy"]
        lines += table(header, rows)
        if "note" in record:
            lines += [record["note"], ""]
    if "ablations" in record:
        full = record["ablations"][0]["median"]
        rows = [
            [row["switched off"], row["median"], row["median"] / full, row["last loss"]]
            for row in record["ablations"]
        ]
        lines += table(["switched off", "pieces/s", "of all on", "last loss"], rows)
    return lines


def _accuracy(row: Record) -> str:
    if "accuracy" not in row:
        return "not measured"
    return f"{row['accuracy']:.1f} [{row['low']:.1f}, {row['high']:.1f}]"


def prediction_section(record: Record) -> list[str]:
    """One prediction record."""
    title = f"{record['encoder']}, {record['depth']} layers, {record['task']}"
    lines = [f"### {title}", "", machine(record), ""]
    for kind, likeness in (
        ("predictions", "same labels as crosslift"),
        ("vectors", "least cosine to crosslift's"),
    ):
        rows = [
            [
                row["contestant"],
                row["median"],
                f"{row['least']:,.0f} to {row['most']:,.0f}",
                row["crosslift_ratio"],
                f"{row['median'] / record[kind]['products_alone']:.0%}",
                f"{row['likeness']:.4f}",
            ]
            for row in record[kind]["contestants"]
        ]
        rows.append(["its matrix products alone", record[kind]["products_alone"], *[""] * 4])
        header = [kind, "pieces/s", "range", "crosslift is faster by", "of the limit", likeness]
        lines += table(header, rows)
    rows = [
        [row["candidates"], row["queries"], row["seconds"], row["peak_memory_grown_mib"]]
        for row in record["search"]
    ]
    header = ["candidates", "queries", "seconds", "memory beyond the vectors, MiB"]
    return lines + table(header, rows)


def pipeline_section(record: Record) -> list[str]:
    """The default study's time."""
    rows = [
        ["the study, seconds", record["seconds"]],
        ["of them training, core-seconds", record["training_seconds"]],
        ["prediction, core-seconds", record["prediction_seconds"]],
        [f"share of {record['cores']} cores' time that is neither", record["other_share"]],
        ["a second run, nothing to do, seconds", record["nothing_to_do_seconds"]],
    ]
    return [machine(record), "", *table(["default study", ""], rows)]


def straightforward_section(record: Record) -> list[str]:
    """A grid by one process a cell."""
    parts = ["start", "intermediate", "target", "prediction"]
    rows = [
        [row["encoder"], row["cells"], way, *(seconds[part] for part in parts)]
        for row in record["encoders"]
        for way, seconds in (("a process a cell", row), ("the workflow", row["workflow"]))
    ]
    lines = [f"### The study `{record['study']}`, a process with the Trainer for every cell", ""]
    lines += [machine(record), ""]
    lines += table(["encoder", "cells", "way", *(f"{part}, s" for part in parts)], rows)
    threads = record["machine"]["threads"]
    return [
        *lines,
        f"Each of the processes has {threads} threads, each of the workflow's jobs one and a core "
        f"of its own. {record['straightforward_seconds']:,.0f} s in all, against "
        f"{record['workflow_seconds']:,.0f} s with {threads} jobs at a time: "
        f"**{record['ratio']:.1f} times**, or {record['kept_intermediates_ratio']:.1f} times where "
        "intermediate weights are kept for all cells. Both ways are charged from "
        f"{record['timed_steps']} steps of each training and {record['timed_batches']} batches of "
        "each target's tests.",
        "",
    ]


def planning_section(record: Record) -> list[str]:
    """Dry runs."""
    rows = [[row["cells"], row["median"]] for row in record["dry_runs"]]
    return [machine(record), "", *table(["cells", "seconds of `snakemake -n --quiet`"], rows)]


def literature_section(record: Record) -> list[str]:
    """Stages by papers: digests, and synthetic papers from the bytes of their sources on."""
    lines = [machine(record), ""]
    for what, key in (("digests", "stages"), ("synthetic papers", "synthetic")):
        names = [name for name in record[key][0] if name != "papers"]
        rows = [[row["papers"], *(row[name] for name in names)] for row in record[key]]
        lines += table([what, *(f"{name}, s" for name in names)], rows)
    return lines


def draw(path: Path) -> None:
    """Throughput by batch, and cost by cells, languages and papers."""
    with styled():
        figure, axes = plt.subplots(1, 4, figsize=(PAGE_WIDTH * 1.35, 2.3), layout="constrained")
        _draw_sizes(axes[0])
        for axis, (kind, key, x, label) in zip(
            axes[1:],
            [
                ("planning", "dry_runs", "cells", "dry run"),
                ("prediction", "languages", "languages", "predictions of a cell"),
                ("literature", "stages", "papers", "literature, all stages"),
            ],
            strict=True,
        ):
            _draw_cost(axis, kind, key, x, label)
        figure.savefig(path)
        plt.close(figure)


def _draw_sizes(axis: Axes) -> None:
    record = next((one for one in records("training") if "sizes" in one), None)
    if record is None:
        axis.remove()
        return
    for name, colour in COLOURS.items():
        rows = [row for row in record["sizes"] if row["contestant"] == name]
        x, y = [row["pieces_a_batch"] for row in rows], [row["median"] for row in rows]
        axis.plot(x, y, "o-", color=colour, markersize=3, linewidth=1)
        for one, low, high in zip(
            x, (row["least"] for row in rows), (row["most"] for row in rows), strict=True
        ):
            axis.plot([one, one], [low, high], color=colour, linewidth=0.7)
        label = name.replace(", ", ",\n").replace(" alone", "\nalone")
        beside = {"textcoords": "offset points", "va": "center", "color": colour}
        axis.annotate(label, (x[-1], y[-1]), (5, 0), **beside)
    axis.set(xscale="log", ylim=(0, None), xlabel="word pieces a batch")
    axis.set_xticks(x, [f"{one:,.0f}" for one in x])
    axis.minorticks_off()
    axis.tick_params(axis="x", labelrotation=45)
    axis.set_title(f"training, pieces/s\n{record['encoder']}, {record['depth']} layers")


def _draw_cost(axis: Axes, kind: str, key: str, x: str, label: str) -> None:
    record = next(records(kind), None)
    if record is None:
        axis.remove()
        return
    rows = record[key]
    seconds = [_seconds(row, x) for row in rows]
    axis.plot([row[x] for row in rows], seconds, "o-", color=INK, markersize=3, linewidth=1)
    axis.set(xlim=(0, None), ylim=(0, None), xlabel=x)
    axis.set_title(f"{label},\nseconds")


def _seconds(row: Mapping[str, Any], x: str) -> float:
    if "median" in row:
        return row["median"]
    return sum(value for name, value in row.items() if name != x)


SECTIONS = [
    ("Training", "training", training_section),
    ("Prediction and search", "prediction", prediction_section),
    ("The pipeline", "pipeline", pipeline_section),
    ("The straightforward way", "straightforward", straightforward_section),
    ("Planning", "planning", planning_section),
    ("Literature", "literature", literature_section),
]

OPENING = """# Performance

What crosslift costs, measured beside what else does the same work. Every figure here was put
in from a record in `benchmarks/records`; `pip install -r benchmarks/requirements.txt`, then
`python -m benchmarks.training`, `.prediction`, `.pipeline`, `.straightforward`, `.planning` and
`.literature` make the records again, and `python -m benchmarks.page` this page. Contestants take
turns; figures are medians. "Matrix products alone" is the same work's products and nothing between
them: the most that the machine could do, the limit. Records are of more than one machine, and the
limits show how far these differ in bf16: compare within a table alone.

![Throughput and cost](images/performance.svg)

*Training by batch, where it was measured, with the range of the runs; then what grows with cells,
languages and papers.*
"""


WITHOUT_GPU = """Nothing was measured on a GPU yet: `python -m benchmarks.gpu` trains XLM-R Base and
Large shapes on one, beside the Trainer and part by part, in less than ten minutes.
"""


def main() -> None:
    """Write the page."""
    if not RECORDS.is_dir():
        raise SystemExit(f"{RECORDS}: no records; run the benchmarks first")
    draw(DOCS / "images" / "performance.svg")
    lines = [OPENING]
    if not any(one["machine"]["accelerator"] for one in records("") if "machine" in one):
        lines += [WITHOUT_GPU]
    for title, kind, section in SECTIONS:
        own = list(records(kind))
        if own:
            lines += [f"## {title}", ""]
            for record in own:
                lines += section(record)
    (DOCS / "performance.md").write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
