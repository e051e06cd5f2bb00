"""Tagging of tokens: parts of speech, named entities, slots.

The first piece of a token carries its tag, as in the XTREME reference code (third_party/ of
google-research/xtreme, utils_tag.py); a sentence too long for the encoder is cut between tokens.
"""

import json
from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import torch
from tokenizers import Tokenizer
from torch import nn

from crosslift.batching import IGNORED, Batch, Encoded, encoded_from


def outputs(labels: Sequence[str]) -> int:
    """One logit a tag."""
    return len(labels)


def featurise(
    examples: pd.DataFrame,
    tokenizer: Tokenizer,
    labels: Sequence[str],
    max_length: int,
    stride: int,
) -> Encoded:
    """One sequence a sentence, or several where it is longer than `max_length` pieces.

    `per_piece["tag"]` holds the gold tag on first pieces, `per_piece["token"]` their place in the
    sentence; both are `IGNORED` elsewhere.
    """
    tokenizer.no_padding()
    tokenizer.no_truncation()
    index = {label: i for i, label in enumerate(labels)}
    encodings = tokenizer.encode_batch(
        [list(tokens) for tokens in examples["tokens"]], is_pretokenized=True
    )
    sequences, rows, tags, tokens = [], [], [], []
    for row, (encoding, gold_tags) in enumerate(zip(encodings, examples["tags"], strict=True)):
        for ids, words in _windows(encoding.ids, encoding.word_ids, max_length):
            first = [
                word if word is not None and word != previous else IGNORED
                for word, previous in zip(words, [None, *words[:-1]], strict=True)
            ]
            sequences.append(ids)
            rows.append(row)
            tokens.append(first)
            tags.append([IGNORED if word == IGNORED else index[gold_tags[word]] for word in first])
    return encoded_from(sequences, rows, per_piece={"tag": tags, "token": tokens})


def _windows(
    ids: list[int], words: list[int | None], max_length: int
) -> Iterator[tuple[list[int], list[int | None]]]:
    """Cut a sentence's pieces between tokens; each part has the special pieces at its ends."""
    if len(ids) <= max_length:
        yield ids, words
        return
    body, first = len(ids) - 1, 1
    while first < body:
        last = min(first + max_length - 2, body)
        while last < body and last > first + 1 and words[last] == words[last - 1]:
            last -= 1
        yield [ids[0], *ids[first:last], ids[-1]], [None, *words[first:last], None]
        first = last


def loss(states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch) -> torch.Tensor:
    """Mean cross entropy over the tokens of the batch."""
    return nn.functional.cross_entropy(head(states).float(), batch.gold["tag"])


def collect(
    states: torch.Tensor, pooled: torch.Tensor, head: nn.Linear, batch: Batch
) -> list[np.ndarray]:
    """Best tag of every piece, one array of shape (length,) a sequence."""
    best = head(states).argmax(-1).to(torch.int32).cpu().numpy()
    return np.split(best, batch.packing.lengths.cpu().numpy().cumsum()[:-1])


def decode(
    examples: pd.DataFrame, encoded: Encoded, collected: Sequence[np.ndarray], labels: Sequence[str]
) -> list[str]:
    """The tags of each sentence's tokens, as a JSON list.

    A token of which the tokenizer makes no piece gets the first label.
    """
    found = [[labels[0]] * len(tokens) for tokens in examples["tokens"]]
    token_of_piece = encoded.per_piece["token"]
    for sequence, best in enumerate(collected):
        places = token_of_piece[encoded.starts[sequence] : encoded.starts[sequence + 1]]
        tags = found[encoded.examples[sequence]]
        for piece in np.flatnonzero(places != IGNORED):
            tags[places[piece]] = labels[best[piece]]
    return [json.dumps(tags) for tags in found]


def gold(examples: pd.DataFrame) -> list[str]:
    """The gold tags, as JSON lists."""
    return [json.dumps(list(tags)) for tags in examples["tags"]]
