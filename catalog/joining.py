"""Two records of one person made one, and parted again. Who is meant by a name is decided in `people` and `members`.

The record that was joined keeps its row and its address, which leads to the other; so nothing that pointed at it is
lost, and taking it back is exact. What moved is remembered by number in the log, names lie beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.audit import record_act
from catalog.episodes import episode_by_id, touch
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import (
    Appearance,
    AuditEvent,
    Episode,
    Person,
    PersonAlias,
    Review,
    SpeakerLabel,
    VoiceReference,
)
from catalog.normalize import fold
from catalog.people import find_person
from catalog.pseudonyms import is_pseudonymous

JOIN, PART = "join people", "part people"


@dataclass(frozen=True)
class DirectoryLine:
    """Somebody in the directory: in how many talks, the last of them, and as what."""

    slug: str
    name: str
    talks: int
    last: datetime | None
    role: str
    affiliation: str
    pseudonymous: bool


@dataclass(frozen=True)
class OfficeLine:
    """What somebody was in one talk."""

    episode: str
    title: str
    state: str
    day: datetime | None
    role: str
    affiliation: str
    confirmed: bool


@dataclass(frozen=True)
class JoinLine:
    """A join that stands and can be taken back."""

    event: int
    at: datetime
    who: str
    slug: str
    name: str


def list_directory(
    session: Session, typed: str = "", limit: int = 100, offset: int = 0
) -> list[DirectoryLine]:
    """Everybody on record by name, or whose name, in any spelling, holds what is typed."""
    query = select(Person).where(col(Person.joined_into_id).is_(None))
    if typed.strip():
        spelled = select(PersonAlias.person_id).where(
            col(PersonAlias.folded).contains(fold(typed), autoescape=True)
        )
        query = query.where(col(Person.id).in_(spelled))
    people = session.exec(query.order_by(Person.name, col(Person.id)).limit(limit).offset(offset)).all()
    return [_line(session, person) for person in people]


def _line(session: Session, person: Person) -> DirectoryLine:
    offices = list_offices(session, person.id or 0)
    last = offices[0] if offices else None
    return DirectoryLine(
        slug=person.slug,
        name=person.name,
        talks=len(offices),
        last=last.day if last else None,
        role=last.role if last else "",
        affiliation=last.affiliation if last else "",
        pseudonymous=is_pseudonymous(session, person.id or 0),
    )


def list_offices(session: Session, person_id: int) -> list[OfficeLine]:
    """What somebody was over time, the last talk first."""
    day = func.coalesce(Episode.recorded_at, Episode.aired_at, Episode.published_at, Episode.created_at)
    rows = session.exec(
        select(Appearance, Episode)
        .join(Episode)
        .where(Appearance.person_id == person_id, Appearance.review != Review.REJECTED)
        .order_by(day.desc(), col(Appearance.id).desc())
    ).all()
    return [
        OfficeLine(
            episode=episode.slug,
            title=episode.title,
            state=episode.state.value,
            day=episode.recorded_at or episode.aired_at or episode.published_at or episode.created_at,
            role=appearance.role.value,
            affiliation=appearance.affiliation,
            confirmed=appearance.review is Review.CONFIRMED,
        )
        for appearance, episode in rows
    ]


def likely_same(session: Session, person: Person) -> list[DirectoryLine]:
    """Others who share a spelling with somebody: namesakes, or the same person twice."""
    mine = select(PersonAlias.folded).where(PersonAlias.person_id == person.id)
    others = select(PersonAlias.person_id).where(
        col(PersonAlias.folded).in_(mine), PersonAlias.person_id != person.id
    )
    query = select(Person).where(col(Person.id).in_(others), col(Person.joined_into_id).is_(None))
    return [_line(session, one) for one in session.exec(query.order_by(col(Person.id)))]


def join_people(session: Session, slug: str, into_slug: str) -> None:
    """Let all that is on record of one be the other's from now on. Raises Conflict where it would do harm."""
    person, into = find_person(session, slug), find_person(session, into_slug)
    if person.id == into.id:
        raise InvalidQuery("That is the same record. Choose another person.")
    if person.joined_into_id or into.joined_into_id:
        raise Conflict("One of the two was joined already. Load the page again.")
    if is_pseudonymous(session, person.id or 0) or is_pseudonymous(session, into.id or 0):
        raise Conflict(
            "A name that stands in another's place is joined with nobody: it would tell who it is."
        )
    labels, parked = _settle_twice(session, person, into)
    moved: dict[str, Any] = {
        "person": person.id,
        "into": into.id,
        "aliases": _move_aliases(session, person, into),
        "prints": _move(session, VoiceReference, person, into),
        "labels": labels,
        "parked": parked,
        "appearances": _move(session, Appearance, person, into, but=[one for one, _ in parked]),
    }
    person.joined_into_id = into.id
    session.add(person)
    names = {"name": person.name, "into": into.name}
    record_act(session, JOIN, f"person/{into.id}", moved, words=names)
    _touch_talks(session, into.id or 0)


def _move(session: Session, table: Any, person: Person, into: Person, but: Sequence[int] = ()) -> list[int]:
    rows = session.exec(select(table).where(table.person_id == person.id, table.id.not_in(but))).all()
    for row in rows:
        row.person_id = into.id
        session.add(row)
    session.flush()
    return [row.id for row in rows]


def _move_aliases(session: Session, person: Person, into: Person) -> list[int]:
    """Spellings the other has not; those both have stay with the row that was joined."""
    had = set(session.exec(select(PersonAlias.name).where(PersonAlias.person_id == into.id)))
    rows = session.exec(select(PersonAlias).where(PersonAlias.person_id == person.id)).all()
    moved = [row for row in rows if row.name not in had]
    for row in moved:
        row.person_id = into.id or 0
        session.add(row)
    session.flush()
    return [row.id or 0 for row in moved]


def _settle_twice(
    session: Session, person: Person, into: Person
) -> tuple[list[list[int]], list[tuple[int, str]]]:
    """In talks where both are in the cast, voices go to the other's place, as (label, from, to), and the place is
    rejected, so that nobody is in a cast twice; as (appearance, what was thought of it)."""
    theirs = select(Appearance).where(Appearance.person_id == into.id)
    mine = {row.episode_id: row for row in session.exec(theirs)}
    moved: list[list[int]] = []
    parked: list[tuple[int, str]] = []
    for row in session.exec(select(Appearance).where(Appearance.person_id == person.id)).all():
        other = mine.get(row.episode_id)
        if other is None:
            continue
        labels = session.exec(select(SpeakerLabel).where(SpeakerLabel.appearance_id == row.id)).all()
        taken = session.exec(select(SpeakerLabel.id).where(SpeakerLabel.appearance_id == other.id)).first()
        if labels and taken is not None:
            talk = episode_by_id(session, row.episode_id).title
            raise Conflict(
                f"In “{talk}” each of the two has a voice: they are two people, or a voice is named wrong."
            )
        for label in labels:
            label.appearance_id = other.id
            moved.append([label.id or 0, row.id or 0, other.id or 0])
        parked.append((row.id or 0, row.review.value))
        row.review = Review.REJECTED
        session.add_all([row, *labels])
    session.flush()
    return moved, parked


def list_joins(session: Session, person_id: int) -> list[JoinLine]:
    """What was joined into somebody and stands, the last first."""
    joined = session.exec(select(Person).where(Person.joined_into_id == person_id)).all()
    lines = []
    for person in joined:
        event = _join_event(session, person)
        if event is not None:
            lines.append(JoinLine(event.id or 0, event.at, event.who, person.slug, person.name))
    return sorted(lines, key=lambda line: line.event, reverse=True)


def _join_event(session: Session, person: Person) -> AuditEvent | None:
    events = session.exec(
        select(AuditEvent)
        .where(AuditEvent.act == JOIN, AuditEvent.subject == f"person/{person.joined_into_id}")
        .order_by(col(AuditEvent.id).desc())
    )
    return next((event for event in events if event.detail["person"] == person.id), None)


def part_people(session: Session, slug: str) -> None:
    """Take a join back: all that moved with it goes back, as far as it is still there."""
    person = session.exec(select(Person).where(Person.slug == slug)).first()
    event = _join_event(session, person) if person is not None and person.joined_into_id else None
    if person is None or event is None:
        raise NotFound("Nobody of that address was joined with somebody else.")
    into_id, moved = person.joined_into_id, event.detail
    person.joined_into_id = None
    session.add(person)
    session.flush()
    for table, ids in ((PersonAlias, "aliases"), (VoiceReference, "prints"), (Appearance, "appearances")):
        rows = sa.update(table).where(col(table.id).in_(moved[ids]), col(table.person_id) == into_id)
        session.execute(rows.values(person_id=person.id))
    for appearance_id, review in moved["parked"]:
        if (row := session.get(Appearance, appearance_id)) is not None:
            row.review = Review(review)
            session.add(row)
    for label_id, own, other in moved["labels"]:
        label = session.get(SpeakerLabel, label_id)
        if label is not None and label.appearance_id == other:
            label.appearance_id = own
            session.add(label)
    record_act(session, PART, f"person/{into_id}", {"undoes": event.id, "person": person.id})
    session.flush()
    session.expire_all()
    _touch_talks(session, into_id or 0)
    _touch_talks(session, person.id or 0)


def _touch_talks(session: Session, person_id: int) -> None:
    for episode_id in session.exec(
        select(Appearance.episode_id).where(Appearance.person_id == person_id)
    ).all():
        touch(session, episode_by_id(session, episode_id))


def talks_of(session: Session, person_id: int) -> list[int]:
    """The talks whose index must follow when somebody is joined or parted."""
    return list(session.exec(select(Appearance.episode_id).where(Appearance.person_id == person_id)))
