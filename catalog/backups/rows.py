"""Rows as JSON, alike for SQLite and PostgreSQL: read at one moment, written into an empty catalog of the same schema.

Tables are taken as the database has them, not as today's models do, so that an older backup finds its own schema.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

ROWS_A_PART = 1000
SCHEMA = "alembic_version"
MADE_WITH_THE_SCHEMA = frozenset({SCHEMA, "change_sequence"})  # what even an empty catalog has rows in


@dataclass(frozen=True)
class Part:
    """Some rows of a table: those whose number falls into one stretch, so that a change touches one part only."""

    number: int
    rows: int
    content: bytes


def tables_of(connection: Connection) -> list[sa.Table]:
    """Every table of the record, those first that others point to."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != SCHEMA]


def is_empty(connection: Connection) -> bool:
    return not any(
        connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first()
        for table in tables_of(connection)
        if table.name not in MADE_WITH_THE_SCHEMA
    )


def read_parts(connection: Connection, table: sa.Table, blank: dict[str, Any]) -> Iterator[Part]:
    """The rows of a table by their key; columns named in `blank` are given as that value, whatever they hold."""
    key = next(iter(table.primary_key.columns))
    columns = [
        sa.literal(blank[column.name]).label(column.name) if column.name in blank else _plain(column)
        for column in table.columns
    ]
    moments = [n for n, column in enumerate(table.columns) if isinstance(column.type, sa.DateTime)]
    place = list(table.columns).index(key)
    query = sa.select(*columns).order_by(key).execution_options(yield_per=ROWS_A_PART)
    found = connection.execute(query)
    for number, rows in groupby(found, lambda row: row[place] // ROWS_A_PART):
        cells = [_told(row, moments) for row in rows]
        yield Part(
            number,
            len(cells),
            json.dumps(cells, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"),
        )


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[Any]:
    """JSON is taken as the text it is: no need to read it, and none of it changes."""
    return sa.cast(column, sa.Text).label(column.name) if isinstance(column.type, sa.JSON) else column


def _told(row: Sequence[Any], moments: list[int]) -> Sequence[Any]:
    if not moments:
        return tuple(row)
    cells = list(row)
    for n in moments:
        cells[n] = _as_text(cells[n])
    return cells


def _as_text(moment: datetime | None) -> str | None:
    if not isinstance(moment, datetime):
        return None
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.isoformat(timespec="microseconds")


class _JsonText(sa.types.UserDefinedType[str]):
    """Text that goes into a column of JSON as it is."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "JSON"


def write_rows(
    connection: Connection, table: sa.Table, columns: Sequence[str], parts: Iterable[bytes]
) -> int:
    """Put rows into a table in place of what it has; how many. Rows that point to rows of the same table do so last."""
    connection.execute(sa.delete(table))
    return add_rows(connection, table, columns, parts)


def add_rows(connection: Connection, table: sa.Table, columns: Sequence[str], parts: Iterable[bytes]) -> int:
    """The same beside what the table has."""
    target = sa.table(table.name, *(sa.column(c.name, _type_for(c)) for c in table.columns))
    moments = {column.name for column in table.columns if isinstance(column.type, sa.DateTime)}
    own = points_to_itself(table)
    pointing: list[dict[str, Any]] = []
    count = 0
    for part in parts:
        rows = [dict(zip(columns, cells, strict=True)) for cells in json.loads(part)]
        for row in rows:
            for name in moments & row.keys():
                row[name] = row[name] and datetime.fromisoformat(row[name])
            if any(row[name] is not None for name in own):
                pointing.append({f"_{name}": row[name] for name in ("id", *own)})
            row.update(dict.fromkeys(own))
        if rows:
            connection.execute(sa.insert(target), rows)
        count += len(rows)
    if pointing:
        point = sa.update(target).where(target.c["id"] == sa.bindparam("_id"))
        connection.execute(point.values({name: sa.bindparam(f"_{name}") for name in own}), pointing)
    return count


def points_to_itself(table: sa.Table) -> set[str]:
    """The columns with which rows of a table point to rows of the same."""
    return {key.parent.name for key in table.foreign_keys if key.column.table is table}


def has_part(connection: Connection, table: sa.Table, number: int) -> bool:
    """Is there any row of that part?"""
    key = next(iter(table.primary_key.columns))
    stretch = key.between(number * ROWS_A_PART, (number + 1) * ROWS_A_PART - 1)
    return connection.execute(sa.select(key).where(stretch).limit(1)).first() is not None


def _type_for(column: sa.Column[Any]) -> sa.types.TypeEngine[Any]:
    return _JsonText() if isinstance(column.type, sa.JSON) else column.type


def go_on_counting(connection: Connection, table: sa.Table) -> None:
    """Let PostgreSQL give new rows numbers behind those that were written; SQLite does so by itself."""
    key = next(iter(table.primary_key.columns))
    if connection.dialect.name != "postgresql":
        return
    last = connection.execute(sa.select(sa.func.max(key))).scalar()
    sequence = connection.execute(sa.func.pg_get_serial_sequence(table.name, key.name)).scalar()
    if last is not None and sequence is not None:
        connection.execute(sa.select(sa.func.setval(sequence, last)))
