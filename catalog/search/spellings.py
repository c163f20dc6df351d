"""The tables a newsroom searches with: the starter's, its own glossary, its people, its authority file. Read again when
they change. Readers are told what was searched beside their words: nobody is in them whom no published talk names.
"""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.authority.entries import authority_number
from catalog.models import Entity, EntityAlias, EntityState, Person, PersonAlias
from catalog.people import is_public
from catalog.search.tables import GLOSSARY, Known, Tables, newsroom_tables, starter_entities
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
    """Of everybody who appears in a published talk the name, then its other spellings."""
    spelled = (
        select(Person.id, Person.name, PersonAlias.name)
        .outerjoin(PersonAlias, col(PersonAlias.person_id) == col(Person.id))
        .where(is_public(col(Person.id)))
        .order_by(col(Person.id), col(PersonAlias.id))
    )
    spellings: dict[int | None, dict[str, None]] = {}
    for person_id, name, alias in session.exec(spelled):
        spellings.setdefault(person_id, {name: None}).update({alias or name: None})
    return [list(names) for names in spellings.values()]


def _entities(session: Session) -> dict[str, tuple[str, list[str]]]:
    """Each entry by its slug. One that readers are not shown has no names, so that the starter's do not come back: it
    is out of use, unlisted, or somebody whose talks are not public and whom not every newsroom knows."""
    in_public = sa.or_(col(Entity.person_id).is_(None), is_public(col(Entity.person_id)))
    query = sa.select(col(Entity.id), col(Entity.slug), col(Entity.kind), col(Entity.state), in_public)
    rows = session.execute(query).all()
    told = {
        number: slug
        for number, slug, _, state, is_public in rows
        if state is EntityState.LISTED and (is_public or slug in starter_entities())
    }
    names: dict[str, tuple[str, list[str]]] = {slug: (kind.value, []) for _, slug, kind, _, _ in rows}
    spelled = select(EntityAlias.entity_id, EntityAlias.name).where(col(EntityAlias.short).is_(False))
    for number, name in session.exec(spelled.order_by(col(EntityAlias.id))):
        if number in told:
            names[told[number]][1].append(name)
    return names
