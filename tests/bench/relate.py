"""How well and how quickly talks and articles are related.

`python -m tests.bench.relate fit` fits the weights of `catalog.relate.scoring` anew, to the tuning half of the labelled
set alone, whole and cut to a few lines.
"""

import sys
from collections.abc import Iterator
from dataclasses import astuple

import numpy as np

from catalog.relate.judging import RelateFile, Text, read_entries
from catalog.relate.library import Library, Rarity
from catalog.relate.scoring import FITTED, Weights, features
from catalog.search.embedding import WordLlamaEmbedder
from tests.catalog.labelled import read

FIRST_WORDS = (500, 35, 20)
RIDGE = 0.5


def fit() -> Weights:
    """The weights under which the grades of the tuning half are likeliest."""
    rows = [row for words in FIRST_WORDS for row in _rows(words)]
    given = np.array([[*values, 1.0] for values, _ in rows])
    related = np.array([is_related for _, is_related in rows], float)
    ridge = np.array([RIDGE] * (given.shape[1] - 1) + [1e-6])
    weights = np.zeros(given.shape[1])
    for _ in range(100):
        likely = 1 / (1 + np.exp(-given @ weights))
        slope = given.T @ (likely - related) + ridge * weights
        bend = (given.T * (likely * (1 - likely))) @ given + np.diag(ridge)
        weights -= np.linalg.solve(bend, slope)
    return Weights(*(round(float(weight), 2) for weight in weights))


def _rows(words: int) -> Iterator[tuple[tuple[float, ...], bool]]:
    judged = RelateFile.model_validate(read("relate-tuning.json"))
    grades = {(one.episode, one.article): one.grade for one in judged.grades}
    embedder = WordLlamaEmbedder()
    talks, articles = (
        [entry for entry, _ in read_entries(tuple(_cut(one, words) for one in texts), embedder)]
        for texts in (judged.episodes, judged.articles)
    )
    library = Library(articles, Rarity([talks, articles]))
    for episode, entry in zip(judged.episodes, talks, strict=True):
        for at, common in library.compare(entry).items():
            yield features(common), grades.get((episode.id, judged.articles[at].id), 0) > 0


def _cut(text: Text, words: int) -> Text:
    return text.model_copy(update={"text": " ".join(text.text.split()[:words])})


if __name__ == "__main__" and sys.argv[1:] == ["fit"]:
    print("used:  ", astuple(FITTED))
    print("fitted:", astuple(fit()))
