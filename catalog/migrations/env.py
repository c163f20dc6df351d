"""How alembic reaches our database: online only, with the engine the application uses."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from catalog.db import connect
from catalog.models import metadata


def render_plainly(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our own column types into migrations as the plain types they are in the database,
    so that an old migration never depends on today's code."""
    if kind == "type" and isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


engine = connect(context.config.attributes["url"])
with engine.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=engine.dialect.name == "sqlite",
        compare_type=True,
        render_item=render_plainly,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
