import pytest
import torch

from crosslift.checkpoints import (
    finished_weights,
    is_finished,
    load_state,
    save_state,
    write_finished,
)
from crosslift.early_stopping import Best
from crosslift.errors import DataError
from crosslift.optimizer import AdamW

IDENTITY = {"recipe": {"epochs": 2}, "seed": 0}


def test_weights_count_as_finished_only_under_their_own_identity(tmp_path):
    write_finished(tmp_path, {"w": torch.ones(2)}, IDENTITY, {"steps": 3})
    assert is_finished(tmp_path, IDENTITY)
    assert not is_finished(tmp_path, {**IDENTITY, "seed": 1})


def test_damaged_weights_are_not_finished_and_the_message_names_the_remedy(tmp_path):
    write_finished(tmp_path, {"w": torch.ones(2)}, IDENTITY, {})
    with (tmp_path / "model.safetensors").open("ab") as file:
        file.write(b"x")
    assert not is_finished(tmp_path, IDENTITY)
    with pytest.raises(DataError, match="delete the folder"):
        finished_weights(tmp_path)


def test_missing_weights_name_the_folder(tmp_path):
    with pytest.raises(DataError, match=r"no finished weights"):
        finished_weights(tmp_path / "nothing")


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_a_restored_state_takes_the_step_that_the_first_run_would_have_taken(tmp_path, dtype):
    def fresh():
        torch.manual_seed(0)
        model = torch.nn.Linear(3, 1)
        return model, AdamW(model, 0.01, dtype)

    def step(model, optimizer):
        model(torch.rand(4, 3, dtype=dtype)).pow(2).mean().backward()
        optimizer.step(0.1, 1.0)

    model, optimizer = fresh()
    step(model, optimizer)
    save_state(tmp_path, optimizer, Best(1), 1, IDENTITY)
    step(model, optimizer)
    resumed, resumed_optimizer = fresh()
    assert load_state(tmp_path, resumed_optimizer, Best(1), IDENTITY) == 1
    step(resumed, resumed_optimizer)
    for end in (optimizer, resumed_optimizer):
        end.finish()
    assert model.weight.dtype == torch.float32
    assert torch.equal(model.weight, resumed.weight)


def test_a_state_of_another_identity_is_not_used(tmp_path):
    model = torch.nn.Linear(3, 1)
    optimizer = AdamW(model, 0.0, torch.float32)
    save_state(tmp_path, optimizer, Best(1), 5, IDENTITY)
    assert load_state(tmp_path, optimizer, Best(1), {**IDENTITY, "seed": 1}) == 0
