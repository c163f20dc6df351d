"""Where quoted words stand in a transcript that has changed since: anchors, and how they land. Reads no record."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import lru_cache

from transcribe.timeline import Word

CONTEXT_CHARACTERS = 160  # kept of what stands before and after
# Where one sentence ends and another begins is no word; a percent sign or a minus is.
_EDGES = ".,;:!?…\"'()[]“”‘’«»۔،؟؛।॥-–—"

NEAR_MS = 500  # the same words, timed anew, begin within it
SURE_MS = 100  # nothing but the same word can be that near
SURE_SHARE = 0.4  # of the length: two sayings of one thing cannot overlap so far
ONE_SIDE, BOTH_SIDES = 4, 2  # words of context that must agree where the time alone does not say it
LIKE = 0.5  # of the words that stand there now, in their order: else they are others, not those corrected
FAR_SIDES = 8  # and for words that have moved far away, as when the recording was cut anew


@dataclass(frozen=True)
class Anchor:
    """Words as they were quoted, with what stood before and after, when, and at which revision of the talk."""

    start_ms: int
    end_ms: int
    exact: str
    prefix: str = ""
    suffix: str = ""
    revision: int = 1


class Landing(StrEnum):
    """EXACT: the same words at the same moment. MOVED: the same, more than half a second away. CHANGED: they
    were corrected. GONE: none are written there, or words that have nothing to do with them."""

    EXACT = "exact"
    MOVED = "moved"
    CHANGED = "changed"
    GONE = "gone"


@dataclass(frozen=True)
class Resolution:
    """How an anchor landed, on words [first, last) of the transcript as it is."""

    landing: Landing
    first: int = 0
    last: int = 0


def key_of(word: str) -> str:
    """What makes a word the same word: its letters and signs, whatever its case and the stops around it.

    >>> key_of("“Tea,"), key_of("25%"), key_of("—")
    ('tea', '25%', '')
    """
    return _key(word)


@lru_cache(maxsize=65_536)
def _key(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold().strip(_EDGES)


def split_words(text: str) -> list[str]:
    """The words of a text as printed; a lone dash or stop stays with the word before it.

    >>> split_words("Yes — of  course.")
    ['Yes —', 'of', 'course.']
    """
    parts: list[str] = []
    for part in text.split():
        if parts and not key_of(part):
            parts[-1] += f" {part}"
        else:
            parts.append(part)
    return parts


def time_words(text: str, words: Sequence[Word], start_ms: int, end_ms: int) -> list[Word]:
    """The words of a passage as printed, with the times they were heard at.

    A word that a person wrote shares the time between its neighbours with others like it.

    >>> [w.start_ms for w in time_words("a new word", [Word(0, 10, "a"), Word(40, 50, "word")], 0, 50)]
    [0, 10, 40]
    """
    printed = split_words(text)
    keys, heard = [key_of(part) for part in printed], [key_of(word.text.strip()) for word in words]
    spans: list[tuple[int, int] | None] = [None] * len(printed)
    for block in SequenceMatcher(None, keys, heard, autojunk=False).get_matching_blocks():
        for step in range(block.size):
            word = words[block.b + step]
            spans[block.a + step] = (word.start_ms, word.end_ms)
    timed = _fill(spans, start_ms, end_ms)
    return [Word(begin, end, part) for part, (begin, end) in zip(printed, timed, strict=True)]


def _fill(spans: Sequence[tuple[int, int] | None], start_ms: int, end_ms: int) -> list[tuple[int, int]]:
    """Spread those without a time evenly between their neighbours."""
    timed: list[tuple[int, int]] = []
    for place, span in enumerate(spans):
        if span is None:
            known = ((n, later) for n, later in enumerate(spans[place:]) if later is not None)
            left, until = next(known, (len(spans) - place, (end_ms, end_ms)))
            begin = timed[-1][1] if timed else start_ms
            span = (begin, begin + max(0, until[0] - begin) // left)
        timed.append(span)
    return timed


def anchor_words(words: Sequence[Word], first: int, last: int, revision: int) -> Anchor:
    """The anchor of words [first, last) of a transcript."""
    before, after = words[max(0, first - 60) : first], words[last : last + 60]
    return Anchor(
        min(word.start_ms for word in words[first:last]),
        max(word.end_ms for word in words[first:last]),
        " ".join(word.text for word in words[first:last]),
        _whole_words(before[::-1], backwards=True),
        _whole_words(after),
        revision,
    )


def _whole_words(words: Sequence[Word], *, backwards: bool = False) -> str:
    kept: list[str] = []
    left = CONTEXT_CHARACTERS
    for word in words:
        left -= len(word.text) + 1
        if left < 0:
            break
        kept.append(word.text)
    return " ".join(kept[::-1] if backwards else kept)


def words_within(words: Sequence[Word], start_ms: int, end_ms: int) -> tuple[int, int] | None:
    """The words whose middle lies in the span, as [first, last) with all between them; None when there are none."""
    inside = [
        n for n, word in enumerate(words) if start_ms <= (word.start_ms + word.end_ms) // 2 < max(end_ms, 1)
    ]
    return (inside[0], inside[-1] + 1) if inside else None


def resolve(anchor: Anchor, words: Sequence[Word]) -> Resolution:
    """Find the quoted words in the transcript as it is now; never another saying of the same words.

    The same words are taken for the quoted ones when their time says so, or when they begin near it and what stands
    around them agrees. Far from it they must stand in all their context, and that nowhere else.
    """
    quoted = [key_of(word) for word in split_words(anchor.exact)]
    keys = [key_of(word.text) for word in words]
    sayings = _sayings(quoted, keys)
    length = len(quoted)
    near = [n for n in sayings if abs(words[n].start_ms - anchor.start_ms) <= NEAR_MS]
    chosen = _by_time(anchor, words, near, length)
    if chosen is None:
        chosen = _only([n for n in near if _agrees(anchor, keys, n, n + length)])
    if chosen is not None:
        return Resolution(Landing.EXACT, chosen, chosen + length)
    far = _only([n for n in sayings if n not in near and _stands_whole(anchor, keys, n, n + length)])
    if far is not None and not _still_here(anchor, words):
        return Resolution(Landing.MOVED, far, far + length)
    now = words_within(words, anchor.start_ms, anchor.end_ms)
    if now is None or not (_is_like(quoted, keys[slice(*now)]) or _still_here(anchor, words)):
        return Resolution(Landing.GONE)
    return Resolution(Landing.CHANGED, *now)


def _is_like(quoted: list[str], now: list[str]) -> bool:
    return SequenceMatcher(None, quoted, now, autojunk=False).ratio() >= LIKE


def _sayings(quoted: list[str], keys: list[str]) -> list[int]:
    """Where the quoted words stand, one after the other."""
    length = len(quoted)
    if not length:
        return []
    return [n for n, key in enumerate(keys) if key == quoted[0] and keys[n : n + length] == quoted]


def _by_time(anchor: Anchor, words: Sequence[Word], near: Sequence[int], length: int) -> int | None:
    """The saying whose middle is so near that no other could be, the nearest of several."""
    sure = max(SURE_MS, int((anchor.end_ms - anchor.start_ms) * SURE_SHARE))

    def off(n: int) -> int:
        return abs(words[n].start_ms + words[n + length - 1].end_ms - anchor.start_ms - anchor.end_ms) // 2

    close = sorted((off(n), n) for n in near if off(n) < sure)
    return close[0][1] if close else None


def _agrees(anchor: Anchor, keys: list[str], first: int, last: int) -> bool:
    before, after = _context(anchor, keys, first, last)
    return max(before, after) >= ONE_SIDE or min(before, after) >= BOTH_SIDES


def _stands_whole(anchor: Anchor, keys: list[str], first: int, last: int) -> bool:
    return min(_context(anchor, keys, first, last)) >= FAR_SIDES


def _context(anchor: Anchor, keys: list[str], first: int, last: int) -> tuple[int, int]:
    """How many words before and after are the same, counted outwards to the first that is not."""
    before = [key_of(word) for word in split_words(anchor.prefix)][::-1]
    after = [key_of(word) for word in split_words(anchor.suffix)]
    return (
        _run(before, keys[max(0, first - len(before)) : first][::-1]),
        _run(after, keys[last : last + len(after)]),
    )


def _run(ours: Sequence[str], theirs: Sequence[str]) -> int:
    count = 0
    for one, other in zip(ours, theirs, strict=False):
        if one != other:
            break
        count += 1
    return count


def _only(places: Sequence[int]) -> int | None:
    return places[0] if len(places) == 1 else None


def _still_here(anchor: Anchor, words: Sequence[Word]) -> bool:
    """Whether the surroundings of the quote stand where they did: then the words were changed, not moved."""
    around = {key_of(word) for word in split_words(f"{anchor.prefix} {anchor.suffix}")}
    reach = 500 * max(1, len(around))
    here = {key_of(w.text) for w in words if anchor.start_ms - reach <= w.start_ms <= anchor.end_ms + reach}
    return 2 * len(around & here) >= len(around)
