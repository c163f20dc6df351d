"""A small local web server that offers the demo talks as the world does: a page with a video, a feed, a bare file."""

import html
import json
import re
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import formatdate
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from media.ffmpeg import ffmpeg_path
from transcribe.captions import to_vtt
from transcribe.timeline import Utterance, Word

TALKS = Path(__file__).parents[1] / "data" / "demo" / "talks"
FILMED, IN_FEED, BARE = "how-a-talk-becomes-a-page", "radio-paper-and-phone", "tea-cricket-and-rain"
AIRED = {FILMED: 1_788_000_000, IN_FEED: 1_790_000_000}
TYPES = {".html": "text/html; charset=utf-8", ".xml": "application/rss+xml", ".opus": "audio/ogg"}
TYPES |= {".mp4": "video/mp4", ".vtt": "text/vtt", ".png": "image/png"}


@dataclass(frozen=True)
class Talk:
    """What is known of a demo talk: its words with times, and what its publisher says of it."""

    slug: str
    title: str
    description: str
    truth: dict[str, Any]


def read_talk(slug: str) -> Talk:
    truth = json.loads((TALKS / f"{slug}.json").read_text())
    title = re.sub(r"^Demo talk: |:? ?\(?(demo )?(with )?synthetic voices\)?$", "", truth["title"])
    return Talk(slug, title[:1].upper() + title[1:], truth["description"], truth)


def write_show(folder: Path) -> None:
    """Make what the server offers, once."""
    folder.mkdir(parents=True, exist_ok=True)
    for slug in (FILMED, IN_FEED, BARE):
        (folder / f"{slug}.opus").write_bytes((TALKS / f"{slug}.opus").read_bytes())
    filmed = read_talk(FILMED)
    (folder / f"{FILMED}.vtt").write_text(to_vtt(human_captions(filmed)), encoding="utf-8")
    _film(folder / f"{FILMED}.opus", folder / f"{FILMED}.mp4", folder / f"{FILMED}.png")


def human_captions(talk: Talk) -> list[Utterance]:
    """The talk's script as captions, as a careful human would have typed them."""
    return [
        Utterance(
            start_ms=int(sentence["start"] * 1000),
            end_ms=int(sentence["end"] * 1000),
            text=sentence["text"],
            language="en",
            words=tuple(Word(int(a * 1000), int(b * 1000), text) for text, a, b in sentence["words"]),
            speaker=sentence["speaker"],
        )
        for sentence in talk.truth["sentences"]
    ]


def _film(sound: Path, target: Path, still: Path) -> None:
    """A plain film of the sound: a moving wave on a dark ground."""
    if target.exists():
        return
    wave = "showwaves=s=640x360:mode=cline:rate=12:colors=0xebe9e4,format=yuv420p"
    half = target.with_suffix(".part.mp4")
    command = [ffmpeg_path(), "-v", "error", "-y", "-i", str(sound), "-filter_complex", f"[0:a]{wave}[v]"]
    command += ["-map", "[v]", "-map", "0:a", "-c:v", "libx264", "-preset", "veryfast", "-crf", "30"]
    command += [
        "-c:a",
        "aac",
        "-b:a",
        "96k",
        "-metadata",
        "comment=synthetic voices, invented people",
        str(half),
    ]
    subprocess.run(command, check=True)
    frame = [ffmpeg_path(), "-v", "error", "-y", "-ss", "5", "-i", str(half), "-frames:v", "1", str(still)]
    subprocess.run(frame, check=True)
    half.rename(target)


def page(address: str) -> str:
    """A news site's page about a talk, with the video in it."""
    talk = read_talk(FILMED)
    title, description = html.escape(talk.title), html.escape(talk.description)
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title>
<meta property="og:title" content="{title}"><meta property="og:description" content="{description}">
<meta property="og:image" content="{address}/{FILMED}.png">
<meta property="og:video" content="{address}/{FILMED}.mp4"></head>
<body><h1>{title}</h1><p>{description}</p>
<video controls poster="/{FILMED}.png"><source src="/{FILMED}.mp4" type="video/mp4">
<track kind="subtitles" srclang="en" src="/{FILMED}.vtt"></video></body></html>"""


def feed(address: str) -> str:
    """A podcast feed with one talk in it."""
    talk = read_talk(IN_FEED)
    size = (TALKS / f"{IN_FEED}.opus").stat().st_size
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0"><channel><title>The demo show</title><link>{address}/</link>
<description>Invented people, voices made by a computer.</description>
<item><title>{html.escape(talk.title)}</title><guid isPermaLink="false">demo-{IN_FEED}</guid>
<description>{html.escape(talk.description)}</description><pubDate>{formatdate(AIRED[IN_FEED])}</pubDate>
<enclosure url="{address}/{IN_FEED}.opus" length="{size}" type="audio/ogg"/></item>
</channel></rss>"""


class _Handler(BaseHTTPRequestHandler):
    """Serves the folder with byte ranges, and the page and the feed made for the address it was asked at."""

    protocol_version = "HTTP/1.1"

    def __init__(self, *values: Any, folder: Path, **named: Any) -> None:
        self._folder = folder
        super().__init__(*values, **named)

    def do_GET(self) -> None:
        address = f"http://{self.headers['Host']}"
        written = {"/talks/filmed.html": page, "/feed.xml": feed}.get(self.path)
        if written is not None:
            self._send(written(address).encode(), TYPES[Path(self.path).suffix])
            return
        file = self._folder / Path(self.path).name
        if not file.is_file():
            self.send_error(HTTPStatus.NOT_FOUND)
            return
        self._send(file.read_bytes(), TYPES[file.suffix])

    do_HEAD = do_GET

    def _send(self, body: bytes, kind: str) -> None:
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", self.headers.get("Range", ""))
        if wanted and int(wanted[1]) < len(body):
            first, last = int(wanted[1]), min(int(wanted[2] or len(body) - 1), len(body) - 1)
            self.send_response(HTTPStatus.PARTIAL_CONTENT)
            self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
            body = body[first : last + 1]
        else:
            self.send_response(HTTPStatus.OK)
        self.send_header("Accept-Ranges", "bytes")
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet: the demo prints its own story."""


@contextmanager
def serve_show(folder: Path, port: int = 0) -> Iterator[str]:
    """The show at a loopback address while the block runs; any free port when the wanted one is taken."""
    write_show(folder)
    handler = partial(_Handler, folder=folder)
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError:
        server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
