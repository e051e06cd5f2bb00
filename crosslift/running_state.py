"""The state of a training that is under way: when it is saved, and where."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from crosslift.checkpoints import load_state, remove_state, save_state
from crosslift.early_stopping import Best
from crosslift.errors import DataError
from crosslift.optimizer import AdamW
from crosslift.parallel import Processes

AGREE_EVERY = 20
"""Steps after which processes that hold shards agree on whether to save: asking takes time."""


@dataclass
class RunningState:
    """What a killed run goes on from.

    Attributes
    ----------
    work : Path
        Its folder.
    identity : mapping
        All that the weights depend on; the state of another identity is not used.
    processes : Processes
        The first saves what all have alike; each saves its own shards.
    every_seconds : float
        How often.
    """

    work: Path
    identity: Mapping[str, Any]
    processes: Processes
    every_seconds: float
    saved: float = field(default_factory=time.monotonic)

    @property
    def folder(self) -> Path:
        """Where this process's part lies."""
        return self.work / f"shard{self.processes.rank}" if self.processes.sharded else self.work

    def load(self, optimizer: AdamW, best: Best) -> int:
        """Restore what is there; returns the steps done.

        Raises
        ------
        DataError
            If shards were saved after different steps.
        """
        done = load_state(self.folder, optimizer, best, self._own_identity())
        if self.processes.sharded and len(set(self.processes.gather(done))) > 1:
            raise DataError(
                f"{self.work}: its shards were saved after different steps; delete the folder, and "
                "this training begins again"
            )
        return done

    def due(self, step: int) -> bool:
        """True when it is time to save, in the processes that do."""
        late = time.monotonic() - self.saved >= self.every_seconds
        if self.processes.sharded:
            return step % AGREE_EVERY == 0 and self.processes.agree(late)
        return late and self.processes.first

    def save(self, optimizer: AdamW, best: Best, step: int) -> None:
        """Store all that the next step depends on."""
        save_state(self.folder, optimizer, best, step, self._own_identity())
        self.saved = time.monotonic()

    def remove(self) -> None:
        """Forget it, at the end of a run."""
        if self.processes.first:
            remove_state(self.work)

    def _own_identity(self) -> dict[str, Any]:
        shards = {"shards": self.processes.count} if self.processes.sharded else {}
        return {**self.identity, **shards}
