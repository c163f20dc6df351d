"""How far a job is, as any process reads it: it rises within a stage, and a job that is over is left alone."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from catalog.adding import add_link
from catalog.db import reading, writing
from catalog.jobs import cancel_job, job_line
from catalog.models import JobState
from catalog.newsroom import Newsroom
from catalog.progress import Part, StageProgress, note_stage
from tests.catalog.newsrooms import newsroom_at, only_job

URL = "https://example.org/talk.mp3"


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    newsroom = newsroom_at(tmp_path / "home")
    add_link(newsroom, URL)
    return newsroom


def follow(newsroom: Newsroom, *parts: tuple[float, float, list[dict[str, Any]]], total: int = 0) -> None:
    """Go through parts of a stage, each with what its child reports."""

    async def act() -> None:
        async with StageProgress(newsroom.engine, only_job(newsroom).id or 0) as progress:
            for begin, end, values in parts:
                report = progress.part(begin, end, total=total)
                for value in values:
                    report(value)

    asyncio.run(act())


def test_a_stage_is_told_with_who_is_at_it(newsroom: Newsroom) -> None:
    note_stage(newsroom.engine, 1, "prepare", "tester")
    follow(
        newsroom, (0.0, 0.2, [{"done": 1, "total": 1}]), (0.2, 1.0, [{"done": 30, "total": 60, "unit": "ms"}])
    )
    with reading(newsroom.engine) as session:
        line = job_line(session, 1)
    assert line is not None
    assert (line.state, line.stage, line.worker, line.percent) == ("running", "prepare", "tester", 60.0)
    assert line.speed is not None
    assert line.seconds_left is not None


def test_what_is_done_again_does_not_turn_the_bar_back(newsroom: Newsroom) -> None:
    note_stage(newsroom.engine, 1, "hear", "tester")
    follow(newsroom, (0.0, 1.0, [{"done": 40}]), total=50)
    note_stage(newsroom.engine, 1, "hear", "tester")
    follow(newsroom, (0.0, 1.0, [{"done": 10}]), total=50)
    assert only_job(newsroom).percent == 80
    note_stage(newsroom.engine, 1, "compose", "tester")
    assert only_job(newsroom).percent == 0


def test_bytes_have_no_speed_in_real_time(newsroom: Newsroom) -> None:
    note_stage(newsroom.engine, 1, "fetch", "tester")
    follow(newsroom, (0.0, 1.0, [{"done": 1, "total": None, "unit": "bytes"}]))
    assert only_job(newsroom).percent == 0
    follow(newsroom, (0.0, 1.0, [{"done": 1, "total": 4, "unit": "bytes"}]))
    assert (only_job(newsroom).percent, only_job(newsroom).speed) == (25, None)


def test_a_job_that_is_over_is_left_as_it_is(newsroom: Newsroom) -> None:
    with writing(newsroom.engine) as session:
        cancel_job(session, "talk")
    note_stage(newsroom.engine, 1, "fetch", "tester")
    follow(newsroom, (0.0, 1.0, [{"done": 1, "total": 4}]))
    job = only_job(newsroom)
    assert (job.state, job.stage, job.percent, job.worker) == (JobState.CANCELLED, "", 0, "")


@settings(max_examples=50, derandomize=True)
@given(some.lists(some.integers(1, 2000), min_size=2), some.floats(0, 0.5), some.floats(0.6, 1))
def test_a_part_stays_in_its_share_and_rises_with_what_is_done(
    done: list[int], begin: float, end: float
) -> None:
    part = Part(begin, end, total=1000)
    percents = []
    for value in sorted(done):
        part.take({"done": value})
        percent, speed, left = part.figures()
        percents.append(percent)
        assert speed is not None
        assert left >= 0
    assert percents == sorted(percents)
    assert 100 * begin - 0.01 <= percents[0] <= percents[-1] <= 100 * end + 0.01
