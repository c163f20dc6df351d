"""How well search finds what it should: a file of judged queries, tried on the real index, beside SQLite's FTS5.
What a newsroom has published is not touched."""

import sqlite3
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from catalog.errors import InvalidQuery
from catalog.normalize import words
from catalog.search.documents import Entry
from catalog.search.expand import expand
from catalog.search.index import TurnIndex
from catalog.search.query import parse
from catalog.search.tables import Tables
from catalog.transcripts import NOBODY, Passage, SpokenTurn

RECALL_AT, PRECISION_AT = 20, 10
_A_TURN_MS = 10_000

Ranking = Callable[[str], list[str]]  # a query to the ids of turns, best first


class _Part(BaseModel):
    """Others number their turns, and write more beside them than we ask for."""

    model_config = ConfigDict(coerce_numbers_to_str=True)


class Turn(_Part):
    id: str
    lang: str = ""
    text: str


class Judged(_Part):
    """A query with the turns it must find and near misses that it must not; the rest is not judged."""

    q: str
    find: list[str] = []
    misses: list[str] = Field([], alias="not")


class JudgedSet(_Part):
    turns: list[Turn]
    queries: list[Judged]

    @model_validator(mode="after")
    def _knows_its_turns(self) -> Self:
        known = Counter(turn.id for turn in self.turns)
        for one, times in known.items():
            if times > 1:
                raise PydanticCustomError("twice", "two turns have the id “{id}”", {"id": one})
        for query in self.queries:
            for one in (*query.find, *query.misses):
                if one not in known:
                    told = {"query": query.q, "id": one}
                    raise PydanticCustomError(
                        "unknown", "“{query}” names the turn “{id}”, which is not there", told
                    )
        return self


@dataclass(frozen=True)
class Miss:
    """A query that did not find all it should, or found what it should not."""

    query: str
    not_found: tuple[str, ...]
    wrongly_found: tuple[str, ...]


@dataclass(frozen=True)
class Score:
    """`recall_at_20`: of all turns to be found, the share among the first 20 of their queries. `precision_at_10`:
    find / (find + not) among the first 10, over all queries; 1.0 when nothing judged was found."""

    recall_at_20: float
    precision_at_10: float
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class Comparison:
    """Our search and plain FTS5 on one set."""

    turns: int
    queries: int
    ours: Score
    fts5: Score


def read_set(path: Path) -> JudgedSet:
    """Read `{"turns": [{id, lang, text}], "queries": [{q, find, not}]}`; raises InvalidQuery."""
    try:
        return JudgedSet.model_validate_json(path.read_bytes().removeprefix(BOM_UTF8))
    except OSError as problem:
        raise InvalidQuery(f"{path} cannot be read ({problem.strerror}).") from problem
    except ValidationError as problem:
        first = problem.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise InvalidQuery(f"{path} is not a set of judged queries: {place}: {first['msg']}.") from problem


def evaluate(judged: JudgedSet, tables: Tables) -> Comparison:
    """Index the turns in a folder that is thrown away, run every query, and judge what comes first."""
    with TemporaryDirectory() as folder:
        ours = score(judged.queries, _index_ranking(judged.turns, Path(folder), tables))
    return Comparison(
        len(judged.turns), len(judged.queries), ours, score(judged.queries, _fts5_ranking(judged.turns))
    )


def score(queries: Sequence[Judged], rank: Ranking) -> Score:
    """Judge a ranking.

    >>> score([Judged(**{"q": "a", "find": ["1", "2"], "not": ["3"]})], lambda query: ["1", "3"])
    ... # doctest: +NORMALIZE_WHITESPACE
    Score(recall_at_20=0.5, precision_at_10=0.5,
          misses=(Miss(query='a', not_found=('2',), wrongly_found=('3',)),))
    """
    wanted = hit = right = wrong = 0
    misses = []
    for judged in queries:
        found = rank(judged.q)
        early, first = set(found[:RECALL_AT]), set(found[:PRECISION_AT])
        wished = dict.fromkeys(judged.find)
        not_found = tuple(one for one in wished if one not in early)
        wrongly_found = tuple(one for one in dict.fromkeys(judged.misses) if one in first)
        wanted += len(wished)
        hit += len(wished) - len(not_found)
        right += sum(one in first for one in wished)
        wrong += len(wrongly_found)
        if not_found or wrongly_found:
            misses.append(Miss(judged.q, not_found, wrongly_found))
    return Score(
        hit / wanted if wanted else 1.0, right / (right + wrong) if right + wrong else 1.0, tuple(misses)
    )


def _index_ranking(turns: Sequence[Turn], folder: Path, tables: Tables) -> Ranking:
    index = TurnIndex(folder, lambda: map(_entry, range(len(turns)), turns))
    index.rebuild()

    def rank(query: str) -> list[str]:
        found = index.search(expand(parse(query), tables), limit=RECALL_AT)
        return [turns[place.episode_id].id for place in found.places]

    return rank


def _entry(number: int, turn: Turn) -> Entry:
    passage = Passage(0, 0, _A_TURN_MS, turn.text, turn.lang)
    return Entry(number, 1, None, [SpokenTurn(NOBODY, (passage,))])


def _fts5_ranking(turns: Sequence[Turn]) -> Ranking:
    """SQLite's own search with its default tokenizer: the query's words, all of them, by bm25."""
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE turn USING fts5(id UNINDEXED, text, tokenize = 'unicode61')")
    database.executemany("INSERT INTO turn VALUES (?, ?)", [(turn.id, turn.text) for turn in turns])

    def rank(query: str) -> list[str]:
        asked = " ".join(f'"{query[start:end]}"' for start, end, _ in words(query))
        if not asked:
            return []
        rows = database.execute(
            "SELECT id FROM turn WHERE turn MATCH ? ORDER BY rank LIMIT ?", (asked, RECALL_AT)
        )
        return [row[0] for row in rows]

    return rank
