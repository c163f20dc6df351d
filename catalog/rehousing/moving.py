"""A newsroom moves to PostgreSQL. The old record is locked while its rows are copied, and closed once the new one is
whole: nobody reads from or writes into the one that was left. Cut off at any moment, the same command goes on."""

from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlmodel import Session

from catalog.backups.failures import telling
from catalog.backups.rows import SCHEMA, is_empty, tables_of
from catalog.db import MOVED, MOVING, WRITES, connect, found_revision, migrate, newest_revision
from catalog.newsroom import Newsroom, open_newsroom
from catalog.pulse import is_manned
from catalog.rehousing.failures import MoveFailed
from catalog.rehousing.files import copy_files, missing_files
from catalog.rehousing.rows import Report, copy_rows
from catalog.settings import Settings

STAYS = frozenset(
    {"worker", "web_node", "index_snapshot"}
)  # who was at work on the old record is not at work on the new one
# Pages and writers ask for this table first: whoever still runs on the old record stops at it.
FENCE = "ALTER TABLE change_sequence RENAME TO change_sequence_moved"

CLAIM = ".moving"  # lies in the new home until all files are there


@dataclass(frozen=True)
class Moved:
    """What was moved and compared; `lacks` are files that the record names and the old shelf has not."""

    tables: int
    rows: int
    lacks: list[str]


def move(settings: Settings, url: str, report: Report, home: Path | None = None) -> Moved:
    """Move the record into the empty PostgreSQL database at `url`, and with `home` every file there.

    Raises MoveFailed, BackupFailed (the disk), DatabaseUnusable; the next run goes on from what was copied.
    """
    _check_ways(settings, url, home)
    if found_revision(settings.catalog_url) == MOVED:
        return _open_behind(url)
    newsroom = open_newsroom(settings)
    with telling(str(home or settings.home)):
        if home is not None:
            _claim_home(home)
        _claim(url)
        if home is not None:  # the bulk of it, while everybody goes on
            with newsroom.engine.connect() as record:
                copy_files(record, newsroom, home, report)
        moved = _move_locked(newsroom, url, report, home)
        if home is not None:
            (home / CLAIM).unlink(missing_ok=True)
    _set_schema(url, newest_revision(url) or "")
    return moved


def _check_ways(settings: Settings, url: str, home: Path | None) -> None:
    if settings.database_url and not settings.database_url.startswith("sqlite"):
        raise MoveFailed(
            "from",
            "This record is not in SQLite. `presstalk backup` and `presstalk restore` move it from there.",
        )
    if connect(url).dialect.name != "postgresql":
        raise MoveFailed("to", "Records move to PostgreSQL: give an address like postgresql+psycopg://...")
    if home is not None and (home.is_relative_to(settings.home) or settings.home.is_relative_to(home)):
        raise MoveFailed("to", f"{home} and {settings.home} lie in each other. Name a home of its own.")


def _claim_home(home: Path) -> None:
    """Write over nothing there either; go on where a move was cut off."""
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    lying = sorted(path.name for path in home.iterdir())
    if lying and CLAIM not in lying:
        raise MoveFailed(
            "not_empty",
            f"{home} is not empty ({', '.join(lying[:3])}). Moving writes over nothing: name another.",
        )
    (home / CLAIM).touch()


def _open_behind(url: str) -> Moved:
    """The old record was closed, and we were cut off before the new one was opened."""
    found, newest = found_revision(url), newest_revision(url)
    if found != f"{MOVING}{newest}":
        raise MoveFailed(
            "moved", "This record has moved already: PRESSTALK_DATABASE_URL has to name the new one."
        )
    _set_schema(url, newest or "")
    with connect(url).connect() as new:
        tables = [table for table in tables_of(new) if table.name not in STAYS]
        rows = sum(
            new.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables
        )
    return Moved(len(tables), rows, [])


def _claim(url: str) -> None:
    """Mark an empty database as one that is being filled; one that was marked is gone on with."""
    found, newest = found_revision(url), newest_revision(url)
    if found == f"{MOVING}{newest}":
        return
    if found is not None and found.startswith(MOVING):
        _drop_everything(url)  # half a record of an older schema, which nobody has seen
    elif found is None and sa.inspect(connect(url)).get_table_names():
        raise MoveFailed(
            "not_empty",
            "The database holds tables that are not ours. Moving writes over nothing: give an empty one.",
        )
    migrate(url)
    with connect(url).connect() as connection:
        if not is_empty(connection):
            raise MoveFailed(
                "not_empty", "The database has rows in it. Moving writes over nothing: give an empty one."
            )
    _set_schema(url, f"{MOVING}{newest}")


def _drop_everything(url: str) -> None:
    with connect(url).execution_options(**{WRITES: True}).begin() as connection:
        metadata = sa.MetaData()
        metadata.reflect(connection)
        metadata.drop_all(connection)


def _move_locked(newsroom: Newsroom, url: str, report: Report, home: Path | None) -> Moved:
    """While nobody else can write into the old record: what is still missing, then the comparison, then the end."""
    with newsroom.engine.execution_options(**{WRITES: True}).begin() as old:
        if is_manned(Session(old)):
            raise MoveFailed(
                "manned", "A worker is at work on this record. Stop it, wait half a minute, and move."
            )
        lacks = copy_files(old, newsroom, home, report) if home else missing_files(old, newsroom)
        tables = [table for table in tables_of(old) if table.name not in STAYS]
        rows = copy_rows(old, connect(url), tables, report)
        old.exec_driver_sql(FENCE)
        _mark(old, MOVED)
    return Moved(len(tables), rows, lacks)


def _set_schema(url: str, version: str) -> None:
    with connect(url).begin() as connection:
        _mark(connection, version)


def _mark(connection: Connection, version: str) -> None:
    connection.execute(sa.text(f"UPDATE {SCHEMA} SET version_num = :version"), {"version": version})  # noqa: S608
