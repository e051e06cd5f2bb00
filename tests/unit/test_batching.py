import numpy as np
import pytest
import torch

from crosslift.batching import (
    collate,
    encoded_from,
    prediction_batches,
    training_batches,
)

CPU = torch.device("cpu")


@pytest.fixture
def encoded():
    # Example 0 has two sequences (say, two alternatives), examples 1 and 2 have one each.
    return encoded_from(
        [[5, 6], [5, 7, 8], [9], [4, 4, 4, 4]],
        [0, 0, 1, 2],
        {"right": [1, 0, 1, 1]},
        {"tag": [[1, 2], [1, 2, 3], [0], [3, 3, 3, 3]]},
    )


def test_a_batch_lays_its_sequences_end_to_end(encoded):
    batch = collate(encoded, np.array([2, 1]), encoded.pieces, CPU)
    assert batch.pieces.tolist() == [9, 5, 7, 8]
    assert batch.packing.lengths.tolist() == [1, 3]
    assert batch.packing.sequences.tolist() == [0, 1, 1, 1]
    assert batch.packing.places.tolist() == [0, 0, 1, 2]
    assert batch.gold["tag"].tolist() == [0, 1, 2, 3]
    assert batch.gold["right"].tolist() == [1, 0]


def test_sequences_of_one_example_stay_together_in_training(encoded):
    for seed in range(5):
        batches = training_batches(encoded, 1, np.random.default_rng(seed))
        assert sorted(batch.tolist() for batch in batches) == [[0, 1], [2], [3]]


def test_an_epoch_holds_every_sequence_once(encoded):
    batches = training_batches(encoded, 2, np.random.default_rng(0))
    assert sorted(np.concatenate(batches).tolist()) == [0, 1, 2, 3]


def test_the_same_stream_gives_the_same_batches(encoded):
    first, second = (
        [b.tolist() for b in training_batches(encoded, 2, np.random.default_rng(7))]
        for _ in range(2)
    )
    assert first == second


def test_prediction_batches_stay_within_the_piece_budget(encoded):
    batches = list(prediction_batches(encoded, piece_budget=6))
    assert sorted(np.concatenate(batches).tolist()) == [0, 1, 2, 3]
    for batch in batches:
        assert len(batch) == 1 or len(batch) * encoded.lengths[batch].max() <= 6


def test_a_sequence_longer_than_the_budget_goes_alone(encoded):
    batches = list(prediction_batches(encoded, piece_budget=2))
    assert batches[0].tolist() == [3]
