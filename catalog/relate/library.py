"""Many texts as rows of numbers, so that one is compared with all that share a key with it, and with no other. What a
key is stands in `reading`, what a likeness means in `scoring`."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from zipfile import BadZipFile
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from catalog.relate.likely import Many, Rows, common_at, likeliness
from catalog.relate.reading import Kind, Reading, kind_of
from catalog.relate.scoring import KIND_SAYS, Common

MOST_KEYS = 80  # of a text: the rest says little of what it is about
ASSUMED_TEXTS = 50  # rarity is not to be judged from three texts
LEAST_ACROSS = 0.7  # else one subject that both scripts know would be all there is
COUNTRY_SAYS = 0.3  # every talk is about one of them
COUNTRIES = ("pakistan", "india", "bangladesh", "afghanistan", "iran", "china", "nepal", "sri lanka")

_KINDS = tuple(Kind)
_BITS = 29
_SAYS = np.array([KIND_SAYS[kind] for kind in _KINDS], np.float32)
SUBJECT, PEOPLE, PLACES, SOUNDS = range(4)
_GROUP = {
    Kind.PERSON: PEOPLE,
    Kind.NAME: PLACES,
    Kind.SOUND: SOUNDS,
    Kind.PLACE: PLACES,
    Kind.TOPIC: SUBJECT,
    Kind.WORD: SUBJECT,
    Kind.PAIR: SUBJECT,
}
_GROUPS = np.array([_GROUP[kind] for kind in _KINDS], np.int64)
_ACROSS = [_KINDS.index(kind) for kind in (Kind.PLACE, Kind.TOPIC, Kind.NAME)]
_PERSON, _PAIR = _KINDS.index(Kind.PERSON), _KINDS.index(Kind.PAIR)

Keys = NDArray[np.uint32]
Numbers = NDArray[np.int64]
Shares = NDArray[np.float32]


@lru_cache(maxsize=262_144)
def number_of(key: str) -> int:
    """The number that stands for a key; its first bits are the kind."""
    return _KINDS.index(kind_of(key)) << _BITS | crc32(key.encode()) & (1 << _BITS) - 1


_COUNTRIES = np.array([number_of(f"{Kind.PLACE}:{name}") for name in COUNTRIES], np.uint32)


@dataclass(frozen=True)
class Entry:
    """One text: which it is, a stamp that changes with it, its keys with their counts, and what it means."""

    id: int
    stamp: int
    keys: Keys
    counts: Shares
    is_cased: bool
    vector: Shares

    @classmethod
    def of(cls, text_id: int, stamp: int, reading: Reading, vector: Shares) -> "Entry":
        numbers = np.array([number_of(key) for key in reading.counts], np.uint32)
        return cls(
            text_id,
            stamp,
            numbers,
            np.array([*reading.counts.values()], np.float32),
            reading.is_cased,
            vector,
        )


def stamp_of(*texts: str) -> int:
    """Another number for another text."""
    stamp = 0
    for text in texts:
        stamp = crc32(text.encode("utf-8", "replace"), stamp)
    return stamp


class Rarity:
    """How rare each key is among all these texts: 1 for what stands in one, less for what stands in many."""

    def __init__(self, shelves: Iterable[Sequence[Entry]]) -> None:
        texts = [entry.keys for shelf in shelves for entry in shelf]
        joined = np.concatenate(texts) if texts else np.zeros(0, np.uint32)
        self._keys, counts = np.unique(joined, return_counts=True)
        rare = self._rare(counts, len(texts) + ASSUMED_TEXTS)
        self._says = np.where(np.isin(self._keys, _COUNTRIES), rare * COUNTRY_SAYS, rare).astype(np.float32)
        self._unseen = self._rare(np.zeros(1, np.int64), len(texts) + ASSUMED_TEXTS).astype(np.float32)

    def of(self, keys: Keys) -> Shares:
        if not len(self._keys):
            return np.ones(len(keys), np.float32)
        at = np.minimum(np.searchsorted(self._keys, keys), len(self._keys) - 1)
        says: Shares = np.where(self._keys[at] == keys, self._says[at], self._unseen)
        return says

    @staticmethod
    def _rare(texts: Numbers, count: int) -> Shares:
        rare: Shares = np.log(count / (texts + 0.5)) / np.log(count)
        return rare


@dataclass(frozen=True)
class _Weighed:
    """What texts are about: the most telling keys of each, with the share of each; `texts` says whose they are.
    `across` is how much of each text one in another script may have too."""

    texts: Numbers
    keys: Keys
    shares: Shares
    across: Shares


def weigh(entries: Sequence[Entry], rarity: Rarity) -> _Weighed:
    """All of them at once, in the order of the texts."""
    count = len(entries)
    keys = np.concatenate([entry.keys for entry in entries] or [np.zeros(0, np.uint32)])
    counts = np.concatenate([entry.counts for entry in entries] or [np.zeros(0, np.float32)])
    ends = np.cumsum([len(entry.keys) for entry in entries], dtype=np.int64)
    texts = np.repeat(np.arange(count), np.diff(ends, prepend=0))
    grown = np.where(counts >= 1, 1 + np.log(np.maximum(counts, 1)), counts)
    shares = (grown * rarity.of(keys) * _SAYS[keys >> _BITS]).astype(np.float32)
    chosen = _most_telling(shares, ends)
    texts, keys, shares = texts[chosen], keys[chosen], shares[chosen]
    kinds = keys >> _BITS
    cased = np.array([entry.is_cased for entry in entries], bool)
    # Names by their sound, and pairs of words that may be names, are no measure of a text.
    counted = (_GROUPS[kinds] != SOUNDS) & (cased[texts] | (kinds != _PERSON))
    lengths = np.sqrt(np.bincount(texts, np.where(counted, shares**2, 0), count))
    shares = (shares / np.where(lengths > 0, lengths, 1)[texts]).astype(np.float32)
    able = np.isin(kinds, _ACROSS)
    across = np.sqrt(np.bincount(texts, np.where(able, shares**2, 0), count))
    return _Weighed(texts, keys, shares, np.maximum(LEAST_ACROSS, across).astype(np.float32))


def _most_telling(shares: Shares, ends: Numbers) -> Numbers:
    """The places of the largest shares of each text, which ends at `ends`."""
    chosen = [
        begin + np.argpartition(shares[begin:end], end - begin - MOST_KEYS)[end - begin - MOST_KEYS :]
        if end - begin > MOST_KEYS
        else np.arange(begin, end)
        for begin, end in pairwise((0, *ends.tolist()))
    ]
    return np.concatenate(chosen or [np.zeros(0, np.int64)])


class Library:
    """Texts to compare others with."""

    def __init__(self, entries: Sequence[Entry], rarity: Rarity) -> None:
        self.entries, self.rarity = entries, rarity
        self._places = {entry.id: at for at, entry in enumerate(entries)}
        weighed = weigh(entries, rarity)
        order = np.argsort(weighed.keys, kind="stable")
        self._keys, self._shares = weighed.keys[order], weighed.shares[order]
        self._texts, self._across = weighed.texts[order], weighed.across
        self._cased = np.array([entry.is_cased for entry in entries], bool)
        self._mean, self._vectors = _centred(entries)

    def compare(self, entry: Entry) -> dict[int, Common]:
        """What the text has in common with each of the library that shares a key with it, by its place there."""
        rows, found = self._shared(entry)
        return {at: common_at(rows, at) for at in found.tolist()}

    def likeliest(
        self, entry: Entry, least: float, most: int, also: Collection[int] = ()
    ) -> dict[int, Common]:
        """The same of the `most` that are likeliest to be related, those less likely than `least` left out, and of
        those that are asked for `also`."""
        rows, found = self._shared(entry)
        subject, people, places, meaning, words = (row[found] for row in rows)
        sure = likeliness((subject, people, places, meaning, words))
        ranked = np.argsort(-sure, kind="stable")[:most]
        chosen = found[ranked[sure[ranked] >= least]].tolist()
        return {at: common_at(rows, at) for at in (*chosen, *also)}

    def _shared(self, entry: Entry) -> tuple[Rows, Numbers]:
        """What the text has in common with everything, and which share any key with it."""
        about = weigh([entry], self.rarity)
        keys, shares = about.keys, about.shares
        first, last = np.searchsorted(self._keys, keys), np.searchsorted(self._keys, keys, "right")
        mine = np.repeat(np.arange(len(keys)), last - first)
        begins = np.repeat(first - np.cumsum(last - first) + (last - first), last - first)
        places = np.arange(len(mine)) + begins
        texts, products = self._texts[places], shares[mine] * self._shares[places]
        kinds = (keys >> _BITS)[mine]
        groups, count = _GROUPS[kinds], len(self.entries)
        sums = np.bincount(groups * count + texts, products, 4 * count).reshape(4, count)
        words = np.bincount(texts[(groups == SUBJECT) & (kinds != _PAIR)], minlength=count)
        # Words of another script cannot be shared: what can be is measured alone.
        is_like = self._cased == entry.is_cased
        sums = sums * np.where(is_like, 1.0, 1 / (about.across[0] * self._across))
        # Names that only sound alike are needed where one of two is written without capitals.
        places_too = sums[PLACES] + np.where(is_like, 0, sums[SOUNDS])
        rows = (sums[SUBJECT], sums[PEOPLE], places_too, self._meanings(entry), words.astype(float))
        return rows, np.flatnonzero(np.bincount(texts, minlength=count))

    def place_of(self, text_id: int) -> int | None:
        """Where the text of this id stands; None where it is not in the library."""
        return self._places.get(text_id)

    def weights_of(self, keys: Sequence[str]) -> list[float]:
        """How much it tells that two texts have each of these keys."""
        rare = self.rarity.of(np.array([number_of(key) for key in keys], np.uint32))
        return [float(one) * KIND_SAYS[kind_of(key)] for one, key in zip(rare, keys, strict=True)]

    def _meanings(self, entry: Entry) -> Many:
        """How alike they are in meaning; NaN where the embedder does not read both."""
        if not entry.is_cased or not len(self._mean) or len(entry.vector) != len(self._mean):
            return np.full(len(self.entries), np.nan)
        mine = entry.vector.astype(np.float32) - self._mean
        return np.where(self._cased, self._vectors @ (mine / max(float(np.linalg.norm(mine)), 1e-9)), np.nan)


def _centred(entries: Sequence[Entry]) -> tuple[Shares, Shares]:
    """What texts mean beside what all of them mean."""
    vectors = [entry.vector for entry in entries]
    if not vectors or not len(vectors[0]):
        return np.zeros(0, np.float32), np.zeros((len(entries), 0), np.float32)
    rows = np.array(vectors, np.float32)
    cased = np.array([entry.is_cased for entry in entries], bool)
    mean = rows[cased].mean(axis=0) if cased.any() else rows.mean(axis=0)
    rows -= mean
    rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), np.float32(1e-9))
    return mean, rows


# ---- kept beside the search index --------------------------------------------------------------------


def save_entries(path: Path, entries: Sequence[Entry], made_with: str) -> None:
    """Write them down, so that the next who compares need not read every text again."""
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_suffix(".new.npz")
    np.savez(
        new,
        made_with=np.array(made_with),
        ids=np.array([entry.id for entry in entries], np.int64),
        stamps=np.array([entry.stamp for entry in entries], np.uint32),
        cased=np.array([entry.is_cased for entry in entries], bool),
        sizes=np.array([len(entry.keys) for entry in entries], np.int64),
        keys=np.concatenate([entry.keys for entry in entries] or [np.zeros(0, np.uint32)]),
        counts=np.concatenate([entry.counts for entry in entries] or [np.zeros(0, np.float32)]).astype(
            np.float16
        ),
        vectors=np.array([entry.vector for entry in entries], np.float16),
    )
    new.replace(path)


def load_entries(path: Path, made_with: str) -> Mapping[int, Entry]:
    """What was written down, by id; nothing when it was made otherwise, or cannot be read: it is made anew then."""
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
            if str(kept["made_with"]) != made_with:
                return {}
            ends = np.cumsum(kept["sizes"])
            keys, counts = (
                np.split(kept["keys"], ends[:-1]),
                np.split(kept["counts"].astype(np.float32), ends[:-1]),
            )
            rows = zip(kept["ids"], kept["stamps"], keys, counts, kept["cased"], kept["vectors"], strict=True)
            return {
                int(row[0]): Entry(int(row[0]), int(row[1]), row[2], row[3], bool(row[4]), row[5])
                for row in rows
            }
    except (OSError, ValueError, KeyError, EOFError, BadZipFile):
        return {}
