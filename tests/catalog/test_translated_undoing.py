"""What was written into a translation is taken back and written again, to the letter and to who stands by it."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from catalog.audit import Actor, acting, verify_log
from catalog.db import reading, writing
from catalog.editing import stamp_of
from catalog.errors import Conflict
from catalog.models import Redaction, Track, Utterance
from catalog.newsroom import Newsroom
from catalog.redaction.rows import take_out_words
from catalog.translated_lines import write_line
from catalog.translated_undoing import redo_line, undo_line
from catalog.translations import import_translation
from tests.catalog.test_translations import SRT
from tests.web.newsrooms import URDU, newsroom_at, put
from transcribe.timeline import Span


@pytest.fixture
def room(tmp_path, database_url: str) -> Newsroom:
    newsroom = newsroom_at(tmp_path / "home", database_url)
    put(newsroom, "urdu", URDU)
    with writing(newsroom.engine) as session:
        import_translation(session, "urdu", SRT.encode(), "a.srt", "en", by_machine=True)
    return newsroom


def track_of(session: Session) -> Track:
    return session.exec(select(Track).where(Track.language == "en")).one()


def state(room: Newsroom) -> list[tuple[object, ...]]:
    """All that undoing must bring back: the lines, who stands by them, and by the whole."""
    with reading(room.engine) as session:
        track = track_of(session)
        rows = session.exec(
            select(Utterance).where(Utterance.track_id == track.id).order_by(Utterance.position)
        )
        return [(track.by_human,), *((row.text, row.checked_by, row.checked_at) for row in rows)]


def write(room: Newsroom, place: int, text: str, who: str = "Mina") -> None:
    with acting(room.engine, Actor(who)) as session:
        track_id = track_of(session).id or 0
        here = select(Utterance).where(Utterance.track_id == track_id).order_by(Utterance.position)
        line = session.exec(here).all()[place]
        write_line(session, "urdu", track_id, line.id or 0, text, stamp_of(line))


def take(room: Newsroom, act) -> str:
    with acting(room.engine, Actor("Zarin")) as session:
        return act(session, "urdu", track_of(session).id or 0)


ACTS = st.lists(
    st.tuples(st.sampled_from(("write", "undo", "redo")), st.integers(0, 1), st.integers(0, 3)), max_size=12
)


@settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(ACTS)
def test_whatever_is_written_undone_and_done_again_each_state_comes_back(
    room: Newsroom, acts: list[tuple[str, int, int]]
) -> None:
    write(room, 0, f"{state(room)[1][0]}.")  # what was undone in the example before is forgotten by it
    before, after = [], []
    for act, place, words in acts:
        now = state(room)
        if act == "write":
            write(room, place, f"Words {words}.")
            if state(room) != now:
                before, after = [*before, now], []
        elif act == "undo" and before:
            assert "Undone: what Mina wrote" in take(room, undo_line)
            assert state(room) == before[-1]
            before, after = before[:-1], [*after, now]
        elif act == "redo" and after:
            take(room, redo_line)
            assert state(room) == after[-1]
            before, after = [*before, now], after[:-1]
        elif act == "redo":
            with pytest.raises(Conflict, match="nothing to do again"):
                take(room, redo_line)
    with reading(room.engine) as session:
        assert verify_log(session).broken is None


def test_where_nothing_was_written_there_is_nothing_to_undo(room: Newsroom) -> None:
    with pytest.raises(Conflict, match="nothing to undo"):
        take(room, undo_line)


def test_the_whole_is_a_persons_no_more_when_its_last_line_is_taken_back(room: Newsroom) -> None:
    write(room, 0, "Welcome.")
    write(room, 1, "The BBC.")
    assert state(room)[0] == (True,)
    take(room, undo_line)
    assert state(room)[0] == (False,)


def test_what_was_taken_out_for_good_does_not_come_back(room: Newsroom) -> None:
    write(room, 0, "Zephyrine welcomes you.")
    write(room, 0, "Somebody welcomes you.")
    with writing(room.engine) as session:
        session.add(Redaction(episode_id=1, start_ms=4_000, end_ms=8_000, reason="a promise"))
        take_out_words(session, 1, [Span(4_000, 8_000)])
    with pytest.raises(Conflict, match="can no longer be taken back"):
        take(room, undo_line)
    assert "Zephyrine" not in str(state(room))
