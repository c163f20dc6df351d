"""Misheard names: proposals that wait for a person, words that are mended over the same time, and mended back."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.db import writing
from catalog.errors import Conflict, NotFound
from catalog.fixups import FixupLine, accept_fixup, list_fixups, reject_fixup, store_fixups
from catalog.models import Correction, Episode, Fixup, FixupState, Track, Utterance
from catalog.moving import split_label
from catalog.paragraphs import cut_paragraph, is_timed, join_paragraphs, time_words, word_at
from catalog.transcripts import read_utterances
from catalog.undoing import undo_last
from tests.catalog.panel import CAST, add_panel, add_run, everything, timed
from transcribe.fixups import Suggestion, suggest_fixups

ME = {"by": "Tester"}
HEARD = (
    ("S1", "Here is Ka mal Probe, and Mina Feeld too."),
    ("S2", "Thank you, Zaren Test."),
)
TRUTH = "Here is Kamal Probe, and Mina Field too. Thank you, Zarin Test."


def panel(session: Session) -> Episode:
    """A talk of two paragraphs in which three names are misheard."""
    episode = add_panel(session, HEARD)
    assert propose(session) == 3
    return episode


def propose(session: Session, track_id: int = 1) -> int:
    names = [name for name, _ in CAST]
    return store_fixups(session, track_id, suggest_fixups(read_utterances(session, 1), names))


def text(session: Session) -> str:
    return " ".join(one.text for one in read_utterances(session, 1))


def proposals(session: Session) -> list[FixupLine]:
    return list_fixups(session, "panel")


def test_proposals_are_kept_once_and_listed_with_the_words_around_them(record: Engine) -> None:
    with writing(record) as session:
        panel(session)
        assert propose(session) == 0
        assert [(one.before, one.heard, one.after, one.proposed) for one in proposals(session)] == [
            ("Here is", "Ka mal Probe,", "and Mina Feeld too.", "Kamal Probe,"),
            ("Here is Ka mal Probe, and", "Mina Feeld", "too.", "Mina Field"),
            ("Thank you,", "Zaren Test.", "", "Zarin Test."),
        ]
        assert proposals(session)[2].speaker == "Kamal Probe"
        assert list_fixups(session, "panel", only_open=False) == proposals(session)


def test_accepted_words_stand_in_text_and_time_and_the_correction_is_kept(record: Engine) -> None:
    with writing(record) as session:
        panel(session)
        before = everything(session)
        for line in proposals(session):
            accept_fixup(session, "panel", line.id, **ME)
        assert text(session) == TRUTH
        row = session.get_one(Utterance, 1)
        assert is_timed(row)
        old = before["Utterance"][0]["words"]
        assert [word[2] for word in row.words] == TRUTH.split()[:8]
        assert (row.words[2][0], row.words[3][1]) == (old[2][0], old[4][1])
        assert row.words[4] == old[5]
        assert row.words[5:7] == [[*old[6][:2], "Mina", 1.0], [*old[7][:2], "Field", 1.0]]
        assert session.exec(select(Track)).one().by_human
        correction = session.exec(select(Correction).order_by(col(Correction.id))).first()
        assert correction is not None
        assert (correction.field, correction.before) == ("text", HEARD[0][1])
        assert correction.after == "Here is Kamal Probe, and Mina Feeld too."
        assert proposals(session) == []
        for _ in range(3):
            undo_last(session, "panel", **ME)
        assert everything(session) == before
        rows = session.exec(select(Correction).order_by(col(Correction.id))).all()
        assert [row.undoes_id for row in rows] == [None, None, None, 3, 2, 1]
        assert (rows[-1].before, rows[-1].after) == (correction.after, correction.before)


def test_a_rejected_proposal_is_not_made_again_for_the_same_words_in_any_run(record: Engine) -> None:
    with writing(record) as session:
        episode = panel(session)
        reject_fixup(session, "panel", proposals(session)[1].id, **ME)
        assert propose(session) == 0
        assert "Mina Feeld" in text(session)
        session.get_one(Track, 1).current = False
        add_run(session, episode.id or 0, [*HEARD, ("S2", "Mina Feeld again.")], run=2, current=True)
        assert propose(session, track_id=2) == 3
        assert [(one.heard, one.start_ms) for one in proposals(session)][2] == ("Mina Feeld", 20_000)


def test_a_proposal_is_decided_once_and_only_for_words_that_still_stand(engine: Engine) -> None:
    with writing(engine) as session:
        panel(session)
        first, second, third = [line.id for line in proposals(session)]
        accept_fixup(session, "panel", first, **ME)
        with pytest.raises(Conflict, match="was accepted before"):
            reject_fixup(session, "panel", first, **ME)
        with pytest.raises(NotFound, match="presstalk fixups list panel"):
            accept_fixup(session, "panel", 99, **ME)
        session.get_one(Utterance, 2).text = "Edited since."
        with pytest.raises(Conflict, match="have changed since"):
            accept_fixup(session, "panel", third, **ME)
        assert session.get_one(Fixup, second).first == 5  # one word fewer before it
        assert session.get_one(Fixup, second).state is FixupState.OPEN


def test_a_paragraph_without_timed_words_is_mended_in_its_text(engine: Engine) -> None:
    with writing(engine) as session:
        add_panel(session, HEARD)
        for row in session.exec(select(Utterance)):
            row.words = []
        propose(session)
        before = everything(session)
        accept_fixup(session, "panel", proposals(session)[0].id, **ME)
        assert text(session).startswith("Here is Kamal Probe, and")
        undo_last(session, "panel", **ME)
        assert everything(session) == before


def test_what_is_not_in_the_paragraph_as_said_is_not_kept(engine: Engine) -> None:
    with writing(engine) as session:
        add_panel(session, HEARD)
        odd = [
            Suggestion(7, 0, 1, "Here", "There", 1),
            Suggestion(0, 0, 1, "There", "Here", 1),
            Suggestion(0, 50, 51, "Here", "There", 1),
            Suggestion(0, 0, 1, "Here", "x" * 501, 1),
        ]
        assert store_fixups(session, 1, odd) == 0
        assert (
            store_fixups(session, 1, [Suggestion(0, 0, 2, "Thank you,", "Thanks,", 1)], first_position=1) == 1
        )


def test_a_proposal_goes_with_its_words_when_a_paragraph_is_cut(engine: Engine) -> None:
    with writing(engine) as session:
        panel(session)
        before = everything(session)
        split_label(session, "panel", "S1", 4_900, **ME)  # before "and"
        lines = {row.id: row.text for row in session.exec(select(Utterance))}
        moved = session.get_one(Fixup, 2)
        assert (lines[moved.utterance_id], moved.first, moved.last) == ("and Mina Feeld too.", 1, 3)
        accept_fixup(session, "panel", 2, **ME)
        assert "and Mina Field too." in text(session)
        undo_last(session, "panel", **ME)
        undo_last(session, "panel", **ME)
        assert everything(session) == before
        split_label(session, "panel", "S1", 3_000, **ME)  # inside "Ka mal Probe"
        assert session.get_one(Fixup, 1).state is FixupState.REJECTED


# ---- paragraphs -------------------------------------------------------------------------------------

PARAGRAPHS = st.lists(st.text("abüیہक। .", min_size=1, max_size=5).filter(str.strip), min_size=2, max_size=9)


@given(
    PARAGRAPHS,
    st.lists(st.sampled_from([" ", "  ", "\n", "\u00a0"]), min_size=9, max_size=9),
    st.integers(0, 9_500),
)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_a_paragraph_that_was_cut_and_joined_is_as_it_was(
    pieces: list[str], spaces: list[str], at_ms: int
) -> None:
    said = [word for piece in pieces for word in piece.split()]
    text = "".join(word + space for word, space in zip(said, spaces * len(said), strict=False))
    row = Utterance(track_id=1, position=3, start_ms=0, end_ms=9_000, text=text, words=timed(text, 0))
    words = list(row.words)
    place = word_at(row, at_ms)
    assert [(start + end) / 2 >= at_ms for start, end, *_ in words] == [n >= place for n in range(len(words))]
    if not 0 < place < len(words):
        return
    rest = cut_paragraph(row, place)
    assert (row.words, rest.words, rest.position, rest.end_ms) == (words[:place], words[place:], 4, 9_000)
    assert row.start_ms <= row.end_ms <= rest.start_ms <= rest.end_ms
    assert is_timed(row)
    assert is_timed(rest)
    join_paragraphs(row, rest)
    assert (row.text.split(), row.words, row.end_ms) == (text.split(), words, 9_000)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=5), st.integers(1, 4))
@settings(max_examples=50, derandomize=True, deadline=None)
def test_mended_words_fill_the_time_of_those_that_were_heard(proposed: list[str], heard: int) -> None:
    times = [[500 + n * 300, 700 + n * 300, "x", 0.4] for n in range(heard)]
    words = time_words(times, proposed)
    assert [word[2] for word in words] == proposed
    assert (words[0][0], words[-1][1]) == (500, 700 + (heard - 1) * 300)
    assert all(one[1] <= other[0] for one, other in pairwise(words))
