"""Who is meant when a person types a name: one person, or a sentence that tells namesakes apart."""

from sqlmodel import Session, col, select

from catalog.errors import Conflict, NotFound
from catalog.models import Appearance, Episode, Person, Review
from catalog.people import people_named


def person_meant(session: Session, words: str) -> Person:
    """The person with this slug, else the only one with this spelling of the name.

    Raises NotFound, or Conflict when several have the name: it lists them with what tells them apart.
    """
    by_slug = session.exec(select(Person).where(Person.slug == words)).first()
    namesakes = [by_slug] if by_slug else people_named(session, words)
    if not namesakes:
        raise NotFound(f"Nobody in the catalog is called '{words}'.")
    if len(namesakes) > 1:
        told_apart = "; ".join(f"'{one.slug}' ({known_from(session, one)})" for one in namesakes)
        raise Conflict(f"{len(namesakes)} people are called '{words}': {told_apart}. Say which, by the slug.")
    return namesakes[0]


def known_from(session: Session, person: Person) -> str:
    """Where somebody appeared last, and as what."""
    row = session.exec(
        select(Appearance, Episode)
        .join(Episode)
        .where(Appearance.person_id == person.id, Appearance.review != Review.REJECTED)
        .order_by(col(Appearance.id).desc())
    ).first()
    if row is None:
        return "in no episode yet"
    appearance, episode = row
    affiliation = f" of {appearance.affiliation}" if appearance.affiliation else ""
    return f"{appearance.role.value}{affiliation} in '{episode.slug}'"
