"""Fills the tables of docs/studies.md from the plan of every study: `python -m benchmarks.studies`.

A table stands between `<!-- NAME -->` and `<!-- end -->`; the text around it is written by hand.
"""

import json
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks import costs as measured
from benchmarks.comparison import RECORDS
from benchmarks.page import table
from crosslift.planning.configuration import read_configuration
from crosslift.planning.costs import DEVICES
from crosslift.planning.plan import Plan, make_plan
from crosslift.planning.plan_text import hours
from crosslift.study import PROJECT, load_study

PAGE = PROJECT / "docs" / "studies.md"
FILES = {
    "mini": PROJECT / "config.yaml",
    **{name: PROJECT / "studies" / f"{name}.yaml" for name in ("pilot", "xtreme", "xtreme_r")},
}
BLOCK = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- end -->)", flags=re.DOTALL)


ADAPTERS = [
    "study=xtreme_r_lora",
    "encoders=[xlm-roberta-large, xlm-roberta-xl, xlm-roberta-xxl]",
    "recipes={intermediate: {lora: {rank: 16}}, target: {lora: {rank: 16}}}",
]
SHARDED = ["encoders=[xlm-roberta-xxl]", "jobs={processes: 8, shard: true}"]
"""Settings of the page's examples."""


def plan(name: str, settings: Sequence[str] = (), device: str = "h100", gpus: int = 8) -> Plan:
    """The plan of a study of which nothing is done."""
    study = load_study(read_configuration([FILES[name]], settings)[0], name)
    return make_plan(study, DEVICES[device], gpus, Path("nothing is here"))


def filled(page: str) -> str:
    """The page with its tables as they are now."""
    plans = {name: plan(name) for name in FILES}
    large = plans["xtreme_r"]
    tables = {
        "counts": _side_by_side(plans, {name: one.counts for name, one in plans.items()}),
        "jobs": _side_by_side(
            plans, {name: one.jobs | {"total": one.total_jobs} for name, one in plans.items()}
        ),
        "estimates": _estimates([plans["xtreme"], large]),
        "encoders": _encoders(large),
        "adapters": _encoders(plan("xtreme_r", ADAPTERS, "h200")),
        "sharded": _encoders(plan("xtreme_r", SHARDED, "h200")),
        "measured": _measured(),
    }
    return BLOCK.sub(lambda block: f"{block[1]}{_lines(tables[block[2]])}{block[3]}", page)


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(line for line in lines if line) + "\n"


def _side_by_side(names: Iterable[str], columns: dict[str, dict[str, int]]) -> list[str]:
    rows = list(dict.fromkeys(row for column in columns.values() for row in column))
    rows.sort(key="total".__eq__)  # the sum stays last
    cells = [[row, *(columns[name].get(row, 0) for name in names)] for row in rows]
    return table(["", *(f"`{name}`" for name in names)], cells)


def _estimates(plans: Sequence[Plan]) -> list[str]:
    rows = [
        [
            f"`{one.study}`",
            hours(one.device_hours),
            hours(one.wall_hours),
            f"{max(encoder.memory_gib for encoder in one.encoders):.0f}",
            f"{sum(one.disk_gib.values()):,.0f}",
        ]
        for one in plans
    ]
    heads = ["study", "device hours", "hours on 8", "GiB of the largest job", "GiB of disk"]
    return table(heads, rows)


def _encoders(one: Plan) -> list[str]:
    rows = [
        [
            encoder.name,
            f"{encoder.parameters / 1e6:,.0f} M",
            f"{encoder.network / 1e6:,.0f} M",
            hours(encoder.device_hours),
            f"{encoder.memory_gib:.0f}",
            "yes" if encoder.fits else f"no, {encoder.devices} at least",
            f"{encoder.weights_gib:,.0f}",
        ]
        for encoder in one.encoders
    ]
    heads = ["encoder", "parameters", "of them network", "device hours", "GiB of its largest job"]
    return table([*heads, "fits", "GiB of all its weights"], rows)


def _measured() -> list[str]:
    record = json.loads((RECORDS / "costs-mini.json").read_text(encoding="utf-8"))
    rows = [
        [
            row["encoder"],
            row["rule"],
            row["work"],
            f"{row['seconds']:.0f}",
            f"{row['estimated seconds']:.0f}",
            f"{row['seconds off']:+.0%}",
            f"{row['MiB']:,.0f}",
            f"{row['estimated MiB']:,.0f}",
            f"{row['MiB off']:+.0%}",
        ]
        for row in measured.beside(record)
    ]
    heads = ["encoder", "rule", "job", "s", "estimate", "off", "MiB", "estimate", "off"]
    return table(heads, rows)


def main() -> None:
    """Fill the page."""
    PAGE.write_text(filled(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    print(f"wrote {PAGE}")


if __name__ == "__main__":
    main()
