"""What producers do to a transcript, written down so that it can be undone. The acts: `speakers`, `moving`, `shaping`,
`editing`, `fixups`, `reviewing`.

An act is one row of the audit log: what each row it changed held before and after, in numbers and choices. What was
said is never in it: that log forgets nothing, so words lie beside it, where redaction reaches them. Taking an act back
is in `undoing`.
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
    ArticleQuotation,
    AuditEvent,
    Correction,
    Episode,
    EpisodeArticle,
    Fixup,
    Mention,
    MentionDoubt,
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
    "utterance": (Utterance, ("speaker_label_id", "start_ms", "end_ms", "checked_by", "checked_at")),
    "correction": (Correction, ("utterance_id",)),
    "mention": (Mention, ("utterance_id", "start", "end")),
    "doubt": (MentionDoubt, ("utterance_id", "start", "end")),
    "link": (EpisodeArticle, ("utterance_id",)),
    "quotation": (ArticleQuotation, ("utterance_id",)),
    "fixup": (Fixup, ("utterance_id", "first", "last", "state", "decided_by", "decided_at")),
}
# They go with their paragraph, and stay when acts are undone.
NEVER_TAKEN_BACK = ("correction", "mention", "doubt", "link", "quotation")
SAID = ("position", "language", "text", "words", "flags")
FORM = 2  # of what is remembered; acts of an older form cannot be undone any more
UNDO = "undo"
REDACT = "redact"  # nothing from before it can be undone: it would bring words back

State = dict[str, dict[str, list[Any]]]
Changes = dict[str, dict[str, tuple[list[Any] | None, list[Any] | None]]]
Lines = dict[str, list[Any]]  # what each paragraph says, by its id; columns as in SAID


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
    lines: Lines = field(default_factory=dict)
    gone: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def delete(self, table: str, row: SQLModel) -> None:
        """Take a row out of the record; it can be put back as it was."""
        self.session.flush()
        self.session.refresh(row)  # an expired one would be kept empty
        self.gone.append((table, row.model_dump(mode="json")))
        self.session.delete(row)
        self.session.flush()

    def finish(
        self, name: str, sentence: str, label: str = "", *, new_to_readers: bool = True, **detail: Any
    ) -> Done:
        """Record what changed since the act began, and say that readers have something new to see.

        What was said, before, after and in rows that are gone, is kept beside the log, where redaction reaches it.
        """
        self.session.flush()
        changes = compare(self.before, read_state(self.session, self.track))
        lines = compare_lines(self.lines, read_lines(self.session, self.track))
        words = {"lines": lines, "gone": self.gone} if lines or self.gone else None
        record(self.session, self.track, name, self.by, words=words, form=FORM, changes=changes, **detail)
        if new_to_readers:
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
    return Act(
        session, episode, track, by.strip()[:200], read_state(session, track), read_lines(session, track)
    )


def record(
    session: Session, track: Track, act: str, by: str, *, words: dict[str, Any] | None = None, **detail: Any
) -> None:
    told = {"by": by, "run": track.revision, **detail}
    record_act(session, act, subject_of(track.episode_id), told, who=by, words=words)


def recorded(session: Session, track: Track) -> list[AuditEvent]:
    """What was done to this transcript and stands, the last first."""
    events = all_recorded(session, track)
    undone = {event.detail["undoes"] for event in events if event.act == UNDO}
    return [event for event in events if event.act != UNDO and event.id not in undone]


def all_recorded(session: Session, track: Track) -> list[AuditEvent]:
    """What was done to this transcript since words were last taken out for good, also what was taken back."""
    query = select(AuditEvent).where(AuditEvent.subject == subject_of(track.episode_id))
    rows = session.exec(query.order_by(col(AuditEvent.id).desc())).all()
    events = takewhile(lambda event: event.act != REDACT, rows)
    return [event for event in events if event.detail["run"] == track.revision]


def last_act(session: Session, episode_id: int) -> tuple[int, str]:
    """The number of the last act on an episode's transcripts and whose it was: a page that knows it is up to date."""
    query = select(AuditEvent.id, AuditEvent.who).where(AuditEvent.subject == subject_of(episode_id))
    number, who = session.exec(query.order_by(col(AuditEvent.id).desc())).first() or (0, "")
    return number or 0, who


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
        "correction": col(Correction.utterance_id).in_(utterances),
        "mention": col(Mention.utterance_id).in_(utterances),
        "doubt": col(MentionDoubt.utterance_id).in_(utterances),
        "link": col(EpisodeArticle.utterance_id).in_(utterances),
        "quotation": col(ArticleQuotation.utterance_id).in_(utterances),
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


def read_lines(session: Session, track: Track) -> Lines:
    """What every paragraph of a transcript says, by its id."""
    wanted: list[Any] = [getattr(Utterance, name) for name in ("id", *SAID)]
    query = sa.select(*wanted).where(col(Utterance.track_id) == track.id)
    return {str(row[0]): list(row[1:]) for row in session.execute(query)}


def compare_lines(before: Lines, after: Lines) -> dict[str, list[Any]]:
    """The paragraphs that say something else; where they stand is no difference, others come before them.

    >>> compare_lines({"1": [0, "en", "tea", [], []]}, {"1": [4, "en", "tea", [], []], "2": [0, "en", "a", [], []]})
    {'2': [None, [0, 'en', 'a', [], []]]}
    """
    ids = sorted(before.keys() | after.keys(), key=int)
    pairs = {one: [before.get(one), after.get(one)] for one in ids}
    return {one: pair for one, pair in pairs.items() if (pair[0] or [])[1:] != (pair[1] or [])[1:]}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value
