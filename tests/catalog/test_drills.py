"""What breaks under a worker: memory, disk, network. Each has a defined result, and the work goes on afterwards."""

import asyncio
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa

from catalog.adding import Given, add_file
from catalog.audit import Actor, acting
from catalog.child import Child
from catalog.db import connect
from catalog.errors import StepFailed
from catalog.jobs import retry_job
from catalog.models import EpisodeState, JobState
from catalog.newsroom import Newsroom
from catalog.record_health import look_at_pages
from tests.bench.network import Wire
from tests.catalog.newsrooms import (
    ROOT,
    WorkerProcess,
    at_work,
    environment,
    episode_at,
    excerpt,
    leftovers,
    newsroom_at,
    only_job,
    wait_until,
    work_off,
    work_until,
)
from tests.catalog.test_child import ODD_CHILD
from tests.catalog.test_many_workers import said
from tests.disks import small_disk

STARVED = ("bash", "-c", 'ulimit -v 150000; exec "$@"', "--", sys.executable, "-m", "catalog.child")


def test_a_child_whose_memory_ran_out_says_so_and_may_be_asked_again() -> None:
    async def act() -> str:
        async with Child("swallow", ODD_CHILD) as child:
            try:
                await child.ask({})
            except StepFailed as failure:
                assert (failure.code, failure.retry) == ("memory", True)
                return failure.sentence
        return ""

    assert "Memory ran out" in asyncio.run(act())


def add_talk(newsroom: Newsroom, tmp_path: Path, seconds: int = 24) -> str:
    sound = excerpt(tmp_path / "talk.opus", seconds)
    return add_file(newsroom, sound, Given(title="talk", language="en")).slug


def try_again(newsroom: Newsroom, slug: str) -> None:
    with acting(newsroom.engine, Actor("Mina")) as session:
        retry_job(session, slug)
    work_off(newsroom)
    assert episode_at(newsroom, slug).state is EpisodeState.REVIEW
    assert leftovers(newsroom) == []


def test_a_worker_without_memory_fails_in_a_sentence_and_goes_on_once_there_is_some(tmp_path: Path) -> None:
    room = newsroom_at(tmp_path / "home", voices=False)
    slug = add_talk(room, tmp_path)
    with at_work(room, child_command=STARVED) as working:
        work_until(working, working.is_idle)
    episode = episode_at(room, slug)
    assert episode.state is not EpisodeState.REVIEW
    assert only_job(room).state is JobState.FAILED
    assert only_job(room).problem.endswith(".") and "Traceback" not in only_job(room).problem
    try_again(room, slug)


def test_a_full_disk_fails_in_a_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 60_000) as disk:
        room = newsroom_at(disk.folder / "home", voices=False)
        slug = add_talk(room, tmp_path, 150)  # 4.8 MB once it is prepared
        ballast = disk.fill(leave_kilobytes=3_000)
        room.engine.dispose()
        done = subprocess.run(
            [*disk.prefix, sys.executable, "-m", "catalog.cli", "work", "--until-idle"],
            env=environment(room),
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )
        assert "Traceback" not in done.stderr, done.stderr
        told = only_job(room)
        assert told.state is JobState.FAILED, (told, done.stderr)
        assert "room" in told.problem or "full" in told.problem or "ended in the middle" in told.problem
        ballast.unlink()
        assert look_at_pages(room.settings).level == "ok"
        try_again(room, slug)
        room.engine.dispose()


def test_a_worker_that_lost_the_network_is_taken_over_and_writes_nothing_when_it_is_back(
    tmp_path: Path, postgres_url: str
) -> None:
    address = sa.make_url(postgres_url)
    wire = Wire(1, Path(str(address.query["host"])) / ".s.PGSQL.5432", spaces=False)
    far = f"postgresql+psycopg://postgres@{wire.host}:{wire.port}/{address.database}"
    room = newsroom_at(tmp_path / "home", voices=False, database_url=postgres_url, worker_name="near")
    slug = add_talk(room, tmp_path, 48)
    journal = tmp_path / "journal"
    cut = WorkerProcess(
        newsroom_at(tmp_path / "home", voices=False, database_url=far, worker_name="far"),
        journal,
        *("catalog.cli", "work"),
    )
    try:
        wait_until(lambda: only_job(room).stage in ("prepare", "hear"))
        wire.cut()
        with at_work(room, dead_after=timedelta(seconds=3)) as working:
            work_until(working, working.is_idle)
        assert (only_job(room).state, only_job(room).worker) == (JobState.DONE, "near")
        before = said(room)
        wire.mend()
        told = cut.finish()
    finally:
        cut.process.kill()
        wire.close()
    assert "silent for too long" in told and "Traceback" not in told, told
    assert cut.process.returncode == 1
    assert episode_at(room, slug).state is EpisodeState.REVIEW
    assert said(room) == before != []
    connect(far).dispose()
