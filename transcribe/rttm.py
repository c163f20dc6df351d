"""Turns as RTTM, the plain text that diarizers exchange: writing ours, reading what another tool made.

A line: SPEAKER file channel start duration <NA> <NA> label <NA> <NA>, times in seconds (NIST, 2009).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from transcribe.errors import TranscribeError
from transcribe.timeline import Span, VoiceTurn
from transcribe.tracks import length_ms
from transcribe.turns import Diarization, mark_overlaps

FIELDS = 8  # up to the label; what follows is often left out
OUTSIDE_MS = 1_000  # tools round and pad: a turn may end so long after the sound


class TurnsUnreadable(TranscribeError):
    """A file of turns is not what its name says, or belongs to another recording."""

    code = "turns_unreadable"


def to_rttm(turns: Iterable[VoiceTurn], name: str) -> str:
    """One line a turn; spaces in the recording's name and in labels become underscores.

    >>> to_rttm([VoiceTurn(500, 1750, "S1")], "a talk")
    'SPEAKER a_talk 1 0.500 1.250 <NA> <NA> S1 <NA> <NA>\\n'
    """
    return "".join(
        f"SPEAKER {_word(name)} 1 {turn.start_ms / 1000:.3f} {(turn.end_ms - turn.start_ms) / 1000:.3f} "
        f"<NA> <NA> {_word(turn.label)} <NA> <NA>\n"
        for turn in turns
    )


def _word(text: str) -> str:
    return "_".join(text.split()) or "<NA>"


def read_rttm(text: str, total_ms: int) -> tuple[VoiceTurn, ...]:
    """Turns in order, of a recording that is `total_ms` long; time shared by two labels is marked as overlap.

    Turns of one label that overlap or touch become one. Raises TurnsUnreadable with the line that is wrong.
    """
    rows = [row for number, line in enumerate(text.splitlines(), 1) if (row := _row(line, number))]
    if len({name for name, _turn in rows}) > 1:
        raise TurnsUnreadable(
            "The RTTM file has turns of several recordings. Give one recording's turns alone."
        )
    turns = []
    for _name, turn in rows:
        if turn.end_ms > total_ms + OUTSIDE_MS:
            raise TurnsUnreadable(
                f"The RTTM file has a turn that ends at {turn.end_ms / 1000:.1f} s, but the sound ends at "
                f"{total_ms / 1000:.1f} s. It belongs to another recording."
            )
        if turn.start_ms < total_ms:
            turns.append(VoiceTurn(turn.start_ms, min(turn.end_ms, total_ms), turn.label))
    return tuple(sorted(mark_overlaps(list(_joined(turns)))))


def read_rttm_file(file: Path, total_ms: int) -> tuple[str, tuple[VoiceTurn, ...]]:
    """The text of a file and its turns; see `read_rttm`. Raises TurnsUnreadable."""
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise TurnsUnreadable(f"{file.name} cannot be read as text.") from error
    return text, read_rttm(text, total_ms)


def _row(line: str, number: int) -> tuple[str, VoiceTurn] | None:
    parts = line.split()
    if not parts or parts[0] != "SPEAKER":
        return None  # other kinds of line carry no turns
    try:
        start, length = float(parts[3]), float(parts[4])
        label = parts[FIELDS - 1]
    except (IndexError, ValueError):
        start = length = math.nan
        label = ""
    if not (math.isfinite(start) and math.isfinite(length) and start >= 0 and length >= 0 and label):
        raise TurnsUnreadable(f"Line {number} of the RTTM file is no turn: “{line.strip()[:80]}”.")
    start_ms, end_ms = round(start * 1000), round((start + length) * 1000)
    return (parts[1], VoiceTurn(start_ms, end_ms, label)) if end_ms > start_ms else None


def _joined(turns: list[VoiceTurn]) -> Iterator[VoiceTurn]:
    by_label = sorted(turns, key=lambda turn: (turn.label, turn.start_ms))
    for label, group in groupby(by_label, key=lambda turn: turn.label):
        open_span: Span | None = None
        for turn in group:
            if open_span and turn.start_ms <= open_span.end_ms:
                open_span = Span(open_span.start_ms, max(open_span.end_ms, turn.end_ms))
                continue
            if open_span:
                yield VoiceTurn(open_span.start_ms, open_span.end_ms, label)
            open_span = turn.span
        if open_span:
            yield VoiceTurn(open_span.start_ms, open_span.end_ms, label)


@dataclass(frozen=True)
class Imported:
    """Turns another tool wrote, as a diarizer; see `turns.Diarizer`. Their labels stay as they are."""

    file: Path

    def separate(
        self, wav: Path, speakers: int | None, at_most: int | None, report: Callable[[int], None]
    ) -> Diarization:
        del speakers, at_most  # the file says who speaks, however many were expected
        total = length_ms(wav)
        _text, turns = read_rttm_file(self.file, total)
        report(total)
        return Diarization(turns)
