"""What producers do to a transcript, written down so that it can be undone. The acts: `speakers`, `moving`, `fixups`.

An act is one row of the audit log: what each row it changed held before and after, in numbers and choices. What was
said is never in it: that log forgets nothing, so words stay where redaction reaches them, in paragraphs, proposals and
corrections. Taking an act back is in `undoing`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from itertools import takewhile
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from catalog.audit import record_act
from catalog.episodes import find_episode, touch
from catalog.errors import Conflict, InvalidQuery
from catalog.models import (
    Appearance,
    AuditEvent,
    Episode,
    Fixup,
    SpeakerLabel,
    Track,
    Turn,
    Utterance,
)
from catalog.transcripts import current_track

# What is remembered of a row, from the rows others point at to those that point.
KEPT: dict[str, tuple[type[SQLModel], tuple[str, ...]]] = {
    "appearance": (Appearance, ("person_id", "role", "review")),
    "label": (
        SpeakerLabel,
        (
            "state",
            "appearance_id",
            "shown_as",
            "probability",
            "merged_into_id",
            "reviewed_by",
            "reviewed_at",
        ),
    ),
    "turn": (Turn, ("speaker_label_id", "start_ms", "end_ms")),
    "track": (Track, ("by_human",)),
    "utterance": (Utterance, ("speaker_label_id", "start_ms", "end_ms")),
    "fixup": (Fixup, ("utterance_id", "first", "last", "state", "decided_by", "decided_at")),
}
UNDO = "undo"
REDACT = "redact"  # nothing from before it can be undone: it would bring words back

State = dict[str, dict[str, list[Any]]]
Changes = dict[str, dict[str, tuple[list[Any] | None, list[Any] | None]]]


@dataclass(frozen=True)
class Done:
    """What an act changed, in a sentence for the producer, and the label it was about or made."""

    act: str
    sentence: str
    label: str = ""


@dataclass
class Act:
    """An act that is going on, on the transcript that is read. Change the rows, then `finish`."""

    session: Session
    episode: Episode
    track: Track
    by: str
    before: State = field(default_factory=dict)

    def finish(
        self, name: str, sentence: str, label: str = "", *, words: dict[str, Any] | None = None, **detail: Any
    ) -> Done:
        """Record what changed since the act began, and say that readers have something new to see.

        `words` is what was said and is needed to undo the act: it is kept where redaction reaches it.
        """
        changes = compare(self.before, read_state(self.session, self.track))
        record(self.session, self.track, name, self.by, words=words, changes=changes, **detail)
        touch(self.session, self.episode)
        return Done(name, sentence, label)


def begin_act(session: Session, slug: str, by: str) -> Act:
    """Begin to change the transcript of an episode; `by` says who does."""
    episode = find_episode(session, slug)
    track = current_track(session, episode.id or 0)
    if not by.strip():
        raise InvalidQuery("Say who decides this: --by NAME.")
    if track is None:
        raise Conflict(f"'{slug}' has no transcript yet. `presstalk jobs` says how far it is.")
    return Act(session, episode, track, by.strip()[:200], read_state(session, track))


def record(
    session: Session, track: Track, act: str, by: str, *, words: dict[str, Any] | None = None, **detail: Any
) -> None:
    told = {"by": by, "run": track.revision, **detail}
    record_act(session, act, subject_of(track.episode_id), told, who=by, words=words)


def recorded(session: Session, track: Track) -> list[AuditEvent]:
    """What was done to this transcript and stands, the last first."""
    query = select(AuditEvent).where(AuditEvent.subject == subject_of(track.episode_id))
    rows = session.exec(query.order_by(col(AuditEvent.id).desc())).all()
    events = list(takewhile(lambda event: event.act != REDACT, rows))
    undone = {event.detail["undoes"] for event in events if event.act == UNDO}
    return [
        event
        for event in events
        if event.act != UNDO and event.id not in undone and event.detail["run"] == track.revision
    ]


def subject_of(episode_id: int) -> str:
    return f"episode/{episode_id}/transcript"


# ---- what rows hold ---------------------------------------------------------------------------------


def read_state(session: Session, track: Track, tables: Iterable[str] = KEPT) -> State:
    """What is remembered of every row of a transcript, by table and id."""
    labels = sa.select(col(SpeakerLabel.id)).where(
        col(SpeakerLabel.episode_id) == track.episode_id, col(SpeakerLabel.run) == track.revision
    )
    utterances = sa.select(col(Utterance.id)).where(col(Utterance.track_id) == track.id)
    here: dict[str, Any] = {
        "appearance": col(Appearance.episode_id) == track.episode_id,
        "label": col(SpeakerLabel.id).in_(labels),
        "turn": col(Turn.speaker_label_id).in_(labels),
        "track": col(Track.id) == track.id,
        "utterance": col(Utterance.track_id) == track.id,
        "fixup": col(Fixup.utterance_id).in_(utterances),
    }
    state: State = {}
    for table in tables:
        model, columns = KEPT[table]
        wanted: list[Any] = [getattr(model, name) for name in ("id", *columns)]
        query = sa.select(*wanted).where(here[table])
        state[table] = {str(row[0]): [_plain(value) for value in row[1:]] for row in session.execute(query)}
    return state


def compare(before: State, after: State) -> Changes:
    """The rows that differ, each with what it held before and after; None where it was not there."""
    changes: Changes = {}
    for table, rows in after.items():
        ids = sorted(before[table].keys() | rows.keys(), key=int)
        changed = {
            row: (before[table].get(row), rows.get(row))
            for row in ids
            if before[table].get(row) != rows.get(row)
        }
        if changed:
            changes[table] = changed
    return changes


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
