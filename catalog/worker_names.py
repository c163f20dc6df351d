"""What a worker is called, on its machine and in the record. What it does is not known here."""

import fcntl
import hashlib
import secrets
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from catalog.newsroom import Newsroom
from catalog.pulse import Life


def machine_of(newsroom: Newsroom) -> str:
    """What this machine, or rather this home, is known as."""
    path = newsroom.settings.home / "workers" / "machine"
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        half = path.with_name(f"machine.{secrets.token_hex(4)}")
        half.write_text(secrets.token_hex(16))
        half.rename(path)
    return path.read_text()


def mark_of(machine: str, name: str) -> str:
    """Of the benches of whoever works under that name here: one at a time does, and goes on with what lies there."""
    return hashlib.sha256(f"{machine} {name}".encode()).hexdigest()[:8]


@contextmanager
def named(newsroom: Newsroom, life: Life) -> Iterator[None]:
    """Begin the life under a name no other running worker of this newsroom has; the same one after a restart."""
    wished = newsroom.settings.worker_name or socket.gethostname()
    number = 1
    while True:
        name = wished if number == 1 else f"{wished}-{number}"
        with ExitStack() as held:
            if _lock(held, newsroom.settings.home / "workers" / f"{name}.lock") and life.begin(name):
                yield
                return
        number += 1


def _lock(held: ExitStack, path: Path) -> bool:
    """Hold the file as long as we work; False when another process does."""
    file: IO[str] = held.enter_context(path.open("w"))
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
