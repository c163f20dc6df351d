"""Rows from one database into another, a stretch at a time, and the comparison of all of them afterwards."""

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import zip_longest

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from catalog.backups.rows import (
    MADE_WITH_THE_SCHEMA,
    Part,
    add_rows,
    go_on_counting,
    has_part,
    points_to_itself,
    read_parts,
    write_rows,
)
from catalog.rehousing.failures import MoveFailed

Report = Callable[[str, int, int], None]
SHOWN = 5


def copy_rows(old: Connection, new: Engine, tables: Sequence[sa.Table], report: Report) -> int:
    """Have the rows of `tables`, and no others, in the new database; how many they are.

    What an earlier run copied stays, unless the old rows have changed since. Raises MoveFailed when they differ.
    """
    try:
        _fill(old, new, tables, report)
        differing = _compare(old, new, tables, report)
    except sa.exc.IntegrityError:  # rows of an earlier run are in the way of those that came since
        differing = ["rows"]
    if differing:
        _empty(new, tables)
        _fill(old, new, tables, report)
        differing = _compare(old, new, tables, report)
    if differing:
        raise MoveFailed("differs", f"Not every row is the same in both databases: {', '.join(differing)}.")
    return sum(old.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables)


def _fill(old: Connection, new: Engine, tables: Sequence[sa.Table], report: Report) -> None:
    for number, table in enumerate(tables):
        report("rows", number, len(tables))
        try:
            _copy_table(old, new, table)
        except sa.exc.DataError as problem:
            reason = str(problem.orig).strip().splitlines()[0].rstrip(".")
            raise MoveFailed(
                "unfit", f"The new database refuses a row of {table.name}: {reason}."
            ) from problem
        with new.begin() as connection:
            go_on_counting(connection, table)
    report("rows", len(tables), len(tables))


def _copy_table(old: Connection, new: Engine, table: sa.Table) -> None:
    """Stretch by stretch, each whole or not at all; at once where rows point to others of the same table."""
    columns = [column.name for column in table.columns]
    parts = read_parts(old, table, {})
    if table.name in MADE_WITH_THE_SCHEMA:
        with new.begin() as connection:
            write_rows(connection, table, columns, (part.content for part in parts))
    elif points_to_itself(table):
        with new.begin() as connection:
            if connection.execute(sa.select(sa.literal(1)).select_from(table).limit(1)).first() is None:
                add_rows(connection, table, columns, (part.content for part in parts))
    else:
        for part in parts:
            with new.begin() as connection:
                if not has_part(connection, table, part.number):
                    add_rows(connection, table, columns, [part.content])


def _compare(old: Connection, new: Engine, tables: Sequence[sa.Table], report: Report) -> list[str]:
    """Which rows are not the same in both, the first few of each table."""
    differing = []
    with new.connect() as connection:
        for number, table in enumerate(tables):
            report("comparing", number, len(tables))
            pairs = zip_longest(read_parts(old, table, {}), read_parts(connection, table, {}))
            wrong = [n for one, other in pairs if one != other for n in _differing(table, one, other)][:SHOWN]
            differing += [f"{table.name} {', '.join(map(str, wrong))}"] if wrong else []
    report("comparing", len(tables), len(tables))
    return differing


def _differing(table: sa.Table, one: Part | None, other: Part | None) -> Iterator[int]:
    """The numbers of rows that one has and the other has not, or has otherwise."""
    place = list(table.columns).index(next(iter(table.primary_key.columns)))
    sides = [
        {cells[place]: cells for cells in json.loads(part.content)} if part is not None else {}
        for part in (one, other)
    ]
    numbers = sides[0].keys() | sides[1].keys()
    return (number for number in sorted(numbers) if sides[0].get(number) != sides[1].get(number))


def _empty(new: Engine, tables: Sequence[sa.Table]) -> None:
    with new.begin() as connection:
        for table in reversed(tables):
            connection.execute(sa.delete(table))
