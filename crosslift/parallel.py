"""Several processes that tune one model together, each on a part of every batch.

`torchrun` or `accelerate launch` starts them and says in the environment who each is. Each
holds the whole model and gradients are summed before each step (data parallelism), or each holds a
shard of every parameter, of its gradient and of its moments, and layers are gathered when they run
(FSDP2: Zhao et al. 2023, arXiv 2304.11277, as torch.distributed.fsdp.fully_shard has it). Either
way a batch is what it is in one process. Files are written by the first alone.
"""

import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
import torch.distributed as distributed
from torch import nn

PATIENCE = datetime.timedelta(hours=24)
"""How long processes wait for each other: the first predicts all tests while the others wait."""


@dataclass(frozen=True)
class Processes:
    """Who this process is among those that tune the model.

    Attributes
    ----------
    rank : int
        From 0, which is the one that writes.
    count : int
        How many there are.
    sharded : bool
        True where each holds a shard of the model.
    """

    rank: int = 0
    count: int = 1
    sharded: bool = False

    @property
    def first(self) -> bool:
        """True in the process that writes and predicts."""
        return self.rank == 0

    def part(self, examples: np.ndarray) -> np.ndarray:
        """Which of a batch's sequences are this process's, by the examples they belong to.

        Parameters
        ----------
        examples : int array, shape (n_sequences,)

        Returns
        -------
        bool array, shape (n_sequences,)
            All False where there are more processes than examples.
        """
        order = {example: place for place, example in enumerate(dict.fromkeys(examples.tolist()))}
        places = np.array([order[example] for example in examples.tolist()])
        return places % self.count == self.rank

    def sum_gradients(self, model: nn.Module) -> None:
        """Give every process the sum of all gradients; those that none has stay None.

        Gradients of shards are summed as they are made.
        """
        if self.count == 1 or self.sharded:
            return
        for parameter in model.parameters():
            if parameter.grad is not None:
                distributed.all_reduce(parameter.grad)

    def shard(self, model: nn.Module, compute: torch.dtype) -> None:
        """Leave this process a shard of every parameter, layer by layer; products in `compute`."""
        if not self.sharded:
            return
        from torch.distributed.fsdp import MixedPrecisionPolicy, fully_shard

        policy = MixedPrecisionPolicy(param_dtype=compute, reduce_dtype=torch.float32)
        for layers in [part for part in model.modules() if isinstance(part, nn.ModuleList)]:
            for layer in layers:
                fully_shard(layer, mp_policy=policy)
        fully_shard(model, mp_policy=policy)

    def settle(self, model: nn.Module) -> None:
        """Let go of what the last run gathered, which otherwise stays in place of the shards."""
        if self.sharded:
            for part in model.modules():
                if hasattr(part, "reshard"):
                    part.reshard()

    def total(self, squares: torch.Tensor) -> torch.Tensor:
        """Sum over all shards of a number that each process knows of its own."""
        if self.sharded:
            distributed.all_reduce(squares)
        return squares

    def agree(self, value: Any) -> Any:
        """The first process's value, in all of them."""
        if self.count == 1:
            return value
        told = [value]
        distributed.broadcast_object_list(told, src=0)
        return told[0]

    def gather(self, value: Any) -> list[Any]:
        """Every process's value, in all of them."""
        told = [value] * self.count
        if self.count > 1:
            distributed.all_gather_object(told, value)
        return told

    def wait(self) -> None:
        """Go on when all are here."""
        if self.count > 1:
            distributed.barrier()


ALONE = Processes()


# Shards are told by what they can do: to import their class takes half a second a process.
def own(tensor: torch.Tensor) -> torch.Tensor:
    """What this process holds of a tensor: its shard, or all."""
    return tensor.to_local() if hasattr(tensor, "to_local") else tensor


def whole(tensor: torch.Tensor) -> torch.Tensor:
    """A tensor gathered from all processes, each of which must ask for it."""
    return tensor.full_tensor() if hasattr(tensor, "full_tensor") else tensor


def join(
    device: torch.device,
    sharded: bool = False,
    environment: Mapping[str, str] = os.environ,
) -> Processes:
    """Meet the other processes that the environment tells of; `ALONE` where it tells of none.

    Parameters
    ----------
    device : torch.device
        This process's own: NCCL joins GPUs, gloo CPUs.
    sharded : bool
        Whether each is to hold a shard of the model.
    """
    count = int(environment.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE
    backend = "nccl" if device.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=PATIENCE)
    return Processes(distributed.get_rank(), count, sharded)


def leave(processes: Processes) -> None:
    """Part from the others, so that none waits in vain."""
    if processes.count > 1:
        distributed.destroy_process_group()


def same_start(processes: Processes, tensors: Iterable[torch.Tensor]) -> None:
    """Give every process the first one's tensors, where each holds all of them."""
    if processes.count > 1 and not processes.sharded:
        for tensor in tensors:
            distributed.broadcast(tensor, src=0)
