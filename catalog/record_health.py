"""Is what the newsroom keeps still what was written: the pages of the database, files, index; and is the clock right?
Looks only; what to do about it is in each finding."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import col, func, select

from catalog.db import DatabaseUnusable, connect, reading
from catalog.models import AuditEvent, Episode, MediaFile
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.settings import Settings
from media.errors import MediaError, Unreadable
from media.store import Shelf

A_DAY = timedelta(days=1)
WRITTEN = datetime.fromisoformat("2026-11-01T00:00:00+00:00")  # before this was written no clock can be right


@dataclass(frozen=True)
class Finding:
    """One thing looked at. `level` is ok, warning (works, but...) or error (will not work)."""

    name: str
    level: str
    detail: str
    advice: str = ""


def look_at_pages(settings: Settings) -> Finding:
    """SQLite's own check of every page; PostgreSQL looks after its pages itself."""
    path = settings.home / "catalog.db"
    if settings.database_url or not path.exists():
        return Finding("pages", "ok", "nothing to check here")
    advice = "Stop every presstalk and `presstalk restore` the newest backup into a new PRESSTALK_HOME."
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
    except sqlite3.Error as problem:
        found = str(problem)
    if found != "ok":
        return Finding("pages", "error", f"{path} is damaged: {found.splitlines()[0]}", advice)
    return Finding("pages", "ok", "every page of the database is whole")


def look_at_files(settings: Settings) -> Finding:
    """Every file that a row names is there, in its size; its bytes are read by `presstalk backup` only."""
    try:
        with reading(connect(settings.catalog_url)) as session:
            named = session.exec(select(MediaFile.sha256, MediaFile.size).distinct()).all()
    except (DatabaseUnusable, sa.exc.SQLAlchemyError):
        return Finding("files", "warning", "the record cannot be asked which files there are")
    shelf = Newsroom(settings).shelf
    try:
        wrong = [sha256 for sha256, size in named if _size(shelf, sha256) != size]
    except MediaError as problem:
        return Finding(
            "files", "error", problem.sentence, "Check PRESSTALK_STORE, its AWS_* settings and the network."
        )
    if wrong:
        return Finding(
            "files",
            "error",
            f"{len(wrong)} of {len(named)} files are missing or cut off, the first {wrong[0]}",
            "Copy them from a backup (`presstalk restore` into another home), or add their talks again.",
        )
    return Finding("files", "ok", f"{len(named)} files, each in its size")


def _size(shelf: Shelf, sha256: str) -> int:
    try:
        return shelf.size(sha256)
    except Unreadable:
        return -1


def look_at_index(settings: Settings) -> Finding:
    advice = "It is made again by itself when somebody searches; `presstalk reindex` does it now."
    current = settings.index_folder / "current"
    try:
        generation = current.read_text(encoding="utf-8")
        whole = (settings.index_folder / generation / "meta.json").is_file()
    except (OSError, UnicodeDecodeError):
        whole = False
    if not whole:
        return Finding("index", "warning", "there is no search index", advice)
    return Finding("index", "ok", "there is a search index")


def look_at_clock(settings: Settings) -> Finding:
    """A clock that runs years behind or ahead is told by what was done and published before."""
    at, latest = now(), None
    try:
        with reading(connect(settings.catalog_url)) as session:
            acts = session.exec(select(func.max(col(AuditEvent.at)))).first()
            talks = session.exec(select(func.max(col(Episode.created_at)))).first()
            latest = max((one for one in (acts, talks) if one), default=None)
    except (DatabaseUnusable, sa.exc.SQLAlchemyError):
        pass
    advice = "Set this machine's clock: dates of pages, sessions and backups come from it."
    if at < WRITTEN:
        return Finding("clock", "error", f"it says {at:%Y-%m-%d}, before this program was written", advice)
    if latest and latest > at + A_DAY:
        return Finding(
            "clock", "error", f"it says {at:%Y-%m-%d}, and the record goes to {latest:%Y-%m-%d}", advice
        )
    return Finding("clock", "ok", f"{at:%Y-%m-%d %H:%M} UTC")
