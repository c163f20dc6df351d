"""Where somebody is hidden, whoever else was named in writing is told to those who publish."""

import pytest
from sqlmodel import select

from catalog.acts import begin_act
from catalog.checklist import check_episode
from catalog.db import reading, writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.episodes import find_episode
from catalog.models import Appearance, Chapter, Entity, EntityAlias, EntityKind, Person, PersonAlias
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.outside_names import outside_names
from catalog.people import add_person
from catalog.translations import import_translation
from tests.catalog.test_translations import SRT
from tests.web.newsrooms import URDU, newsroom_at, put

REAL, URDU_NAME = "Zephyrine Quandrical", "زعفرانستان کوانڈریکل"


@pytest.fixture
def room(tmp_path, database_url: str) -> Newsroom:
    """A talk of which one guest is hidden, and whose real name stands on record from elsewhere."""
    newsroom = newsroom_at(tmp_path / "home", database_url)
    put(newsroom, "urdu", URDU)
    with writing(newsroom.engine) as session:
        session.exec(select(Appearance)).first().pseudonymous = True  # type: ignore[union-attr]
        person = add_person(session, REAL)
        session.add(PersonAlias(person_id=person.id or 0, name=URDU_NAME, folded=fold(URDU_NAME)))
    return newsroom


def found(room: Newsroom) -> dict[str, tuple[str, ...]]:
    with reading(room.engine) as session:
        return outside_names(session, find_episode(session, "urdu"))


def check(room: Newsroom) -> tuple[bool, str] | None:
    with reading(room.engine) as session:
        told = [one for one in check_episode(session, "urdu") if one.name == "Hidden guest"]
    return (told[0].is_settled, told[0].sentence) if told else None


def test_every_place_in_which_people_write_is_looked_at(room: Newsroom) -> None:
    assert found(room) == {} and check(room) == (True, "Nobody outside the cast was named in writing.")
    with writing(room.engine) as session:
        episode = find_episode(session, "urdu")
        episode.title, episode.summary = f"What {REAL} saw", "By QUANDRICAL, Zephyrine’s sister."
        session.add(Chapter(episode_id=episode.id or 0, start_ms=7, end_ms=9, title=REAL))
        brought = SRT.replace("Welcome", f"{REAL} welcomes you")
        import_translation(session, "urdu", brought.encode(), "a.srt", "en", by_machine=True)
    with writing(room.engine) as session:
        act = begin_act(session, "urdu", "Mina")
        write_paragraph(act, find_paragraph(act, 1), f"{URDU_NAME} نے کہا")
    assert found(room) == {
        REAL: ("the title", "the description", "a chapter", "a translation"),
        URDU_NAME: ("mended words",),
    }
    told = check(room)
    assert told and not told[0] and f"{REAL} (the title, the description" in told[1]


def test_a_part_of_a_name_and_the_cast_itself_are_no_news(room: Newsroom) -> None:
    with writing(room.engine) as session:
        cast = session.exec(select(Person.name).join(Appearance)).all()
        find_episode(session, "urdu").summary = f"Zephyrine alone, and {', '.join(cast)}."
    assert found(room) == {}


def test_who_is_only_in_the_authority_file_is_known_by_full_names(room: Newsroom) -> None:
    with writing(room.engine) as session:
        for slug, kind in (("mir", EntityKind.PERSON), ("town", EntityKind.PLACE)):
            entity = Entity(slug=slug, kind=kind, name=f"Mir {slug}")
            session.add(entity)
            session.flush()
            for name, short in ((f"Mirabad {slug}", False), ("Mirabad", True)):
                session.add(
                    EntityAlias(entity_id=entity.id or 0, name=name, folded=name.lower(), short=short)
                )
        find_episode(session, "urdu").summary = "Mirabad mir and Mirabad town"
    assert found(room) == {"Mirabad mir": ("the description",)}


def test_where_nobody_is_hidden_nothing_is_said(room: Newsroom) -> None:
    with writing(room.engine) as session:
        for appearance in session.exec(select(Appearance)):
            appearance.pseudonymous = False
    assert check(room) is None
