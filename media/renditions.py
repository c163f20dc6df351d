"""The files people are served: two sounds, a small video, a poster and the waveform, all without a trace of the device
that recorded them. The recogniser's sound is made in `audio`."""

import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ffmpeg as graph

from media import audio, ffmpeg
from media.audio import LONGEST_MS, Probe, must_be_most, on_the_clock, sound
from media.errors import Unreadable
from media.peaks import RATE, Peaks
from media.progress import Progress, Report

LOUDNESS_LUFS = -16.0  # what podcast players expect; EBU R128 / ITU-R BS.1770 as measured by ebur128
SILENCE_LUFS = -69.0  # ebur128 says -70 when nothing is above its gate
MOST_GAIN_DB = 40.0
CEILING_DB = -1.5
OFTEN = 0.01  # share of slices over the ceiling from which the limiter costs audible loudness
SOUND_RATE = 48_000
VIDEO_LINES = 360
POSTER_WIDTH = 1280
POSTER_MOMENTS = (0.1, 0.3, 0.5, 0.7, 0.0)


@dataclass(frozen=True)
class Rendition:
    """One file made for readers: "web_audio_low", "web_audio", "web_video", "poster" or "peaks" (0 ms for a poster)."""

    kind: str
    path: str
    mime: str
    duration_ms: int


def make_renditions(original: Path, folder: Path, probe: Probe, report: Report) -> list[Rendition]:
    """Write everything people are served into `folder`, each file whole, the same bytes for the same input.

    The loudness is measured in a first pass (which also draws the waveform), then one gain brings the talk to -16 LUFS
    and a limiter holds the few peaks above -1.5 dB: nothing pumps, and silence stays silent. Where the peaks are many,
    what the limiter takes away is measured too and given back. The last pass decodes once for both sounds and the
    video. Raises as `audio.to_wav`.
    """
    peaks = Peaks()
    loudness = _listen(original, probe, peaks, report)
    must_be_most(original, probe, peaks.heard_ms)
    gain_db = gain_to_target(loudness)
    if peaks.share_above(10 ** ((CEILING_DB - gain_db) / 20)) > OFTEN:
        gain_db += shortfall(_loudness_of(original, probe, gain_db, report))
    poster = _make_poster(original, folder, probe) if probe.has_video else None
    made = _encode(original, folder, probe, gain_db, with_video=poster is not None, report=report)
    made["peaks"] = folder / "peaks.json"
    _write(made["peaks"], peaks.to_json(10 ** (gain_db / 20)))
    lengths = dict.fromkeys(made, peaks.heard_ms)
    if poster:
        made["poster"], lengths["poster"] = poster, 0
        lengths["web_video"] = audio.probe(made["web_video"]).duration_ms  # picture and sound may differ
    return [Rendition(kind, str(path), MIMES[kind], lengths[kind]) for kind, path in made.items()]


MIMES = {
    "web_audio_low": "audio/ogg; codecs=opus",
    "web_audio": "audio/mpeg",
    "web_video": "video/mp4",
    "poster": "image/jpeg",
    "peaks": "application/json",
}


def gain_to_target(loudness_lufs: float) -> float:
    """The gain in dB that brings a measured loudness to the target; silence is left alone.

    >>> gain_to_target(-23.0), gain_to_target(-70.0), gain_to_target(-66.0)
    (7.0, 0.0, 40.0)
    """
    if not math.isfinite(loudness_lufs) or loudness_lufs <= SILENCE_LUFS:
        return 0.0
    return min(MOST_GAIN_DB, LOUDNESS_LUFS - loudness_lufs)


def shortfall(limited_lufs: float) -> float:
    """How many dB to add to a gain whose limited result is this loud: never less than none, at most 6.

    >>> shortfall(-17.5), shortfall(-15.9), shortfall(-30.0)
    (1.5, 0.0, 6.0)
    """
    return min(6.0, max(0.0, LOUDNESS_LUFS - limited_lufs))


def small_size(width: int, height: int) -> tuple[int, int]:
    """Even width and height with the shorter side at most 360, never enlarged.

    >>> small_size(1920, 1080), small_size(1080, 1920), small_size(321, 241)
    ((640, 360), (360, 640), (320, 240))
    """
    share = min(1.0, VIDEO_LINES / min(width, height))
    return max(2, round(width * share / 2) * 2), max(2, round(height * share / 2) * 2)


def steady_rate(frame_rate: float) -> float:
    """The constant frame rate for a (perhaps variable) average: 60 becomes 30, 50 becomes 25, odd ones 25.

    >>> [steady_rate(rate) for rate in (23.976, 25, 29.97, 50, 59.94, 7.3, 1000, 0)]
    [24, 25, 30, 25, 30, 25, 25, 25]
    """
    near = [(abs(frame_rate / many - rate), rate) for rate in (24, 25, 30) for many in (1, 2)]
    distance, rate = min(near)
    return rate if distance < 0.5 else 25


def _listen(original: Path, probe: Probe, peaks: Peaks, report: Report) -> float:
    """First pass: the integrated loudness in LUFS; the waveform is gathered on the way."""
    pace = ffmpeg.Pace(probe.duration_ms, lambda done: report(_share(done, 0.0, 0.3)))

    def hear(pcm: bytes) -> None:
        peaks.hear(pcm)
        pace.tell(peaks.heard_ms)

    source = ffmpeg.open_local(original, probe.container)
    measured = (
        sound(source, probe, SOUND_RATE).filter("ebur128", framelog="verbose").filter("aresample", RATE)
    )
    pcm = measured.output("pipe:1", f="s16le", acodec="pcm_s16le", t=LONGEST_MS / 1000)
    said = ffmpeg.read(on_the_clock(source, probe, pcm), hear)
    pace.tell(peaks.heard_ms, last=True)
    return _integrated(said)


def _loudness_of(original: Path, probe: Probe, gain_db: float, report: Report) -> float:
    """A pass between: the integrated loudness in LUFS after the gain and the limiter."""
    source = ffmpeg.open_local(original, probe.container)
    measured = _levelled(sound(source, probe, SOUND_RATE), gain_db).filter("ebur128", framelog="verbose")
    nowhere = measured.output("-", f="null", t=LONGEST_MS / 1000)
    return _integrated(ffmpeg.run(nowhere, probe.duration_ms, lambda done: report(_share(done, 0.3, 0.2))))


def _integrated(said: str) -> float:
    found = re.findall(r"^\s*I:\s+(\S+) LUFS", said, re.MULTILINE)
    return float(found[-1]) if found else -math.inf


def _encode(
    original: Path, folder: Path, probe: Probe, gain_db: float, *, with_video: bool, report: Report
) -> dict[str, Path]:
    """Second pass: one decode, every sound and the video; returns kind -> path."""
    source = ffmpeg.open_local(original, probe.container)
    made = {"web_audio_low": folder / "audio-low.opus", "web_audio": folder / "audio.mp3"}
    if with_video:
        made["web_video"] = folder / "video.mp4"
    parts = {kind: path.with_name(path.name + ".part") for kind, path in made.items()}
    loud = _levelled(sound(source, probe, SOUND_RATE), gain_db).filter_multi_output("asplit", len(parts))
    outputs = [
        ffmpeg.save(parts["web_audio_low"], loud[0], **OPUS),
        ffmpeg.save(parts["web_audio"], loud[1], **MP3),
    ]
    if with_video:
        outputs.append(
            ffmpeg.save(parts["web_video"], _small_picture(source, probe), loud[2], **_h264(probe))
        )
    try:
        ffmpeg.run(
            graph.merge_outputs(*outputs), probe.duration_ms, lambda done: report(_share(done, 0.5, 0.5))
        )
        for kind, path in made.items():
            parts[kind].replace(path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return made


OPUS: dict[str, Any] = {
    "f": "opus",
    "acodec": "libopus",
    "audio_bitrate": "24k",
    "vbr": "constrained",
    "t": LONGEST_MS / 1000,
}
# MP3 for the sound that plays everywhere: its writer keeps no index; an M4A's takes 12 MB of memory an hour.
MP3: dict[str, Any] = {
    "f": "mp3",
    "acodec": "libmp3lame",
    "audio_bitrate": "64k",
    "id3v2_version": 0,
    "t": LONGEST_MS / 1000,
}
AAC: dict[str, Any] = {"acodec": "aac", "audio_bitrate": "64k", "t": LONGEST_MS / 1000}


def _h264(probe: Probe) -> dict[str, Any]:
    return {
        **AAC,
        "f": "mp4",
        "movflags": "+faststart",
        "vcodec": "libx264",
        "preset": "veryfast",
        "crf": 26,
        "maxrate": "600k",
        "bufsize": "1200k",
        "profile:v": "main",
        "g": round(4 * steady_rate(probe.frame_rate)),
        "threads:v": 4,  # not the machine's number of cores: that would change the bytes
        "bsf:v": "filter_units=remove_types=6",  # x264 writes its name and options there
        "max_muxing_queue_size": 9999,
    }


def _levelled(heard: Any, gain_db: float) -> Any:
    limit = round(10 ** (CEILING_DB / 20), 4)
    return heard.filter("volume", f"{gain_db:.2f}dB").filter("alimiter", limit=limit, level=0)


def _small_picture(source: Any, probe: Probe) -> Any:
    width, height = small_size(probe.width, probe.height)
    picture = source[str(probe.video_index)].filter("fps", steady_rate(probe.frame_rate))
    return (
        picture.filter("scale", width, height)
        .filter("setsar", 1)
        .filter("format", "yuv420p")
        .filter("sidedata", "delete")
    )


def _make_poster(original: Path, folder: Path, probe: Probe) -> Path | None:
    """The richest of five frames: black, white and blurred ones make the smallest JPEG files."""
    tries = [folder / f"poster-{number}.part" for number in range(len(POSTER_MOMENTS))]
    try:
        for path, share in zip(tries, POSTER_MOMENTS, strict=True):
            _save_frame(original, path, probe, round(probe.duration_ms * share))
        best = max(
            (path for path in tries if path.exists()), key=lambda path: path.stat().st_size, default=None
        )
        if best is None or not best.stat().st_size:
            return None
        return best.replace(folder / "poster.jpg")
    finally:
        for path in tries:
            path.unlink(missing_ok=True)


def _save_frame(original: Path, path: Path, probe: Probe, at_ms: int) -> None:
    width = min(POSTER_WIDTH, probe.width)
    height = max(1, round(probe.height * width / probe.width))
    source = ffmpeg.open_local(original, probe.container, ss=at_ms / 1000)
    picture = source[str(probe.video_index)].filter("scale", width, height, out_range="full")
    picture = picture.filter("setsar", 1).filter("format", "yuvj420p").filter("sidedata", "delete")
    try:
        ffmpeg.run(ffmpeg.save(path, picture, f="mjpeg", vframes=1, **{"q:v": 4}), 0, lambda _: None)
    except Unreadable:
        path.unlink(missing_ok=True)  # no frame there: the picture is shorter than the sound, or damaged


def _share(done: Progress, begun: float, share: float) -> Progress:
    """The progress of one pass as part of both."""
    if done.total is None:
        return done
    return Progress(round(begun * done.total + share * done.done), done.total, done.unit, done.speed)


def _write(path: Path, text: str) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8")
    part.replace(path)
