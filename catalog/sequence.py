"""How far the record's change sequence has come, asked often and cheaply, and what may be kept until it grows. What is
kept, and what it is for, is known elsewhere."""

import threading
from collections.abc import Callable, Collection, Hashable, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog.db import WRITES, DatabaseUnusable, reading

MOST_OF_A_KIND = 4_000
_AS_OF = "as of"

Kept = TypeVar("Kept")
MakeSome = Callable[[Session, Collection[int]], Mapping[int, Kept]]


class Sequence:
    """The change sequence of one record, for any number of threads.

    It is asked for each page a reader wants, so that it has connections of its own: it never waits for theirs.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._pool = engine.pool.recreate()
        sa.event.listen(engine, "engine_disposed", lambda _: self._pool.dispose())
        self._kept: tuple[int, dict[Hashable, Any]] = (-1, {})
        self._keeping = threading.Lock()

    def number(self) -> int:
        """Grows with every transaction of `db.writing` that a reader could see of. Raises DatabaseUnusable."""
        try:
            return self._read()
        except self._engine.dialect.loaded_dbapi.Error as problem:
            raise DatabaseUnusable(
                f"The database cannot be used: {problem}. `presstalk doctor` looks closer."
            ) from problem

    def _read(self) -> int:
        connection = self._pool.connect()
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT number FROM change_sequence")
            found = cursor.fetchone()
            cursor.close()
        finally:
            connection.close()
        return int(found[0]) if found else 0

    def keep(self, key: Hashable, make: Callable[[Session], Kept], number: int | None = None) -> Kept:
        """What `make` reads from the record, read again once that has changed; `number` is for who has asked before."""
        kept = self._kept_at(number)
        if key not in kept:
            with reading(self._engine) as session:
                kept[key] = make(session)
        made: Kept = kept[key]
        return made

    def keep_each(
        self, kind: Hashable, numbers: Collection[int], make: MakeSome[Kept], number: int | None = None
    ) -> dict[int, Kept]:
        """The same of many things of a kind, each by its number: `make` reads those that are not kept yet, and leaves
        out what there is not."""
        kept: dict[int, Kept] = self._kept_at(number).setdefault(kind, {})
        found = {one: kept[one] for one in numbers if one in kept}
        if missing := [one for one in numbers if one not in found]:
            with reading(self._engine) as session:
                made = dict(make(session, missing))
            if len(kept) + len(made) > MOST_OF_A_KIND:
                kept.clear()
            kept.update(made)
            found.update(made)
        return found

    def _kept_at(self, number: int | None) -> dict[Hashable, Any]:
        if number is None:  # asked before the record is looked at: what is kept is never older than it
            number = self.number()
        with self._keeping:
            if self._kept[0] != number:
                self._kept = (number, {})
            return self._kept[1]


@lru_cache(maxsize=8)
def sequence_of(engine: Engine) -> Sequence:
    return Sequence(engine)


def keep(session: Session, key: Hashable, make: Callable[[Session], Kept]) -> Kept:
    """The same for whoever has a session. One that writes sees what others cannot see yet: nothing is kept of that."""
    engine = seen_by_all(session)
    if engine is None:
        return make(session)
    return sequence_of(engine).keep(key, make, _seen_by(session, engine))


def keep_each(
    session: Session, kind: Hashable, numbers: Collection[int], make: MakeSome[Kept]
) -> Mapping[int, Kept]:
    """As `Sequence.keep_each`, for whoever has a session."""
    engine = seen_by_all(session)
    if engine is None:
        return make(session, numbers)
    return sequence_of(engine).keep_each(kind, numbers, make, _seen_by(session, engine))


def _seen_by(session: Session, engine: Engine) -> int:
    """How far the sequence had come when a session that only reads first asked: one page is of one moment, and asks a
    dozen times."""
    number: int | None = session.info.get(_AS_OF)
    if number is None:
        number = session.info[_AS_OF] = sequence_of(engine).number()
    return number


def seen_by_all(session: Session) -> Engine | None:
    """The engine of a session that sees what everybody does; None for one that writes."""
    bound = session.get_bind()
    if isinstance(bound, Engine) and not bound.get_execution_options().get(WRITES):
        return bound
    return None
