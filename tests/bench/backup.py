"""How long the second backup of a catalog takes in which nothing changed: 10,000 talks with their turns and 70,000
files, small ones: bytes that were copied before are not read again, however many they are."""

import hashlib
import shutil
import time
from pathlib import Path

import sqlalchemy as sa

from catalog.backups.making import Made, Wishes, back_up
from catalog.backups.places import FolderPlace
from catalog.db import writing
from catalog.models import MediaFile, MediaKind
from catalog.newsroom import Newsroom
from catalog.sealing import new_identity
from tests.bench.figures import Figure
from tests.bench.search_archive import TURNS_A_TALK, make_archive

TALKS = 10_000
MOST_S = 60.0
FILES_A_TALK = tuple(MediaKind)[:7]


def measure(folder: Path) -> list[Figure]:
    """Plain and sealed: seconds of the first backup, and of the second."""
    home = folder / "backup"
    shutil.rmtree(home, ignore_errors=True)
    newsroom = make_archive(home / "home", TALKS * TURNS_A_TALK, TURNS_A_TALK).newsroom
    _put_files(newsroom)
    figures = []
    for name, wishes in (("plain", Wishes()), ("sealed", Wishes((new_identity()[1],)))):
        place = FolderPlace(home / name)
        first, first_s = _timed(newsroom, place, wishes)
        again, again_s = _timed(newsroom, place, wishes)
        print(
            f"  {name}: first {first_s:.1f} s, {first.new_bytes / 1e6:.0f} MB in {first.new_blobs} blobs, "
            f"{first.rows} rows; again {again_s:.1f} s, {again.new_blobs} blobs",
            flush=True,
        )
        assert not again.new_blobs, "nothing changed, and something was written"
        figures.append(
            Figure(f"unchanged backup of {TALKS} talks, {name}", again_s, "s", MOST_S, (first_s, again_s))
        )
    newsroom.engine.dispose()
    shutil.rmtree(home)
    return figures


def _timed(newsroom: Newsroom, place: FolderPlace, wishes: Wishes) -> tuple[Made, float]:
    begun = time.perf_counter()
    made = back_up(newsroom, place, wishes, lambda *_: None)
    return made, time.perf_counter() - begun


def _put_files(newsroom: Newsroom) -> None:
    rows = []
    for talk in range(1, TALKS + 1):
        for kind in FILES_A_TALK:
            content = f"{talk} {kind}".encode() * 20
            sha256 = hashlib.sha256(content).hexdigest()
            path = newsroom.shelf.place_of(sha256)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            rows.append({"episode_id": talk, "kind": kind, "sha256": sha256, "size": len(content)})
    with writing(newsroom.engine) as session:
        session.connection().execute(sa.insert(MediaFile), rows)
