"""Making one person of what several cues say: spellings, longer and shorter names, the surest role.

How candidates are found in a text is not known here.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import regex

from catalog.casting.wordings import GUEST, HOST
from catalog.normalize import fold


@dataclass(frozen=True)
class Mention:
    """A full name somewhere in the text, cast or not."""

    name: str
    place: int
    start: int


@dataclass(frozen=True)
class Candidate:
    """What one cue says about one person; `cue` tells whether two stood in the same list."""

    name: str
    role: str
    affiliation: str
    evidence: str
    strength: int
    cue: tuple[int, int]
    place: int
    start: int


def _tokens(name: str) -> list[str]:
    return [
        fold(word).strip(".").replace("’", "'") for word in regex.split(r"[\s-]+", name) if word.strip(".")
    ]


def _skeleton(word: str) -> str:
    """The consonants of a romanised word: Siddiqi, Siddiqui and Siddiquee sound the same.

    >>> _skeleton("siddiqi") == _skeleton("siddiqui"), _skeleton("mir") == _skeleton("amir")
    (True, False)
    """
    plain = word.replace("qu", "q").replace("kh", "x").replace("ph", "f").replace("w", "v")
    return regex.sub(r"(.)\1+", r"\1", plain[:1] + regex.sub(r"[aeiouy']", "", plain[1:]))


def is_same_person(one: str, other: str) -> bool:
    """Whether two names are one person: equal, spelt alike, or one with more words in between.

    >>> is_same_person("Akhtar Mengal", "Sardar Akhtar Jan Mengal"), is_same_person("Munir Mengal", "Akhtar Mengal")
    (True, False)
    """
    short, long = sorted((_tokens(one), _tokens(other)), key=len)
    if short == long:
        return True
    if len(short) < 2 or short[-1:] != long[-1:]:
        return len(short) == len(long) > 1 and all(map(_sounds_like, short, long))
    rest = iter(long)
    return all(word in rest for word in short)


def _sounds_like(one: str, other: str) -> bool:
    skeleton = _skeleton(one)
    return one == other or (len(skeleton) > 2 and skeleton == _skeleton(other) and one[0] == other[0])


def merge(candidates: Sequence[Candidate]) -> list[Candidate]:
    """One candidate a person, in the order of the text, with the longest name and the surest role and proof."""
    people: list[list[Candidate]] = []
    for candidate in sorted(candidates, key=lambda c: (c.place, c.start)):
        same = next((p for p in people if _belongs(candidate, p)), None)
        if same is None:
            people.append([candidate])
        else:
            same.append(candidate)
    return _settle_title_hosts([_merged(person) for person in people])


def _belongs(candidate: Candidate, person: list[Candidate]) -> bool:
    """Two different names in one list ("Ali Khan, Ali Asad Khan") are two people, however alike."""
    exact = any(_tokens(candidate.name) == _tokens(p.name) for p in person)
    listed_apart = any(candidate.cue == p.cue for p in person)
    return exact or (not listed_apart and any(is_same_person(candidate.name, p.name) for p in person))


def _merged(person: list[Candidate]) -> Candidate:
    surest = max(person, key=lambda c: c.strength)
    names = (
        [p for p in person if p.strength == surest.strength]
        if len({len(_tokens(p.name)) for p in person}) == 1
        else person
    )
    name = max(names, key=lambda c: len(_tokens(c.name))).name
    told = sorted((p for p in person if p.affiliation), key=lambda c: -c.strength)
    affiliation = (
        max((p.affiliation for p in told if p.strength == told[0].strength), key=len) if told else ""
    )
    return replace(surest, name=name, affiliation=affiliation)


def _settle_title_hosts(people: list[Candidate]) -> list[Candidate]:
    """ "| With NAME" in a title names the host, unless somebody else surely is."""
    known = any(p.role != GUEST and p.strength > 1 for p in people)
    return [replace(p, role=GUEST) if known and p.strength == 1 and p.role == HOST else p for p in people]
