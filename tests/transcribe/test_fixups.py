import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.fixups import suggest_fixups
from transcribe.timeline import Utterance, Word

NAMES = ("Gulab Ismail", "گلاب اسماعیل", "Karima Field", "Daniel Hill")
GLOSSARY = ("Blue Valley Movement", "jirga")


def line(text):
    words = tuple(Word(at * 300, at * 300 + 200, word) for at, word in enumerate(text.split()))
    return Utterance(0, len(words) * 300, text, "en", words)


def proposed(*texts):
    return [
        (one.heard, one.proposed) for one in suggest_fixups([line(text) for text in texts], NAMES, GLOSSARY)
    ]


@pytest.mark.parametrize(
    ("text", "heard", "better"),
    [
        ("We met Gulab Ismael yesterday.", "Gulab Ismael", "Gulab Ismail"),
        ("We met Gul Ab Ismail there.", "Gul Ab Ismail", "Gulab Ismail"),
        ("We met GulabIsmail there.", "GulabIsmail", "Gulab Ismail"),
        ("Thank you, Ismael.", "Ismael.", "Ismail."),
        ("It is “Ismael's” idea.", "“Ismael's”", "“Ismail's”"),
        ("So Karima Feld, a doctor", "Karima Feld,", "Karima Field,"),
        ("گلاب اسمعیل نے کہا", "گلاب اسمعیل", "گلاب اسماعیل"),
        ("the Blue Vally Movement began", "Blue Vally Movement", "Blue Valley Movement"),
        ("a jirgah was held", "jirgah", "jirga"),
    ],
)
def test_a_misheard_name_gets_a_proposal_with_the_marks_around_it(text, heard, better):
    assert proposed(text) == [(heard, better)]


@pytest.mark.parametrize(
    "text",
    [
        "Gulab Ismail is here, and Karima Field is too.",
        "Daniel Hill is an editor",
        "We walked up the hills and over the fields.",
        "He is ill. Daniel",
        "Osman came from the Valley",
        "",
    ],
)
def test_what_is_right_or_an_ordinary_word_is_left_alone(text):
    assert proposed(text) == []


def test_a_word_used_as_an_ordinary_word_elsewhere_is_not_mended():
    assert proposed("Fields are green.") == [("Fields", "Field")]
    assert proposed("Fields are green.", "They own two fields there.") == []


def test_a_proposal_points_at_the_words_and_leaves_them_as_they_were():
    utterances = [line("Good evening."), line("Welcome, Gulab Ismael, to the show.")]
    (one,) = suggest_fixups(utterances, NAMES)
    assert (one.utterance, one.first, one.last, one.edits) == (1, 1, 3, 1)
    assert [word.text for word in utterances[1].words[one.first : one.last]] == ["Gulab", "Ismael,"]


def test_two_of_the_cast_with_like_names_are_not_mended_into_each_other():
    assert suggest_fixups([line("Thank you, Ismael.")], ["Gulab Ismail", "Hamid Ismael"]) == ()


words = st.sampled_from(
    ["Gulab", "Ismael", "Ismail", "Gul", "ab", "the", "Karima,", "Feld.", "Hill", "—", "گلاب", "x" * 20]
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(st.lists(st.lists(words, max_size=12), max_size=3))
def test_proposals_never_overlap_and_always_quote_what_was_heard(lines):
    utterances = [line(" ".join(texts)) for texts in lines]
    taken = set()
    for one in suggest_fixups(utterances, NAMES, GLOSSARY):
        places = {(one.utterance, at) for at in range(one.first, one.last)}
        assert places and not places & taken
        taken |= places
        assert " ".join(lines[one.utterance][one.first : one.last]) == one.heard != one.proposed
