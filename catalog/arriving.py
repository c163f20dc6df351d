"""A file that arrives in pieces over a line that may break: what came stays, and more is added where it stopped.

The pieces lie in a private folder of the home, one for each file, until the file is whole and `adding` takes it.
"""

import fcntl
import hashlib
import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.newsroom import Newsroom
from catalog.settings import GIBIBYTE

FOLDER = "uploads"
PIECE_BYTES = 8 * 1024 * 1024  # what is hashed as one piece; no piece that is sent is longer
STALE_S = 3 * 24 * 3600
MOST_AT_ONCE = 8  # files one person may have under way
_ID = re.compile("[a-f0-9]{32}")


class WrongPlace(Conflict):
    """A piece that does not begin where the file ends so far; `received` is where it does."""

    code = "wrong_place"

    def __init__(self, received: int) -> None:
        super().__init__(f"{received} bytes are here. Go on from there.")
        self.received = received


@dataclass(frozen=True)
class Arriving:
    """One file under way: how it is called, how many bytes it has when whole, who sends it, what they say of it."""

    id: str
    name: str
    size: int
    user_id: int
    title: str = ""
    summary: str = ""
    language: str = ""


def begin_arrival(newsroom: Newsroom, user_id: int, name: str, size: int, **told: str) -> Arriving:
    """Make room for a file. Raises InvalidQuery for one that is too large or empty, Conflict for a full disk."""
    largest = int(newsroom.settings.max_gigabytes * GIBIBYTE)
    if not 0 < size <= largest:
        raise InvalidQuery(
            f"The file is empty, or larger than {newsroom.settings.max_gigabytes:g} GB, the most that is taken."
        )
    uploads = open_folder(newsroom)
    free = shutil.disk_usage(uploads).free - newsroom.settings.min_free_gigabytes * GIBIBYTE
    if free < size:
        raise Conflict("The disk is too full for a file of that size. Tell whoever looks after it.")
    if sum(one.user_id == user_id for one in _all(uploads)) >= MOST_AT_ONCE:
        raise Conflict(f"{MOST_AT_ONCE} files of yours are under way. Let them arrive, or give one up.")
    arriving = Arriving(secrets.token_hex(16), name[:200], size, user_id, **told)
    folder = uploads / arriving.id
    folder.mkdir(mode=0o700)
    (folder / "data").touch(mode=0o600)
    (folder / "told.json").write_text(json.dumps(asdict(arriving)), encoding="utf-8")
    return arriving


def open_folder(newsroom: Newsroom) -> Path:
    """Where files arrive; those nobody came back for are thrown away."""
    uploads = newsroom.settings.home / FOLDER
    uploads.mkdir(mode=0o700, parents=True, exist_ok=True)
    for left in uploads.iterdir():
        with suppress(OSError):
            touched = max(left.stat().st_mtime, *(one.stat().st_mtime for one in left.iterdir()))
            if touched < time.time() - STALE_S:
                shutil.rmtree(left, ignore_errors=True)
    return uploads


def _all(uploads: Path) -> Iterator[Arriving]:
    for told in uploads.glob("*/told.json"):
        with suppress(OSError, ValueError, TypeError):
            yield Arriving(**json.loads(told.read_text(encoding="utf-8")))


def find_arrival(newsroom: Newsroom, user_id: int, arrival_id: str) -> Arriving:
    """A file under way, for whoever sends it. Raises NotFound for anybody else."""
    told = _folder(newsroom, arrival_id) / "told.json"
    try:
        arriving = Arriving(**json.loads(told.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        arriving = None
    if arriving is None or arriving.user_id != user_id:
        raise NotFound("Nothing of yours arrives here. Choose the file again.")
    return arriving


def _folder(newsroom: Newsroom, arrival_id: str) -> Path:
    if not _ID.fullmatch(arrival_id):
        raise NotFound("Nothing of yours arrives here. Choose the file again.")
    return newsroom.settings.home / FOLDER / arrival_id


def received_of(newsroom: Newsroom, arriving: Arriving) -> int:
    """How many bytes are here."""
    return (_folder(newsroom, arriving.id) / "data").stat().st_size


@contextmanager
def open_to_add(newsroom: Newsroom, arriving: Arriving, at: int) -> Iterator[BinaryIO]:
    """The file, to write a piece at its end. Whatever was written when the line broke stays.

    Raises WrongPlace for a piece that begins elsewhere, Conflict while another tab writes.
    """
    with (_folder(newsroom, arriving.id) / "data").open("ab") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Conflict("This file is being sent from another page already.") from None
        received = file.seek(0, 2)
        if at != received:
            raise WrongPlace(received)
        yield file


def take_arrival(newsroom: Newsroom, arriving: Arriving, proof: str) -> Path:
    """The whole file, under its own name, once it is what was sent; `proof` is what the sender made of its pieces.

    A file that differs is thrown away: nobody can tell which of its bytes are wrong.
    """
    folder = _folder(newsroom, arriving.id)
    received = received_of(newsroom, arriving)
    if received != arriving.size:
        raise WrongPlace(received)
    if proof and not secrets.compare_digest(prove(folder / "data").encode(), proof.casefold().encode()):
        give_up(newsroom, arriving)
        raise Conflict(
            "The file did not arrive as it was sent: a part of it was changed on the way. Send it again."
        )
    whole = folder / "whole" / arriving.name
    whole.parent.mkdir(exist_ok=True)
    (folder / "data").rename(whole)
    return whole


def prove(file: Path) -> str:
    """SHA-256 over the SHA-256 of each piece of a file: a browser can make it without holding the file."""
    over_all = hashlib.sha256()
    with file.open("rb") as data:
        while piece := data.read(PIECE_BYTES):
            over_all.update(hashlib.sha256(piece).digest())
    return over_all.hexdigest()


def give_up(newsroom: Newsroom, arriving: Arriving) -> None:
    """Forget a file under way and all that came of it."""
    shutil.rmtree(_folder(newsroom, arriving.id), ignore_errors=True)
