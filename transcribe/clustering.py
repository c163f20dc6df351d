"""Sorting voice vectors into people: a tree descended to person-sized clusters, a spectral cut, and the choice
between them. Knows vectors and how long each speaks, nothing of time or sound."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from transcribe.voices import Floats, unit

Labels = NDArray[np.int64]

# A person speaks at least this share of the sound, but never has to speak longer or may speak shorter than these.
PERSON_SHARE = 0.04
PERSON_MS = (2_500, 10_000)
DESCENT = 40
ROUNDS = 5
# How many nearest neighbours of each window are kept, in percent; the eigengap chooses (Park et al. 2020).
NEIGHBOURS = (3, 5, 8, 12, 18, 25, 35)
# Matrices grow with the square: 36 MB for the tree, 8 MB for each of the spectral cut's.
TREE_MOST = 3_000
SPECTRAL_MOST = 800
# Halves of one person's speech were at least so alike (0.83), two people at most 0.75 (six shows, four channels).
SAME_VOICE = 0.77
# Different voices of a speech synthesiser were up to 0.82 alike in one talk and more in others, halves of one at
# least 0.94; halves of a real person 0.86 to 0.94, two real people at most 0.67.
SURELY_SAME_VOICE = 0.92


def sort_voices(vectors: Floats, spoken_ms: NDArray[np.int64], people: int) -> Labels:
    """A label in [0, people) for every vector of length one, in order of time; fewer labels for too few vectors.

    Both ways are tried and the calmer labelling wins, the one that changes less often from window to window:
    the tree finds somebody who says little, the spectral cut tells similar voices apart.
    """
    people = min(people, len(vectors))
    if people <= 1:
        return np.zeros(len(vectors), np.int64)
    tries = [cut_tree(vectors, spoken_ms, people), cut_spectrum(vectors, spoken_ms, people)]
    complete = [labels for labels in tries if labels.max() == people - 1] or tries
    return min(complete, key=lambda labels: int((labels[1:] != labels[:-1]).sum()))


def count_voices(vectors: Floats, spoken_ms: NDArray[np.int64], most: int, announced: int = 0) -> int:
    """How many people are heard, at most so many: person-sized clusters, joined while they are like one voice.

    Voices that were announced are joined only when they are surely one.
    """
    sample = _sample(len(vectors), TREE_MOST)
    some, spoken = vectors[sample], spoken_ms[sample]
    merges = average_linkage(some)
    most = max(1, min(most, int(spoken.sum() // _person_ms(spoken))))
    tries = (_descend(merges, spoken, people) for people in range(most, 1, -1))
    labels = next((found for found in tries if found is not None), np.zeros(len(some), np.int64))
    person = labels >= 0
    middles = middles_of(some[person], labels[person], spoken[person])
    weights = np.bincount(labels[person], spoken[person])
    while len(middles) > 1:
        alike = np.triu(middles @ middles.T, 1)
        a, b = np.unravel_index(int(alike.argmax()), alike.shape)
        if alike[a, b] < (SAME_VOICE if len(middles) > announced else SURELY_SAME_VOICE):
            break
        middles[a] = unit(middles[a] * weights[a] + middles[b] * weights[b])
        weights[a] += weights[b]
        middles, weights = np.delete(middles, b, axis=0), np.delete(weights, b)
    return len(middles)


def average_linkage(vectors: Floats) -> list[tuple[int, int]]:
    """Merges of the average-linkage tree over cosine distance, lowest first, each as a leaf of either side.

    Nearest-neighbour chain: n^2 time and one n x n matrix of float32.
    """
    apart = np.maximum(1 - vectors @ vectors.T, 0)
    np.fill_diagonal(apart, np.inf)
    sizes = np.ones(len(vectors))
    merges: list[tuple[float, int, int]] = []
    chain: list[int] = []
    while len(merges) < len(vectors) - 1:
        if not chain:
            chain = [int(np.flatnonzero(sizes)[0])]
        here = chain[-1]
        near = int(apart[here].argmin())
        if len(chain) > 1 and apart[here, chain[-2]] <= apart[here, near]:
            near = chain[-2]
        if len(chain) < 2 or near != chain[-2]:
            chain.append(near)
            continue
        del chain[-2:]
        merges.append((float(apart[here, near]), here, near))
        mixed = (sizes[here] * apart[here] + sizes[near] * apart[near]) / (sizes[here] + sizes[near])
        mixed[near] = np.inf
        apart[near] = apart[:, near] = mixed
        apart[here] = apart[:, here] = np.inf
        sizes[near] += sizes[here]
        sizes[here] = 0
    return [(a, b) for _height, a, b in sorted(merges, key=lambda merge: merge[0])]


def _cuts(merges: list[tuple[int, int]], fewest: int, most: int) -> Iterator[Labels]:
    """The labellings of the tree with `fewest`, `fewest` + 1, ... `most` clusters."""
    count = len(merges) + 1
    for clusters in range(fewest, min(count, most) + 1):
        parent = list(range(count))

        def find(leaf: int, parent: list[int] = parent) -> int:
            while parent[leaf] != leaf:
                parent[leaf] = leaf = parent[parent[leaf]]
            return leaf

        for a, b in merges[: count - clusters]:
            parent[find(a)] = find(b)
        yield np.unique([find(leaf) for leaf in range(count)], return_inverse=True)[1]


def cut_tree(vectors: Floats, spoken_ms: NDArray[np.int64], people: int) -> Labels:
    """Go down the tree until `people` clusters are long enough to be a person; all else goes to the nearest.

    Cutting at `people` clusters alone is a trap: one holds everybody and the others hold laughter.
    """
    sample = _sample(len(vectors), TREE_MOST)
    some, spoken = vectors[sample], spoken_ms[sample]
    merges = average_linkage(some)
    labels = _descend(merges, spoken, people)
    if labels is None:
        labels = next(_cuts(merges, people, people))
    chosen = labels >= 0
    return settle(vectors, spoken_ms, middles_of(some[chosen], labels[chosen], spoken[chosen]))


def _descend(merges: list[tuple[int, int]], spoken_ms: NDArray[np.int64], people: int) -> Labels | None:
    """The first cut with `people` person-sized clusters, those alone: -1 for what belongs to none. None if none has."""
    for labels in _cuts(merges, people, people + DESCENT):
        sizes = np.bincount(labels, spoken_ms)
        if (sizes >= _person_ms(spoken_ms)).sum() >= people:
            order = np.argsort(-sizes, kind="stable")[:people]
            rank = np.full(len(sizes), -1)
            rank[order] = np.arange(people)
            return np.asarray(rank[labels], np.int64)
    return None


def _person_ms(spoken_ms: NDArray[np.int64]) -> float:
    least, most = PERSON_MS
    return min(max(least, PERSON_SHARE * float(spoken_ms.sum())), most)


def _sample(count: int, most: int) -> NDArray[np.int64]:
    """Evenly spaced places in a list of `count`, all of them or `most`."""
    return np.linspace(0, count - 1, min(count, most)).astype(np.int64)


def settle(vectors: Floats, spoken_ms: NDArray[np.int64], middles: Floats) -> Labels:
    """k-means on the sphere from given middles, a few rounds."""
    labels = np.asarray((vectors @ middles.T).argmax(1), np.int64)
    for _ in range(ROUNDS):
        fresh = middles.copy()
        for label in np.unique(labels):
            mine = labels == label
            fresh[label] = unit((vectors[mine] * spoken_ms[mine, None].astype(np.float32)).sum(0))
        middles = fresh
        labels = np.asarray((vectors @ middles.T).argmax(1), np.int64)
    return np.unique(labels, return_inverse=True)[1]


def middles_of(vectors: Floats, labels: Labels, spoken_ms: NDArray[np.int64]) -> Floats:
    """The direction of each label in rising order, longer windows counting for more."""
    weights = spoken_ms.astype(np.float32)[:, None]
    return np.stack([unit((vectors * weights)[labels == label].sum(0)) for label in np.unique(labels)])


def cut_spectrum(vectors: Floats, spoken_ms: NDArray[np.int64], people: int) -> Labels:
    """Spectral clustering of the graph of nearest neighbours, pruned where the eigengap is clearest."""
    sample = _sample(len(vectors), SPECTRAL_MOST)
    some = vectors[sample]
    count = len(some)
    order = np.argsort(-(some @ some.T), axis=1, kind="stable")
    tries = []
    for percent in NEIGHBOURS:
        kept = max(3, min(count, count * percent // 100))
        graph = np.zeros((count, count))
        np.put_along_axis(graph, order[:, :kept], 1.0, axis=1)
        graph = (graph + graph.T) / 2
        values, waves = np.linalg.eigh(np.diag(graph.sum(1)) - graph)
        gap = np.diff(values[: people + 8]).max() / values[-1]
        clarity = kept / count / max(gap, 1e-9)
        tries.append((clarity, waves[:, :people]))
    _clarity, clearest = min(tries, key=lambda pair: pair[0])
    found = _k_means(unit(clearest.astype(np.float32)), people)
    return settle(vectors, spoken_ms, middles_of(some, found, spoken_ms[sample]))


def _k_means(points: Floats, people: int) -> Labels:
    """k-means from points far apart, the first in the middle of all: no dice, so the same answer every time."""
    first = int((points @ points.mean(0)).argmax())
    chosen = [first]
    nearest = ((points - points[first]) ** 2).sum(1)
    while len(chosen) < people:
        chosen.append(int(nearest.argmax()))
        nearest = np.minimum(nearest, ((points - points[chosen[-1]]) ** 2).sum(1))
    middles = points[chosen]
    for _ in range(50):
        labels = ((points[:, None] - middles[None]) ** 2).sum(2).argmin(1)
        fresh = np.stack(
            [points[labels == k].mean(0) if (labels == k).any() else middles[k] for k in range(people)]
        )
        if np.array_equal(fresh, middles):
            break
        middles = fresh
    return np.asarray(labels, np.int64)
