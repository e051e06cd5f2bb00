"""Fitting the entailment model, and measuring it on claims that it was not fitted to."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from litreview.encoder import QUERY, Encode, encoder_folder, encoder_name, load_encoder
from litreview.files import InputError, write_bytes
from litreview.pair_encoder import FILE as PAIRS_FILE
from litreview.pair_encoder import PairEncoder
from litreview.verification.calibration import (
    Scaling,
    abstention_threshold,
    accuracy_at_coverage,
    brier_score,
    calibration_error,
    fit_scaling,
    negative_log_likelihood,
)
from litreview.verification.entailment_model import (
    LABELS,
    SHIPPED,
    EntailmentModel,
    Head,
    Mixture,
    Pairs,
    log_shares,
    measured,
    products,
    save,
    sides_of,
)
from litreview.verification.labelled_pairs import read_pairs
from litreview.verification.pair_features import placed_words

DIRECTIONS = 64
BLOCKS = (0.5, 0.2, 1.0)
"""Shares of words, measures and products of vectors in a pair's squared length."""
RIDGE = 0.6
FOLDS = 5
WEIGHT = 0.3
"""Of a tuned encoder's log-shares beside a head's scores, which are about shares of one. On the
shipped data 0.15 has the least negative log-likelihood by folds by claim and 0.3 by folds by
question; claims of other subjects are what the level is for."""
EVENING = 0.5
"""How far the three labels count alike in the scaling, for their shares differ from set to set."""
RARE = 2
"""Words of fewer pairs are left out."""
_UNSCALED = Scaling(1.0, (0.0,) * len(LABELS))


def fit_head(pairs: Pairs, gold: Sequence[int], encode: Encode | None = None) -> Head:
    """Fit one level; its scaling is still the identity (`cross_fitted` finds it).

    Ridge regression of the label indicators, each label weighing the same in total, solved in the
    space of examples (Saunders et al. 1998, Ridge regression in dual variables, ICML).

    Parameters
    ----------
    pairs : sequence of (claim, passage)
    gold : sequence of int, shape (n_pairs,)
        Places in `LABELS`.
    encode : callable, optional
        With it the level reads vectors.
    """
    head = _blank_head(pairs, encode)
    features = head.features(pairs, encode)
    weights, bias = _ridge(features, np.asarray(gold))
    return replace(head, weights=weights, bias=bias)


def _blank_head(pairs: Pairs, encode: Encode | None) -> Head:
    counts = Counter(word for pair in pairs for word in placed_words(*pair))
    kept = sorted(word for word, count in counts.items() if count >= RARE)
    words = {word: row for row, word in enumerate(kept)}
    rarity = np.array([1 + np.log((1 + len(pairs)) / (1 + counts[word])) for word in kept])
    counted = measured(pairs)
    centre, spread = counted.mean(0), np.maximum(counted.std(0), 1e-3)
    origins, directions, product_length = np.zeros((0, 0)), np.zeros((0, 0)), 1.0
    if encode is not None:
        sides = sides_of(pairs, encode)
        origins = np.array([side.mean(0) for side in sides])
        centred = np.vstack([side - side.mean(0) for side in sides])
        directions = np.linalg.svd(centred, full_matrices=False)[2][:DIRECTIONS].T
        product_length = float(np.mean((products(*sides, origins, directions) ** 2).sum(1)))
    lengths = (1.0, float(np.mean((((counted - centre) / spread) ** 2).sum(1))), product_length)
    scales = np.sqrt(np.array(BLOCKS) / np.array(lengths))
    blank = np.zeros((0, len(LABELS)))
    return Head(words, rarity, centre, spread, origins, directions, scales, blank, blank, _UNSCALED)


def _ridge(features: np.ndarray, gold: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    from scipy.linalg import solve

    share = 1.0 / np.bincount(gold, minlength=len(LABELS))[gold]
    share /= share.mean()
    targets = np.eye(len(LABELS))[gold]
    bias = (targets * share[:, None]).sum(0) / share.sum()
    gram = (features @ features.T).astype(np.float64)
    gram[np.diag_indices_from(gram)] += RIDGE / share
    duals = solve(gram, targets - bias, assume_a="pos")
    return features.T.astype(np.float64) @ duals, bias


def grouped_folds(groups: Sequence[str], folds: int = FOLDS, seed: int = 0) -> np.ndarray:
    """A fold for each example, those of one group in one fold, folds about equally large.

    Returns
    -------
    array of int, shape (n,)
    """
    counts = Counter(groups)
    names = sorted(counts)
    order = np.random.default_rng(seed).permutation(len(names))
    shuffled = sorted((names[i] for i in order), key=lambda name: -counts[name])
    sizes = np.zeros(folds, int)
    fold_of = {}
    for name in shuffled:
        fold_of[name] = int(sizes.argmin())
        sizes[fold_of[name]] += counts[name]
    return np.array([fold_of[group] for group in groups])


def cross_fitted(
    pairs: Pairs, gold: Sequence[int], groups: Sequence[str], encode: Encode | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Scores and probabilities of each pair by a model that saw no pair of its group.

    The scaling of a fold's scores is fitted on the other folds' scores.

    Returns
    -------
    tuple of arrays of float, shape (n_pairs, 3) each
    """
    gold, folds = np.asarray(gold), grouped_folds(groups)
    scores = np.zeros((len(gold), len(LABELS)))
    for fold in np.unique(folds):
        held, rest = np.flatnonzero(folds == fold), np.flatnonzero(folds != fold)
        head = fit_head([pairs[i] for i in rest], gold[rest], encode)
        scores[held] = head.scores([pairs[i] for i in held], encode)
    return scores, scaled_by_others(scores, gold, folds)


def scaled_by_others(scores: np.ndarray, gold: np.ndarray, folds: np.ndarray) -> np.ndarray:
    """Probabilities of each fold's scores by a scaling that was fitted on the other folds."""
    probabilities = np.zeros_like(scores)
    for fold in np.unique(folds):
        held = folds == fold
        probabilities[held] = fit_scaling(scores[~held], gold[~held], EVENING)(scores[held])
    return probabilities


def fit_level(
    pairs: Pairs, gold: Sequence[int], groups: Sequence[str], encode: Encode | None = None
) -> tuple[Head, np.ndarray]:
    """A head with its scaling, and the cross-fitted probabilities that tell how good it is."""
    scores, probabilities = cross_fitted(pairs, gold, groups, encode)
    head = fit_head(pairs, gold, encode)
    return replace(head, scaling=fit_scaling(scores, gold, EVENING)), probabilities


def remembering(encode: Encode) -> Encode:
    """An encoder that encodes each text once."""
    known: dict[tuple[str, str], np.ndarray] = {}

    def remembered(texts: Sequence[str], prefix: str = QUERY) -> np.ndarray:
        new = sorted({text for text in texts if (prefix, text) not in known})
        if new:
            known.update(zip([(prefix, text) for text in new], encode(new, prefix), strict=True))
        return np.array([known[prefix, text] for text in texts])

    return remembered


def measured_by(
    probabilities: np.ndarray, gold: Sequence[int]
) -> dict[str, float | dict[str, float] | None]:
    """How good cross-fitted probabilities are: what a card states."""
    gold = np.asarray(gold)
    guessed = probabilities.argmax(1)
    covered = accuracy_at_coverage(probabilities, gold)
    return {
        "accuracy": round(float((guessed == gold).mean()), 4),
        "macro_f1": round(macro_f1(guessed, gold), 4),
        "calibration_error": round(calibration_error(probabilities, gold), 4),
        "brier": round(brier_score(probabilities, gold), 4),
        "nll": round(negative_log_likelihood(probabilities, gold), 4),
        "accuracy_at_coverage": {f"{k:.2f}": round(v, 4) for k, v in covered.items()},
        "confidence_for_accuracy_0.8": abstention_threshold(probabilities, gold, 0.8),
    }


def macro_f1(guessed: np.ndarray, gold: np.ndarray) -> float:
    """Mean F1 of the labels that occur; 0 for one that is never right."""
    scores = []
    for label in np.union1d(guessed, gold):
        right = ((guessed == label) & (gold == label)).sum()
        scores.append(2 * right / ((guessed == label).sum() + (gold == label).sum()))
    return float(np.mean(scores))


def train(
    data: str | Path,
    output: str | Path,
    encoder: str | Path | None = None,
    *,
    by: str = "claim",
    start: str | Path | None = None,
) -> EntailmentModel:
    """Fit all levels on labelled pairs and write them, with a card of how good they are.

    Parameters
    ----------
    data : path
        A CSV or TSV file of labelled pairs, or a folder of such (`labelled_pairs.read_pairs`).
    output : path
        A folder; `entailment.json` appears in it, whole or not at all, and with `start` before it
        a copy of that as `pairs.safetensors`.
    encoder : path, optional
        Folder of a prepared encoder, ``$LITREVIEW_ENCODER`` when None; without either, the level
        `words` alone is fitted.
    by : str
        Column of what is never parted between fitting and measuring.
    start : path, optional
        What `pair_encoder.tune` taught that encoder, for the level `pairs`. It must not have been
        tuned on the pairs in `data`, or the measures say nothing.

    Raises
    ------
    InputError
        If there are too few pairs, too many, or a file that is none of pairs.
    """
    examples = read_pairs(data, by)
    folder = encoder_folder(encoder)
    if start and folder is None:
        raise InputError(f"train: {start} needs its encoder; set LITREVIEW_ENCODER to its folder")
    encode = None if folder is None else remembering(load_encoder(folder))
    pairs = [(one.claim, one.passage) for one in examples]
    gold = [LABELS.index(one.label) for one in examples]
    groups = [one.group for one in examples]
    heads, levels, mixture = {}, {}, None
    for level, reads in {"words": None, "vectors": encode}.items():
        if level == "words" or encode is not None:
            heads[level], probabilities = fit_level(pairs, gold, groups, reads)
            levels[level] = measured_by(probabilities, gold)
    if start and folder:
        logits = PairEncoder(folder, start).logits(pairs)
        mixture, probabilities = fit_mixture(pairs, gold, groups, encode, logits)
        mixture = replace(mixture, encoder=encoder_name(folder))
        levels["pairs"] = measured_by(probabilities, gold)
        write_bytes(Path(output) / PAIRS_FILE, Path(start).read_bytes())
    card = {
        "labels": list(LABELS),
        "pairs": len(pairs),
        "claims": len({one.claim for one in examples}),
        "counts": {label: gold.count(place) for place, label in enumerate(LABELS)},
        "encoder": folder and (encoder_name(folder) or folder.name),
        "cross_validated": levels,
        "validation": f"{FOLDS} folds by {by}; scaling fitted on the other folds",
    }
    model = EntailmentModel(heads, card, mixture)
    save(model, Path(output) / SHIPPED.name)
    return model


def fit_mixture(
    pairs: Pairs,
    gold: Sequence[int],
    groups: Sequence[str],
    encode: Encode | None,
    logits: np.ndarray,
) -> tuple[Mixture, np.ndarray]:
    """The level `pairs`, and its cross-fitted probabilities.

    Parameters
    ----------
    logits : array of float, shape (n_pairs, 3)
        Of an encoder that was tuned on other pairs.

    Returns
    -------
    tuple of Mixture and array of float, shape (n_pairs, 3)
    """
    scores, _ = cross_fitted(pairs, gold, groups, encode)
    scores += WEIGHT * log_shares(logits)
    gold = np.asarray(gold)
    probabilities = scaled_by_others(scores, gold, grouped_folds(groups))
    head = replace(fit_head(pairs, gold, encode), scaling=fit_scaling(scores, gold, EVENING))
    return Mixture(head, WEIGHT, None), probabilities
