import copy
import subprocess
import sys

import pytest
import torch
from torch import nn

from crosslift.optimizer import AdamW


def network():
    torch.manual_seed(0)
    return nn.Sequential(nn.Embedding(7, 6), nn.Linear(6, 5), nn.LayerNorm(5), nn.Linear(5, 3))


def loss(model, step):
    pieces = torch.tensor([[0, 1, 2], [3, step % 5, 1]])
    return 50 * model(pieces).float().pow(2).mean()


def torch_optimizer(model):
    matrices = [model[1].weight, model[3].weight]
    others = [p for p in model.parameters() if all(p is not m for m in matrices)]
    groups = [{"params": matrices, "weight_decay": 0.1}, {"params": others, "weight_decay": 0.0}]
    return torch.optim.AdamW(groups, lr=0.01)


def test_steps_are_those_of_torch_with_clipping():
    ours, theirs = network(), network()
    optimizer, reference = AdamW(ours, 0.1, torch.float32), torch_optimizer(theirs)
    for step in range(20):
        clip_norm = 1.0 if step % 2 else 1e6  # with and without an effect
        loss(ours, step).backward()
        optimizer.step(0.01, clip_norm)
        loss(theirs, step).backward()
        nn.utils.clip_grad_norm_(theirs.parameters(), clip_norm)
        reference.step()
        reference.zero_grad()
    optimizer.finish()
    for own, other in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(own, other, rtol=1e-5, atol=1e-6)


def test_updates_below_the_step_of_bf16_add_up():
    model = nn.Sequential(nn.Linear(4, 1))
    with torch.no_grad():
        model[0].weight.fill_(1.0)
    optimizer = AdamW(model, 0.0, torch.bfloat16)
    inputs = torch.ones(1, 4, dtype=torch.bfloat16)
    for _ in range(100):
        model(inputs).sum().backward()
        optimizer.step(1e-4, 1e6)  # a bf16 number near 1 moves in steps of 1/256
    assert model[0].weight.dtype == torch.bfloat16
    optimizer.finish()
    # AdamW moves by the learning rate where the gradient is constant.
    assert model[0].weight.dtype == torch.float32
    torch.testing.assert_close(model[0].weight, torch.full((1, 4), 0.99), rtol=1e-4, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_what_got_no_gradient_is_left_as_it_was(dtype):
    model = nn.ModuleDict({"used": nn.Linear(3, 1), "other": nn.Linear(3, 1)})
    before = copy.deepcopy(model["other"].state_dict())
    optimizer = AdamW(model, 0.1, dtype)
    model["used"](torch.ones(2, 3, dtype=dtype)).sum().backward()
    optimizer.step(0.1, 1.0)
    optimizer.finish()
    for name, tensor in model["other"].state_dict().items():
        assert torch.equal(tensor, before[name])


def test_rows_of_a_table_that_no_batch_looked_up_stay_as_they_were():
    model = network()
    before = model[0].weight[6].clone()
    optimizer = AdamW(model, 0.1, torch.float32)
    for step in range(3):
        loss(model, step).backward()
        optimizer.step(0.1, 1.0)
    assert torch.equal(model[0].weight[6], before)


def test_training_brings_no_compiler():
    code = (
        "import sys, torch\n"
        "from crosslift.optimizer import AdamW\n"
        "model = torch.nn.Linear(2, 1)\n"
        "optimizer = AdamW(model, 0.1, torch.float32)\n"
        "model(torch.ones(1, 2)).sum().backward()\n"
        "optimizer.step(0.1, 1.0)\n"
        "print('torch._dynamo' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
