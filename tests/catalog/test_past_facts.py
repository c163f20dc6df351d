"""What is said of a talk comes back as it was after any act; what was taken out for good does not."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.audit import verify_log
from catalog.chaptering import read_chapters, set_chapters
from catalog.db import reading, writing
from catalog.editions import list_editions
from catalog.errors import Conflict, NotFound
from catalog.facts import facts_of, set_facts
from catalog.models import AuditWords, Edition, Episode, EpisodeState, Utterance
from catalog.newsroom import open_newsroom
from catalog.past_facts import read_past_facts, restore_facts
from catalog.redaction.orders import Order, order_redaction
from catalog.redaction.rows import take_out_words
from catalog.settings import current
from tests.catalog.test_commands import Run, run
from tests.catalog.test_shaping import fill
from transcribe.timeline import Span

__all__ = ["run"]
DAY = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def talk(record: Engine) -> Engine:
    with writing(record) as session:
        fill(session)
        session.exec(select(Episode)).one().state = EpisodeState.PUBLISHED
    return record


def say(session: Session, **facts: object) -> None:
    episode = session.exec(select(Episode)).one()
    set_facts(session, "panel", replace(facts_of(episode), **facts))  # type: ignore[arg-type]


def said(session: Session) -> tuple[object, ...]:
    return facts_of(session.exec(select(Episode)).one()), read_chapters(session, "panel")


def change_three_times(engine: Engine) -> list[tuple[object, ...]]:
    """The states there were, the first first."""
    with writing(engine) as session:
        states = [said(session)]
        say(session, title="One", summary="What rain does.", recorded_at=DAY)
        states.append(said(session))
        set_chapters(session, "panel", [(0, "Rain"), (1_500, "Roads")])
        states.append(said(session))
        say(session, title="Two", language="ur")
        states.append(said(session))
    return states


def test_any_earlier_state_comes_back_and_the_newer_one_again(talk: Engine) -> None:
    states = change_three_times(talk)
    with writing(talk) as session:
        numbers = [0, *(line.number for line in reversed(read_past_facts(session, "panel")))]
    with writing(talk) as session:
        for place in (1, 3, 0, 2, 3):
            if said(session) == states[place]:
                continue
            restore_facts(session, "panel", numbers[place])
            assert said(session) == states[place]
        assert verify_log(session).broken is None
        with pytest.raises(Conflict, match="how it stands now"):
            restore_facts(session, "panel", numbers[3])
        with pytest.raises(NotFound):
            restore_facts(session, "panel", 9_999)


def test_the_list_says_what_was_and_what_is(talk: Engine) -> None:
    change_three_times(talk)
    with reading(talk) as session:
        last, chapters, first = read_past_facts(session, "panel")
    assert [(one.name, one.before, one.after) for one in last.changes] == [
        ("language", "en", "ur"),
        ("title", "One", "Two"),
    ]
    assert chapters.changes[0].after == "0:00 Rain\n0:01.5 Roads"
    assert {one.name: one.after for one in first.changes}["recorded_at"] == "2026-03-01"


def test_words_that_were_taken_out_and_mended_by_hand_stay_nowhere(talk: Engine) -> None:
    with writing(talk) as session:
        session.exec(select(Utterance).order_by(Utterance.position)).first().text = "Zephyrine sings."  # type: ignore[union-attr]
        say(session, title="Zephyrine, an evening", summary="Of Zephyrine.")
    with writing(talk) as session:
        say(session, title="An evening with Zephyrine")
        set_chapters(session, "panel", [(0, "Zephyrine")])
        assert len(list_editions(session, 1)) > 1
    with writing(talk) as session:
        first = session.exec(select(Utterance).order_by(Utterance.position)).first()
        assert first is not None
        span = Span(first.start_ms, first.end_ms)
        order_redaction(session, "panel", Order(span.start_ms, span.end_ms, "safety"))
        take_out_words(session, 1, [span])
    with writing(talk) as session:
        say(session, title="An evening", summary="")
        set_chapters(session, "panel", [(0, "Songs")])
    with reading(talk) as session:
        kept = [row.words for row in session.exec(select(AuditWords))]
        kept += [row.content for row in session.exec(select(Edition))]
        assert "Zephyrine" not in str(kept)
        lines = read_past_facts(session, "panel")
        assert [line.changes[0].before for line in lines] == [None, None]
    with writing(talk) as session, pytest.raises(Conflict, match="taken out for good"):
        restore_facts(session, "panel", 0)


def test_the_commands_do_the_same(run: Run) -> None:
    house = open_newsroom(current())
    with writing(house.engine) as session:
        fill(session)
        before = session.exec(select(Episode)).one().title
        say(session, title="Another title")
    assert "Another title" in run("history", "list", "panel", "--facts").out
    acts = run("history", "list", "panel", "--facts", "--json").json
    assert acts[0]["changes"][0]["before"] == before
    assert run("history", "restore", "panel", "--facts", "--edition", "1").err.startswith(
        "Not done: Say one of"
    )
    assert "Put back as it was: title." in run("history", "restore", "panel", "--facts", "--first").out
    with reading(house.engine) as session:
        assert session.exec(select(Episode)).one().title == before
