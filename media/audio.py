"""What a recording holds (probe) and its sound as the recogniser wants it. Published files are made in `renditions`."""

import math
import re
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Any

import av
import ffmpeg as graph
from av.stream import Disposition

from media import ffmpeg
from media.errors import Unreadable
from media.progress import Report

WAV_RATE = 16_000
WAV_HEADER_BYTES = 44
LONGEST_MS = 24 * 3_600_000  # a day of 16 kHz mono is 2.8 GB, so a plain WAV header (4 GB) is always enough
FIRST_PACKETS = 300  # among these a picture that decodes at all has shown its first frame
LATE_MS = 100  # a shorter wait before the first sound is not worth padding

# These carry no duration: libavformat guesses it from the bit rate, often wrongly, so we count packets.
GUESSED = frozenset({"aac", "ac3", "amr", "eac3", "mp3", "mpeg", "mpegts"})
PLAYLIST = re.compile(
    rb"\A\s*(#EXTM3U|\[playlist\]|ffconcat|v=0\r?\n)|<(MPD|asx|smil|playlist|SmoothStreamingMedia)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Probe:
    """What a recording holds. Width and height are as shown (rotation and pixel shape applied); 0 without video.

    `audio_index` and `video_index` say which streams we use, `delay_ms` how long after the start the sound begins.
    """

    duration_ms: int
    has_audio: bool
    has_video: bool
    width: int
    height: int
    container: str
    audio_codec: str
    channels: int
    sample_rate: int
    audio_index: int = 0
    video_index: int = -1
    delay_ms: int = 0
    frame_rate: float = 0.0


def probe(path: Path) -> Probe:
    """Look into a local file by its content, whatever its name says.

    Raises Unreadable: "empty", "not_a_file", "playlist", "text", "corrupt", "no_audio", "too_long".
    """
    _must_be_a_recording(path)
    try:
        with _open(path) as container:
            found = _describe(container)
    except av.error.FFmpegError as error:
        raise ffmpeg.corrupt() from error
    if found.container in GUESSED or not 0 < found.duration_ms <= LONGEST_MS:
        end_ms, _ = _last_packets(path, found.audio_index)
        found = _with_duration(found, end_ms)
    return found


def to_wav(original: Path, target: Path, report: Report, tracks: int = 1) -> None:
    """Write the sound as 16 kHz 16-bit WAV with a plain 44-byte header; `target` appears whole or not at all.

    One channel with everything mixed, or with `tracks` 2 the left and the right as they are.

    Time in the WAV is time in the recording: a late start and gaps become silence. What decodes of a file that was
    cut off is kept when it is at least half of what the file announces; else Unreadable("truncated").
    """
    seen = probe(original)
    part = target.with_name(target.name + ".part")
    source = ffmpeg.open_local(original, seen.container)
    heard = sound(source, seen, WAV_RATE, tracks)
    wav = ffmpeg.save(part, heard, f="wav", acodec="pcm_s16le", ar=WAV_RATE, t=LONGEST_MS / 1000)
    try:
        ffmpeg.run(on_the_clock(source, seen, wav), seen.duration_ms, report)
        decoded_ms = (part.stat().st_size - WAV_HEADER_BYTES) * 1000 // (2 * tracks * WAV_RATE)
        must_be_most(original, seen, decoded_ms)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def sound(source: Any, seen: Probe, rate: int, tracks: int = 1) -> Any:
    """The chosen audio of an ffmpeg input, mixed to one channel or left as two; its clock is the recording's."""
    layout = "mono" if tracks == 1 else "stereo"
    wait = {"first_pts": 0} if seen.delay_ms >= LATE_MS else {}
    resampled = source[str(seen.audio_index)].filter("aresample", rate, **{"async": 1}, **wait)
    return resampled.filter("aformat", sample_fmts="fltp", channel_layouts=layout)


def on_the_clock(source: Any, seen: Probe, output: Any) -> Any:
    """The output, with time counted from the start of the whole recording.

    In MPEG streams ffmpeg counts from the first stream it *uses*: so let it pass the picture on, undecoded, to nowhere.
    """
    if seen.container not in {"mpegts", "mpeg"} or not seen.has_video or seen.delay_ms < LATE_MS:
        return output
    nowhere = source[str(seen.video_index)].output("-", f="null", vcodec="copy")
    return graph.merge_outputs(output, nowhere)


def must_be_most(original: Path, seen: Probe, decoded_ms: int) -> None:
    """Raise Unreadable("truncated" | "corrupt") when less than half of the announced sound came out."""
    if decoded_ms * 2 >= seen.duration_ms:
        return
    end_ms, audio_end_ms = _last_packets(original, seen.audio_index)
    if end_ms * 2 < seen.duration_ms:
        raise Unreadable(
            "truncated",
            f"Only the first {_minutes(end_ms)} of {_minutes(seen.duration_ms)} are in this file: "
            "it was cut off on the way. Fetch or copy it again.",
        )
    if decoded_ms * 2 < audio_end_ms or not decoded_ms:
        raise ffmpeg.corrupt()


def _open(path: Path) -> Any:
    return av.open(
        f"file:{path.absolute()}",
        options={"protocol_whitelist": ffmpeg.PROTOCOLS, "format_whitelist": ffmpeg.FORMATS},
        metadata_errors="replace",  # tags are in whatever encoding their writer had
    )


def _must_be_a_recording(path: Path) -> None:
    if not path.is_file():
        raise Unreadable(
            "not_a_file", f"There is no file {path.name}. Check the name, and add the recording itself."
        )
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise Unreadable("empty", "This file is empty (0 bytes). Fetch or copy it again.")
    if not is_text(head):
        return
    if PLAYLIST.search(head.removeprefix(b"\xef\xbb\xbf")[:1024]):
        raise Unreadable(
            "playlist",
            "This is a list of recordings, not a recording. Add the address or file of the talk itself.",
        )
    raise Unreadable(
        "text", "This is a page of text, not a recording. Add the address or file of the talk itself."
    )


def is_text(head: bytes) -> bool:
    """Are the first bytes of a file text?

    >>> is_text("WEBVTT\\n\\n00:01".encode()), is_text(b"RIFF\\x00\\x01")
    (True, False)
    """
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(head) - 3:  # else only a letter cut at the end of what we read
            return False
    return not any(byte < 9 or 13 < byte < 32 for byte in head)


def _describe(container: Any) -> Probe:
    sounds = [s for s in container.streams.audio if s.codec_context and s.codec_context.sample_rate > 0]
    if not sounds:
        raise Unreadable("no_audio", "There is no sound in this file. Add a recording with sound.")
    heard = _default(sounds)
    begin_ms = _ms(container.start_time, Fraction(1, 1_000_000))
    found = {
        "duration_ms": _ms(container.duration, Fraction(1, 1_000_000)),
        "has_audio": True,
        "container": container.format.name.split(",")[0],
        "audio_codec": heard.codec_context.name,
        "channels": heard.codec_context.channels,
        "sample_rate": heard.codec_context.sample_rate,
        "audio_index": heard.index,
        "delay_ms": max(0, _ms(heard.start_time, heard.time_base) - begin_ms) if heard.start_time else 0,
    }
    return Probe(**found, **_picture(container))


def _picture(container: Any) -> dict[str, Any]:
    """The facts of the moving picture; a cover picture is none."""
    covers = Disposition.attached_pic | Disposition.timed_thumbnails | Disposition.still_image
    moving = [s for s in container.streams.video if s.codec_context and not s.disposition & covers]
    if not moving:
        return {"has_video": False, "width": 0, "height": 0}
    seen = _default(moving)
    width, height = _shown_size(container, seen)
    return {
        "has_video": width > 0 and height > 0,
        "width": width,
        "height": height,
        "video_index": seen.index,
        "frame_rate": float(seen.average_rate or 0),
    }


def _shown_size(container: Any, stream: Any) -> tuple[int, int]:
    """Width and height as a viewer sees them: the first frame knows how it is turned."""
    coded = stream.codec_context
    try:
        frames = (
            frame for packet in islice(container.demux(stream), FIRST_PACKETS) for frame in packet.decode()
        )
        width, height, turned = next(
            ((f.width, f.height, f.rotation) for f in frames), (coded.width, coded.height, 0)
        )
    except av.error.FFmpegError:
        width, height, turned = coded.width, coded.height, 0
    width = round(width * (stream.sample_aspect_ratio or 1))
    return (height, width) if turned % 180 else (width, height)


def _default(streams: list[Any]) -> Any:
    return next((s for s in streams if s.disposition & Disposition.default), streams[0])


def _last_packets(path: Path, audio_index: int) -> tuple[int, int]:
    """Where the last packet of the file, and of its sound, ends (ms after the start); nothing is decoded."""
    begin, end, audio_end = math.inf, 0.0, 0.0
    with _open(path) as container:
        try:
            for packet in container.demux():
                time = packet.dts if packet.pts is None else packet.pts
                if time is None or packet.time_base is None:
                    continue
                at = time * packet.time_base
                until = at + (packet.duration or 0) * packet.time_base
                begin, end = min(begin, at), max(end, until)
                if packet.stream.index == audio_index:
                    audio_end = max(audio_end, until)
        except av.error.FFmpegError:
            pass  # what came before the damage counts
    if begin is math.inf:
        return 0, 0
    return round((end - begin) * 1000), round((audio_end - begin) * 1000)


def _with_duration(found: Probe, duration_ms: int) -> Probe:
    if duration_ms <= 0:
        raise ffmpeg.corrupt()
    if duration_ms > LONGEST_MS:
        raise Unreadable(
            "too_long", "This recording says it is longer than 24 hours. Cut it and add the parts."
        )
    return replace(found, duration_ms=duration_ms)


def _ms(time: int | None, base: Fraction) -> int:
    return round(time * base * 1000) if time is not None else 0


def _minutes(ms: int) -> str:
    return f"{ms // 60_000}:{ms // 1000 % 60:02d}"
