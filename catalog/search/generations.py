"""The folder of the index: which generation is read, how the next takes its place, locks, damage. Not what is in it.

The folder holds one generation, a tantivy index in a folder of its own, and the file `current` that names it. A
rebuild makes a new generation beside it and then replaces that file, so that readers always find a whole one.
"""

import fcntl
import logging
import shutil
import threading
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

from tantivy import Index, IndexWriter, Schema, Searcher

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

CURRENT = "current"
WRITER_BYTES = 15_000_000  # the least tantivy accepts, for the one thread we give it
BUILDER_BYTES = 100_000_000  # a rebuild writes everything: fewer, larger pieces, that need no joining


class FolderStamp:
    """Tells that the index in a folder has changed, by whatever process, without opening it: asked for each page."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = self._state = folder / CURRENT
        self._seen: Hashable = None

    def read(self) -> Hashable:
        """Another value after every change."""
        seen = _looks(self._current)
        if seen != self._seen:
            self._state = self._folder / _current(self._folder) / "meta.json"
            self._seen = seen
        return seen, _looks(self._state)


def _looks(path: Path) -> Hashable:
    try:
        found = path.stat()
    except (OSError, ValueError):  # what names the generation may be any bytes
        return None
    return found.st_mtime_ns, found.st_ino


class Generations:
    """One folder, for any number of threads and processes. `fill` writes all of the index and counts it: what is
    missing, damaged or of another `version` is made anew when it is next used, and the log says so."""

    def __init__(
        self, folder: Path, schema: Schema, version: int, fill: Callable[[IndexWriter], int]
    ) -> None:
        self._folder = folder
        self._schema = schema
        self._prefix = f"v{version}-"
        self._fill = fill
        self._opened: tuple[str, Index] | None = None
        self._stamp = FolderStamp(folder)
        self._newest: tuple[Hashable, str, Searcher] | None = None
        self._opening = threading.Lock()

    def mending(self, act: Callable[[], Answer]) -> Answer:
        """Do something with the index; if it is broken, make it anew and do it again."""
        try:
            return act()
        except Broken as broken:
            self._mend(broken)
            return act()

    @contextmanager
    def searching(self) -> Iterator[tuple[str, Searcher]]:
        """The newest state of the index, and the name of its generation."""
        stamp = self._stamp.read()
        newest = self._newest
        if newest is None or newest[0] != stamp:
            self._newest = newest = (stamp, *self._read())
        _, generation, searcher = newest
        with _naming_damage(generation):
            yield generation, searcher

    def _read(self) -> tuple[str, Searcher]:
        generation = self._generation()
        with _naming_damage(generation):
            index = self._open(generation)
            index.reload()
            return generation, index.searcher()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Nobody else writes, and no other generation takes over, while this is held."""
        with _locked(self._folder / "write.lock"):
            yield

    @contextmanager
    def writing(self) -> Iterator[IndexWriter]:
        """The writer of the current generation, for whoever holds `changing`."""
        generation = self._generation()
        with _naming_damage(generation), _writing(self._folder / generation, WRITER_BYTES) as writer:
            yield writer

    def rebuild(self) -> int:
        """Make everything anew and switch to it; the old generation answers until then. What `fill` counted."""
        with _locked(self._folder / "rebuild.lock"):
            return self._build()

    def _open(self, generation: str) -> Index:
        with self._opening:
            if self._opened is None or self._opened[0] != generation:
                index = Index.open(str(self._folder / generation))
                index.config_reader("manual")  # we reload at each search; its own watcher is late by its poll
                self._opened = (generation, index)
            return self._opened[1]

    def _generation(self) -> str:
        """The name of the generation to use; Broken when there is none that this version can read."""
        name = _current(self._folder)
        if not name:
            raise Broken(name, "missing")
        if not name.startswith(self._prefix) or not name.removeprefix(self._prefix).isalnum():
            raise Broken(name, "of another version")
        return name

    def _mend(self, broken: "Broken") -> None:
        with _locked(self._folder / "rebuild.lock"):
            if _current(self._folder) != broken.generation:
                return  # somebody else has made a new one meanwhile
            logger.warning("The search index is %s; it is being rebuilt from the catalog.", broken.reason)
            self._build()

    def _build(self) -> int:
        self._sweep()
        generation = f"{self._prefix}{uuid4().hex}"
        (self._folder / generation).mkdir()
        Index(self._schema, path=str(self._folder / generation))
        with _writing(self._folder / generation, BUILDER_BYTES) as writer:
            count = self._fill(writer)
        with self.changing():
            self._switch(generation)
        self._sweep()
        return count

    def _switch(self, generation: str) -> None:
        aside = self._folder / "current.new"
        aside.write_text(generation, encoding="utf-8")
        aside.replace(self._folder / CURRENT)

    def _sweep(self) -> None:
        """Remove every generation but the current one. Readers that have one open keep it until they let go."""
        current = _current(self._folder)
        for path in self._folder.iterdir():
            if path.is_dir() and path.name != current:
                shutil.rmtree(path, ignore_errors=True)


def _current(folder: Path) -> str:
    try:
        return (folder / CURRENT).read_text(encoding="utf-8", errors="replace")
    except FileNotFoundError:
        return ""


class Broken(Exception):
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
        raise Broken(generation, f"damaged ({problem})") from problem
    except BaseException as problem:
        if type(problem).__name__ != "PanicException":
            raise
        raise Broken(generation, f"damaged ({problem})") from problem


@contextmanager
def _writing(folder: Path, memory: int) -> Iterator[IndexWriter]:
    """A writer whose work is committed whole, or not at all: tantivy's own `with` commits what a failure left."""
    writer = Index.open(str(folder)).writer(memory, 1)
    try:
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Wait for, then hold, a lock among all threads and processes; it ends with the process that holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
