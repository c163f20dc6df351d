"""The tables a newsroom searches with: the starter's, its own glossary, its people, its authority file. Read again when
they change."""

from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from catalog.authority.entries import authority_number
from catalog.models import Entity, EntityAlias, EntityState, Person, PersonAlias
from catalog.search.tables import GLOSSARY, Known, Tables, newsroom_tables
from catalog.sequence import keep

_known: dict[Path, tuple[Any, Tables]] = {}  # of each home what its tables were made of, and they


def known_tables(session: Session, home: Path) -> Tables:
    """The tables of the newsroom at `home`; people and entities by their name and aliases."""
    number, people = keep(
        session, "spellings of people", lambda here: (authority_number(here), _people(here))
    )
    made_of = (glossary_stamp(home), number, people)
    if home not in _known or _known[home][0] != made_of:
        _known[home] = (made_of, newsroom_tables(home, Known(people, _entities(session) if number else {})))
    return _known[home][1]


def glossary_stamp(home: Path) -> int:
    """Another number when the newsroom's own glossary has changed."""
    try:
        return (home / GLOSSARY).stat().st_mtime_ns
    except OSError:
        return 0


def _people(session: Session) -> list[list[str]]:
    spellings: dict[int | None, list[str]] = {}
    for person_id, name in session.exec(select(Person.id, Person.name).order_by(col(Person.id))):
        spellings[person_id] = [name]
    for person_id, name in session.exec(select(PersonAlias.person_id, PersonAlias.name)):
        if name not in spellings[person_id]:
            spellings[person_id].append(name)
    return list(spellings.values())


def _entities(session: Session) -> dict[str, tuple[str, list[str]]]:
    """Each entry by its slug; one that is out of use has no names, so that the starter's do not come back."""
    query = select(col(Entity.id), col(Entity.slug), col(Entity.kind), col(Entity.state))
    rows = {number: (slug, kind.value, state) for number, slug, kind, state in session.execute(query)}
    names: dict[str, tuple[str, list[str]]] = {slug: (kind, []) for slug, kind, _ in rows.values()}
    spelled = select(EntityAlias.entity_id, EntityAlias.name).where(col(EntityAlias.short).is_(False))
    for number, name in session.exec(spelled.order_by(col(EntityAlias.id))):
        slug, _, state = rows[number]
        if state is not EntityState.RETIRED:
            names[slug][1].append(name)
    return names
