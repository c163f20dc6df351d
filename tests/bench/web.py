"""How quick the site's pages and media are: `python -m tests.bench.web` serves 1,000 talks of an hour with the real
processes and asks with wrk (`apt-get install wrk nginx-light`). The exit status says whether all bars hold."""

import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.request import Request, urlopen

from rich.console import Console
from rich.table import Table

from catalog.db import writing
from catalog.files import name_file
from catalog.models import MediaKind
from catalog.newsroom import Newsroom
from tests.bench.figures import Figure
from tests.bench.search_archive import ROOT, make_archive
from tests.web.front import behind_nginx
from web.serving import MOST_PROCESSES

TALKS, TURNS = 1_000, 120  # of 30 seconds and 60 words
CONNECTIONS, SECONDS, DOWNLOADS = 16, 8, 20
FILE_BYTES = 64 << 20
PAGE, SOUND = "/e/talk-7", "/media/talk-7/web_audio_low.opus"
# The same bytes from an application that does nothing else, served by the same server in as many processes.
BARE = """
import os, pathlib
BODY = pathlib.Path(os.environ["BARE_BODY"]).read_bytes()
HEADERS = [(b"content-type", b"text/html; charset=utf-8"), (b"content-encoding", b"gzip"),
           (b"content-length", str(len(BODY)).encode())]
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": BODY})
if __name__ == "__main__":
    import uvicorn
    from web.serving import AnnouncedProcesses, announce, listen
    socket = listen("127.0.0.1", 0)
    config = uvicorn.Config("bare:app", workers=int(os.environ["BARE_PROCESSES"]), access_log=False,
                            log_config=None, server_header=False, ws="none", lifespan="off")
    AnnouncedProcesses(config, socket, lambda shared: announce("nothing", shared)).run()
"""
_ADDRESS = re.compile(r"http://[\d.]+:\d+")


@dataclass(frozen=True)
class Answers:
    """What wrk saw."""

    a_second: float
    p99_ms: float
    bytes_a_second: float


def main() -> int:
    home = Path(tempfile.mkdtemp(prefix="bench-web-"))
    try:
        figures = _measure(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, "holds" if figure.holds else "DOES NOT HOLD")
    Console(width=120).print(table)
    failed = [figure.name for figure in figures if not figure.holds]
    print(f"FAIL: {', '.join(failed)}" if failed else "PASS: all bars hold")
    return 1 if failed else 0


def _measure(home: Path) -> list[Figure]:
    archive = make_archive(home / "newsroom", TALKS * TURNS, TURNS)
    _put_sound(archive.newsroom)
    room = archive.newsroom.settings.home
    with _presstalk(room) as site:
        body = _fetch(site + PAGE)
        print(f"{TALKS:,} talks; a page of an hour: {len(body):,} bytes compressed", flush=True)
        cold = [_seconds(site + f"/e/talk-{number}") for number in range(100, 160)]
        (home / "body").write_bytes(body)
        ask(site + PAGE)  # each process has made the page
        with _bare(home) as bare:  # in turn, so that both meet the same machine
            rounds = [(ask(site + PAGE), ask(bare)) for _ in range(3)]
        kept, plain = sorted(rounds, key=lambda pair: pair[0].a_second / pair[1].a_second)[1]
        slowed = tuple(_slowed(site) for _ in range(3))
    with (
        _presstalk(room, PRESSTALK_FRONT_SERVER="nginx") as site,
        behind_nginx(site, room, home / "nginx") as front,
    ):
        handed = ask(front + SOUND, 4).bytes_a_second
    with behind_nginx("http://127.0.0.1:9", room, home / "plain", public=True) as plainly:
        direct = ask(plainly + "/presstalk-files/sound", 4).bytes_a_second
    return [
        Figure("a page made anew, 99 %", sorted(cold)[-1] * 1000, "ms", None),
        Figure("a page that is kept, 99 %", kept.p99_ms, "ms", 25),
        Figure(
            "pages a second over a bare application's",
            kept.a_second / plain.a_second,
            "times",
            None,
            least=0.5,
        ),
        Figure(
            f"page during {DOWNLOADS} downloads over without, 99 %",
            statistics.median(slowed),
            "times",
            2,
            slowed,
        ),
        Figure("media through nginx over plain nginx, bytes", handed / direct, "times", None, least=0.8),
    ]


def _slowed(site: str) -> float:
    """How much longer a page takes while sound is fetched than just before."""
    alone = ask(site + PAGE)
    with _downloading(site + SOUND):
        return ask(site + PAGE).p99_ms / alone.p99_ms


def ask(address: str, connections: int = CONNECTIONS) -> Answers:
    """wrk for SECONDS. Its own report is read through the script it runs when done."""
    script = Path(__file__).with_name("web_report.lua")
    command = [
        "wrk",
        "-t2",
        f"-c{connections}",
        f"-d{SECONDS}s",
        "-H",
        "Accept-Encoding: gzip",
        "-s",
        str(script),
        address,
    ]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = json.loads(told.strip().splitlines()[-1])
    if found["errors"]:
        raise RuntimeError(f"there were errors: {found}")
    return Answers(found["a_second"], found["p99_ms"], found["bytes_a_second"])


@contextmanager
def _presstalk(home: Path, **settings: str) -> Iterator[str]:
    command = [
        str(Path(sys.executable).with_name("presstalk")),
        "serve",
        "--port",
        "0",
        "--host",
        "127.0.0.1",
    ]
    with _started(command, {"PRESSTALK_HOME": str(home), **settings}) as process:
        yield _address(process)


@contextmanager
def _bare(home: Path) -> Iterator[str]:
    (home / "bare.py").write_text(BARE, encoding="utf-8")
    processes = str(min(MOST_PROCESSES, len(os.sched_getaffinity(0))))
    values = {"BARE_BODY": str(home / "body"), "BARE_PROCESSES": processes, "PYTHONPATH": f"{home}:{ROOT}"}
    with _started([sys.executable, str(home / "bare.py")], values) as process:
        yield _address(process)


def _address(process: "subprocess.Popen[str]") -> str:
    assert process.stdout
    found = _ADDRESS.search(process.stdout.readline())
    if not found:
        raise RuntimeError("it did not start")
    return found[0]


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> "Iterator[subprocess.Popen[str]]":
    values = {**os.environ, **environment}
    with subprocess.Popen(command, env=values, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextmanager
def _downloading(address: str) -> Iterator[None]:
    command = ["wrk", "-t1", f"-c{DOWNLOADS}", f"-d{2 * SECONDS}s", "--timeout", "60s", address]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            yield
        finally:
            process.terminate()


def _fetch(address: str) -> bytes:
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"}), timeout=60) as answer:
        return bytes(answer.read())


def _seconds(address: str) -> float:
    begun = time.perf_counter()
    _fetch(address)
    return time.perf_counter() - begun


def _put_sound(newsroom: Newsroom) -> None:
    dropped = newsroom.settings.home / "sound"
    dropped.write_bytes(os.urandom(FILE_BYTES))
    stored = newsroom.shelf.put(dropped)
    with writing(newsroom.engine) as session:
        name_file(session, newsroom.shelf, 7, MediaKind.WEB_AUDIO_LOW, stored, mime="audio/ogg; codecs=opus")


if __name__ == "__main__":
    sys.exit(main())
