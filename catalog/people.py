"""People in the record: finding them by any spelling, adding them, their appearances. Casting is in `cast`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.cast import CastMember
from catalog.errors import NotFound
from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    PersonAlias,
    Review,
    Role,
    SpeakerLabel,
    Track,
    TrackKind,
)
from catalog.models.columns import storable
from catalog.normalize import fold
from catalog.slugs import free_slug

LONGEST_NAME = 200


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


def joined_into(session: Session, person: Person) -> Person | None:
    """Whom a record was joined with, if it was."""
    return session.get(Person, person.joined_into_id) if person.joined_into_id else None


def people_named(session: Session, name: str) -> list[Person]:
    """Everybody with this spelling: namesakes in the order they came into the record."""
    query = (
        select(Person)
        .join(PersonAlias)
        .where(PersonAlias.folded == fold(name)[:LONGEST_NAME], col(Person.joined_into_id).is_(None))
    )
    return list(session.exec(query.distinct().order_by(col(Person.id))).all())


def person_named(session: Session, name: str) -> Person | None:
    """The one person with this spelling; None when nobody or more than one has it."""
    namesakes = people_named(session, name)
    return namesakes[0] if len(namesakes) == 1 else None


def person_cast(session: Session, member: CastMember, known: Sequence[Person]) -> Person:
    """Who the description means: somebody of that name whom the episode has already, else the only one
    of that name, else the namesake who spoke for the same house before. If that leaves a doubt it is a
    person apart: two pages of one person can be joined, the words of two under one name do harm.
    """
    namesakes = people_named(session, member.name)
    here = [person for person in known if person in namesakes]
    if here or len(namesakes) == 1:
        return (here or namesakes)[0]
    same_house = [one for one in namesakes if fold(member.affiliation) in _houses(session, one)]
    return same_house[0] if len(same_house) == 1 else add_person(session, member.name)


def _houses(session: Session, person: Person) -> set[str]:
    """The affiliations under which a person appeared, folded."""
    rows = session.exec(
        select(Appearance.affiliation).where(
            Appearance.person_id == person.id,
            Appearance.review != Review.REJECTED,
            Appearance.affiliation != "",
        )
    ).all()
    return {fold(row) for row in rows}


def add_person(session: Session, name: str) -> Person:
    name = storable(name, LONGEST_NAME)
    person = Person(slug=free_slug(session, Person.slug, name, fallback="person"), name=name)
    session.add(person)
    session.flush()
    session.add(PersonAlias(person_id=_id(person), name=name, folded=fold(name)[:LONGEST_NAME]))
    session.flush()
    return person


def suggest_cast(session: Session, episode_id: int, members: Sequence[CastMember]) -> None:
    """Write what was read from the description as suggestions, in place of earlier ones; what a human
    decided stays as it is, and so does a suggestion that a voice was given to."""
    rows = session.exec(
        select(Appearance, Person)
        .join(Person)
        .where(Appearance.episode_id == episode_id)
        .order_by(sa.case((col(Appearance.review) == Review.REJECTED, 1), else_=0), col(Appearance.id))
    ).all()
    appearances = {appearance.person_id: appearance for appearance, _ in rows}
    known = [person for _, person in rows]
    named = set()
    for member in members:
        person_id = _id(person_cast(session, member, known))
        if person_id not in named:
            named.add(person_id)
            _suggest(session, episode_id, person_id, member, appearances.get(person_id))
    voiced = set(
        session.exec(select(SpeakerLabel.appearance_id).where(SpeakerLabel.episode_id == episode_id)).all()
    )
    for person_id, row in appearances.items():
        if row.review is Review.SUGGESTED and person_id not in named and row.id not in voiced:
            session.delete(row)


def _suggest(
    session: Session, episode_id: int, person_id: int, member: CastMember, row: Appearance | None
) -> None:
    role = Role(member.role)
    row = row or Appearance(episode_id=episode_id, person_id=person_id, role=role)
    if row.review is Review.SUGGESTED:
        row.role, row.affiliation, row.evidence = role, member.affiliation[:500], member.evidence
        session.add(row)


def cast_of(
    session: Session, episode_ids: Sequence[int], *, public: bool = False
) -> dict[int, list[CastLine]]:
    """Who is in each episode, moderators and hosts first, then guests in the order they were named.

    With `public`, without those whose voice is withheld in it.
    """
    rows = session.exec(
        select(Appearance, Person)
        .join(Person)
        .where(
            col(Appearance.episode_id).in_(episode_ids),
            Appearance.review != Review.REJECTED,
            *([_not_withheld()] if public else []),
        )
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
            _not_withheld(),
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


def talks_naming(person_id: int) -> Any:
    """A query for the ids of the episodes that a person may be named in, public or not."""
    such = (Appearance.person_id == person_id, Appearance.review != Review.REJECTED, _not_withheld())
    return select(Appearance.episode_id).where(*such)


def public_name(session: Session, slug: str) -> str:
    """The name of somebody who appears in a published episode; "" for anybody else."""
    query = select(Person.name).join(Appearance).join(Episode)
    shown = (Episode.state == EpisodeState.PUBLISHED, Appearance.review != Review.REJECTED, _not_withheld())
    return session.exec(query.where(Person.slug == slug, *shown)).first() or ""


def spellings_of(session: Session, slugs: Iterable[str]) -> dict[str, list[str]]:
    """Every spelling of these people's names, those recorded first first, by the person's slug."""
    rows = session.exec(
        select(Person.slug, PersonAlias.name)
        .join(PersonAlias, col(PersonAlias.person_id) == col(Person.id))
        .where(col(Person.slug).in_(list(slugs)))
        .order_by(col(PersonAlias.id))
    ).all()
    spellings: dict[str, list[str]] = {}
    for slug, name in rows:
        spellings.setdefault(slug, []).append(name)
    return spellings


def public_people(
    session: Session, *, named: str = "", beyond: int = 0, limit: int | None = None
) -> list[Person]:
    """Everybody who appears in a published episode, by name; of those whose name holds `named`, so many that come
    after the person with the id `beyond`."""
    query = select(Person).where(is_public(col(Person.id))).order_by(Person.name, col(Person.id)).limit(limit)
    if named:
        spelled = select(PersonAlias.person_id).where(
            col(PersonAlias.folded).contains(fold(named), autoescape=True)
        )
        query = query.where(col(Person.id).in_(spelled))
    if beyond:
        name = select(Person.name).where(Person.id == beyond).scalar_subquery()
        same_name = sa.and_(col(Person.name) == name, col(Person.id) > beyond)
        query = query.where(sa.or_(col(Person.name) > name, same_name))
    return list(session.exec(query).all())


def is_public(person_id: Any) -> sa.ColumnElement[bool]:
    """Whether who has this id appears in a published episode."""
    shown = (Episode.state == EpisodeState.PUBLISHED, Appearance.review != Review.REJECTED, _not_withheld())
    return select(Appearance.id).join(Episode).where(col(Appearance.person_id) == person_id, *shown).exists()


def _not_withheld() -> sa.ColumnElement[bool]:
    """Appearances of whose voice nobody said, in the transcript that is read, that it must not be named.

    Else a name in the cast beside one voice without a name would say what was withheld.
    """
    withheld = (
        select(SpeakerLabel.appearance_id)
        .join(Track, col(Track.episode_id) == col(SpeakerLabel.episode_id))
        .where(
            SpeakerLabel.state == LabelState.WITHHELD,
            col(SpeakerLabel.appearance_id).is_not(None),
            col(SpeakerLabel.run) == col(Track.revision),
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
    )
    return col(Appearance.id).not_in(withheld)


def _id(person: Person) -> int:
    assert person.id is not None  # noqa: S101  flushed above
    return person.id
