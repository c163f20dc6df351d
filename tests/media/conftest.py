"""A web server on 127.0.0.1 that behaves as told, and tiny recordings made by ffmpeg's own sources."""

import re
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from media.download import Download, Progress, download
from media.errors import MediaError
from media.ffmpeg import ffmpeg_path
from media.guard import Limits
from media.sources import recognise

Answer = Callable[["Exchange"], None]
Take = Callable[..., Download]

PAGE = """<html><head><title>Episode</title><meta property="og:title" content="The Water Question">
<meta property="og:description" content="With two guests"><meta property="og:image" content="/picture">
</head><body><video controls poster="/picture"><source src="/media/talk.mp4" type="video/mp4">
<track kind="captions" srclang="ur" src="/captions.vtt"></video></body></html>"""
VTT = "WEBVTT\n\n00:00.000 --> 00:01.000\nسلام\n"


class Exchange(BaseHTTPRequestHandler):
    """One request and what is answered; HTTP/1.0 style, so that every response ends with its connection."""

    server: "Site"

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        self.server.seen.append((path, self.headers.get("Range")))
        answer = self.server.pages.get(path)
        try:
            if answer is None:
                self.say(404, b"nothing here")
            else:
                answer(self)
        except (BrokenPipeError, ConnectionResetError):
            pass  # the client hung up on purpose

    do_HEAD = do_GET

    def say(self, status: int, body: bytes = b"", /, **headers: str) -> None:
        """Answer at once; header names are written with underscores."""
        self.send_response(status)
        headers.setdefault("Content_Length", str(len(body)))
        for name, value in headers.items():
            if value:
                self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""


class Site(ThreadingHTTPServer):
    """The server: `pages` says what each path answers, `seen` lists (path, Range) of the requests so far."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Exchange)
        self.pages: dict[str, Answer] = {}
        self.seen: list[tuple[str, str | None]] = []
        self.closing = threading.Event()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.server_port}{path}"

    def page(
        self, path: str, body: str | bytes, mime: str = "text/html; charset=utf-8", status: int = 200
    ) -> str:
        data = body.encode() if isinstance(body, str) else body
        self.pages[path] = lambda exchange: exchange.say(status, data, Content_Type=mime)
        return self.url(path)

    def redirect(self, path: str, target: str) -> str:
        self.pages[path] = lambda exchange: exchange.say(302, Location=target)
        return self.url(path)

    def media(self, path: str, data: bytes, mime: str, *, ranges: bool = True, cut_at: int = 0) -> str:
        """Offer a file, with or without HTTP ranges; each answer may break off after some bytes, as bad lines do."""

        def answer(exchange: Exchange) -> None:
            wanted = (
                re.fullmatch(r"bytes=(\d+)-(\d*)", exchange.headers.get("Range") or "") if ranges else None
            )
            body = data[int(wanted[1]) :] if wanted else data
            if not body and data:
                return exchange.say(416, Content_Range=f"bytes */{len(data)}")
            headers = {"Content_Type": mime, "Content_Length": str(len(body))}
            if wanted:
                headers["Content_Range"] = f"bytes {wanted[1]}-{len(data) - 1}/{len(data)}"
            return exchange.say(206 if wanted else 200, body[: cut_at or None], **headers)

        self.pages[path.partition("?")[0]] = answer
        return self.url(path)


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.closing.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def limits() -> Limits:
    """Generous, and open to this machine."""
    return Limits(
        max_bytes=50_000_000,
        max_duration_ms=3_600_000,
        min_free_bytes=1,
        timeout_s=60,
        allowed_networks=("127.0.0.0/8",),
    )


@pytest.fixture(scope="session")
def recordings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with talk.mp4 (picture and sound), talk.mp3 and silent.mp4 (no sound), three seconds each."""
    folder = tmp_path_factory.mktemp("recordings")
    tone = ["-f", "lavfi", "-i", "sine=frequency=330:duration=3"]
    picture = ["-f", "lavfi", "-i", "testsrc2=size=160x90:rate=10:duration=3"]
    for name, inputs in (("talk.mp4", picture + tone), ("talk.mp3", tone), ("silent.mp4", picture)):
        subprocess.run([ffmpeg_path(), "-v", "error", *inputs, str(folder / name)], check=True)
    return folder


@pytest.fixture(scope="session")
def hls(recordings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with talk.m3u8 and its pieces of one second."""
    folder = tmp_path_factory.mktemp("hls")
    cut = ["-g", "10", "-f", "hls", "-hls_time", "1", "-hls_playlist_type", "vod"]
    command = [
        ffmpeg_path(),
        "-v",
        "error",
        "-i",
        str(recordings / "talk.mp4"),
        *cut,
        str(folder / "talk.m3u8"),
    ]
    subprocess.run(command, check=True)
    return folder


@pytest.fixture
def take(tmp_path: Path, limits: Limits) -> Take:
    """Download an address into one folder, under the usual limits or changed ones."""

    def act(url: str, report: Callable[[Progress], None] = lambda _: None, **changed: object) -> Download:
        return download(recognise(url), tmp_path / "work", replace(limits, **changed), report)

    return act


@pytest.fixture
def talk(recordings: Path) -> bytes:
    return (recordings / "talk.mp4").read_bytes()


def failure(take: Take, url: str, **changed: object) -> MediaError:
    with pytest.raises(MediaError) as error:
        take(url, **changed)
    assert error.value.sentence.endswith(".")
    return error.value
