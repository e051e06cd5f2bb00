"""Several processes that tune one model together, each on a part of every batch.

`torchrun` or `accelerate launch` starts them and says in the environment who each is. All hold the
whole model (data parallelism): gradients are summed before each step, so that every process takes
the same one, and a batch is what it is in one process. Files are written by the first alone.
"""

import datetime
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

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
    """

    rank: int = 0
    count: int = 1

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
        """Give every process the sum of all gradients; those that none has stay None."""
        if self.count == 1:
            return
        for parameter in model.parameters():
            if parameter.grad is not None:
                distributed.all_reduce(parameter.grad)

    def agree(self, value: float) -> float:
        """The first process's value, in all of them."""
        if self.count == 1:
            return value
        told = [value]
        distributed.broadcast_object_list(told, src=0)
        return told[0]

    def wait(self) -> None:
        """Go on when all are here."""
        if self.count > 1:
            distributed.barrier()


ALONE = Processes()


def join(device: torch.device, environment: Mapping[str, str] = os.environ) -> Processes:
    """Meet the other processes that the environment tells of; `ALONE` where it tells of none.

    Parameters
    ----------
    device : torch.device
        This process's own: NCCL joins GPUs, gloo CPUs.
    """
    count = int(environment.get("WORLD_SIZE", "1"))
    if count == 1:
        return ALONE
    backend = "nccl" if device.type == "cuda" else "gloo"
    distributed.init_process_group(backend, timeout=PATIENCE)
    return Processes(distributed.get_rank(), count)


def leave(processes: Processes) -> None:
    """Part from the others, so that none waits in vain."""
    if processes.count > 1:
        distributed.destroy_process_group()


def same_start(processes: Processes, tensors: Iterable[torch.Tensor]) -> None:
    """Give every process the first one's tensors."""
    if processes.count > 1:
        for tensor in tensors:
            distributed.broadcast(tensor, src=0)
