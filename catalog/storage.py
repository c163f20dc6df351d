"""What takes room on the disk, and what of it nobody needs: measured, shown, thrown away on demand.

Nothing that a row names is ever among it; what is thrown away is made again when it is asked for, or was left over.
"""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlmodel import col, func, select

from catalog.arriving import FOLDER
from catalog.db import reading
from catalog.files import hashes_in_use, sweep_shelf
from catalog.models import MediaFile, MediaKind
from catalog.newsroom import Newsroom

LEFT_OVER, CLIPS, UPLOADS = "left-over", "clips", "uploads"


@dataclass(frozen=True)
class Room:
    """How much room something takes, in bytes, and how many files it is."""

    name: str
    bytes: int
    files: int


@dataclass(frozen=True)
class Waste:
    """What could go: its name, the room it would give back, and what that means."""

    name: str
    bytes: int
    files: int
    sentence: str


def measure(newsroom: Newsroom) -> list[Room]:
    """What is kept, the largest first."""
    settings = newsroom.settings
    with reading(newsroom.engine) as session:
        rows = session.exec(
            select(MediaFile.kind, func.sum(MediaFile.size), func.count(col(MediaFile.id))).group_by(
                col(MediaFile.kind)
            )
        ).all()
    rooms = [Room(MediaKind(kind).value.replace("_", " "), int(size), number) for kind, size, number in rows]
    for name, folder in (
        ("search index", settings.index_folder),
        ("search by meaning", settings.meanings_folder),
        ("models", settings.models_folder),
        ("releases of data", settings.dataset_folder),
        ("what was redacted, sealed", settings.vault_folder),
    ):
        rooms.append(Room(name, *_size(folder)))
    rooms.append(Room("database", *_size_of(settings.home.glob("*.db*"))))
    return sorted((room for room in rooms if room.bytes), key=lambda room: -room.bytes)


def free_bytes(newsroom: Newsroom) -> int:
    return shutil.disk_usage(newsroom.settings.home).free


def list_waste(newsroom: Newsroom) -> list[Waste]:
    """What could be thrown away; nothing is."""
    settings = newsroom.settings
    with reading(newsroom.engine) as session:
        used = hashes_in_use(session)
    orphans = [newsroom.shelf.size(one) for one in newsroom.shelf.all() if one not in used]
    return [
        Waste(
            LEFT_OVER,
            sum(orphans),
            len(orphans),
            "Files no talk names any more, left over by work that was cut off.",
        ),
        Waste(
            CLIPS,
            *_size(settings.clips_folder),
            "Clips of quotes; each is made again when somebody asks for it.",
        ),
        Waste(
            UPLOADS,
            *_size(settings.home / FOLDER),
            "Files that are still being sent, or were never sent to their end.",
        ),
    ]


def clean(newsroom: Newsroom, names: Iterable[str]) -> int:
    """Throw away what is named; how many bytes that gave back."""
    before = {one.name: one.bytes for one in list_waste(newsroom)}
    wanted = [name for name in names if name in before]
    for name in wanted:
        if name == LEFT_OVER:
            sweep_shelf(newsroom)
        elif name == CLIPS:
            shutil.rmtree(newsroom.settings.clips_folder, ignore_errors=True)
        else:
            shutil.rmtree(newsroom.settings.home / FOLDER, ignore_errors=True)
    after = {one.name: one.bytes for one in list_waste(newsroom)}
    return sum(before[name] - after[name] for name in wanted)


def _size(folder: Path) -> tuple[int, int]:
    return _size_of(folder.rglob("*")) if folder.is_dir() else (0, 0)


def _size_of(paths: Iterable[Path]) -> tuple[int, int]:
    sizes = [path.stat().st_size for path in paths if path.is_file()]
    return sum(sizes), len(sizes)
