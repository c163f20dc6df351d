"""What was said of a talk, its title, description, language, days and chapters, act by act, and any earlier state of it
put back. Putting back is an act like every other. What was said in the talk is `history`'s; embargo and consent are
decisions, not words, and stay.

What redaction emptied is not known any more: nothing from before it comes back.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from catalog.audit import words_of
from catalog.chaptering import read_chapters, set_chapters
from catalog.episodes import find_episode
from catalog.errors import Conflict, NotFound
from catalog.facts import SEEN, facts_of, set_facts
from catalog.models import AuditEvent
from catalog.talk_time import write_time

DESCRIBE, CHAPTERS = "describe", "chapters"
NOW = "That is how it stands now."
DAYS = ("recorded_at", "aired_at")


@dataclass(frozen=True)
class Change:
    """What one thing was before an act and after it, as it is read; `before` is None where it is not kept."""

    name: str
    before: str | None
    after: str


@dataclass(frozen=True)
class FactsLine:
    number: int
    at: datetime
    who: str
    changes: tuple[Change, ...]


Pairs = dict[str, list[Any]]  # by name: [before, after], or [after] where what was before is not kept


def read_past_facts(session: Session, slug: str) -> list[FactsLine]:
    """What was changed, the last first, as far back as anything can be put back."""
    return [
        FactsLine(event.id or 0, event.at, event.who, tuple(_changes(pairs)))
        for event, pairs in reversed(_acts(session, slug))
    ]


def restore_facts(session: Session, slug: str, number: int) -> str:
    """Let what is said of a talk be as it was after an act; 0: before the first. Raises NotFound, Conflict."""
    acts = _acts(session, slug)
    if number and number not in {event.id for event, _ in acts}:
        raise NotFound(
            "That is no change of what is said of this talk, or words were taken out for good since."
        )
    earlier = [pairs for event, pairs in acts if (event.id or 0) <= number]
    later = [pairs for event, pairs in acts if (event.id or 0) > number]
    wanted = {name: _value_between(earlier, later, name) for pairs in later for name in pairs}
    facts = facts_of(find_episode(session, slug))
    told = {name: _read(name, value) for name, value in wanted.items() if name != CHAPTERS}
    marks = [(start_ms, title) for start_ms, title in wanted.get(CHAPTERS, [])]
    is_so = CHAPTERS not in wanted or marks == read_chapters(session, slug)
    if replace(facts, **told) == facts and is_so:
        raise Conflict(NOW)
    set_facts(session, slug, replace(facts, **told))
    if not is_so:
        set_chapters(session, slug, marks)
    return "Put back as it was: " + ", ".join(sorted(wanted)) + "."


def _value_between(earlier: Sequence[Pairs], later: Sequence[Pairs], name: str) -> Any:
    """What a thing was between two acts: what the last before it made of it, or the first behind it found."""
    for pairs in reversed(earlier):
        if name in pairs:
            return pairs[name][-1]
    first = next(pairs[name] for pairs in later if name in pairs)
    if len(first) < 2:
        raise Conflict("Words were taken out for good since; what was before cannot come back.")
    return first[0]


def _acts(session: Session, slug: str) -> list[tuple[AuditEvent, Pairs]]:
    """The acts whose words are kept, the first first; those before one that redaction emptied are left out."""
    subject = f"episode/{find_episode(session, slug).id}"
    query = select(AuditEvent).where(
        AuditEvent.subject == subject, col(AuditEvent.act).in_((DESCRIBE, CHAPTERS))
    )
    acts: list[tuple[AuditEvent, Pairs]] = []
    for event in session.exec(query.order_by(col(AuditEvent.id).desc())):
        words = words_of(session, event)
        if event.words_digest and not words:
            break
        pairs = _pairs(event.act, words)
        if pairs:
            acts.append((event, pairs))
    return acts[::-1]


def _pairs(act: str, words: dict[str, Any]) -> Pairs:
    if act == CHAPTERS and CHAPTERS not in words:  # as it was written first
        return {CHAPTERS: [words["before"], words["after"]]} if words else {}
    return {name: list(pair) for name, pair in words.items() if name in (*SEEN, CHAPTERS)}


def _changes(pairs: Pairs) -> list[Change]:
    return [
        Change(name, _print(name, pair[0]) if len(pair) > 1 else None, _print(name, pair[-1]))
        for name, pair in pairs.items()
    ]


def _print(name: str, value: Any) -> str:
    if name == CHAPTERS:
        return "\n".join(f"{write_time(start_ms)} {title}" for start_ms, title in value)
    return str(value or "")[:10] if name in DAYS else str(value or "")


def _read(name: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if name in DAYS and value else value
