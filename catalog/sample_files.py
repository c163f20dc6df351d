"""A stretch of a sound or video file in which one person speaks, out of which a voice print is made. Voices of a talk
are `samples`."""

from pathlib import Path

from catalog.errors import InvalidQuery
from catalog.samples import Sample
from media.audio import to_wav
from transcribe.timeline import Span
from transcribe.wav import duration_ms


def sample_file(file: Path, folder: Path, start_ms: int | None, end_ms: int | None) -> Sample:
    """A stretch of any sound or video file, made readable in `folder`. Raises MediaError, InvalidQuery."""
    wav = folder / "sample.wav"
    to_wav(file, wav, lambda _done: None)
    span = stretch(duration_ms(wav), start_ms, end_ms)
    return Sample(wav, (span,), f"the file {file.name}, {span.start_ms / 1000:g} to {span.end_ms / 1000:g} s")


def stretch(length_ms: int, start_ms: int | None, end_ms: int | None) -> Span:
    """The part of a file that is meant, which must lie inside it.

    >>> stretch(9000, None, 4000)
    Span(start_ms=0, end_ms=4000)
    """
    start, end = start_ms or 0, length_ms if end_ms is None else end_ms
    if not 0 <= start < end <= length_ms:
        raise InvalidQuery(
            f"From {start / 1000:g} s to {end / 1000:g} s is no stretch of this file: "
            f"it is {length_ms / 1000:g} s long."
        )
    return Span(start, end)
