"""The tables a newsroom searches with: the starter's, its own glossary, its people. Read again when they change."""

from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from catalog.models import Person, PersonAlias
from catalog.search.tables import GLOSSARY, Tables, newsroom_tables

_known: dict[Path, tuple[tuple[Any, ...], Tables]] = {}  # of each home what its tables were made of, and they


def known_tables(session: Session, home: Path) -> Tables:
    """The tables of the newsroom at `home`; people by their name and aliases."""
    stamp = _stamp(session, home)
    if home not in _known or _known[home][0] != stamp:
        _known[home] = (stamp, newsroom_tables(home, _people(session)))
    return _known[home][1]


def _stamp(session: Session, home: Path) -> tuple[Any, ...]:
    """What differs when the tables would: of people and aliases the number, the last, and how long they are."""
    glossary = home / GLOSSARY
    changed = glossary.stat().st_mtime_ns if glossary.is_file() else 0
    counted = [
        session.exec(select(func.count(), func.max(row.id), func.sum(func.length(row.name)))).one()
        for row in (Person, PersonAlias)
    ]
    return (changed, *map(tuple, counted))


def _people(session: Session) -> list[list[str]]:
    spellings: dict[int | None, list[str]] = {}
    for person_id, name in session.exec(select(Person.id, Person.name).order_by(col(Person.id))):
        spellings[person_id] = [name]
    for person_id, name in session.exec(select(PersonAlias.person_id, PersonAlias.name)):
        if name not in spellings[person_id]:
            spellings[person_id].append(name)
    return list(spellings.values())
