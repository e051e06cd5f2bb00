import torch

from crosslift.early_stopping import Best


def weights(value):
    return {"weight": torch.full((2,), float(value))}


def test_the_best_weights_are_kept_and_patience_counts_evaluations_without_gain():
    best = Best(patience=2)
    for step, score in enumerate([50.0, 60.0, 60.0, 59.0], 1):
        assert not best.over
        best.see(score, step, weights(step))
    assert best.over
    assert (best.score, best.step, best.stale) == (60.0, 2, 2)
    assert torch.equal(best.weights["weight"], torch.tensor([2.0, 2.0]))


def test_kept_weights_do_not_follow_the_model():
    best, running = Best(patience=1), weights(1)
    best.see(10.0, 1, running)
    running["weight"].add_(1)
    assert torch.equal(best.weights["weight"], torch.tensor([1.0, 1.0]))


def test_it_goes_on_from_its_state():
    best = Best(patience=3)
    best.see(10.0, 5, weights(1))
    best.see(9.0, 10, weights(2))
    resumed = Best(patience=3)
    resumed.restore({**best.state(), "optimizer.step.weight": torch.zeros(())})
    assert (resumed.score, resumed.step, resumed.stale) == (10.0, 5, 1)
    assert torch.equal(resumed.weights["weight"], best.weights["weight"])


def test_nothing_seen_leaves_no_state():
    assert Best(patience=1).state() == {}
    fresh = Best(patience=1)
    fresh.restore({})
    assert fresh.score == float("-inf")
