"""Mentions of tasks, data sets and metrics by a structured perceptron.

Collins (2002): the best sequence of labels under the sum of weights of each word's features and of
label pairs. Fitted by `python -m benchmarks.fit_entity_tagger` on the training part of TDMSci (Hou
et al. 2021, arXiv 2101.10273); weights and their card lie in `litreview/claims/entity_tagger.json`.
"""

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from litreview.schema import Entity

WEIGHTS = Path(__file__).with_name("entity_tagger.json")
LABELS = ("O", "B-TASK", "I-TASK", "B-DATASET", "I-DATASET", "B-METRIC", "I-METRIC")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_REACH = 2


def tag_mentions(text: str, known: Sequence[Entity] = ()) -> list[tuple[str, int, int]]:
    """Kind ("task", "dataset", "metric"), start and end of each mention, in order.

    `known` are entities of the text that a table of names has: a feature of the words in them.
    """
    places = [match.span() for match in _TOKEN.finditer(text)]
    if not places:
        return []
    words = [text[start:end] for start, end in places]
    labels = best_labels(token_features(words, kinds_at(places, known)))
    return [
        (kind.lower(), places[first][0], places[last][1]) for kind, first, last in spans_of(labels)
    ]


def kinds_at(places: Sequence[tuple[int, int]], known: Sequence[Entity]) -> list[str]:
    """The kind of the known entity that each word is in, or an empty text."""
    return [
        next((one.kind for one in known if one.start <= start < one.end), "") for start, _ in places
    ]


def spans_of(labels: Sequence[str]) -> list[tuple[str, int, int]]:
    """Kind, first and last token of each span; an I after another kind begins one, as conlleval."""
    spans: list[tuple[str, int, int]] = []
    for place, label in enumerate(labels):
        mark, _, kind = label.partition("-")
        if mark == "O":
            continue
        goes_on = mark == "I" and spans and spans[-1][0] == kind and spans[-1][2] == place - 1
        if goes_on:
            spans[-1] = (kind, spans[-1][1], place)
        else:
            spans.append((kind, place, place))
    return spans


def token_features(words: Sequence[str], kinds: Sequence[str]) -> list[list[str]]:
    """Names of the features of each word: its form, shape, known kind, and those around it."""
    plain = [word.lower() for word in words]
    shapes = [_shape(word) for word in words]
    padded = ["<"] * _REACH + plain + [">"] * _REACH
    rows = []
    for place, word in enumerate(plain):
        around = padded[place : place + 2 * _REACH + 1]
        shape_before = shapes[place - 1] if place else "<"
        shape_behind = shapes[place + 1] if place + 1 < len(words) else ">"
        rows.append(
            [
                "bias",
                f"w={word}",
                f"s3={word[-3:]}",
                f"s4={word[-4:]}",
                f"p3={word[:3]}",
                f"c={shapes[place]}",
                *(f"{offset - _REACH:+d}={near}" for offset, near in enumerate(around)),
                f"-1,0={around[_REACH - 1]} {word}",
                f"0,+1={word} {around[_REACH + 1]}",
                f"c-1={shape_before}|{shapes[place]}",
                f"c+1={shapes[place]}|{shape_behind}",
                f"s3+1={around[_REACH + 1][-3:]}",
                f"s4+1={around[_REACH + 1][-4:]}",
                f"first={place == 0}",
                f"k={kinds[place]}",
                f"k-1={kinds[place - 1] if place else ''}|{kinds[place]}",
                f"k+1={kinds[place]}|{kinds[place + 1] if place + 1 < len(words) else ''}",
                f"s3-1={around[_REACH - 1][-3:]}|{word[-3:]}",
            ]
        )
    return rows


def _shape(word: str) -> str:
    if word.isdigit():
        return "9"
    if not any(character.isalnum() for character in word):
        return word
    if word.isupper():
        return "AA" if len(word) > 1 else "A"
    if any(character.isdigit() for character in word):
        return "a9"
    if any(character.isupper() for character in word[1:]):
        return "aA"
    return "Aa" if word[0].isupper() else "a"


def best_labels(rows: Sequence[Sequence[str]]) -> list[str]:
    """The labels with the highest sum, one a row of features."""
    path = best_path(_emissions(rows), _model()["transitions"])
    return [LABELS[label] for label in path]


def best_path(emissions: np.ndarray, moves: np.ndarray) -> list[int]:
    """The label of each word on the best path (Viterbi).

    Parameters
    ----------
    emissions : array, shape (n_words, n_labels)
        Score of each label at each word.
    moves : array, shape (n_labels + 1, n_labels)
        Score of a label behind another; the last row is that of the first word.
    """
    scores, back = emissions[0] + moves[-1], []
    for emission in emissions[1:]:
        steps = scores[:, None] + moves[:-1]
        back.append(steps.argmax(axis=0))
        scores = steps.max(axis=0) + emission
    path = [int(scores.argmax())]
    for pointers in reversed(back):
        path.append(int(pointers[path[-1]]))
    return path[::-1]


def _emissions(rows: Sequence[Sequence[str]]) -> np.ndarray:
    weights = _model()["features"]
    emissions = np.zeros((len(rows), len(LABELS)))
    for place, row in enumerate(rows):
        for name in row:
            for label, weight in weights.get(name, ()):
                emissions[place, label] += weight
    return emissions


@cache
def _model() -> dict[str, Any]:
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    return {**stored, "transitions": np.array(stored["transitions"])}
