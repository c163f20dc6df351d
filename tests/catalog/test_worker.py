"""Workers: names, stopping, taking over from one another, cleaning up. What a step does is tested elsewhere."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from dbos import DBOS
from sqlmodel import select

from catalog.adding import Given, add_link
from catalog.db import reading, writing
from catalog.followed import subscribe
from catalog.jobs import cancel_job
from catalog.models import EpisodeState, Job, JobState, Worker
from catalog.newsroom import Newsroom
from catalog.pulse import has_worker
from catalog.worker import WorkingNewsroom
from tests.catalog.newsrooms import (
    ROOT,
    Site,
    WorkerProcess,
    at_work,
    environment,
    episode_at,
    excerpt,
    leftovers,
    newsroom_at,
    only_job,
    processes_with,
    serve,
    wait_until,
    work_off,
    work_until,
)

LIVE = ("catalog.cli", "work")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A short talk at /talk.opus; the first answer hangs in the middle."""
    (tmp_path / "site").mkdir()
    excerpt(tmp_path / "site/talk.opus", 10)
    with serve(tmp_path / "site") as site:
        site.moods["/talk.opus"] = ["slow", "slow"]  # yt-dlp looks first, then fetches
        yield site


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    return newsroom_at(tmp_path / "home")


def add_talk(newsroom: Newsroom, site: Site) -> str:
    return add_link(newsroom, f"{site.address}/talk.opus", Given(title="talk")).slug


def names(newsroom: Newsroom) -> set[str]:
    with reading(newsroom.engine) as session:
        return set(session.exec(select(Worker.name)).all())


def is_fetching(newsroom: Newsroom, site: Site) -> bool:
    return only_job(newsroom).stage == "fetch" and "/talk.opus" in site.asked


def call_off(newsroom: Newsroom, working: WorkingNewsroom) -> None:
    """End the work in hand: in this process, what a stopped worker had begun would be torn down in another test."""
    with writing(newsroom.engine) as session:
        cancel_job(session, "talk")
    work_until(working, working.is_idle)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_told_to_stop_does_so_quietly_and_another_goes_on(
    newsroom: Newsroom, site: Site, tmp_path: Path, sign: signal.Signals
) -> None:
    add_talk(newsroom, site)
    worker = WorkerProcess(newsroom, tmp_path / "journal", *LIVE)
    wait_until(lambda: is_fetching(newsroom, site))
    worker.process.send_signal(sign)
    said = worker.finish()
    assert worker.process.returncode == 0, said
    assert "Traceback" not in said
    assert "Exception ignored" not in said
    assert not processes_with(str(tmp_path / "journal"))
    assert not has_worker(newsroom)
    assert only_job(newsroom).state is JobState.RUNNING

    with at_work(newsroom_at(tmp_path / "home", worker_name="elsewhere")) as other:
        work_until(other, lambda: only_job(newsroom).worker == "elsewhere")
        call_off(newsroom, other)


def must_take_over(newsroom: Newsroom, site: Site, tmp_path: Path) -> None:
    """One worker is killed in the middle of a step, another one finds out and finishes."""
    slug = add_talk(newsroom, site)
    first = WorkerProcess(newsroom, tmp_path / "journal", *LIVE)
    wait_until(lambda: is_fetching(newsroom, site))
    with at_work(newsroom, dead_after=timedelta(minutes=1)) as second:
        assert (second.name, names(newsroom)) == ("tester-2", {"tester", "tester-2"})
    assert only_job(newsroom).worker == "tester"
    first.kill(group=False)
    elsewhere = replace(newsroom, settings=newsroom.settings.model_copy(update={"worker_name": "elsewhere"}))
    with at_work(elsewhere, dead_after=timedelta(0)) as third:
        assert names(newsroom) == {"elsewhere"}
        work_until(third, third.is_idle)
    job = only_job(newsroom)
    assert (job.state, job.worker) == (JobState.DONE, "elsewhere")
    assert episode_at(newsroom, slug).state is EpisodeState.REVIEW
    assert leftovers(newsroom) == []


def test_a_second_worker_takes_another_name_and_over_from_a_dead_one(
    newsroom: Newsroom, site: Site, tmp_path: Path
) -> None:
    must_take_over(newsroom, site, tmp_path)


def test_the_same_on_postgresql(postgres_url: str, site: Site, tmp_path: Path) -> None:
    must_take_over(newsroom_at(tmp_path / "home", database_url=postgres_url), site, tmp_path)


def test_work_that_broke_off_without_a_word_is_told_on_the_episode(
    newsroom: Newsroom, site: Site, tmp_path: Path
) -> None:
    slug = add_talk(newsroom, site)
    worker = WorkerProcess(newsroom, tmp_path / "journal", *LIVE)
    wait_until(lambda: is_fetching(newsroom, site))
    worker.kill(group=True)
    with sqlite3.connect(newsroom.settings.home / "queue.db") as queue:
        queue.execute("UPDATE workflow_status SET status = 'ERROR' WHERE name = 'bring_in'")
    queue.close()
    work_off(newsroom)
    broken = episode_at(newsroom, slug)
    assert (only_job(newsroom).state, broken.problem_code) == (JobState.FAILED, "broke_off")
    assert broken.state is EpisodeState.NEW


def test_a_lost_queue_is_filled_again_from_the_catalog(newsroom: Newsroom, site: Site) -> None:
    add_talk(newsroom, site)
    with writing(newsroom.engine) as session:
        job = session.exec(select(Job)).one()
        job.state, job.stage, job.worker = JobState.RUNNING, "hear", "of old"
    with at_work(newsroom) as working:
        work_until(working, lambda: is_fetching(newsroom, site))
        call_off(newsroom, working)


def test_what_was_cancelled_before_a_worker_came_is_not_begun(newsroom: Newsroom, site: Site) -> None:
    slug = add_talk(newsroom, site)
    with writing(newsroom.engine) as session:
        cancel_job(session, slug)
    work_off(newsroom)
    assert site.asked == []
    assert episode_at(newsroom, slug).state is EpisodeState.NEW


def test_a_worker_clears_away_what_nobody_goes_on_with(
    newsroom: Newsroom, site: Site, tmp_path: Path
) -> None:
    add_talk(newsroom, site)
    shelf = newsroom.shelf
    for bench in ("fetch-1", "prepare-1", "fetch-99"):
        (shelf.workbench(bench) / "half").write_bytes(b"half")
    (newsroom.settings.shelf_folder / ".part" / "abandoned").write_bytes(b"half")
    (tmp_path / "orphan").write_bytes(b"bytes without a row")
    shelf.put(tmp_path / "orphan")
    with at_work(newsroom):
        pass
    assert sorted(leftovers(newsroom)) == ["fetch-1", "prepare-1"]


def test_jobs_tells_another_process_how_far_the_work_is(newsroom: Newsroom, site: Site) -> None:
    add_talk(newsroom, site)
    command = [sys.executable, "-m", "catalog.cli", "jobs", "--json"]
    with at_work(newsroom) as working:
        work_until(working, lambda: is_fetching(newsroom, site) and only_job(newsroom).percent > 0)
        told = subprocess.run(command, env=environment(newsroom), cwd=ROOT, capture_output=True, check=True)
        call_off(newsroom, working)
    (line,) = json.loads(told.stdout)
    assert (line["episode"], line["state"], line["stage"], line["worker"]) == (
        "talk",
        "running",
        "fetch",
        "tester",
    )
    assert 0 < line["percent"] < 100
    assert line["seconds_left"] is not None


FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A show</title><item>
<title>A followed talk</title><guid>one</guid><enclosure url="talk.opus" type="audio/ogg"/></item></channel></rss>"""


def test_a_worker_looks_at_what_is_followed_when_its_time_comes(
    newsroom: Newsroom, site: Site, tmp_path: Path
) -> None:
    site.moods.clear()
    (tmp_path / "site/feed.xml").write_text(FEED)
    with writing(newsroom.engine) as session:
        subscribe(session, f"{site.address}/feed.xml")
    with at_work(newsroom) as working:
        DBOS.trigger_schedule("poll")  # as the clock would
        work_until(working, lambda: not working.is_idle())
        work_until(working, working.is_idle)
    assert episode_at(newsroom, "a-followed-talk").state is EpisodeState.REVIEW
