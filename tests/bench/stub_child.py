"""The child of `catalog.child` with a recogniser that hears nothing and writes a full talk: 150 words a minute."""

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from catalog import child, ear
from transcribe.engine import EngineInfo, Heard, Hints
from transcribe.timeline import Segment, Span, Word

WORD_MS = 400
WORDS_A_SEGMENT = 12


class StubEngine:
    """Answers at once, with as many words as somebody would have said."""

    info = EngineInfo("stub", "stub", "1", "cpu", "none", note="a stub: these words were never spoken")

    def hear(self, wav: Path, span: Span, hints: Hints, report: Callable[[int], None]) -> Heard:
        starts = range(span.start_ms, span.end_ms - WORD_MS, WORD_MS)
        words = [Word(start, start + WORD_MS - 20, f" word{start // WORD_MS % 977}", 0.9) for start in starts]
        groups = [words[at : at + WORDS_A_SEGMENT] for at in range(0, len(words), WORDS_A_SEGMENT)]
        segments = tuple(_segment(group) for group in groups)
        report(span.duration_ms)
        raw = {"segments": [[segment.start_ms, segment.end_ms, segment.text] for segment in segments]}
        return Heard(segments, "en", None, raw)


def _segment(words: list[Word]) -> Segment:
    last = replace(words[-1], text=words[-1].text + ".")
    text = "".join(word.text for word in [*words[:-1], last]).strip()
    return Segment(words[0].start_ms, last.end_ms, text, "en", (*words[:-1], last), average_logprob=-0.2)


if __name__ == "__main__":
    ear._loaded = lambda _settings: StubEngine()  # type: ignore[assignment]
    child.main(sys.argv[1])
