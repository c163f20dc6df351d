"""The real site in a process of its own, asked for its search page by several readers at once."""

import itertools
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

CLIENTS = 8
LONGEST_S = 60
REPORT = Path(__file__).with_name("search_report.lua")
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


@dataclass(frozen=True)
class TookHttp:
    """Milliseconds: of half of the pages, and of all but one in a hundred, at most."""

    p50_ms: float
    p99_ms: float


def ask_pages(site: Site, asked: Sequence[str]) -> TookHttp:
    """Ask for each as a search page, CLIENTS at a time, each as soon as it has its answer; with wrk, which takes next
    to nothing of the processor. Each address is another one, so that no page is answered by one that was kept."""
    company = ["the"] * CLIENTS
    serial = itertools.count(next(_NUMBERS) * 1_000_000)
    addresses = [f"/search?q={quote(one)}&n={next(serial)}" for one in [*asked, *company]]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(addresses))
        listed.flush()
        command = ["wrk", "-t1", f"-c{CLIENTS}", f"-d{LONGEST_S}s", "--timeout", "60s", "-s", str(REPORT)]
        done = subprocess.run(
            [*command, site.address, "--", listed.name, str(CLIENTS)],
            capture_output=True,
            text=True,
            check=True,
            timeout=2 * LONGEST_S,
        )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    if found["wrong"] or found["pages"] < len(asked):
        raise RuntimeError(f"{found['wrong']} of {len(asked)} pages did not come, {found['pages']} did")
    return TookHttp(found["p50_ms"], found["p99_ms"])
