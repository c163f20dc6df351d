"""What separating voices gives, whoever does it: turns and the voice of each label. A label is no identity."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from transcribe.timeline import VoiceTurn


@dataclass(frozen=True)
class Diarization:
    """Turns in order of time, and what each label's voice is like: a vector of length one made by `model`.

    Turns that another tool made come without voices: `voices` is empty then.
    """

    turns: tuple[VoiceTurn, ...]
    voices: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    model: str = ""

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels in the order in which they first speak."""
        return tuple(dict.fromkeys(turn.label for turn in self.turns))


class Diarizer(Protocol):
    """Anything that separates voices: our own (`diarize`), pyannote, or turns another tool wrote (`rttm`)."""

    def separate(
        self, wav: Path, speakers: int | None, at_most: int | None, report: Callable[[int], None]
    ) -> Diarization:
        """Turns of a 16 kHz WAV. `speakers`: how many take part, or at most do; None when nobody knows.

        `report` gets milliseconds done.
        """
        ...


def in_order(turns: list[VoiceTurn]) -> tuple[VoiceTurn, ...]:
    """Turns sorted, with labels S1, S2, ... in the order of first speech.

    >>> [turn.label for turn in in_order([VoiceTurn(500, 900, "x"), VoiceTurn(0, 500, "y")])]
    ['S1', 'S2']
    """
    names: dict[str, str] = {}
    return tuple(
        VoiceTurn(
            turn.start_ms,
            turn.end_ms,
            names.setdefault(turn.label, f"S{len(names) + 1}"),
            turn.posterior,
            turn.overlap,
        )
        for turn in sorted(turns)
    )


def mark_overlaps(turns: list[VoiceTurn]) -> list[VoiceTurn]:
    """Turns with what another label's turn covers cut out as turns of their own, marked.

    >>> mark_overlaps([VoiceTurn(0, 900, "a"), VoiceTurn(600, 900, "b")])[1].overlap
    True
    """
    marked: list[VoiceTurn] = []
    for turn in turns:
        others = [turn.span & other.span for other in turns if other.label != turn.label]
        at = turn.start_ms
        for span in sorted(span for span in others if span):
            marked += _piece(turn, at, span.start_ms, overlap=False)
            marked += _piece(turn, max(at, span.start_ms), span.end_ms, overlap=True)
            at = max(at, span.end_ms)
        marked += _piece(turn, at, turn.end_ms, overlap=False)
    return marked


def _piece(turn: VoiceTurn, start_ms: int, end_ms: int, *, overlap: bool) -> list[VoiceTurn]:
    return [VoiceTurn(start_ms, end_ms, turn.label, turn.posterior, overlap)] if end_ms > start_ms else []
