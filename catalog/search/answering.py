"""One page of one question: the places of what was found, how many there are, counts of them. How the index is held and
written is said in `index`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from tantivy import DocAddress, Order, Searcher
from tantivy import Query as IndexQuery

from catalog.search.asking import beyond, leaving_out, sample_query, turns_query
from catalog.search.cursor import read_cursor, write_cursor
from catalog.search.documents import FEW, SAMPLES, schema
from catalog.search.everywhere import TIMES, Sampled, sampled
from catalog.search.facets import Facet, counting, part_counted, read_counts
from catalog.search.query import Query
from catalog.search.spoken import without_unspoken

FARTHEST = 10_000  # hits by relevance: each page must sort all those before it


class Sort(StrEnum):
    """The order of what is found: how well it fits, the day it was aired, or talk by talk as it was spoken."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    POSITION = "position"


# Each has another number for every turn, so that a page begins just beyond the last one, whatever changed since.
_COLUMNS = {Sort.NEWEST: "newest", Sort.OLDEST: "oldest", Sort.POSITION: "place"}


@dataclass(frozen=True)
class Place:
    """Where a found turn, or a stretch of one, stands: both passages belong to it; the turn `opens` with another,
    or with the first of them."""

    episode_id: int
    turn: int
    opens: int
    first_passage: int
    last_passage: int


@dataclass(frozen=True)
class Found:
    """How many turns there are in all, the places of those asked for, in order, counts if asked for, and the cursor
    of the next page, "" after the last. `about`: the total is estimated, and the places are the best of a sample."""

    total: int
    places: tuple[Place, ...]
    facets: tuple[Facet, ...] = ()
    next: str = ""
    about: bool = False


@dataclass(frozen=True)
class Asking:
    """One page of one question."""

    query: Query
    only: Collection[int] | None
    without: Collection[int]
    sort: Sort
    after: str
    limit: int
    offset: int

    def answer(self, generation: str, searcher: Searcher, facets: bool) -> Found:
        question = self._question(generation if self.sort is Sort.RELEVANCE else "")
        spoken = without_unspoken(self.query, searcher.num_docs, searcher.doc_freq)
        return replace(self, query=spoken)._answer(question, searcher, facets)

    def _answer(self, question: str, searcher: Searcher, facets: bool) -> Found:
        if (few := self._few(searcher)) and (estimate := self._estimate(searcher, few, question, facets)):
            return estimate
        wanted = self._wanted(searcher)
        found = self._by_relevance if self.sort is Sort.RELEVANCE else self._in_order
        total, hits, reached = found(searcher, wanted, question)
        counts = self._facets(searcher, wanted, total) if facets and total else ()
        return Found(total, places_of(searcher, hits), counts, reached)

    def _wanted(self, searcher: Searcher, *, among_few: bool = False) -> IndexQuery:
        """The turns that answer, all of them or those among the few."""
        asked = turns_query(schema(), self.query, self.only, among_few=among_few)
        return shown(searcher, asked, self.without)

    def _facets(self, searcher: Searcher, wanted: IndexQuery, total: int) -> tuple[Facet, ...]:
        """Of many turns the few are counted, which takes no longer to find than they are."""
        if part_counted(total, SAMPLES) == SAMPLES:
            return _count(searcher, wanted, total)
        return _count(searcher, self._wanted(searcher, among_few=True), total, FEW)

    def _few(self, searcher: Searcher) -> Sampled | None:
        if self.sort is Sort.RELEVANCE and self.only is None:
            return sampled(schema(), self.query, searcher.num_docs, partial(searcher.doc_freq, "body"))
        return None

    def _estimate(self, searcher: Searcher, few: Sampled, question: str, facets: bool) -> Found | None:
        ranked = shown(searcher, few.ranked, self.without)
        total, hits, reached = self._by_relevance(searcher, ranked, question)
        if total < few.least:
            return None
        counted = ranked if few.counted is None else shown(searcher, few.counted, self.without)
        total = TIMES * (total if few.counted is None else _total(searcher.search(counted, 1)))
        counts = _count(searcher, counted, total, FEW) if facets and total else ()
        return Found(total, places_of(searcher, hits), counts, reached, about=True)

    def _question(self, generation: str) -> str:
        """What a cursor belongs to; by relevance that is one generation, for another may rank otherwise."""
        only = None if self.only is None else sorted(self.only)
        return repr((self.query.groups, self.query.excluded, self.query.filters, only, self.sort, generation))

    def _by_relevance(
        self, searcher: Searcher, wanted: IndexQuery, question: str
    ) -> tuple[int, list[Any], str]:
        offset = read_cursor(question, self.after) if self.after else self.offset
        result = searcher.search(wanted, self.limit, offset=offset)
        total, reached = _total(result), offset + len(result.hits)
        more = reached < min(total, FARTHEST) and result.hits
        return total, result.hits, write_cursor(question, reached) if more else ""

    def _in_order(self, searcher: Searcher, wanted: IndexQuery, question: str) -> tuple[int, list[Any], str]:
        column, here = _COLUMNS[self.sort], wanted
        if self.after:
            here = beyond(schema(), wanted, column, read_cursor(question, self.after))
        result = searcher.search(here, self.limit, offset=self.offset, order_by_field=column, order=Order.Asc)
        more = self.offset + len(result.hits) < _total(result) and result.hits
        total = _total(searcher.search(wanted, 1)) if self.after else _total(result)
        return total, result.hits, write_cursor(question, result.hits[-1][0]) if more else ""


def shown(searcher: Searcher, wanted: IndexQuery, without: Collection[int]) -> IndexQuery:
    """What is not in the episodes `without`. Hardly any of those is in the index, and to look twice takes time."""
    return leaving_out(schema(), wanted, [one for one in without if searcher.doc_freq("episode", one)])


def _total(result: Any) -> int:
    return int(result.count)  # its stubs forget it


def _count(searcher: Searcher, wanted: IndexQuery, total: int, heaps: int = SAMPLES) -> tuple[Facet, ...]:
    """Facets of about so many turns, of which `wanted` are those in the first heaps."""
    counted = min(part_counted(total, SAMPLES), heaps)
    here = wanted if counted == heaps else sample_query(schema(), wanted, counted)
    return read_counts(searcher.aggregate(here, counting()), SAMPLES // counted)


def places_of(searcher: Searcher, hits: list[tuple[Any, DocAddress]]) -> tuple[Place, ...]:
    addresses = [address for _, address in hits]
    rows = columns(searcher, addresses, "episode", "turn", "opens", "first_passage", "last_passage")
    return tuple(Place(*row) for row in rows)


def columns(searcher: Searcher, addresses: list[DocAddress], *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(searcher.fast_field_values(name, addresses) for name in names), strict=True)
