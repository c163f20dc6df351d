"""Newsrooms with a worker, for the tests of the pipeline: settings, a web server, a worker here or in a process."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from sqlmodel import select

from catalog.db import reading
from catalog.desk import Patience
from catalog.files import hashes_in_use
from catalog.models import Episode, Job
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from catalog.worker import WorkingNewsroom
from media.ffmpeg import ffmpeg_path
from tests.transcribe.panel import voice_model
from transcribe.voice_model import voice_model_path

ROOT = Path(__file__).parents[2]
TESTS = Path(__file__).parents[1]
MODEL = TESTS / "data/demo/five-synthetic-voices"
TALK = TESTS / "data/demo/talks/tea-cricket-and-rain.opus"
WATCHED_CHILD = (sys.executable, "-m", "tests.catalog.watched_child")
QUICK = Patience(first_wait_s=0.1, grows=1.0)
LONGEST_S = 120.0
Handler = SimpleHTTPRequestHandler


def settings_of(home: Path, **other: Any) -> Settings:
    return Settings(
        **{
            "home": home,
            "model": str(MODEL),
            "moderator": "",
            "allowed_networks": ("127.0.0.0/8",),
            "min_free_gigabytes": 0,
            "chunk_minutes": 0.2,
            "worker_name": "tester",
        }
        | other
    )


def newsroom_at(home: Path, *, voices: bool = True, **other: Any) -> Newsroom:
    """A newsroom; with `voices` it can tell them apart."""
    newsroom = open_newsroom(settings_of(home, **other))
    if voices:
        give_voices(newsroom)
    return newsroom


def give_voices(newsroom: Newsroom) -> None:
    path = voice_model_path(newsroom.settings.models_folder)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(voice_model())


def record(path: Path, *arguments: str) -> Path:
    """Make a file with ffmpeg."""
    subprocess.run([ffmpeg_path(), "-nostdin", "-v", "error", "-y", *arguments, str(path)], check=True)
    return path


def excerpt(path: Path, seconds: int, begin: int = 0) -> Path:
    """The beginning of a demo talk, as the demo's publisher would offer it."""
    return record(path, "-ss", str(begin), "-t", str(seconds), "-i", str(TALK), "-c", "copy")


def silence(path: Path, seconds: int) -> Path:
    return record(
        path, "-f", "lavfi", "-t", str(seconds), "-i", "anullsrc=r=16000:cl=mono", "-c:a", "libopus"
    )


# ---- a web server that can be out of sorts --------------------------------------------------------


@dataclass
class Site:
    """A folder on the loopback. `moods` holds for each path what goes wrong with its next answers, one after
    the other: a status, or "cut" (half of the file, then nothing) or "slow" (one byte now and then)."""

    address: str = ""
    moods: dict[str, list[int | str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def answer(self, request: Handler, usual: Callable[[], None]) -> None:
        self.asked.append(request.path)
        mood = self.moods[request.path].pop(0) if self.moods.get(request.path) else None
        if isinstance(mood, int):
            request.send_error(mood)
        elif mood is None:
            usual()
        else:
            body = Path(request.translate_path(request.path)).read_bytes()
            request.send_response(200)
            request.send_header("Content-Type", "audio/ogg")
            request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body[: len(body) // 2])
            request.wfile.flush()
            time.sleep(60.0 if mood == "slow" else 0.0)


@contextmanager
def serve(folder: Path) -> Iterator[Site]:
    """The folder at a loopback address while the block runs."""
    site = Site()

    class Out(Handler):
        def do_GET(self) -> None:
            site.answer(self, super().do_GET)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Out, directory=str(folder)))
    server.daemon_threads, server.block_on_close = True, False
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # a client that was killed
    site.address = f"http://127.0.0.1:{server.server_port}"
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


# ---- workers --------------------------------------------------------------------------------------


@contextmanager
def at_work(newsroom: Newsroom, **other: Any) -> Iterator[WorkingNewsroom]:
    """A worker in this process."""
    working = WorkingNewsroom(newsroom, **{"patience": QUICK} | other)
    working.start()
    try:
        yield working
    finally:
        working.stop()


def work_until(working: WorkingNewsroom, over: Callable[[], bool]) -> None:
    """Let it work until something is so."""
    deadline = time.monotonic() + LONGEST_S
    while not over():
        assert time.monotonic() < deadline, "it never came to that"
        working.tick()
        time.sleep(0.05)


def work_off(newsroom: Newsroom, **other: Any) -> None:
    """Let a worker in this process do all there is."""
    with at_work(newsroom, **other) as working:
        work_until(working, working.is_idle)


class WorkerProcess:
    """`worker_process` in a session of its own; what its children do is written to `journal`."""

    def __init__(self, newsroom: Newsroom, journal: Path, *words: str, **other: str) -> None:
        self._journal = journal
        self.process = subprocess.Popen(
            [sys.executable, "-m", *(words or ("tests.catalog.worker_process",))],
            env=environment(newsroom) | {"JOURNAL": str(journal)} | other,
            cwd=ROOT,
            start_new_session=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def kill(self, *, group: bool) -> None:
        """As the system does it, without a word; returns once all it had started is gone too."""
        if group:
            os.killpg(self.process.pid, signal.SIGKILL)
        else:
            self.process.kill()
        self.process.communicate()
        wait_until(lambda: not processes_with(str(self._journal)))

    def finish(self) -> str:
        """Let it come to its end; what it said on standard error."""
        _, said = self.process.communicate(timeout=LONGEST_S)
        return said


def environment(newsroom: Newsroom) -> dict[str, str]:
    """The settings as another process reads them."""
    given = newsroom.settings.model_dump(exclude_unset=True)
    plain = {k: ",".join(v) if isinstance(v, tuple) else str(v) for k, v in given.items()}
    return os.environ | {f"PRESSTALK_{name.upper()}": value for name, value in plain.items()}


def processes_with(sign: str) -> list[int]:
    """Processes whose environment holds the sign: everything a worker started, however deep."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if sign.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue  # gone meanwhile, or not ours
    return found


def wait_until(over: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not over():
        assert time.monotonic() < deadline, "it never came to that"
        time.sleep(0.01)


def journal_of(path: Path) -> list[dict[str, Any]]:
    """What the children of a worker were asked to do, in order."""
    return [line for line in _lines(path) if "task" in line]


def peaks_of(path: Path) -> dict[str, int]:
    """The most memory each kind of process took, in kilobytes."""
    peaks: dict[str, int] = {}
    for line in _lines(path):
        if "peak" in line:
            peaks[line["peak"]] = max(peaks.get(line["peak"], 0), line["kilobytes"])
    return peaks


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


# ---- looking --------------------------------------------------------------------------------------


def only_job(newsroom: Newsroom) -> Job:
    with reading(newsroom.engine) as session:
        return session.exec(select(Job)).one()


def episode_at(newsroom: Newsroom, slug: str) -> Episode:
    with reading(newsroom.engine) as session:
        return session.exec(select(Episode).where(Episode.slug == slug)).one()


def leftovers(newsroom: Newsroom) -> list[str]:
    """What lies around: bytes without a row, benches, half-written files."""
    shelf = newsroom.settings.shelf_folder
    with reading(newsroom.engine) as session:
        orphans = sorted(set(newsroom.shelf.all()) - hashes_in_use(session))
    lying = [path.name for folder in (".bench", ".part") for path in (shelf / folder).iterdir()]
    return orphans + lying
