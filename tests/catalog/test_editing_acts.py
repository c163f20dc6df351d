"""A person writes a paragraph anew: it is kept, told as a correction, undone to the letter; nobody is overwritten."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.db import reading, writing
from catalog.editing import ChangedMeanwhile, edit_paragraph, stamp_of
from catalog.errors import InvalidQuery, NotFound
from catalog.models import Correction, Track, Utterance
from catalog.undoing import undo_last
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put

TALK = Talk(
    "Tea and trains", [Line("A", "We hid in Gull until spring", 0, 6_000)], {"A": Voice("Asma Green")}
)


@pytest.fixture
def talk(tmp_path, database_url: str) -> Engine:  # type: ignore[no-untyped-def]
    room = newsroom_at(tmp_path, database_url)
    put(room, "tea", TALK)
    return room.engine


def line_of(session: Session) -> Utterance:
    return session.exec(select(Utterance)).one()


def save(engine: Engine, text: str, seen: str = "", by: str = "Mina") -> str:
    """Save as who has just read it; the new state."""
    with writing(engine) as session:
        edit_paragraph(session, "tea", 1, text, seen or stamp_of(line_of(session)), by=by)
        return stamp_of(line_of(session))


def test_words_that_stay_keep_their_times_and_the_correction_tells_of_it(talk: Engine) -> None:
    with reading(talk) as session:
        before = line_of(session).words
    save(talk, "We hid in Gulistan until spring")
    with reading(talk) as session:
        line = line_of(session)
        assert [row for row in line.words if row[2] != "Gulistan"] == [
            row for row in before if row[2] != "Gull"
        ]
        told = session.exec(select(Correction)).one()
        assert (told.before, told.after) == ("We hid in Gull until spring", "We hid in Gulistan until spring")
        assert session.exec(select(Track)).one().by_human


def test_undo_brings_back_every_word_and_time(talk: Engine) -> None:
    with reading(talk) as session:
        before = line_of(session).model_dump()
    save(talk, "Something else was said")
    with writing(talk) as session:
        undo_last(session, "tea", by="Mina")
    with reading(talk) as session:
        assert line_of(session).model_dump() == before
        assert len(session.exec(select(Correction)).all()) == 2


def test_who_saves_an_older_state_is_told_what_it_says_now(talk: Engine) -> None:
    with reading(talk) as session:
        seen = stamp_of(line_of(session))
    now = save(talk, "First one saves", seen)
    with pytest.raises(ChangedMeanwhile) as told:
        save(talk, "Second one saves", seen, by="Karima")
    assert (told.value.text, told.value.stamp) == ("First one saves", now)
    with reading(talk) as session:
        assert line_of(session).text == "First one saves"


def test_the_same_text_changes_nothing(talk: Engine) -> None:
    save(talk, "  We hid in Gull   until spring ", seen="whatever")
    with reading(talk) as session:
        assert session.exec(select(Correction)).all() == []


@pytest.mark.parametrize("text", ["", " \n ", "x" * 20_001])
def test_no_words_or_too_many_are_refused(talk: Engine, text: str) -> None:
    with pytest.raises(InvalidQuery):
        save(talk, text)


def test_a_paragraph_of_another_transcript_is_not_found(talk: Engine) -> None:
    with writing(talk) as session, pytest.raises(NotFound):
        edit_paragraph(session, "tea", 99, "words", "x", by="Mina")
