"""Catalogs of every released schema with rows in every table, kept in tests/data/schemas/NNNN.json as columns and rows.

`python -m tests.catalog.old_schemas` writes the file of each released schema that has none; files that are there stay
as they are: they are what that release would have left behind. No test lives here.
"""

import json
import re
import tempfile
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic.script import ScriptDirectory
from sqlalchemy.engine import Connection

from catalog.backups.rows import MADE_WITH_THE_SCHEMA, go_on_counting, read_parts, tables_of, write_rows
from catalog.db import WRITES, alembic_config, connect, migrate_to

FOLDER = Path(__file__).parents[1] / "data/schemas"
ROWS = (1, 2, 3)
CHOICES = re.compile(r"(\w+) IN \('(\w+)'")
# Tables nothing could be written into before that schema; its migration empties them.
EMPTY_BEFORE = {"voice_reference": "0002", "account_session": "0005"}
Rows = dict[str, dict[str, Any]]


def released() -> list[str]:
    scripts = ScriptDirectory.from_config(alembic_config("sqlite://")).walk_revisions()
    return sorted(script.revision for script in scripts)


def load(url: str, revision: str) -> None:
    """A database of that schema, with the rows kept for it."""
    migrate_to(url, revision)
    kept: Rows = json.loads((FOLDER / f"{revision}.json").read_text(encoding="utf-8"))
    with connect(url).execution_options(**{WRITES: True}).begin() as connection:
        for table in tables_of(connection):
            if table.name in kept:
                part = json.dumps(kept[table.name]["rows"]).encode()
                write_rows(connection, table, kept[table.name]["columns"], [part])
                go_on_counting(connection, table)


def contents(connection: Connection) -> Rows:
    """Every row, as it is kept in the files."""
    return {
        table.name: {
            "columns": [column.name for column in table.columns],
            "rows": [row for part in read_parts(connection, table, {}) for row in json.loads(part.content)],
        }
        for table in tables_of(connection)
    }


def is_empty_at(table: str, revision: str) -> bool:
    return revision < EMPTY_BEFORE.get(table, "")


def fill(connection: Connection, revision: str) -> None:
    """Three rows in every table, each column with something in it that its rules allow."""
    inspector = sa.inspect(connection)
    for table in tables_of(connection):
        if table.name in MADE_WITH_THE_SCHEMA or is_empty_at(table.name, revision):
            continue
        checks = " ".join(str(rule["sqltext"]) for rule in inspector.get_check_constraints(table.name))
        choices = dict(CHOICES.findall(checks))
        rows = [[_value(column, n, choices) for column in table.columns] for n in ROWS]
        write_rows(connection, table, [column.name for column in table.columns], [json.dumps(rows).encode()])


def _value(column: sa.Column[Any], n: int, choices: dict[str, str]) -> Any:
    if column.name in choices:
        return choices[column.name]
    if column.table.name.startswith("mention") and column.name == "article_id":
        return None  # a mention is in a talk or in an article
    if any(key.column.table is column.table for key in column.foreign_keys):
        return 1 if n == 2 else None
    if column.primary_key or column.foreign_keys:
        return n
    return _of_type(column, n)


def _of_type(column: sa.Column[Any], n: int) -> Any:
    kind = column.type
    if isinstance(kind, sa.JSON):
        return json.dumps([] if column.name in ("words", "flags", "evidence", "dropped") else {"n": n})
    if isinstance(kind, sa.DateTime):
        return f"2026-01-0{n}T12:00:00.000000+00:00"
    if isinstance(kind, sa.Boolean):
        return n == 1
    if isinstance(kind, sa.Float):
        return n / 4
    if isinstance(kind, sa.Integer):
        return 1000 * n
    return f"{column.name} {n} زرین"[: getattr(kind, "length", None)]


def main() -> None:
    for revision in released():
        path = FOLDER / f"{revision}.json"
        if path.exists():
            continue
        with tempfile.TemporaryDirectory() as folder:
            url = f"sqlite:///{folder}/catalog.db"
            migrate_to(url, revision)
            with connect(url).execution_options(**{WRITES: True}).begin() as connection:
                fill(connection, revision)
                kept = contents(connection)
            connect(url).dispose()
        path.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
