"""People of the record and entries of the authority file that are one: joined by name where there is no doubt."""

from collections.abc import Iterable
from dataclasses import replace

from sqlmodel import Session, col, select

from catalog.authority.entries import LONGEST_NAME, Entry, add_rows, read_entries, write_entries
from catalog.models import Entity, EntityAlias, EntityKind, EntityState, Person
from catalog.normalize import fold
from catalog.people import cast_of, people_named, spellings_of
from catalog.slugs import free_slug


def join_cast(session: Session, episode_id: int) -> None:
    """See to it that everybody whom a talk names as its cast has an entry: the only one of the name that is nobody's
    yet, else a new one. Of several namesakes an editor says which. It is part of the act that publishes, not one of
    its own."""
    for line in cast_of(session, [episode_id], public=True).get(episode_id, []):
        person = session.exec(select(Person).where(Person.slug == line.person_slug)).one()
        if not _has_entry(session, person.id or 0):
            _join(session, person)


def join_people(session: Session, entries: Iterable[tuple[int, Entry]]) -> dict[int, Entry]:
    """Those of these entries that are somebody of the record, joined: the only person of the name, if still free."""
    joined: dict[int, Entry] = {}
    taken: set[str] = set()
    for one, entry in entries:
        if entry.kind is not EntityKind.PERSON or entry.person or not entry.is_used:
            continue
        people = {person.slug: person for name in entry.full_names for person in people_named(session, name)}
        if len(people) != 1:
            continue
        ((slug, person),) = people.items()
        if slug not in taken and not _has_entry(session, person.id or 0):
            taken.add(slug)
            joined[one] = replace(entry, person=slug)
    return joined


def _has_entry(session: Session, person_id: int) -> bool:
    return session.exec(select(Entity.id).where(Entity.person_id == person_id).limit(1)).first() is not None


def _join(session: Session, person: Person) -> None:
    spellings = spellings_of(session, [person.slug]).get(person.slug, [])
    named = _entries_named(session, [person.name, *spellings])
    if len(named) > 1:
        return
    if named:
        write_entries(session, {one: replace(entry, person=person.slug) for one, entry in named.items()})
        return
    slug = free_slug(session, Entity.slug, person.name, fallback="person")
    aliases = tuple(name for name in dict.fromkeys(spellings) if name != person.name)
    new = Entry(slug, EntityKind.PERSON, person.name, aliases, person=person.slug)
    write_entries(session, add_rows(session, [new]))


def _entries_named(session: Session, names: list[str]) -> dict[int, Entry]:
    """People in the file with one of these full names who are nobody of the record yet."""
    folded = {fold(name)[:LONGEST_NAME] for name in names}
    query = (
        select(Entity.id)
        .join(EntityAlias, col(EntityAlias.entity_id) == col(Entity.id))
        .where(
            Entity.kind == EntityKind.PERSON,
            Entity.state != EntityState.RETIRED,
            col(Entity.person_id).is_(None),
            col(EntityAlias.folded).in_(folded),
            col(EntityAlias.short).is_(False),
        )
    )
    return read_entries(session, {one or 0 for one in session.exec(query)})
