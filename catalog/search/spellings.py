"""The tables a newsroom searches with: the starter's, its own glossary, its people. Read again when they change."""

from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from catalog.models import Person, PersonAlias
from catalog.search.tables import GLOSSARY, Tables, newsroom_tables
from catalog.sequence import keep

_known: dict[Path, tuple[Any, Tables]] = {}  # of each home what its tables were made of, and they


def known_tables(session: Session, home: Path) -> Tables:
    """The tables of the newsroom at `home`; people by their name and aliases."""
    made_of = (glossary_stamp(home), keep(session, "spellings of people", _people))
    if home not in _known or _known[home][0] != made_of:
        _known[home] = (made_of, newsroom_tables(home, made_of[1]))
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
