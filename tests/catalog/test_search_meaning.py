"""Searching by meaning: real vectors of the wheel's own weights, a real index."""

import json
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import Whitespace

from catalog.errors import InvalidQuery
from catalog.search.documents import Entry
from catalog.search.embedding import OnnxEmbedder, WordLlamaEmbedder, load_embedder
from catalog.search.fusion import Mode, Ranked, is_understood, rank
from catalog.search.hits import Question
from catalog.search.index import TurnIndex
from catalog.search.meaning import Meanings
from catalog.search.query import parse
from catalog.transcripts import NOBODY, Passage, SpokenTurn
from tests.bench import meaning as labelled
from transcribe import voice_graph

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
    with pytest.raises(InvalidQuery, match="wordllama, to none, or to a folder"):
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


LIKE = {
    "kettle": (1, 0, 0),
    "چائے": (1, 0.1, 0),
    "tea": (1, 0, 0.1),
    "soldiers": (0, 1, 0),
    "[UNK]": (0, 0, 1),
    "[PAD]": (9, 9, 9),
}


@pytest.fixture
def onnx_model(tmp_path: Path) -> Path:
    """A model of sentences in a folder as hubs give them: a vector for each of a few words, written by hand."""
    words = list(LIKE)
    tokenizer = Tokenizer(WordLevel({word: at for at, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    tokenizer.enable_padding(pad_id=words.index("[PAD]"), pad_token="[PAD]")
    folder = tmp_path / "model"
    folder.mkdir()
    tokenizer.save(str(folder / "tokenizer.json"))
    vectors = np.array([LIKE[word] for word in words], np.float32)
    (folder / "model.onnx").write_bytes(write_lookup(vectors))
    return folder


def test_a_model_from_a_folder_knows_every_language(tmp_path: Path, onnx_model: Path) -> None:
    embedder = load_embedder(str(onnx_model))
    assert isinstance(embedder, OnnxEmbedder)
    meanings = Meanings(tmp_path / "vectors", embedder)
    follow(meanings, entry(1, "tea kettle"), entry(2, "soldiers"), entry(3, "چائے", language="ur"))
    assert sorted(talks_near(meanings, "چائے")) == [1, 3]
    assert talks_near(meanings, "soldiers") == [2]
    assert is_understood(embedder.languages, "چائے")


def test_what_stands_beside_a_sentence_changes_nothing(onnx_model: Path) -> None:
    embedder = OnnxEmbedder(onnx_model)
    alone, beside = (
        embedder.embed(["tea"])[0],
        embedder.embed(["tea", "soldiers soldiers soldiers kettle"])[0],
    )
    assert np.allclose(alone, beside)
    assert embedder.embed(["", "tea"] * 40).shape == (80, 3)


def test_another_model_in_the_folder_makes_its_vectors_anew(onnx_model: Path) -> None:
    before = OnnxEmbedder(onnx_model).name
    vectors = np.ones((len(LIKE), 4), np.float32)
    (onnx_model / "model.onnx").write_bytes(write_lookup(vectors))
    assert OnnxEmbedder(onnx_model).name != before


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("model.onnx", None, "it needs model.onnx and tokenizer.json"),
        ("tokenizer.json", None, "it needs model.onnx and tokenizer.json"),
        ("model.onnx", b"no model", "it cannot be read"),
        ("tokenizer.json", b"{}", "it cannot be read"),
    ],
)
def test_a_model_that_does_not_work_is_told_in_a_sentence(
    onnx_model: Path, file: str, content: bytes | None, said: str
) -> None:
    (onnx_model / file).unlink()
    if content is not None:
        (onnx_model / file).write_bytes(content)
    with pytest.raises(InvalidQuery, match=said):
        OnnxEmbedder(onnx_model).embed(["tea"])


def write_lookup(vectors: NDArray[np.float32]) -> bytes:
    """An ONNX model that gives each token its row: what every model of sentences begins with."""
    ids = voice_graph._field(1, b"input_ids") + voice_graph._field(
        2,
        voice_graph._field(1, voice_graph._number(1, voice_graph.INT64) + voice_graph._field(2, DIMENSIONS)),
    )
    graph = b"".join(
        [
            voice_graph._field(
                1, voice_graph._node("Gather", ["vectors", "input_ids"], ["last_hidden_state"])
            ),
            voice_graph._field(2, b"lookup"),
            voice_graph._field(5, voice_graph._tensor("vectors", vectors)),
            voice_graph._field(11, ids),
            voice_graph._field(
                12, voice_graph._value("last_hidden_state", ["texts", "tokens", vectors.shape[1]])
            ),
        ]
    )
    opset = voice_graph._field(8, voice_graph._field(1, b"") + voice_graph._number(2, voice_graph.OPSET))
    return voice_graph._number(1, voice_graph.IR_VERSION) + voice_graph._field(7, graph) + opset


DIMENSIONS = b"".join(voice_graph._field(1, voice_graph._field(2, name)) for name in (b"texts", b"tokens"))
