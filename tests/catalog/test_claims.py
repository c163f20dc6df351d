"""Claims proposed: what can be checked is, with the reason; questions, greetings, wishes and guesses are not."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.claim_judging import SentenceFile, judge_claims
from catalog.claims import Reason, find_claims, reasons_for
from tests.catalog.labelled import WRITTEN, read
from tests.catalog.test_commands import Run, run  # noqa: F401

# No rule was written for what the fourth and the fifth set miss: theirs are the figures to trust.
SETS = {
    name: SentenceFile.model_validate(read(f"claims-{name}.json"))
    for name in ("tuning", "held", "third", "fourth", "fifth")
}


@pytest.mark.parametrize("name", SETS)
def test_most_of_what_is_proposed_is_a_claim_and_most_claims_are_proposed(name: str) -> None:
    score = judge_claims(SETS[name])
    assert score.precision >= 0.80
    assert score.recall >= 0.75


def test_the_sets_are_as_large_and_as_mixed_as_was_promised() -> None:
    every = [one for written in SETS.values() for one in written.sentences]
    assert len(every) >= 800
    assert all(len({one.text for one in made.sentences}) == len(made.sentences) for made in SETS.values())
    assert sum(one.label == "not" for one in every) >= 0.4 * len(every)


@pytest.mark.parametrize(
    ("sentence", "reason"),
    [
        ("Only one school out of forty has a roof.", Reason.NUMBER),
        ("The radio station was closed in March 1977.", Reason.DATE),
        ("Colonel Farzi ordered the market to be burned.", Reason.ACCUSATION),
        ("Nobody has ever been tried for the fire.", Reason.ABSOLUTE),
        ("The bridge fell because the sand came from the beach.", Reason.CAUSE),
        ("The price of bread doubled.", Reason.CHANGE),
        ("The army uses the college as a barracks.", Reason.ACCUSATION),
        ("He was visited at night by the colonel.", Reason.ACCUSATION),
        ("My cousin was held for nineteen months without a charge.", Reason.ACCUSATION),
        ("There isn't a single doctor in the valley.", Reason.ABSOLUTE),
        ("پولیس نے گیارہ طلبہ کو اغوا کیا۔", Reason.ACCUSATION),
        ("سیلاب کی وجہ سے لوگ بے گھر ہوئے۔", Reason.CAUSE),
    ],
)
def test_a_claim_says_why_it_was_proposed(sentence: str, reason: Reason) -> None:
    assert reason in reasons_for(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Did the police abduct eleven students in 2014?",
        "Welcome to the second part of our programme, it is 8 o'clock.",
        "I hope that nobody is ever killed again.",
        "If the dam breaks, thousands die.",
        "I was born in 1962.",
        "کیا پولیس نے گیارہ طلبہ کو اغوا کیا؟",
        "السلام علیکم، آج تین دسمبر ہے۔",
        "",
        "?!",
    ],
)
def test_what_asserts_nothing_is_not_proposed(sentence: str) -> None:
    assert reasons_for(sentence) == ()


def test_claims_of_a_text_have_their_places() -> None:
    text = "Good evening. The wall cost nine million dollars! «پل اس لیے گرا کہ ریت ملائی تھی۔» Thank you."
    assert [text[one.start : one.end] for one in find_claims(text)] == [
        "The wall cost nine million dollars!",
        "«پل اس لیے گرا کہ ریت ملائی تھی۔",
    ]


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert all(0 <= one.start < one.end <= len(text) for one in find_claims(text))


def test_the_command_gives_figures_and_what_was_flagged(run: Run) -> None:  # noqa: F811
    said = run("claims-eval", str(WRITTEN / "claims-held.json"), "--json").json
    assert {"precision", "recall", "flagged"} <= said.keys()
    assert len(said["flagged"]) == len(set(said["flagged"])) > 50


def test_a_file_with_another_label_is_told(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "sentences.json"
    path.write_text(json.dumps({"sentences": [{"id": 1, "text": "a", "label": "maybe"}]}))
    said = run("claims-eval", str(path))
    assert said.status == 1
    assert "sentences.0.label" in said.err


def test_nothing_to_judge_is_nothing_wrong(run: Run, tmp_path: Path) -> None:  # noqa: F811
    path = tmp_path / "sentences.json"
    path.write_text('{"sentences": []}')
    assert "Precision 1.000" in run("claims-eval", str(path)).out
