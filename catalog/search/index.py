"""The index of every published turn: asking it, and writing to it. What is in it is said in `documents`, how it lies
on disk in `generations`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Any

from tantivy import DocAddress, IndexWriter, Order, Searcher
from tantivy import Query as IndexQuery

from catalog.search.asking import beyond, leaving_out, sample_query, turns_query
from catalog.search.cursor import read_cursor, write_cursor
from catalog.search.documents import (
    FEW,
    SAMPLES,
    SCHEMA_VERSION,
    Entry,
    documents,
    episode_query,
    schema,
    stamps_query,
)
from catalog.search.everywhere import TIMES, Sampled, sampled
from catalog.search.facets import Facet, counting, counting_months, part_counted, read_counts, read_months
from catalog.search.generations import Generations
from catalog.search.matching import how_far
from catalog.search.query import Query
from catalog.search.spoken import without_unspoken

FARTHEST = 10_000  # hits by relevance: each page must sort all those before it
MOST_TOGETHER = 4_096  # hits of a phrase that are found at once
STRIDE = 20_000  # places a walk asks for at once: each asking looks through all there are
MOST_LOOKED_AT = 2_000  # words with the same beginning, when one near another is looked for


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


class TurnIndex:
    """Every published turn, found by its words. Any number of processes may hold one on the same folder.

    `entries` gives all of it afresh, from the catalog: an index that is missing, damaged or of another version
    makes itself anew when it is next used, and says so in the log.
    """

    def __init__(self, folder: Path, entries: Callable[[], Iterable[Entry]]) -> None:
        self._entries = entries
        self._generations = Generations(folder, schema(), SCHEMA_VERSION, self._fill)

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        after: str = "",
        only: Collection[int] | None = None,
        without: Collection[int] = (),
        sort: Sort = Sort.RELEVANCE,
        facets: bool = False,
    ) -> Found:
        """The turns that match, in order: in the episodes `only`, if given, and in none of `without`.

        `limit` is at least 1. `after` is the cursor a page before gave as `next`, for the same query, `only` and
        order; any other raises InvalidQuery, as does one by relevance from before a rebuild.
        """
        if not query.asks_something:
            return Found(0, ())
        asking = _Asking(query, only, without, sort, after, limit, offset)

        def act() -> Found:
            with self._generations.searching() as (generation, searcher):
                return asking.answer(generation, searcher, facets)

        return self._generations.mending(act)

    def walk(
        self,
        query: Query,
        *,
        only: Collection[int] | None = None,
        without: Collection[int] = (),
        batch: int = 500,
    ) -> Iterator[tuple[Place, ...]]:
        """Every hit once, as they were spoken, talk by talk, at most `batch` at a time. Memory stays the same for any
        number. What is published or withdrawn meanwhile is met or not; nothing is met twice."""
        wanted = turns_query(schema(), query, only)
        reached: int | None = None
        while query.asks_something:
            found, reached = self._generations.mending(partial(self._stride, wanted, without, reached))
            yield from (found[start : start + batch] for start in range(0, len(found), batch))
            if len(found) < STRIDE:
                return

    def count_by_month(
        self, query: Query, *, only: Collection[int] | None = None, without: Collection[int] = ()
    ) -> dict[tuple[str, int], int]:
        """How many turns match, by (person, month as yyyymm): "" stands for everybody together, others are as in
        the facet `speaker`, the MOST_PEOPLE with most hits. A query that asks nothing counts every turn there is;
        talks without a date are left out."""
        wanted = turns_query(schema(), query, only)

        def act() -> dict[tuple[str, int], int]:
            with self._generations.searching() as (_, searcher):
                return read_months(searcher.aggregate(_shown(searcher, wanted, without), counting_months()))

        return self._generations.mending(act)

    def near(self, word: str, *, edits: int = 2, limit: int = 5) -> tuple[tuple[str, int], ...]:
        """Folded words said in published turns that are at most so many edits from this folded one, itself among
        them, and begin with the same letter, each with its number of turns: the nearest first, then the commonest."""
        if not word:
            return ()

        def act() -> list[tuple[str, int]]:
            with self._generations.searching() as (_, searcher):
                return searcher.terms_with_prefix("body", word[0], limit=MOST_LOOKED_AT)

        said = [(how_far(word, one, edits), -turns, one) for one, turns in self._generations.mending(act)]
        nearest = sorted((far, turns, one) for far, turns, one in said if far is not None)
        return tuple((one, -turns) for _, turns, one in nearest[:limit])

    def stamps(self) -> dict[int, int]:
        """The episodes in the index, each with the revision it was taken at."""

        def act() -> dict[int, int]:
            with self._generations.searching() as (_, searcher):
                stamps = searcher.search(stamps_query(schema()), limit=max(1, searcher.num_docs))
                addresses = [address for _, address in stamps.hits]
                return dict(_columns(searcher, addresses, "episode", "revision"))

        return self._generations.mending(act)

    def update(self, episode_ids: Iterable[int], read: Callable[[int], Entry | None]) -> None:
        """Bring these episodes up to date in one commit; one that `read` gives as None is removed.

        `read` is called while nobody else writes, so the last to write is also the last that looked.
        """
        chosen = list(episode_ids)

        def act() -> None:
            with self._generations.changing():
                entries = [(episode_id, read(episode_id)) for episode_id in chosen]
                with self._generations.writing() as writer:
                    for episode_id, entry in entries:
                        writer.delete_documents_by_query(episode_query(schema(), episode_id))
                        if entry is not None:
                            _add(writer, entry)

        self._generations.mending(act)

    def rebuild(self) -> int:
        """Make the whole index anew and switch to it; the old one answers until then. How many episodes it holds."""
        return self._generations.rebuild()

    def _fill(self, writer: IndexWriter) -> int:
        count = 0
        for entry in self._entries():
            _add(writer, entry)
            count += 1
        return count

    def _stride(
        self, wanted: IndexQuery, without: Collection[int], after: int | None
    ) -> tuple[tuple[Place, ...], int | None]:
        """The next STRIDE places, and how far that reaches."""
        with self._generations.searching() as (_, searcher):
            shown = _shown(searcher, wanted, without)
            here = shown if after is None else beyond(schema(), shown, "place", after)
            hits = searcher.search(here, STRIDE, count=False, order_by_field="place", order=Order.Asc).hits
            return _places(searcher, hits), hits[-1][0] if hits else after


@dataclass(frozen=True)
class _Asking:
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
        wanted = _shown(searcher, turns_query(schema(), self.query, self.only), self.without)
        found = self._by_relevance if self.sort is Sort.RELEVANCE else self._in_order
        total, hits, reached = found(searcher, wanted, question)
        counted = _just(searcher, hits) if total == len(hits) else wanted
        counts = _count(searcher, counted, total) if facets and total else ()
        return Found(total, _places(searcher, hits[: self.limit]), counts, reached)

    def _few(self, searcher: Searcher) -> Sampled | None:
        if self.sort is Sort.RELEVANCE and self.only is None:
            return sampled(schema(), self.query, searcher.num_docs, partial(searcher.doc_freq, "body"))
        return None

    def _estimate(self, searcher: Searcher, few: Sampled, question: str, facets: bool) -> Found | None:
        ranked = _shown(searcher, few.ranked, self.without)
        total, hits, reached = self._by_relevance(searcher, ranked, question)
        if total < few.least:
            return None
        counted = ranked if few.counted is None else _shown(searcher, few.counted, self.without)
        total = TIMES * (total if few.counted is None else _total(searcher.search(counted, 1)))
        counts = _count(searcher, counted, total, FEW) if facets and total else ()
        return Found(total, _places(searcher, hits[: self.limit]), counts, reached, about=True)

    def _question(self, generation: str) -> str:
        """What a cursor belongs to; by relevance that is one generation, for another may rank otherwise."""
        only = None if self.only is None else sorted(self.only)
        return repr((self.query.groups, self.query.excluded, self.query.filters, only, self.sort, generation))

    def _by_relevance(
        self, searcher: Searcher, wanted: IndexQuery, question: str
    ) -> tuple[int, list[Any], str]:
        """On the first page all hits of a phrase come, unless they are many: to find them again, to count them, would
        take as long once more."""
        offset = read_cursor(question, self.after) if self.after else self.offset
        together = self.limit if offset or not self._has_phrase else max(self.limit, MOST_TOGETHER)
        result = searcher.search(wanted, together, offset=offset)
        total, reached = _total(result), offset + min(len(result.hits), self.limit)
        more = reached < min(total, FARTHEST) and result.hits
        return total, result.hits, write_cursor(question, reached) if more else ""

    @property
    def _has_phrase(self) -> bool:
        return any(len(term.words) > 1 for group in self.query.groups for clause in group for term in clause)

    def _in_order(self, searcher: Searcher, wanted: IndexQuery, question: str) -> tuple[int, list[Any], str]:
        column, here = _COLUMNS[self.sort], wanted
        if self.after:
            here = beyond(schema(), wanted, column, read_cursor(question, self.after))
        result = searcher.search(here, self.limit, offset=self.offset, order_by_field=column, order=Order.Asc)
        more = self.offset + len(result.hits) < _total(result) and result.hits
        total = _total(searcher.search(wanted, 1)) if self.after else _total(result)
        return total, result.hits, write_cursor(question, result.hits[-1][0]) if more else ""


def _shown(searcher: Searcher, wanted: IndexQuery, without: Collection[int]) -> IndexQuery:
    """What is not in the episodes `without`. Hardly any of those is in the index, and to look twice takes time."""
    return leaving_out(schema(), wanted, [one for one in without if searcher.doc_freq("episode", one)])


def _total(result: Any) -> int:
    return int(result.count)  # its stubs forget it


def _count(searcher: Searcher, wanted: IndexQuery, total: int, heaps: int = SAMPLES) -> tuple[Facet, ...]:
    """Facets of about so many turns, of which `wanted` are those in the first heaps."""
    counted = min(part_counted(total, SAMPLES), heaps)
    here = wanted if counted == heaps else sample_query(schema(), wanted, counted)
    return read_counts(searcher.aggregate(here, counting()), SAMPLES // counted)


def _just(searcher: Searcher, hits: list[tuple[Any, DocAddress]]) -> IndexQuery:
    """These hits and no others."""
    places = searcher.fast_field_values("place", [address for _, address in hits])
    return IndexQuery.const_score_query(IndexQuery.term_set_query(schema(), "place", places), 0.0)


def _places(searcher: Searcher, hits: list[tuple[Any, DocAddress]]) -> tuple[Place, ...]:
    addresses = [address for _, address in hits]
    rows = _columns(searcher, addresses, "episode", "turn", "opens", "first_passage", "last_passage")
    return tuple(Place(*row) for row in rows)


def _columns(searcher: Searcher, addresses: list[DocAddress], *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(searcher.fast_field_values(name, addresses) for name in names), strict=True)


def _add(writer: IndexWriter, entry: Entry) -> None:
    for document in documents(entry):
        writer.add_document(document)
