"""The real site in a process of its own, asked for its search page by several readers at once."""

import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from urllib.parse import quote, urlsplit

CLIENTS = 8
STARTING_S = 60
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
def serving(home: Path) -> Iterator[Site]:
    """`presstalk serve` on a newsroom's home, on any free port of this machine."""
    command = [
        str(Path(sys.executable).with_name("presstalk")),
        "serve",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
    ]
    environment = {**os.environ, "PRESSTALK_HOME": str(home)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            found = _ADDRESS.search(process.stdout.readline())
            if not found:
                raise RuntimeError("the site did not start")
            yield Site(found[0], process.pid)
        finally:
            process.terminate()


def ask_pages(site: Site, asked: Sequence[str]) -> list[float]:
    """Ask for each as a search page, CLIENTS at a time, each as soon as it has its answer. Milliseconds of each."""
    waiting: SimpleQueue[str] = SimpleQueue()
    for one in asked:
        waiting.put(one)
    took: list[float] = []
    problems: list[str] = []
    clients = [threading.Thread(target=_client, args=(site, waiting, took, problems)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if problems or len(took) != len(asked):
        raise RuntimeError(f"{len(problems)} pages did not come: {problems[:1]}")
    return took


def _client(site: Site, waiting: SimpleQueue[str], took: list[float], problems: list[str]) -> None:
    connection = http.client.HTTPConnection(urlsplit(site.address).netloc, timeout=60)
    while not waiting.empty():
        try:
            asked = waiting.get_nowait()
        except Empty:  # another client was quicker
            break
        begun = time.perf_counter()
        connection.request("GET", f"/search?q={quote(asked)}")
        answer = connection.getresponse()
        page = answer.read()
        took.append(1000 * (time.perf_counter() - begun))
        if answer.status != 200 or b"</html>" not in page:
            problems.append(f"{answer.status} for {asked!r}")
    connection.close()
