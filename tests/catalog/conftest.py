"""A catalog with talks in it, on a real SQLite database, for the tests of `catalog`."""

from collections.abc import Sequence
from datetime import UTC, datetime
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
