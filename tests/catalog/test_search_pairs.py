"""Phrases of little words, which stand in nearly every turn, find what they would find if all turns were read."""

import random
from pathlib import Path

import pytest

from catalog.search.documents import Entry
from catalog.search.index import TurnIndex
from catalog.search.query import parse
from catalog.transcripts import NOBODY, Passage, SpokenTurn

SAID = ["in", "the", "end", "it", "was", "road", "کے", "لیے", "میں", "ہے"]
DICE = random.Random(4)
TURNS = [[DICE.choice(SAID) for _ in range(12)] for _ in range(400)]


def turn_of(number: int, words: list[str]) -> SpokenTurn:
    passage = Passage(number, 1_000 * number, 1_000 * number + 900, " ".join(words), "en")
    return SpokenTurn(NOBODY, (passage,))


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> TurnIndex:
    turns = tuple(turn_of(number, words) for number, words in enumerate(TURNS))
    folder: Path = tmp_path_factory.mktemp("index")
    return TurnIndex(folder, lambda: [Entry(1, 1, None, turns)])


def has(words: list[str], phrase: list[str]) -> bool:
    return any(words[at : at + len(phrase)] == phrase for at in range(len(words)))


@pytest.mark.parametrize(
    "phrase",
    [
        "in the",
        "the end",
        "in the end",
        "the the the",
        "it was in the",
        "road in the road",
        "end road end",
        "میں ہے",
        "کے لیے",
        "ہے in",
    ],
)
def test_a_phrase_finds_the_turns_that_have_it_and_no_others(index: TurnIndex, phrase: str) -> None:
    wanted = {number for number, words in enumerate(TURNS) if has(words, phrase.split())}
    found = index.search(parse(f'"{phrase}"'), limit=400, facets=True)
    assert {place.turn for place in found.places} == wanted
    without = index.search(parse(f'road -"{phrase}"'), limit=400)
    roads = {number for number, words in enumerate(TURNS) if "road" in words}
    assert {place.turn for place in without.places} == roads - wanted
