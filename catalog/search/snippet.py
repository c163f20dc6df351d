"""Cutting the piece of a text that shows why it was found, with the found words marked. Pure."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

import regex

from catalog.normalize import words
from catalog.search.query import Query, Term

SNIPPET_CHARS = 200
_BEFORE_CHARS = 50

Pieces = tuple[tuple[str, bool], ...]


@dataclass(frozen=True)
class Match:
    """A found word: its span in the text, its key, and the term it belongs to."""

    start: int
    end: int
    folded: str
    term: Term


def find_matches(query: Query, text: str) -> list[Match]:
    """Every word of the text that a query asks for, in order; empty unless each of its groups occurs."""
    spans = words(text)
    folded = [word for _, _, word in spans]
    found = {
        term: [number for where in term.matches(folded) for number in where]
        for group in query.groups
        for term in group
    }
    if not all(any(found[term] for term in group) for group in query.groups):
        return []
    return sorted(
        (Match(*spans[number], term) for term, numbers in found.items() for number in numbers),
        key=lambda match: match.start,
    )


def best_match(matches: Sequence[Match]) -> Match:
    """The match where most of what was asked for stands together, the earliest of equals."""
    return max(matches, key=lambda first: len(_terms_from(first, matches)))  # max keeps the first of equals


def _terms_from(first: Match, matches: Sequence[Match]) -> set[Term]:
    reach = first.start + SNIPPET_CHARS - _BEFORE_CHARS
    return {match.term for match in matches if match.start >= first.start and match.end <= reach}


def cut_snippet(text: str, matches: Sequence[Match], anchor: Match) -> Pieces:
    """About SNIPPET_CHARS around the anchor, cut between words, never inside what a reader sees as one letter."""
    letters = [match.start() for match in regex.finditer(r"\X", text)] + [len(text)]
    start, end = _frame(text, letters, anchor)
    pieces = [("… ", False)] if start else []
    here = start
    for match in matches:
        marked_from, marked_to = _before(letters, match.start), min(_after(letters, match.end), end)
        if marked_from >= here and marked_to > marked_from:
            pieces += [(text[here:marked_from], False), (text[marked_from:marked_to], True)]
            here = marked_to
    pieces += [(text[here:end], False), (" …" if end < len(text) else "", False)]
    return tuple(piece for piece in pieces if piece[0])


def _frame(text: str, letters: Sequence[int], anchor: Match) -> tuple[int, int]:
    """Where to cut: at the first word that begins, and the last that ends, within the room there is."""
    spans = words(text)
    start = min(begin for begin, _, _ in spans if begin >= anchor.start - _BEFORE_CHARS)
    start = _before(letters, start if anchor.start > _BEFORE_CHARS else 0)
    room = start + SNIPPET_CHARS
    if len(text) <= room:
        return start, len(text)
    end = max((stop for _, stop, _ in spans if anchor.end <= stop <= room), default=room)
    return start, _after(letters, end)


def _before(letters: Sequence[int], at: int) -> int:
    return letters[bisect_right(letters, at) - 1]


def _after(letters: Sequence[int], at: int) -> int:
    return letters[bisect_left(letters, at)]
