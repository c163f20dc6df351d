"""A newsroom from its backup, into an empty home and database. Files first, then all rows at once, then redactions."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from catalog.backups.failures import BackupFailed, telling
from catalog.backups.inventory import Contents, File, Inventory, list_backups, read_contents
from catalog.backups.ledger import Redacted, read_ledger, redactions_of, still_to_do
from catalog.backups.packing import Unpacker
from catalog.backups.places import Place
from catalog.backups.replaying import replay_redactions
from catalog.backups.rows import go_on_counting, is_empty, tables_of, write_rows
from catalog.db import WRITES, connect, found_revision, migrate, migrate_to, reading
from catalog.newsroom import RESTORING, Newsroom
from catalog.search.refresh import open_index
from catalog.settings import Settings

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Restored:
    """What came back. `damaged` files were not as they were written; `withdrawn` talks wait for a look."""

    backup: str
    rows: int
    files: int
    indexed: int
    damaged: list[str]
    lacks: list[str]
    left_out: list[str]
    withdrawn: list[str]


def restore(
    settings: Settings,
    place: Place,
    report: Report,
    *,
    at: str = "",
    identity: str = "",
    also_redacted: tuple[Redacted, ...] = (),
) -> Restored:
    """Bring a newsroom back. Cut off, it is done again from the start of what was missing; rows come all or none.

    Raises BackupFailed, SealFailed, DatabaseUnusable.
    """
    inventory = list_backups(place).find(at)
    unpacker = Unpacker(place, inventory, identity)
    contents = read_contents(unpacker.bytes_of(inventory.contents))
    redacted = [*read_ledger(place), *also_redacted]
    with telling(str(settings.home)):
        is_filled = _claim(settings, inventory)
        newsroom = Newsroom(settings)
        damaged = _fetch_files(newsroom, unpacker, contents, report)
    if not is_filled:
        _fill_rows(settings, unpacker, contents, report)
    migrate(settings.catalog_url)
    with reading(newsroom.engine) as session:
        missing = still_to_do(redacted, redactions_of(session))
    withdrawn = replay_redactions(newsroom, missing)
    index = open_index(settings.index_folder, newsroom.engine)
    (settings.home / RESTORING).unlink()
    files = len(contents.files) - len(damaged)
    return Restored(
        *(
            inventory.id,
            sum(table.rows for table in contents.tables),
            files,
            len(index.stamps()),
            damaged,
            inventory.lacks,
        ),
        *(contents.left_out, withdrawn),
    )


def _claim(settings: Settings, inventory: Inventory) -> bool:
    """Refuse to write over anything; go on where the same restore was cut off. Are the rows in already?"""
    home, mark = settings.home, settings.home / RESTORING
    home.mkdir(parents=True, exist_ok=True)
    begun = mark.is_file() and mark.read_text() == inventory.id
    lying = sorted(path.name for path in home.iterdir())
    if lying and not begun:
        raise BackupFailed(
            "not_empty",
            f"{home} is not empty ({', '.join(lying[:3])}). Restoring writes over nothing: name another "
            "PRESSTALK_HOME, or move that away.",
        )
    mark.write_text(inventory.id)
    if not settings.database_url and not (home / "catalog.db").exists():
        return False
    with connect(settings.catalog_url).connect() as connection:
        is_filled = not is_empty(connection)
    if is_filled and not begun:
        mark.unlink()
        raise BackupFailed(
            "not_empty", "The database has rows in it. Restoring writes over nothing: give an empty one."
        )
    return is_filled


def _fetch_files(newsroom: Newsroom, unpacker: Unpacker, contents: Contents, report: Report) -> list[str]:
    """Every file to its place; those that are damaged or missing in the backup, while the rest goes on."""
    damaged = []
    bench = newsroom.shelf.workbench("restore")
    for number, file in enumerate(contents.files):
        report("files", number, len(contents.files))
        try:
            _fetch_file(newsroom, unpacker, file, bench)
        except BackupFailed as problem:
            if problem.code not in ("damaged", "missing"):
                raise
            damaged.append(file.path or file.sha256)
    newsroom.shelf.clear("restore")
    report("files", len(contents.files), len(contents.files))
    return damaged


def _fetch_file(newsroom: Newsroom, unpacker: Unpacker, file: File, bench: Path) -> None:
    if not file.path:
        if not newsroom.shelf.has(file.sha256):
            newsroom.shelf.put(unpacker.file_of(file.blob, file.sha256, bench), move=True)
        return
    home = newsroom.settings.home
    target = (home / file.path).resolve()
    if not target.is_relative_to(home.resolve()):
        raise BackupFailed("damaged", f"The backup names a file outside the home: {file.path}.")
    for folder in [*reversed(target.relative_to(home.resolve()).parents)][1:]:
        (home / folder).mkdir(mode=0o700, exist_ok=True)
    shutil.move(unpacker.file_of(file.blob, file.sha256, bench), target)


def _fill_rows(settings: Settings, unpacker: Unpacker, contents: Contents, report: Report) -> None:
    """All rows in one transaction, into the schema they were read from."""
    url = settings.catalog_url
    if found_revision(url) != contents.schema:
        migrate_to(url, contents.schema)
    with connect(url).execution_options(**{WRITES: True}).begin() as connection:
        tables = {table.name: table for table in tables_of(connection)}
        for number, table in enumerate(contents.tables):
            report("rows", number, len(contents.tables))
            parts = (unpacker.bytes_of(part) for part in table.parts)
            count = write_rows(connection, tables[table.name], table.columns, parts)
            if count != table.rows:
                raise BackupFailed(
                    "damaged", f"The backup has {count} rows of {table.name}, not {table.rows}."
                )
            go_on_counting(connection, tables[table.name])
        _check_pointers(connection)
    report("rows", len(contents.tables), len(contents.tables))


def _check_pointers(connection: sa.engine.Connection) -> None:
    if connection.dialect.name == "sqlite" and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
        raise BackupFailed("damaged", "The rows of this backup point to rows it does not have.")
