"""A query made ready to be looked for in many texts: which of their words it asks for. Pure; where one term stands is
said in `matching`."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from catalog.search.matching import find_term
from catalog.search.query import Clause, Group, Query, Term
from catalog.search.said import Said


class Match(NamedTuple):
    """A found word: its span in the text, its key, and for which part of the query: the number of the group, and
    of the term in its clause. Other spellings of a thing are the same part."""

    start: int
    end: int
    folded: str
    part: tuple[int, int]


class Finder:
    """Looks for one query. Few of the many other spellings of what was asked are in any one text: each is met by a word
    it cannot do without, and no text is gone through for it when that word is not in it."""

    def __init__(self, query: Query) -> None:
        self._groups = [_Alternatives(group) for group in query.groups]

    def find(self, said: Said) -> list[Match]:
        """Every word of the text that the query asks for, in order; empty unless each of its groups occurs."""
        matches: list[Match] = []
        for group_number, group in enumerate(self._groups):
            found = group.find(said)
            if not found:
                return []
            matches += [
                Match(said.starts[at], said.ends[at], said.words[at], (group_number, term))
                for at, term in found
            ]
        return sorted(matches, key=lambda match: match.start) if len(self._groups) > 1 else matches


class _Alternatives:
    """The clauses of a group: by a word, or a sound, that each needs; `_rest` needs none."""

    def __init__(self, group: Group) -> None:
        self._by_word: dict[str, list[Clause]] = {}
        self._by_sound: dict[str, list[Clause]] = {}
        self._rest: list[Clause] = []
        for clause in group:
            plain = [term for term in clause if not term.prefix and not term.edits]
            word = next((term.words[0] for term in plain if not term.sound), "")
            if word:
                self._by_word.setdefault(word, []).append(clause)
            elif plain:
                self._by_sound.setdefault(plain[0].words[0], []).append(clause)
            else:
                self._rest.append(clause)
        self._words, self._sounds = frozenset(self._by_word), frozenset(self._by_sound)

    def find(self, said: Said) -> Sequence[tuple[int, int]]:
        """Numbers of words in order, each with the number of its term."""
        return sorted({pair for clause in self._possible(said) for pair in _find_clause(clause, said)})

    def _possible(self, said: Said) -> Iterator[Clause]:
        for word in self._words & said.different:
            yield from self._by_word[word]
        for sound in self._sounds.intersection(said.sounds) if self._sounds else ():
            yield from self._by_sound[sound]
        yield from self._rest


def _find_clause(clause: Clause, said: Said) -> Sequence[tuple[int, int]]:
    """Numbers of words, each with the number of its term; empty unless all terms occur."""
    found: list[tuple[int, int]] = []
    for term_number, term in enumerate(clause):
        numbers = find_term(term, said.sounds if term.sound else said.words)
        if not numbers:
            return ()
        found += [(number, term_number) for number in numbers]
    return found


def has(said: Said, term: Term) -> bool:
    """Whether the text has what a term means."""
    return bool(_find_clause((term,), said))
