"""Any earlier state of a transcript comes back in one act, which is undone and done again to the letter."""

from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.audit import verify_log
from catalog.db import reading, writing
from catalog.editing import edit_paragraph
from catalog.editions import list_editions
from catalog.errors import CatalogError, Conflict, NotFound
from catalog.history import read_history, restore_after, restore_edition
from catalog.models import AuditEvent, Correction, Episode, EpisodeState, Redaction, Track, Utterance
from catalog.newsroom import open_newsroom
from catalog.redaction.orders import Order, order_redaction
from catalog.settings import current
from catalog.shaping import join_next, split_paragraph
from catalog.undoing import redo_last, undo_last
from tests.catalog.panel import everything
from tests.catalog.test_commands import Run, run
from tests.catalog.test_shaping import ACTS, ME, fill, on, rehearsal, texts, try_act

__all__ = ["rehearsal", "run"]


@pytest.fixture
def each(record: Engine) -> Engine:
    with writing(record) as session:
        fill(session)
    return record


def acts(session: Session) -> list[int]:
    return [number or 0 for number in session.exec(select(AuditEvent.id).order_by(col(AuditEvent.id)))]


def test_an_earlier_state_comes_back_in_one_act_and_goes_again(each: Engine) -> None:
    with writing(each) as session:
        heard = everything(session)
        on(session, edit_paragraph, 0, "Good evening, all of you.")
        first = acts(session)[-1]
        after_first = everything(session)
        on(session, split_paragraph, 0, 2)
        on(session, join_next, 1)
        on(session, edit_paragraph, 1, "Something else.")
        last = everything(session)
        done = restore_after(session, "panel", first, **ME)
        assert "3 acts taken back" in done.sentence
        assert everything(session) == after_first
        undo_last(session, "panel", **ME)
        assert everything(session) == last
        redo_last(session, "panel", **ME)
        assert everything(session) == after_first
        restore_after(session, "panel", 0, **ME)
        assert {**everything(session), "Track": heard["Track"]} == heard
        undo_last(session, "panel", **ME)
        undo_last(session, "panel", **ME)
        assert everything(session) == last


def test_what_the_machine_wrote_and_what_was_told_of_corrections_stays(each: Engine) -> None:
    with writing(each) as session:
        on(session, edit_paragraph, 0, "Good evening, all of you.")
        told = [row.model_dump() for row in session.exec(select(Correction))]
        restore_after(session, "panel", 0, **ME)
        rows = session.exec(select(Correction).order_by(col(Correction.id))).all()
        assert [row.model_dump() for row in rows][: len(told)] == told and len(rows) == 2 * len(told)
        assert rows[-1].undoes_id == rows[0].id
        assert verify_log(session).broken is None


def test_an_edition_that_readers_saw_comes_back(each: Engine) -> None:
    with writing(each) as session:
        session.exec(select(Episode)).one().state = EpisodeState.PUBLISHED
    for text in ("First words.", "Second words.", "Third words."):
        with writing(each) as session:
            on(session, edit_paragraph, 0, text)
    with writing(each) as session:
        numbers = [one.number for one in list_editions(session, 1)]
        assert len(numbers) == 3
        restore_edition(session, "panel", numbers[0], **ME)
        assert texts(session)[0] == "First words."
        assert len(list_editions(session, 1)) == 4, "readers are told of it as of any change"
        restore_edition(session, "panel", numbers[1], **ME)
        assert texts(session)[0] == "Second words."
        with pytest.raises(Conflict, match="how it stands now"):
            restore_after(session, "panel", acts(session)[-1], **ME)
        with pytest.raises(NotFound):
            restore_edition(session, "panel", 999, **ME)


def test_what_was_taken_out_for_good_never_comes_back(each: Engine) -> None:
    with writing(each) as session:
        session.exec(select(Episode)).one().state = EpisodeState.PUBLISHED
    with writing(each) as session:
        on(session, edit_paragraph, 0, "The secret word.")
    with writing(each) as session:
        (edition,) = [one.number for one in list_editions(session, 1)]
        before = acts(session)[-1]
        order_redaction(session, "panel", Order(0, 500, "safety"))
    with writing(each) as session:
        on(session, edit_paragraph, 1, "Later words.")
    with writing(each) as session:
        with pytest.raises(NotFound):
            restore_after(session, "panel", before, **ME)
        with pytest.raises(Conflict, match="taken out for good"):
            restore_edition(session, "panel", edition, **ME)
        assert read_history(session, "panel").is_cut
        restore_after(session, "panel", 0, **ME)
        assert "Later words." not in texts(session)
    with reading(each) as session:
        assert session.exec(select(Redaction)).one().start_ms == 0


def test_an_edition_of_an_earlier_hearing_is_not_put_into_this_one(each: Engine) -> None:
    with writing(each) as session:
        session.exec(select(Episode)).one().state = EpisodeState.PUBLISHED
    with writing(each) as session:
        on(session, edit_paragraph, 0, "First words.")
    with writing(each) as session:
        track = session.exec(select(Track)).one()
        track.current = False
        newer = Track(episode_id=1, language="en", revision=2, current=True, engine="tests")
        session.add_all([track, newer])
        session.flush()
        session.add(Utterance(track_id=newer.id or 0, position=0, start_ms=0, end_ms=9, text="Anew."))
        with pytest.raises(Conflict, match="earlier hearing"):
            restore_edition(session, "panel", list_editions(session, 1)[0].number, **ME)


def test_the_history_tells_what_each_act_changed_and_which_editions_showed_it(each: Engine) -> None:
    with writing(each) as session:
        session.exec(select(Episode)).one().state = EpisodeState.PUBLISHED
    with writing(each) as session:
        on(session, edit_paragraph, 0, "First words.")
    with writing(each) as session:
        undo_last(session, "panel", **ME)
    with reading(each) as session:
        last, first = read_history(session, "panel").lines
        assert (first.act, first.stands, first.said[0].after) == ("edit", False, "First words.")
        assert (last.act, last.said[0].before) == ("undid: edit", "First words.")
        assert [len(one.editions) for one in (first, last)] == [1, 1]


def test_the_commands_do_the_same(run: Run) -> None:
    with writing(open_newsroom(current()).engine) as session:
        fill(session)
        on(session, edit_paragraph, 0, "First words.")
    assert run("history", "list", "panel", "--json").json["acts"][0]["said"][0]["after"] == "First words."
    assert "First words." in run("history", "list", "panel").out
    assert run("history", "restore", "panel").err.startswith("Not done: Say one of")
    assert "1 act taken back" in run("history", "restore", "panel", "--first").out
    assert run("history", "restore", "panel", "--edition", "7").err.startswith("Not done: ")


@given(st.lists(ACTS, min_size=2, max_size=9), st.integers(0, 99))
@settings(max_examples=25, derandomize=True, deadline=None, phases=[Phase.generate])
def test_after_any_edits_any_state_there_was_comes_back_to_the_letter(
    rehearsal: Engine, drawn: list[tuple[Any, ...]], which: int
) -> None:
    with Session(rehearsal) as session:
        states = {0: everything(session)}
        for one in drawn:
            try:
                with session.begin_nested():
                    try_act(session, *one)
            except CatalogError:
                continue
            states[max(acts(session), default=0)] = everything(session)
        now = max(states)
        chosen = sorted(states)[which % len(states)]
        if chosen != now:
            restore_after(session, "panel", chosen, **ME)
            assert everything(session) == states[chosen]
            undo_last(session, "panel", **ME)
            assert everything(session) == states[now]
            redo_last(session, "panel", **ME)
            assert everything(session) == states[chosen]
            restore_after(session, "panel", now, **ME)
            assert everything(session) == states[now]
        session.rollback()
