"""Entries of the authority file: read from the record as values, written back to it. Acts and files live elsewhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.errors import NotFound
from catalog.models import Entity, EntityAlias, EntityDistinction, EntityKind, EntityState, Person
from catalog.models.columns import storable
from catalog.normalize import fold

LONGEST_NAME = 200
MOST_NAMES = 200
IDS_AT_ONCE = 500
CHANGED = "authority_changed"  # in the info of a session that changed the file, and may yet take that back
Key = TypeVar("Key")


@dataclass(frozen=True)
class Entry:
    """One entity as editors know it. `aliases` are other spellings of the whole name in any script, `short_forms` what
    it is called once it was named in full; `namesakes`, `merged_into` and `person` are slugs."""

    slug: str
    kind: EntityKind
    name: str
    aliases: tuple[str, ...] = ()
    short_forms: tuple[str, ...] = ()
    description: str = ""
    authority: str = ""
    namesakes: tuple[str, ...] = ()
    state: EntityState = EntityState.LISTED
    person: str = ""
    merged_into: str = ""

    @property
    def is_used(self) -> bool:
        return self.state is not EntityState.RETIRED

    def is_like(self, other: "Entry | None") -> bool:
        """Whether another says the same: the order of names means nothing."""

        def plain(one: Entry) -> Entry:
            full = set(one.full_names)
            short = tuple(sorted(set(one.short_forms) - full))
            return replace(one, aliases=tuple(sorted(full)), short_forms=short)

        return other is not None and plain(self) == plain(other)

    @property
    def full_names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.name, *self.aliases)))


@dataclass
class _Names:
    full: list[str] = field(default_factory=list)
    short: list[str] = field(default_factory=list)


def find_entity(session: Session, slug: str) -> Entity:
    """The entity with this slug; one that was merged leads to the one it is part of."""
    entity = session.exec(select(Entity).where(Entity.slug == slug)).first()
    seen: set[int | None] = set()
    while entity is not None and entity.merged_into_id is not None and entity.id not in seen:
        seen.add(entity.id)
        entity = session.get(Entity, entity.merged_into_id)
    if entity is None:
        raise NotFound(f"Nothing is in the authority file as '{slug}'. `presstalk entities list` names them.")
    return entity


def entry_of(session: Session, slug: str) -> tuple[int, Entry]:
    """The entry with exactly this slug, merged or not, with its number."""
    entity_id = session.exec(select(Entity.id).where(Entity.slug == slug)).first()
    if entity_id is None:
        raise NotFound(f"Nothing is in the authority file as '{slug}'. `presstalk entities list` names them.")
    return entity_id, read_entries(session, [entity_id])[entity_id]


def authority_number(session: Session) -> int:
    """How far the authority file is: it rises with every change."""
    return session.exec(select(func.max(Entity.revision))).one() or 0


def read_entries(session: Session, ids: Collection[int] | None = None) -> dict[int, Entry]:
    """These entries, or all of them, by the number of their row, in the order they came into the file."""
    entities = _rows(session, Entity, col(Entity.id), ids)
    names: dict[int, _Names] = {}
    for alias in _rows(session, EntityAlias, col(EntityAlias.entity_id), ids):
        several = names.setdefault(alias.entity_id, _Names())
        (several.short if alias.short else several.full).append(alias.name)
    apart = _distinctions(session, ids)
    slugs = _slugs(session, entities, apart)
    people = _people(session, entities)
    return {
        one.id or 0: _entry(one, names.get(one.id or 0, _Names()), apart.get(one.id or 0, ()), slugs, people)
        for one in entities
    }


def write_entries(session: Session, changed: Mapping[int, Entry]) -> None:
    """Make these rows what the entries say. Aliases keep their row, and so their place, while they stay."""
    number = authority_number(session) + 1
    session.info[CHANGED] = True
    slugs = _ids_of(session, changed.values())
    aliases: dict[int, dict[str, EntityAlias]] = {}
    for alias in _rows(session, EntityAlias, col(EntityAlias.entity_id), changed):
        aliases.setdefault(alias.entity_id, {})[alias.name] = alias
    _write_distinctions(session, changed, slugs)
    for entity in _rows(session, Entity, col(Entity.id), changed):
        entity_id = entity.id or 0
        entry = changed[entity_id]
        _write_fields(entity, entry, number, slugs)
        _write_names(session, entity_id, entry, aliases.get(entity_id, {}))
        session.add(entity)
    session.flush()


def add_rows(session: Session, entries: Sequence[Entry]) -> dict[int, Entry]:
    """Rows for new entries, still without their names and links: `write_entries` gives them those."""
    rows = [Entity(slug=one.slug, kind=one.kind, name=one.name) for one in entries]
    session.add_all(rows)
    session.flush()
    return {row.id or 0: entry for row, entry in zip(rows, entries, strict=True)}


def _entry(
    row: Entity, names: _Names, apart: Iterable[int], slugs: Mapping[int, str], people: Mapping[int, str]
) -> Entry:
    return Entry(
        slug=row.slug,
        kind=row.kind,
        name=row.name,
        aliases=tuple(name for name in names.full if name != row.name),
        short_forms=tuple(names.short),
        description=row.description,
        authority=row.authority,
        namesakes=tuple(sorted(slugs[other] for other in apart if other in slugs)),
        state=row.state,
        person=people.get(row.person_id or 0, ""),
        merged_into=slugs.get(row.merged_into_id or 0, ""),
    )


def _write_fields(row: Entity, entry: Entry, number: int, slugs: Mapping[str, int]) -> None:
    row.slug, row.kind, row.state, row.revision = entry.slug, entry.kind, entry.state, number
    row.name = storable(entry.name, LONGEST_NAME)
    row.description = storable(entry.description)
    row.authority = storable(entry.authority, LONGEST_NAME)
    row.merged_into_id = slugs.get(entry.merged_into)
    row.person_id = slugs.get(_person_key(entry.person))


def _write_names(session: Session, entity_id: int, entry: Entry, known: dict[str, EntityAlias]) -> None:
    wanted = dict.fromkeys(entry.short_forms, True) | dict.fromkeys(entry.full_names, False)
    for name, alias in known.items():
        if name not in wanted:
            session.delete(alias)
    for name, short in wanted.items():
        kept = storable(name, LONGEST_NAME)
        alias = known.get(kept) or EntityAlias(entity_id=entity_id, name=kept, folded="")
        alias.folded, alias.short = fold(kept)[:LONGEST_NAME], short
        session.add(alias)


def _write_distinctions(session: Session, changed: Mapping[int, Entry], slugs: Mapping[str, int]) -> None:
    """It holds both ways: it is enough that one of two says so."""
    wanted = {
        (min(entity_id, other), max(entity_id, other))
        for entity_id, entry in changed.items()
        for slug in entry.namesakes
        if (other := slugs.get(slug, entity_id)) != entity_id
    }
    known = _pairs(session, changed)
    for pair in known.keys() - wanted:
        session.delete(known[pair])
    session.add_all(EntityDistinction(entity_id=one, other_id=other) for one, other in wanted - known.keys())


# ---- rows -------------------------------------------------------------------------------------------


def _rows(session: Session, model: Any, column: Any, ids: Collection[int] | None) -> list[Any]:
    query = select(model).order_by(col(model.id))
    if ids is None:
        return list(session.exec(query).all())
    return [row for some in _runs(ids) for row in session.exec(query.where(column.in_(some)))]


def _runs(values: Collection[Key]) -> Iterable[list[Key]]:
    listed = list(values)
    return (listed[start : start + IDS_AT_ONCE] for start in range(0, len(listed), IDS_AT_ONCE))


def _distinctions(session: Session, ids: Collection[int] | None) -> dict[int, list[int]]:
    apart: dict[int, list[int]] = {}
    for one, other in _pairs(session, ids):
        apart.setdefault(one, []).append(other)
        apart.setdefault(other, []).append(one)
    return apart


def _pairs(session: Session, ids: Collection[int] | None) -> dict[tuple[int, int], EntityDistinction]:
    query = select(EntityDistinction)
    if ids is None:
        rows = list(session.exec(query).all())
    else:
        here = [
            sa.or_(col(EntityDistinction.entity_id).in_(some), col(EntityDistinction.other_id).in_(some))
            for some in _runs(ids)
        ]
        rows = [row for where in here for row in session.exec(query.where(where))]
    return {(row.entity_id, row.other_id): row for row in rows}


def _slugs(session: Session, entities: Sequence[Entity], apart: Mapping[int, list[int]]) -> dict[int, str]:
    """The slugs of these entities and of those they point at."""
    slugs = {one.id or 0: one.slug for one in entities}
    wanted = {one.merged_into_id for one in entities} | {n for several in apart.values() for n in several}
    missing = [one for one in wanted if one is not None and one not in slugs]
    for some in _runs(missing):
        slugs |= dict(session.exec(select(Entity.id, Entity.slug).where(col(Entity.id).in_(some))).all())  # type: ignore[arg-type]
    return slugs


def _people(session: Session, entities: Sequence[Entity]) -> dict[int, str]:
    wanted = [one.person_id for one in entities if one.person_id is not None]
    found: dict[int, str] = {}
    for some in _runs(wanted):
        found |= dict(session.exec(select(Person.id, Person.slug).where(col(Person.id).in_(some))).all())  # type: ignore[arg-type]
    return found


def _ids_of(session: Session, entries: Iterable[Entry]) -> dict[str, int]:
    """The numbers of whatever these entries point at, by slug; people under a key of their own."""
    pointed = {slug for one in entries for slug in (*one.namesakes, one.merged_into) if slug}
    people = {one.person for one in entries if one.person}
    found: dict[str, int] = {}
    for some in _runs(pointed):
        rows = session.exec(select(Entity.slug, Entity.id).where(col(Entity.slug).in_(some)))
        found |= {slug: number or 0 for slug, number in rows}
    for some in _runs(people):
        rows = session.exec(select(Person.slug, Person.id).where(col(Person.slug).in_(some)))
        found |= {_person_key(slug): number or 0 for slug, number in rows}
    return found


def _person_key(slug: str) -> str:
    return f"/{slug}"  # no slug of an entity holds a stroke
