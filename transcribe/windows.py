"""Windows of speech and their voice vectors, read from the file piece by piece. Decides nothing about people."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.timeline import Span
from transcribe.tracks import read_track
from transcribe.vectors import Vectors
from transcribe.voice_print import VECTOR
from transcribe.voices import FRAME_MS, Floats, VoiceEncoder, mel_frames, unit

# One grid serves clustering and finding changes: 1.2 s every 0.25 s was as good as 1.6 s every 0.4 s with
# 1.2 s every 0.2 s on top, at half the cost.
WINDOW_MS = 1_200
HOP_MS = 250
SHORTEST_MS = 200  # less than this is filled up with what follows
# At the edge of speech whole windows reach far past their cells, and a short answer is lost in what follows: who
# speaks there is heard in windows that stay around their cells, down to this. To sort people by they are too short.
EDGE_MS = 400
ALIKE_MS = 80  # windows shorter than WINDOW_MS are cut to steps of this, so that they fill batches
PIECE_MS = 60_000
# A window says who speaks well enough to sort people by from here on.
CLEAR_MS = 800
SAMPLE_MOST = 20_000
AROUND = 2  # windows on either side that are averaged before people are sorted


@dataclass(frozen=True)
class Windows:
    """Windows in order of time: the cell each speaks for, where it begins and how long it is, and its vector."""

    cells: NDArray[np.int64]
    starts_ms: NDArray[np.int64]
    lengths_ms: NDArray[np.int64]
    vectors: Vectors

    def __len__(self) -> int:
        return len(self.cells)

    @property
    def spoken_ms(self) -> NDArray[np.int64]:
        return np.asarray(self.cells[:, 1] - self.cells[:, 0])

    @property
    def are_clear(self) -> NDArray[np.bool_]:
        """Windows long enough to sort people by; all, when hardly any is."""
        clear = np.asarray(self.lengths_ms >= CLEAR_MS)
        return clear if clear.sum() > 1 else np.ones(len(self), bool)

    def sample(self) -> NDArray[np.int64]:
        """Places of clear windows to sort people by: all of an hour's, evenly spaced ones of longer recordings."""
        clear = np.flatnonzero(self.are_clear)
        return clear[np.linspace(0, len(clear) - 1, min(len(clear), SAMPLE_MOST)).astype(np.int64)]

    def smoothed(self, places: NDArray[np.int64]) -> Floats:
        """Vectors averaged with their neighbours in the same stretch of speech: steadier where voices are alike."""
        stretch = np.concatenate([[0], np.cumsum(self.cells[1:, 0] > self.cells[:-1, 1])])
        return self.vectors.smoothed(places, stretch, AROUND)

    def middle(self, chosen: NDArray[np.bool_]) -> Floats:
        """The one voice of the chosen windows, longer ones counting for more."""
        groups = np.where(chosen, 0, -1)
        return unit(self.vectors.sums(groups, self.spoken_ms.astype(np.float32), 1)[0])


@dataclass(frozen=True)
class Edges:
    """Windows at the edges of speech, heard again around their cells only: places of the whole ones, vectors."""

    places: NDArray[np.int64]
    vectors: Vectors


def lay_grid(
    spans: Sequence[Span], at_edges_ms: int = WINDOW_MS
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cells, window starts and window lengths in ms: every span is covered by cells, windows stay inside spans.

    Near the edge of a span longer than a window they shrink to stay around their cells, down to `at_edges_ms`.

    >>> cells, starts, lengths = lay_grid([Span(0, 1000), Span(2000, 3250)], 400)
    >>> starts.tolist(), lengths.tolist()
    ([0, 0, 0, 0, 2000, 2000, 2025, 2500, 2850], [1000, 1000, 1000, 1000, 400, 750, 1200, 750, 400])
    """
    cells, starts, lengths = [], [], []
    for span in spans:
        count = max(1, round(span.duration_ms / HOP_MS))
        edges = np.linspace(span.start_ms, span.end_ms, count + 1).round().astype(np.int64)
        middles = (edges[1:] + edges[:-1]) // 2
        around = 2 * np.minimum(middles - span.start_ms, span.end_ms - middles)
        is_short = span.duration_ms <= WINDOW_MS  # one answer, heard as a whole
        length = np.full(count, span.duration_ms) if is_short else np.clip(around, at_edges_ms, WINDOW_MS)
        begin = np.clip(middles - length // 2, span.start_ms, span.end_ms - length)
        cells.append(np.stack([edges[:-1], edges[1:]], axis=1))
        starts.append(begin)
        lengths.append(length)
    if not cells:
        return np.zeros((0, 2), np.int64), np.zeros(0, np.int64), np.zeros(0, np.int64)
    return np.concatenate(cells), np.concatenate(starts), np.concatenate(lengths)


def embed_speech(
    wav: Path,
    spans: Sequence[Span],
    encoder: VoiceEncoder,
    *,
    gain: float = 1.0,
    channel: int | None = None,
    line: Callable[[Floats], Floats] = lambda samples: samples,
    report: Callable[[int], None] = lambda _ms: None,
) -> Windows:
    """Windows over spans of speech with their vectors; memory holds a minute of sound, the vectors are on disk.

    `line` is what the sound is passed through before it is listened to (see `lines`).
    """
    cells, starts, lengths = lay_grid(spans)
    vectors = _embed(wav, starts, lengths, encoder, gain, channel, line, report)
    return Windows(cells, starts, lengths, vectors)


def embed_edges(
    wav: Path, spans: Sequence[Span], encoder: VoiceEncoder, *, gain: float = 1.0, channel: int | None = None
) -> Edges:
    """The windows of the same spans that reach far past their cells, heard again in shorter ones."""
    _cells, starts, lengths = lay_grid(spans, EDGE_MS)
    places = np.flatnonzero(lengths < lay_grid(spans)[2])
    vectors = _embed(wav, starts[places], lengths[places], encoder, gain, channel)
    return Edges(places, vectors)


def _embed(
    wav: Path,
    starts: NDArray[np.int64],
    lengths: NDArray[np.int64],
    encoder: VoiceEncoder,
    gain: float,
    channel: int | None,
    line: Callable[[Floats], Floats] = lambda samples: samples,
    report: Callable[[int], None] = lambda _ms: None,
) -> Vectors:
    vectors = Vectors()
    for piece in _pieces(starts, lengths):
        begin = int(starts[piece.start])
        end = int((starts[piece] + lengths[piece]).max())
        mels = mel_frames(line(read_track(wav, Span(begin, end), channel) * np.float32(gain)))
        sizes = _frames(lengths[piece])
        found = np.zeros((len(sizes), VECTOR), np.float32)
        for size in np.unique(sizes):
            rows = np.flatnonzero(sizes == size)
            at = ((starts[piece][rows] - begin) // FRAME_MS).tolist()
            found[rows] = encoder.embed(mels, at, int(size))
        vectors.append(found)
        report(end)
    return vectors


def _frames(lengths_ms: NDArray[np.int64]) -> NDArray[np.int64]:
    whole = lengths_ms >= WINDOW_MS
    short = np.maximum(SHORTEST_MS, lengths_ms // ALIKE_MS * ALIKE_MS)
    return np.asarray(np.where(whole, WINDOW_MS, short) // FRAME_MS)


def _pieces(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> Iterator[slice]:
    """Windows in a row that lie within PIECE_MS of sound."""
    ends = starts + lengths
    first = 0
    while first < len(starts):
        last = max(first + 1, int(np.searchsorted(ends, starts[first] + PIECE_MS, side="right")))
        yield slice(first, last)
        first = last
