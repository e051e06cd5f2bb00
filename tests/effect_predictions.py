"""Prediction tables small enough to work through by hand."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

Cell = tuple[str, str, str, int, int, str]


def prediction_rows(cells: Mapping[Cell, list[float]]) -> pd.DataFrame:
    """Rows of weight 1 from scores by (encoder, intermediate, target, seeds, language)."""
    return pd.DataFrame(
        [
            {
                "encoder": encoder,
                "intermediate": intermediate,
                "target": target,
                "language": language,
                "intermediate_seed": seed,
                "target_seed": target_seed,
                "example_id": f"x{number}",
                "group": f"x{number}",
                "gold": "yes",
                "prediction": "yes" if score == 1 else "no",
                "score": float(score),
                "weight": 1.0,
            }
            for (encoder, intermediate, target, seed, target_seed, language), scores in (
                cells.items()
            )
            for number, score in enumerate(scores)
        ]
    )


def random_predictions(
    *,
    encoders: tuple[str, ...] = ("small", "large"),
    intermediates: tuple[str, ...] = ("legal", "plain"),
    targets: tuple[str, ...] = ("topics", "answers"),
    languages: tuple[str, ...] = ("en", "de", "th"),
    seeds: tuple[int, ...] = (0, 1),
    target_seeds: tuple[int, ...] = (1, 2),
    examples: int = 8,
    seed: int = 0,
) -> pd.DataFrame:
    """A complete study of right and wrong answers at random."""
    rng = np.random.default_rng(seed)
    return prediction_rows(
        {
            (encoder, arm, target, arm_seed, target_seed, language): list(
                rng.integers(0, 2, examples)
            )
            for encoder in encoders
            for target in targets
            for arm in ("none", *intermediates)
            for arm_seed in ((0,) if arm == "none" else seeds)
            for target_seed in target_seeds
            for language in languages
        }
    )


STUDY = {
    "encoders": {"small": {"parameters": 5_000_000}, "large": {"parameters": 20_000_000}},
    "intermediates": {
        "plain": {"domain": "general", "format": "classification"},
        "legal": {"domain": "legal", "format": "classification"},
    },
    "targets": {
        "topics": {"metric": "accuracy", "format": "classification", "train_on": "topics"},
        "answers": {"metric": "accuracy", "format": "retrieval", "train_on": None},
    },
}
