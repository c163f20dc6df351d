"""How far the record's change sequence has come, asked often and cheaply, and what may be kept until it grows. What is
kept, and what it is for, is known elsewhere."""

import threading
from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session

from catalog.db import WRITES, DatabaseUnusable, reading

Kept = TypeVar("Kept")


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

    def keep(self, key: Hashable, make: Callable[[Session], Kept]) -> Kept:
        """What `make` reads from the record, read again once that has changed."""
        number = self.number()  # before the record is looked at: what is kept is never older than its number
        with self._keeping:
            if self._kept[0] != number:
                self._kept = (number, {})
            kept = self._kept[1]
        if key not in kept:
            with reading(self._engine) as session:
                kept[key] = make(session)
        made: Kept = kept[key]
        return made


@lru_cache(maxsize=8)
def sequence_of(engine: Engine) -> Sequence:
    return Sequence(engine)


def keep(session: Session, key: Hashable, make: Callable[[Session], Kept]) -> Kept:
    """The same for whoever has a session. One that writes sees what others cannot see yet: nothing is kept of that."""
    bound = session.get_bind()
    if not isinstance(bound, Engine) or bound.get_execution_options().get(WRITES):
        return make(session)
    return sequence_of(bound).keep(key, make)
