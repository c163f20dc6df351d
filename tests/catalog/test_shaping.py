"""Paragraphs cut, joined and given to other voices: no word or time is lost, and all of it is undone and done again."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, SQLModel, col, select

from catalog.acts import KEPT, Done
from catalog.audit import verify_log
from catalog.db import connect, migrate, reading, writing
from catalog.editing import ChangedMeanwhile, edit_paragraph, stamp_of
from catalog.errors import CatalogError, Conflict, InvalidQuery
from catalog.fixups import accept_fixup, store_fixups
from catalog.labels import labels_of
from catalog.models import AuditEvent, Correction, Track, Utterance
from catalog.moving import split_label
from catalog.reviewing import mark_checked, share_checked
from catalog.shaping import NEW_VOICE, assign_paragraph, join_next, split_paragraph
from catalog.transcripts import read_turns, read_utterances
from catalog.undoing import redo_last, undo_last
from tests.catalog.panel import CAST, add_panel, everything
from transcribe.fixups import suggest_fixups

ME = {"by": "Tester"}


def fill(session: Session) -> None:
    add_panel(session)
    names = [name for name, _ in CAST]
    assert store_fixups(session, 1, suggest_fixups(read_utterances(session, 1), names)) == 2


@pytest.fixture
def each(record: Engine) -> Engine:
    """A talk of three voices, on each database."""
    with writing(record) as session:
        fill(session)
    return record


def lines(session: Session) -> list[Utterance]:
    return list(session.exec(select(Utterance).order_by(col(Utterance.position))).all())


def on(session: Session, what: Any, place: int, *given: Any, **options: Any) -> Done:
    """An act on the paragraph at a place, as who has just read it."""
    line = lines(session)[place]
    done: Done = what(session, "panel", line.id, *given, stamp_of(line), **{**ME, **options})
    return done


def texts(session: Session) -> list[str]:
    return [line.text for line in lines(session)]


def test_a_paragraph_is_cut_at_a_word_and_joined_again(each: Engine) -> None:
    with writing(each) as session:
        before = everything(session)
        on(session, split_paragraph, 0, 6)
        assert texts(session)[:2] == ["Welcome to a talk about rivers.", "Kamal Probe is with us."]
        one, other = lines(session)[:2]
        assert one.start_ms <= one.end_ms <= other.start_ms <= other.end_ms
        on(session, join_next, 0)
        assert {**everything(session), "Track": before["Track"]} == before


def test_a_paragraph_nobody_timed_is_cut_by_its_letters_and_takes_times_when_it_is_joined(
    each: Engine,
) -> None:
    with writing(each) as session:
        line = lines(session)[0]
        line.words = []
        session.flush()
        on(session, split_paragraph, 0, 6)
        one, other = lines(session)[:2]
        assert one.words == other.words == []
        assert one.start_ms < one.end_ms == other.start_ms < other.end_ms
        on(session, join_next, 1)
        line = lines(session)[1]
        assert line.text.split() == [word[2] for word in line.words]
        assert all(a[1] <= b[0] for a, b in pairwise(line.words))


def test_what_is_joined_is_the_first_ones_and_keeps_what_points_at_it(each: Engine) -> None:
    with writing(each) as session:
        second = lines(session)[1]
        on(session, edit_paragraph, 1, "Thank you. The new bridge is gone,")
        on(session, join_next, 0)
        assert [turn.speaker.label for turn in read_turns(session, 1)][:2] == ["S1", "S2"]
        first = lines(session)[0]
        assert session.exec(select(Correction)).one().utterance_id == first.id
        undo_last(session, "panel", **ME)
        assert session.exec(select(Correction)).one().utterance_id == second.id


def test_one_paragraph_goes_to_another_voice_or_a_new_one(each: Engine) -> None:
    with writing(each) as session:
        assert on(session, assign_paragraph, 2, "S3").label == "S3"
        assert read_turns(session, 1)[2].speaker.label == "S3"
        done = on(session, assign_paragraph, 0, NEW_VOICE)
        assert done.label == "S1b"
        assert "already" in on(session, assign_paragraph, 0, "S1b").sentence
        undo_last(session, "panel", **ME)
        assert "S1b" not in [row.label for row in labels_of(session, session.get_one(Track, 1))]


def test_a_paragraph_that_changed_meanwhile_is_left_alone(each: Engine) -> None:
    with writing(each) as session:
        line = lines(session)[0]
        seen = stamp_of(line)
        on(session, edit_paragraph, 0, "Another text stands here now.")
        for what, given in ((split_paragraph, (2,)), (join_next, ()), (assign_paragraph, ("S2",))):
            with pytest.raises(ChangedMeanwhile):
                what(session, "panel", line.id, *given, seen, **ME)
        assert texts(session)[0] == "Another text stands here now."


@pytest.mark.parametrize("place", [-1, 0, 11, 99])
def test_a_cut_outside_the_words_is_refused(each: Engine, place: int) -> None:
    with writing(each) as session, pytest.raises(InvalidQuery):
        on(session, split_paragraph, 0, place)


def test_the_last_paragraph_has_nothing_to_be_joined_with(each: Engine) -> None:
    with writing(each) as session, pytest.raises(Conflict, match="Nothing follows"):
        on(session, join_next, 5)


def test_what_was_checked_is_counted_by_time_and_follows_its_words(each: Engine) -> None:
    with writing(each) as session:
        assert share_checked(session, 1) == 0.0
        mark_checked(session, "panel", [line.id or 0 for line in lines(session)[:3]], **ME)
        assert share_checked(session, 1) == 0.5
        first = lines(session)[0]
        assert (first.checked_by, first.checked_at is not None) == ("Tester", True)
        on(session, split_paragraph, 0, 6)
        assert [bool(line.checked_by) for line in lines(session)[:4]] == [True] * 4
        on(session, join_next, 3)
        assert [bool(line.checked_by) for line in lines(session)[:4]] == [True, True, True, False]
        for _ in range(3):
            undo_last(session, "panel", **ME)
        assert share_checked(session, 1) == 0.0
        assert share_checked(session, 99) == 0.0


def test_every_row_that_points_at_a_paragraph_is_remembered_when_it_goes() -> None:
    pointing = {
        table.name
        for table in SQLModel.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name == "utterance"
    }
    assert pointing == {model.__tablename__ for model, columns in KEPT.values() if "utterance_id" in columns}


def test_redo_goes_forward_again_until_something_else_is_done(each: Engine) -> None:
    with writing(each) as session:
        with pytest.raises(Conflict, match="nothing to do again"):
            redo_last(session, "panel", **ME)
        on(session, edit_paragraph, 0, "Good evening, all.")
        on(session, split_paragraph, 0, 2)
        undo_last(session, "panel", **ME)
        undo_last(session, "panel", **ME)
        assert redo_last(session, "panel", **ME).sentence == "Done again: edit."
        assert texts(session)[0] == "Good evening, all."
        redo_last(session, "panel", **ME)
        assert texts(session)[:2] == ["Good evening,", "all."]
        undo_last(session, "panel", **ME)
        on(session, edit_paragraph, 1, "Thanks.")
        with pytest.raises(Conflict, match="nothing to do again"):
            redo_last(session, "panel", **ME)
        told = session.exec(select(Correction).order_by(col(Correction.id))).all()
        assert [row.undoes_id for row in told] == [None, 1, 2, None]


def test_the_log_of_these_acts_holds_no_spoken_word_and_stays_whole(each: Engine) -> None:
    with writing(each) as session:
        on(session, edit_paragraph, 1, "Thanks. The old footbridge is gone,")
        on(session, join_next, 1)
        undo_last(session, "panel", **ME)
        redo_last(session, "panel", **ME)
    with reading(each) as session:
        told = json.dumps([event.detail for event in session.exec(select(AuditEvent))]).casefold()
        assert not [word for word in ("footbridge", "bridge", "thanks", "nobody", "asked") if word in told]
        assert verify_log(session).broken is None


# ---- random edits ---------------------------------------------------------------------------------------

WORD = st.sampled_from(["tea", "bridge", "gone,", "کرکٹ", "Mina", "—", "1997."])
KINDS = ("edit", "cut", "join", "assign", "new", "check", "accept", "split")
ACTS = st.tuples(st.sampled_from(KINDS), st.integers(0, 99), st.integers(0, 99), st.lists(WORD, max_size=4))


def try_act(session: Session, kind: str, one: int, other: int, words: list[str]) -> Done:
    here = lines(session)
    place, line = one % len(here), here[one % len(here)]
    said = line.text.split()
    if kind == "edit":
        at = other % (len(said) + 1)
        return on(session, edit_paragraph, place, " ".join([*said[:at], *words, *said[at + 1 :]]))
    if kind == "check":
        return mark_checked(session, "panel", [line.id or 0], **ME, checked=bool(other % 2))
    if kind == "accept":
        return accept_fixup(session, "panel", 1 + one % 2, **ME)
    if kind == "split":
        return split_label(session, "panel", f"S{1 + other % 3}", line.start_ms + 2_500, **ME)
    acts: dict[str, tuple[Any, ...]] = {
        "cut": (split_paragraph, place, other % (len(said) + 1)),
        "join": (join_next, place),
        "assign": (assign_paragraph, place, f"S{1 + other % 3}"),
        "new": (assign_paragraph, place, NEW_VOICE),
    }
    return on(session, *acts[kind])


@pytest.fixture(scope="module")
def rehearsal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """A catalog in which nothing is ever kept."""
    url = f"sqlite:///{tmp_path_factory.mktemp('rehearsal') / 'catalog.sqlite'}"
    migrate(url)
    engine = connect(url)
    with writing(engine) as session:
        fill(session)
    yield engine
    engine.dispose()


def assert_in_order(session: Session) -> None:
    for number, line in enumerate(lines(session)):
        assert line.position == number
        assert line.text.split() == [word[2] for word in line.words]
        edges = [edge for word in line.words for edge in word[:2]]
        assert edges == sorted(edges)
        assert line.start_ms <= edges[0] and edges[-1] <= line.end_ms


@given(st.lists(ACTS, min_size=3, max_size=9))
@settings(max_examples=25, derandomize=True, deadline=None, phases=[Phase.generate])
def test_after_any_edits_times_stand_in_order_inside_their_turn_and_all_is_undone_and_done_again(
    rehearsal: Engine, acts: list[tuple[Any, ...]]
) -> None:
    with Session(rehearsal) as session:
        before = everything(session)
        done = 0
        for drawn in acts:
            known = len(session.exec(select(AuditEvent.id)).all())
            try:
                with session.begin_nested():
                    try_act(session, *drawn)
            except CatalogError:
                continue
            done += len(session.exec(select(AuditEvent.id)).all()) - known
            assert_in_order(session)
        after = everything(session)
        for _ in range(2):
            for _ in range(done):
                undo_last(session, "panel", **ME)
            assert everything(session) == before
            with pytest.raises(Conflict):
                undo_last(session, "panel", **ME)
            for _ in range(done):
                redo_last(session, "panel", **ME)
            assert everything(session) == after
            with pytest.raises(Conflict):
                redo_last(session, "panel", **ME)
        session.rollback()
