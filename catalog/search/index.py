"""The index on disk: reading it, writing it one at a time, making it anew. What is in it is said in `documents`.

The folder holds one generation, a tantivy index in a folder of its own, and the file `current` that names it. A
rebuild makes a new generation beside it and then replaces that file, so that readers always find a whole one.
"""

import fcntl
import logging
import shutil
import threading
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

from tantivy import DocAddress, Index, IndexWriter, Order, Searcher
from tantivy import Query as IndexQuery

from catalog.search.asking import sample_query, turns_query
from catalog.search.documents import (
    SAMPLES,
    SCHEMA_VERSION,
    Entry,
    documents,
    episode_query,
    schema,
    stamps_query,
)
from catalog.search.facets import COUNTED_ALL, Facet, counting, read_counts
from catalog.search.query import Query

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

WRITER_BYTES = 15_000_000  # the least tantivy accepts, for the one thread we give it
_GENERATION = f"v{SCHEMA_VERSION}-"


class Sort(StrEnum):
    """The order of what is found: how well it fits, the day it was aired, or talk by talk as it was spoken."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    POSITION = "position"


_COLUMNS: dict[Sort, tuple[str, Order]] = {
    Sort.NEWEST: ("day", Order.Desc),
    Sort.OLDEST: ("day", Order.Asc),
    Sort.POSITION: ("place", Order.Asc),
}


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
    """How many turns there are in all, the places of those asked for, in order, and counts if asked for."""

    total: int
    places: tuple[Place, ...]
    facets: tuple[Facet, ...] = ()


class TurnIndex:
    """Every published turn, found by its words. Any number of processes may hold one on the same folder.

    `entries` gives all of it afresh, from the catalog: an index that is missing, damaged or of another version
    makes itself anew when it is next used, and says so in the log.
    """

    def __init__(self, folder: Path, entries: Callable[[], Iterable[Entry]]) -> None:
        self._folder = folder
        self._entries = entries
        self._opened: tuple[str, Index] | None = None
        self._opening = threading.Lock()

    def search(
        self,
        query: Query,
        *,
        limit: int = 20,
        offset: int = 0,
        only: Collection[int] | None = None,
        without: Collection[int] = (),
        sort: Sort = Sort.RELEVANCE,
        facets: bool = False,
    ) -> Found:
        """The turns that match, in order: in the episodes `only`, if given, and in none of `without`.
        `limit` is at least 1; the work grows with `offset + limit`."""
        if not query.asks_something:
            return Found(0, ())
        wanted = turns_query(schema(), query, only, without)
        return self._mending(lambda: self._search(wanted, limit, offset, sort, facets))

    def stamps(self) -> dict[int, int]:
        """The episodes in the index, each with the revision it was taken at."""
        return self._mending(self._stamps)

    def update(self, episode_ids: Iterable[int], read: Callable[[int], Entry | None]) -> None:
        """Bring these episodes up to date in one commit; one that `read` gives as None is removed.

        `read` is called while nobody else writes, so the last to write is also the last that looked.
        """
        chosen = list(episode_ids)
        self._mending(lambda: self._update(chosen, read))

    def rebuild(self) -> int:
        """Make the whole index anew and switch to it; the old one answers until then. How many episodes it holds."""
        with _locked(self._folder / "rebuild.lock"):
            return self._build()

    def _search(self, wanted: IndexQuery, limit: int, offset: int, sort: Sort, facets: bool) -> Found:
        with self._searching() as searcher:
            column, order = _COLUMNS.get(sort, (None, Order.Desc))
            result = searcher.search(wanted, limit, offset=offset, order_by_field=column, order=order)
            addresses = [address for _, address in result.hits]
            rows = _columns(searcher, addresses, "episode", "turn", "opens", "first_passage", "last_passage")
            total = int(result.count)  # type: ignore[attr-defined]  # its stubs forget it
            counts = _count(searcher, wanted, total) if facets and total else ()
            return Found(total, tuple(Place(*row) for row in rows), counts)

    def _stamps(self) -> dict[int, int]:
        with self._searching() as searcher:
            stamps = searcher.search(stamps_query(schema()), limit=max(1, searcher.num_docs))
            addresses = [address for _, address in stamps.hits]
            return dict(_columns(searcher, addresses, "episode", "revision"))

    def _update(self, episode_ids: list[int], read: Callable[[int], Entry | None]) -> None:
        with _locked(self._folder / "write.lock"):
            entries = [(episode_id, read(episode_id)) for episode_id in episode_ids]
            generation = self._generation()
            with _naming_damage(generation):
                index = Index.open(str(self._folder / generation))
                with _writing(index) as writer:
                    for episode_id, entry in entries:
                        writer.delete_documents_by_query(episode_query(schema(), episode_id))
                        if entry is not None:
                            _add(writer, entry)

    @contextmanager
    def _searching(self) -> Iterator[Searcher]:
        generation = self._generation()
        with _naming_damage(generation):
            index = self._open(generation)
            index.reload()
            yield index.searcher()

    def _open(self, generation: str) -> Index:
        with self._opening:
            if self._opened is None or self._opened[0] != generation:
                index = Index.open(str(self._folder / generation))
                index.config_reader("manual")  # we reload at each search; its own watcher is late by its poll
                self._opened = (generation, index)
            return self._opened[1]

    def _generation(self) -> str:
        """The name of the generation to use; _Broken when there is none that this version can read."""
        name = self._current()
        if not name:
            raise _Broken(name, "missing")
        if not name.startswith(_GENERATION) or not name.removeprefix(_GENERATION).isalnum():
            raise _Broken(name, "of another version")
        return name

    def _current(self) -> str:
        try:
            return (self._folder / "current").read_text(encoding="utf-8", errors="replace")
        except FileNotFoundError:
            return ""

    def _mending(self, act: Callable[[], Answer]) -> Answer:
        try:
            return act()
        except _Broken as broken:
            self._mend(broken)
            return act()

    def _mend(self, broken: "_Broken") -> None:
        with _locked(self._folder / "rebuild.lock"):
            if self._current() != broken.generation:
                return  # somebody else has made a new one meanwhile
            logger.warning("The search index is %s; it is being rebuilt from the catalog.", broken.reason)
            self._build()

    def _build(self) -> int:
        self._sweep()
        generation = f"{_GENERATION}{uuid4().hex}"
        (self._folder / generation).mkdir()
        count = 0
        index = Index(schema(), path=str(self._folder / generation))
        with _writing(index) as writer:
            for entry in self._entries():
                _add(writer, entry)
                count += 1
        with _locked(self._folder / "write.lock"):
            self._switch(generation)
        self._sweep()
        return count

    def _switch(self, generation: str) -> None:
        aside = self._folder / "current.new"
        aside.write_text(generation, encoding="utf-8")
        aside.replace(self._folder / "current")

    def _sweep(self) -> None:
        """Remove every generation but the current one. Readers that have one open keep it until they let go."""
        current = self._current()
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != current:
                shutil.rmtree(path, ignore_errors=True)


class _Broken(Exception):
    """A generation cannot be used: which one, and why, in words that finish 'the search index is ...'."""

    def __init__(self, generation: str, reason: str) -> None:
        super().__init__(f"The search index is {reason}.")
        self.generation = generation
        self.reason = reason


@contextmanager
def _naming_damage(generation: str) -> Iterator[None]:
    """Any failure of tantivy's on a generation, told as that generation's. A damaged file often makes it
    panic; PanicException is no Exception and cannot be imported, so it is known by its name."""
    try:
        yield
    except (OSError, ValueError) as problem:
        raise _Broken(generation, f"damaged ({problem})") from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise _Broken(generation, f"damaged ({problem})") from problem


@contextmanager
def _writing(index: Index) -> Iterator[IndexWriter]:
    """A writer whose work is committed whole, or not at all: tantivy's own `with` commits what a failure left."""
    writer = index.writer(WRITER_BYTES, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _count(searcher: Searcher, wanted: IndexQuery, total: int) -> tuple[Facet, ...]:
    if total <= COUNTED_ALL:
        return read_counts(searcher.aggregate(wanted, counting()), 1)
    return read_counts(searcher.aggregate(sample_query(schema(), wanted), counting()), SAMPLES)


def _columns(searcher: Searcher, addresses: list[DocAddress], *names: str) -> Iterator[tuple[Any, ...]]:
    return zip(*(searcher.fast_field_values(name, addresses) for name in names), strict=True)


def _add(writer: IndexWriter, entry: Entry) -> None:
    for document in documents(entry):
        writer.add_document(document)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait for, then hold, a lock among all threads and processes; it ends with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
