"""Searching by meaning: real vectors of the wheel's own weights, a real index."""

import json
from pathlib import Path

import numpy as np
import pytest

from catalog.errors import InvalidQuery
from catalog.search.documents import Entry
from catalog.search.embedding import WordLlamaEmbedder, load_embedder
from catalog.search.fusion import Mode, Ranked, rank
from catalog.search.hits import Question
from catalog.search.index import TurnIndex
from catalog.search.meaning import Meanings
from catalog.search.query import parse
from catalog.transcripts import NOBODY, Passage, SpokenTurn
from tests.bench import meaning as labelled

SAID = (
    "Soldiers came at night and my brother has been missing ever since; nobody tells us where he is held.",
    "The kettle has to boil twice before the milk goes in, my grandmother always said.",
    "Our team lost the last wicket in the rain and the match was over.",
)


def entry(number: int, text: str, *, revision: int = 1, language: str = "en") -> Entry:
    return Entry(number, revision, None, [SpokenTurn(NOBODY, (Passage(0, 0, 5_000, text, language),))])


def meanings_of(folder: Path, *entries: Entry) -> Meanings:
    meanings = Meanings(folder, WordLlamaEmbedder())
    follow(meanings, *entries)
    return meanings


def follow(meanings: Meanings, *entries: Entry) -> int:
    talks = {one.episode_id: one for one in entries}
    return meanings.follow({number: one.revision for number, one in talks.items()}, talks.get)


def talks_near(meanings: Meanings, text: str) -> list[int]:
    return [place.episode_id for place in meanings.closest(text, most=10)]


def test_a_turn_is_found_that_has_none_of_the_words(tmp_path: Path) -> None:
    meanings = meanings_of(tmp_path, *map(entry, range(3), SAID))
    assert talks_near(meanings, "people abducted by the army")[0] == 0
    assert talks_near(meanings, "cricket game")[0] == 2


def test_what_is_nowhere_near_is_not_found(tmp_path: Path) -> None:
    meanings = meanings_of(tmp_path, entry(1, SAID[1]))
    assert talks_near(meanings, "quarterly tax audit of shipping companies") == []


def test_turns_of_another_language_are_not_compared(tmp_path: Path) -> None:
    assert talks_near(meanings_of(tmp_path, entry(1, SAID[0], language="ur")), SAID[0]) == []


def test_a_withdrawn_talk_is_forgotten_in_memory_and_on_disk(tmp_path: Path) -> None:
    meanings = meanings_of(tmp_path, *map(entry, range(2), SAID))
    follow(meanings, entry(1, SAID[1]))
    assert 0 not in talks_near(meanings, SAID[0])
    assert [path.name for path in tmp_path.rglob("*.npz")] == ["1.npz"]


def test_a_corrected_talk_is_compared_by_its_new_words(tmp_path: Path) -> None:
    meanings = meanings_of(tmp_path, entry(1, SAID[1]))
    assert follow(meanings, entry(1, SAID[2], revision=2)) == 1
    assert talks_near(meanings, "a cricket match") == [1]


def test_vectors_are_made_once_and_read_from_their_files_by_the_next_process(tmp_path: Path) -> None:
    meanings_of(tmp_path, *map(entry, range(3), SAID))
    again = Meanings(tmp_path, WordLlamaEmbedder())
    assert follow(again, *map(entry, range(3), SAID)) == 0
    assert talks_near(again, "people abducted by the army")[0] == 0


@pytest.mark.parametrize("bytes_", [b"", b"PK", b"not vectors at all" * 50])
def test_a_damaged_file_is_made_anew(tmp_path: Path, bytes_: bytes) -> None:
    meanings_of(tmp_path, entry(1, SAID[1]))
    next(tmp_path.rglob("1.npz")).write_bytes(bytes_)
    again = Meanings(tmp_path, WordLlamaEmbedder())
    assert follow(again, entry(1, SAID[1])) == 1


def test_vectors_have_length_one() -> None:
    vectors = WordLlamaEmbedder().embed(["tea and rain", "", "لاپتہ"])
    assert vectors.shape == (3, 256)
    assert np.linalg.norm(vectors, axis=1).max() <= 1.0001


def test_an_embedder_nobody_knows_is_told() -> None:
    with pytest.raises(InvalidQuery, match="wordllama or none"):
        load_embedder("oracle")
    assert load_embedder("none") is None


def ranked(tmp_path: Path, text: str, mode: Mode = Mode.HYBRID, **question: list[int]) -> list[Ranked]:
    entries = [*map(entry, range(3), SAID)]
    index = TurnIndex(tmp_path / "index", lambda: entries)
    index.rebuild()
    asked = Question(parse(text), question.get("only"), question.get("without", []))
    return rank(index, meanings_of(tmp_path / "meanings", *entries), asked, text, mode)


def test_who_has_the_words_stands_before_who_only_means_it(tmp_path: Path) -> None:
    found = ranked(tmp_path, "boil kettle")
    assert (found[0].place.episode_id, found[0].by_meaning) == (1, False)


def test_what_has_none_of_the_words_says_that_it_came_by_meaning(tmp_path: Path) -> None:
    found = ranked(tmp_path, "abducted troops")
    assert found[0] == Ranked(found[0].place, by_meaning=True)
    assert found[0].place.episode_id == 0


def test_meaning_stays_in_the_talks_that_may_be_shown(tmp_path: Path) -> None:
    assert ranked(tmp_path, "abducted troops", Mode.MEANING, without=[0]) == []
    assert ranked(tmp_path, "abducted troops", Mode.MEANING, only=[1, 2]) == []


def test_filters_hold_for_meaning_too(tmp_path: Path) -> None:
    assert ranked(tmp_path, "abducted troops lang:ur", Mode.MEANING) == []
    assert ranked(tmp_path, "abducted troops lang:en", Mode.MEANING) != []


def test_questions_in_other_words_are_answered_better_and_keywords_as_well(tmp_path: Path) -> None:
    for figure in labelled.measure(tmp_path):
        assert figure.holds, f"{figure.name}: {figure.shown}, should be {figure.bar}"


def test_the_labelled_set_is_as_large_as_it_says() -> None:
    told = json.loads(labelled.LABELLED.read_text("utf-8"))
    ids = {one["id"] for one in told["passages"]}
    assert len(ids) == len(told["passages"]) >= 400
    assert len(told["questions"]) >= 60
    assert all(set(one["relevant"]) <= ids for one in (*told["questions"], *told["keywords"]))
