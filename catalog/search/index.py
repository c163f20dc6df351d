"""The index of every published turn: asking it, and writing to it. What is in it is said in `documents`, how it lies
on disk in `generations`."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial
from pathlib import Path

from tantivy import IndexWriter, Order
from tantivy import Query as IndexQuery

from catalog.search.answering import Asking, Found, Place, Sort, columns, places_of, shown
from catalog.search.asking import beyond, turns_query
from catalog.search.documents import (
    SCHEMA_VERSION,
    Entry,
    documents,
    episode_query,
    schema,
    stamps_query,
)
from catalog.search.facets import counting_months, read_months
from catalog.search.generations import Generations
from catalog.search.matching import how_far
from catalog.search.query import Query

STRIDE = 20_000  # places a walk asks for at once: each asking looks through all there are
MOST_LOOKED_AT = 2_000  # words with the same beginning, when one near another is looked for


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
        asking = Asking(query, only, without, sort, after, limit, offset)

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
                return read_months(searcher.aggregate(shown(searcher, wanted, without), counting_months()))

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
                return dict(columns(searcher, addresses, "episode", "revision"))

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
            there = shown(searcher, wanted, without)
            here = there if after is None else beyond(schema(), there, "place", after)
            hits = searcher.search(here, STRIDE, count=False, order_by_field="place", order=Order.Asc).hits
            return places_of(searcher, hits), hits[-1][0] if hits else after


def _add(writer: IndexWriter, entry: Entry) -> None:
    for document in documents(entry):
        writer.add_document(document)
