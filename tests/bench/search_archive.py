"""A made-up archive of any size in a real catalog: words as often as words are said, talks, speakers. No figures."""

import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import sqlalchemy as sa
from sqlalchemy.engine import Engine

from catalog.db import writing
from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    Review,
    Role,
    SpeakerLabel,
    Track,
    TrackKind,
)
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings

ROOT = Path(__file__).parents[2]
TEXTS = ("*.md", "docs/**/*.md", "catalog/**/*.py", "web/**/*.py", "tests/**/*.py", "tests/data/**/*.json")
WORDS_A_TURN, TURNS_A_TALK, TURNS_A_SPEAKER = 60, 50, 333
NAMED = 4_000
VOICES = 4  # in a talk: one who asks, three who answer
WORD_MS, TURN_MS = 400, 30_000
FIRST_DAY = datetime(2012, 1, 1, 18, tzinfo=UTC)
DAYS = 4_000
_WORD = re.compile(r"[^\W\d_]{2,24}")
_VOWELS, _CONSONANTS = "aeiou", "bdgjklmnprstz"
_INSERT = (
    "INSERT INTO utterance (id, track_id, position, start_ms, end_ms, speaker_label_id, language, text, words, flags)"
    " VALUES (?, ?, ?, ?, ?, ?, 'en', ?, ?, '[]')"
)


@dataclass(frozen=True)
class Archive:
    """A newsroom full of talks; `words` and `speakers`, those heard most often first; `said` some real turns."""

    newsroom: Newsroom
    turns: int
    talks: int
    words: tuple[str, ...]
    speakers: tuple[str, ...]
    said: tuple[str, ...]
    text_bytes: int

    @property
    def engine(self) -> Engine:
        return self.newsroom.engine

    @property
    def database(self) -> Path:
        return Path(str(self.engine.url.database))

    @property
    def index_folder(self) -> Path:
        return self.newsroom.settings.index_folder


def vocabulary() -> tuple[str, ...]:
    """The words of the texts in this repository: first those that most files have. Made-up names follow: people
    are talked about, and are the rarest words of an archive."""
    counted: Counter[str] = Counter()
    for path in sorted({path for pattern in TEXTS for path in ROOT.glob(pattern)}):
        counted.update(set(_WORD.findall(path.read_text(encoding="utf-8", errors="ignore").lower())))
    ranked = sorted(counted, key=lambda word: (-counted[word], word))
    return tuple(dict.fromkeys([*ranked, *" ".join(names(NAMED)).lower().split()]))


def make_archive(home: Path, turns: int, turns_a_talk: int = TURNS_A_TALK) -> Archive:
    """As many turns of WORDS_A_TURN words by Zipf's law: the second word half as often as the first, and so on."""
    newsroom = open_newsroom(Settings(home=home))
    words, talks = vocabulary(), max(1, turns // turns_a_talk)
    speakers = names(max(VOICES, turns // TURNS_A_SPEAKER))
    with writing(newsroom.engine) as session:
        for table, rows in _rows(talks, speakers, turns_a_talk):
            session.connection().execute(sa.insert(table), list(rows))
    turns = talks * turns_a_talk
    path = str(newsroom.engine.url.database)
    text_bytes, said = _write_turns(path, words, talks, turns_a_talk)
    return Archive(newsroom, turns, talks, words, speakers, said, text_bytes)


def names(count: int) -> tuple[str, ...]:
    """Made-up names, each once."""
    dice = random.Random(4)

    def part() -> str:
        syllables = (dice.choice(_CONSONANTS) + dice.choice(_VOWELS) for _ in range(3))
        return "".join(syllables).capitalize()

    found: dict[str, None] = {}
    while len(found) < count:
        found[f"{part()} {part()}"] = None
    return tuple(found)


def _rows(
    talks: int, speakers: tuple[str, ...], turns_a_talk: int
) -> Iterator[tuple[Any, Iterator[dict[str, Any]]]]:
    numbers = range(1, talks + 1)
    voices = [(talk, voice) for talk in numbers for voice in range(VOICES)]
    yield Person, ({"id": n, "slug": _slug(name), "name": name} for n, name in enumerate(speakers, start=1))
    yield Episode, (_talk(number, talks, turns_a_talk) for number in numbers)
    yield (
        Track,
        (
            {"id": n, "episode_id": n, "kind": TrackKind.ORIGINAL, "language": "en", "current": True}
            for n in numbers
        ),
    )
    yield (
        Appearance,
        (
            {
                "id": _label(talk, voice),
                "episode_id": talk,
                "person_id": _speaker(talk, voice, len(speakers)),
                "role": Role.GUEST if voice else Role.MODERATOR,
                "review": Review.CONFIRMED,
            }
            for talk, voice in voices
        ),
    )
    yield (
        SpeakerLabel,
        (
            {
                "id": _label(talk, voice),
                "episode_id": talk,
                "label": f"V{voice}",
                "state": LabelState.CONFIRMED,
                "appearance_id": _label(talk, voice),
            }
            for talk, voice in voices
        ),
    )


def _talk(number: int, talks: int, turns_a_talk: int) -> dict[str, Any]:
    day = FIRST_DAY + timedelta(days=(number - 1) * DAYS // talks)
    return {
        "id": number,
        "slug": f"talk-{number}",
        "title": f"Talk number {number}",
        "language": "en",
        "state": EpisodeState.PUBLISHED,
        "aired_at": day,
        "published_at": day,
        "duration_ms": turns_a_talk * TURN_MS,
    }


def _slug(name: str) -> str:
    return name.lower().replace(" ", "-")


def _label(talk: int, voice: int) -> int:
    return (talk - 1) * VOICES + voice + 1


def _speaker(talk: int, voice: int, speakers: int) -> int:
    """A talk's voices are different people; the first few people ask most of the questions."""
    askers = max(1, speakers // 100)
    if not voice:
        return (talk % askers) + 1
    return askers + (talk * (VOICES - 1) + voice) % max(1, speakers - askers) + 1


def _write_turns(
    path: str, words: tuple[str, ...], talks: int, turns_a_talk: int
) -> tuple[int, tuple[str, ...]]:
    """How many bytes of text they are, and a turn of every talk up to a thousand."""
    starts = [[t * TURN_MS + w * WORD_MS for w in range(WORDS_A_TURN)] for t in range(turns_a_talk)]
    before = [[f'[{ms},{ms + WORD_MS},"' for ms in turn] for turn in starts]
    chances = np.cumsum(1 / np.arange(1, len(words) + 1))
    dice = np.random.default_rng(4)
    size, said = 0, []
    with sqlite3.connect(path) as record:
        record.execute("PRAGMA synchronous=OFF")
        for talk in range(1, talks + 1):
            drawn = np.searchsorted(chances, dice.random((turns_a_talk, WORDS_A_TURN)) * chances[-1])
            rows = []
            for turn, numbers in enumerate(drawn.tolist()):
                spoken = [words[number] for number in numbers]
                spoken[0], spoken[-1] = spoken[0].capitalize(), f"{spoken[-1]}."
                text = " ".join(spoken)
                size += len(text.encode())
                timed = '",0.9],'.join(map(str.__add__, before[turn], spoken))
                voice = _label(talk, turn % 2 and 1 + (turn // 2) % (VOICES - 1))
                place = (talk - 1) * turns_a_talk + turn + 1
                ends = turn * TURN_MS + WORDS_A_TURN * WORD_MS
                rows.append((place, talk, turn, turn * TURN_MS, ends, voice, text, f'[{timed}",0.9]]'))
            record.executemany(_INSERT, rows)
            said += [rows[talk % turns_a_talk][6]] if talk <= 1_000 else []
    return size, tuple(said)
