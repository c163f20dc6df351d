"""How far a job is, written where other processes can read it, at most once a second. Does not show it."""

import asyncio
import time
from collections.abc import Callable
from types import TracebackType
from typing import Any

from sqlalchemy.engine import Engine

from catalog.db import writing
from catalog.jobs import OPEN
from catalog.models import Job, JobState
from catalog.models.columns import now

WRITE_EVERY_S = 1.0


def note_stage(engine: Engine, job_id: int, stage: str, worker: str) -> None:
    """Say that `worker` is at this stage of the job now; a job that is over is left as it is."""
    with writing(engine, unseen=True) as session:
        job = session.get(Job, job_id)
        if job is None or job.state not in OPEN:
            return
        if job.stage != stage:
            job.stage, job.percent = stage, 0.0
            job.speed = job.seconds_left = None
        job.state, job.worker, job.updated_at = JobState.RUNNING, worker, now()
        session.add(job)


class StageProgress:
    """Follows the stage a job is at; use as `async with`, and pass a `part` of it to `Child.ask` as the report.

    Within a stage the percentage never falls: what is done again after a failure is waited for.
    """

    def __init__(self, engine: Engine, job_id: int) -> None:
        self._engine, self._job_id = engine, job_id
        self._part: Part | None = None
        self._over = asyncio.Event()
        self._writer: asyncio.Task[None] | None = None

    def part(
        self, begin: float = 0.0, end: float = 1.0, *, total: int = 0
    ) -> Callable[[dict[str, Any]], None]:
        """A report for the part of the stage from `begin` to `end` (shares of 1).

        `total` is what the part comes to, in the child's unit, for a child that does not say so itself.
        """
        self._part = Part(begin, end, total)
        return self._part.take

    async def __aenter__(self) -> "StageProgress":
        self._writer = asyncio.create_task(self._keep_writing())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, _problem: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._over.set()  # not cancelled: a write under way would outlive its stage
        if self._writer is not None:
            await self._writer
        if kind is None:
            await asyncio.to_thread(self._write)

    async def _keep_writing(self) -> None:
        while not self._over.is_set():
            await asyncio.to_thread(self._write)
            try:
                await asyncio.wait_for(self._over.wait(), WRITE_EVERY_S)
            except TimeoutError:
                continue

    def _write(self) -> None:
        if self._part is None or not self._part.is_known:
            return
        percent, speed, seconds_left = self._part.figures()
        with writing(self._engine, unseen=True) as session:
            job = session.get(Job, self._job_id)
            if job is None or job.state is not JobState.RUNNING:
                return
            job.percent, job.updated_at = max(job.percent, percent), now()
            job.speed, job.seconds_left = speed, seconds_left
            session.add(job)


class Part:
    """One child's share of a stage, from what the child reports: `{"done", "total", "unit"}`."""

    def __init__(self, begin: float, end: float, total: int) -> None:
        self._begin, self._end, self._total = begin, end, total
        self._started = time.monotonic()
        self._done, self._in_sound = 0, True

    def take(self, value: dict[str, Any]) -> None:
        self._done = int(value["done"])
        self._total = int(value.get("total") or self._total)
        self._in_sound = value.get("unit", "ms") == "ms"

    @property
    def is_known(self) -> bool:
        return bool(self._done and self._total and self._end > self._begin)

    def figures(self) -> tuple[float, float | None, float]:
        """Percent of the stage, speed in times real time (None for bytes), seconds left if it goes on like this."""
        elapsed = max(time.monotonic() - self._started, 0.001)
        share = min(1.0, self._done / self._total) * (self._end - self._begin)
        left = (1.0 - self._begin - share) * elapsed / share
        speed = round(self._done / elapsed / 1000, 1) if self._in_sound else None
        return round(100 * (self._begin + share), 2), speed, round(max(0.0, left), 1)
