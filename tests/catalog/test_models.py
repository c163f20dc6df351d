"""The rules the database itself keeps, on both databases, and the values that must come back as they went in."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, SQLModel, select

from catalog.db import reading, writing
from catalog.models import (
    Appearance,
    Article,
    Entity,
    EntityKind,
    Episode,
    EpisodeSource,
    EpisodeState,
    LabelState,
    Mention,
    Person,
    PersonAlias,
    Role,
    SpeakerLabel,
    Subscription,
    SubscriptionItem,
    Track,
    TrackKind,
    Utterance,
)

# Letters of four bytes each, no two runs alike: what a PostgreSQL index cannot squeeze.
LETTERS = "".join(chr(0x1F300 + (n * 7919) % 1500) for n in range(2000))


@pytest.fixture
def filled(record: Engine) -> Engine:
    """One row of each table the rules are about, all with id 1."""
    rows: list[SQLModel] = [
        Episode(slug="talk", title="Talk"),
        Person(slug="somebody", name="Somebody"),
        Article(url="http://example.org/a", title="Article"),
        Entity(slug="water", kind=EntityKind.TOPIC, name="Water"),
        Subscription(url="http://example.org/feed"),
    ]
    more: list[SQLModel] = [
        Track(episode_id=1, language="en"),
        Appearance(episode_id=1, person_id=1, role=Role.GUEST),
        SpeakerLabel(episode_id=1, label="1"),
        SubscriptionItem(subscription_id=1, guid="one", url="http://example.org/1"),
    ]
    with writing(record) as session:
        session.add_all(rows)
        session.flush()
        session.add_all(more)
        session.flush()
        session.add(Utterance(track_id=1, position=0, start_ms=0, end_ms=10, text="words"))
    return record


BROKEN: dict[str, Callable[[], SQLModel]] = {
    "translation without a source": lambda: Track(episode_id=1, kind=TrackKind.TRANSLATION, language="ur"),
    "confirmed without a name": lambda: SpeakerLabel(episode_id=1, label="2", state=LabelState.CONFIRMED),
    "mention nowhere": lambda: Mention(entity_id=1, start=0, end=1),
    "mention in two places": lambda: Mention(entity_id=1, utterance_id=1, article_id=1, start=0, end=1),
    "end before start": lambda: Utterance(track_id=1, position=1, start_ms=5, end_ms=4, text=""),
    "two at one position": lambda: Utterance(track_id=1, position=0, start_ms=5, end_ms=6, text=""),
    "a slug twice": lambda: Episode(slug="talk", title="Other"),
    "a person twice in a talk": lambda: Appearance(episode_id=1, person_id=1, role=Role.HOST),
    "a label twice in a run": lambda: SpeakerLabel(episode_id=1, label="1"),
    "an item twice": lambda: SubscriptionItem(subscription_id=1, guid="one", url="http://example.org/2"),
    "a track of no episode": lambda: Track(episode_id=99, language="en"),
}


def test_the_database_refuses_what_cannot_be(filled: Engine) -> None:
    def is_refused(row: SQLModel) -> bool:
        try:
            with writing(filled) as session:
                session.add(row)
        except sa.exc.IntegrityError:
            return True
        return False

    assert [name for name, broken in BROKEN.items() if not is_refused(broken())] == []


CHOICES = ("episode.state", "track.kind", "speaker_label.state", "appearance.role", "appearance.review")


def test_a_state_nobody_has_named_is_refused(filled: Engine) -> None:
    for choice in CHOICES:
        table, column = choice.split(".")
        with pytest.raises(sa.exc.IntegrityError), filled.begin() as connection:
            connection.execute(sa.text(f"UPDATE {table} SET {column} = 'invented'"))


def test_an_episode_takes_along_what_belongs_to_it_and_a_person_stays(filled: Engine) -> None:
    with writing(filled) as session:
        session.delete(session.get_one(Episode, 1))
    with reading(filled) as session:
        left = [
            session.exec(select(sa.func.count()).select_from(one)).one()
            for one in (Track, Utterance, Appearance)
        ]
        assert left == [0, 0, 0]
        assert session.get(Person, 1) is not None


def test_a_moment_comes_back_in_utc_whatever_zone_it_was_given_in(record: Engine) -> None:
    karachi = datetime(2024, 5, 17, 3, 30, tzinfo=timezone(timedelta(hours=5)))
    with writing(record) as session:
        session.add(Episode(slug="talk", title="Talk", aired_at=karachi))
    with reading(record) as session:
        aired = session.exec(select(Episode.aired_at)).one()
        assert aired == datetime(2024, 5, 16, 22, 30, tzinfo=UTC)
        assert aired is not None
        assert aired.utcoffset() == timedelta(0)
        later = select(Episode.slug).where(Episode.aired_at > karachi - timedelta(minutes=1))  # type: ignore[operator]
        assert session.exec(later).all() == ["talk"]


def test_a_moment_without_a_zone_is_refused(record: Engine) -> None:
    def write() -> None:
        with writing(record) as session:
            session.add(Episode(slug="talk", title="Talk", aired_at=datetime(2024, 5, 17)))  # noqa: DTZ001

    with pytest.raises(sa.exc.StatementError, match="time zone"):
        write()


LONG: dict[str, Callable[[], SQLModel]] = {
    "guid": lambda: SubscriptionItem(subscription_id=1, guid=LETTERS[:500], url="http://example.org/"),
    "address": lambda: EpisodeSource(
        episode_id=1,
        url=("http://example.org/" + "".join(f"%{n % 256:02X}" for n in range(700)))[:2000],
        provider="web",
        external_id=LETTERS[:500],
    ),
    "title": lambda: Episode(slug="long", title=LETTERS[:500], summary=LETTERS * 50),
    "spelling": lambda: PersonAlias(person_id=1, name=LETTERS[:200], folded=LETTERS[:200]),
}


def test_the_longest_values_in_any_script_fit_into_columns_and_indexes(filled: Engine) -> None:
    for make in LONG.values():
        row = make()
        before = {name: value for name, value in row.model_dump().items() if isinstance(value, str)}
        with writing(filled) as session:
            session.add(row)
            session.flush()
            key: Any = row.id  # type: ignore[attr-defined]
        with Session(filled) as session:
            after = session.get_one(type(row), key).model_dump()
        assert {name: after[name] for name in before} == before


def test_states_are_stored_by_their_words(filled: Engine) -> None:
    with filled.connect() as connection:
        assert connection.execute(sa.text("SELECT state FROM episode")).scalar() == EpisodeState.NEW.value
