"""Talks and articles related: by people, subjects and places together, with the reason, or not at all."""

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.relate.judging import RelateFile, RelateScore, judge_relating
from catalog.relate.library import Entry, Library, Rarity, load_entries, save_entries
from catalog.relate.likely import common_at, likeliness
from catalog.relate.reading import read_text
from catalog.relate.reasons import Evidence, gather_evidence, only_said, read_evidence, tell_reason
from catalog.relate.scoring import Common, confidence
from catalog.search.embedding import WordLlamaEmbedder
from tests.catalog.labelled import WRITTEN, read
from tests.catalog.test_commands import Run, run  # noqa: F401

HALVES = {half: RelateFile.model_validate(read(f"relate-{half}.json")) for half in ("tuning", "held")}
NO_MEANING = np.zeros(0, np.float32)


@cache
def score(half: str) -> RelateScore:
    return judge_relating(HALVES[half], WordLlamaEmbedder())


@pytest.mark.parametrize("half", HALVES)
def test_related_articles_come_first_and_hardly_a_wrong_one_is_shown(half: str) -> None:
    assert score(half).ndcg >= 0.80
    assert score(half).precision >= 0.90
    assert score(half).recall >= 0.60


@pytest.mark.parametrize("half", HALVES)
def test_a_talk_that_relates_to_nothing_shows_nothing(half: str) -> None:
    related = {grade.episode for grade in HALVES[half].grades}
    lonely = {episode.id for episode in HALVES[half].episodes} - related
    assert len(lonely) >= 3
    assert lonely & {pair.episode for pair in score(half).shown} == set()


@pytest.mark.parametrize("half", HALVES)
def test_without_an_embedder_the_words_are_enough(half: str) -> None:
    worded = judge_relating(HALVES[half], None)
    assert worded.ndcg >= 0.80
    assert worded.precision >= 0.90


def test_the_set_is_as_large_as_was_promised() -> None:
    assert sum(len(half.episodes) for half in HALVES.values()) >= 30
    assert sum(len(half.articles) for half in HALVES.values()) >= 60


def keys(text: str, title: str = "") -> set[str]:
    return set(read_text(title, text).counts)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("We met Sana Misaal here.", "A letter from Sanaa Misal came."),
        ("We met Sana Misaal here.", "آج صنعا مثال آئے"),
        ("Dr. Sana Misaal came.", "Sana Misaal stayed."),
    ],
)
def test_a_name_is_the_same_in_other_spellings_and_scripts(one: str, other: str) -> None:
    assert {key for key in keys(one) & keys(other) if key.startswith("n:")}


def test_namesakes_share_no_name() -> None:
    one, other = keys("We met Akhtar Mengal. Mengal spoke."), keys("We met Munir Mengal. Mengal spoke.")
    assert {key for key in one & other if key[0] in "nps"} == set()


def test_a_family_name_alone_counts_for_who_was_named_in_full() -> None:
    counts = read_text("", "We met Sana Misaal. Then Misaal smiled, and Sana left.").counts
    assert [count for key, count in counts.items() if key.startswith("n:")] == [3.0]


def test_a_subject_is_the_same_in_every_script_the_tables_know() -> None:
    assert "c:flood" in keys("the floods") & keys("سیلاب آیا") & keys("বন্যা")


def test_a_headline_in_capitals_names_who_the_text_names() -> None:
    assert any(key.startswith("n:") for key in keys("Sana Misaal came.", "RAIN AND SANA MISAAL"))
    assert not any(key.startswith("n:") for key in keys("It rained.", "Rain And Storm In The Valley Town"))


# ---- the reason ---------------------------------------------------------------------------------


def test_the_reason_is_a_sentence_a_reader_understands() -> None:
    talk = read_text("Rain in Namunabad", "Hamid River spoke of the rain and of cotton. The cotton rots.")
    article = read_text("Cotton and rain", "The cotton of Namunabad rots in the rain, says Hamid River.")
    evidence = gather_evidence(talk, article, lambda keys: [0.9 if key[0] == "w" else 1.0 for key in keys])
    assert tell_reason(evidence, ("Hamid River",)) == (
        "Hamid River of this talk is named in the article. Both are about rain, cotton and rots. "
        "Both speak of Namunabad."
    )


def test_a_link_and_an_author_come_first() -> None:
    shared = gather_evidence(read_text("", "rain"), read_text("", "rain"), lambda keys: [1.0] * len(keys))
    evidence = replace(shared, author="Sana Misaal", is_linked=True, days_apart=2)
    assert tell_reason(evidence) == (
        "The article links to this talk. Sana Misaal, who is in this talk, wrote the article. "
        "Both are about rain. They came out 2 days apart."
    )


def test_what_the_talk_does_not_say_any_more_is_not_told() -> None:
    text = "Hamid River spoke of rain, cotton and Namunabad."
    evidence = gather_evidence(read_text("", text), read_text("", text), lambda keys: [1.0] * len(keys))
    assert tell_reason(only_said(evidence, lambda _: False, ())) == ""
    assert tell_reason(only_said(evidence, lambda said: said == "cotton", ())) == "Both are about cotton."
    named = only_said(evidence, lambda _: False, ("Hamid River",))
    assert tell_reason(named, ("Hamid River",)) == "Hamid River of this talk is named in the article."


def test_evidence_is_kept_and_what_was_taken_out_of_it_is_none() -> None:
    evidence = gather_evidence(read_text("", "rain"), read_text("", "rain"), lambda keys: [1.0] * len(keys))
    assert read_evidence(evidence.as_json()) == evidence
    assert read_evidence("") == read_evidence("{") == Evidence()


# ---- whatever comes -----------------------------------------------------------------------------


@given(st.text(max_size=200), st.text(max_size=60))
def test_any_text_is_read(text: str, title: str) -> None:
    reading = read_text(title, text)
    assert reading.counts.keys() == reading.written.keys()
    assert all(count > 0 for count in reading.counts.values())


def entry(number: int, text: str) -> Entry:
    return Entry.of(number, number, read_text("", text), NO_MEANING)


@given(st.lists(st.floats(0, 1), min_size=3, max_size=3), st.floats(-1, 1) | st.none(), st.integers(0, 500))
def test_many_at_once_are_as_likely_as_each_alone(
    shares: list[float], meaning: float | None, count: int
) -> None:
    common = Common(*shares, meaning, count)
    told = (*shares, np.nan if meaning is None else meaning, float(count))
    rows = tuple(np.array([value]) for value in told)
    assert likeliness(rows)[0] == pytest.approx(confidence(common))
    assert common_at(rows, 0) == common


def test_texts_without_a_key_have_nothing_in_common() -> None:
    entries = [entry(1, ""), entry(2, "rain")]
    library = Library(entries, Rarity([entries]))
    assert library.compare(entry(3, "")) == {}
    assert set(library.compare(entry(3, "rain"))) == {1}
    assert Library([], Rarity([])).compare(entry(1, "rain")) == {}


def test_what_was_read_is_kept_and_a_damaged_file_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "articles.npz"
    kept = [entry(1, "We met Sana Misaal in the rain."), entry(2, "پانی"), entry(3, "")]
    save_entries(path, kept, "v1")
    again = load_entries(path, "v1")
    assert [again[one.id].keys.tolist() for one in kept] == [one.keys.tolist() for one in kept]
    assert [again[one.id].is_cased for one in kept] == [one.is_cased for one in kept]
    assert load_entries(path, "v2") == {}
    path.write_bytes(path.read_bytes()[:100])
    assert load_entries(path, "v1") == {}


# ---- the command --------------------------------------------------------------------------------


def test_the_command_gives_figures_and_what_was_shown(run: Run) -> None:  # noqa: F811
    said = run("relate-eval", str(WRITTEN / "relate-held.json"), "--json").json
    assert said["ndcg@5"] >= 0.80
    assert said["shown_wrong"] <= 0.10
    assert len(said["shown"]) >= 12
    assert all(pair["reason"].endswith(".") for pair in said["shown"])
    assert "nDCG@5" in run("relate-eval", str(WRITTEN / "relate-tuning.json")).out


def test_a_file_with_a_grade_that_does_not_exist_is_told(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "set.json"
    path.write_text(
        json.dumps({"episodes": [], "articles": [], "grades": [{"episode": 1, "article": 2, "grade": 9}]})
    )
    said = run("relate-eval", str(path))
    assert said.status == 1
    assert "grades.0.grade" in said.err


def test_nothing_to_relate_is_nothing_wrong(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "set.json"
    path.write_text('{"episodes": [], "articles": [], "grades": []}')
    assert run("relate-eval", str(path), "--json").json["ndcg@5"] == 1.0
