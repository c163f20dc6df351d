"""The strip: who spoke when, one ruled row a voice, as the path of an SVG 1000 units wide. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from catalog.transcripts import Speaker, SpokenTurn
from web.wording import clock

WIDTH = 1000
CLOSEST = 2  # units; a narrower gap could not be seen
NARROWEST = 2


@dataclass(frozen=True)
class Row:
    """One voice: its bars as an SVG path, how long it spoke and when it was first heard."""

    speaker: Speaker
    path: str
    spoken_ms: int
    first_ms: int


@dataclass(frozen=True)
class Strip:
    rows: tuple[Row, ...]
    ticks: tuple[str, ...]


def draw_strip(turns: Sequence[SpokenTurn], duration_ms: int) -> Strip:
    """The strip of a talk; rows in the order in which the voices are first heard."""
    whole = max([duration_ms, 1, *(turn.end_ms for turn in turns)])
    spans: dict[Speaker, list[tuple[int, int]]] = {}
    for turn in turns:
        spans.setdefault(turn.speaker, []).extend((part.start_ms, part.end_ms) for part in turn.passages)
    rows = tuple(
        Row(speaker, bars(heard, whole), sum(end - start for start, end in heard), min(heard)[0])
        for speaker, heard in spans.items()
    )
    return Strip(rows, tuple(clock(whole * quarter // 4) for quarter in range(5)))


def bars(spans: Sequence[tuple[int, int]], whole_ms: int) -> str:
    """The path of a row, bars that almost touch drawn as one.

    >>> bars([(0, 100), (101, 200), (500, 600)], 1000)
    'M0 0h200v10h-200zM500 0h100v10h-100z'
    """
    drawn: list[list[int]] = []
    for start_ms, end_ms in sorted(spans):
        start = start_ms * WIDTH // whole_ms
        end = max(-(-end_ms * WIDTH // whole_ms), start + NARROWEST)
        if drawn and start - drawn[-1][1] < CLOSEST:
            drawn[-1][1] = max(drawn[-1][1], end)
        else:
            drawn.append([start, end])
    return "".join(f"M{start} 0h{end - start}v10h-{end - start}z" for start, end in drawn)
