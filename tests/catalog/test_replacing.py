"""Words replaced over a whole talk: one act after a look, undone at once, nothing overwritten."""

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.errors import Conflict, InvalidQuery
from catalog.models import Correction, Utterance
from catalog.replacing import Wanted, find_words, replace_words
from catalog.undoing import redo_last, undo_last
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put

LINES = ("Gull is here. Gull!", "Seagulls and gull wings", "کرکٹ اور چائے", "Nothing of it")
TALK = Talk(
    "Tea",
    [Line("A", text, n * 5_000, n * 5_000 + 4_000) for n, text in enumerate(LINES)],
    {"A": Voice("Asma Green")},
)
GULL = Wanted("gull", "Gul Khan")


@pytest.fixture
def talk(tmp_path, database_url: str) -> Engine:  # type: ignore[no-untyped-def]
    room = newsroom_at(tmp_path, database_url)
    put(room, "tea", TALK)
    return room.engine


def texts(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [line.text for line in session.exec(select(Utterance).order_by(Utterance.position))]


def replace(engine: Engine, wanted: Wanted, places: tuple[int, ...] | None = None) -> None:
    with writing(engine) as session:
        hits = find_words(session, "tea", wanted)
        chosen = {hit.utterance_id: hit.stamp for n, hit in enumerate(hits) if places is None or n in places}
        replace_words(session, "tea", wanted, chosen, by="Mina")


def test_whole_words_are_found_in_any_case_and_every_script(talk: Engine) -> None:
    with reading(talk) as session:
        assert [(hit.utterance_id, hit.times) for hit in find_words(session, "tea", GULL)] == [(1, 2), (2, 1)]
        assert [hit.times for hit in find_words(session, "tea", Wanted("gull", "", whole_words=False))] == [
            2,
            2,
        ]
        assert [hit.times for hit in find_words(session, "tea", Wanted("Gull", "", same_case=True))] == [2]
        assert [hit.times for hit in find_words(session, "tea", Wanted("چائے", ""))] == [1]
        assert find_words(session, "tea", Wanted("g.ll", "")) == []


def test_it_is_one_act_whose_words_keep_their_times(talk: Engine) -> None:
    replace(talk, GULL)
    assert texts(talk)[:2] == ["Gul Khan is here. Gul Khan!", "Seagulls and Gul Khan wings"]
    with reading(talk) as session:
        assert len(session.exec(select(Correction)).all()) == 2
        line = session.get_one(Utterance, 2)
        assert [word[2] for word in line.words] == line.text.split()
    with writing(talk) as session:
        undo_last(session, "tea", by="Mina")
    assert texts(talk) == list(LINES)
    with writing(talk) as session:
        redo_last(session, "tea", by="Mina")
    assert texts(talk)[0] == "Gul Khan is here. Gul Khan!"


def test_only_what_was_chosen_changes(talk: Engine) -> None:
    replace(talk, GULL, (1,))
    assert texts(talk)[:2] == [LINES[0], "Seagulls and Gul Khan wings"]


def test_nothing_is_done_when_one_of_them_changed_since(talk: Engine) -> None:
    with writing(talk) as session:
        chosen = {hit.utterance_id: hit.stamp for hit in find_words(session, "tea", GULL)}
        seen = stamp_of(session.get_one(Utterance, 2))
        edit_paragraph(session, "tea", 2, "Seagulls and gull feathers", seen, by="Zarin")
    with writing(talk) as session, pytest.raises(Conflict, match="changed since"):
        replace_words(session, "tea", GULL, chosen, by="Mina")
    assert texts(talk)[0] == LINES[0]


@pytest.mark.parametrize("wanted", [Wanted(" ", "x"), Wanted("Nothing of it", "")])
def test_looking_for_nothing_or_leaving_no_words_is_refused(talk: Engine, wanted: Wanted) -> None:
    with pytest.raises(InvalidQuery):
        replace(talk, wanted)
