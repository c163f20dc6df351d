"""The real site in a process of its own, asked for its search page by several readers at once."""

import itertools
import os
import re
import selectors
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CLIENTS = 8
LONGEST_S = 60
LEFT_S = 0.3  # until the site has seen that the readers before have left: those who hold no line count for no process
_NUMBERS = itertools.count(1)
_ADDRESS = re.compile(r"http://\S+")


@dataclass(frozen=True)
class Site:
    """A site that is being served, and the process that does it."""

    address: str
    process: int

    @property
    def own_megabytes(self) -> float:
        """Memory of all processes that serve, their own: pages of the index, which the system keeps, do not count."""
        serving = [self.process, *_children(self.process)]
        return sum(map(_own_kilobytes, serving)) / 1024


def _children(process: int) -> list[int]:
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()] if listed.exists() else []


def _own_kilobytes(process: int) -> int:
    status = Path(f"/proc/{process}/status")
    return int(status.read_text().partition("RssAnon:")[2].split()[0]) if status.exists() else 0


@contextmanager
def serving(home: Path, **settings: str) -> Iterator[Site]:
    """`presstalk serve` on a newsroom's home, on any free port of this machine."""
    command = [
        str(Path(sys.executable).with_name("presstalk")),
        "serve",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
    ]
    environment = {**os.environ, "PRESSTALK_HOME": str(home), **settings}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            found = _ADDRESS.search(process.stdout.readline())
            if not found:
                raise RuntimeError("the site did not start")
            yield Site(found[0], process.pid)
        finally:
            process.terminate()


@dataclass(frozen=True)
class TookHttp:
    """Milliseconds: of half of the pages, and of all but one in a hundred, at most."""

    p50_ms: float
    p99_ms: float


def ask_pages(site: Site, asked: Sequence[str]) -> TookHttp:
    """Ask for each as a search page, CLIENTS at a time, each as soon as it has its answer. Each address is another one,
    so that no page is answered by one that was kept. (wrk would do, but what it says of some hundred pages of unequal
    cost is wrong: it mends its figures by a pace that it takes all of them to have.)"""
    time.sleep(LEFT_S)
    serial = itertools.count(next(_NUMBERS) * 1_000_000)
    waiting = iter([f"/search?q={quote(one)}&n={next(serial)}" for one in asked])
    took: list[float] = []
    with selectors.DefaultSelector() as selector, ExitStack() as open_until_done:
        for reader in (_Reader(site.address) for _ in range(CLIENTS)):
            open_until_done.enter_context(reader.line)
            selector.register(reader.line, selectors.EVENT_READ, reader)
            reader.ask(next(waiting))
        while len(took) < len(asked):
            for ready, _ in selector.select(LONGEST_S):
                if ready.data.has_read_all():
                    took.append(ready.data.took_ms)
                    if (address := next(waiting, None)) is not None:
                        ready.data.ask(address)
    return TookHttp(statistics.median(took), statistics.quantiles(took, n=100, method="inclusive")[98])


class _Reader:
    """One line to the site, on which one page after the other is asked for."""

    def __init__(self, address: str) -> None:
        self._host = address.removeprefix("http://")
        name, _, port = self._host.rpartition(":")
        self.line = socket.create_connection((name, int(port)), timeout=LONGEST_S)
        self._begun, self._page, self.took_ms = 0.0, b"", 0.0

    def ask(self, address: str) -> None:
        self._begun, self._page = time.perf_counter(), b""
        self.line.sendall(f"GET {address} HTTP/1.1\r\nHost: {self._host}\r\n\r\n".encode())

    def has_read_all(self) -> bool:
        """Read what has come; a page that is none is an error."""
        came = self.line.recv(1 << 18)
        self._page += came
        if not came or not self._page.startswith(b"HTTP/1.1 200"[: len(self._page)]):
            raise RuntimeError(f"a page did not come, but {self._page[:80]!r}")
        self.took_ms = 1000 * (time.perf_counter() - self._begun)
        return self._page.rstrip().endswith(b"</html>")
