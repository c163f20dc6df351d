"""What is remembered is known by all that it was made of, and never more of it than was said."""

from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.db import reading, writing
from catalog.models import Episode, EpisodeState, Person
from catalog.remembered import Remembered, version_of
from catalog.speakers import withhold_label
from tests.catalog.conftest import MakeEpisode


def test_what_was_not_asked_for_longest_makes_room() -> None:
    made: list[str] = []
    remembered = Remembered[str, str](most=2)
    for key in ("a", "b", "a", "c", "a", "b"):
        assert remembered.get(key, lambda key=key: made.append(key) or key.upper()) == key.upper()
    assert made == ["a", "b", "c", "b"]


def test_nothing_found_is_remembered_too() -> None:
    asked: list[int] = []
    remembered = Remembered[str, None](most=2)
    for _ in range(2):
        assert remembered.get("a", lambda: asked.append(1)) is None
    assert len(asked) == 1


def test_a_talk_is_another_version_when_a_name_changed_whoever_changed_it(
    record: Engine, make_episode: MakeEpisode
) -> None:
    with writing(record) as session:
        talk = make_episode(
            session, slug="tea", state=EpisodeState.PUBLISHED, turns=[("Zarin Test", "en", "The tea is hot")]
        )
        number = talk.id or 0

    def version() -> object:
        with reading(record) as session:
            return version_of(session, number, session.get_one(Episode, number).revision)

    versions = [version()]
    assert version() == versions[0] and hash(version()) == hash(versions[0])
    with writing(record) as session:  # past every act: the revision stays
        person = session.exec(select(Person).where(Person.name == "Zarin Test")).one()
        person.name = "Zarin Other"
        session.add(person)
    versions.append(version())
    with writing(record) as session:
        withhold_label(session, "tea", "V0", by="Mina")
    versions.append(version())
    assert len(set(versions)) == 3
