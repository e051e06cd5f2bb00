import pytest
import torch
from tokenizers import Tokenizer, models

from crosslift.batching import IGNORED, Batch
from crosslift.encoders.packing import Packing
from crosslift.errors import ConfigError
from crosslift.masked_lm import TiedHead, corrupt, loss, mask_piece

MASK, SPECIAL, PIECES = 2, torch.tensor([0, 1, 2]), 50


def batch_of(pieces):
    count = len(pieces)
    packing = Packing(
        torch.tensor([count]), torch.zeros(count, dtype=torch.long), torch.arange(count), count
    )
    return Batch(pieces, packing, {})


def test_shares_are_those_of_the_recipe_and_special_pieces_stay():
    torch.manual_seed(0)
    pieces = torch.randint(3, PIECES, (20_000,))
    pieces[:1000] = 0
    found = corrupt(batch_of(pieces), MASK, SPECIAL, PIECES)
    hidden = found.gold["hidden"]
    told = hidden != IGNORED
    assert not told[:1000].any()
    assert torch.equal(hidden[told], pieces[told])
    assert torch.equal(found.pieces[~told], pieces[~told])
    # Of 19,000: 15 % told; of these 80 % masked, 10 % + 10 %/47 the same piece as before.
    assert abs(told.sum() / 19_000 - 0.15) < 0.01
    assert abs((found.pieces[told] == MASK).float().mean() - 0.8) < 0.02
    assert abs((found.pieces[told] == pieces[told]).float().mean() - 0.1) < 0.02


def test_a_short_text_has_one_piece_to_tell():
    for seed in range(20):
        torch.manual_seed(seed)
        found = corrupt(batch_of(torch.tensor([0, 7, 8, 1])), MASK, SPECIAL, PIECES)
        assert (found.gold["hidden"] != IGNORED).sum() >= 1
        assert found.pieces[0] == 0
        assert found.pieces[3] == 1


def test_the_head_shares_the_word_embeddings_and_the_loss_is_cross_entropy():
    torch.manual_seed(0)
    words = torch.nn.Embedding(5, 4)
    head = TiedHead(words)
    assert [name for name, _ in head.named_parameters()] == ["bias"]
    states, hidden = torch.randn(3, 4), torch.tensor([IGNORED, 4, 0])
    batch = batch_of(torch.tensor([1, 1, 1]))
    batch.gold["hidden"] = hidden
    logits = states @ words.weight.T
    logs = logits.log_softmax(-1)
    by_hand = -(logs[1, 4] + logs[2, 0]) / 2
    assert torch.isclose(loss(states, states, head, batch), by_hand)


def test_a_tokenizer_without_a_mask_piece_is_refused():
    with pytest.raises(ConfigError, match="has no mask piece"):
        mask_piece(Tokenizer(models.WordLevel({"a": 0}, unk_token="a")))
