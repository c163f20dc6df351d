"""A recording without what was said in some spans: silence or a tone in their place, the picture black if asked.
Which spans, and what becomes of the old file, is decided elsewhere."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ffmpeg as graph

from media import ffmpeg
from media.audio import LONGEST_MS, Probe, on_the_clock, probe, sound
from media.errors import Unreadable
from media.progress import Report

RATE = 48_000
SAMPLES = 240  # 5 ms: filters are switched a frame at a time, and a frame as it is decoded may be 100 ms long
TONE_HZ, TONE_LEVEL = 1_000, 0.1

# Without loss: a talk that is redacted ten times sounds as it did the first time.
SOUND: dict[str, Any] = {"f": "matroska", "acodec": "flac", "ar": RATE, "t": LONGEST_MS / 1000}
PICTURE_ANEW: dict[str, Any] = {"vcodec": "libx264", "preset": "veryfast", "crf": 20}


def take_out(
    original: Path,
    target: Path,
    spans: Sequence[tuple[int, int]],
    *,
    tones: Sequence[tuple[int, int]] = (),
    blank: Sequence[tuple[int, int]] = (),
    report: Report,
) -> Probe:
    """Write the recording to `target` (Matroska), whole or not at all, and return what the original held.

    Nothing but the sound and the picture is taken along: no captions, no chapters, no notes of the maker. `spans` fall
    silent, `tones` are those of them that beep, in `blank` the picture is black; each is [start_ms, end_ms). Raises as
    `media.ffmpeg.run`.
    """
    seen = probe(original)
    part = target.with_name(f"{target.name}.part")
    try:
        try:
            _write(original, part, seen, spans, tones, blank, anew=bool(blank), report=report)
        except Unreadable:  # a picture that Matroska does not take as it is
            if not seen.has_video or blank:
                raise
            _write(original, part, seen, spans, tones, blank, anew=True, report=report)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return seen


def _write(
    original: Path,
    part: Path,
    seen: Probe,
    spans: Sequence[tuple[int, int]],
    tones: Sequence[tuple[int, int]],
    blank: Sequence[tuple[int, int]],
    *,
    anew: bool,
    report: Report,
) -> None:
    source = ffmpeg.open_local(original, seen.container)
    heard = sound(source, seen, RATE, 1 if seen.channels == 1 else 2).filter("asetnsamples", n=SAMPLES, p=0)
    heard = heard.filter("volume", 0, enable=_within(spans))
    if tones:
        beep = graph.input(f"sine=frequency={TONE_HZ}:sample_rate={RATE}", f="lavfi", t=LONGEST_MS / 1000)
        beep = beep.filter("asetnsamples", n=SAMPLES, p=0).filter("volume", TONE_LEVEL)
        beep = beep.filter("volume", 0, enable=f"not({_within(tones)})")
        heard = graph.filter([heard, beep], "amix", inputs=2, duration="first", normalize=0)
    streams, options = [heard], dict(SOUND)
    if seen.has_video:
        picture = source[str(seen.video_index)]
        if blank:
            picture = picture.filter("drawbox", color="black", t="fill", enable=_within(blank))
        streams.insert(0, picture)
        options |= PICTURE_ANEW if anew else {"vcodec": "copy"}
    saved = ffmpeg.save(part, *streams, **options, max_muxing_queue_size=9999)
    ffmpeg.run(on_the_clock(source, seen, saved), seen.duration_ms, report)


def _within(spans: Sequence[tuple[int, int]]) -> str:
    """An expression of ffmpeg's that is true inside the spans. A frame counts from 5 ms before: none begins outside
    and reaches in.

    >>> _within([(1000, 2500)])
    'gt(t,0.995)*lt(t,2.5)'
    """
    lead = SAMPLES / RATE
    return "+".join(f"gt(t,{start / 1000 - lead:g})*lt(t,{end / 1000:g})" for start, end in spans)
