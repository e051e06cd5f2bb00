"""How often intervals and tests are right, in simulated studies whose true gains are known.

python -m benchmarks.simulation

A simulated study has what a real one has, so that `crosslift.differences` reads it unchanged: runs
by intermediate and target seed, languages, and examples that are the same in every language. All of
them are drawn anew in each study. An example is answered rightly where a sum of normal terms is
positive (a probit model with crossed random effects), so that the accuracy over all seeds,
languages and examples is known in closed form: with mean m and total variance v it is
``Phi(m / sqrt(v))``. A gain is planted by the mean of the arm.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import norm

from benchmarks import comparison
from benchmarks.page import DOCS, machine, table, with_figures
from crosslift.bootstrap import percentile_interval
from crosslift.differences import Difference, against, target_differences
from crosslift.inference import benjamini_hochberg, corrected, holm, inferred
from crosslift.pairing import BASELINE, LanguageBlock, PairedCells
from crosslift.scaling import slope_draws, slope_per_doubling

CONFIDENCE = 0.95
LEVEL = 1 - CONFIDENCE
# Of the latent scale, where a run's answer to an example in a language has a standard deviation of
# 1 of its own: examples in all languages and runs, in all runs, in all runs of an arm; languages.
EXAMPLE, EXAMPLE_IN_LANGUAGE, EXAMPLE_OF_ARM, LANGUAGE = 1.0, 0.7, 0.4, 0.3
PAGE = DOCS / "statistics.md"
RECORD = "benchmarks/records/simulation.json"
"""As the page names it."""

Record = dict[str, Any]


@dataclass(frozen=True)
class Spread:
    """Standard deviations of accuracies and gains by what varies, in points.

    Attributes
    ----------
    intermediate_seed, language : float
        Of an arm's gain.
    run, run_in_language : float
        Of a run about its arm, the baseline's too; alike in all languages, and in each.
    """

    intermediate_seed: float = 1.5
    language: float = 2.5
    run: float = 1.5
    run_in_language: float = 1.0


@dataclass(frozen=True)
class Design:
    """A study of one encoder and target.

    Attributes
    ----------
    gains : tuple of float
        True gain of each arm, in points.
    baseline : float
        True score of the baseline, in points.
    margin : float
        Points, for tests of equivalence.
    """

    gains: tuple[float, ...]
    intermediate_seeds: int = 3
    target_seeds: int = 3
    languages: int = 9
    examples: int = 100
    spread: Spread = Spread()
    baseline: float = 60.0
    margin: float = 1.0


class Simulated(NamedTuple):
    """A study, and the gain of each arm with the seeds that it has, where it has one of a kind."""

    cells: PairedCells
    gains_of_seeds: dict[str, float]


def simulate(design: Design, rng: np.random.Generator) -> Simulated:
    """One study of a design."""
    spread, shape = design.spread, (design.languages, design.examples)
    own = EXAMPLE**2 + EXAMPLE_IN_LANGUAGE**2 + LANGUAGE**2 + 1
    unit = _latent_points(design.baseline, own)
    of_run = unit**2 * (spread.run**2 + spread.run_in_language**2)
    of_arm = (
        (unit * spread.intermediate_seed) ** 2,
        (unit * spread.language) ** 2 + EXAMPLE_OF_ARM**2,
    )
    single = (design.intermediate_seeds == 1, design.target_seeds == 1)
    common = rng.normal(0, EXAMPLE, design.examples)
    common = common + rng.normal(0, EXAMPLE_IN_LANGUAGE, shape)
    common += rng.normal(0, LANGUAGE, (design.languages, 1))

    def runs(
        accuracy: float,
        of_seeds: np.ndarray,
        of_cells: np.ndarray | float = 0.0,
        seed_variance: float = 0.0,
        cell_variance: float = 0.0,
    ) -> tuple[np.ndarray, float]:
        """Answers of an arm by run, language and example; its accuracy with its own seeds."""
        number = (len(of_seeds), design.target_seeds)
        of_runs = unit * rng.normal(0, spread.run, number)
        variance = own + of_run + seed_variance + cell_variance
        mean = norm.ppf(accuracy / 100) * np.sqrt(variance)
        latent = mean + common + of_cells + rng.normal(0, 1, (*number, *shape))
        latent += (of_seeds[:, None] + of_runs)[..., None, None]
        latent += unit * rng.normal(0, spread.run_in_language, (*number, design.languages, 1))
        # A factor of one level is a constant of the study, no part of what varies in it.
        known = single[0] * of_seeds[0] + single[1] * of_runs[0, 0]
        seen = single[0] * seed_variance + single[1] * (unit * spread.run) ** 2
        right = 100 * norm.cdf((mean + known) / np.sqrt(variance - seen))
        return (latent > 0).reshape(-1, *shape), float(right)

    base, base_right = runs(design.baseline, np.zeros(1))
    answers, of_seeds = [base], {}
    for number, gain in enumerate(design.gains):
        seeds = unit * rng.normal(0, spread.intermediate_seed, design.intermediate_seeds)
        effect = unit * rng.normal(0, spread.language, (design.languages, 1))
        effect = effect + rng.normal(0, EXAMPLE_OF_ARM, design.examples)
        arm, right = runs(design.baseline + gain, seeds, effect, *of_arm)
        answers.append(arm)
        of_seeds[f"arm{number}"] = right - base_right if any(single) else gain
    return Simulated(_paired(design, np.concatenate(answers).astype(float)), of_seeds)


def _latent_points(accuracy: float, variance: float) -> float:
    """Latent units that a point is, near an accuracy."""
    return float(np.sqrt(variance) / norm.pdf(norm.ppf(accuracy / 100)) / 100)


def _paired(design: Design, scores: np.ndarray) -> PairedCells:
    each, weight = np.arange(design.examples), np.ones((len(scores), design.examples))
    blocks = {
        f"l{place}": LanguageBlock(each, each, scores[:, place], weight)
        for place in range(design.languages)
    }
    seeds = tuple(range(design.intermediate_seeds))
    arms = {BASELINE: (0,)} | {f"arm{place}": seeds for place in range(len(design.gains))}
    runs = tuple(range(design.target_seeds))
    return PairedCells("simulated", "target", arms, runs, blocks, design.examples)


def differences(cells: PairedCells, resamples: int, seed: int) -> list[Difference]:
    """Gains of all arms over the languages, as `crosslift.effects` estimates them."""
    gains = {arm: against(arm) for arm in cells.arms if arm != BASELINE}
    return target_differences(cells, gains, resamples=resamples, seed=seed, each_language=False)


def gains_of(design: Design, *, studies: int, resamples: int, seed: int = 0) -> pd.DataFrame:
    """Every estimated gain of so many simulated studies: a row an arm and study."""
    rng = np.random.default_rng(seed)
    blocks = []
    for number in range(studies):
        cells, of_seeds = simulate(design, rng)
        rows = [
            {"truth": gain, "seen": of_seeds[found.name], "estimate": found.estimate}
            | inferred(found.draws, confidence=CONFIDENCE, margin=design.margin)
            for gain, found in zip(
                design.gains, differences(cells, resamples, seed=number), strict=True
            )
        ]
        block = pd.DataFrame(rows).assign(study=number)
        for column, method in (("p_holm", holm), ("p_bh", benjamini_hochberg)):
            block[column] = corrected(block["p_value"], method)
        blocks.append(block)
    return pd.concat(blocks, ignore_index=True)


def coverage_without_tails(design: Design, *, studies: int, resamples: int) -> float:
    """Coverage of intervals of the plain sum of deviations, without the tails of Student's t."""
    rng = np.random.default_rng(0)
    held = []
    for number in range(studies):
        cells, _ = simulate(design, rng)
        for gain, found in zip(
            design.gains, differences(cells, resamples, seed=number), strict=True
        ):
            deviations = sum(part.deviations for part in found.components.parts())
            low, high = percentile_interval(found.estimate + deviations, CONFIDENCE)
            held.append(low <= gain <= high)
    return float(np.mean(held))


def rates(design: Design, gains: pd.DataFrame) -> Record:
    """What became of the estimated gains of a design, as shares between 0 and 1."""
    null = gains["truth"] == 0
    clear = gains["p_bh"] < LEVEL
    false = (clear & null).groupby(gains["study"]).sum()
    found = clear.groupby(gains["study"]).sum()
    margin = design.margin
    return {
        "studies": int(gains["study"].nunique()),
        "coverage": _share(gains["truth"].between(gains["low"], gains["high"])),
        "coverage_of_seeds": _share(gains["seen"].between(gains["low"], gains["high"])),
        "median_width": float((gains["high"] - gains["low"]).median()),
        "false_positives": _share(gains.loc[null, "p_value"] < LEVEL),
        "familywise_holm": _share(
            ((gains["p_holm"] < LEVEL) & null).groupby(gains["study"]).any()
            if null.any()
            else null[:0]
        ),
        "false_discoveries_bh": float((false / found.clip(lower=1)).mean()),
        "power": {
            f"{gain:g}": {
                name: _share(own[column] < LEVEL)
                for name, column in (
                    ("uncorrected", "p_value"),
                    ("holm", "p_holm"),
                    ("equivalent", "p_equivalent"),
                    ("noninferior", "p_noninferior"),
                    ("nonsuperior", "p_nonsuperior"),
                )
            }
            for gain, own in gains.groupby("truth")
        },
        "margin": margin,
    }


def _share(outcomes: pd.Series) -> float | None:
    return float(outcomes.mean()) if len(outcomes) else None


@dataclass(frozen=True)
class Trend:
    """Encoders of sizes that double, whose true gains lie about a line over log2 of the size."""

    encoders: int
    strays: float  # standard deviation of true gains about the line, in points
    slope: float = 1.0
    first: float = 2.0


def slopes_of(trend: Trend, *, studies: int, resamples: int, seed: int = 0) -> Record:
    """How often intervals hold the slope of these encoders, and that of the line behind them."""
    rng = np.random.default_rng(seed)
    doublings = np.arange(trend.encoders)
    scale = 2.0**doublings
    held = []
    for number in range(studies):
        strays = rng.normal(0, trend.strays, trend.encoders)
        truths = trend.first + trend.slope * doublings + strays
        found = [
            differences(simulate(Design(gains=(gain,)), rng).cells, resamples, number)[0]
            for gain in truths
        ]
        points = np.array([one.estimate for one in found])
        samples = np.stack([one.draws for one in found], axis=1)
        own = percentile_interval(slope_per_doubling(scale, samples), CONFIDENCE)
        line = percentile_interval(slope_draws(scale, points, samples), CONFIDENCE)
        held.append(
            {
                "of_these": own[0] <= slope_per_doubling(scale, truths) <= own[1],
                "of_line_by_draws": own[0] <= trend.slope <= own[1],
                "of_line": line[0] <= trend.slope <= line[1],
                "width": line[1] - line[0],
            }
        )
    table = pd.DataFrame(held).astype(float)
    shares = table.drop(columns="width").mean().to_dict()
    return {**asdict(trend), "studies": studies, **shares, "median_width": table["width"].median()}


SEVERAL = (0.0, 1.0, 2.0, 4.0, 8.0)
NO_EFFECT = (0.0,) * 6
SEEDS_VARY = Spread(intermediate_seed=4, run=4, language=1)
LANGUAGES_VARY = Spread(intermediate_seed=1, run=1, language=6)
NOTHING_VARIES = Spread(0, 0, 0, 0)
DESIGNS = {
    "3 + 3 seeds, 100 examples": Design(SEVERAL),
    "3 + 3 seeds, 50 examples": Design(SEVERAL, examples=50),
    "3 + 3 seeds, no effect": Design(NO_EFFECT),
    "3 + 3 seeds, 50 examples, no effect": Design(NO_EFFECT, examples=50),
    "5 + 5 seeds": Design(SEVERAL, intermediate_seeds=5, target_seeds=5),
    "2 + 2 seeds": Design(SEVERAL, intermediate_seeds=2, target_seeds=2),
    "3 + 3 seeds that vary most": Design((0.0, 4.0), spread=SEEDS_VARY),
    "languages that vary most": Design((0.0, 4.0), spread=LANGUAGES_VARY),
    "only examples vary": Design((0.0, 4.0), spread=NOTHING_VARIES),
    "1 + 2 seeds (the pilot)": Design((0.0, 4.0), intermediate_seeds=1, target_seeds=2),
    "1 + 1 seed": Design((0.0, 4.0), intermediate_seeds=1, target_seeds=1),
}
TAILS_MATTER = ("3 + 3 seeds, 100 examples", "2 + 2 seeds", "3 + 3 seeds that vary most")
EQUIVALENCE = {
    "margin 5": Design((-5.0, 0.0, 5.0), margin=5.0),
    "margin 5, 5 + 5 seeds, 400 examples": Design(
        (-5.0, 0.0, 5.0), intermediate_seeds=5, target_seeds=5, examples=400, margin=5.0
    ),
}
TRENDS = [Trend(3, 1.5), Trend(6, 1.5), Trend(6, 0.0)]


def figures(record: Mapping[str, Any]) -> str:
    """The tables of a record, in Markdown."""
    designs, tests = record["designs"], record["equivalence"]
    covered = [
        [
            name,
            own["studies"],
            _percent(own["coverage"]),
            _percent(record["coverage_without_tails"].get(name)),
            _percent(own["coverage_of_seeds"] if name.startswith("1") else None),
            f"{own['median_width']:.1f}",
            _percent(own["false_positives"]),
            _percent(own["familywise_holm"]),
            _percent(own["false_discoveries_bh"]),
        ]
        for name, own in designs.items()
    ]
    gains = [f"{gain:g}" for gain in SEVERAL]
    power = [
        [name, correction, *(_percent(own["power"][gain][correction]) for gain in gains)]
        for name, own in designs.items()
        if set(gains) <= set(own["power"])
        for correction in ("uncorrected", "holm")
    ]
    bounds = [
        [
            name,
            *(_percent(own["power"]["-5"][kind]) for kind in ("noninferior", "equivalent")),
            *(_percent(own["power"]["5"][kind]) for kind in ("nonsuperior", "equivalent")),
            _percent(own["power"]["0"]["equivalent"]),
        ]
        for name, own in tests.items()
    ]
    slopes = [
        [
            own["encoders"],
            own["strays"],
            *(_percent(own[key]) for key in ("of_these", "of_line_by_draws", "of_line")),
        ]
        for own in record["slopes"]
    ]
    lines = [
        machine(record),
        "",
        *table(
            [
                *["design", "studies", "intervals that hold the gain", "without t's tails"],
                "that hold the gain of these seeds",
                *["median width, points", "false positives", "any in a study, Holm"],
                "false among found, Benjamini-Hochberg",
            ],
            covered,
        ),
        *table(["found clear at a true gain of", "correction", *gains], power),
        *table(
            [
                *["design", "-5 called non-inferior", "-5 called equivalent"],
                *["5 called non-superior", "5 called equivalent", "0 called equivalent"],
            ],
            bounds,
        ),
        *table(
            [
                *["encoders", "strays, points", "`slope` holds that of these encoders"],
                *["`slope` holds the line's", "`fit` holds the line's"],
            ],
            slopes,
        ),
    ]
    return "\n".join(lines).strip()


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"


def measured(names: Sequence[str], studies: int, resamples: int) -> Record:
    """Simulate all designs, telling each as it is done."""
    size = {"studies": studies, "resamples": resamples}
    record: Record = {"resamples": resamples, "designs": {}, "equivalence": {}, "slopes": []}
    for kind, designs in (("designs", DESIGNS), ("equivalence", EQUIVALENCE)):
        for name, design in designs.items():
            if names and name not in names:
                continue
            found = rates(design, gains_of(design, **size))
            record[kind][name] = {"design": asdict(design), **found}
            print(f"{name}: {_percent(found['coverage'])} cover", flush=True)
    record["coverage_without_tails"] = {
        name: coverage_without_tails(DESIGNS[name], **size)
        for name in TAILS_MATTER
        if not names or name in names
    }
    if not names:
        for trend in TRENDS:
            record["slopes"].append(slopes_of(trend, **size))
            print(f"slopes: {record['slopes'][-1]}", flush=True)
    return record


def main() -> None:
    """Simulate, print, record, and put the figures into the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("designs", nargs="*", help="print these alone, and record nothing")
    parser.add_argument("--studies", type=int, default=1_000)
    parser.add_argument("--resamples", type=int, default=499)
    parser.add_argument("--page", action="store_true", help="only put the record into the page")
    flags = parser.parse_args()
    path = comparison.RECORDS / "simulation.json"
    if not flags.page:
        before = comparison.machine(threads=1)
        record = measured(flags.designs, flags.studies, flags.resamples)
        if flags.designs:
            print(json.dumps(record, indent=2))
            return
        comparison.write_record(path.stem, {"machine": before, **record})
    record = json.loads(path.read_text(encoding="utf-8"))
    print(figures(record))
    page = with_figures(PAGE.read_text(encoding="utf-8"), RECORD, figures(record))
    PAGE.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()
