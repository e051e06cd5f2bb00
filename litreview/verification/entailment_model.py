"""Whether a passage supports, refutes or leaves open a claim: a fitted model over pair features.

Three levels, whose scores are turned into probabilities on examples that they were not fitted to.
Two are ridge regressions on the labels: `words` reads what `pair_features` counts; `vectors` also
reads an encoder's vectors of both sides, by the products of their main directions. `pairs` adds to
such scores what an encoder says that was tuned on pairs (`litreview.pair_encoder`). The
shipped weights were fitted on the development pairs of HealthVer (biomedical); their card and
docs/entailment.md say how well they do.
"""

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from litreview.encoder import QUERY, Encode
from litreview.files import InputError, read_json, write_text
from litreview.pair_encoder import LABELS
from litreview.verification.calibration import Scaling
from litreview.verification.entailment import Entailment, Scorer, lexical_scorer
from litreview.verification.pair_features import measures, placed_words

SHIPPED = Path(__file__).with_name("entailment.json")
SHIFT = 0.5
"""Of the products of both sides' vectors: it lets each side count by itself too."""

Pairs = Sequence[tuple[str, str]]
"""Claims with a passage each."""
Read = Callable[[Pairs], np.ndarray]
"""``read(pairs)`` gives logits of `LABELS`, shape (n_pairs, 3)."""


@dataclass(frozen=True)
class Head:
    """A linear model over the features of one level.

    Attributes
    ----------
    words : dict of str to int
        Row of each placed word; those not listed count nothing.
    rarity : array of float, shape (n_words,)
        Inverse document frequencies.
    centre, spread : arrays of float, shape (n_measures,)
        Means and standard deviations of the measures.
    origins : array of float, shape (2, width)
        Mean vectors of claims and of passages; no rows where the level reads no vectors.
    directions : array of float, shape (width, n_directions)
        Main directions of the vectors about their means.
    scales : array of float, shape (3,)
        Of the blocks: words, measures, products.
    weights : array of float, shape (n_features, 3)
    bias : array of float, shape (3,)
    scaling : Scaling
    """

    words: dict[str, int]
    rarity: np.ndarray
    centre: np.ndarray
    spread: np.ndarray
    origins: np.ndarray
    directions: np.ndarray
    scales: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    scaling: Scaling

    @property
    def reads_vectors(self) -> bool:
        """Whether the head needs an encoder."""
        return bool(self.origins.size)

    def features(self, pairs: Pairs, encode: Encode | None) -> np.ndarray:
        """Features of pairs, shape (n_pairs, n_features), float32."""
        blocks = [
            self.scales[0] * _weighted_words(pairs, self.words, self.rarity),
            self.scales[1] * (measured(pairs) - self.centre) / self.spread,
        ]
        if self.reads_vectors:
            sides = sides_of(pairs, encode)
            blocks.append(self.scales[2] * products(*sides, self.origins, self.directions))
        return np.hstack(blocks).astype(np.float32)

    def scores(self, pairs: Pairs, encode: Encode | None = None) -> np.ndarray:
        """Scores of the labels, shape (n_pairs, 3); about 1 for the right one, 0 for others."""
        if not pairs:
            return np.zeros((0, len(LABELS)))
        return self.features(pairs, encode).astype(np.float64) @ self.weights + self.bias


@dataclass(frozen=True)
class Mixture:
    """The level `pairs`: scores of a head, plus `weight` times a tuned encoder's log-shares.

    `encoder` names the encoder that was tuned; the head reads its vectors too.
    """

    head: Head
    weight: float
    encoder: str | None

    def probabilities(self, pairs: Pairs, encode: Encode, read: Read) -> np.ndarray:
        """Probabilities of `LABELS`, shape (n_pairs, 3)."""
        scores = self.head.scores(pairs, encode) + self.weight * log_shares(read(pairs))
        return self.head.scaling(scores)


def log_shares(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the softmax of each row."""
    shifted = logits - logits.max(-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(-1, keepdims=True))


@dataclass(frozen=True)
class EntailmentModel:
    """The heads of the levels, with the card of how they were fitted and measured.

    Attributes
    ----------
    heads : dict of str to Head
        Of `words`, and of `vectors` where the model was fitted with an encoder.
    card : dict
    mixture : Mixture or None
        Of `pairs`, where an encoder was tuned.
    """

    heads: Mapping[str, Head]
    card: Mapping[str, Any]
    mixture: Mixture | None = None

    def probabilities(
        self, pairs: Pairs, encode: Encode | None = None, read: Read | None = None
    ) -> np.ndarray:
        """Probabilities of `LABELS`, shape (n_pairs, 3).

        Parameters
        ----------
        pairs : sequence of (claim, passage)
        encode : callable, optional
            The encoder that the card names, for the level `vectors`, or that of the mixture.
        read : callable, optional
            ``read(pairs)`` gives the tuned encoder's logits, for the level `pairs`; with neither,
            the level `words` is used.
        """
        if encode is not None and read is not None and self.mixture is not None:
            return self.mixture.probabilities(pairs, encode, read)
        if encode is not None:
            self._check_encoder(encode)
        head = self.heads["words" if encode is None else "vectors"]
        return head.scaling(head.scores(pairs, encode))

    def _check_encoder(self, encode: Encode) -> None:
        """Vectors of another encoder than the fitted one mean nothing to the weights."""
        name = getattr(encode, "name", self.card["encoder"])
        if "vectors" not in self.heads or name != self.card["encoder"]:
            raise InputError(
                f"the entailment model was fitted with the encoder {self.card['encoder']}, not "
                f"{name}: prepare that one, or train the model with `python -m litreview train`"
            )

    def scorer(self, encode: Encode | None = None) -> Scorer:
        """A `Scorer` whose support and contradiction are the model's probabilities.

        Coverage and relation stay those of the words (`litreview.verification.entailment`).
        """
        by_words = lexical_scorer(())

        @cache
        def score(claim: str, passage: str) -> Entailment:
            support, contradiction, _ = self.probabilities([(claim, passage)], encode)[0]
            words = by_words(claim, passage)
            return Entailment(float(support), float(contradiction), words.coverage, words.relation)

        return score


def load(path: str | Path | None = None) -> EntailmentModel:
    """Read a fitted model.

    Parameters
    ----------
    path : path, optional
        A file that `save` wrote, or a folder with it (`entailment.json`); the shipped one if None.

    Raises
    ------
    InputError
        If the file is missing or no such model.
    """
    path = SHIPPED if path is None else Path(path)
    if path.is_dir():
        path = path / SHIPPED.name
    content = read_json(path)
    try:
        heads = {name: _head(stored) for name, stored in content["heads"].items()}
        mixture = content.get("mixture")
        return EntailmentModel(heads, content["card"], mixture and _mixture(mixture))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{path}: no entailment model ({error!r}); train it again, or leave the folder out"
        ) from error


def save(model: EntailmentModel, path: str | Path) -> None:
    """Write a model as JSON, numbers with five digits."""
    heads = {name: _stored(head) for name, head in model.heads.items()}
    stored: dict[str, Any] = {"card": model.card, "heads": heads}
    if model.mixture is not None:
        stored["mixture"] = {
            "weight": model.mixture.weight,
            "encoder": model.mixture.encoder,
            "head": _stored(model.mixture.head),
        }
    text = json.dumps(stored, ensure_ascii=False, indent=0)
    write_text(path, text + "\n")


def _stored(head: Head) -> dict[str, Any]:
    arrays = ("rarity", "centre", "spread", "origins", "directions", "scales", "weights", "bias")
    return {
        "words": " ".join(sorted(head.words, key=head.words.__getitem__)),
        **{name: _rounded(getattr(head, name)) for name in arrays},
        "temperature": head.scaling.temperature,
        "shifts": list(head.scaling.shifts),
    }


def _mixture(stored: Mapping[str, Any]) -> Mixture:
    return Mixture(_head(stored["head"]), float(stored["weight"]), stored["encoder"])


def _rounded(values: np.ndarray) -> str | list[str]:
    """Numbers of an array, a row a line of text: JSON lists of numbers take three times as long."""
    if values.ndim == 1:
        return " ".join(f"{value:.5g}" for value in values)
    return [" ".join(f"{value:.5g}" for value in row) for row in values]


def _head(stored: Mapping[str, Any]) -> Head:
    def line(text: str) -> np.ndarray:
        return np.array(text.split(), dtype=np.float64)

    def rows(lines: Sequence[str], width: int) -> np.ndarray:
        return np.array([line(text) for text in lines]).reshape(len(lines), -1 if lines else width)

    return Head(
        words={word: row for row, word in enumerate(stored["words"].split())},
        **{name: line(stored[name]) for name in ("rarity", "centre", "spread", "scales", "bias")},
        origins=rows(stored["origins"], 0),
        directions=rows(stored["directions"], 0),
        weights=rows(stored["weights"], len(LABELS)),
        scaling=Scaling(
            float(stored["temperature"]), tuple(float(shift) for shift in stored["shifts"])
        ),
    )


def sides_of(pairs: Pairs, encode: Callable[..., np.ndarray] | None) -> list[np.ndarray]:
    """Vectors of the claims and of the passages, each distinct text encoded once."""
    if encode is None:
        raise InputError("this level of the entailment model reads vectors: give it an encoder")
    texts = sorted({text for pair in pairs for text in pair})
    vectors = np.asarray(encode(texts, QUERY), np.float64)
    row = {text: index for index, text in enumerate(texts)}
    return [vectors[[row[pair[side]] for pair in pairs]] for side in (0, 1)]


def products(
    claims: np.ndarray, passages: np.ndarray, origins: np.ndarray, directions: np.ndarray
) -> np.ndarray:
    """All products of a claim's coordinates with a passage's, and of either with `SHIFT`.

    Their scalar product for two pairs is that of the claims, plus `SHIFT`, times that of the
    passages, plus `SHIFT`: like pairs are those with like claims and like passages.

    Returns
    -------
    array of float, shape (n_pairs, (n_directions + 1) ** 2)
    """
    sides = []
    for vectors, origin in zip((claims, passages), origins, strict=True):
        turned = (vectors - origin) @ directions
        turned /= np.maximum(np.linalg.norm(turned, axis=1, keepdims=True), 1e-9)
        sides.append(np.hstack([turned, np.full((len(turned), 1), math.sqrt(SHIFT))]))
    return np.einsum("ni,nj->nij", *sides).reshape(len(claims), -1)


def measured(pairs: Pairs) -> np.ndarray:
    """Measures by hand of all pairs, shape (n_pairs, n_measures)."""
    return np.array([_measured_pair(*pair) for pair in pairs])


@lru_cache(maxsize=20_000)
def _measured_pair(claim: str, passage: str) -> tuple[float, ...]:
    return tuple(measures(claim, passage).values())


def _weighted_words(pairs: Pairs, words: Mapping[str, int], rarity: np.ndarray) -> np.ndarray:
    """TF-IDF of placed words, each row of length 1 or 0, shape (n_pairs, n_words)."""
    found = np.zeros((len(pairs), len(words)), np.float32)
    for row, pair in zip(found, pairs, strict=True):
        places = [words[word] for word in placed_words(*pair) if word in words]
        row[places] = rarity[places]
    return found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
