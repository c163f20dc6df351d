"""Clips of quoted passages: which can be had, made on demand beside the site, kept for a while. How one is cut is
`media.clips`' work; whether its words may still be heard is `quotes`'."""

import asyncio
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from catalog.child import PYTHON_CHILD, Child
from catalog.cite import Moment
from catalog.errors import CatalogError
from catalog.models import MediaKind
from catalog.quotes import QuoteCard
from media.clips import LONGEST_MS, Cut

RECIPE = 1  # counts up when clips are cut otherwise: those made before are made anew
MOST_BYTES = 1 << 30
AT_ONCE, MOST_IN_LINE = 2, 8
LONGEST_WAIT_S = 120.0

# What each form is cut from, the best first: only what readers are given anyway.
SOUND = (MediaKind.WEB_AUDIO, MediaKind.WEB_AUDIO_LOW)
SOURCES = {"opus": SOUND, "mp3": SOUND, "mp4": (MediaKind.WEB_VIDEO,)}
DEMUXERS = {"audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/mp4": "mp4", "video/mp4": "mp4"}


class Busy(CatalogError):
    """Too many clips are being made; trying again in `after_s` seconds is right."""

    code = "busy"
    after_s = 10

    def __init__(self) -> None:
        super().__init__("Many passages are being cut at the moment. Try again in a few seconds.")


@dataclass(frozen=True)
class Clip:
    """A clip as it is made: of which episode and revision, from which bytes, and how it is cut."""

    episode_id: int
    revision: int
    source_sha256: str
    cut: Cut

    @property
    def key(self) -> str:
        """Changes with everything that is heard or told in the clip."""
        facts = json.dumps([RECIPE, asdict(self)], sort_keys=True)
        return hashlib.sha256(facts.encode()).hexdigest()[:40]


def plan_clips(card: QuoteCard, moment: Moment) -> dict[str, Clip]:
    """The clips of a quote by their form ("opus", "mp3", "mp4"); none where words were taken back."""
    if not card.quoted:
        return {}
    files = {line.kind: line for line in card.talk.files}
    clips = {}
    for form, kinds in SOURCES.items():
        for line in (files[kind.value] for kind in kinds if kind.value in files):
            demuxer = DEMUXERS.get(line.mime.partition(";")[0])
            if demuxer and form not in clips:
                cut = Cut(
                    form,
                    demuxer,
                    card.start_ms,
                    min(card.end_ms, card.start_ms + LONGEST_MS),
                    moment.title,
                    ", ".join(moment.speakers),
                    moment.url,
                )
                clips[form] = Clip(card.talk.card.id, card.talk.card.revision, line.sha256, cut)
    return clips


class ClipShelf:
    """A folder of clips, one below it for each episode. The clips asked for longest ago go when it grows too large.

    One clip is made once, whoever asks at the same time; two are made at once, a few more wait, the rest are sent
    away. Belongs to one event loop; the cutting is done in a process of its own.
    """

    def __init__(
        self, folder: Path, most_bytes: int = MOST_BYTES, command: tuple[str, ...] = PYTHON_CHILD
    ) -> None:
        self._folder, self._most_bytes, self._command = folder, most_bytes, command
        self._making: dict[str, asyncio.Task[None]] = {}
        self._gate = asyncio.Semaphore(AT_ONCE)

    def find(self, clip: Clip) -> Path | None:
        """Where the clip lies, if it was made; it counts as asked for now."""
        path = self._path(clip)
        try:
            os.utime(path)
        except OSError:
            return None
        return path

    def size(self, clip: Clip) -> int | None:
        """In bytes, if it was made."""
        try:
            return self._path(clip).stat().st_size
        except OSError:
            return None

    async def make(self, clip: Clip, source: Path) -> Path:
        """Make the clip, or wait for whoever is making it. Raises Busy, StepFailed."""
        task = self._making.get(clip.key)
        if task is None:
            if len(self._making) >= AT_ONCE + MOST_IN_LINE:
                raise Busy
            task = asyncio.create_task(self._make(clip, source))
            self._making[clip.key] = task
            task.add_done_callback(lambda done: self._is_over(clip.key, done))
        try:
            await asyncio.shield(task)
        except TimeoutError:
            raise Busy from None
        return self._path(clip)

    def _is_over(self, key: str, task: asyncio.Task[None]) -> None:
        del self._making[key]
        if not task.cancelled():
            task.exception()  # whoever waited was told; when nobody did, nobody needs to know

    async def _make(self, clip: Clip, source: Path) -> None:
        path = self._path(clip)
        async with asyncio.timeout(LONGEST_WAIT_S), self._gate:
            path.parent.mkdir(parents=True, exist_ok=True)
            arguments = {"source": str(source), "target": str(path), "cut": asdict(clip.cut)}
            async with Child("cut_clip", self._command) as child:
                await child.ask(arguments)
        await asyncio.to_thread(make_room, self._folder, self._most_bytes, path)

    def _path(self, clip: Clip) -> Path:
        return self._folder / str(clip.episode_id) / f"{clip.key}.{clip.cut.form}"


def make_room(folder: Path, most_bytes: int, kept: Path) -> None:
    """Remove the clips asked for longest ago until the rest fit; `kept` stays."""
    found = []
    for path in folder.glob("*/*"):
        with suppress(OSError):
            facts = path.stat()
            found.append((facts.st_mtime_ns, facts.st_size, path))
    for path in _too_many(sorted(found), most_bytes):
        if path not in (kept, kept.with_name(f"{kept.name}.part")):
            path.unlink(missing_ok=True)


def _too_many(found: Sequence[tuple[int, int, Path]], most_bytes: int) -> list[Path]:
    left, gone = sum(size for _, size, _ in found), []
    for _, size, path in found:
        if left <= most_bytes:
            break
        left -= size
        gone.append(path)
    return gone


def forget_clips(folder: Path, episode_id: int) -> None:
    """Remove every clip of an episode: for whoever takes back words or the talk."""
    shutil.rmtree(folder / str(episode_id), ignore_errors=True)
