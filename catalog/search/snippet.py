"""Cutting the piece of a text that shows why it was found, with the found words marked. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import regex

from catalog.normalize import word_starts, words
from catalog.search.matching import find_term
from catalog.search.query import Clause, Query, Term
from catalog.search.sound import sound_of

SNIPPET_CHARS = 200
_BEFORE_CHARS = 50

# Letters, digits and signs that never join the one before or after them, of English and of Urdu.
_PLAIN = regex.compile(r"[ -~À-ɏ،؛؟ء-غف-يٮٯٱ-ۓ۔۰-۹‘’“”–—]*")
# One text is gone through for its matches, its frame and its moment.
words_of = lru_cache(maxsize=256)(words)

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Match:
    """A found word: its span in the text, its key, and for which part of the query: the number of the group, and
    of the term in its clause. Other spellings of a thing are the same part."""

    start: int
    end: int
    folded: str
    part: tuple[int, int]


def find_matches(query: Query, text: str) -> list[Match]:
    """Every word of the text that a query asks for, in order; empty unless each of its groups occurs."""
    said = _Said(text)
    matches = []
    for group_number, group in enumerate(query.groups):
        found = [pair for clause in group for pair in _find_clause(clause, said)]
        if not found:
            return []
        matches += [Match(*said.spans[number], (group_number, term)) for number, term in sorted(set(found))]
    return sorted(matches, key=lambda match: match.start)


class _Said:
    """The words of a text: where they stand, what they are, and what they sound like if anybody asks."""

    def __init__(self, text: str) -> None:
        self.spans = words_of(text)
        self.words = [word for _, _, word in self.spans]
        self._different = set(self.words)

    @cached_property
    def sounds(self) -> list[str]:
        return list(map(sound_of, self.words))

    def may_have(self, term: Term) -> bool:
        """False for most of the many other spellings of what was asked, without going through the text."""
        inexact = term.prefix or term.edits or term.sound
        return bool(inexact) or self._different.issuperset(term.words)


def _find_clause(clause: Clause, said: _Said) -> list[tuple[int, int]]:
    """Numbers of words, each with the number of its term; empty unless all terms occur."""
    if not all(map(said.may_have, clause)):
        return []
    found = []
    for term_number, term in enumerate(clause):
        numbers = list(find_term(term, said.sounds if term.sound else said.words))
        if not numbers:
            return []
        found += [(number, term_number) for number in numbers]
    return found


def best_match(matches: Sequence[Match]) -> Match:
    """The match where most of what was asked for stands together, the earliest of equals."""
    return max(matches, key=lambda first: len(_parts_from(first, matches)))  # max keeps the first of equals


def _parts_from(first: Match, matches: Sequence[Match]) -> set[tuple[int, int]]:
    reach = first.start + SNIPPET_CHARS - _BEFORE_CHARS
    return {match.part for match in matches if match.start >= first.start and match.end <= reach}


def cut_snippet(text: str, matches: Sequence[Match], anchor: Match | None) -> Pieces:
    """About SNIPPET_CHARS around the anchor (from the beginning without one), cut between words, never inside what a
    reader sees as one letter."""
    start, end, letters = _frame(text, anchor)
    pieces = [("… ", False)] if start else []
    here = start
    for match in (one for one in matches if start <= one.start < end):
        marked_from, marked_to = _before(letters, match.start), min(_after(letters, match.end), end)
        if marked_from >= here and marked_to > marked_from:
            pieces += [(text[here:marked_from], False), (text[marked_from:marked_to], True)]
            here = marked_to
    pieces += [(text[here:end], False), (" …" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def cut_end(text: str, room: int) -> str:
    """The last words of a text, at most `room` characters; the text itself when it fits.

    >>> cut_end("What did you see on the bridge?", 16)
    '… on the bridge?'
    """
    if len(text) <= room:
        return text
    first = len(text) - room + 2
    blank = text.rfind(" ", 0, first) + 1
    start = next((start for start in word_starts(text, blank) if start >= first), None)
    return "…" if start is None else "… " + text[start:]


def _frame(text: str, anchor: Match | None) -> tuple[int, int, list[int]]:
    """Where to cut: at the first word that begins, and the last that ends, within the room there is. With it, where
    letters begin and end around there."""
    spans = words_of(text)
    begin, least = (anchor.start, anchor.end) if anchor else (0, 0)
    letters = _letters(text, begin - 2 * _BEFORE_CHARS, max(begin + SNIPPET_CHARS, least))
    start = min((first for first, _, _ in spans if first >= begin - _BEFORE_CHARS), default=0)
    start = _before(letters, start if begin > _BEFORE_CHARS else 0)
    room = start + SNIPPET_CHARS
    if len(text) <= room:
        return start, len(text), letters
    end = max((stop for _, stop, _ in spans if least <= stop <= room), default=room)
    return start, _after(letters, end), letters


def _letters(text: str, first: int, last: int) -> list[int]:
    """Where what a reader sees as one letter begins, from a blank before `first` to one behind `last`."""
    start = max(text.rfind(" ", 0, max(first, 0)), 0)
    blank = text.find(" ", last)
    stop = len(text) if blank < 0 else blank
    if _PLAIN.fullmatch(text, start, stop):
        return [0, *range(start, stop + 1)]
    starts = [match.start() for match in regex.finditer(r"\X", text, pos=start, endpos=stop)]
    return [0, *starts, stop] if start else [*starts, stop]


def _before(letters: Sequence[int], at: int) -> int:
    return letters[bisect_right(letters, at) - 1]


def _after(letters: Sequence[int], at: int) -> int:
    return letters[bisect_left(letters, at)]
