"""A worker: hands the jobs the catalog asks for to the queue, keeps its pulse, takes over from workers that died."""

import logging
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from threading import Event, Thread

import sqlalchemy as sa
from dbos import DBOS, WorkflowStatus

from catalog import pipeline
from catalog.child import PYTHON_CHILD
from catalog.db import DatabaseUnusable, reading, writing
from catalog.desk import Desk, Patience, benches_of
from catalog.errands import Errands
from catalog.errors import StepFailed
from catalog.fairness import choose_next
from catalog.files import sweep_shelf
from catalog.jobs import (
    asked,
    fail_job,
    handed_jobs,
    is_all_done,
    is_open,
    job_of,
    new_workflow_id,
    unfinished_episodes,
    waiting_jobs,
)
from catalog.models import Job, JobState
from catalog.newsroom import Newsroom
from catalog.pulse import (
    DEAD_AFTER,
    PULSE_EVERY_S,
    Fenced,
    Life,
    Lookout,
    executor_of,
    fence_off,
    forget,
    live_workers,
    others,
)
from catalog.setting_values import OBJECTS
from catalog.storing import tidy_copies
from catalog.voices import sweep_voices
from catalog.worker_names import machine_of, mark_of, named

log = logging.getLogger(__name__)

STOPPING_S = 5
UNFINISHED = ["PENDING", "ENQUEUED"]
BROKEN = ["ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"]
EPISODES_AHEAD = 2  # for each that can be worked on, so many lie ready in the queue
BROKE_OFF = StepFailed(
    "broke_off", "The work broke off; the worker's log says why. Retry goes on from there.", True
)


class WorkingNewsroom:
    """A newsroom at work in this process: `start`, then `tick` about once a second, then `stop`.

    A worker whose pulse does not go on for `dead_after` is held to be dead, and its work goes on elsewhere.
    """

    def __init__(
        self,
        newsroom: Newsroom,
        *,
        kinds: Sequence[str] = tuple(pipeline.QUEUES),
        child_command: tuple[str, ...] = PYTHON_CHILD,
        patience: Patience = Patience(),
        dead_after: timedelta = DEAD_AFTER,
    ) -> None:
        self._kinds, self._held = tuple(kinds), ExitStack()
        self._house = newsroom
        self._life = Life(newsroom.engine, machine_of(newsroom), pipeline.RULES, self._kinds)
        self._newsroom = replace(newsroom, fence=self._life.hold)
        self._desk = Desk(self._newsroom, child_command, patience)
        self._lookout, self._errands = Lookout(dead_after), Errands(self._newsroom)
        self._handed: set[str] = set()
        self._next_look = 0.0
        self._stopped, self._lost = Event(), Event()
        self._beating: Thread | None = None

    @property
    def name(self) -> str:
        return self._life.name

    def start(self) -> None:
        """Raises NotAllowed beside workers of another version, or where the name that was wished is at work."""
        self._held.enter_context(named(self._house, self._life))
        self._desk.worker, self._desk.mark = self.name, mark_of(machine_of(self._house), self.name)
        self._beating = Thread(target=self._keep_beating, daemon=True)
        self._beating.start()
        self._clean_up()
        pipeline.launch(self._desk, self._life.executor, self._kinds)
        self._adopt_strays()
        self._look_after_others()

    def tick(self) -> None:
        """One round: new jobs into the queue, cancelled ones out of it, others looked after when it is time.

        Raises Fenced when others have taken our work over. A database that is away is waited for.
        """
        if self._lost.is_set():
            raise self._life.lost()
        try:
            self._dispatch()
            self._stop_cancelled()
            if time.monotonic() >= self._next_look:
                self._look_after_others()
                self._errands.run()
        except (DatabaseUnusable, sa.exc.DBAPIError) as problem:
            log.warning("waiting for the database: %s", getattr(problem, "sentence", type(problem).__name__))

    def is_idle(self) -> bool:
        try:
            with reading(self._newsroom.engine) as session:
                return is_all_done(session)
        except DatabaseUnusable:
            return False

    def stop(self) -> None:
        """End at once; what was going on is left to the next worker, from its last finished step."""
        self._stopped.set()
        self._desk.close()
        DBOS.destroy(workflow_completion_timeout_sec=STOPPING_S if self.is_idle() else 0)
        try:
            self._life.end()
        except DatabaseUnusable:
            log.warning("the database is away: others take over once they miss us")
        self._held.close()

    def _keep_beating(self) -> None:
        """The pulse, in a thread of its own: nothing that is waited for here makes us look dead."""
        while not self._stopped.wait(PULSE_EVERY_S):
            try:
                self._life.beat()
            except Fenced:
                self._lost.set()
                return
            except sa.exc.SQLAlchemyError as problem:
                log.warning("no pulse: %s", type(problem).__name__)

    def _clean_up(self) -> None:
        """Remove what work that was cut off left behind: bytes without a row, benches nobody goes on with."""
        newsroom = self._newsroom
        in_objects = newsroom.settings.store.startswith(
            OBJECTS
        )  # to list a bucket takes long: `presstalk store gc`
        swept = tidy_copies(newsroom) if in_objects else sweep_shelf(newsroom)
        if swept:
            log.info("removed %d files that belonged to nothing", swept)
        try:
            sweep_voices(newsroom)
        except DatabaseUnusable as problem:  # another connection holds on to what was erased: next time
            log.warning(problem.sentence)
        with reading(newsroom.engine) as session:
            wanted = unfinished_episodes(session)
        newsroom.shelf.sweep({bench for episode in wanted for bench in benches_of(episode)})

    def _dispatch(self) -> None:
        """Jobs whose turn it is go into the queue. One that is there already is not put there twice."""
        self._choose()
        with reading(self._newsroom.engine) as session:
            jobs = [job for job in handed_jobs(session) if job.workflow_id not in self._handed]
        for job in jobs:
            pipeline.dispatch(job.workflow_id, job, asked(job).priority)
            self._handed.add(job.workflow_id)

    def _choose(self) -> None:
        """Say of the jobs whose turn it is that they are handed out."""
        with reading(self._newsroom.engine) as session:
            in_hand = [asked(job) for job in handed_jobs(session)]
            workers = sum("cpu" in worker.queues.split(",") for worker in live_workers(session))
            room = EPISODES_AHEAD * max(1, workers) * self._newsroom.settings.worker_concurrency
            is_full = sum(not job.waited_for for job in in_hand) >= room
            chosen = choose_next(waiting_jobs(session, only_people=is_full), in_hand, room)
        if chosen:
            with writing(self._newsroom.engine, unseen=True) as session:
                for number in chosen:
                    session.get_one(Job, number).handed = True

    def _stop_cancelled(self) -> None:
        unfinished = [status.workflow_id for status in _workflows(status=UNFINISHED)]
        with reading(self._newsroom.engine) as session:
            for workflow_id in unfinished:
                job = job_of(session, workflow_id)
                if job is not None and job.state is JobState.CANCELLED:
                    DBOS.cancel_workflow(workflow_id, cancel_children=True)

    def _look_after_others(self) -> None:
        self._next_look = time.monotonic() + PULSE_EVERY_S
        self._take_over()
        self._settle_strays()

    def _take_over(self) -> None:
        """Work of a life that is over goes back into its queue. First it is fenced, so that nothing is written twice;
        its row goes last, should we die in between."""
        engine = self._newsroom.engine
        with reading(engine) as session:
            rows = others(session, self._life.token)
        beats = {row.token: row.beat for row in rows if not row.fenced}
        silent = self._lookout.silent(beats, time.monotonic())
        for row in rows:
            if row.fenced or (row.token in silent and fence_off(engine, row)):
                self._requeue(executor_of(row.name.partition(" #")[0], row.token), row.name)
                forget(engine, row)

    def _requeue(self, executor: str, name: str) -> None:
        for status in DBOS.list_workflows(status="PENDING", executor_id=executor, load_input=False):
            log.warning("%s is gone; %s goes on", name, status.workflow_id)
            queue = status.queue_name if status.queue_name in pipeline.QUEUES.values() else None
            DBOS.resume_workflow(status.workflow_id, queue_name=queue or pipeline.QUEUES["cpu"])

    def _adopt_strays(self) -> None:
        """Work begun by other rules can be gone on with by nobody: it begins anew, from what the record has of it."""
        ours = str(pipeline.RULES)
        strays = [one.workflow_id for one in _workflows(status=UNFINISHED) if one.app_version != ours]
        for workflow_id in strays:
            DBOS.cancel_workflow(workflow_id, cancel_children=True)
            with writing(self._newsroom.engine, unseen=True) as session:
                job = job_of(session, workflow_id)
                if job is not None and is_open(job):
                    job.workflow_id, job.handed = new_workflow_id(), False
                    session.add(job)

    def _settle_strays(self) -> None:
        """A job whose workflow broke off without a word, a full disk for instance, is closed as failed."""
        broken = [status.workflow_id for status in _workflows(status=BROKEN)]
        with reading(self._newsroom.engine) as session:
            found = [job_of(session, workflow_id) for workflow_id in broken]
        for job in found:
            if job is not None and is_open(job):
                with writing(self._newsroom.engine, unseen=True) as session:
                    fail_job(session, session.get_one(Job, job.id), BROKE_OFF)


def _workflows(status: list[str]) -> list[WorkflowStatus]:
    """Those of whole jobs; their parts follow them."""
    return [
        one
        for name in ("bring_in", "translate")
        for one in DBOS.list_workflows(status=status, name=name, load_input=False, load_output=False)
    ]
