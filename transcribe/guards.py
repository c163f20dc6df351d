"""Against invented text: which recognised segments are kept, doubted or dropped, and why. Hears nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import regex

from transcribe.languages import NOT_TRANSCRIBED, check_script
from transcribe.loops import REPETITIVE, cut_repeats
from transcribe.score import plain_words
from transcribe.stock_phrases import is_courtesy, is_stock
from transcribe.timeline import Flag, Segment, Span

# Whisper's own limits (Radford et al. 2022, section 4.5).
NO_SPEECH, LOW_LOGPROB = 0.6, -1.0
# The fastest debaters reach about 6 words, or 25 letters, a second.
MOST_WORDS_A_SECOND, MOST_LETTERS_A_SECOND = 9.0, 40.0
# One letter a second over ten seconds is a word or two laid over music.
LEAST_LETTERS_A_SECOND, SLOW_FROM_MS = 1.0, 10_000
SAME_LINES = 3
# "[Music]", "(applause)", "*laughs*", "♪ la la ♪"; possessive, so that no odd text makes it search for long.
_SOUND_ONLY = regex.compile(r"(?:(?:\[[^\]]*+\]|\([^)]*+\)|\*[^*]*+\*|[♪♫♩♬]++[^♪♫♩♬]*+[♪♫♩♬]*+)[\s.…]*+)++")


@dataclass(frozen=True)
class Dropped:
    """A segment that is not shown, and the reason; it stays in the engine's raw output."""

    segment: Segment
    flag: Flag


@dataclass(frozen=True)
class Judgement:
    """`kept` in the order heard, some with flags; `dropped` with reasons."""

    kept: tuple[Segment, ...]
    dropped: tuple[Dropped, ...]


def judge(segments: Sequence[Segment], span: Span | None = None) -> Judgement:
    """Keep, flag or drop each segment; `span` is the stretch that was listened to.

    Text is dropped when it cannot be speech, or when two independent signs speak against it. One weak sign only
    flags: a real passage on a bad telephone line must never vanish.
    """
    kept: list[Segment] = []
    dropped: list[Dropped] = []
    for segment in segments:
        body, repeats = cut_repeats(segment)
        dropped += [Dropped(repeat, repeat.flags[-1]) for repeat in repeats]
        if reason := _why_drop(body, _same_before(body, kept), span):
            dropped.append(Dropped(body, reason))
        else:
            kept.append(replace(body, flags=tuple(dict.fromkeys((*body.flags, *_doubts(body))))))
    return Judgement(tuple(kept), tuple(dropped))


def _why_drop(segment: Segment, same_before: int, span: Span | None) -> Flag | None:
    """The reason to drop a segment, None to keep it. `same_before` lines before it said just the same."""
    if any(flag.code == NOT_TRANSCRIBED for flag in segment.flags):
        return None
    if impossible := _impossible(segment, span):
        return impossible
    signs = list(_signs(segment))
    if same_before + 1 >= SAME_LINES and len(plain_words(segment.text)) >= 3:
        signs.append(("loop", Flag("repeated", f"the same line as the {same_before} before it")))
    if len({kind for kind, _ in signs}) < 2:
        return None
    return Flag("invented", "; ".join(dict.fromkeys(flag.reason for _, flag in signs)))


def _impossible(segment: Segment, span: Span | None) -> Flag | None:
    """Signs that need no second one."""
    if not plain_words(segment.text):
        return Flag("no_words", "no words in it")
    if _SOUND_ONLY.fullmatch(segment.text.strip()):
        return Flag("not_speech", f"describes a sound: {segment.text.strip()[:60]}")
    if span and not (segment.start_ms < span.end_ms and segment.end_ms >= span.start_ms):
        return Flag("outside", "timed outside the stretch that was listened to")
    return None


def _signs(segment: Segment) -> Iterator[tuple[str, Flag]]:
    """Signs against a segment as (kind, flag); signs of one kind come from one cause and count once."""
    quiet = segment.no_speech_probability or 0.0
    if quiet > NO_SPEECH:
        yield "silence", Flag("no_speech", f"the recogniser itself heard no speech ({quiet:.0%})")
    if segment.average_logprob is not None and segment.average_logprob < LOW_LOGPROB:
        yield "belief", Flag("unsure", f"the recogniser was very unsure ({segment.average_logprob:.2f})")
    if segment.compression_ratio is not None and segment.compression_ratio > REPETITIVE:
        yield "loop", Flag("repetitive", f"says the same again and again ({segment.compression_ratio:.1f})")
    if is_stock(segment.text) or (quiet > NO_SPEECH / 2 and is_courtesy(segment.text)):
        yield "stock", Flag("stock_phrase", "a phrase recognisers are known to invent")
    if flag := _strange_timing(segment):
        yield "timing", flag


def _strange_timing(segment: Segment) -> Flag | None:
    words, letters = plain_words(segment.text), sum(map(str.isalpha, segment.text))
    seconds = segment.span.duration_ms / 1000
    if len(words) >= 4 and (
        len(words) > MOST_WORDS_A_SECOND * seconds or letters > MOST_LETTERS_A_SECOND * seconds
    ):
        return Flag("too_fast", f"{len(words)} words in {seconds:.1f} s cannot be spoken")
    if seconds * 1000 >= SLOW_FROM_MS and letters < LEAST_LETTERS_A_SECOND * seconds:
        return Flag("too_slow", f"{len(words)} words spread over {seconds:.0f} s")
    timeless = sum(word.end_ms == word.start_ms for word in segment.words)
    if timeless >= 3 and timeless * 2 > len(segment.words):
        return Flag("no_time", f"{timeless} of {len(segment.words)} words take no time")
    return None


def _doubts(segment: Segment) -> Iterator[Flag]:
    """What a kept segment is flagged with."""
    if all(flag.code != NOT_TRANSCRIBED for flag in segment.flags):
        yield from (flag for _, flag in _signs(segment))
        if flag := check_script(segment.text, segment.language):
            yield flag


def _same_before(segment: Segment, kept: Sequence[Segment]) -> int:
    """How many segments just before this one say exactly the same words."""
    words, count = plain_words(segment.text), 0
    for before in reversed(kept):
        if plain_words(before.text) != words:
            break
        count += 1
    return count
