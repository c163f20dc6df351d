"""The audit log: who did what, when, from which session; written, chained, checked, handed out. What acts do is theirs.

Each row's digest covers the row and the digest before it. Words lie beside the log in `AuditWords`; the row holds their
keyed digest only, so that redaction can empty them, and with the key nobody can try guesses against what is left.
"""

import hashlib
import hmac
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.db import writing
from catalog.models import AuditEvent, AuditWords
from catalog.models.columns import now, storable

ACTOR = "actor"


@dataclass(frozen=True)
class Actor:
    """Who acts: somebody signed in, or, without an account, whoever may type commands on this machine."""

    name: str
    user_id: int | None = None
    session_id: int | None = None


NOBODY = Actor("")


@contextmanager
def acting(engine: Engine, actor: Actor) -> Iterator[Session]:
    """A session in one transaction whose acts are this person's."""
    with writing(engine) as session:
        act_as(session, actor)
        yield session


def act_as(session: Session, actor: Actor) -> None:
    """What is done in this session from now on is this person's."""
    session.info[ACTOR] = actor


def actor_of(session: Session) -> Actor:
    actor = session.info.get(ACTOR, NOBODY)
    assert isinstance(actor, Actor)  # noqa: S101  only `act_as` puts it there
    return actor


def record_act(
    session: Session,
    act: str,
    subject: str,
    detail: dict[str, Any] | None = None,
    *,
    words: dict[str, Any] | None = None,
    who: str = "",
) -> AuditEvent:
    """Add one row. `detail` holds numbers and choices, `words` whatever people said or wrote."""
    actor = actor_of(session)
    key = secrets.token_hex(32)
    event = AuditEvent(
        at=now(),
        user_id=actor.user_id,
        session_id=actor.session_id,
        who=storable(actor.name or who, 200),
        act=act,
        subject=storable(subject, 200),
        detail=_plain(detail or {}),
        words_digest=_digest_of_words(key, words) if words else "",
    )
    event.digest = _chain(_last_digest(session), event)
    session.add(event)
    session.flush()
    if words:
        session.add(AuditWords(event_id=event.id or 0, key=key, words=_plain(words)))
        session.flush()
    return event


def words_of(session: Session, event: AuditEvent) -> dict[str, Any]:
    """The words of an act; none where there were none or redaction took them."""
    row = session.get(AuditWords, event.id)
    return row.words or {} if row else {}


def empty_words(session: Session, event_id: int) -> None:
    """Redaction: take the words of an act away for good, and the key by which a guess could be tried."""
    row = session.get(AuditWords, event_id)
    if row is not None and row.emptied_at is None:
        row.words, row.key, row.emptied_at = None, "", now()
        session.add(row)
        session.flush()


# ---- checking -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Verdict:
    """How many rows the log has, its last digest, and the first row that is not what was written, with the reason."""

    rows: int
    head: str
    broken: int | None = None
    reason: str = ""


def verify_log(session: Session, head: str = "") -> Verdict:
    """Follow the chain from the first row. With `head`, a digest noted before, also see that nothing was cut off.

    Rows from before the chain began have no digest; behind the first that has one, each must.
    """
    previous, rows, seen = "", 0, not head
    words = {row.event_id: row for row in session.exec(select(AuditWords)).all()}
    for event in session.exec(select(AuditEvent).order_by(col(AuditEvent.id))):
        rows += 1
        if not event.digest and not previous:
            continue
        reason = _fault(event, previous, words.get(event.id or 0))
        if reason:
            return Verdict(rows, previous, event.id, reason)
        previous = event.digest
        seen = seen or previous == head
    if not seen:
        return Verdict(
            rows, previous, rows, "the noted digest is not in the log: rows were cut off at its end"
        )
    return Verdict(rows, previous)


def _fault(event: AuditEvent, previous: str, words: AuditWords | None) -> str:
    if not hmac.compare_digest(event.digest, _chain(previous, event)):
        return "this row, or the one before it, was changed or taken away"
    if bool(event.words_digest) != (words is not None):
        return "its words were added or taken away, not redacted"
    if words is None or (words.emptied_at is not None and words.words is None and not words.key):
        return ""
    if not hmac.compare_digest(event.words_digest, _digest_of_words(words.key, words.words or {})):
        return "its words were changed"
    return ""


def read_log(session: Session, after: int = 0) -> Iterator[dict[str, Any]]:
    """Every row with its words, oldest first, as programs read it."""
    words = {row.event_id: row for row in session.exec(select(AuditWords)).all()}
    query = select(AuditEvent).where(col(AuditEvent.id) > after).order_by(col(AuditEvent.id))
    for event in session.exec(query):
        beside = words.get(event.id or 0)
        yield {
            **_told(event),
            "id": event.id,
            "words": beside.words if beside else None,
            "words_redacted_at": beside.emptied_at.isoformat() if beside and beside.emptied_at else None,
            "digest": event.digest,
        }


@dataclass(frozen=True)
class ActLine:
    """One act, as admins read it."""

    id: int
    at: datetime
    who: str
    act: str
    subject: str
    detail: dict[str, Any]
    words: dict[str, Any] | None


def recent_acts(session: Session, before: int = 0, limit: int = 100) -> list[ActLine]:
    """The last acts, the newest first; with `before`, those older than that row."""
    query = (
        select(AuditEvent, AuditWords).outerjoin(AuditWords).order_by(col(AuditEvent.id).desc()).limit(limit)
    )
    rows = session.exec(query.where(col(AuditEvent.id) < before) if before else query).all()
    return [
        ActLine(
            row.id or 0, row.at, row.who, row.act, row.subject, row.detail, words.words if words else None
        )
        for row, words in rows
    ]


# ---- digests ------------------------------------------------------------------------------------------


def _last_digest(session: Session) -> str:
    query = select(AuditEvent.digest).order_by(col(AuditEvent.id).desc()).limit(1)
    return session.exec(query).first() or ""


def _chain(previous: str, event: AuditEvent) -> str:
    return hashlib.sha256((previous + _canonical(_told(event))).encode()).hexdigest()


def _told(event: AuditEvent) -> dict[str, Any]:
    """What a digest covers: all of the row but its number, which the database gives."""
    return {
        "at": event.at.isoformat(timespec="microseconds"),
        "user_id": event.user_id,
        "session_id": event.session_id,
        "who": event.who,
        "act": event.act,
        "subject": event.subject,
        "detail": event.detail,
        "words_digest": event.words_digest,
    }


def _digest_of_words(key: str, words: dict[str, Any]) -> str:
    return hmac.digest(key.encode(), _canonical(words).encode(), hashlib.sha256).hex()


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """As it will be read back: what JSON makes of it."""
    told: dict[str, Any] = json.loads(_canonical(value))
    return told
