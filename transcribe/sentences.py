"""From recognised segments to paragraphs: where sentences end in each script. Knows nothing about voices yet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from transcribe.timeline import Flag, Segment, Utterance, Word

PAUSE_MS = 1_500
ENOUGH_CHARACTERS = 300
MOST_CHARACTERS = 600
MOST_MS = 60_000

# Latin and Greek marks, ellipsis, danda and double danda, Urdu full stop, Arabic question mark, Burmese section
# sign, Chinese marks; then closing quotes and brackets.
_END = regex.compile(r"""[.?!…।॥۔؟။。？！]+["'”’»)\]]*$""")
_ABBREVIATION = regex.compile(
    r"""(?:^|[("'“‘])(?:(?:dr|mr|mrs|ms|mx|prof|sr|jr|st|gen|col|lt|maj|capt|brig|cmdr|sgt|hon|rev|sen|rep|gov|pres
    |no|nos|vs|v|etc|inc|ltd|co|dept|est|fig|vol|art|approx|i\.e|e\.g|a\.m|p\.m|cf|jan|feb|mar|apr|jun|jul|aug|sep
    |sept|oct|nov|dec)|\p{L}|(?:\p{L}\.)+\p{L})\.$""",
    regex.IGNORECASE | regex.VERBOSE,
)
# "I." and a letter before a capital may end a sentence, but far more often they are initials: "A. R. Khan".


def ends_sentence(word: str, following: str = "") -> bool:
    """Does a sentence end with this word, given the word after it?

    >>> [ends_sentence(w, n) for w, n in [("home.", "She"), ("Dr.", "Rahman"), ("3.5", "million"), ("۲۰۲۴۔", "پھر")]]
    [True, False, False, True]
    >>> ends_sentence("है।"), ends_sentence("ہے؟"), ends_sentence("well...", "you")
    (True, True, False)
    """
    if not _END.search(word):
        return False
    if following[:1].islower():
        return not word.rstrip("\"'”’»)]").endswith((".", "…"))
    return not _ABBREVIATION.search(word)


@dataclass(frozen=True)
class _Spoken:
    """One word with what its segment said about it."""

    word: Word
    language: str
    flags: tuple[Flag, ...]


def to_utterances(segments: Sequence[Segment]) -> tuple[Utterance, ...]:
    """Paragraph-sized utterances of one unnamed voice; every word lands in exactly one, in order.

    A paragraph closes at a pause of 1.5 s, where language or flags change, and at a sentence end from 300
    characters on; it holds at most 600 characters and 60 s. A segment without words stays as it is.
    """
    utterances: list[Utterance] = []
    run: list[_Spoken] = []
    for segment in segments:
        if segment.words:
            run += [_Spoken(word, segment.language, segment.flags) for word in segment.words]
        elif segment.text:
            utterances += _paragraphs(run)
            utterances.append(
                Utterance(
                    segment.start_ms, segment.end_ms, segment.text, segment.language, flags=segment.flags
                )
            )
            run = []
    return (*utterances, *_paragraphs(run))


def _paragraphs(run: list[_Spoken]) -> Iterator[Utterance]:
    start = 0
    while start < len(run):
        end = _paragraph_end(run, start)
        yield _utterance(run[start:end])
        start = end


def _paragraph_end(run: list[_Spoken], start: int) -> int:
    """The index after the last word of the paragraph that begins at `start`."""
    characters = 0
    for at in range(start, len(run)):
        word = run[at].word
        characters += len(word.text) + (at > start)
        if at > start and (characters > MOST_CHARACTERS or word.end_ms - run[start].word.start_ms > MOST_MS):
            return _best_break(run, start, at)
        if at + 1 == len(run) or _must_part(run[at], run[at + 1]):
            return at + 1
        if characters >= ENOUGH_CHARACTERS and ends_sentence(word.text, run[at + 1].word.text):
            return at + 1
    return len(run)


def _must_part(one: _Spoken, following: _Spoken) -> bool:
    return (
        following.word.start_ms - one.word.end_ms >= PAUSE_MS
        or following.language != one.language
        or following.flags != one.flags
    )


def _best_break(run: list[_Spoken], start: int, limit: int) -> int:
    """Where to part an overlong paragraph: after its last sentence, else at its longest pause."""
    for at in range(limit, start, -1):
        if ends_sentence(run[at - 1].word.text, run[at].word.text):
            return at
    half = start + (limit - start) // 2
    return max(range(half + 1, limit + 1), key=lambda at: run[at].word.start_ms - run[at - 1].word.end_ms)


def _utterance(run: Sequence[_Spoken]) -> Utterance:
    words = tuple(spoken.word for spoken in run)
    return Utterance(
        start_ms=words[0].start_ms,
        end_ms=max(word.end_ms for word in words),
        text=" ".join(word.text for word in words),
        language=run[0].language,
        words=words,
        flags=run[0].flags,
    )
