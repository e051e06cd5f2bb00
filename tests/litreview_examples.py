"""A small synthetic study for the tests of litreview: tables in the real schemas."""

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

ENCODERS = {
    "small-3": {"title": "Small, 3 layers", "parameters": 5_300_000, "layers": 3, "of_layers": 12},
    "small-6": {"title": "Small, 6 layers", "parameters": 10_600_000, "layers": 6, "of_layers": 12},
}
INTERMEDIATES = {
    "general-nli": {"domain": "general", "format": "classification", "examples": 400},
    "legal-nli": {"domain": "legal", "format": "classification", "examples": 400},
    "medical-nli": {"domain": "medical", "format": "classification", "examples": 400},
    "general-span": {"domain": "general", "format": "span", "examples": 400},
    "legal-span": {"domain": "legal", "format": "span", "examples": 400},
}
TARGETS = {
    "nli": {"format": "classification", "metric": "accuracy"},
    "span": {"format": "span", "metric": "f1_em"},
    "retrieval": {"format": "retrieval", "metric": "accuracy"},
}
RECIPE = {
    **{"learning_rate": 1e-4, "epochs": 2, "batch_size": 16, "warmup": 0.1, "pooling": "mean"},
    **{"weight_decay": 0.01, "clip_norm": 1.0, "dropout": 0.0},
}
LANGUAGES = ["en", "de", "sw", "th"]


def study(**changes: Any) -> dict[str, Any]:
    """A `study.json`; `changes` replace its keys."""
    return {
        "study": "tiny",
        "authors": ["A. Author", "B. Author"],
        "date": "2026-07-08",
        "title": "Legal and medical intermediate tasks in zero-shot cross-lingual transfer",
        "question": (
            "What do domain-specific English intermediate tasks (legal, medical) do to zero-shot "
            "cross-lingual transfer, and how does that change with model size?"
        ),
        "encoders": ENCODERS,
        "intermediates": {
            name: {**entry, "title": name, "regime": "single", "tasks": [name], "references": []}
            for name, entry in INTERMEDIATES.items()
        },
        "targets": {
            name: {
                **entry,
                "languages": LANGUAGES,
                "title": name,
                "train_on": None if name == "retrieval" else name,
                "train_examples": 0 if name == "retrieval" else 400,
                "test_examples": dict.fromkeys(LANGUAGES, 60),
            }
            for name, entry in TARGETS.items()
        },
        "seeds": {"intermediate": [0, 1, 2], "target": [0, 1, 2]},
        "recipes": {"intermediate": RECIPE, "target": RECIPE},
        "analogues": {"mnli": "general-nli", "squad": "general-span", "tatoeba": "retrieval"},
        "steps": ["pretrained encoder", "intermediate", "target", "zero-shot prediction"],
        "analysis": {"resamples": 1999, "confidence": 0.95, "seed": 0},
        "config": {"sizes": {}, "sources": ["mini"], "literature": {"mode": "frozen"}},
        "versions": {"python": "3.11", "torch": "2.13.0"},
        **changes,
    }


def draws_of(
    gains: Mapping[tuple[str, str, str], float],
    *,
    spread: float = 0.5,
    resamples: int = 1999,
) -> pd.DataFrame:
    """Normal draws around each (encoder, intermediate, target) gain, symmetric about it."""
    half = np.random.default_rng(0).standard_normal(resamples // 2)
    shape = np.concatenate([half, -half, [0.0]])[:resamples]
    return pd.concat(
        [
            pd.DataFrame(
                {
                    "encoder": encoder,
                    "intermediate": intermediate,
                    "target": target,
                    "draw": np.arange(len(shape)),
                    "gain": gain + spread * np.roll(shape, 17 * place),
                }
            )
            for place, ((encoder, intermediate, target), gain) in enumerate(gains.items())
        ],
        ignore_index=True,
    )


def effects_of(
    gains: Mapping[tuple[str, str, str], float], draws: pd.DataFrame, *, seeds: int = 3
) -> pd.DataFrame:
    """Rows of `effects.parquet` for the gains, their `mean` and their single languages."""
    rows = []
    drawn = dict(iter(draws.groupby(["encoder", "intermediate", "target"])["gain"]))
    for (encoder, intermediate, target), gain in gains.items():
        own = drawn[encoder, intermediate, target].to_numpy()
        low, high = np.quantile(own, [0.025, 0.975])
        below = np.mean(own <= 0)
        row = {
            "encoder": encoder,
            "intermediate": intermediate,
            "target": target,
            "language": "non-english",
            "score": 60.0 + gain,
            "baseline_score": 60.0,
            "gain": gain,
            "low": low,
            "high": high,
            "p_value": float(min(1, 2 * max(1 / 2000, min(below, 1 - below)))),
            "intermediate_seeds": seeds,
            "target_seeds": 0 if target == "retrieval" else seeds,
            "languages": 3,
            "examples": 60,
            "collapsed": 0,
            "lopsided": 0,
            "chance": {"nli": 100 / 3}.get(target, float("nan")),
            "confidence": 0.95,
            "resamples": 1999,
            "bootstrap_seed": 0,
        }
        rows.append(row)
        for place, language in enumerate(LANGUAGES) if target != "mean" else ():
            shift = 0.4 * (place - 2) if language != "en" else 0.5
            rows.append(
                {
                    **row,
                    "language": language,
                    "languages": 1,
                    **{k: row[k] + shift for k in ("score", "gain", "low", "high")},
                }
            )
    table = pd.DataFrame(rows)
    family = (table["language"] == "non-english") & (table["target"] != "mean")
    table["p_holm"] = np.nan
    table["p_bh"] = np.nan
    adjusted = np.minimum(1, table.loc[family, "p_value"] * family.sum())
    table.loc[family, ["p_holm", "p_bh"]] = np.stack([adjusted, adjusted], axis=1)
    return table


def gains(**changes: float) -> dict[tuple[str, str, str], float]:
    """Gains of all arms; `legal_span__retrieval=3.0` sets one for both encoders."""
    table: dict[tuple[str, str, str], float] = {}
    for place, encoder in enumerate(ENCODERS):
        for intermediate in INTERMEDIATES:
            for target in TARGETS:
                key = f"{intermediate}__{target}".replace("-", "_")
                table[encoder, intermediate, target] = changes.get(key, 2.0) + place
            table[encoder, intermediate, "mean"] = float(
                np.mean(
                    [
                        table[encoder, intermediate, target]
                        for target, entry in TARGETS.items()
                        if entry["format"] != "retrieval"
                    ]
                )
            )
    return table


@functools.cache
def tables(*, seeds: int = 3, spread: float = 0.5, **changes: float) -> dict[str, pd.DataFrame]:
    """`effects` and `draws` of the synthetic study."""
    values = gains(**changes)
    drawn = draws_of(values, spread=spread)
    return {"effects": effects_of(values, drawn, seeds=seeds), "draws": drawn}


def contrasts(**changes: float) -> pd.DataFrame:
    """Differences of the legal and medical intermediates from their controls."""
    pairs = [
        ("legal", "classification", "legal-nli", "general-nli"),
        ("medical", "classification", "medical-nli", "general-nli"),
        ("legal", "span", "legal-span", "general-span"),
    ]
    rows = []
    for encoder in ENCODERS:
        for domain, form, name, control in pairs:
            for target in [*TARGETS, "mean"]:
                difference = changes.get(name.replace("-", "_"), 0.25)
                rows.append(
                    {
                        "encoder": encoder,
                        "domain": domain,
                        "format": form,
                        "intermediate": name,
                        "control": control,
                        "target": target,
                        "difference": difference,
                        "low": difference - 1.0,
                        "high": difference + 1.0,
                        "p_value": 0.5,
                        "p_holm": float("nan") if target == "mean" else 1.0,
                        "confidence": 0.95,
                    }
                )
    return pd.DataFrame(rows)


def scaling(slope: float = 1.0) -> pd.DataFrame:
    """Slopes of every intermediate on the mean over targets."""
    rows = [
        {
            "intermediate": name,
            "target": "mean",
            "encoder": encoder,
            "parameters": entry["parameters"],
            "gain": 2.0 + place,
            "low": 1.0 + place,
            "high": 3.0 + place,
            "slope": slope,
            "slope_low": slope - 0.5,
            "slope_high": slope + 0.5,
            "confidence": 0.95,
        }
        for name in INTERMEDIATES
        for place, (encoder, entry) in enumerate(ENCODERS.items())
    ]
    return pd.DataFrame(rows)


MARGIN_TESTS = ("p_noninferior", "p_nonsuperior", "p_equivalent")


def with_margin(rows: pd.DataFrame, **corrected: float) -> pd.DataFrame:
    """A table with the columns of the margin of one point; `corrected` sets a test's p-value."""
    values = {f"{test}_holm": corrected.get(test, 1.0) for test in MARGIN_TESTS}
    return rows.assign(margin=1.0, **dict.fromkeys(MARGIN_TESTS, 1.0), **values)


def factorial(estimate: float = 0.5) -> pd.DataFrame:
    """Effects of the legal domain, of format, and of both, on every target."""
    effects = [
        ("domain", "all", ""),
        ("format", "classification", "span"),
        ("interaction", "classification", "span"),
    ]
    rows = [
        {
            "encoder": encoder,
            "domain": "legal",
            "effect": effect,
            "format": form,
            "other_format": other,
            "target": target,
            "estimate": estimate,
            "low": estimate - 2.0,
            "high": estimate + 2.0,
            "p_value": 0.5,
            "p_holm": float("nan") if target == "mean" else 1.0,
            "confidence": 0.95,
        }
        for encoder in ENCODERS
        for effect, form, other in effects
        for target in [*TARGETS, "mean"]
    ]
    return with_margin(pd.DataFrame(rows))
