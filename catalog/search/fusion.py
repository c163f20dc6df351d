"""Words and meaning in one order: turns with all the words, with any of them, and those near in meaning, fused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from sqlmodel import Session

from catalog.errors import InvalidQuery
from catalog.normalize import fold
from catalog.search.answering import Place, Sort
from catalog.search.cursor import NOT_OURS
from catalog.search.hits import MOST_HITS, Question, Results, read_question, search_turns
from catalog.search.index import TurnIndex
from catalog.search.moments import read_hits
from catalog.search.query import Note, Query
from catalog.search.tables import Tables

if TYPE_CHECKING:
    from catalog.search.meaning import Meanings

DEPTH = 100  # of each order that is fused
SMOOTHING = 60  # Cormack, Clarke, Büttcher 2009: reciprocal rank fusion
ALL_WORDS, ANY_WORD, MEANING = 3.0, 1.0, 1.0  # who has every word that was asked for stands first


class Mode(StrEnum):
    """What a turn is found by: its words, its meaning, or both."""

    WORDS = "words"
    MEANING = "meaning"
    HYBRID = "hybrid"


@dataclass(frozen=True)
class Ranked:
    """A turn; `by_meaning` when it has none of the words."""

    place: Place
    by_meaning: bool


def search_in_mode(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    mode: Mode,
    meanings: "Meanings | None",
    limit: int = 20,
    after: str = "",
    episode: str | None = None,
    sort: Sort = Sort.RELEVANCE,
    expand: bool = True,
    tables: Tables | None = None,
) -> Results:
    """As `search_turns`; by meaning too where that is asked for. Then the best MOST_HITS at most are all there is:
    they have one order, by relevance, on one page, without counts."""
    problem, asked = "", None
    if mode is not Mode.WORDS:
        asked = read_question(session, text, episode=episode, expand=expand, tables=tables)
        problem = _why_not(meanings, asked.query, text)
    if asked is None or problem or meanings is None:
        found = search_turns(
            session,
            index,
            text,
            limit=limit,
            after=after,
            episode=episode,
            sort=sort,
            expand=expand,
            tables=tables,
        )
        return replace(found, notes=(*found.notes, Note(0, problem))) if problem else found
    if after:
        raise InvalidQuery(NOT_OURS)
    if asked.only == []:
        return Results(0, (), asked.query.notes, asked.query.also)
    ranked = rank(index, meanings, asked, text, mode)[:MOST_HITS]
    near = frozenset(one.place for one in ranked if one.by_meaning)
    loose = any_of(asked.query)
    hits = read_hits(session, loose, [one.place for one in ranked], near)
    return Results(len(hits), tuple(hits[:limit]), asked.query.notes, asked.query.also)


def rank(index: TurnIndex, meanings: "Meanings", asked: Question, text: str, mode: Mode) -> list[Ranked]:
    """The order of the turns: in the episodes the question allows, past its filters."""
    query = asked.query
    said = _words_of(query) or text
    near = meanings.closest(said, most=DEPTH, only=asked.only, without=asked.without)
    near = _passing(index, query, near)
    if mode is Mode.MEANING:
        return [Ranked(place, True) for place in near]
    every = _found(index, query, asked)
    some = _found(index, any_of(query), asked)
    order = fuse((every, ALL_WORDS), (some, ANY_WORD), (near, MEANING))
    worded = {*every, *some}
    return [Ranked(place, place not in worded) for place in order]


def fuse(*orders: tuple[Sequence[Place], float]) -> list[Place]:
    """One order of several, each with its weight: reciprocal rank fusion; of equals the first met is first.

    >>> a, b, c = (Place(n, 0, 0, 0, 0) for n in range(3))
    >>> [place.episode_id for place in fuse(([a, b], 1.0), ([b, c], 1.0))]
    [1, 0, 2]
    """
    scores: dict[Place, float] = {}
    for places, weight in orders:
        for number, place in enumerate(places, start=1):
            scores[place] = scores.get(place, 0.0) + weight / (SMOOTHING + number)
    return sorted(scores, key=lambda place: -scores[place])


def _found(index: TurnIndex, query: Query, asked: Question) -> tuple[Place, ...]:
    return index.search(query, limit=DEPTH, only=asked.only, without=asked.without).places


def any_of(query: Query) -> Query:
    """The same, when any of its words will do."""
    return replace(query, groups=(tuple(chain.from_iterable(query.groups)),) if query.groups else ())


def _words_of(query: Query) -> str:
    """What was asked for, without fields and signs."""
    return " ".join(word for group in query.groups for term in group[0] for word in term.words)


def _passing(index: TurnIndex, query: Query, places: list[Place]) -> list[Place]:
    """Those that the filters let pass, in their order."""
    if not query.filters or not places:
        return places
    talks = {place.episode_id for place in places}
    narrowed = replace(query, groups=(), excluded=())
    if not narrowed.asks_something:
        return places
    passing: set[Place] = set()
    for some in index.walk(narrowed, only=talks):
        passing.update(some)
    return [place for place in places if place in passing]


def _why_not(meanings: "Meanings | None", query: Query, text: str) -> str:
    if meanings is None:
        return "Searching by meaning is switched off here; the words were searched."
    if not query.groups:
        return "There are no words to take the meaning of; the fields were searched."
    if not is_understood(meanings.embedder.languages, _words_of(query) or text):
        return "Meaning is understood in English only; the words were searched."
    return ""


def is_understood(languages: frozenset[str], text: str) -> bool:
    """Whether an embedder of these languages can make anything of a question: English is told by its letters.

    >>> english = frozenset({"en"})
    >>> is_understood(english, "who was taken?"), is_understood(english, "لاپتہ افراد")
    (True, False)
    """
    letters = [letter for letter in fold(text) if letter.isalpha()]
    return bool(letters) and (languages != {"en"} or sum(map(str.isascii, letters)) > len(letters) / 2)
