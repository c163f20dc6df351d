"""Where a transcript is likely wrong: every stretch of a few seconds with the errors to expect in it. Pure, and knows
no names: what a person has looked at, and who speaks, is the caller's to weigh.

The weights are fitted, on noisy synthetic voices, by `python -m tests.bench review`, which reports on others.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from transcribe.languages import parse_language, script_of
from transcribe.timeline import Flag, Span, Word

LONGEST_MS = 2_000  # of a stretch: as long as one listens at once
MARGIN_MS = 100  # listened to on each side, where nobody else speaks: a word may be missing there
UNHEARD_MS = 700  # of a voice without a word
MISSED_A_SECOND = 1.4  # words, where a voice was heard and no word
PAUSE_MS = 500  # where a stretch may end before that
SURPRISE = 5.0  # the most one word counts for: a probability of 0.007
SLOW_MS, FAST_MS = 180, 35  # for each letter
LONG_MS, SHORT_MS = 900, 60  # for a word
LONG_PAUSE_MS = 700  # inside a paragraph: something may be missing
DOUBTED = 0.5  # a word heard with less is told by name

# Log odds that a word is wrong: to begin with; by how unlikely the recogniser held it, and the root of that; by those
# beside it, the unlikeliest of them, those a little farther off, the whole paragraph; by its time, see `_of_time`; by
# standing first or last.
WEIGHTS: tuple[float, ...] = (
    *(-3.88, -2.52, 6.73, 4.44, -0.81, 1.69, 1.08),
    *(1.33, 0.95, 1.96, 2.52, -0.83, -0.83, -1.14, 0.72),
)
BIAS_OF_FLAG = 1.5  # a doubt of the guards or of the script check about the whole paragraph
BIAS_OF_PROPOSAL = 2.5  # a near miss of a name or a term of the glossary
BIAS_OF_SCRIPT = 2.5  # a word in letters that are not its language's; Latin ones are quoted everywhere


@dataclass(frozen=True)
class Heard:
    """A paragraph as it was heard; `proposed` are the places of words that sound like a name or term, `also` the errors
    to expect beside its words, such as a wrong name over it, and `also_because` why."""

    words: tuple[Word, ...]
    flags: tuple[Flag, ...] = ()
    proposed: Collection[int] = ()
    language: str = ""
    also: float = 0.0
    also_because: str = ""


@dataclass(frozen=True)
class Stretch:
    """Words [first, last) of paragraph number `passage`, the time they take, how many of them to expect wrong, and how
    likely the worst of them is."""

    passage: int
    first: int
    last: int
    span: Span
    expected: float
    worst: float
    reasons: tuple[str, ...]

    @property
    def density(self) -> float:
        """Errors a second of listening."""
        return self.expected * 1000 / max(500, self.span.duration_ms)


def rank_stretches(passages: Sequence[Heard], spoken: Sequence[Span] = ()) -> list[Stretch]:
    """Every stretch of the paragraphs, those first where a second of listening mends most.

    `spoken` is when voices were heard, in order: where they said nothing that was written down, words may be missing.
    """
    found = [stretch for number, heard in enumerate(passages) for stretch in _stretches(number, heard)]
    found += _missing(passages, spoken)
    return sorted(found, key=lambda stretch: (-stretch.density, stretch.passage, stretch.first))


def _missing(passages: Sequence[Heard], spoken: Sequence[Span]) -> Iterator[Stretch]:
    said = sorted(
        (word.start_ms, word.end_ms, number) for number, heard in enumerate(passages) for word in heard.words
    )
    for span in unheard([Span(start, end) for start, end, _ in said], spoken):
        number = next((number for start, _, number in reversed(said) if start < span.end_ms), 0)
        place = len(passages[number].words) if passages else 0
        expected = MISSED_A_SECOND * span.duration_ms / 1000
        yield Stretch(
            number, place, place, span, expected, 1.0, ("a voice was heard here, and no word written down",)
        )


def unheard(said: Sequence[Span], spoken: Sequence[Span]) -> list[Span]:
    """The parts of what was spoken in which no word was written down.

    >>> unheard([Span(0, 500), Span(3_000, 3_500)], [Span(0, 3_600)])
    [Span(start_ms=500, end_ms=3000)]
    """
    found = []
    for voice in spoken:
        at = voice.start_ms
        for word in [*(one for one in said if one & voice), Span(voice.end_ms, voice.end_ms)]:
            if word.start_ms - at >= UNHEARD_MS:
                found.append(Span(at, word.start_ms))
            at = max(at, word.end_ms)
    return found


def expected_errors(heard: Heard) -> list[float]:
    """How likely each word of a paragraph is wrong, from 0 to 1."""
    more = BIAS_OF_FLAG * bool(heard.flags)
    odds = [
        sum(weight * value for weight, value in zip(WEIGHTS, evidence, strict=True)) + more
        for evidence in evidence_of(heard.words)
    ]
    foreign = foreign_words(heard)
    return [
        1
        / (
            1
            + math.exp(
                -(one + BIAS_OF_PROPOSAL * (place in heard.proposed) + BIAS_OF_SCRIPT * (place in foreign))
            )
        )
        for place, one in enumerate(odds)
    ]


def foreign_words(heard: Heard) -> set[int]:
    """The places of words in a script their language is not written in.

    >>> said = (Word(0, 1, "شکریہ"), Word(1, 2, "BBC"), Word(2, 3, "मैं"))
    >>> foreign_words(Heard(said, language="ur")), foreign_words(Heard(said))
    ({2}, set())
    """
    own = {*parse_language(heard.language).scripts, "Latn"} if heard.language else set()
    return {
        place for place, word in enumerate(heard.words) if own and {*map(script_of, word.text)} - {*own, ""}
    }


def evidence_of(words: Sequence[Word]) -> list[tuple[float, ...]]:
    """What speaks against each word, in the order of WEIGHTS.

    >>> evidence_of([Word(0, 300, "tea", 1.0), Word(300, 600, "and", 1.0)])[0][:7]
    (1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)
    """
    surprise = [min(SURPRISE, abs(math.log(max(word.probability, 1e-9)))) for word in words]
    whole = _mean(surprise)
    return [
        (
            1.0,
            surprise[place],
            math.sqrt(surprise[place]),
            _mean(_around(surprise, place, 2)),
            max(_around(surprise, place, 2), default=0.0),
            _mean(_around(surprise, place, 5)),
            whole,
            *_of_time(words, place),
            float(place == 0),
            float(place == len(words) - 1),
        )
        for place in range(len(words))
    ]


def _around(values: Sequence[float], place: int, far: int) -> Sequence[float]:
    return [*values[max(0, place - far) : place], *values[place + 1 : place + 1 + far]]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / max(1, len(values))


def _of_time(words: Sequence[Word], place: int) -> tuple[float, ...]:
    """Spoken oddly slowly or fast for its letters, oddly long or short; the pauses before and behind it in seconds."""
    word = words[place]
    length_ms = word.end_ms - word.start_ms
    pace_ms = length_ms / max(1, len(word.text))
    before = (word.start_ms - words[place - 1].end_ms) / 1000 if place else 0.0
    after = (words[place + 1].start_ms - word.end_ms) / 1000 if place + 1 < len(words) else 0.0
    odd = (pace_ms > SLOW_MS, pace_ms < FAST_MS, length_ms > LONG_MS, length_ms < SHORT_MS)
    return (*map(float, odd), min(2.0, max(0.0, before)), min(2.0, max(0.0, after)))


def _stretches(number: int, heard: Heard) -> Iterator[Stretch]:
    chances = expected_errors(heard)
    for first, last in cut_stretches(heard.words):
        before = heard.words[first - 1].end_ms if first else None
        after = heard.words[last].start_ms if last < len(heard.words) else None
        span = with_margins(heard.words[first:last], before, after)
        reasons = tuple(_reasons(heard, first, last))
        here = chances[first:last]
        also = 0.0 if first else heard.also
        yield Stretch(number, first, last, span, sum(here) + also, max(*here, min(1.0, also)), reasons)


def with_margins(words: Sequence[Word], before: int | None, after: int | None) -> Span:
    """The time of the words and half of the pauses around them, up to the margin.

    >>> with_margins([Word(1_000, 1_500, "tea", 1.0)], 800, None)
    Span(start_ms=900, end_ms=1600)
    """
    start, end = words[0].start_ms, max(word.end_ms for word in words)
    early = MARGIN_MS if before is None else min(MARGIN_MS, max(0, start - before) // 2)
    late = MARGIN_MS if after is None else min(MARGIN_MS, max(0, after - end) // 2)
    return Span(max(0, start - early), end + late)


def cut_stretches(words: Sequence[Word]) -> list[tuple[int, int]]:
    """Places [first, last) of stretches that one listens to at once: up to two seconds, up to a pause.

    >>> cut_stretches([Word(0, 900, "a", 1.0), Word(2000, 2900, "b", 1.0), Word(2900, 3800, "c", 1.0)])
    [(0, 1), (1, 3)]
    """
    edges = [0]
    for place, (before, word) in enumerate(pairwise(words), start=1):
        is_long = word.end_ms - words[edges[-1]].start_ms > LONGEST_MS
        if is_long or word.start_ms - before.end_ms >= PAUSE_MS:
            edges.append(place)
    return list(pairwise([*edges, len(words)])) if words else []


def _reasons(heard: Heard, first: int, last: int) -> Iterator[str]:
    """Why to look here, in words."""
    if any(first <= place < last for place in heard.proposed):
        yield "sounds like a name or term that is spelt otherwise"
    yield from (flag.reason for flag in heard.flags)
    if heard.also_because and not first:
        yield heard.also_because
    foreign = foreign_words(heard)
    if odd := [heard.words[place].text for place in range(first, last) if place in foreign]:
        yield f"in letters of another language: {', '.join(odd[:4])}"
    weak = [word for word in heard.words[first:last] if word.probability < DOUBTED]
    if weak:
        yield f"heard weakly: {', '.join(word.text.strip('.,!?؟،۔') for word in weak[:4])}"
    if any(
        words[place].start_ms - words[place - 1].end_ms >= LONG_PAUSE_MS
        for words, place in ((heard.words, place) for place in range(max(1, first), last))
    ):
        yield "a pause in which something may be missing"
