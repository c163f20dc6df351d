"""A `Source` becomes a recording on disk with everything its page says about it. Where files stay: `store`."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media import facts
from media.audio import probe
from media.errors import Refused, Unreadable
from media.facts import Chapter as Chapter
from media.failures import failure_of
from media.fetch import fetch_bytes as fetch_bytes
from media.guard import PAGE_BYTES, Wire, too_large
from media.guard import Limits as Limits
from media.progress import Progress as Progress
from media.progress import Report
from media.sources import MEDIA_EXTENSIONS, Source
from media.ydl import Fetcher, fetcher

MOST_CAPTIONS = 12
_IMAGES = {b"\xff\xd8\xff": "jpg", b"\x89PNG": "png", b"RIFF": "webp", b"GIF8": "gif"}


@dataclass(frozen=True)
class CaptionFile:
    """Captions that came with the recording; `kind` is "human" or "automatic"."""

    path: str
    language: str
    kind: str


@dataclass(frozen=True)
class Download:
    """A fetched recording and what its page says; paths lie in the folder that `download` was given."""

    path: str
    title: str
    description: str
    published_at: str | None
    duration_ms: int | None
    language: str | None
    webpage_url: str
    chapters: tuple[Chapter, ...]
    captions: tuple[CaptionFile, ...]
    thumbnail: str | None
    info_path: str


def download(source: Source, folder: Path, limits: Limits, report: Report) -> Download:
    """Fetch the recording of a source into `folder`; called again on the same folder, it goes on where it stopped.

    Runs in the calling process, which the guard then binds as a whole: start it in a child of its own.
    Raises `Unreachable`, `Gone`, `Refused` or `Unreadable`; never anything of yt-dlp's own.
    """
    if source.provider == "file":
        raise ValueError("a file is already here; only addresses are downloaded")
    folder.mkdir(parents=True, exist_ok=True)
    wire = Wire(limits, limits.max_bytes + PAGE_BYTES)
    watch = _Watch(folder, limits, report)
    target = str(folder).replace("%", "%%") + "/original.%(ext)s"
    try:
        with fetcher(wire, outtmpl=target, progress_hooks=[watch.see]) as ydl:
            info = _look(ydl, source.url)
            facts.must_be_wanted(info, limits, shutil.disk_usage(folder).free)
            watch.expected = facts.announced_bytes(info)
            info = ydl.process_ie_result(info, download=True)
            return _gather(ydl, info, folder, limits)
    except Exception as error:  # extractors fail in any way when their site changes
        # Time or bytes used up are the reason of whatever fails after.
        raise wire.tripped or failure_of(error, wire.failed) from error


class _Watch:
    """What yt-dlp tells while it downloads: passed on as progress, stopped at the limits."""

    def __init__(self, folder: Path, limits: Limits, report: Report) -> None:
        self._folder, self._limits, self._report = folder, limits, report
        self._done: dict[str, int] = {}
        self.expected: int | None = None

    def see(self, state: dict[str, Any]) -> None:
        """Take one of yt-dlp's progress states; picture and sound may come as two files, one after the other."""
        self._done[str(state.get("filename"))] = int(state.get("downloaded_bytes") or 0)
        done = sum(self._done.values())
        total = self.expected or state.get("total_bytes")
        known = int(total) if total and total >= done else None
        if (known or done) > self._limits.max_bytes:
            raise too_large(self._limits.max_bytes)
        facts.must_have_room(shutil.disk_usage(self._folder).free, self._limits)
        self._report(Progress(done, known, "bytes", state.get("speed")))


def _look(ydl: Fetcher, url: str) -> facts.Info:
    """What is behind the address, before anything is downloaded; raises `Refused` for several recordings at once."""
    info = ydl.extract_info(url, download=False) or {}
    if info.get("_type") in ("playlist", "multi_video"):
        entries = [entry for entry in info.get("entries") or [] if entry]
        if len(entries) > 1:
            sentence = (
                "There are several recordings behind this address. Subscribe to it, or give the link of one."
            )
            raise Refused("playlist", sentence)
        info = entries[0] if entries else {}
        if info.get("_type") in ("url", "url_transparent"):
            info = ydl.extract_info(info["url"], download=False) or {}
    if not info or info.get("_type", "video") != "video":
        raise Unreadable("no_media", "There is no video or sound behind this address.")
    for part in (info, *(info.get("formats") or [])):
        # yt-dlp takes no file that is named like a script ("talk.php"); what it holds is looked into afterwards.
        if f".{part.get('ext')}" not in MEDIA_EXTENSIONS:
            part["ext"] = "unknown_video"
    return dict(info)


def _gather(ydl: Fetcher, info: facts.Info, folder: Path, limits: Limits) -> Download:
    """Look into what arrived and put its captions, picture and info JSON beside it."""
    path = Path(info["requested_downloads"][0]["filepath"])
    seen = probe(path)
    facts.must_not_be_longer(seen.duration_ms, limits)
    info_path = folder / "info.json"
    kept = facts.without_private(ydl.sanitize_info(info, remove_private_keys=True))
    info_path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")
    return Download(
        path=str(path),
        title=facts.title(info),
        description=str(info.get("description") or "").strip(),
        published_at=facts.published_at(info, ydl.file_dates),
        duration_ms=seen.duration_ms,
        language=facts.language(info),
        webpage_url=str(info["webpage_url"]),
        chapters=tuple(facts.chapters(info, seen.duration_ms)),
        captions=tuple(_keep_captions(ydl, info, folder)),
        thumbnail=_keep_thumbnail(ydl, info, folder),
        info_path=str(info_path),
    )


def _keep_captions(ydl: Fetcher, info: facts.Info, folder: Path) -> Iterator[CaptionFile]:
    kind, offered = facts.captions_on_offer(info)
    for number, (language, file) in enumerate(list(offered.items())[:MOST_CAPTIONS]):
        data = _read(ydl, file)
        # Sites answer with an error page and status 200 as well.
        if data.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT") or (file["ext"] == "srt" and b" --> " in data):
            path = folder / f"captions.{number}.{file['ext']}"
            path.write_bytes(data)
            yield CaptionFile(str(path), language, kind)


def _keep_thumbnail(ydl: Fetcher, info: facts.Info, folder: Path) -> str | None:
    data = _read(ydl, {"url": info.get("thumbnail"), "http_headers": info.get("http_headers")})
    suffix = next((suffix for sign, suffix in _IMAGES.items() if data.startswith(sign)), None)
    if suffix is None:
        return None
    path = folder / f"thumbnail.{suffix}"
    path.write_bytes(data)
    return str(path)


def _read(ydl: Fetcher, file: facts.Info) -> bytes:
    """The bytes of a file that belongs to the recording; empty when it cannot be had, because the talk matters more."""
    try:
        if file.get("data"):
            return str(file["data"]).encode()
        return ydl.read(file["url"], file.get("http_headers") or {}) if file.get("url") else b""
    except Exception:
        return b""
