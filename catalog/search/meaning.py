"""Which turns mean what a reader asks, whatever their words: vectors of every published turn, kept beside the index.
They are derived, as the index is: what is no longer published, or was changed, is forgotten and made anew."""

import threading
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from catalog.search.answering import Place
from catalog.search.documents import Entry, stretches
from catalog.search.embedding import Embedder, Vectors, load_embedder, understands

LEAST_LIKE = 0.2  # cosine: what is farther away than this means something else


@dataclass(frozen=True)
class _Talk:
    """`places` has a row of five for each vector: the fields of a Place."""

    revision: int
    places: NDArray[np.int64]
    vectors: Vectors


def open_meanings(folder: Path, name: str) -> "Meanings | None":
    """The vectors kept in a folder, of the embedder of that name; None when that is switched off."""
    embedder = load_embedder(name)
    return Meanings(folder, embedder) if embedder else None


class Meanings:
    """Vectors of the published turns in the languages the embedder knows, in memory and, to start quickly, as a file
    for each talk. `folder` may be deleted at any time."""

    def __init__(self, folder: Path, embedder: Embedder) -> None:
        self.embedder = embedder
        self._folder = folder / embedder.name
        self._talks: dict[int, _Talk] = {}
        self._all: tuple[NDArray[np.int64], Vectors] | None = None
        self._lock = threading.Lock()

    def follow(self, revisions: Mapping[int, int], read: Callable[[int], Entry | None]) -> int:
        """Come to hold just these episodes at these revisions; `read` gives one. How many were made anew."""
        with self._lock:
            for episode_id in self._talks.keys() - revisions.keys():
                self._forget(episode_id)
            self._sweep(revisions)
            made = 0
            for episode_id, revision in revisions.items():
                if episode_id not in self._talks or self._talks[episode_id].revision != revision:
                    self._all = None
                    made += self._take(episode_id, revision, read)
            return made

    def closest(
        self, text: str, *, most: int, only: Collection[int] | None = None, without: Collection[int] = ()
    ) -> list[Place]:
        """The turns nearest to a text, the nearest first: in the episodes `only`, if given, in none of `without`."""
        with self._lock:
            places, vectors = self._matrix()
        if not len(places):
            return []
        likeness = vectors @ self.embedder.embed([text])[0]
        wanted = likeness >= LEAST_LIKE
        if only is not None:
            wanted &= np.isin(places[:, 0], list(only))
        if without:
            wanted &= ~np.isin(places[:, 0], list(without))
        rows = np.flatnonzero(wanted)
        nearest = rows[np.argsort(-likeness[rows], kind="stable")][:most]
        return [Place(*(int(number) for number in places[row])) for row in nearest]

    def _matrix(self) -> tuple[NDArray[np.int64], Vectors]:
        if self._all is None:
            talks = [talk for _, talk in sorted(self._talks.items()) if len(talk.places)]
            self._all = (
                np.concatenate([talk.places for talk in talks]) if talks else np.zeros((0, 5), np.int64),
                np.concatenate([talk.vectors for talk in talks]) if talks else np.zeros((0, 1), np.float32),
            )
        return self._all

    def _take(self, episode_id: int, revision: int, read: Callable[[int], Entry | None]) -> int:
        """From its file, or made of its words; 1 if it was made."""
        path = self._folder / f"{episode_id}.npz"
        kept = _load(path, revision)
        if kept is not None:
            self._talks[episode_id] = kept
            return 0
        entry = read(episode_id)
        if (
            entry is None or entry.revision != revision
        ):  # changed since it was looked up: the next one to ask sees it
            self._forget(episode_id)
            return 0
        self._talks[episode_id] = talk = self._embed(entry)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{episode_id}.{threading.get_native_id()}.part")
        with part.open("wb") as file:
            np.savez(file, revision=revision, places=talk.places, vectors=talk.vectors.astype(np.float16))
        part.replace(path)
        return 1

    def _embed(self, entry: Entry) -> _Talk:
        places, texts = [], []
        for number, turn in enumerate(entry.turns):
            for passages in stretches(turn.passages):
                if understands(self.embedder, passages[0].language):
                    first, last = passages[0].number, passages[-1].number
                    places.append((entry.episode_id, number, turn.passages[0].number, first, last))
                    texts.append(" ".join(passage.text for passage in passages))
        return _Talk(entry.revision, np.array(places, np.int64).reshape(-1, 5), self.embedder.embed(texts))

    def _forget(self, episode_id: int) -> None:
        self._all = None
        self._talks.pop(episode_id, None)
        (self._folder / f"{episode_id}.npz").unlink(missing_ok=True)

    def _sweep(self, revisions: Mapping[int, int]) -> None:
        """Files of talks that are not public (any more) go, whoever wrote them."""
        for path in self._folder.glob("*.npz"):
            if not path.stem.isdecimal() or int(path.stem) not in revisions:
                path.unlink(missing_ok=True)


def _load(path: Path, revision: int) -> _Talk | None:
    """A talk's file; None when there is none of this revision, or it cannot be read: it is made anew then."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            if int(kept["revision"]) != revision or len(kept["places"]) != len(kept["vectors"]):
                return None
            return _Talk(revision, kept["places"], kept["vectors"].astype(np.float32))
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return None
