"""How well the reviewers' score tells corrupted reports from sound ones.

    python -m benchmarks.review

Reports of synthetic studies (`benchmarks.review_bases`) are corrupted in every way of
`litreview.review.corruptions`, each in one of three parts, and changed as often in ways that harm
nothing. The kinds of `HELD_OUT` and the studies from `FIRST_HELD_OUT` on were not looked at while
the reviewers were written.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from benchmarks import comparison
from benchmarks.page import DOCS, machine, table, with_figures
from benchmarks.review_bases import base
from crosslift.figures.style import BLUE, PAGE_WIDTH, QUIET, VERMILLION, styled
from litreview.files import InputError
from litreview.review.corruptions import (
    HARMLESS,
    HARMLESS_TO_TABLES,
    REPORT_CORRUPTIONS,
    TABLE_CORRUPTIONS,
)
from litreview.review.panel import caps_of, score_of
from litreview.schema import Audit
from litreview.synthesis.content import build_content
from litreview.synthesis.inputs import Inputs
from litreview.synthesis.model import Content
from litreview.synthesis.review import (
    audits_of_report,
    audits_of_tables,
    reviews_of,
    written_anew,
)

PAGE = DOCS / "review.md"
RECORD = "benchmarks/records/review.json"
"""As the page names it."""
PARTS = (0.01, 0.3, 1.0)
"""Parts of what a kind can change: one thing, a third, all."""
HELD_OUT = (
    *("counts_altered", "quotes_altered", "points_dropped", "names_swapped"),
    *("references_rewritten", "citations_broken", "directions_turned"),
    *("levels_raised", "contrasts_turned", "documents_swapped", "table_checks_flipped"),
)
FIRST_HELD_OUT = 4
WITH_TABLES = (0, 1, 4, 5)
"""Studies whose tables are corrupted too: each such report is built and judged anew."""
RESAMPLES = 500

Record = dict[str, Any]


class Report(NamedTuple):
    """A report with what its reviewers work out of its tables, the same for all its corruptions."""

    inputs: Inputs
    content: Content
    written: Content | None
    audits: list[Audit]

    @classmethod
    def of(cls, inputs: Inputs, content: Content | None = None) -> "Report":
        """A report on some tables; the one that they give without it."""
        written = content or build_content(inputs)
        return cls(inputs, written, written_anew(inputs, written), audits_of_tables(inputs))

    def score(self, content: Content) -> float:
        """The score of a report on these tables."""
        # Neither the date nor the figures shown change what the tables say.
        audits = [*self.audits, *audits_of_report(self.inputs, content, self.written)]
        ceiling = min(caps_of(audits).values(), default=10.0)
        return min(ceiling, score_of(reviews_of(self.inputs, content, audits)))


def scored(seed: int) -> Iterator[Record]:
    """Scores of one study's report: sound, changed without harm, and corrupted."""
    report = Report.of(base(seed))
    sound = report.score(report.content)
    made = 0
    for number, kind in enumerate((*REPORT_CORRUPTIONS, *TABLE_CORRUPTIONS)):
        part = PARTS[(number + seed) % len(PARTS)]
        rng = np.random.default_rng([seed, number])
        made_here = kind in REPORT_CORRUPTIONS or seed in WITH_TABLES
        score = _corrupted(report, kind, rng, part) if made_here else None
        if score is not None:
            made += 1
            yield _row(seed, kind, part, score, sound, corrupted=True)
    yield _row(seed, "unchanged", 0.0, sound, sound, corrupted=False)
    harmless = (*HARMLESS, *HARMLESS_TO_TABLES)
    for number in range(made - 1):
        kind = harmless[number % len(harmless)]
        part = PARTS[(number // len(harmless)) % len(PARTS)]
        score = _changed(report, kind, np.random.default_rng([seed, 1000 + number]), part)
        yield _row(seed, kind, part, score, sound, corrupted=False)


def _row(
    seed: int, kind: str, part: float, score: float, sound: float, *, corrupted: bool
) -> Record:
    return {
        "study": seed,
        "kind": kind,
        "part": part,
        "score": round(score, 3),
        "fall": round(sound - score, 3),
        "corrupted": corrupted,
        "held_out": seed >= FIRST_HELD_OUT and (not corrupted or kind in HELD_OUT),
    }


def _corrupted(report: Report, kind: str, rng: np.random.Generator, part: float) -> float | None:
    """The score of a corrupted report; None where there was nothing to corrupt."""
    if kind in REPORT_CORRUPTIONS:
        content = REPORT_CORRUPTIONS[kind](report.inputs, report.content, rng, part)
        return None if content is None else report.score(content)
    inputs = TABLE_CORRUPTIONS[kind](report.inputs, rng, part)
    return None if inputs is None else _on_other_tables(report, inputs)


def _changed(report: Report, kind: str, rng: np.random.Generator, part: float) -> float:
    if kind in HARMLESS:
        content = HARMLESS[kind](report.inputs, report.content, rng, part)
        return report.score(report.content if content is None else content)
    inputs = HARMLESS_TO_TABLES[kind](report.inputs, rng, part)
    return _on_other_tables(report, report.inputs if inputs is None else inputs)


def _on_other_tables(report: Report, inputs: Inputs) -> float:
    """The score of the report that other tables give, or of the old one where they give none."""
    try:
        content = build_content(inputs)
    except InputError:
        content = report.content
    return Report.of(inputs, content).score(content)


def area(sound: Sequence[float], corrupted: Sequence[float]) -> float:
    """Area under the ROC curve: how often a sound report scores higher, ties counting half."""
    one, other = np.asarray(sound)[:, None], np.asarray(corrupted)[None, :]
    return float(np.mean((one > other) + 0.5 * (one == other)))


def separation(rows: pd.DataFrame) -> Record:
    """Area with its 95% interval (studies drawn anew), and how many scores fell."""
    rng = np.random.default_rng(0)
    parts = [part[["score", "corrupted"]].to_numpy(float) for _, part in rows.groupby("study")]
    draws = []
    for _ in range(RESAMPLES):
        scores, corrupted = np.concatenate(
            [parts[one] for one in rng.integers(len(parts), size=len(parts))]
        ).T
        draws.append(area(scores[corrupted == 0], scores[corrupted == 1]))
    low, high = np.quantile(draws, [0.025, 0.975])
    bad = rows[rows["corrupted"]]
    good = rows[~rows["corrupted"]]
    return {
        "corrupted": len(bad),
        "sound": len(good),
        "area": _area_of(rows),
        "low": float(low),
        "high": float(high),
        "fell": float((bad["fall"] > 0).mean()),
        "least_fall": float(bad["fall"].min()),
        "changed_without_harm": float((good["fall"].abs() > 0).mean()),
    }


def _area_of(rows: pd.DataFrame) -> float:
    return area(rows.loc[~rows["corrupted"], "score"], rows.loc[rows["corrupted"], "score"])


def by_kind(rows: pd.DataFrame) -> list[Record]:
    """How far each kind of corruption lowers the score."""
    sound = rows.loc[~rows["corrupted"], "score"]
    found = []
    for kind, own in rows[rows["corrupted"]].groupby("kind", sort=False):
        found.append(
            {
                "kind": kind,
                "held_out": kind in HELD_OUT,
                "reports": len(own),
                "fell": float((own["fall"] > 0).mean()),
                "least": float(own["fall"].min()),
                "median": float(own["fall"].median()),
                "area": area(sound, own["score"]),
            }
        )
    return found


def measured(seeds: Sequence[int]) -> Record:
    """Corrupt the reports of some studies, telling each as it is done."""
    rows: list[Record] = []
    for seed in seeds:
        rows += scored(seed)
        done = pd.DataFrame(rows)
        print(f"study {seed}: {len(done)} reports, area {_area_of(done):.3f}", flush=True)
    return record_of(pd.DataFrame(rows))


def record_of(rows: pd.DataFrame) -> Record:
    """The record of scored reports."""
    developed = rows[(rows["study"] < FIRST_HELD_OUT) & ~rows["kind"].isin(HELD_OUT)]
    parts = {"all": rows, "developed on": developed, "held out": rows[rows["held_out"]]}
    return {
        "studies": int(rows["study"].nunique()),
        "held_out_kinds": list(HELD_OUT),
        "first_held_out": FIRST_HELD_OUT,
        "separation": {name: separation(own) for name, own in parts.items() if len(own)},
        "kinds": by_kind(rows),
        "reports": rows.drop(columns=["held_out"]).to_dict("records"),
    }


def figures(record: Record) -> str:
    """The tables of a record, in Markdown."""
    separated = [
        [
            name,
            own["corrupted"],
            own["sound"],
            f"{own['area']:.3f} [{own['low']:.3f}, {own['high']:.3f}]",
            f"{own['fell']:.1%}",
            f"{own['least_fall']:.1f}",
            f"{own['changed_without_harm']:.1%}",
        ]
        for name, own in record["separation"].items()
    ]
    kinds = [
        [
            own["kind"].replace("_", " ") + (" (held out)" if own["held_out"] else ""),
            own["reports"],
            f"{own['fell']:.0%}",
            f"{own['least']:.1f}",
            f"{own['median']:.1f}",
            f"{own['area']:.3f}",
        ]
        for own in record["kinds"]
    ]
    header = ["reports", "corrupted", "sound", "area under the ROC curve [95%]", "scores that fell"]
    header += ["least fall, points", "sound ones that moved"]
    lines = [machine(record), "", *table(header, separated)]
    lines += table(["corruption", "reports", "fell", "least fall", "median", "area"], kinds)
    return "\n".join(lines).strip()


def draw(record: Record) -> None:
    """Scores of sound and corrupted reports, and the falls by kind."""
    rows = pd.DataFrame(record["reports"])
    kinds = record["kinds"]
    with styled():
        figure, (left, right) = plt.subplots(
            1, 2, figsize=(PAGE_WIDTH * 1.2, 0.19 * len(kinds) + 1), layout="constrained"
        )
        bins = np.linspace(0, 10, 41)
        for corrupted, colour, label in ((False, BLUE, "sound"), (True, VERMILLION, "corrupted")):
            own = rows.loc[rows["corrupted"] == corrupted, "score"]
            left.hist(own, bins=bins, color=colour, alpha=0.8, label=label)
        left.set(xlabel="score", ylabel="reports", xlim=(0, 10))
        left.legend(frameon=False)
        for place, kind in enumerate(reversed(kinds)):
            own = rows[(rows["kind"] == kind["kind"]) & rows["corrupted"]]
            colour = VERMILLION if kind["held_out"] else QUIET
            right.plot(own["fall"], [place] * len(own), "o", color=colour, markersize=3, alpha=0.6)
        names = [one["kind"].replace("_", " ") for one in reversed(kinds)]
        right.set_yticks(range(len(kinds)), names)
        right.axvline(0, color=QUIET, linewidth=0.7)
        right.set(xlabel="points by which the score fell", xlim=(-0.5, None))
        figure.savefig(DOCS / "images" / "review.svg")
        plt.close(figure)


def main() -> None:
    """Corrupt, score, record, and put the figures into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--studies", type=int, nargs="+", default=list(range(10)))
    parser.add_argument("--print", action="store_true", dest="only", help="record nothing")
    parser.add_argument("--page", action="store_true", help="only put the record into the page")
    flags = parser.parse_args()
    path = comparison.RECORDS / "review.json"
    if not flags.page:
        before = comparison.machine(threads=1)
        record = {"machine": before, **measured(flags.studies)}
        print(figures(record))
        if flags.only:
            return
        comparison.write_record(path.stem, record)
    record = json.loads(path.read_text(encoding="utf-8"))
    draw(record)
    page = with_figures(PAGE.read_text(encoding="utf-8"), RECORD, figures(record))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
