"""The lines of a translation under the pen: each written anew by itself, marked as a person's, the words it came with
kept. Two people never overwrite each other, as in a transcript (`editing`). How readers see them is in `glosses`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import TypeAdapter
from sqlmodel import Session, col, select

from catalog.audit import actor_of, record_act
from catalog.editing import LONGEST_TEXT, ChangedMeanwhile, stamp_of
from catalog.episodes import touch
from catalog.errors import InvalidQuery, NotFound
from catalog.glosses import spoken_beside, who_says
from catalog.models import AuditEvent, Correction, Episode, Track, Utterance
from catalog.models.columns import now, storable
from catalog.transcripts import Passage, Speaker, SpokenTurn
from catalog.translations import ACT, find_translation

EDIT = "edit"
SAVED, CHECKED = "Saved.", "Marked as checked."


@dataclass(frozen=True)
class LineDesk:
    """A line with what was spoken there and in paragraphs before it that no line is of; `came`: the words it came with,
    where others stand there now."""

    row: Utterance
    stamp: str
    speaker: Speaker | None
    spoken: tuple[Passage, ...]
    came: str


@dataclass(frozen=True)
class LineState:
    """What an act on a line changes: its words, who stands by them since when; `whole`: whether a person stands by the
    whole translation, None where that follows from its lines."""

    text: str
    checked_by: str
    checked_at: datetime | None
    whole: bool | None = None


STATE = TypeAdapter(LineState)


def lines_to_edit(session: Session, track: Track, turns: Sequence[SpokenTurn]) -> list[LineDesk]:
    """Every line in the order of time; no paragraph that was spoken is left out."""
    query = select(Utterance).where(Utterance.track_id == track.id).order_by(col(Utterance.position))
    rows = list(session.exec(query))
    came = _words_they_came_with(session, track)
    said = [passage for turn in turns for passage in turn.passages]
    heard: list[SpokenTurn | None] = [*who_says(turns, rows)] or [None] * len(rows)
    return [
        LineDesk(
            row=row,
            stamp=stamp_of(row),
            speaker=turn.speaker if turn else None,
            spoken=tuple(said[place] for place in places),
            came=before if (before := came.get(row.id or 0, row.text)) != row.text else "",
        )
        for row, turn, places in zip(rows, heard, spoken_beside(said, rows), strict=True)
    ]


def _words_they_came_with(session: Session, track: Track) -> dict[int, str]:
    """By the number of the line; nothing of a line that redaction emptied."""
    query = select(Correction).join(Utterance).where(Utterance.track_id == track.id)
    came: dict[int, str] = {}
    for row in session.exec(query.order_by(col(Correction.id))):
        came.setdefault(row.utterance_id, row.before)
    return {line: text for line, text in came.items() if text}


def write_line(
    session: Session, slug: str, track_id: int, line_id: int, text: str, seen: str
) -> tuple[Utterance, str]:
    """Write a line anew, or stand by it as it is; the line and what was done. Readers are told that a person did it.

    Raises NotFound, InvalidQuery, ChangedMeanwhile.
    """
    episode, track = find_translation(session, slug, track_id)
    query = select(Utterance).where(Utterance.id == line_id, Utterance.track_id == track.id)
    line = session.exec(query).first()
    if line is None:
        raise NotFound("This line is no longer in the translation. Load the page again.")
    wanted = " ".join(storable(text, LONGEST_TEXT + 1).split())
    if not wanted or len(wanted) > LONGEST_TEXT:
        raise InvalidQuery(f"A line has words, and at most {LONGEST_TEXT:,} characters.")
    if wanted == line.text and line.checked_by:
        return line, "It says that already."
    if seen != stamp_of(line):
        raise ChangedMeanwhile(line.text, stamp_of(line))
    told = CHECKED if wanted == line.text else SAVED
    rewrite_line(session, episode, track, line, LineState(wanted, actor_of(session).name[:200], now()))
    return line, told


def rewrite_line(
    session: Session, episode: Episode, track: Track, line: Utterance, wanted: LineState, **detail: object
) -> None:
    """Bring a line into another state, on record with both: what was done can be taken back to the letter."""
    before = LineState(line.text, line.checked_by, line.checked_at, track.by_human)
    if wanted.text != line.text:
        session.add(Correction(utterance_id=line.id or 0, field="text", before=line.text, after=wanted.text))
    line.text, line.checked_by, line.checked_at = wanted.text, wanted.checked_by, wanted.checked_at
    session.add(line)
    session.flush()
    finished = track.by_human or not _is_any_unchecked(session, track)
    track.by_human = finished if wanted.whole is None else wanted.whole
    session.add(track)
    told = {"act": EDIT, "track": track.id, "line": line.id} | detail
    words = {"before": before.text, "after": wanted.text, "was": STATE.dump_python(before, mode="json")}
    record_act(session, ACT, f"episode/{episode.id}", told, words=words)
    touch(session, episode)


def _is_any_unchecked(session: Session, track: Track) -> bool:
    query = select(Utterance.id).where(Utterance.track_id == track.id, Utterance.checked_by == "")
    return session.exec(query.limit(1)).first() is not None


def last_edit(session: Session, track: Track) -> tuple[int, str]:
    """The number of the last act on a translation of this talk and whose it was: an open page asks for it."""
    query = select(AuditEvent.id, AuditEvent.who).where(
        AuditEvent.subject == f"episode/{track.episode_id}", AuditEvent.act == ACT
    )
    number, who = session.exec(query.order_by(sa.desc(col(AuditEvent.id)))).first() or (0, "")
    return number or 0, who
