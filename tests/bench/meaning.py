"""How much search by meaning helps: questions in other words than the answers, and keywords, over labelled passages.

The set (tests/data/search/meaning.json) was written for this; labels were given by meaning, before anything was ranked.
"""

import json
import random
from collections.abc import Callable, Sequence
from math import log2
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import Any

from catalog.search.documents import Entry
from catalog.search.embedding import WordLlamaEmbedder
from catalog.search.expand import expand
from catalog.search.fusion import Mode, any_of, rank
from catalog.search.hits import Question
from catalog.search.index import TurnIndex
from catalog.search.meaning import Meanings
from catalog.search.query import parse
from catalog.search.tables import starter_tables
from catalog.transcripts import NOBODY, Passage, SpokenTurn
from tests.bench.figures import Figure

LABELLED = Path(__file__).parents[1] / "data/search/meaning.json"
FIRST = 10
RESAMPLED = 2_000
Order = Callable[[str], list[int]]  # a question to the numbers of passages, best first


def measure(_folder: Path) -> list[Figure]:
    """nDCG@10 of the hybrid beside BM25 with the words OR-ed, on questions and on keywords."""
    labelled = json.loads(LABELLED.read_text("utf-8"))
    with TemporaryDirectory() as folder:
        words, hybrid = _orders(labelled["passages"], Path(folder))
        asked = [_gains(labelled, one, words, hybrid) for one in labelled["questions"]]
        keywords = [_gains(labelled, one, words, hybrid) for one in labelled["keywords"]]
    before, after = (mean(pair[side] for pair in asked) for side in (0, 1))
    print(
        f"nDCG@10 of {len(asked)} questions over {len(labelled['passages'])} passages: "
        f"words OR-ed {before:.3f}, hybrid {after:.3f}"
    )
    kept, got = (mean(pair[side] for pair in keywords) for side in (0, 1))
    print(f"nDCG@10 of {len(keywords)} keyword queries: words OR-ed {kept:.3f}, hybrid {got:.3f}")
    return [
        Figure("meaning: hybrid over words OR-ed, questions", after / before - 1, "", None, least=0.15),
        Figure("meaning: the same, lower 95 % bound of the gain", _lower_bound(asked), "", None, least=0.0),
        Figure("meaning: lost on keyword queries", kept - got, "", 0.01),
    ]


def _orders(passages: Sequence[Any], folder: Path) -> tuple[Order, Order]:
    entries = [_entry(number, one["text"]) for number, one in enumerate(passages)]
    index = TurnIndex(folder / "index", lambda: entries)
    index.rebuild()
    meanings = Meanings(folder / "meanings", WordLlamaEmbedder())
    meanings.follow({one.episode_id: 1 for one in entries}, lambda number: entries[number])

    def words(text: str) -> list[int]:
        return [place.episode_id for place in index.search(any_of(parse(text)), limit=FIRST).places]

    def hybrid(text: str) -> list[int]:
        asked = Question(expand(parse(text), starter_tables()), None, [])
        return [one.place.episode_id for one in rank(index, meanings, asked, text, Mode.HYBRID)][:FIRST]

    return words, hybrid


def _entry(number: int, text: str) -> Entry:
    return Entry(number, 1, None, [SpokenTurn(NOBODY, (Passage(0, 0, 10_000, text, "en"),))])


def _gains(labelled: Any, asked: Any, *orders: Order) -> list[float]:
    ids = [one["id"] for one in labelled["passages"]]
    return [
        ndcg([asked["relevant"].get(ids[n], 0) for n in order(asked["q"])], asked["relevant"].values())
        for order in orders
    ]


def ndcg(found: Sequence[int], grades: Any) -> float:
    """nDCG of the first FIRST, gains 2^grade - 1 (Järvelin, Kekäläinen 2002).

    >>> ndcg([2, 0], [2]), ndcg([0, 0], [2])
    (1.0, 0.0)
    """
    return _dcg(found) / _dcg(sorted(grades, reverse=True))


def _dcg(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades[:FIRST]))


def _lower_bound(pairs: Sequence[Sequence[float]]) -> float:
    """Of the mean gain, over questions drawn again with replacement."""
    chance = random.Random(4)
    gains = [after - before for before, after in pairs]
    means = sorted(mean(chance.choices(gains, k=len(gains))) for _ in range(RESAMPLED))
    return means[int(0.025 * RESAMPLED)]
