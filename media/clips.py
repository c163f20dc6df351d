"""A passage cut out of a published file as a file of its own. Which, and who may have it, is not decided here."""

import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from media import ffmpeg

LONGEST_MS = 180_000
LEAD_MS = 1_000  # an MP3 frame may need the ones before it: decoding begins that much earlier
FADE_MS = 5  # keeps a cut through a vowel from clicking
LONGEST_TAG = 200  # characters
STALL_S = 30.0
SOUND_RATE = 48_000


@dataclass(frozen=True)
class Cut:
    """What to cut: [start_ms, end_ms) of a file read by `demuxer` ("mp3", "ogg", "mp4"), as "opus", "mp3" or "mp4".

    `title`, `speaker` and `permalink` are written into the file, so that it tells where it comes from.
    """

    form: str
    demuxer: str
    start_ms: int
    end_ms: int
    title: str = ""
    speaker: str = ""
    permalink: str = ""

    def __post_init__(self) -> None:
        if self.form not in FORMS or not 0 <= self.start_ms < self.end_ms <= self.start_ms + LONGEST_MS:
            raise ValueError(f"no clip is a {self.form} from {self.start_ms} to {self.end_ms} ms")

    @property
    def length_ms(self) -> int:
        return self.end_ms - self.start_ms


def cut_clip(source: Path, target: Path, cut: Cut) -> int:
    """Write the passage to `target`, whole or not at all, and return its size in bytes.

    It is written anew, so that it begins and ends where it is cut and not at the nearest packet; the same input
    gives the same bytes. Raises as `media.ffmpeg.run`.
    """
    part = target.with_name(f"{target.name}.part")
    lead_ms = min(LEAD_MS, cut.start_ms)
    played = ffmpeg.open_local(source, cut.demuxer, ss=(cut.start_ms - lead_ms) / 1000)
    streams = [_sound(played, lead_ms, cut.length_ms)]
    if cut.form == "mp4":
        streams.insert(0, _picture(played, lead_ms))
    options = {**FORMS[cut.form], **_tags(cut), "ss": lead_ms / 1000, "t": cut.length_ms / 1000}
    try:
        ffmpeg.run(ffmpeg.save(part, *streams, **options), cut.length_ms, lambda _: None, STALL_S)
        size = part.stat().st_size
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return size


OPUS: dict[str, Any] = {"f": "opus", "acodec": "libopus", "audio_bitrate": "40k", "vbr": "constrained"}
MP3: dict[str, Any] = {
    "f": "mp3",
    "acodec": "libmp3lame",
    "audio_bitrate": "64k",
    "id3v2_version": 3,
    "metadata:s:a": "encoder=Lavf",  # players believe only names they know when told how much silence to skip
}
MP4: dict[str, Any] = {
    "f": "mp4",
    "movflags": "+faststart",
    "acodec": "aac",
    "audio_bitrate": "96k",
    "vcodec": "libx264",
    "preset": "veryfast",
    "crf": 24,
    "profile:v": "main",
    "threads:v": 2,  # not the machine's number of cores: that would change the bytes
    "bsf:v": "filter_units=remove_types=6",  # x264 writes its name and options there
}
FORMS = {"opus": OPUS, "mp3": MP3, "mp4": MP4}


def _sound(played: Any, lead_ms: int, length_ms: int) -> Any:
    fade_s, end_ms = FADE_MS / 1000, lead_ms + length_ms
    heard = played.audio.filter("aresample", SOUND_RATE, first_pts=0)
    risen = heard.filter("afade", t="in", st=lead_ms / 1000, d=fade_s)
    return risen.filter("afade", t="out", st=max(lead_ms, end_ms - FADE_MS) / 1000, d=fade_s)


def _picture(played: Any, lead_ms: int) -> Any:
    """The picture from the first moment on: the frame that stands there, though it began a little earlier."""
    return played.video.filter("fps", "source_fps", start_time=lead_ms / 1000).filter("format", "yuv420p")


def _tags(cut: Cut) -> dict[str, str]:
    told = {"title": cut.title, "artist": cut.speaker, "comment": cut.permalink}
    lines = [f"{name}={text}" for name, value in told.items() if (text := plain(value))]
    return {f"metadata:g:{number}": line for number, line in enumerate(lines)}


def plain(text: str) -> str:
    """A text as a tag can hold it: one line, nothing that turns or hides letters, not without end.

    >>> plain("Tea\\n\\x00=; and\\u202e \\ud800rain")
    'Tea =; and rain'
    """
    shown = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)
    kept = "".join(sign for sign in shown if sign not in _TURNING)
    return " ".join(kept.split())[:LONGEST_TAG]


_TURNING = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
