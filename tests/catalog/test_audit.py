"""The audit log: nothing in it changes unseen, and redaction takes words without breaking it."""

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.audit import Actor, acting, empty_words, read_log, record_act, verify_log, words_of
from catalog.db import reading, writing
from catalog.models import AuditEvent, AuditWords, EpisodeState, User, UserRole
from catalog.publishing import publish_episode, withdraw_episode
from tests.catalog.conftest import MakeEpisode

REASON = "the guest Zarin asked for it"


@pytest.fixture
def log(record: Engine, make_episode: MakeEpisode) -> Engine:
    """Four acts of an editor, two of them with words."""
    with writing(record) as session:
        session.add(User(id=7, name="Mina", role=UserRole.EDITOR))
        make_episode(session, slug="talk", state=EpisodeState.REVIEW, turns=[("S1", "en", "hello there")])
    with acting(record, Actor("Mina", 7, 99)) as session:
        publish_episode(session, "talk")
        withdraw_episode(session, "talk", REASON)
        publish_episode(session, "talk")
        withdraw_episode(session, "talk", "again")
    return record


def verdict(engine: Engine, head: str = "") -> tuple[int | None, str]:
    with reading(engine) as session:
        found = verify_log(session, head)
        return found.broken, found.reason


def test_an_act_says_who_did_what_when_in_which_session_before_and_after(log: Engine) -> None:
    with reading(log) as session:
        event = session.exec(select(AuditEvent)).all()[1]
        assert (event.who, event.user_id, event.session_id, event.act) == ("Mina", 7, 99, "withdraw")
        assert event.detail == {"before": "published", "after": "withdrawn"}
        assert words_of(session, event) == {"reason": REASON}
        assert "Zarin" not in str(event.model_dump())
        assert verify_log(session).rows == 4


TAMPERING: list[tuple[str, Callable[[Session], object], int]] = [
    ("a changed choice", lambda s: s.execute(sa.text("UPDATE audit_event SET detail = '{}' WHERE id = 2")), 2),
    ("a changed name", lambda s: s.execute(sa.text("UPDATE audit_event SET who = 'X' WHERE id = 3")), 3),
    ("a changed account", lambda s: s.execute(sa.text("UPDATE audit_event SET user_id = NULL WHERE id = 1")), 1),
    ("a row taken away", lambda s: s.delete(s.get(AuditEvent, 2)), 3),
    ("the first row taken away", lambda s: s.delete(s.get(AuditEvent, 1)), 2),
    ("changed words", lambda s: setattr(s.get(AuditWords, 2), "words", {"reason": "no reason"}), 2),
    ("words taken away", lambda s: s.delete(s.get(AuditWords, 2)), 2),
    ("words half emptied", lambda s: setattr(s.get(AuditWords, 2), "words", None), 2),
    ("words where none were", lambda s: s.add(AuditWords(event_id=1, key="k", words={"a": "b"})), 1),
    ("a digest blanked", lambda s: s.execute(sa.text("UPDATE audit_event SET digest = '' WHERE id = 3")), 3),
    ("rows swapped", lambda s: s.execute(sa.text("UPDATE audit_event SET id = 9 WHERE id = 1")), 2),
]  # fmt: skip


@pytest.mark.parametrize(
    ("act", "row"), [(act, row) for _, act, row in TAMPERING], ids=[n for n, _, _ in TAMPERING]
)
def test_what_is_changed_behind_its_back_is_found_at_its_row(
    log: Engine, act: Callable[[Session], object], row: int
) -> None:
    assert verdict(log) == (None, "")
    with writing(log) as session:
        act(session)
    broken, reason = verdict(log)
    assert (broken, bool(reason)) == (row, True)


def test_rows_cut_off_at_the_end_are_missed_by_who_noted_the_digest(log: Engine) -> None:
    with reading(log) as session:
        head = verify_log(session).head
    assert verdict(log, head) == (None, "")
    with writing(log) as session:
        session.delete(session.get_one(AuditEvent, 4))
    assert verdict(log) == (None, "")
    assert verdict(log, head)[0] == 3


def test_redaction_empties_the_words_and_the_chain_still_holds(log: Engine) -> None:
    with writing(log) as session:
        empty_words(session, 2)
        empty_words(session, 1)
    assert verdict(log) == (None, "")
    with reading(log) as session:
        told = list(read_log(session))
        assert words_of(session, session.get_one(AuditEvent, 2)) == {}
    assert [row["words"] for row in told] == [None, None, None, {"reason": "again"}]
    assert told[1]["words_redacted_at"] and "Zarin" not in json.dumps(told)


def test_words_of_every_script_and_shape_are_found_again(record: Engine) -> None:
    words = {"reason": "گفتگو \0 \ud83d", "list": [1, 2.5, None], "deep": {"b": 1, "a": 2}}
    with writing(record) as session:
        record_act(session, "try", "x" * 300, {"1": 0.1}, words=words)
    assert verdict(record) == (None, "")


def test_an_empty_log_holds(record: Engine) -> None:
    assert verdict(record) == (None, "")
