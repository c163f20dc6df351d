"""How alembic reaches our database: online only, with the engine the application uses, as its only writer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlalchemy.engine import Connection

from catalog.db import WRITES, connect
from catalog.models import metadata


def render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types into migrations as the plain types they are in the database,
    so that an old migration never depends on today's code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


@contextmanager
def foreign_keys_off(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew; with foreign keys on, dropping the old one takes the rows
    that point to it along."""
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite: Any = connection.connection.driver_connection
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


engine = connect(context.config.attributes["url"]).execution_options(**{WRITES: True})
with engine.connect() as connection, foreign_keys_off(connection), connection.begin():
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=connection.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise RuntimeError("this migration leaves rows that point to nothing; nothing was changed")
