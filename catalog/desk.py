"""What the steps of a running worker reach: newsroom, children, progress, patience. No step lives here."""

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from catalog.child import PYTHON_CHILD, Child
from catalog.meters import WorkMeters
from catalog.newsroom import Newsroom
from catalog.progress import StageProgress
from media.store import OWNED


@dataclass(frozen=True)
class Patience:
    """How often a step that may pass is tried, and how long is waited in between: 2, 8, then 32 seconds."""

    attempts: int = 4
    first_wait_s: float = 2.0
    grows: float = 4.0


@dataclass
class Desk:
    """The newsroom, and the one child that keeps the recogniser loaded; `child_command` starts a child."""

    newsroom: Newsroom
    child_command: tuple[str, ...] = PYTHON_CHILD
    patience: Patience = Patience()
    worker: str = ""
    mark: str = ""  # of this worker on this machine: what it writes half is nobody else's
    meters: WorkMeters = field(default_factory=WorkMeters)
    ear_in_use: asyncio.Lock = field(default_factory=asyncio.Lock)
    _ear: Child | None = None

    @property
    def ear(self) -> Child:
        self._ear = self._ear or self.child("hear")
        return self._ear

    def child(self, task: str) -> Child:
        return Child(task, self.child_command)

    def progress(self, job_id: int) -> StageProgress:
        return StageProgress(self.newsroom.engine, job_id)

    def bench(self, step: str, episode_id: int) -> Path:
        """The scratch folder of a step, this worker's own: one that was given up for dead may still write in its."""
        name = bench_of(step, episode_id)
        return self.newsroom.shelf.workbench(f"{name}{OWNED}{self.mark}" if self.mark else name)

    def close(self) -> None:
        """Let an idle recogniser go; one at work is ended by whoever stops the step."""
        if self._ear is not None and not self.ear_in_use.locked():
            self._ear.end_from_outside()


def benches_of(episode_id: int) -> tuple[str, ...]:
    """The scratch folders an episode may have, whoever made them."""
    return tuple(bench_of(step, episode_id) for step in ("fetch", "prepare", "hear", "separate", "redact"))


def bench_of(step: str, episode_id: int) -> str:
    """
    >>> bench_of("hear", 7)
    'hear-7'
    """
    return f"{step}-{episode_id}"
