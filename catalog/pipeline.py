"""The durable workflow that brings an episode in, step by step, check-pointed by dbos. What a step does is in `steps`.

The queue's records hold ids and counts, never words. A job is asked for in the catalog (`jobs`) and dispatched here.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Iterable
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import Any, TypeVar

import sqlalchemy as sa
from dbos import DBOS, DBOSConfig, SetEnqueueOptions, SetWorkflowID, StepOptions

from catalog import hearing, naming, separating, steps, translating
from catalog.db import ALIVE, CONNECT_TIMEOUT_S, LONGEST_SILENCE_S, DatabaseUnusable, writing
from catalog.desk import Desk, benches_of
from catalog.errors import StepFailed
from catalog.failures import GIVEN_UP, as_failure, may_pass
from catalog.given_turns import drop_given
from catalog.importing import poll_sources
from catalog.jobs import fail_job, finish_job, is_open
from catalog.models import Begin, Job, JobState
from catalog.progress import note_stage
from catalog.pulse import Fenced
from catalog.subscriptions import poll_all

log = logging.getLogger(__name__)

# Raised by hand, and only when the order of steps changes so that work in flight cannot go on: workers of different
# rules refuse to work side by side, and what those before left is begun anew, from what the record has of it.
RULES = 4
# The kinds of work, and the queue of each: whole episodes, and the chunks of their sound.
QUEUES = {"cpu": "bring-in", "gpu": "hear"}
POLLED_EVERY_S = 0.3
GOING_ON = ("ENQUEUED", "PENDING", "SUCCESS")

T = TypeVar("T")
Act = Callable[..., Coroutine[Any, Any, T]]

_desk: list[Desk] = []  # one a process; dbos finds workflows by name, so they cannot carry it along


def launch(desk: Desk, executor: str, kinds: Iterable[str] = QUEUES) -> None:
    """Start dbos in this process and take work of these kinds."""
    settings = desk.newsroom.settings
    _desk[:] = [desk]
    config: DBOSConfig = {
        "name": "presstalk",
        "system_database_url": settings.queue_url,
        "executor_id": executor,
        "application_version": str(RULES),
        "log_level": "ERROR",  # it warns of every attempt with a page of traceback; we say it in a line
        "enable_otlp": False,
        "use_listen_notify": False,
        "sys_db_idle_transaction_timeout_sec": LONGEST_SILENCE_S,
    }
    if settings.queue_url.startswith("postgresql"):
        config["db_engine_kwargs"] = {"connect_args": {"connect_timeout": CONNECT_TIMEOUT_S, **ALIVE}}
    DBOS(config=config)
    DBOS.listen_queues([QUEUES[kind] for kind in kinds])
    DBOS.launch()
    at_once = {"cpu": settings.worker_concurrency, "gpu": 1}  # a worker has one recogniser
    for kind, queue in QUEUES.items():
        limit = settings.limit_of(kind)
        DBOS.register_queue(
            queue,
            worker_concurrency=min(at_once[kind], limit or at_once[kind]),
            global_concurrency=limit,
            polling_interval_sec=POLLED_EVERY_S,
            on_conflict="always_update",
        )
    DBOS.apply_schedules(
        [{"schedule_name": "poll", "workflow_fn": poll, "schedule": every_minutes(settings.poll_minutes)}]
    )


def every_minutes(minutes: int) -> str:
    """A cron line for about every `minutes`.

    >>> every_minutes(30), every_minutes(180)
    ('*/30 * * * *', '0 */3 * * *')
    """
    if minutes < 60:
        return f"*/{minutes} * * * *"
    return f"0 */{min(23, max(1, minutes // 60))} * * *"


def dispatch(workflow_id: str, job: Job, priority: int) -> None:
    """Put a job in the queue; doing it twice is doing it once."""
    act = translate if job.begins is Begin.TRANSLATE else bring_in
    with SetWorkflowID(workflow_id), SetEnqueueOptions(priority=priority):
        DBOS.enqueue_workflow(QUEUES["cpu"], act, job.id or 0, job.episode_id, priority)


@DBOS.workflow(name="bring_in", max_recovery_attempts=1000)
async def bring_in(job_id: int, episode_id: int, priority: int) -> str:
    """Everything from a link or a file to an episode in review."""
    desk = _desk[0]

    async def step(name: str, act: Act[T], *values: Any) -> T:
        return await _step(name, partial(_noted, job_id, name, act), desk, *values)

    try:
        if not await _step("begin", _begin, desk, job_id):
            return "cancelled"
        owner = await step("fetch", steps.fetch, episode_id, job_id)
        if owner == episode_id:
            await step("prepare", steps.prepare, episode_id, job_id)
            await step("cast", steps.suggest, episode_id)
            track_id, chunks = await step("cut", hearing.cut, episode_id, job_id)
            await _hear_all(track_id, chunks, job_id, priority)
            await step("separate", separating.separate, track_id, job_id)
            await step("compose", hearing.compose, track_id)
            await step("name", naming.name, track_id, job_id)
            await step("index", steps.index, episode_id)
        await _step("done", _finish, desk, episode_id, job_id)
    except Exception as problem:  # a cancelled workflow ends with a BaseException, which passes
        await _hold_on(desk)
        await _step("failed", _fail, desk, job_id, as_failure(problem))
        return "failed"
    return "done" if owner == episode_id else "known before"


@DBOS.workflow(name="translate", max_recovery_attempts=1000)
async def translate(job_id: int, episode_id: int, priority: int) -> str:
    """A talk that was heard, in English; the chunks are shared as those of hearing are."""
    desk = _desk[0]
    try:
        if not await _step("begin", _begin, desk, job_id):
            return "cancelled"
        prepare = partial(_noted, job_id, "translate", translating.prepare)
        track_id, chunks = await _step("prepare", prepare, desk, episode_id)
        await _hear_all(track_id, chunks, job_id, priority, "translate")
        await _step("compose", translating.compose, desk, track_id)
        await _step("done", _finish, desk, episode_id, job_id)
    except Exception as problem:
        await _hold_on(desk)
        await _step("failed", _fail, desk, job_id, as_failure(problem))
        return "failed"
    return "done"


async def _hear_all(track_id: int, chunks: int, job_id: int, priority: int, stage: str = "hear") -> None:
    """The chunks of a talk, heard by whoever is free; together they are what one worker would have heard."""
    parts = [f"{DBOS.workflow_id}-{track_id}-{position}" for position in range(chunks)]
    for position, part in enumerate(parts):
        with SetWorkflowID(part), SetEnqueueOptions(priority=priority):
            await DBOS.enqueue_workflow_async(QUEUES["gpu"], hear_part, track_id, position, job_id, stage)
    if failure := await _step("heard", _wait_for_parts, _desk[0], parts):
        for part in parts:  # one was given up: nobody needs the others
            await DBOS.cancel_workflow_async(part)
        raise StepFailed(*failure)


async def _wait_for_parts(_desk: Desk, parts: list[str]) -> tuple[str, str, bool] | None:
    """Until all are heard, or one was given up: then why. A queue that is away is waited for."""
    while parts:  # to ask for none would be to ask for all there are
        try:
            found = await DBOS.list_workflows_async(workflow_ids=parts, load_input=False)
        except sa.exc.SQLAlchemyError as problem:
            log.warning("waiting for the queue: %s", type(problem).__name__)
            found = []
        for status in found:
            if status.status not in GOING_ON:
                told = as_failure(status.error or GIVEN_UP)
                return told.code, told.sentence, told.retry
        if sum(status.status == "SUCCESS" for status in found) == len(parts):
            return None
        await asyncio.sleep(POLLED_EVERY_S)
    return None


@DBOS.workflow(name="hear_part", max_recovery_attempts=1000)
async def hear_part(track_id: int, position: int, job_id: int, stage: str = "hear") -> int:
    """One chunk of a talk, heard or translated."""
    act = partial(_noted, job_id, stage, hearing.hear)
    try:
        return await _step("hear", act, _desk[0], track_id, position, job_id)
    except Exception as problem:  # what is told to the episode's own workflow has to survive the way there
        await _hold_on(_desk[0])
        raise as_failure(problem) from None


@DBOS.workflow(name="poll")
async def poll(_at: datetime, _context: Any) -> None:
    """Look at every subscription and the watched folder for new talks."""
    await _step("poll", _poll, _desk[0])


async def _step(name: str, act: Act[T], desk: Desk, *values: Any) -> T:
    """One check-pointed step: tried again while the failure may pass, stopped when the work is cancelled."""
    patience = desk.patience
    options: StepOptions = {
        "name": name,
        "retries_allowed": True,
        "max_attempts": patience.attempts,
        "interval_seconds": patience.first_wait_s,
        "backoff_rate": patience.grows,
        "should_retry": may_pass,
        "preemptible": True,
    }

    async def attempt() -> T:
        began = perf_counter()
        try:
            done = await act(desk, *values)
        except Exception as problem:
            await _hold_on(desk)
            desk.meters.failures.labels(name, getattr(problem, "code", "fault")).inc()
            if isinstance(problem, StepFailed):
                log.warning("%s: %s", name, problem)
            raise
        desk.meters.steps.labels(name).observe(perf_counter() - began)
        return done

    return await DBOS.run_step_async(options, attempt)


async def _hold_on(desk: Desk) -> None:
    """Come back while the work is still ours. What a worker meets that was given up for dead is nobody's failure, and
    the queue, which knows no fence, must not be told of it; one that cannot ask waits until it can."""
    while True:
        try:
            await asyncio.to_thread(desk.newsroom.must_be_ours)
        except Fenced:
            await asyncio.Event().wait()  # until this process ends, as the worker itself finds out
        except DatabaseUnusable:
            await asyncio.sleep(POLLED_EVERY_S)
        else:
            return


async def _noted(job_id: int, stage: str, act: Act[T], desk: Desk, *values: Any) -> T:
    """The act, once it stands in the job's row that this is what is being done."""
    await asyncio.to_thread(note_stage, desk.newsroom.engine, job_id, stage, desk.worker)
    return await act(desk, *values)


async def _poll(desk: Desk) -> int:
    found = await poll_all(desk.newsroom)
    await asyncio.to_thread(poll_sources, desk.newsroom)
    return found


async def _begin(desk: Desk, job_id: int) -> bool:
    with writing(desk.newsroom.engine) as session:
        return steps.begin(session, job_id)


async def _finish(desk: Desk, episode_id: int, job_id: int) -> None:
    _clear_benches(desk, episode_id)
    given = ""
    with writing(desk.newsroom.engine) as session:
        job = session.get(Job, job_id)
        if job is not None and is_open(job):
            given = job.given_turns
            finish_job(session, job, JobState.DONE)
    if given:
        await asyncio.to_thread(drop_given, desk.newsroom, given)


async def _fail(desk: Desk, job_id: int, failure: StepFailed) -> None:
    """Leave the episode readable, with the sentence; other episodes go on."""
    with writing(desk.newsroom.engine) as session:
        job = session.get(Job, job_id)
        if job is None or not is_open(job):
            return
        fail_job(session, job, failure)
    if not failure.retry:  # else a retry goes on with what was fetched so far
        _clear_benches(desk, job.episode_id)


def _clear_benches(desk: Desk, episode_id: int) -> None:
    for bench in benches_of(episode_id):
        desk.newsroom.shelf.clear(bench)
