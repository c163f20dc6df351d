"""Does a file of five gigabytes arrive that stops at 99 %? A sparse recording is sent in pieces, over a broken line."""

import hashlib
import shutil
import socket
import struct
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx
from sqlmodel import select

from catalog.db import reading, writing
from catalog.models import MediaFile, MediaKind, UserRole
from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from catalog.users import add_user
from tests.bench.figures import Figure
from tests.web.live import served
from web.app import create_app

SIZE = 5 * 1024**3
STOPS_AT = 0.99
WAIT_S = 1.0  # as the page waits after a line broke
WORDS = "four plain words here"
MOST_MORE_MB, MOST_TWICE_MB = 100.0, 8.0
MB = 1_048_576
SLICE = 65_536


def measure(folder: Path) -> list[Figure]:
    """Megabytes that were sent twice, and how much more memory server and sender took together."""
    shutil.rmtree(folder / "upload", ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    file = silence(folder / "five-gigabytes.wav")
    room = open_newsroom(Settings(home=folder / "upload"))
    with writing(room.engine) as session:
        add_user(session, "bench", UserRole.PRODUCER, WORDS)
    with served(create_app(room.settings)) as site, httpx.Client(base_url=site, timeout=600) as client:
        client.headers["Origin"] = site
        client.post("/studio/sign-in", data={"name": "bench", "password": WORDS})
        twice, more = _send(client, file)
    with reading(room.engine) as session:
        kept = session.exec(select(MediaFile.sha256).where(MediaFile.kind == MediaKind.ORIGINAL)).one()
    with file.open("rb") as data:
        if kept != hashlib.file_digest(data, "sha256").hexdigest():
            raise RuntimeError("what arrived is not what was sent")
    shutil.rmtree(folder / "upload")
    file.unlink()
    return [
        Figure("5 GB sent again after 99 %", twice, "MB", MOST_TWICE_MB, (twice,)),
        Figure("memory while 5 GB arrive", more, "MB", MOST_MORE_MB, (more,)),
    ]


def silence(path: Path) -> Path:
    """A recording of that size (RF64, hours of nothing) that takes no room on the disk."""
    sound = SIZE - 80
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 2, 48_000, 192_000, 4, 16)
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, SIZE - 8, sound, sound // 4, 0)
    with path.open("wb") as file:
        file.write(b"RF64\xff\xff\xff\xffWAVE" + sizes + form + b"data\xff\xff\xff\xff")
        file.truncate(SIZE)
    return path


def _send(client: httpx.Client, file: Path) -> tuple[float, float]:
    told = client.post("/studio/arrivals", data={"name": file.name, "size": str(SIZE)}).json()
    address, piece, sums, at, twice, most = told["address"], told["piece"], [], 0, 0, 0.0
    before = _resident_mb()
    broken = False
    with file.open("rb") as data:
        while at < SIZE:
            begin = at - at % piece
            end = min(begin + piece, SIZE)
            if not broken and at >= SIZE * STOPS_AT:
                broken = True
                half = b"".join(_slices(data, at, at + (end - at) // 2))
                _break(client, f"{address}?at={at}", end - at, half)
                received = _look_again(client, address)
                twice += len(half) - (received - at)
                at = received
                continue
            length = {"Content-Length": str(end - at)}
            answer = client.put(f"{address}?at={at}", content=_slices(data, at, end), headers=length)
            at = answer.raise_for_status().json()["received"]
            sums.append(_digest(_slices(data, begin, end)))
            most = max(most, _resident_mb() - before)
    proof = hashlib.sha256(b"".join(sums)).hexdigest()
    answer = client.post(f"{address}/done", data={"proof": proof})
    if answer.status_code != 200:
        raise RuntimeError(answer.text)
    return twice / MB, most


def _slices(data: BinaryIO, begin: int, end: int) -> Iterator[bytes]:
    """A span of the file as a browser sends it: little of it is in memory at a time."""
    data.seek(begin)
    while begin < end:
        yield (said := data.read(min(SLICE, end - begin)))
        begin += len(said)


def _digest(slices: Iterable[bytes]) -> bytes:
    over = hashlib.sha256()
    for data in slices:
        over.update(data)
    return over.digest()


def _look_again(client: httpx.Client, address: str) -> int:
    """How much is here, once the server knows that the line is dead."""
    received = -1
    while received != (received := int(client.get(address).json()["received"])):
        time.sleep(WAIT_S)
    return received


def _break(client: httpx.Client, path: str, promised: int, body: bytes) -> None:
    """Promise a piece, send a part of it and hang up."""
    where = urlsplit(str(client.base_url))
    cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    head = (
        f"PUT {path} HTTP/1.1\r\nHost: {where.netloc}\r\nOrigin: {client.headers['Origin']}\r\n"
        f"User-Agent: {client.headers['User-Agent']}\r\nCookie: {cookies}\r\nContent-Length: {promised}\r\n\r\n"
    )
    with socket.create_connection((where.hostname or "", where.port or 80)) as line:
        line.sendall(head.encode() + body)


def _resident_mb() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / MB
