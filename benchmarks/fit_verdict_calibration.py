"""Fit the calibration of verdicts by words on labelled pairs, and print its card.

    python -m benchmarks.fit_verdict_calibration

Takes a minute of one core and writes `litreview/verification/verdict_calibration.json`; to be run
again when verdicts by words change. Each claim is judged by its own passage among some of other
claims. HealthVer tells all three labels of a pair; SciFact's pairs all bear on their claim, so that
they tell support from refutation and nothing of `insufficient`.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import get_args

import numpy as np
import pandas as pd
from scipy.optimize import isotonic_regression, minimize
from scipy.special import expit, logit

from benchmarks.claimdata import Pair, read_healthver, read_scifact_rte
from litreview.entry_points import judge
from litreview.files import write_json
from litreview.schema import Label
from litreview.verification.calibration import error_of, reliability_of
from litreview.verification.entailment import lexical_scorer
from litreview.verification.entailment_fitting import FOLDS, grouped_folds
from litreview.verification.evidence import LIMIT
from litreview.verification.reader import Reader
from litreview.verification.verdict_calibration import (
    ASSERTING,
    SHIPPED,
    Abstention,
    Bin,
    Curve,
    DataCard,
    LabelCard,
    Left,
    Quality,
    VerdictCalibration,
)

Fit = Callable[[np.ndarray, np.ndarray], Curve]
DATA = {
    "healthver": DataCard(
        name="the development pairs of HealthVer (Sarrouti et al. 2021)",
        pairs=0,
        used_for=["supported", "refuted", "insufficient"],
        note="",
    ),
    "scifact": DataCard(
        name="pairs of SciFact (Wadden et al. 2020)",
        pairs=0,
        used_for=["supported", "refuted"],
        note="each passage bears on its claim, so that they tell nothing of verdicts "
        "“insufficient”; one that does not entail its claim is taken to refute it",
    ),
}
LABELS = get_args(Label)
MINIMUM = 50
"""Verdicts of a label below which no curve is fitted."""
GROUPS = 5
"""Knots of an isotonic curve."""
PLATT_KNOTS = 9
THRESHOLD = 2 / 3
"""An asserting verdict that is right less often than two times in three abstains."""


def labelled_verdicts(pairs: Sequence[Pair], seed: int = 0) -> pd.DataFrame:
    """Each pair's claim judged by its passage among `LIMIT - 1` passages of other claims.

    Returns
    -------
    DataFrame
        A row a pair: `claim`, `label` and `confidence` of the verdict, whether it is `right`.
    """
    score = lexical_scorer(sorted({pair.evidence for pair in pairs}))
    words = Reader(lambda _: score, calibrate=None, shares=None, note="")
    pool = sorted({(pair.evidence, pair.group) for pair in pairs})
    groups: dict[str, set[str]] = {}
    for text, group in pool:
        groups.setdefault(text, set()).add(group)
    texts = sorted(groups)
    random = np.random.default_rng(seed)
    rows = []
    for pair in pairs:
        drawn = (texts[place] for place in random.permutation(len(texts)))
        others = [text for text in drawn if pair.group not in groups[text]][: LIMIT - 1]
        passages = [*others, pair.evidence]
        random.shuffle(passages)
        found = judge(pair.claim, passages, reader=words)
        gold = "refuted" if pair.label == "not supported" else pair.label
        rows.append((pair.claim, found.label, found.confidence, found.label == gold))
    return pd.DataFrame(rows, columns=["claim", "label", "confidence", "right"])


def platt(confidence: np.ndarray, right: np.ndarray) -> Curve:
    """A logistic curve in the confidence's log-odds that does not fall, as knots.

    Platt 1999, Probabilistic outputs for support vector machines, with its smoothed targets
    (section 2.2), so that no knot is 0 or 1.
    """
    hits = right.sum()
    targets = np.where(right, (hits + 1) / (hits + 2), 1 / (len(right) - hits + 2))
    odds = _odds(confidence)

    def loss(values: np.ndarray) -> float:
        scores = values[0] * odds + values[1]
        return float((np.logaddexp(0.0, scores) - targets * scores).sum())

    slope, shift = minimize(
        loss, np.zeros(2), method="L-BFGS-B", bounds=[(0, None), (None, None)]
    ).x
    knots = np.unique(np.linspace(confidence.min(), confidence.max(), PLATT_KNOTS).round(6))
    return _curve(knots, expit(slope * _odds(knots) + shift))


def isotonic(confidence: np.ndarray, right: np.ndarray) -> Curve:
    """Shares that are right in `GROUPS` equal groups, made not to fall (Zadrozny and Elkan 2002).

    The groups are pooled rather than single verdicts, which leaves few knots and smooths.
    """
    ordered = pd.DataFrame({"raw": confidence, "right": right}).sort_values("raw", kind="stable")
    places = np.arange(len(ordered)) * GROUPS // len(ordered)
    groups = (
        ordered.astype(float)
        .groupby(places)
        .agg(raw=("raw", "mean"), right=("right", "sum"), count=("right", "size"))
    )
    # Groups of one confidence are one.
    groups = groups.groupby(groups["raw"].round(6))[["right", "count"]].sum()
    level = isotonic_regression(groups["right"] / groups["count"], weights=groups["count"]).x
    return _curve(groups.index.to_numpy(), level)


def _odds(confidence: np.ndarray) -> np.ndarray:
    return logit(np.clip(confidence, 0.01, 0.99))


def _curve(raw: np.ndarray, calibrated: np.ndarray) -> Curve:
    rising = np.maximum.accumulate(np.clip(calibrated, 0.0, 1.0)).round(4)
    return Curve(raw=tuple(map(float, raw)), calibrated=tuple(map(float, rising)))


FORMS: dict[str, Fit] = {"platt": platt, "isotonic": isotonic}


def on_unseen(verdicts: pd.DataFrame, fit: Fit) -> np.ndarray:
    """Calibrated confidences of each verdict by a curve fitted on other claims, shape (n,)."""
    raw, right = verdicts["confidence"].to_numpy(), verdicts["right"].to_numpy()
    folds = grouped_folds(verdicts["claim"].tolist())
    found = np.zeros(len(raw))
    for fold in np.unique(folds):
        curve = fit(raw[folds != fold], right[folds != fold])
        found[folds == fold] = [curve(one) for one in raw[folds == fold]]
    return found


def brier(confidence: np.ndarray, right: np.ndarray) -> float:
    """Mean squared distance of confidence from 1 where right and 0 where wrong (Brier 1950)."""
    return float(np.mean((confidence - right) ** 2))


def quality(confidence: np.ndarray, right: np.ndarray) -> Quality:
    """Calibration error, Brier score and bins."""
    table = reliability_of(confidence, right)
    filled = table[table["count"] > 0].round(6)
    return Quality(
        calibration_error=round(error_of(table), 4),
        brier=round(brier(confidence, right), 4),
        bins=[Bin(**row) for row in filled.to_dict("records")],
    )


def calibrated(verdicts: pd.DataFrame) -> tuple[Curve, LabelCard, np.ndarray]:
    """The form with the least Brier score on unseen claims, fitted on all verdicts of a label."""
    raw, right = verdicts["confidence"].to_numpy(), verdicts["right"].to_numpy()
    unseen = {name: on_unseen(verdicts, fit) for name, fit in FORMS.items()}
    form = min(FORMS, key=lambda name: brier(unseen[name], right))
    card = LabelCard(
        verdicts=len(verdicts),
        right=int(right.sum()),
        data=sorted(verdicts["data"].unique()),
        form=form,
        raw=quality(raw, right),
        unseen=quality(unseen[form], right),
    )
    return FORMS[form](raw, right), card, unseen[form]


def fit(verdicts: pd.DataFrame, data: dict[str, DataCard]) -> VerdictCalibration:
    """Fit every label that the data label often enough.

    Parameters
    ----------
    verdicts : DataFrame
        As of `labelled_verdicts`, with the name in `data` under `data`.
    """
    curves, cards, left, asserted = {}, {}, {}, []
    for label in sorted(set(verdicts["label"]), key=LABELS.index):
        sets = [name for name, card in data.items() if label in card.used_for]
        found = verdicts[verdicts["label"] == label]
        chosen = found[found["data"].isin(sets)]
        if len(chosen) < MINIMUM:
            right = int(chosen["right"].sum()) if len(chosen) else None
            left[label] = Left(verdicts=len(chosen) or len(found), right=right)
            continue
        curves[label], cards[label], unseen = calibrated(chosen)
        if label in ASSERTING:
            asserted.append(chosen.assign(unseen=unseen))
    return VerdictCalibration(
        curves=curves,
        data=data,
        passages=LIMIT,
        folds=FOLDS,
        labels=cards,
        abstention=_abstention(pd.concat(asserted)),
        left=left,
        field="biomedical",
        fitted_by="python -m benchmarks.fit_verdict_calibration",
    )


def _abstention(asserted: pd.DataFrame) -> Abstention:
    kept = asserted[asserted["unseen"] >= THRESHOLD]
    return Abstention(
        threshold=round(THRESHOLD, 4),
        verdicts=len(asserted),
        right=int(asserted["right"].sum()),
        kept=len(kept),
        kept_right=int(kept["right"].sum()),
    )


def read_labelled(folder: Path) -> dict[str, list[Pair]]:
    """The pairs of each of `DATA`, from the folder of labelled data."""
    return {
        "healthver": read_healthver(folder / "healthver" / "healthver_dev.csv"),
        "scifact": [
            pair
            for part in ("train", "dev")
            for pair in read_scifact_rte(folder / "scifact_rte" / f"{part}.tsv")
        ],
    }


def main() -> None:
    """Fit, write, print the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    parser.add_argument("--output", type=Path, default=SHIPPED)
    flags = parser.parse_args()
    pairs = read_labelled(flags.data / "claimdata")
    verdicts = pd.concat(
        [labelled_verdicts(found).assign(data=name) for name, found in pairs.items()]
    )
    data = {n: card.model_copy(update={"pairs": len(pairs[n])}) for n, card in DATA.items()}
    found = fit(verdicts, data)
    write_json(flags.output, found.model_dump(mode="json"))
    for label, card in found.labels.items():
        before, after = card.raw, card.unseen
        print(
            f"{label}: {card.right} of {card.verdicts} right; {card.form};"
            f" calibration error {before.calibration_error:.3f} -> {after.calibration_error:.3f},"
            f" Brier {before.brier:.3f} -> {after.brier:.3f}; {found.curves[label]}"
        )
    print(found.abstention, found.left)


if __name__ == "__main__":
    main()
