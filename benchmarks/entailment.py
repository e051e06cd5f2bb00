"""How well evidence is ranked, and pairs are told apart, on the labelled data at hand.

    python -m benchmarks.entailment --encoder results/mini/encoders/e5-small

prints both as tables and, with --figure, draws the reliability diagram. Ten minutes of one core.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.claimdata import Pair, read_healthver, read_scifact_rte
from litreview.encoder import Encode, load_encoder
from litreview.language.lexicon import parts
from litreview.pair_encoder import FILE as PAIRS_FILE
from litreview.pair_encoder import PairEncoder
from litreview.verification.calibration import reliability
from litreview.verification.entailment_fitting import cross_fitted, measured_by, remembering
from litreview.verification.entailment_model import LABELS, SHIPPED, Read, load
from litreview.verification.ranking import fused, vector_scores, word_scores
from litreview.verification.reliability_figure import write_reliability


def ranked(pairs: list[Pair], encode: Encode) -> Iterator[dict[str, float | str]]:
    """Rankings of all evidence for each claim that some of it speaks to."""
    pool = sorted({pair.evidence for pair in pairs})
    place = {text: index for index, text in enumerate(pool)}
    relevant: dict[str, set[int]] = defaultdict(set)
    for pair in pairs:
        if pair.label != "insufficient":
            relevant[pair.claim].add(place[pair.evidence])
    claims = sorted(relevant)
    wanted = [relevant[claim] for claim in claims]
    words = word_scores([parts(claim) for claim in claims], [parts(text) for text in pool])
    vectors = vector_scores(claims, pool, encode)
    for name, scores in {
        "BM25": words,
        "vectors": vectors,
        "both": fused(words, vectors),
    }.items():
        yield {"ranking": name, **ranking_measures(scores, wanted)}


def ranking_measures(scores: np.ndarray, relevant: list[set[int]]) -> dict[str, float]:
    """hit@1, hit@10, recall@10 and MRR@20 over queries; ties go by place."""
    ranks = (-scores).argsort(1, kind="stable").argsort(1, kind="stable")
    places = [sorted(row[list(one)]) for row, one in zip(ranks, relevant, strict=True)]
    return {
        "hit@1": float(np.mean([one[0] < 1 for one in places])),
        "hit@10": float(np.mean([one[0] < 10 for one in places])),
        "recall@10": float(np.mean([np.mean(np.array(one) < 10) for one in places])),
        "MRR@20": float(np.mean([1 / (one[0] + 1) if one[0] < 20 else 0.0 for one in places])),
    }


def judged(pairs: list[Pair], encode: Encode, figure: Path | None) -> Iterator[dict]:
    """Cross-fitted measures of both levels, with folds by claim and by question."""
    texts = [(pair.claim, pair.evidence) for pair in pairs]
    gold = np.array([LABELS.index(pair.label) for pair in pairs])
    groups = {
        "claim": [pair.claim for pair in pairs],
        "question": [pair.group for pair in pairs],
    }
    for folds, group in groups.items():
        for level, reads in {"words": None, "vectors": encode}.items():
            _, probabilities = cross_fitted(texts, gold, group, reads)
            found = measured_by(probabilities, gold)
            yield {"folds by": folds, "level": level, **found}
            if figure is not None and (folds, level) == ("claim", "vectors"):
                title = "HealthVer, folds by claim"
                write_reliability(reliability(probabilities, gold), title, figure)


def transferred(
    pairs: list[Pair], encode: Encode, reader: tuple[Encode, Read] | None = None
) -> Iterator[dict]:
    """Accuracy of the shipped model on pairs with two labels, that it was not fitted to."""
    gold = np.array([pair.label == "supported" for pair in pairs])
    yield {"level": "always supported", "accuracy": float(gold.mean())}
    levels = {"words": (None, None), "vectors": (encode, None)}
    if reader is not None:
        levels["pairs"] = reader
    for level, reads in levels.items():
        found = load().probabilities([(pair.claim, pair.evidence) for pair in pairs], *reads)
        # All evidence here bears on its claim: only supported and refuted are compared.
        yield {"level": level, "accuracy": float(((found[:, 0] > found[:, 1]) == gold).mean())}


def pair_reader(folder: Path) -> tuple[Encode, Read]:
    """Vectors and logits of the prepared encoder that the shipped level `pairs` is of."""
    return load_encoder(folder), PairEncoder(folder, SHIPPED.with_name(PAIRS_FILE)).logits


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("CROSSLIFT_DATA", ".")))
    parser.add_argument("--encoder", type=Path, required=True)
    parser.add_argument("--reader", type=Path, help="all-mpnet-base-v2, for the level pairs")
    parser.add_argument("--figure", type=Path, help="where to draw the reliability diagram (PNG)")
    flags = parser.parse_args()
    folder = flags.data / "claimdata"
    encode = remembering(load_encoder(flags.encoder))
    reader = flags.reader and pair_reader(flags.reader)
    healthver = read_healthver(folder / "healthver" / "healthver_dev.csv")
    scifact = [
        pair
        for part in ("train", "dev")
        for pair in read_scifact_rte(folder / "scifact_rte" / f"{part}.tsv")
    ]
    for title, rows in {
        "Evidence of HealthVer": ranked(healthver, encode),
        "Pairs of SciFact, not fitted to": transferred(scifact, encode, reader),
        "Pairs of HealthVer": judged(healthver, encode, flags.figure),
    }.items():
        table = pd.json_normalize(list(rows))
        print(f"\n{title}\n{table.to_string(index=False, float_format='%.3f')}")


if __name__ == "__main__":
    main()
