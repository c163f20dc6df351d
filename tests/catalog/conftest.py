"""A catalog with talks in it, on real databases, for the tests of `catalog`."""

import math
import wave
from array import array
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.db import connect
from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    Role,
    SpeakerLabel,
    Track,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.settings import Settings

PASSAGE_MS = 10_000

SpokenLine = tuple[str | None, str, str]


class MakeEpisode(Protocol):
    def __call__(
        self,
        session: Session,
        *,
        slug: str,
        state: EpisodeState = ...,
        title: str = ...,
        turns: Sequence[SpokenLine],
    ) -> Episode: ...


@pytest.fixture
def record(database_url: str) -> Engine:
    """An empty catalog, once on SQLite and once on PostgreSQL."""
    return connect(database_url)


@pytest.fixture
def house(tmp_path: Path, database_url: str) -> Newsroom:
    """A newsroom on each database, with a shelf of its own; it may fetch from this machine."""
    return Newsroom(
        Settings(
            home=tmp_path / "home",
            database_url=database_url,
            allowed_networks=("127.0.0.0/8",),
            min_free_gigabytes=0,
            site_title="The demo show",
        )
    )


@pytest.fixture
def record_sound() -> Callable[[Path, int], Path]:
    """`record_sound(path, 330)` writes a second of a tone of 330 Hz: other tones are other bytes."""

    def act(path: Path, tone: int) -> Path:
        with wave.open(str(path), "wb") as sound:
            sound.setparams((1, 2, 8000, 0, "NONE", ""))
            wave_form = (int(9000 * math.sin(2 * math.pi * tone * n / 8000)) for n in range(8000))
            sound.writeframes(array("h", wave_form).tobytes())
        return path

    return act


@pytest.fixture
def engine(sqlite_url: str) -> Engine:
    """The engine of a migrated, empty catalog of this test alone."""
    return connect(sqlite_url)


@pytest.fixture
def make_episode() -> MakeEpisode:
    """`make_episode(session, slug="a-talk", turns=[("Zarin Test", "en", "words"), (None, "ur", "...")])`.

    Each turn is one passage of ten seconds with its words evenly timed; the same name again is the same voice,
    confirmed as a guest; None is a voice nobody has named. Two turns of one voice in a row are read as one.
    """
    return _make_episode


def _make_episode(
    session: Session,
    *,
    slug: str,
    state: EpisodeState = EpisodeState.PUBLISHED,
    title: str = "A talk",
    turns: Sequence[SpokenLine],
) -> Episode:
    episode = Episode(
        slug=slug,
        title=title,
        language=turns[0][1] if turns else "en",
        state=state,
        published_at=datetime(2024, 5, 17, tzinfo=UTC) if state is EpisodeState.PUBLISHED else None,
        duration_ms=len(turns) * PASSAGE_MS,
    )
    session.add(episode)
    session.flush()
    track = Track(episode_id=_id(episode), language=episode.language or "", current=True)
    session.add(track)
    session.flush()
    labels: dict[str | None, SpeakerLabel] = {}
    for position, (name, language, text) in enumerate(turns):
        if name not in labels:
            labels[name] = _label(session, _id(episode), f"V{len(labels)}", name)
        session.add(
            Utterance(
                track_id=_id(track),
                position=position,
                start_ms=position * PASSAGE_MS,
                end_ms=(position + 1) * PASSAGE_MS,
                speaker_label_id=labels[name].id,
                language=language,
                text=text,
                words=_timed(text, position * PASSAGE_MS),
            )
        )
    session.flush()
    return episode


def _label(session: Session, episode_id: int, label: str, name: str | None) -> SpeakerLabel:
    row = SpeakerLabel(episode_id=episode_id, label=label)
    if name is not None:
        row.state, row.appearance_id = LabelState.CONFIRMED, _appearance(session, episode_id, name)
    session.add(row)
    session.flush()
    return row


def _appearance(session: Session, episode_id: int, name: str) -> int:
    slug = name.lower().replace(" ", "-")
    person = session.exec(select(Person).where(Person.slug == slug)).first()
    if person is None:
        person = Person(slug=slug, name=name)
        session.add(person)
        session.flush()
    appearance = Appearance(episode_id=episode_id, person_id=_id(person), role=Role.GUEST)
    session.add(appearance)
    session.flush()
    return _id(appearance)


def _timed(text: str, start_ms: int) -> list[list[int | str | float]]:
    spoken = text.split()
    step = PASSAGE_MS // max(1, len(spoken))
    return [[start_ms + n * step, start_ms + (n + 1) * step, word, 0.9] for n, word in enumerate(spoken)]


def _id(row: Episode | Track | Person | Appearance) -> int:
    assert row.id is not None
    return row.id
