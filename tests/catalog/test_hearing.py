"""The steps of hearing on a real recogniser: what is heard once is not heard again, and a new run is a new track."""

import asyncio
from pathlib import Path

import pytest
from sqlmodel import col, select

from catalog import hearing
from catalog.adding import Given, add_file
from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.errors import StepFailed
from catalog.jobs import fail_job, finish_job, open_job, retry_job
from catalog.models import (
    Chunk,
    Episode,
    EpisodeState,
    JobState,
    MediaFile,
    MediaKind,
    Track,
    TrackKind,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.steps import prepare
from tests.catalog.newsrooms import WATCHED_CHILD, excerpt, journal_of, newsroom_at


@pytest.fixture
def newsroom(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    monkeypatch.setenv("JOURNAL", str(tmp_path / "journal"))
    newsroom = newsroom_at(tmp_path / "home")
    add_file(newsroom, excerpt(tmp_path / "talk.opus", 24), Given(title="talk"))
    return newsroom


async def hear_all(newsroom: Newsroom) -> int:
    """All steps from preparing to the transcript; the track's id."""
    desk = Desk(newsroom, WATCHED_CHILD)
    with reading(newsroom.engine) as session:
        job = open_job(session, 1)
        assert job is not None
        job_id = job.id or 0
    await prepare(desk, 1, job_id)
    track_id, chunks = await hearing.cut(desk, 1, job_id)
    for position in range(chunks):
        await hearing.hear(desk, track_id, position, job_id)
    await hearing.compose(desk, track_id)
    await desk.ear.end()
    return track_id


def close_job(newsroom: Newsroom, state: JobState) -> None:
    with writing(newsroom.engine) as session:
        job = open_job(session, 1)
        assert job is not None
        if state is JobState.DONE:
            finish_job(session, job, state)
        else:
            fail_job(session, job, StepFailed("fault", "The index could not be written.", True))
        retry_job(session, "talk")


def tracks(newsroom: Newsroom) -> list[tuple[int, bool]]:
    with reading(newsroom.engine) as session:
        return list(session.exec(select(Track.revision, Track.current).order_by(col(Track.id))).all())


def test_a_talk_is_heard_once_until_a_job_came_to_its_end(newsroom: Newsroom, tmp_path: Path) -> None:
    first = asyncio.run(hear_all(newsroom))
    asked = journal_of(tmp_path / "journal")
    close_job(newsroom, JobState.FAILED)
    assert asyncio.run(hear_all(newsroom)) == first
    assert journal_of(tmp_path / "journal") == asked
    with reading(newsroom.engine) as session:
        texts = session.exec(select(Utterance.text).where(Utterance.track_id == first)).all()
        assert len(set(texts)) == len(texts) > 0
        raw = session.exec(select(MediaFile).where(MediaFile.kind == MediaKind.RAW_OUTPUT)).all()
        chunks = session.exec(select(Chunk)).all()
        assert len(raw) == len(chunks) > 1
        track = session.get_one(Track, first)
        assert track.engine == "faster-whisper"
        assert track.model
        assert track.engine_version
        assert session.get_one(Episode, 1).state is EpisodeState.REVIEW

    close_job(newsroom, JobState.DONE)
    assert asyncio.run(hear_all(newsroom)) != first
    assert tracks(newsroom) == [(1, False), (2, True)]

    with writing(newsroom.engine) as session:  # what a person worked on stays what is read
        session.exec(select(Track).where(col(Track.current).is_(True))).one().by_human = True
    close_job(newsroom, JobState.DONE)
    asyncio.run(hear_all(newsroom))
    assert tracks(newsroom) == [(1, False), (2, True), (3, False)]


def test_captions_beside_it_do_not_count_as_heard(newsroom: Newsroom) -> None:
    with writing(newsroom.engine) as session:
        session.add(
            Track(episode_id=1, kind=TrackKind.CAPTIONS, language="en", by_human=True, engine="source")
        )
    asyncio.run(hear_all(newsroom))
    with reading(newsroom.engine) as session:
        heard = session.exec(select(Track).where(Track.kind == TrackKind.ORIGINAL)).one()
    assert heard.current
