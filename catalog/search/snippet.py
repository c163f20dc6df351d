"""Cutting the piece of a text that shows why it was found, with the found words marked. Pure."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

import regex

from catalog.normalize import word_starts
from catalog.search.finding import Match
from catalog.search.said import Said

SNIPPET_CHARS = 200
_BEFORE_CHARS = 50

# Two characters that never join: letters, digits and signs of English and of Urdu; whatever is no sign for the next
# letter, and a blank; a blank, and a letter of Devanagari, Bengali or Gurmukhi.
_PLAIN = r"[ -~À-ɏ،؛؟ء-غف-يٮٯٱ-ۓ۔۰-۹‘’“”–—]"
_APART = re.compile(
    rf"{_PLAIN}{{2}}|[^\u0600-\u0605\u06dd\u070f\u0890\u0891\u08e2\u0d4e\U00010000-\U0010ffff] "
    r"| [\u0904-\u0939\u0958-\u0961\u0985-\u09b9\u09dc-\u09e1\u0a05-\u0a39\u0a59-\u0a5e]"
)

Pieces = tuple[tuple[str, bool], ...]


def best_match(matches: Sequence[Match]) -> Match:
    """The match where most of what was asked for stands together, the earliest of equals."""
    return max(matches, key=lambda first: len(_parts_from(first, matches)))  # max keeps the first of equals


def _parts_from(first: Match, matches: Sequence[Match]) -> set[tuple[int, int]]:
    reach = first.start + SNIPPET_CHARS - _BEFORE_CHARS
    return {match.part for match in matches if match.start >= first.start and match.end <= reach}


def cut_snippet(said: Said, matches: Sequence[Match], anchor: Match | None) -> Pieces:
    """About SNIPPET_CHARS around the anchor (from the beginning without one), cut between words, never inside what a
    reader sees as one letter."""
    text = said.text
    start, end = _frame(said, anchor)
    pieces = [("… ", False)] if start else []
    here = start
    for match in matches:
        if not start <= match.start < end:
            continue
        marked_from, marked_to = _before(text, match.start), min(_after(text, match.end), end)
        if marked_from >= here and marked_to > marked_from:
            if marked_from > here:
                pieces.append((text[here:marked_from], False))
            pieces.append((text[marked_from:marked_to], True))
            here = marked_to
    if end > here:
        pieces.append((text[here:end], False))
    if end < len(text):
        pieces.append((" …", False))
    return tuple(pieces)


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


def _frame(said: Said, anchor: Match | None) -> tuple[int, int]:
    """Where to cut: at the first word that begins, and the last that ends, within the room there is."""
    text = said.text
    begin, least = (anchor.start, anchor.end) if anchor else (0, 0)
    first = bisect_left(said.starts, begin - _BEFORE_CHARS)
    within = begin > _BEFORE_CHARS and first < len(said.starts)
    start = _before(text, said.starts[first]) if within else 0
    room = start + SNIPPET_CHARS
    if len(text) <= room:
        return start, len(text)
    last = bisect_right(said.ends, room)
    end = said.ends[last - 1] if last and said.ends[last - 1] >= least else room
    return start, _after(text, end)


def _before(text: str, at: int) -> int:
    """The last place up to here where what a reader sees as one letter begins."""
    if _is_between(text, at):
        return at
    letters = _letters(text, at)
    return letters[bisect_right(letters, at) - 1]


def _after(text: str, at: int) -> int:
    """The first place from here on where what a reader sees as one letter has ended."""
    if _is_between(text, at):
        return at
    letters = _letters(text, at)
    return letters[bisect_left(letters, at)]


def _is_between(text: str, at: int) -> bool:
    """Surely between two letters; seen at a glance, which is nearly always enough."""
    return not 0 < at < len(text) or bool(_APART.fullmatch(text, at - 1, at + 1))


def _letters(text: str, at: int) -> list[int]:
    """Where letters begin and end, from the blank before a place to the one behind it."""
    start, blank = max(text.rfind(" ", 0, at), 0), text.find(" ", at + 1)
    stop = len(text) if blank < 0 else blank
    return [*(found.start() for found in regex.finditer(r"\X", text, pos=start, endpos=stop)), stop]
