"""The kinds of question the bench asks, and how the same is asked of SQLite's own FTS5. Nothing is timed here."""

import random
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from tests.bench.search_archive import DAYS, FIRST_DAY, Archive

COMMON, FREQUENT = 20, 1_000  # the so many commonest words
PAGE = 20
_LETTERS = "aeioubdgklmnprst"


@dataclass(frozen=True)
class Kind:
    """One kind of question: as readers type it and, for FTS5, as words with `such` conditions ("" words: it cannot).

    `most_ms`: the bar of the 99th percentile of the hits in process, `most_page_ms` of the page over HTTP; `facets` are
    asked for too where they are the question.
    """

    name: str
    asked: tuple[str, ...]
    most_ms: float
    words: tuple[str, ...] = ()
    such: tuple[str, ...] = ()
    facets: bool = False
    most_page_ms: float | None = 60


def kinds(archive: Archive, count: int) -> tuple[Kind, ...]:
    """Each kind with so many questions. Words are drawn by their rank: the n-th commonest one time in n."""
    draw = _Draw(archive)

    def some(one: Callable[[], str]) -> tuple[str, ...]:
        return tuple(one() for _ in range(count))

    common, rare, starts = some(draw.common), some(draw.rare), some(draw.start)
    phrases, commonest = some(draw.phrase), some(draw.common_phrase)
    either, people, days = some(draw.either), some(draw.person), [draw.days() for _ in range(count)]
    pairs = [draw.pair() for _ in range(count)]
    return (
        Kind("common word", common, 10, common),
        Kind("rare word", rare, 10, rare),
        Kind("AND", tuple(map(" ".join, pairs)), 10, tuple(map(" AND ".join, pairs))),
        Kind("OR", either, 10, either),
        Kind("phrase", phrases, 30, phrases),
        Kind(
            "phrase of commonest", commonest, 80, commonest, most_page_ms=None
        ),  # 80 ms may be the index alone
        Kind("prefix", starts, 30, starts),
        Kind("fuzzy", some(draw.wrong), 30),
        Kind(
            "speaker filter",
            tuple(f'{word} speaker:"{name}"' for word, name in zip(common, people, strict=True)),
            10,
            common,
            tuple(f"person.name = '{name}'" for name in people),
        ),
        Kind(
            "date filter",
            tuple(f"{word} after:{a} before:{b}" for word, (a, b) in zip(common, days, strict=True)),
            10,
            common,
            tuple(f"episode.aired_at >= '{a}' AND episode.aired_at < '{b}'" for a, b in days),
        ),
        Kind("facets, common word", common, 30, common, facets=True),
    )


class _Draw:
    """One question after the other, the same in every run."""

    def __init__(self, archive: Archive) -> None:
        self._dice = random.Random(7)
        self._archive = archive
        self._frequent = [word for word in archive.words[:FREQUENT] if len(word) > 2]
        self._chances = [1 / rank for rank in range(1, len(self._frequent) + 1)]

    def common(self) -> str:
        return self._dice.choice(self._frequent[:COMMON])

    def rare(self) -> str:
        return self._dice.choice(self._archive.words[-len(self._archive.words) // 3 :])

    def pair(self) -> tuple[str, ...]:
        """Two different words, drawn as often as they are said."""
        drawn: dict[str, None] = {}
        while len(drawn) < 2:
            drawn[self._dice.choices(self._frequent, self._chances)[0]] = None
        return tuple(drawn)

    def either(self) -> str:
        return " OR ".join(self.pair())

    def phrase(self) -> str:
        """Three words that stand together somewhere; not only such as everybody says."""
        known = set(self._frequent[:COMMON])
        while True:
            spoken = self._dice.choice(self._archive.said).lower().strip(".").split()
            at = self._dice.randrange(len(spoken) - 2)
            if not known.issuperset(chosen := spoken[at : at + 3]):
                return f'"{" ".join(chosen)}"'

    def common_phrase(self) -> str:
        return f'"{" ".join(self._dice.sample(self._frequent[:COMMON], 2))}"'

    def start(self) -> str:
        return self._dice.choice([word for word in self._frequent if len(word) > 4])[:3] + "*"

    def wrong(self) -> str:
        """A word with one letter changed."""
        word = self._dice.choice([word for word in self._frequent if len(word) > 4 and word.isascii()])
        at = self._dice.randrange(1, len(word))
        return f"{word[:at]}{self._dice.choice(_LETTERS)}{word[at + 1 :]}~"

    def person(self) -> str:
        return self._dice.choice(self._archive.speakers)

    def days(self) -> tuple[str, str]:
        first = FIRST_DAY.year + self._dice.randrange(DAYS // 365 - 1)
        return f"{first}-03-01", f"{first + 1}-03-01"


def make_fts(archive: Archive, path: Path) -> None:
    """The same rows in FTS5 as it comes (unicode61), beside the catalog."""
    with closing(_fts(archive, path)) as record:
        record.execute("CREATE VIRTUAL TABLE spoken USING fts5(text, content='', tokenize='unicode61')")
        record.execute("INSERT INTO spoken (rowid, text) SELECT id, text FROM utterance")
        record.execute("INSERT INTO spoken (spoken) VALUES ('optimize')")
        record.commit()


def ask_fts(archive: Archive, path: Path, kind: Kind) -> Iterator[Callable[[], int]]:
    """Each question of the kind as a reader of FTS5 would put it: how many there are, and the best page."""
    with closing(_fts(archive, path)) as record:
        for number, words in enumerate(kind.words):
            such = f" AND {kind.such[number]}" if kind.such else ""

            def ask(words: str = words, such: str = such) -> int:
                if kind.facets:
                    return len(record.execute(_FACETS, (words,)).fetchall())
                found = record.execute(f"SELECT count(*) {_FROM} {such}", (words,)).fetchone()[0]
                ranked = f"SELECT utterance.text {_FROM} {such} ORDER BY spoken.rank LIMIT {PAGE}"
                return int(found) + len(record.execute(ranked, (words,)).fetchall())

            yield ask


_FROM = (
    "FROM spoken JOIN utterance ON utterance.id = spoken.rowid JOIN track ON track.id = utterance.track_id"
    " JOIN episode ON episode.id = track.episode_id"
    " JOIN appearance ON appearance.id = utterance.speaker_label_id JOIN person ON person.id = appearance.person_id"
    " WHERE spoken MATCH ?"
)
_FACETS = f"SELECT person.name, count(*) {_FROM} GROUP BY person.id ORDER BY 2 DESC LIMIT 10"


def _fts(archive: Archive, path: Path) -> sqlite3.Connection:
    record = sqlite3.connect(path)
    record.execute("ATTACH ? AS catalog", (str(archive.database),))
    return record
