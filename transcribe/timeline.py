"""Spans of time and the words in them, frozen, in integer milliseconds, half-open. No sound, no files."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, order=True)
class Span:
    """The half-open interval [start_ms, end_ms).

    >>> Span(0, 1000) & Span(400, 2000)
    Span(start_ms=400, end_ms=1000)
    >>> Span(0, 10) & Span(10, 20) is None
    True
    """

    start_ms: int
    end_ms: int

    def __post_init__(self) -> None:
        if self.start_ms < 0 or self.end_ms < self.start_ms:
            raise ValueError(f"a span cannot run from {self.start_ms} to {self.end_ms} ms")

    @property
    def duration_ms(self) -> int:
        return self.end_ms - self.start_ms

    def __and__(self, other: Span) -> Span | None:
        """The overlap of two spans, or None when they share no time."""
        start, end = max(self.start_ms, other.start_ms), min(self.end_ms, other.end_ms)
        return Span(start, end) if start < end else None

    def __contains__(self, moment_ms: int) -> bool:
        return self.start_ms <= moment_ms < self.end_ms

    def shifted(self, by_ms: int) -> Span:
        return Span(self.start_ms + by_ms, self.end_ms + by_ms)


@dataclass(frozen=True)
class Word:
    """One spoken word as the recogniser timed it; `probability` in [0, 1]."""

    start_ms: int
    end_ms: int
    text: str
    probability: float = 1.0

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True)
class Flag:
    """A doubt about a passage: machine-readable `code`, human-readable `reason`."""

    code: str
    reason: str


@dataclass(frozen=True)
class Segment:
    """What the recogniser wrote for one stretch of sound, with the figures it gave about itself.

    `compression_ratio`, `average_logprob` and `no_speech_probability` are Whisper's own measures
    (Radford et al. 2022, section 4.5); None where an engine has none.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str
    words: tuple[Word, ...] = ()
    average_logprob: float | None = None
    no_speech_probability: float | None = None
    compression_ratio: float | None = None
    temperature: float | None = None
    flags: tuple[Flag, ...] = ()

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True)
class Utterance:
    """One paragraph-sized stretch of speech by one voice, as it is stored and shown.

    `label` is a diarizer's label, never an identity; `speaker` is the name to print, filled in by
    whoever reads (captions need it), empty when unknown.
    """

    start_ms: int
    end_ms: int
    text: str
    language: str
    words: tuple[Word, ...] = ()
    label: str = ""
    speaker: str = ""
    flags: tuple[Flag, ...] = field(default=())

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)


@dataclass(frozen=True, order=True)
class VoiceTurn:
    """A stretch in which a diarizer heard one voice; `label` is its own name for that voice, no identity.

    Turns of two labels may share time: people interrupt. `posterior` in [0, 1] is the diarizer's own
    confidence that this stretch is that voice; `overlap` says that it heard somebody else in it too.
    """

    start_ms: int
    end_ms: int
    label: str
    posterior: float = 1.0
    overlap: bool = False

    def __post_init__(self) -> None:
        _ = self.span  # a turn that runs backwards is refused where it is made

    @property
    def span(self) -> Span:
        return Span(self.start_ms, self.end_ms)
