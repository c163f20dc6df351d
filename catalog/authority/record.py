"""Acts on the authority file, written down so that they can be taken back. Which acts there are is in `changing`.

An act is one row of the audit log; what each entry was before and after are its words.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from catalog.audit import record_act, words_of
from catalog.authority.entries import Entry, read_entries, write_entries
from catalog.errors import Conflict
from catalog.models import AuditEvent, EntityState

FILE = "authority"  # the subject of acts on many entries
UNDO = "undo entity act"
MOST_REMEMBERED = 5_000  # entries of one act: an import of more cannot be taken back

Entries = Mapping[int, Entry]
_ENTRY = TypeAdapter(Entry)


def subject_of(entity_id: int) -> str:
    return f"{FILE}/{entity_id}"


def carry_out(
    session: Session,
    act: str,
    subject: str,
    before: Mapping[int, Entry | None],
    after: Entries,
    **detail: Any,
) -> int:
    """Write the entries and the act; how many really changed. `before` is None for what is new."""
    changed = {one: entry for one, entry in after.items() if not entry.is_like(before.get(one))}
    if not changed:
        return 0
    write_entries(session, changed)
    written = read_entries(session, changed)
    words = None
    if len(changed) <= MOST_REMEMBERED:
        was = {str(one): _plain(before.get(one)) for one in changed}
        words = {"before": was, "after": {str(one): _plain(entry) for one, entry in written.items()}}
    told = {"entities": list(changed)[:MOST_REMEMBERED], "count": len(changed), **detail}
    record_act(session, act, subject, told, words=words)
    return len(changed)


def last_act(session: Session, subject: str) -> AuditEvent | None:
    """The last act on this subject that stands and can be taken back."""
    query = select(AuditEvent).where(AuditEvent.subject == subject).order_by(col(AuditEvent.id).desc())
    undone: set[int] = set()
    for event in session.exec(query):
        if event.act == UNDO:
            undone.add(event.detail["undoes"])
        elif event.id not in undone:
            return event if words_of(session, event) else None
    return None


def undo_last(session: Session, subject: str) -> AuditEvent:
    """Take the last act on it back; gives what that was. Raises Conflict where it cannot be."""
    event = last_act(session, subject)
    if event is None:
        raise Conflict("There is nothing to undo here.")
    words = words_of(session, event)
    after = {int(one): _ENTRY.validate_python(told) for one, told in words["after"].items()}
    now = read_entries(session, after)
    if _apart_from_people(now) != _apart_from_people(after):
        raise Conflict("It was changed since, by another act. Take that one back first.")
    before = {int(one): _before(told, after[int(one)]) for one, told in words["before"].items()}
    joined = {one: entry.person for one, entry in now.items() if entry.person != after[one].person}
    before |= {one: replace(before[one], person=person) for one, person in joined.items()}
    write_entries(session, before)
    detail = {"undoes": event.id, "act": event.act, "entities": list(before)}
    record_act(session, UNDO, subject, detail)
    return event


def acts_on(session: Session, entity_id: int, limit: int = 20) -> list[AuditEvent]:
    """What was done to an entry, the last first."""
    query = select(AuditEvent).where(AuditEvent.subject == subject_of(entity_id))
    return list(session.exec(query.order_by(sa.desc("id")).limit(limit)).all())


def _before(told: Any, after: Entry) -> Entry:
    """What an entry was; one that was new is out of use again."""
    if told is not None:
        return _ENTRY.validate_python(told)
    return replace(after, state=EntityState.RETIRED, namesakes=())


def _apart_from_people(entries: Entries) -> Entries:
    """Publishing a talk may join an entry to somebody of the cast meanwhile; that stays."""
    return {one: replace(entry, person="") for one, entry in entries.items()}


def _plain(entry: Entry | None) -> Any:
    return None if entry is None else _ENTRY.dump_python(entry, mode="json")
