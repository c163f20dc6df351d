"""Taking back what a producer did last, and doing it again. What is remembered of an act is said in `acts`."""

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from catalog.acts import (
    FORM,
    KEPT,
    NEVER_TAKEN_BACK,
    SAID,
    UNDO,
    Act,
    Done,
    all_recorded,
    begin_act,
    recorded,
)
from catalog.audit import words_of
from catalog.errors import Conflict
from catalog.models import Appearance, AuditEvent, Correction, Fixup, SpeakerLabel, Utterance
from catalog.paragraphs import shift_paragraphs

GONE = "The last act can no longer be undone: {what} is no longer in the record."
TOO_OLD = "The last act was done with an older version of this program, and cannot be undone any more."


def undo_last(session: Session, slug: str, *, by: str) -> Done:
    """Take back the last act on the transcript that is read; again takes back the one before it.

    Everything is as it was, words to the letter. Only people's acts count, and only those on this transcript.
    """
    act = begin_act(session, slug, by)
    event = next((event for event in recorded(session, act.track) if event.detail["by"]), None)
    if event is None:
        raise Conflict(f"There is nothing to undo in '{slug}'.")
    order = _order_if_told(act, event)
    corrections = take_back(act, event)
    told = f"Undone: {event.act}{_by_another(event, act)} of {event.at:%d %B %Y, %H:%M} UTC."
    return act.finish(UNDO, told, undoes=event.id, does=event.act, corrections=corrections, **order)


def redo_last(session: Session, slug: str, *, by: str) -> Done:
    """Do again what was undone last, as long as nothing else was done since; it can be undone once more."""
    act = begin_act(session, slug, by)
    event = next_to_redo(all_recorded(session, act.track))
    if event is None:
        raise Conflict(f"There is nothing to do again in '{slug}'.")
    order = _order_if_told(act, event)
    corrections = take_back(act, event)
    told = f"Done again: {event.detail['does']}."
    return act.finish(event.detail["does"], told, redoes=event.id, corrections=corrections, **order)


def next_to_redo(events: Iterable[AuditEvent]) -> AuditEvent | None:
    """Of what was done, the last first: the undoing that would be undone now."""
    redone: set[int] = set()
    for event in events:
        if event.act == UNDO:
            if event.id not in redone:
                return event if "does" in event.detail else None
        elif "redoes" in event.detail:
            redone.add(event.detail["redoes"])
        else:
            return None
    return None


def _by_another(event: AuditEvent, act: Act) -> str:
    return "" if event.detail["by"] == act.by else f" by {event.detail['by']}"


def order_of(act: Act) -> list[int]:
    """The paragraphs as they follow each other. An act that moves many tells it: where each goes back is not told by
    what it held alone."""
    query = select(Utterance.id).where(Utterance.track_id == act.track.id).order_by(col(Utterance.position))
    return [number or 0 for number in act.session.exec(query)]


def _order_if_told(act: Act, event: AuditEvent) -> dict[str, Any]:
    return {"order": order_of(act)} if "order" in event.detail else {}


def _set_order(act: Act, order: list[int]) -> None:
    places = {number: place for place, number in enumerate(order)}
    here = select(Utterance).where(Utterance.track_id == act.track.id)
    lines = list(act.session.exec(here))
    if {line.id for line in lines} != places.keys():
        raise Conflict(GONE.format(what="a paragraph"))
    for way in (-1, 1):  # through numbers nobody has: two rows may never share one
        for line in lines:
            place = places[line.id or 0]
            line.position = -1 - place if way < 0 else place
        act.session.flush()


def take_back(act: Act, event: AuditEvent) -> list[int]:
    """Everything as it was before an act; the corrections that tell of it."""
    words = words_of(act.session, event)
    if event.detail.get("form") != FORM or (event.words_digest and not words):
        raise Conflict(TOO_OLD)
    for table, row in reversed(words.get("gone", [])):
        _put_back(act.session, table, row)
    _restore(act.session, event)
    _restore_lines(act.session, words.get("lines", {}))
    _delete_added(act, event)
    if "order" in event.detail:
        _set_order(act, event.detail["order"])
    return _correct_back(act.session, event.detail.get("corrections", ()))


def _put_back(session: Session, table: str, content: dict[str, Any]) -> None:
    model = KEPT[table][0]
    row = model.model_validate(content)
    if session.get(model, content["id"]) is not None:
        raise Conflict(GONE.format(what=f"the place of a {table}"))
    if isinstance(row, Utterance):
        shift_paragraphs(session, row.track_id, row.position - 1, 1)
    session.add(row)
    session.flush()


def _restore(session: Session, event: AuditEvent) -> None:
    changes = event.detail["changes"]
    _step_aside(session, changes.get("fixup", {}))
    for table, rows in changes.items():
        model, columns = KEPT[table]
        for row_id, (before, _) in rows.items():
            if before is not None:
                row: Any = session.get(model, int(row_id))
                if row is None and table in NEVER_TAKEN_BACK:
                    continue  # found anew by a machine since
                if row is None:
                    raise Conflict(GONE.format(what=f"a {table}"))
                for name, value in zip(columns, before, strict=True):
                    kind: Any = model.model_fields[name].annotation
                    setattr(row, name, TypeAdapter(kind).validate_python(value))
                _check_person(session, row)
    session.flush()


def _step_aside(session: Session, fixups: Iterable[str]) -> None:
    """While proposals move to other words, no two may meet at one."""
    for fixup_id in fixups:
        fixup = session.get(Fixup, int(fixup_id))
        if fixup is not None:
            fixup.first = -1 - int(fixup_id)
    session.flush()


def _check_person(session: Session, row: Any) -> None:
    if (
        isinstance(row, SpeakerLabel)
        and row.appearance_id is not None
        and session.get(Appearance, row.appearance_id) is None
    ):
        raise Conflict(GONE.format(what=f"the person {row.label} was held to be"))


def _restore_lines(session: Session, lines: dict[str, list[Any]]) -> None:
    for line_id, (before, after) in lines.items():
        if before is not None and after is not None:
            line = session.get_one(Utterance, int(line_id))
            for name, value in zip(SAID, before, strict=True):
                if name != "position":
                    setattr(line, name, value)
    session.flush()


def _delete_added(act: Act, event: AuditEvent) -> None:
    """Delete the rows the act made, those that point at others first; a person whom a voice elsewhere has stays."""
    session = act.session
    for table in reversed([table for table in KEPT if table not in NEVER_TAKEN_BACK]):
        for row_id, (before, _) in event.detail["changes"].get(table, {}).items():
            row = session.get(KEPT[table][0], int(row_id))
            if before is not None or row is None or _is_needed(session, row):
                continue
            place = (row.track_id, row.position) if isinstance(row, Utterance) else None
            if isinstance(row, Utterance):
                _hand_over(session, row)
            act.delete(table, row)
            if place:
                shift_paragraphs(session, *place, -1)


def _hand_over(session: Session, line: Utterance) -> None:
    """What tells of a paragraph that goes tells of the one before it then."""
    here = select(Utterance.id).where(
        Utterance.track_id == line.track_id, col(Utterance.position) < line.position
    )
    before = session.exec(here.order_by(col(Utterance.position).desc())).first()
    if before is not None:
        for model in (KEPT[table][0] for table in NEVER_TAKEN_BACK):
            session.execute(
                sa.update(model).where(sa.column("utterance_id") == line.id).values(utterance_id=before)
            )
        session.expire_all()


def _is_needed(session: Session, row: Any) -> bool:
    if not isinstance(row, Appearance):
        return False
    query = select(SpeakerLabel.id).where(col(SpeakerLabel.appearance_id) == row.id)
    return session.exec(query.limit(1)).first() is not None


def _correct_back(session: Session, told: Iterable[int]) -> list[int]:
    """Each correction the other way round; nothing that was told is untold."""
    rows = [session.get_one(Correction, number) for number in told]
    back = [
        Correction(
            utterance_id=row.utterance_id,
            field=row.field,
            before=row.after,
            after=row.before,
            undoes_id=row.id,
        )
        for row in rows
    ]
    session.add_all(back)
    session.flush()
    return [row.id or 0 for row in back]
