"""Taking back what was last written into a translation, and writing it again. How lines are written is in
`translated_lines`."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from catalog.audit import words_of
from catalog.errors import Conflict
from catalog.models import AuditEvent, Episode, Track, Utterance
from catalog.translated_lines import EDIT, STATE, rewrite_line
from catalog.translations import ACT, find_translation

UNDO = "undo"
GONE = "It can no longer be taken back: the line was changed otherwise since, or its words were taken out for good."


def undo_line(session: Session, slug: str, track_id: int) -> str:
    """Take back what was last written into a translation; again takes back what was written before that.

    Only what people wrote into lines counts, and each line is as it was, to the letter and to who stands by it.
    """
    episode, track = find_translation(session, slug, track_id)
    done, _ = what_stands(_events(session, track))
    if not done:
        raise Conflict("There is nothing to undo in this translation.")
    _put_back(session, episode, track, done[-1], act=UNDO, undoes=done[-1].id)
    return f"Undone: what {done[-1].who or 'somebody'} wrote on {done[-1].at:%d %B %Y, %H:%M} UTC."


def redo_line(session: Session, slug: str, track_id: int) -> str:
    """Write again what was undone last, as long as nothing else was written since."""
    episode, track = find_translation(session, slug, track_id)
    _, undone = what_stands(_events(session, track))
    if not undone:
        raise Conflict("There is nothing to do again in this translation.")
    _put_back(session, episode, track, undone[-1], redoes=undone[-1].id)
    return "Done again."


def what_stands(events: Iterable[AuditEvent]) -> tuple[Sequence[AuditEvent], Sequence[AuditEvent]]:
    """Of acts in their order: those that stand and can be undone, and the undoings that can be done again, each with
    the next in turn at its end."""
    done: list[AuditEvent] = []
    undone: list[AuditEvent] = []
    for event in events:
        if event.detail["act"] == UNDO:
            done.pop()
            undone.append(event)
        else:
            undone = undone[:-1] if "redoes" in event.detail else []
            done.append(event)
    return done, undone


def _events(session: Session, track: Track) -> list[AuditEvent]:
    query = select(AuditEvent).where(
        AuditEvent.subject == f"episode/{track.episode_id}", AuditEvent.act == ACT
    )
    events = session.exec(query.order_by(col(AuditEvent.id)))
    return [
        one for one in events if one.detail.get("act") in (EDIT, UNDO) and one.detail["track"] == track.id
    ]


def _put_back(session: Session, episode: Episode, track: Track, event: AuditEvent, **detail: object) -> None:
    """The line as it was before an act, unless it no longer is as the act left it."""
    words = words_of(session, event)
    line = session.get(Utterance, event.detail["line"])
    if "was" not in words or line is None or line.text != words["after"]:
        raise Conflict(GONE)
    rewrite_line(session, episode, track, line, STATE.validate_python(words["was"]), **detail)
