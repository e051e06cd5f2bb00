"""Extractive question answering: XQuAD, MLQA, TyDiQA, SQuAD 2.0, PolicyQA, CUAD, COVID-QA.

A long context is read in overlapping windows. The loss and the decoder are those of BERT on SQuAD
(Devlin et al. 2019, section 4.2): start and end logits, best span with end >= start; a window that
does not hold the answer, or whose question has none, points at the first piece. Where questions may
have no answer (labels are `NO_ANSWER`), the empty text is the prediction if the lowest score of the
first piece over all windows is above that of the best span (section 4.3, and run_squad.py of
google-research/bert with null_score_diff_threshold 0).
"""

import json
from collections.abc import Iterable, Iterator, Sequence

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import Batch, Encoded, encoded_from
from crosslift.catalogue.tasks import NO_ANSWER

BEST = 20
"""Starts and ends looked at in each window, as in the reference scripts (n_best_size)."""

MAX_ANSWER = 30
"""Pieces of the longest answer that may be predicted (max_answer_length of the same scripts)."""

IMPOSSIBLE = -1e4
"""Logit of places where no answer may start or end."""


def outputs(labels: Sequence[str]) -> int:
    """A start and an end logit."""
    return 2


def featurise(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """One sequence a window; windows of a context overlap by `stride` pieces.

    `per_piece["left"]` and `["right"]` hold each context piece's character offsets, -1 elsewhere;
    `per_sequence["start"]` and `["end"]` the pieces of the first gold answer, 0 if not inside.
    """
    # Articles of tens of thousands of characters come with dozens of questions each, so each is cut
    # into pieces once, and windows are kept as arrays.
    contexts = _pieces_of(tokenizer, examples["context"])
    questions = _pieces_of(tokenizer, examples["question"])
    before, between, after = _frame(tokenizer)
    sequences, rows, starts, ends, lefts, rights = [], [], [], [], [], []
    for row, example in enumerate(examples.itertuples()):
        pieces, left, right = contexts[example.context]
        # A question may take at most half the room: the context must have some left.
        question = questions[example.question][0][: max_length // 2]
        opening = np.concatenate([before, question, between])
        room = max_length - len(opening) - len(after)
        gold = _gold_pieces(left, right, example.answers, example.starts)
        for first, last in _windows(len(pieces), room, min(stride, room // 2)):
            outside = np.full(len(opening) + last - first + len(after), -1, np.int32)
            inside = slice(len(opening), len(opening) + last - first)
            sequences.append(np.concatenate([opening, pieces[first:last], after]))
            rows.append(row)
            for offsets, kept in ((left, lefts), (right, rights)):
                padded = outside.copy()
                padded[inside] = offsets[first:last]
                kept.append(padded)
            whole = gold is not None and first <= gold[0] and gold[1] < last
            starts.append(gold[0] - first + len(opening) if whole else 0)
            ends.append(gold[1] - first + len(opening) if whole else 0)
    return encoded_from(
        sequences, rows, {"start": starts, "end": ends}, {"left": lefts, "right": rights}
    )


def _pieces_of(tokenizer: Tokenizer, texts: Iterable[str]) -> dict[str, tuple[np.ndarray, ...]]:
    """Piece ids and their first and last character offsets, each of shape (n_pieces,), by text."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    distinct = list(dict.fromkeys(texts))
    found = {}
    for first in range(0, len(distinct), 256):  # encodings are large beside the arrays
        chunk = distinct[first : first + 256]
        for text, encoding in zip(
            chunk, tokenizer.encode_batch(chunk, add_special_tokens=False), strict=True
        ):
            offsets = np.array(encoding.offsets, np.int32).reshape(-1, 2)
            found[text] = (np.array(encoding.ids, np.int32), offsets[:, 0], offsets[:, 1])
    return found


def _frame(tokenizer: Tokenizer) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The special pieces before, between and after the two texts of a pair."""
    encoding = tokenizer.encode("a", "a")
    first, second = (np.flatnonzero([s == i for s in encoding.sequence_ids]) for i in (0, 1))
    ids = np.array(encoding.ids, np.int32)
    return ids[: first[0]], ids[first[-1] + 1 : second[0]], ids[second[-1] + 1 :]


def _windows(length: int, room: int, stride: int) -> Iterator[tuple[int, int]]:
    """First and last (exclusive) piece of each window over a context of `length` pieces."""
    first = 0
    while True:
        last = min(first + room, length)
        yield first, last
        if last == length:
            return
        first += room - stride


def _gold_pieces(
    left: np.ndarray, right: np.ndarray, answers: Sequence[str], starts: Sequence[int]
) -> tuple[int, int] | None:
    """First and last piece that the first gold answer touches; None if there is none."""
    if len(answers) == 0 or len(left) == 0:
        return None
    begin, stop = int(starts[0]), int(starts[0]) + len(answers[0])
    start = int(np.searchsorted(left, begin, "right")) - 1
    end = int(np.searchsorted(right, stop, "left"))
    if start < 0 or end == len(right):
        return None
    return (start, end) if start <= end else (end, start)


def keep_windows(encoded: Encoded, most: int) -> Encoded:
    """At most so many windows of each example: those that hold the answer, then evenly spread ones.

    A long article has dozens of windows for one that holds the answer; without a limit they are
    nearly all that a model is tuned on (Alberti et al. 2019, https://arxiv.org/abs/1901.08634,
    section 3, keeps a fiftieth of them).
    """
    kept = []
    for windows in encoded.groups():
        if len(windows) > most:
            holds = encoded.per_sequence["start"][windows] > 0
            spare = most - min(most, int(holds.sum()))
            others = windows[~holds]
            spread = others[np.linspace(0, len(others) - 1, spare).round().astype(int)]
            windows = np.sort(np.concatenate([windows[holds][:most], spread]))
        kept.append(windows)
    return encoded.take(np.concatenate(kept))


def loss(states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch) -> torch.Tensor:
    """Mean of the cross entropies of start and end over the batch's windows."""
    start, end = _masked_logits(head(states), batch)
    return (
        nn.functional.cross_entropy(start, batch.gold["start"])
        + nn.functional.cross_entropy(end, batch.gold["end"])
    ) / 2


def _masked_logits(logits: torch.Tensor, batch: Batch) -> tuple[torch.Tensor, torch.Tensor]:
    """Start and end logits, shape (n_windows, length); only context and first piece may win."""
    allowed = batch.gold["left"] >= 0
    allowed[batch.packing.firsts] = True
    masked = logits.float().masked_fill(~allowed.unsqueeze(-1), IMPOSSIBLE)
    start, end = batch.packing.pad(masked, IMPOSSIBLE).unbind(-1)
    return start, end


def collect(
    states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch
) -> list[np.ndarray]:
    """Each window's best span and "no answer", shape (4,).

    They are the span's first and last piece, the sum of its two logits, and the sum of those of the
    window's first piece.
    """
    start, end = _masked_logits(head(states), batch)
    none = start[:, 0] + end[:, 0]
    outside = batch.packing.pad(batch.gold["left"], -1) < 0
    start, end = start.masked_fill(outside, IMPOSSIBLE), end.masked_fill(outside, IMPOSSIBLE)
    count = min(BEST, start.shape[1])
    start_values, start_places = start.topk(count)
    end_values, end_places = end.topk(count)
    length = end_places.unsqueeze(1) - start_places.unsqueeze(2)
    total = start_values.unsqueeze(2) + end_values.unsqueeze(1)
    total = total.masked_fill((length < 0) | (length >= MAX_ANSWER), 10 * IMPOSSIBLE)
    best, place = total.flatten(1).max(1)
    first = start_places.gather(1, (place // count).unsqueeze(1)).squeeze(1)
    last = end_places.gather(1, (place % count).unsqueeze(1)).squeeze(1)
    return list(torch.stack([first.float(), last.float(), best, none], 1).cpu().numpy())


def decode(
    examples: pd.DataFrame, encoded: Encoded, collected: Sequence[np.ndarray], labels: Sequence[str]
) -> list[str]:
    """The text of the best span over all windows of each example, or "" where it may have none."""
    texts = [""] * len(examples)
    best = np.full(len(examples), -np.inf)
    none = np.full(len(examples), np.inf)
    contexts = list(examples["context"])
    left, right = encoded.per_piece["left"], encoded.per_piece["right"]
    for sequence, (first, last, total, null) in enumerate(collected):
        row = encoded.examples[sequence]
        none[row] = min(none[row], null)
        begin = left[encoded.starts[sequence] + int(first)]
        stop = right[encoded.starts[sequence] + int(last)]
        if total > best[row] and begin >= 0 and stop >= begin:
            best[row] = total
            texts[row] = contexts[row][begin:stop].strip()
    if tuple(labels) == NO_ANSWER:
        texts = ["" if none[row] > best[row] else text for row, text in enumerate(texts)]
    return texts


def gold(examples: pd.DataFrame) -> list[str]:
    """The gold answers, as JSON lists."""
    return [json.dumps(list(answers), ensure_ascii=False) for answers in examples["answers"]]
