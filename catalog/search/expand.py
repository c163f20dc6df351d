"""A query widened to the other spellings of what it asks for: from the tables, and by sound for what may be a name.
Pure. What the tables hold is in `tables`, how a name sounds in `sound`.

Exact words are left alone; a phrase takes spellings of the tables, never of sound. A name of several words is looked
up, and sounded, as a whole: never by its last word alone, which a namesake shares.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import regex

from catalog.search.query import Clause, Group, Query, Term
from catalog.search.sound import sound_of
from catalog.search.tables import LONGEST_SPELLING, Tables, Words, spellings_of

SHORTEST_SOUND = 4  # letters of a skeleton: shorter ones are shared by too many words
SHORTEST_PAIR = 5
MOST_ADDED = 56  # terms, to one thing asked for
MOST_ADDED_IN_ALL = 200
SPELLED, SOUNDED = 0.7, 0.5
# Bengali joins what other languages say with a word of its own to the end of a name (আফগানিস্তানের).
_JOINING = regex.compile(r"\p{sc=Bengali}{4,}")
MOST_JOINED = 2  # each looks through the vocabulary


@dataclass(frozen=True)
class Added:
    """A term that means the same, and the spelling readers are shown for it ("" where there is none)."""

    term: Term
    shown: str = ""


def expand(query: Query, tables: Tables) -> Query:
    """The query with other spellings as further alternatives, each of less weight; `also` names them."""
    groups: list[Group] = []
    telling: list[Group] = []  # without words that only join the others
    also: dict[str, None] = {}
    room, at = MOST_ADDED_IN_ALL, 0
    names = _names(query.groups, tables)
    while at < len(query.groups):
        run = _known_run(query.groups[at:], tables)
        asked = _as_one(query.groups[at : at + run]) if run > 1 else query.groups[at]
        found = [one for clause in asked for one in _added(clause, tables)]
        added = [*found, *_beside(names, at)][: min(MOST_ADDED, room)]
        groups.append((*asked, *((one.term,) for one in added)))
        if run or not _is_one_of(asked, tables.joining):
            telling.append(groups[-1])
        also |= dict.fromkeys(one.shown for one in added if one.shown)
        room -= len(added)
        at += max(run, 1)
    # Other languages say "in" and "of" in other places, or not at all: beside something that may be met in
    # another language they need not occur.
    chosen = telling if any(len(group) > 1 for group in telling) else groups
    return replace(query, groups=tuple(chosen), also=tuple(also))


def _is_one_of(group: Group, listed: frozenset[str]) -> bool:
    return len(group) == 1 and _is_plain_word(group[0]) and group[0][0].words[0] in listed


def _names(groups: tuple[Group, ...], tables: Tables) -> list[str]:
    """The skeleton of each group that is one word and may be a name, "" for the others."""

    def skeleton(group: Group) -> str:
        if len(group) > 1 or not _is_plain_word(group[0]):
            return ""
        words = group[0][0].words
        known = tables.find(words) or words[0] in tables.everyday | tables.joining
        return "" if known else sound_of(words[0])

    return list(map(skeleton, groups))


def _beside(names: list[str], at: int) -> Iterator[Added]:
    """The sound of a name with the one before and the one after it: a short one (Munir, Ali) says too little alone."""
    if not 0 < len(names[at]) < SHORTEST_SOUND:
        return
    for pair in (names[max(at - 1, 0) : at + 1], names[at : at + 2]):
        if len(pair) > 1 and all(pair) and len("".join(pair)) >= SHORTEST_PAIR:
            yield Added(Term(tuple(pair), sound=True, weight=SOUNDED))


def _known_run(groups: tuple[Group, ...], tables: Tables) -> int:
    """How many of these groups, from the first on, are plain words that make up one known spelling; 0 for none."""
    plain: list[str] = []
    for group in groups[:LONGEST_SPELLING]:
        if len(group) > 1 or not _is_plain_word(group[0]):
            break
        plain += group[0][0].words
    sizes = range(len(plain), 0, -1)
    return next((size for size in sizes if tables.find(tuple(plain[:size]))), 0)


def _is_plain_word(clause: Clause) -> bool:
    return len(clause) == 1 and clause[0] == Term(clause[0].words[:1])


def _as_one(groups: tuple[Group, ...]) -> Group:
    return (tuple(term for group in groups for term in group[0]),)


def _added(clause: Clause, tables: Tables) -> Iterator[Added]:
    if any(term != Term(term.words) for term in clause) or (len(clause) > 1 and not _are_words(clause)):
        return
    asked = tuple(word for term in clause for word in term.words)
    concepts = tables.find(asked) if _are_words(clause) else tables.concepts.get(asked, ())
    yield from _spelled(asked, list(spellings_of(concepts)) or [(asked, "")])
    if not _are_words(clause):  # a phrase: these words and no others
        return
    names = [spelling for one in concepts if one.is_name for spelling, _ in spellings_of([one])]
    if not concepts and len(asked) == 1 and asked[0] not in tables.everyday | tables.joining:
        names = [asked]
    for skeletons in dict.fromkeys(tuple(map(sound_of, name)) for name in names):
        if len("".join(skeletons)) >= SHORTEST_SOUND and all(skeletons):
            # Gurmukhi without its dot, as it is folded, writes s for sh
            for heard in dict.fromkeys((skeletons, tuple(one.replace("sh", "s") for one in skeletons))):
                yield Added(Term(heard, sound=True, weight=SOUNDED))


def _are_words(clause: Clause) -> bool:
    return all(len(term.words) == 1 for term in clause)


def _spelled(asked: Words, spellings: list[tuple[Words, str]]) -> Iterator[Added]:
    """The other spellings; of the asked-for words too where they stand apart in the query."""
    joined = 0
    for spelling, shown in spellings:
        if spelling != asked:
            yield Added(Term(spelling, weight=SPELLED), shown)
        if len(spelling) == 1 and joined < MOST_JOINED and _JOINING.fullmatch(spelling[0]):
            joined += 1
            yield Added(Term(spelling, prefix=True, weight=SPELLED))
