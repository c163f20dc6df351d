"""kill -9 at any moment of any step: nothing is lost, nothing is done twice, nothing is left lying around."""

import random
import time
from datetime import datetime
from itertools import pairwise
from pathlib import Path

import pytest
from sqlmodel import col, select

from catalog.adding import Given, add_link
from catalog.db import reading
from catalog.jobs import is_open
from catalog.models import Chunk, EpisodeState, JobState, MediaFile, MediaKind, Track, Utterance
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from tests.catalog.newsrooms import (
    WorkerProcess,
    episode_at,
    excerpt,
    journal_of,
    leftovers,
    newsroom_at,
    only_job,
    serve,
    wait_until,
)

STAGES = ("", "fetch", "prepare", "cast", "cut", "hear", "separate", "compose", "name", "index", "done")
# Where each life ends: once it is at this stage, or up to so many seconds later.
LIVES = [
    *(("", 3.0), ("fetch", 0.4), ("fetch", 1.2), ("prepare", 0.2), ("prepare", 0.9), ("prepare", 1.8)),
    *(
        ("cast", 0.0),
        ("cut", 0.6),
        ("hear", 0.4),
        ("hear", 1.2),
        ("hear", 2.0),
        ("hear", 1.5),
        ("compose", 0.0),
    ),
    *(("index", 0.0), ("", 3.0)),
]


def has_reached(newsroom: Newsroom, stage: str, since: datetime) -> bool:
    job = only_job(newsroom)
    return not stage or (job.updated_at > since and STAGES.index(job.stage) >= STAGES.index(stage))


def finished(newsroom: Newsroom) -> set[tuple[str, int | None]]:
    """What need not be asked of a child again, as its journal names it."""
    with reading(newsroom.engine) as session:
        kinds = set(session.exec(select(MediaFile.kind)).all())
        heard = session.exec(select(Chunk.start_ms).where(col(Chunk.media_file_id).is_not(None))).all()
        cut = session.exec(select(Track.id)).first() is not None
    done: set[tuple[str, int | None]] = {("hear", start_ms) for start_ms in heard}
    done |= {("download", None)} if MediaKind.ORIGINAL in kinds else set()
    done |= {("to_wav", None), ("make_renditions", None)} if MediaKind.WAV in kinds else set()
    return done | ({("cut", None)} if cut else set())


def live_and_die(newsroom: Newsroom, journal: Path, stage: str, delay_s: float, *, group: bool) -> None:
    worker, since = WorkerProcess(newsroom, journal), now()
    wait_until(lambda: worker.process.poll() is not None or has_reached(newsroom, stage, since))
    time.sleep(delay_s)
    worker.kill(group=group)


@pytest.mark.timeout(600)
def test_work_killed_at_any_moment_comes_to_its_end_without_doing_anything_twice(tmp_path: Path) -> None:
    chance = random.Random(7)
    newsroom, journal = newsroom_at(tmp_path / "home"), tmp_path / "journal"
    excerpt(tmp_path / "talk.opus", 60)
    killed_at, done_before = [], []
    with serve(tmp_path) as site:
        slug = add_link(newsroom, f"{site.address}/talk.opus", Given(title="A killed talk")).slug
        for number, (stage, longest_s) in enumerate(LIVES):
            live_and_die(newsroom, journal, stage, chance.uniform(0, longest_s), group=number % 3 == 2)
            killed_at += [only_job(newsroom).stage] if is_open(only_job(newsroom)) else []
            done_before.append((len(journal_of(journal)), finished(newsroom)))
        said = WorkerProcess(newsroom, journal).finish()

    assert len(killed_at) >= 10
    assert {"fetch", "prepare", "hear"} <= set(killed_at)
    assert only_job(newsroom).state is JobState.DONE, said
    asked = [(line["task"], line["start_ms"]) for line in journal_of(journal)]
    for before, done in done_before:
        assert done.isdisjoint(asked[before:])
    assert leftovers(newsroom) == []
    must_be_whole(newsroom, slug)


def must_be_whole(newsroom: Newsroom, slug: str) -> None:
    episode = episode_at(newsroom, slug)
    assert (episode.state, episode.problem, episode.published_at) == (EpisodeState.REVIEW, "", None)
    with reading(newsroom.engine) as session:
        track = session.exec(select(Track)).one()
        chunks = session.exec(select(Chunk).order_by(col(Chunk.position))).all()
        said = session.exec(select(Utterance).order_by(col(Utterance.position))).all()
    assert track.current
    assert len(chunks) >= 3
    assert [chunk.end_ms for chunk in chunks[:-1]] == [chunk.start_ms for chunk in chunks[1:]]
    assert [line.position for line in said] == list(range(len(said)))
    assert all(a.end_ms <= b.start_ms for a, b in pairwise(said))
    assert len(said) >= len(chunks)
