"""What was done to a transcript, act by act, and any earlier state of it put back in one act, which can be undone like
every other. What the machine wrote is never touched; what was taken out for good never comes back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from catalog.acts import KEPT, UNDO, Act, Done, all_recorded, begin_act
from catalog.audit import words_of
from catalog.editions import list_editions
from catalog.episodes import find_episode
from catalog.errors import Conflict, NotFound
from catalog.models import AuditEvent, Edition, Redaction
from catalog.transcripts import current_track
from catalog.undoing import order_of, take_back

RESTORE = "restore"
SHOWN = 200
SHOWN_WORDS = 6  # paragraphs of an act whose words are shown


@dataclass(frozen=True)
class Said:
    """A paragraph before an act and after it; empty where there was none."""

    before: str
    after: str


@dataclass(frozen=True)
class HistoryLine:
    """One act. `stands`: nobody has taken it back; `editions`: those that readers saw after it and before the next."""

    number: int
    at: datetime
    who: str
    act: str
    stands: bool
    said: tuple[Said, ...]
    more: int
    editions: tuple[int, ...]


@dataclass(frozen=True)
class History:
    """The acts on the transcript that is read, the last first, as far back as anything can be put back. `is_cut`: words
    were taken out for good before the first of them; else the first state is what the machine heard. Which editions
    showed that state says `editions`."""

    lines: tuple[HistoryLine, ...]
    is_cut: bool
    editions: tuple[int, ...]


def read_history(session: Session, slug: str) -> History:
    episode = find_episode(session, slug)
    track = current_track(session, episode.id or 0)
    if track is None:
        return History((), False, ())
    events = [event for event in all_recorded(session, track) if event.detail["by"]]
    undone = {event.detail["undoes"] for event in events if event.act == UNDO}
    begins = max(track.created_at, _redacted_at(session, episode.id or 0) or track.created_at)
    editions = [one for one in list_editions(session, episode.id or 0) if one.made_at >= begins]
    ends: list[datetime | None] = [None, *(event.at for event in events)]
    lines = tuple(
        _line(session, event, event.id not in undone, _between(editions, event.at, until))
        for event, until in zip(events[:SHOWN], ends, strict=False)
    )
    first = _between(editions, begins, ends[-1])
    return History(lines, _redacted_at(session, episode.id or 0) is not None, first)


def _between(editions: Iterable[Any], since: datetime, until: datetime | None) -> tuple[int, ...]:
    return tuple(
        one.number for one in editions if since <= one.made_at and (until is None or one.made_at < until)
    )


def _line(session: Session, event: AuditEvent, stands: bool, editions: tuple[int, ...]) -> HistoryLine:
    lines = words_of(session, event).get("lines", {})
    pairs = [Said(before[2] if before else "", after[2] if after else "") for before, after in lines.values()]
    name = event.detail["does"] if event.act == UNDO else event.act
    told = f"undid: {name}" if event.act == UNDO and "does" in event.detail else name
    shown = tuple(pairs[:SHOWN_WORDS])
    return HistoryLine(
        number=event.id or 0,
        at=event.at,
        who=event.detail["by"],
        act=told,
        stands=stands and event.act != UNDO,
        said=shown,
        more=len(pairs) - len(shown),
        editions=editions,
    )


def _redacted_at(session: Session, episode_id: int) -> datetime | None:
    """When words were last taken out for good; nothing from before comes back."""
    rows = select(Redaction.at).where(Redaction.episode_id == episode_id)
    return max(session.exec(rows).all(), default=None)


# ---- putting back -----------------------------------------------------------------------------------


def restore_after(session: Session, slug: str, number: int, *, by: str) -> Done:
    """Let the transcript be as it was after an act; 0: before the first. Raises NotFound, Conflict."""
    act = begin_act(session, slug, by)
    events = [event for event in all_recorded(session, act.track) if event.detail["by"]]
    if number and number not in {event.id for event in events}:
        raise NotFound(
            "That is no act on the transcript that is read, or words were taken out for good since."
        )
    later = [event for event in events if (event.id or 0) > number]
    if not later:
        raise Conflict("That is how it stands now.")
    order, rows = order_of(act), _whole_rows(act)
    corrections = [one for event in later for one in take_back(act, event)]
    act.session.flush()
    there = {(table, one) for table in KEPT for one in _ids(act, table)}
    act.gone = [(table, row) for (table, one), row in reversed(rows.items()) if (table, one) not in there]
    acts = "1 act" if len(later) == 1 else f"{len(later)} acts"
    told = f"Put back as it was: {acts} taken back. Undo brings them again."
    return act.finish(RESTORE, told, restores=number, order=order, corrections=corrections)


def restore_edition(session: Session, slug: str, number: int, *, by: str) -> Done:
    """Let the transcript say again what readers saw in an edition."""
    episode = find_episode(session, slug)
    track = current_track(session, episode.id or 0)
    query = select(Edition).where(Edition.episode_id == episode.id, Edition.number == number)
    edition = session.exec(query).first()
    if edition is None or track is None:
        raise NotFound(
            f"'{slug}' has no edition {number}. `presstalk history list {slug}` names those it has."
        )
    if edition.made_at < track.created_at:
        raise Conflict(
            "That edition is of an earlier hearing of this talk, which is not the one that is read."
        )
    if edition.made_at < (_redacted_at(session, episode.id or 0) or edition.made_at):
        raise Conflict("Words were taken out for good since that edition; what was before cannot come back.")
    before = [
        event for event in all_recorded(session, track) if event.at <= edition.made_at and event.detail["by"]
    ]
    return restore_after(session, slug, (before[0].id or 0) if before else 0, by=by)


def _whole_rows(act: Act) -> dict[tuple[str, int], dict[str, Any]]:
    """Every row an act may take out of the record, as it is, those that are pointed at first, in order."""
    act.session.flush()
    found = {}
    for table, (model, _) in KEPT.items():
        ids = [int(one) for one in act.before[table]]
        key = col(model.id)  # type: ignore[attr-defined]
        order = col(model.position) if table == "utterance" else key  # type: ignore[attr-defined]
        for row in act.session.exec(select(model).where(key.in_(ids)).order_by(order)):
            act.session.refresh(row)
            found[table, row.id] = row.model_dump(mode="json")  # type: ignore[attr-defined]
    return found


def _ids(act: Act, table: str) -> list[int]:
    model: Any = KEPT[table][0]
    known = [int(one) for one in act.before[table]]
    return list(act.session.exec(select(model.id).where(model.id.in_(known))).all())
