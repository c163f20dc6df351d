"""Words a decoder wrote twice or in a loop, found in the text and times of one segment and cut out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from transcribe.score import plain_words
from transcribe.timeline import Flag, Segment, Word

# Whisper's limit for text that says the same again and again (Radford et al. 2022, section 4.5).
REPETITIVE = 2.4
# A crowd may shout a slogan eight times in half a minute; a decoder in a loop goes on until its page is full.
LOOP_TIMES, LOOP_WORDS, LOOP_LONGEST, LOOP_KEPT = 10, 25, 12, 2
# Three words said in no time at all were not said.
ECHO_LEAST = 3


def cut_repeats(segment: Segment) -> tuple[Segment, tuple[Segment, ...]]:
    """The segment without what its decoder repeated, and the repeats, each flagged with what it was.

    Cut out are words that take no time *and* repeat those before them, and loops of ten rounds and more in a
    text that is also too repetitive by Whisper's measure; two rounds of a loop stay, for they may be real.
    """
    words = segment.words
    said = [" ".join(plain_words(word.text)) for word in words]
    cuts = _find_echoes(words, said)
    if not cuts and (segment.compression_ratio or 0.0) > REPETITIVE and (loop := find_loop(said)):
        start, period, times = loop
        cuts = [
            (start + period * LOOP_KEPT, start + period * times, f"the same {period} words {times} times")
        ]
    if not cuts:
        return segment, ()
    gone = {at for start, end, _ in cuts for at in range(start, end)}
    rest = tuple(word for at, word in enumerate(words) if at not in gone)
    reason = "; ".join(why for _, _, why in cuts)
    return (
        _of_words(segment, rest, Flag("repeat_removed", reason)),
        tuple(_of_words(segment, words[start:end], Flag("repeated", why)) for start, end, why in cuts),
    )


def find_loop(said: Sequence[str]) -> tuple[int, int, int] | None:
    """The first run of the same words said again and again: (start, words a round, rounds).

    At least LOOP_TIMES rounds and LOOP_WORDS words.

    >>> find_loop(["so"] + ["thank", "you", "daniel"] * 11 + ["good", "night"])
    (1, 3, 11)
    >>> find_loop(["azadi"] * 20) is None
    True
    """
    for start in range(len(said)):
        for period in range(1, min(LOOP_LONGEST, (len(said) - start) // LOOP_TIMES) + 1):
            times = 1
            while said[start + times * period : start + (times + 1) * period] == said[start : start + period]:
                times += 1
            if times >= LOOP_TIMES and times * period >= LOOP_WORDS:
                return start, period, times
    return None


def _find_echoes(words: Sequence[Word], said: Sequence[str]) -> list[tuple[int, int, str]]:
    """Runs of timeless words that repeat what stands before them: (start, end, why)."""
    echoes = []
    end = 0
    for start in range(len(words)):
        if start < end or words[start].end_ms > words[start].start_ms:
            continue
        end = start
        while end < len(words) and words[end].end_ms == words[end].start_ms:
            end += 1
        if end - start >= ECHO_LEAST and _repeats(said, start, end):
            echoes.append((start, end, f"{end - start} words said again in no time"))
    return echoes


def _repeats(said: Sequence[str], start: int, end: int) -> bool:
    return any(list(said[start:end]) == list(said[start - back : end - back]) for back in range(1, start + 1))


def _of_words(segment: Segment, words: tuple[Word, ...], flag: Flag) -> Segment:
    """The part of a segment that these words are; the measure of repetition was that of the whole."""
    return replace(
        segment,
        start_ms=words[0].start_ms,
        end_ms=max(word.end_ms for word in words),
        text=" ".join(word.text for word in words),
        words=words,
        compression_ratio=None,
        flags=(*segment.flags, flag),
    )
