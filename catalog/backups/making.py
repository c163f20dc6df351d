"""Making a backup while everything runs: rows at one moment, then the files they name. What was copied before stays."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from catalog.backups.failures import BackupFailed, telling
from catalog.backups.inventory import Contents, File, Inventory, Table, list_backups
from catalog.backups.ledger import note_redactions
from catalog.backups.packing import Changed, Packer
from catalog.backups.places import Place
from catalog.backups.rows import SCHEMA, read_parts, tables_of
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.work_health import note_backup

Report = Callable[[str, int, int], None]
TRIES = 3
# Who is signed in now and what works now is of no use elsewhere, and a finder of the backup could use it.
NEVER = frozenset({"account_session", "account_browser", "one_time_link", "worker"})
# What opens an account leaves the house sealed or not at all.
SEALED_ONLY = frozenset({"recovery_code"})
SECRETS: dict[str, dict[str, Any]] = {"account": {"password_hash": "", "totp_secret": "", "totp_since": None}}
OF_VOICES = frozenset({"voice_reference"})
SMALL_FILES = ("glossary.txt", "data")  # below the home: the editors' names, released data sets


@dataclass(frozen=True)
class Wishes:
    """For whom to seal, and whether the most private files come along; those only sealed."""

    recipients: tuple[str, ...] = ()
    voices: bool = False
    vault: bool = False

    def __post_init__(self) -> None:
        if (self.voices or self.vault) and not self.recipients:
            raise BackupFailed(
                "unsealed", "Voice prints and the vault leave the house sealed only: say for whom with --to."
            )

    @property
    def left_out(self) -> list[str]:
        wanted = {"voices": self.voices, "vault": self.vault, "passwords": bool(self.recipients)}
        return [name for name, is_wanted in wanted.items() if not is_wanted]

    @property
    def tables_left_out(self) -> frozenset[str]:
        voices = frozenset() if self.voices else OF_VOICES
        return NEVER | voices | (frozenset() if self.recipients else SEALED_ONLY)

    @property
    def folders(self) -> list[str]:
        return [*SMALL_FILES, *(["voices"] if self.voices else []), *(["vault"] if self.vault else [])]


@dataclass(frozen=True)
class Made:
    """A backup that was made, and how much of it was new there."""

    inventory: Inventory
    rows: int
    files: int
    new_blobs: int
    new_bytes: int


def back_up(newsroom: Newsroom, place: Place, wishes: Wishes, report: Report) -> Made:
    """Copy the newsroom to a place. It is a backup once its inventory stands there, which is written last.

    Files that are lost or damaged in the house are named in it (`lacks`), and the rest is kept all the same.
    Raises BackupFailed, SealFailed, DatabaseUnusable.
    """
    with place.alone():
        for _ in range(TRIES):
            made = _copy(newsroom, place, wishes, report)
            if not _still_named(newsroom, made.inventory.lacks) < set(made.inventory.lacks):
                break  # else files went while we copied, as they may: the record no longer names them
        with telling(place.name):
            place.put(made.inventory.key, lambda out: _write(out, made.inventory.as_bytes()))
        note_backup(newsroom.settings)
        return made


def _write(out: Any, content: bytes) -> None:
    out.write(content)


def _copy(newsroom: Newsroom, place: Place, wishes: Wishes, report: Report) -> Made:
    earlier = list_backups(place).backups
    packer = Packer(place, newsroom.settings.home, wishes.recipients, earlier)
    with reading(newsroom.engine) as session:
        connection = session.connection()
        told = _read_state(connection)
        tables = _pack_tables(connection, packer, wishes, report)
        media = connection.execute(
            sa.text("SELECT DISTINCT sha256, size FROM media_file ORDER BY sha256")
        ).all()
        redactions = note_redactions(place, session)
    files, lacks = _pack_shelf(newsroom, packer, [(row[0], row[1]) for row in media], report)
    files += _pack_home(newsroom.settings.home, packer, wishes.folders)
    contents = packer.add_bytes(Contents(told[0], tables, files, wishes.left_out).as_bytes())
    at = datetime.now(UTC)
    inventory = Inventory(
        id=f"{at:%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}",
        number=1 + max((one.number for one in earlier), default=0),
        made_at=at.isoformat(timespec="seconds"),
        schema=told[0],
        sequence=told[1],
        recipients=sorted(wishes.recipients),
        contents=contents,
        blobs=list(packer.blobs.values()),
        redactions=redactions,
        lacks=lacks,
    )
    return Made(
        inventory, sum(table.rows for table in tables), len(files), packer.new_blobs, packer.new_bytes
    )


def _read_state(connection: Connection) -> tuple[str, int]:
    """The schema, and how far the change sequence had come."""
    schema = connection.execute(sa.text(f"SELECT version_num FROM {SCHEMA}")).scalar_one()  # noqa: S608
    return str(schema), int(connection.execute(sa.text("SELECT number FROM change_sequence")).scalar() or 0)


def _pack_tables(connection: Connection, packer: Packer, wishes: Wishes, report: Report) -> list[Table]:
    wanted = [table for table in tables_of(connection) if table.name not in wishes.tables_left_out]
    packed = []
    for number, table in enumerate(wanted):
        report("rows", number, len(wanted))
        blank = {} if wishes.recipients else SECRETS.get(table.name, {})
        rows, parts = 0, []
        for part in read_parts(connection, table, blank):
            rows += part.rows
            parts.append(packer.add_bytes(part.content))
        packed.append(Table(table.name, [column.name for column in table.columns], rows, parts))
    report("rows", len(wanted), len(wanted))
    return packed


def _pack_shelf(
    newsroom: Newsroom, packer: Packer, media: list[tuple[str, int]], report: Report
) -> tuple[list[File], list[str]]:
    files, lacks = [], []
    for number, (sha256, size) in enumerate(media):
        report("files", number, len(media))
        try:
            files.append(File(sha256, size, packer.add_file(newsroom.shelf.place_of(sha256), sha256)))
        except Changed:
            lacks.append(sha256)
    report("files", len(media), len(media))
    return files, lacks


def _still_named(newsroom: Newsroom, lacks: list[str]) -> set[str]:
    if not lacks:
        return set()
    with reading(newsroom.engine) as session:
        found = session.connection().execute(sa.text("SELECT DISTINCT sha256 FROM media_file")).scalars()
        return set(found) & set(lacks)


def _pack_home(home: Path, packer: Packer, names: list[str]) -> list[File]:
    files = []
    for path in sorted(path for name in names for path in _files_below(home / name)):
        try:
            with path.open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            blob = packer.add_file(path, sha256)
        except (FileNotFoundError, Changed):
            continue  # taken back or written anew while we looked: the next backup has it
        files.append(File(sha256, path.stat().st_size, blob, path.relative_to(home).as_posix()))
    return files


def _files_below(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    hidden = (".lock", ".part")
    return [file for file in path.rglob("*") if file.is_file() and not file.name.endswith(hidden)]
