"""The files of a newsroom that moves: looked at where they are, or copied to another home. Rows are not moved here."""

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.newsroom import Newsroom
from media.store import Shelf

Report = Callable[[str, int, int], None]
# What lies in a home and is made again, or belongs to the processes that run there.
MADE_AGAIN = frozenset({"shelf", "index", "meanings", "clips", "workers", "uploads", "models", ".part"})
DATABASES = ("catalog.db", "queue.db")
HALF = ".moving"


def missing_files(record: Connection, newsroom: Newsroom) -> list[str]:
    """Files the record names that are not on the shelf in their size."""
    shelf = newsroom.shelf
    return [sha256 for sha256, size in _named(record) if not shelf.has(sha256) or shelf.size(sha256) != size]


def copy_files(record: Connection, newsroom: Newsroom, home: Path, report: Report) -> list[str]:
    """Have every file of the house in the other home too, each compared by its hash; those that are lost or damaged
    here. What an earlier run copied is not copied again."""
    shelf, lacks, named = Shelf(home / "shelf"), [], _named(record)
    for number, (sha256, _) in enumerate(named):
        report("files", number, len(named))
        if shelf.has(sha256):
            continue
        copied = shelf.put(newsroom.shelf.path(sha256)) if newsroom.shelf.has(sha256) else ""
        if copied != sha256:
            lacks.append(sha256)
            if copied:
                shelf.drop(copied)
    for path in _small_files(newsroom.settings.home):
        _copy(path, home / path.relative_to(newsroom.settings.home))
    report("files", len(named), len(named))
    return lacks


def _named(record: Connection) -> list[tuple[str, int]]:
    rows = record.execute(sa.text("SELECT DISTINCT sha256, size FROM media_file ORDER BY sha256"))
    return [(row[0], row[1]) for row in rows]


def _small_files(home: Path) -> list[Path]:
    """All that lies in a home beside shelf, databases and what is made again: keys, vault, prints, releases ..."""
    return [
        path
        for top in sorted(home.iterdir())
        if top.name not in MADE_AGAIN and not top.name.startswith(DATABASES)
        for path in ([top] if top.is_file() else sorted(top.rglob("*")))
        if path.is_file() and path.suffix != ".lock"
    ]


def _copy(source: Path, target: Path) -> None:
    """A small file with its rights, whole or not at all; one that is there already is left alone."""
    if target.is_file() and _digest(target) == _digest(source):
        return
    for folder in [*reversed(target.parents)]:
        if not folder.exists():
            folder.mkdir(mode=0o700)
    half = target.with_name(target.name + HALF)
    shutil.copy2(source, half)
    with half.open("rb") as written:
        os.fsync(written.fileno())
    half.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
