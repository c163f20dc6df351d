"""Proposals to mend names and terms a recogniser misheard. It proposes; a person decides, and what was heard stays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

from transcribe.sentences import ends_sentence
from transcribe.spellings import LETTERS_AN_EDIT, edit_distance, plain
from transcribe.timeline import Utterance

# A shorter word alone is too easily another word.
SHORTEST_ALONE = 5
_EDGES = regex.compile(r"^(?P<before>\P{L}*)(?P<core>.*?)(?P<after>(?:['’]s?)?[^\p{L}\p{M}]*)$", regex.DOTALL)


@dataclass(frozen=True)
class Suggestion:
    """Words [first, last) of utterance number `utterance`: `heard` may have been `proposed`, `edits` letters away."""

    utterance: int
    first: int
    last: int
    heard: str
    proposed: str
    edits: int


def suggest_fixups(
    utterances: Sequence[Utterance], names: Sequence[str], glossary: Sequence[str] = ()
) -> tuple[Suggestion, ...]:
    """Where words sound like a name of this episode's cast or a term of its glossary, but are spelt otherwise.

    At most one letter in five may differ, a name may have been torn apart or run together, and only spellings in
    the script of the words count. A single word is mended only when it has five letters, begins like the name and
    is nowhere used as an ordinary word.
    """
    lines = [[word.text for word in u.words] or u.text.split() for u in utterances]
    spelling = _Spelling(names, glossary, lines)
    return tuple(
        suggestion for number, line in enumerate(lines) for suggestion in _in_line(number, line, spelling)
    )


@dataclass(frozen=True)
class _Term:
    """A name or term as it should be written, its number of words, its letters run together; not `whole`: a part."""

    text: str
    length: int
    letters: str
    whole: bool


class _Spelling:
    """What is right in this episode: its terms, every word in them, and the ordinary words of its talk."""

    def __init__(self, names: Sequence[str], glossary: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
        texts = dict.fromkeys((*names, *glossary))
        parts = dict.fromkeys(
            part for name in names for part in name.split() if len(plain(part)) >= SHORTEST_ALONE
        )
        whole = [_Term(text, len(text.split()), plain(text), True) for text in texts if plain(text)]
        self.terms = [*whole, *(_Term(part, 1, plain(part), False) for part in parts)]
        self.known = frozenset(plain(part) for text in texts for part in text.split())
        self.ordinary = frozenset(plain(word) for line in lines for word in line if word[:1].islower())

    def is_right(self, words: Sequence[str], term: _Term) -> bool:
        return term.whole and len(words) == term.length and "".join(map(_letters, words)) == term.letters

    def may_be_misheard(self, words: Sequence[str], term: _Term) -> bool:
        """A single word must be long enough, begin alike, and be no word of the language this talk is in."""
        parts = [_letters(word) for word in words]
        if not all(parts) or all(part in self.known for part in parts) or _crosses_a_sentence(words):
            return False
        if words[0][:1].islower() and term.text[:1].isupper():
            return False
        heard = parts[0]
        alone = len(parts) == 1
        ordinary = term.text[:1].isupper() and heard in self.ordinary
        return not alone or (len(heard) >= SHORTEST_ALONE and heard[0] == term.letters[0] and not ordinary)


def _in_line(number: int, line: list[str], spelling: _Spelling) -> Iterator[Suggestion]:
    """The likeliest proposals of one utterance that overlap neither each other nor what is right, in order."""
    windows = [
        (first, last, term)
        for term in spelling.terms
        for length in range(max(1, term.length - 1), term.length + 2)
        for first, last in ((first, first + length) for first in range(len(line) - length + 1))
        if _is_as_long(line[first:last], term)
    ]
    right = [(first, last) for first, last, term in windows if spelling.is_right(line[first:last], term)]
    taken = {place for first, last in right for place in range(first, last)}
    found = [
        suggestion
        for first, last, term in windows
        if not taken & set(range(first, last))
        and spelling.may_be_misheard(line[first:last], term)
        and (suggestion := _compare(number, line, first, last, term))
    ]
    chosen = []
    for suggestion in sorted(
        found, key=lambda found: (found.edits - (found.last - found.first), found.first)
    ):
        places = set(range(suggestion.first, suggestion.last))
        if not places & taken:
            taken |= places
            chosen.append(suggestion)
    yield from sorted(chosen, key=lambda suggestion: suggestion.first)


def _is_as_long(words: Sequence[str], term: _Term) -> bool:
    """Could so few letters be changed that these words become the term?"""
    heard = sum(len(_letters(word)) for word in words)
    return abs(heard - len(term.letters)) * LETTERS_AN_EDIT <= len(term.letters)


def _compare(number: int, line: Sequence[str], first: int, last: int, term: _Term) -> Suggestion | None:
    words = line[first:last]
    edits = edit_distance("".join(map(_letters, words)), term.letters)
    if edits * LETTERS_AN_EDIT > len(term.letters):
        return None
    return Suggestion(number, first, last, " ".join(words), _in_place_of(words, term.text), edits)


def _crosses_a_sentence(words: Sequence[str]) -> bool:
    return any(
        ends_sentence(word, following) or word.endswith((",", "،")) for word, following in pairwise(words)
    )


@lru_cache(maxsize=65_536)
def _letters(word: str) -> str:
    match = _EDGES.match(word)
    return plain(match["core"]) if match else ""


def _in_place_of(words: Sequence[str], text: str) -> str:
    """The right spelling between the marks that stood around what was heard: “Ismael's” becomes “Ismail's”."""
    before, after = _EDGES.match(words[0]), _EDGES.match(words[-1])
    return (before["before"] if before else "") + text + (after["after"] if after else "")
