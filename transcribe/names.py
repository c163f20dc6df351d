"""Finding the people of one episode's cast in recognised words. Only this cast is known, no other names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

import regex

from transcribe.spellings import LETTERS_AN_EDIT, edit_distance, edits_between, plain, sound_key

SHORTEST_PART = 3
SHORTEST_TORN = 6
_POSSESSIVE = regex.compile(r"['’]s?$")
_CLOSES = regex.compile(r"[\p{P}]$")
_MODERATES = frozenset({"moderator", "host", "anchor", "presenter", "interviewer"})


@dataclass(frozen=True)
class Member:
    """One person an episode's page names; `person` is whatever key the caller knows them by.

    `spellings` are full names in any script; `also` are further keys under which the same person was listed.
    """

    person: str
    spellings: tuple[str, ...]
    role: str = "guest"
    also: tuple[str, ...] = ()

    @property
    def moderates(self) -> bool:
        return self.role.casefold() in _MODERATES


@dataclass(frozen=True)
class Mention:
    """Words [first, last) that name somebody of the cast: one person, or all namesakes they can mean.

    `edits` letters differ from how the cast spells it; `whole` says that more than one part of a name was heard.
    """

    people: tuple[str, ...]
    first: int
    last: int
    edits: int = 0
    whole: bool = False


def gather(cast: Sequence[Member], honorifics: frozenset[str] = frozenset()) -> tuple[Member, ...]:
    """The cast with people listed twice under two spellings made one: the first listed, with all spellings.

    Only spellings that sound the same count, part by part: Ismail and Ismael are one, Karim and Karima are not.
    """
    gathered: list[Member] = []
    for member in cast:
        for at, known in enumerate(gathered):
            if _same_person(known, member, honorifics):
                spellings = tuple(dict.fromkeys((*known.spellings, *member.spellings)))
                role = member.role if member.moderates else known.role
                also = (*known.also, member.person, *member.also)
                gathered[at] = replace(known, spellings=spellings, role=role, also=also)
                break
        else:
            gathered.append(member)
    return tuple(gathered)


def name_parts(name: str, honorifics: frozenset[str] = frozenset()) -> tuple[str, ...]:
    """The words of a name without honorifics.

    >>> name_parts("Dr. Karima Field sahiba", frozenset({"dr", "sahiba"}))
    ('Karima', 'Field')
    """
    words = [word for word in name.replace("-", " ").split() if plain(word)]
    return tuple(word for word in words if plain(word) not in honorifics) or tuple(words)


class Roll:
    """The cast of one episode, to be found in what was said."""

    def __init__(self, cast: Sequence[Member], honorifics: frozenset[str] = frozenset()) -> None:
        self._honorifics = honorifics
        self._names = [
            (member.person, name_parts(spelling, honorifics))
            for member in cast
            for spelling in member.spellings
            if name_parts(spelling, honorifics)
        ]
        self._part_owners = cache(self._find_part_owners)

    def find(self, words: Sequence[str]) -> list[Mention]:
        """Who is named in a turn's words, in order; the longest name that fits wins, honorifics around it count in."""
        cased = any(word[:1].isupper() for word in words)
        mentions: list[Mention] = []
        at = 0
        while at < len(words):
            mention = (
                self._whole_name(words, at) or self._torn(words, at, cased) or self._part(words, at, cased)
            )
            if mention:
                free_from = mentions[-1].last if mentions else 0
                mentions.append(replace(mention, first=self._before(words, at, free_from)))
            at = mention.last if mention else at + 1
        return mentions

    def is_honorific(self, word: str) -> bool:
        return plain(word) in self._honorifics

    def _whole_name(self, words: Sequence[str], first: int) -> Mention | None:
        """A name of two parts or more, every part of it heard."""
        found: dict[str, tuple[int, int]] = {}
        for person, parts in self._names:
            if len(parts) > 1 and (fit := self._fit(words, first, parts)):
                found[person] = min(fit, found.get(person, fit))
        if not found:
            return None
        edits = min(edits for edits, _ in found.values())
        people = tuple(person for person, fit in found.items() if fit[0] == edits)
        return Mention(people, first, self._after(words, found[people[0]][1]), edits, whole=True)

    def _fit(self, words: Sequence[str], first: int, parts: Sequence[str]) -> tuple[int, int] | None:
        """(letters apart, index after the last word), when the words from `first` on are these parts."""
        at, edits, letters = first, 0, 0
        for number, part in enumerate(parts):
            while number and at < len(words) and self.is_honorific(words[at]):
                at += 1
            if at >= len(words) or (number and _CLOSES.search(words[at - 1]) and at - 1 >= first):
                return None
            edits, letters = edits + _letters_apart(_bare(words[at]), part), letters + len(plain(part))
            at += 1
        return (edits, at) if edits <= letters // LETTERS_AN_EDIT else None

    def _part(self, words: Sequence[str], first: int, cased: bool) -> Mention | None:
        """One part of a name on its own, unless the words beside it make it somebody else's."""
        word = words[first]
        if cased and sound_key(word) and not word.strip("\"'“‘(")[:1].isupper():
            return None  # the river, not Hamid River
        people, edits = self._part_owners(_bare(word))
        if not people or self._is_a_strangers(words, first):
            return None
        return Mention(people, first, self._after(words, first + 1), edits)

    def _torn(self, words: Sequence[str], first: int, cased: bool) -> Mention | None:
        """One part of a name that was heard, or is written, as two words: "Gul Alai" for Gulalai."""
        if first + 1 >= len(words) or _CLOSES.search(words[first]):
            return None
        if sound_key(words[first]) and not (cased and words[first][:1].isupper()):
            return None
        joined = _bare(words[first]) + _bare(words[first + 1])
        people, edits = self._part_owners(joined) if len(plain(joined)) >= SHORTEST_TORN else ((), 0)
        halves = (self._part_owners(_bare(word))[0] for word in words[first : first + 2])
        following = (
            words[first + 2] if first + 2 < len(words) and not _CLOSES.search(words[first + 1]) else ""
        )
        stranger = self._is_unknown_name(following) and not self._part_owners(_bare(following))[0]
        if not people or any(halves) or stranger:
            return None
        return Mention(people, first, self._after(words, first + 2), edits)

    def _find_part_owners(self, word: str) -> tuple[tuple[str, ...], int]:
        """Everybody one part of whose name sounds most like a word, and how many letters apart."""
        found: dict[str, int] = {}
        for person, parts in self._names:
            for part in parts:
                apart = edits_between(word, part) if len(plain(part)) >= SHORTEST_PART else None
                if apart is not None:
                    found[person] = min(apart, found.get(person, apart))
        edits = min(found.values(), default=0)
        return tuple(person for person, apart in found.items() if apart == edits), edits

    def _is_a_strangers(self, words: Sequence[str], at: int) -> bool:
        """Is a part of a name beside another capitalised word that belongs to nobody here: "Karima Baloch"?"""
        if not _CLOSES.search(words[at]) and at + 1 < len(words) and self._is_unknown_name(words[at + 1]):
            return True
        inside = at >= 2 and not _CLOSES.search(words[at - 1]) and not _CLOSES.search(words[at - 2])
        return inside and self._is_unknown_name(words[at - 1])

    def _is_unknown_name(self, word: str) -> bool:
        return word[:1].isupper() and len(plain(word)) > 1 and not self.is_honorific(word)

    def _before(self, words: Sequence[str], at: int, free_from: int) -> int:
        """The index of the first honorific that leads to a name: "Dr. Field"."""
        while at > free_from and self.is_honorific(words[at - 1]) and not words[at - 1].endswith((",", "،")):
            at -= 1
        return at

    def _after(self, words: Sequence[str], at: int) -> int:
        """The index after the honorifics that follow a name: "Hamid bhai"."""
        while at < len(words) and not _CLOSES.search(words[at - 1]) and self.is_honorific(words[at]):
            at += 1
        return at


def _bare(word: str) -> str:
    return _POSSESSIVE.sub("", word.rstrip('.,;:!?؟۔،…"”’)'))


def _letters_apart(heard: str, part: str) -> int:
    """As `edits_between`, but a short part may be a letter off too: the whole name decides."""
    ours, theirs = sound_key(heard), sound_key(part)
    if ours and theirs:
        return edit_distance(ours, theirs)
    apart = edits_between(heard, part)
    return len(plain(part)) if apart is None else apart


def _same_person(one: Member, other: Member, honorifics: frozenset[str]) -> bool:
    return any(
        len(ours) == len(theirs) and all(edits_between(a, b) == 0 for a, b in zip(ours, theirs, strict=True))
        for ours in (name_parts(name, honorifics) for name in one.spellings)
        for theirs in (name_parts(name, honorifics) for name in other.spellings)
    )
