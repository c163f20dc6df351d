"""What was changed in talks after they were published, as readers may know it: how an edition differs from the one
before. Editions hold nothing that was taken back; they are made by `editions`."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from catalog.editions import WITHHELD, Content, withheld_names
from catalog.models import Correction, Edition, Episode, EpisodeState, Redaction, Track, Utterance
from catalog.normalize import fold
from catalog.remembered import Remembered

Key = tuple[int, int]

NAMELESS = "unconfirmed"
FEWEST_LETTERS = 3  # of a part of a name that may give somebody away


@dataclass(frozen=True)
class Change:
    """One thing that reads otherwise now: "title", "summary", "words" or "name".

    `times` counts in how many paragraphs a name was changed so, from `start_ms` on. An empty `before` of a name: the
    voice had none; an empty `after`: the name was taken back, and which it was is not told again. `note` is what the
    editor said of it to readers.
    """

    kind: str
    before: str
    after: str
    language: str = ""
    start_ms: int = 0
    end_ms: int = 0
    times: int = 1
    note: str = ""


@dataclass(frozen=True)
class ChangedTalk:
    """An edition that differs from the one before it. `anew`: the words were heard or cut anew, so that single
    changes of words cannot be told."""

    slug: str
    title: str
    language: str
    number: int
    made_at: datetime
    changes: tuple[Change, ...]
    anew: bool


@dataclass(frozen=True)
class ChangeList:
    """Changed talks, the latest first; the list goes on `beyond` that number, nowhere when it is 0."""

    talks: tuple[ChangedTalk, ...]
    beyond: int


@dataclass(frozen=True)
class _Bounds:
    """What of one talk's changes may be told: the `notes` to them, the `names` and `spans` that may not."""

    notes: dict[tuple[str, str], str]
    names: frozenset[str]
    spans: tuple[Key, ...]


# How two editions differ, by their digests: what was taken out of one since has given it another.
_COMPARED = Remembered[tuple[str, str], tuple[tuple[Change, ...], bool]](most=500)


def read_changes(session: Session, *, limit: int, most_read: int, beyond: int = 0) -> ChangeList:
    """What was changed in published talks. At most `most_read` editions are looked at: some tell of nothing."""
    found: list[ChangedTalk] = []
    last = 0
    bounds_of = cache(partial(_bounds, session))
    for count, edition in enumerate(_later_editions(session, most_read + 1, beyond)):
        if len(found) == limit or count == most_read:
            return ChangeList(tuple(found), last)
        last = edition.id
        told = _tell(session, edition, bounds_of(edition.episode_id))
        if told.changes or told.anew:
            found.append(told)
    return ChangeList(tuple(found), 0)


def _later_editions(session: Session, limit: int, beyond: int) -> Sequence[Any]:
    """Editions of talks that are public now, each with the one before it: so without the first of each."""
    before, earlier = aliased(Edition), aliased(Edition)
    newest_before = (
        sa.select(sa.func.max(earlier.number))
        .where(col(earlier.episode_id) == Edition.episode_id, col(earlier.number) < Edition.number)
        .scalar_subquery()
    )
    is_before = sa.and_(col(before.episode_id) == Edition.episode_id, col(before.number) == newest_before)
    query = (
        sa.select(
            *(getattr(Edition, name) for name in ("id", "episode_id", "number", "made_at", "digest")),
            *(getattr(Episode, name) for name in ("slug", "title", "language")),
            col(before.id).label("before_id"),
            col(before.digest).label("before_digest"),
        )
        .join(Episode, col(Edition.episode_id) == col(Episode.id))
        .join(before, is_before)
        .where(col(Episode.state) == EpisodeState.PUBLISHED, *([col(Edition.id) < beyond] if beyond else []))
        .order_by(col(Edition.id).desc())
        .limit(limit)
    )
    return session.connection().execute(query).all()


def _tell(session: Session, edition: Any, bounds: _Bounds) -> ChangedTalk:
    """`edition` is a row of `_later_editions`."""
    changes, anew = _COMPARED.get(
        (edition.before_digest, edition.digest),
        lambda: compare(_content(session, edition.before_id), _content(session, edition.id)),
    )
    noted = [replace(one, note=bounds.notes.get((one.before, one.after), "")) for one in changes]
    return ChangedTalk(
        slug=edition.slug,
        title=edition.title,
        language=edition.language or "",
        number=edition.number,
        made_at=edition.made_at,
        changes=keep_withheld(noted, bounds.names, bounds.spans),
        anew=anew,
    )


# ---- deciding what differs --------------------------------------------------------------------------


def compare(before: Content, after: Content) -> tuple[tuple[Change, ...], bool]:
    """What reads otherwise in the later edition, and whether words were heard or cut anew."""
    language = after["language"]
    heads = [
        Change(kind, before[kind], after[kind], language)
        for kind in ("title", "summary")
        if before[kind] != after[kind]
    ]
    was, now = _passages(before), _passages(after)
    words = [
        Change("words", was[key]["text"], one["text"], one["language"], *key)
        for key, one in now.items()
        if key in was and was[key]["text"] and one["text"] and was[key]["text"] != one["text"]
    ]
    return (*heads, *words, *_names(was, now)), was.keys() != now.keys()


def _passages(content: Content) -> dict[Key, Content]:
    return {
        (passage["start_ms"], passage["end_ms"]): {**passage, "speaker": turn["speaker"]}
        for turn in content["turns"]
        for passage in turn["passages"]
    }


def _names(was: dict[Key, Content], now: dict[Key, Content]) -> list[Change]:
    """Each change of a name once, however many paragraphs it is about."""
    found: dict[tuple[str, str], Change] = {}
    for key in sorted(was.keys() & now.keys()):
        before, after = was[key]["speaker"], now[key]["speaker"]
        if before["name"] == after["name"] or WITHHELD.name in (before["name"], after["name"]):
            continue
        names = _named(before), _named(after)
        if not any(names):
            continue
        if not names[1]:
            names = "", ""
        known = found.get(names)
        found[names] = replace(known, times=known.times + 1) if known else Change("name", *names, "", *key)
    return list(found.values())


def _named(speaker: Content) -> str:
    return "" if speaker["certainty"] == NAMELESS else str(speaker["name"])


def keep_withheld(
    changes: Sequence[Change], names: Collection[str], spans: Sequence[Key]
) -> tuple[Change, ...]:
    """The changes that tell of nobody whose name is withheld and of nothing that was spoken in the `spans`.

    >>> change = Change("words", "ask Hamid", "ask the guest", "en", 1000, 2000)
    >>> keep_withheld([change], ["Hamid River"], []), keep_withheld([change], [], [(1500, 1600)])
    ((), ())
    >>> keep_withheld([change], ["Zarin Lake"], [(2000, 9000)]) == (change,)
    True
    """
    parts = {part for name in names for part in fold(name).split() if len(part) >= FEWEST_LETTERS}

    def may_be_told(change: Change) -> bool:
        told = set(fold(f"{change.before} {change.after} {change.note}").split())
        touched = any(start < change.end_ms and change.start_ms < end for start, end in spans)
        return not told & parts and not touched

    return tuple(change for change in changes if may_be_told(change))


# ---- the record -------------------------------------------------------------------------------------


def _content(session: Session, edition_id: int) -> Content:
    content: Content = json.loads(session.exec(select(Edition.content).where(Edition.id == edition_id)).one())
    return content


def _bounds(session: Session, episode_id: int) -> _Bounds:
    names, spans = withheld_names(session, episode_id), _redacted(session, episode_id)
    return _Bounds(_notes(session, episode_id), names, tuple(spans))


def _redacted(session: Session, episode_id: int) -> list[Key]:
    rows = session.exec(
        select(Redaction.start_ms, Redaction.end_ms).where(Redaction.episode_id == episode_id)
    )
    return [(start_ms, end_ms) for start_ms, end_ms in rows]


def _notes(session: Session, episode_id: int) -> dict[tuple[str, str], str]:
    """What editors said to readers of corrections, by the words before and after."""
    rows = session.exec(
        select(Correction.before, Correction.after, Correction.public_note)
        .join(Utterance, col(Correction.utterance_id) == col(Utterance.id))
        .join(Track, col(Utterance.track_id) == col(Track.id))
        .where(Track.episode_id == episode_id, Correction.public_note != "")
    )
    return {(before, after): note for before, after, note in rows}
