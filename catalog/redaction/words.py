"""What is left of a text when the words spoken in a span are taken out of it. Pure; where texts are kept is `rows`'."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from catalog.anchors import key_of, time_words
from transcribe.timeline import Segment, Span, Word

MARK = "[…]"  # stands where words were, in every language
FLAG = {"code": "redacted", "reason": "the editors took words out here"}
# Machines time the same words differently from one run to the next: what only the house reads loses a little more.
BESIDE_MS = 1_000
ROLLING_MS = 6_000  # captions of a source may repeat a line while the next is spoken
_TIMES = re.compile(r"((?:\d+:)?\d+:\d+[.,]\d+)\s*-->\s*((?:\d+:)?\d+:\d+[.,]\d+)")

Row = list[Any]


@dataclass(frozen=True)
class Rest:
    """What is left of a passage; the words that went, as they were printed, and all their keys (see `anchors.key_of`),
    of what was heard there too."""

    text: str
    words: list[Row]
    said: tuple[str, ...]
    taken: frozenset[str]


def widen(spans: Iterable[Span], by_ms: int) -> list[Span]:
    """
    >>> widen([Span(500, 900)], 1000)
    [Span(start_ms=0, end_ms=1900)]
    """
    return [Span(max(0, span.start_ms - by_ms), span.end_ms + by_ms) for span in spans]


def touches(start_ms: int, end_ms: int, spans: Iterable[Span]) -> bool:
    """Does any of it lie in the spans? A word without length lies where it begins."""
    return any(start_ms < span.end_ms and max(end_ms, start_ms + 1) > span.start_ms for span in spans)


def take_out(
    text: str, words: Sequence[Row], start_ms: int, end_ms: int, spans: Sequence[Span]
) -> Rest | None:
    """The passage without what was said in the spans; None where they do not touch it.

    `words` is `[[start_ms, end_ms, text, probability], ...]`. A word that lies partly in a span goes whole; a passage
    whose words were never timed goes whole.

    >>> heard = [[0, 10, "a", 1.0], [10, 20, "big", 1.0], [20, 30, "secret", 1.0]]
    >>> rest = take_out("a big secret", heard, 0, 30, [Span(22, 25)])
    >>> rest.text
    'a big […]'
    """
    if not touches(start_ms, end_ms, spans):
        return None
    if not words:
        return Rest(MARK, [], tuple(text.split()), _keys(text.split()))
    printed: list[Row] = [
        [word.start_ms, word.end_ms, word.text, 1.0]
        for word in time_words(text, [Word(*word) for word in words], start_ms, end_ms)
    ]
    said = tuple(word[2] for word in printed if touches(word[0], word[1], spans))
    heard = [word[2] for word in words if touches(word[0], word[1], spans)]
    if not (said or heard):
        return None
    left = " ".join(word[2] for word in _thin(printed, spans))
    return Rest(left or MARK, _thin(words, spans), said, _keys([*said, *heard]))


def _thin(words: Iterable[Row], spans: Sequence[Span]) -> list[Row]:
    """The words outside the spans, with one mark over the time of each run of those inside."""
    left: list[Row] = []
    for start_ms, end_ms, text, sure in words:
        if not touches(start_ms, end_ms, spans):
            left.append([start_ms, end_ms, text, sure])
        elif left and left[-1][2] == MARK:
            left[-1][1] = max(left[-1][1], end_ms)
        else:
            left.append([start_ms, end_ms, MARK, 1.0])
    return left


def _keys(words: Iterable[str]) -> frozenset[str]:
    return frozenset(key for word in words for part in word.split() if (key := key_of(part)))


def keys_in(value: Any) -> Iterator[str]:
    """The keys of all words in a text, or in whatever texts a JSON value holds.

    >>> sorted(keys_in({"reason": "Tea, please", "of": ["tea", 7]}))
    ['please', 'tea', 'tea']
    """
    if isinstance(value, str):
        yield from _each_key(value)
    elif isinstance(value, dict):
        for one in value.values():
            yield from keys_in(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from keys_in(one)


def _each_key(text: str) -> Iterator[str]:
    return (key for part in text.split() if (key := key_of(part)))


def thin_segment(segment: Segment, spans: Sequence[Span]) -> Segment:
    """The recogniser's own segment without the words; the rest of what it wrote stays."""
    rows: list[Row] = [
        [word.start_ms, word.end_ms, word.text.strip(), word.probability] for word in segment.words
    ]
    rest = take_out(segment.text, rows, segment.start_ms, segment.end_ms, spans)
    if rest is None:
        return segment
    return replace(segment, text=rest.text, words=tuple(Word(*word) for word in rest.words))


def thin_captions(data: bytes, spans: Sequence[Span]) -> bytes | None:
    """WebVTT or SubRip without the cues near the spans; None when their times cannot be read: then all must go.

    >>> cues = "00:01.000 --> 00:02.000\\nsecret\\n\\n00:30.000 --> 00:31.000\\ntea\\n"
    >>> thin_captions(cues.encode(), [Span(0, 2000)])
    b'00:30.000 --> 00:31.000\\ntea\\n'
    """
    try:
        blocks = re.split(r"\n[ \t]*\n", data.decode("utf-8").replace("\r\n", "\n"))
    except UnicodeDecodeError:
        return None
    near = widen(spans, ROLLING_MS)
    found = [_TIMES.search(block) for block in blocks]
    if not any(found):
        return None
    kept = [
        block
        for block, times in zip(blocks, found, strict=True)
        if times is None or not touches(_ms(times[1]), _ms(times[2]), near)
    ]
    return "\n\n".join(kept).encode()


def _ms(clock: str) -> int:
    seconds = 0.0
    for part in clock.replace(",", ".").split(":"):
        seconds = seconds * 60 + float(part)
    return round(seconds * 1000)
