"""How well talks and articles are related: a labelled file, tried on the rules of `scoring`."""

from dataclasses import dataclass
from math import log2

import numpy as np
from pydantic import BaseModel, ConfigDict, Field

from catalog.relate.library import Entry, Library, Rarity
from catalog.relate.reading import Reading, read_text
from catalog.relate.reasons import gather_evidence, tell_reason
from catalog.relate.scoring import FITTED, SHOWN_FROM, Weights, confidence
from catalog.search.embedding import Embedder

FIRST = 5


class Text(BaseModel):
    """A talk or an article; the `date` of an article is not needed."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    id: str
    title: str = ""
    text: str
    date: str | None = None


class Grade(BaseModel):
    """How far people say that two belong together; 0 is not at all."""

    model_config = ConfigDict(coerce_numbers_to_str=True)

    episode: str
    article: str
    grade: int = Field(ge=0, le=3)


class RelateFile(BaseModel):
    """`{"episodes": [...], "articles": [...], "grades": [...]}`; what has no grade is not related."""

    episodes: tuple[Text, ...]
    articles: tuple[Text, ...]
    grades: tuple[Grade, ...]


@dataclass(frozen=True)
class Pair:
    """A link as it is proposed, with what people say of it."""

    episode: str
    article: str
    confidence: float
    grade: int
    reason: str = ""


@dataclass(frozen=True)
class RelateScore:
    """`ndcg` is over the episodes that have related articles; `shown` are the links readers would be shown."""

    ndcg: float
    shown: tuple[Pair, ...]
    missed: tuple[Pair, ...]

    @property
    def wrong(self) -> tuple[Pair, ...]:
        return tuple(pair for pair in self.shown if pair.grade == 0)

    @property
    def precision(self) -> float:
        """1.0 where nothing is shown."""
        return 1 - len(self.wrong) / len(self.shown) if self.shown else 1.0

    @property
    def recall(self) -> float:
        right = len(self.shown) - len(self.wrong)
        return right / (right + len(self.missed)) if right + len(self.missed) else 1.0


def judge_relating(judged: RelateFile, embedder: Embedder | None, weights: Weights = FITTED) -> RelateScore:
    """Relate each episode with each article and compare with the grades."""
    grades = {(one.episode, one.article): one.grade for one in judged.grades}
    talks, articles = (read_entries(texts, embedder) for texts in (judged.episodes, judged.articles))
    library = Library(
        [entry for entry, _ in articles], Rarity([[entry for entry, _ in s] for s in (talks, articles)])
    )
    every: list[Pair] = []
    gains: list[float] = []
    for episode, (entry, reading) in zip(judged.episodes, talks, strict=True):
        found = {at: confidence(common, weights) for at, common in library.compare(entry).items()}
        every += [
            Pair(
                episode.id,
                judged.articles[at].id,
                sure,
                grades.get((episode.id, judged.articles[at].id), 0),
                _reason(library, reading, articles[at][1]) if sure >= SHOWN_FROM else "",
            )
            for at, sure in found.items()
        ]
        ranked = sorted(found, key=lambda at: -found[at])
        got = [grades.get((episode.id, judged.articles[at].id), 0) for at in ranked]
        best = sorted((grade for pair, grade in grades.items() if pair[0] == episode.id), reverse=True)
        if any(best):
            gains.append(_gain(got) / _gain(best))
    shown = sorted(
        (pair for pair in every if pair.confidence >= SHOWN_FROM), key=lambda pair: -pair.confidence
    )
    return RelateScore(sum(gains) / len(gains) if gains else 1.0, tuple(shown), _missed(every, shown, grades))


def read_entries(texts: tuple[Text, ...], embedder: Embedder | None) -> list[tuple[Entry, Reading]]:
    """Each text as it is compared, and as it was read."""
    readings = [read_text(one.title, one.text) for one in texts]
    if embedder is None:
        vectors = np.zeros((len(texts), 0), np.float32)
    else:
        vectors = embedder.embed([f"{one.title}. {one.text}" for one in texts])
    return [(Entry.of(at, 0, reading, vectors[at]), reading) for at, reading in enumerate(readings)]


def _reason(library: Library, talk: Reading, article: Reading) -> str:
    return tell_reason(gather_evidence(talk, article, library.weights_of))


def _gain(grades: list[int]) -> float:
    return float(sum((2**grade - 1) / log2(rank + 2) for rank, grade in enumerate(grades[:FIRST])))


def _missed(every: list[Pair], shown: list[Pair], grades: dict[tuple[str, str], int]) -> tuple[Pair, ...]:
    sure = {(pair.episode, pair.article): pair.confidence for pair in every}
    there = {(pair.episode, pair.article) for pair in shown}
    return tuple(
        Pair(*pair, sure.get(pair, 0.0), grade)
        for pair, grade in grades.items()
        if grade and pair not in there
    )
