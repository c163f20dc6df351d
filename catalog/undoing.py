"""Taking back what a producer did last. What is remembered of an act is said in `acts`."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from catalog.acts import KEPT, UNDO, Done, begin_act, record, recorded
from catalog.audit import words_of
from catalog.episodes import touch
from catalog.errors import Conflict
from catalog.models import Appearance, AuditEvent, Correction, Fixup, SpeakerLabel, Utterance
from catalog.paragraphs import join_paragraphs, shift_paragraphs

GONE = "The last act can no longer be undone: {what} is no longer in the record."


def undo_last(session: Session, slug: str, *, by: str) -> Done:
    """Take back the last act on the transcript that is read; again takes back the one before it.

    Everything is as it was, words to the letter. Only people's acts count, and only those on this transcript.
    """
    act = begin_act(session, slug, by)
    event = next((event for event in recorded(session, act.track) if event.detail["by"]), None)
    if event is None:
        raise Conflict(f"There is nothing to undo in '{slug}'.")
    _restore(session, event)
    _restore_words(session, event.detail)
    _restore_text(session, event)
    _delete_added(session, event)
    record(session, act.track, UNDO, act.by, undoes=event.id)
    touch(session, act.episode)
    who = "" if event.detail["by"] == act.by else f" by {event.detail['by']}"
    return Done(UNDO, f"Undone: {event.act}{who} of {event.at:%d %B %Y, %H:%M} UTC.")


def _restore(session: Session, event: AuditEvent) -> None:
    changes = event.detail["changes"]
    _step_aside(session, changes.get("fixup", {}))
    for table, rows in changes.items():
        model, columns = KEPT[table]
        for row_id, (before, _) in rows.items():
            if before is not None:
                row: Any = session.get(model, int(row_id))
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


def _restore_words(session: Session, detail: dict[str, Any]) -> None:
    for cut in detail.get("cuts", ()):
        before, rest = (session.get_one(Utterance, cut[name]) for name in ("utterance", "rest"))
        join_paragraphs(before, rest, cut["space"])
    for mended in detail.get("mended", ()):
        correction = session.get_one(Correction, mended["correction"])
        fixup = session.get_one(Fixup, mended["fixup"])
        utterance = session.get_one(Utterance, correction.utterance_id)
        heard = [[*times, word] for times, word in zip(mended["times"], fixup.heard.split(" "), strict=False)]
        now_long = len(fixup.proposed.split()) if heard else 0
        words = [[start_ms, end_ms, word, sure] for start_ms, end_ms, sure, word in heard]
        utterance.words = [
            *utterance.words[: fixup.first],
            *words,
            *utterance.words[fixup.first + now_long :],
        ]
        utterance.text = correction.before
        session.add(
            Correction(
                utterance_id=correction.utterance_id,
                field=correction.field,
                before=correction.after,
                after=correction.before,
                undoes_id=correction.id,
            )
        )
    session.flush()


def _restore_text(session: Session, event: AuditEvent) -> None:
    """A paragraph that was written anew, as it was before, each word with its own times."""
    for edited in event.detail.get("edited", ()):
        correction = session.get_one(Correction, edited["correction"])
        utterance = session.get_one(Utterance, edited["utterance"])
        utterance.text, utterance.words = correction.before, words_of(session, event).get("before", [])
        session.add_all(
            [
                utterance,
                Correction(
                    utterance_id=correction.utterance_id,
                    field=correction.field,
                    before=correction.after,
                    after=correction.before,
                    undoes_id=correction.id,
                ),
            ]
        )
    session.flush()


def _delete_added(session: Session, event: AuditEvent) -> None:
    """Delete the rows the act made, those that point at others first; a person whom a voice elsewhere has stays."""
    for table in reversed(KEPT):
        for row_id, (before, _) in event.detail["changes"].get(table, {}).items():
            row = session.get(KEPT[table][0], int(row_id))
            if before is not None or row is None or _is_needed(session, row):
                continue
            place = (row.track_id, row.position) if isinstance(row, Utterance) else None
            session.delete(row)
            session.flush()
            if place:
                shift_paragraphs(session, *place, -1)


def _is_needed(session: Session, row: Any) -> bool:
    if not isinstance(row, Appearance):
        return False
    query = select(SpeakerLabel.id).where(col(SpeakerLabel.appearance_id) == row.id)
    return session.exec(query.limit(1)).first() is not None
