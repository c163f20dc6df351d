"""A worker: dispatches the jobs the catalog asks for, keeps its pulse, takes over from workers that died."""

import fcntl
import logging
import socket
import time
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread
from typing import IO

from dbos import DBOS, WorkflowStatus
from sqlmodel import Session, select

from catalog import pipeline
from catalog.authority.finding import is_behind
from catalog.authority.following import start_following
from catalog.child import PYTHON_CHILD
from catalog.clock import HOLD_S, Watch, steady_s
from catalog.db import DatabaseUnusable, reading, writing
from catalog.desk import Desk, Patience, benches_of
from catalog.errors import StepFailed
from catalog.files import sweep_shelf
from catalog.jobs import fail_job, is_open, job_of, jobs_to_dispatch, unfinished_episodes
from catalog.models import JobState, Worker
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.publishing import publish_due
from catalog.pulse import DEAD_AFTER
from catalog.redaction.carrying_out import is_unfinished, start_finishing
from catalog.relating.rounds import is_due, start_relating
from catalog.voices import sweep_voices

log = logging.getLogger(__name__)

PULSE_EVERY_S = 5.0
STOPPING_S = 5
UNFINISHED = ["PENDING", "ENQUEUED"]
BROKEN = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
BROKE_OFF = StepFailed(
    "broke_off", "The work broke off; the worker's log says why. Retry goes on from there.", True
)


class WorkingNewsroom:
    """A newsroom at work in this process: `start`, then `tick` about once a second, then `stop`.

    A worker without a pulse for `dead_after` is held to be dead, and its work goes on elsewhere.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        *,
        child_command: tuple[str, ...] = PYTHON_CHILD,
        patience: Patience = Patience(),
        dead_after: timedelta = DEAD_AFTER,
    ) -> None:
        self._newsroom, self._dead_after = newsroom, dead_after
        self._desk = Desk(newsroom, child_command, patience)
        self._held = ExitStack()
        self._dispatched: set[str] = set()
        self._next_pulse = 0.0
        self._redacting: Thread | None = None
        self._relating: Thread | None = None
        self._reading: Thread | None = None
        self._watch, self._was_believed = Watch(), True
        self.name = ""

    def start(self) -> None:
        self.name = self._desk.worker = self._held.enter_context(_NameLock(self._newsroom)).name
        self._clean_up()
        self._pulse()
        pipeline.launch(self._desk, self.name)
        self._look_after_others()

    def tick(self) -> None:
        """One round: new jobs into the queue, cancelled ones out of it, a pulse when it is time."""
        self._dispatch()
        self._stop_cancelled()
        if time.monotonic() >= self._next_pulse:
            self._pulse()
            self._look_after_others()
            self._go_on_redacting()
            self._go_on_relating()
            self._go_on_reading()
            self._publish_due()

    def is_idle(self) -> bool:
        with reading(self._newsroom.engine) as session:
            return not jobs_to_dispatch(session, but=set())

    def stop(self) -> None:
        """End at once; what was going on is left to the next worker, from its last finished step."""
        self._desk.close()
        DBOS.destroy(workflow_completion_timeout_sec=STOPPING_S if self.is_idle() else 0)
        with writing(self._newsroom.engine, unseen=True) as session:
            row = _row_of(session, self.name)
            row.seen_at = LONG_AGO  # not deleted: whoever works on takes over what we leave
            session.add(row)
        self._held.close()

    def _clean_up(self) -> None:
        """Remove what work that was cut off left behind: bytes without a row, benches nobody goes on with."""
        newsroom = self._newsroom
        swept = sweep_shelf(newsroom.engine, newsroom.shelf, newsroom.settings.shelf_folder)
        if swept:
            log.info("removed %d files that belonged to nothing", swept)
        try:
            sweep_voices(newsroom)
        except DatabaseUnusable as problem:  # another connection holds on to what was erased: next time
            log.warning(problem.sentence)
        with reading(newsroom.engine) as session:
            wanted = unfinished_episodes(session)
        newsroom.shelf.sweep({bench for episode in wanted for bench in benches_of(episode).values()})

    def _dispatch(self) -> None:
        """Open jobs go into the queue. One that is there already, from before a restart, is not put there twice."""
        with reading(self._newsroom.engine) as session:
            jobs = jobs_to_dispatch(session, but=self._dispatched)
        for job in jobs:
            pipeline.dispatch(job.workflow_id, job.id or 0, job.episode_id)
            self._dispatched.add(job.workflow_id)

    def _stop_cancelled(self) -> None:
        unfinished = [status.workflow_id for status in _workflows(status=UNFINISHED)]
        with reading(self._newsroom.engine) as session:
            for workflow_id in unfinished:
                job = job_of(session, workflow_id)
                if job is not None and job.state is JobState.CANCELLED:
                    DBOS.cancel_workflow(workflow_id)

    def _pulse(self) -> None:
        self._next_pulse = time.monotonic() + PULSE_EVERY_S
        with writing(self._newsroom.engine, unseen=True) as session:
            row = _row_of(session, self.name)
            row.seen_at = now()
            session.add(row)

    def _look_after_others(self) -> None:
        self._take_over()
        self._settle_strays()

    def _go_on_redacting(self) -> None:
        """What a redaction left undone when it broke off; beside the pulse, it may take as long as the talk does."""
        busy = self._redacting is not None and self._redacting.is_alive()
        if not busy and is_unfinished(self._newsroom):
            self._redacting = start_finishing(self._newsroom)

    def _go_on_relating(self) -> None:
        """Talks and articles that are new or have changed; beside the pulse, for there may be ten thousand."""
        busy = self._relating is not None and self._relating.is_alive()
        if not busy and is_due(self._newsroom):
            self._relating = start_relating(self._newsroom)

    def _go_on_reading(self) -> None:
        """Texts that were not read for names since the authority file changed."""
        busy = self._reading is not None and self._reading.is_alive()
        if not busy and is_behind(self._newsroom.engine):
            self._reading = start_following(self._newsroom)

    def _publish_due(self) -> None:
        """What was to be public by now; never by a clock that has just leapt forward."""
        believed = self._watch.may_be_believed(time.time(), steady_s())
        if not believed and self._was_believed:
            log.warning("the clock has leapt: nothing is published by it for %d minutes", HOLD_S // 60)
        self._was_believed = believed
        for slug in publish_due(self._newsroom, now()) if believed else ():
            log.info("published %s, as it was scheduled", slug)

    def _take_over(self) -> None:
        """Work of a worker without a pulse goes back into the queue; its row goes last, should we die in between."""
        with writing(self._newsroom.engine, unseen=True) as session:
            silent = select(Worker).where(Worker.seen_at < now() - self._dead_after, Worker.name != self.name)
            for worker in session.exec(silent).all():
                for status in DBOS.list_workflows(
                    status="PENDING", executor_id=worker.name, load_input=False
                ):
                    log.warning("%s has no pulse; %s goes on", worker.name, status.workflow_id)
                    DBOS.resume_workflow(status.workflow_id, queue_name=pipeline.QUEUE)
                session.delete(worker)

    def _settle_strays(self) -> None:
        """A job whose workflow broke off without a word, a full disk for instance, is closed as failed."""
        broken = [status.workflow_id for status in _workflows(status=BROKEN)]
        with writing(self._newsroom.engine, unseen=True) as session:
            for workflow_id in broken:
                job = job_of(session, workflow_id)
                if job is not None and is_open(job):
                    fail_job(session, job, BROKE_OFF)


def _workflows(status: list[str]) -> list[WorkflowStatus]:
    return DBOS.list_workflows(status=status, name="bring_in", load_input=False, load_output=False)


def _row_of(session: Session, name: str) -> Worker:
    return session.exec(select(Worker).where(Worker.name == name)).first() or Worker(name=name)


class _NameLock:
    """A name no other running worker of this newsroom has; the same one after a restart."""

    def __init__(self, newsroom: Newsroom) -> None:
        wanted = newsroom.settings.worker_name or socket.gethostname()
        self._folder = newsroom.settings.home / "workers"
        self._folder.mkdir(parents=True, exist_ok=True)
        self.name, self._file = self._first_free(wanted)

    def _first_free(self, wanted: str) -> tuple[str, IO[str]]:
        number = 1
        while True:
            name = wanted if number == 1 else f"{wanted}-{number}"
            file = Path(self._folder, f"{name}.lock").open("w")  # noqa: SIM115  held open as long as we work
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                file.close()
                number += 1
            else:
                return name, file

    def __enter__(self) -> "_NameLock":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
