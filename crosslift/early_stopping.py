"""The best weights of a run by English development data, and when to stop looking for better."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import torch
from torch import nn

from crosslift.parallel import own

PREFIX = "best."


@dataclass
class Best:
    """What was best so far.

    Attributes
    ----------
    patience : int
        Evaluations without gain after which to stop.
    score : float
        Development score of the best weights, in points; -inf before the first evaluation.
    step : int
        Steps that they had taken.
    stale : int
        Evaluations since.
    weights : dict of str to Tensor
        Copies in float32, by the optimizer's names.
    """

    patience: int
    score: float = float("-inf")
    step: int = 0
    stale: int = 0
    weights: dict[str, torch.Tensor] = field(default_factory=dict)

    def see(self, score: float, step: int, weights: Mapping[str, torch.Tensor]) -> None:
        """Take note of an evaluation; equal scores keep the earlier weights."""
        if score > self.score:
            self.score, self.step, self.stale = score, step, 0
            self.weights = {name: tensor.detach().clone() for name, tensor in weights.items()}
        else:
            self.stale += 1

    @property
    def over(self) -> bool:
        """True when it is time to stop."""
        return self.stale >= self.patience

    def state(self) -> dict[str, torch.Tensor]:
        """All of it as tensors, for a running state."""
        if not self.weights:
            return {}
        numbers = torch.tensor([self.score, self.step, self.stale], dtype=torch.float64)
        named = {f"{PREFIX}weight.{name}": tensor for name, tensor in self.weights.items()}
        return {f"{PREFIX}numbers": numbers, **named}

    def restore(self, state: Mapping[str, torch.Tensor]) -> None:
        """Go on from what `state` gave."""
        if f"{PREFIX}numbers" not in state:
            return
        score, step, stale = state[f"{PREFIX}numbers"].tolist()
        self.score, self.step, self.stale = score, int(step), int(stale)
        start = f"{PREFIX}weight."
        self.weights = {
            name.removeprefix(start): tensor
            for name, tensor in state.items()
            if name.startswith(start)
        }

    def lay_over(self, model: nn.Module) -> None:
        """Give the model the best weights."""
        with torch.no_grad():
            for name, parameter in model.named_parameters():
                if name in self.weights:  # a frozen one is as it was
                    own(parameter).copy_(self.weights[name])
