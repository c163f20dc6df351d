"""People in the record: finding them by any spelling, adding them, their appearances. Casting is in `cast`."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.cast import CastMember
from catalog.errors import NotFound
from catalog.models import Appearance, Episode, EpisodeState, Person, PersonAlias, Review, Role
from catalog.normalize import fold
from catalog.slugs import free_slug


@dataclass(frozen=True)
class CastLine:
    """A person in an episode as it is printed; `confirmed` once a human has agreed."""

    person_slug: str
    name: str
    role: str
    affiliation: str
    evidence: str
    confirmed: bool


@dataclass(frozen=True)
class AppearanceLine:
    """An episode a person was in, and as what."""

    episode_slug: str
    episode_title: str
    published_at: datetime | None
    duration_ms: int | None
    role: str
    affiliation: str


def find_person(session: Session, slug: str) -> Person:
    person = session.exec(select(Person).where(Person.slug == slug)).first()
    if person is None:
        raise NotFound(f"Nobody is in the catalog as '{slug}'.")
    return person


def person_named(session: Session, name: str) -> Person | None:
    """The one person with this spelling; None when nobody or more than one (namesakes) has it."""
    matches = session.exec(
        select(Person).join(PersonAlias).where(PersonAlias.folded == fold(name)[:200]).distinct().limit(2)
    ).all()
    return matches[0] if len(matches) == 1 else None


def add_person(session: Session, name: str) -> Person:
    person = Person(slug=free_slug(session, Person.slug, name, fallback="person"), name=name[:200])
    session.add(person)
    session.flush()
    session.add(PersonAlias(person_id=_id(person), name=person.name, folded=fold(name)[:200]))
    return person


def suggest_cast(session: Session, episode_id: int, members: Sequence[CastMember]) -> None:
    """Write what was read from the description as suggestions; what a human decided stays as it is."""
    known = {
        row.person_id: row
        for row in session.exec(select(Appearance).where(Appearance.episode_id == episode_id)).all()
    }
    for row in known.values():
        if row.review is Review.SUGGESTED:
            session.delete(row)
    session.flush()
    decided = {person_id for person_id, row in known.items() if row.review is not Review.SUGGESTED}
    for member in members:
        person = person_named(session, member.name) or add_person(session, member.name)
        if _id(person) in decided:
            continue
        decided.add(_id(person))
        session.add(
            Appearance(
                episode_id=episode_id,
                person_id=_id(person),
                role=Role(member.role),
                affiliation=member.affiliation[:500],
                evidence=member.evidence,
            )
        )


def cast_of(session: Session, episode_ids: Sequence[int]) -> dict[int, list[CastLine]]:
    """Who is in each episode, moderators and hosts first, then guests in the order they were named."""
    rows = session.exec(
        select(Appearance, Person)
        .join(Person)
        .where(col(Appearance.episode_id).in_(episode_ids), Appearance.review != Review.REJECTED)
        .order_by(sa.case((col(Appearance.role) == Role.GUEST, 1), else_=0), col(Appearance.id))
    ).all()
    cast: dict[int, list[CastLine]] = {}
    for appearance, person in rows:
        cast.setdefault(appearance.episode_id, []).append(
            CastLine(
                person_slug=person.slug,
                name=person.name,
                role=appearance.role.value,
                affiliation=appearance.affiliation,
                evidence=appearance.evidence,
                confirmed=appearance.review is Review.CONFIRMED,
            )
        )
    return cast


def public_appearances(session: Session, person_id: int) -> list[AppearanceLine]:
    """The published episodes a person was in, newest first."""
    rows = session.exec(
        select(Appearance, Episode)
        .join(Episode)
        .where(
            Appearance.person_id == person_id,
            Appearance.review != Review.REJECTED,
            Episode.state == EpisodeState.PUBLISHED,
        )
        .order_by(col(Episode.published_at).desc(), col(Episode.id).desc())
    ).all()
    return [
        AppearanceLine(
            episode_slug=episode.slug,
            episode_title=episode.title,
            published_at=episode.published_at,
            duration_ms=episode.duration_ms,
            role=appearance.role.value,
            affiliation=appearance.affiliation,
        )
        for appearance, episode in rows
    ]


def public_people(session: Session) -> list[Person]:
    """Everybody who appears in a published episode, by name."""
    return list(
        session.exec(
            select(Person)
            .join(Appearance)
            .join(Episode)
            .where(Episode.state == EpisodeState.PUBLISHED, Appearance.review != Review.REJECTED)
            .distinct()
            .order_by(Person.name)
        ).all()
    )


def _id(person: Person) -> int:
    assert person.id is not None  # noqa: S101  flushed above
    return person.id
