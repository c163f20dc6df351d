"""What lower layers write in English is said in Urdu: the sentences are made by those layers themselves."""

import re

import pytest

from catalog.errors import InvalidQuery
from catalog.search import cursor, fusion
from catalog.search.query import parse
from transcribe import guards
from transcribe.languages import check_script, not_transcribed_note
from transcribe.prints import Score
from transcribe.timeline import Segment, Word
from web.hearsay import SENTENCES
from web.language import ENGLISH, Language, open_languages

QUERIES = (
    "road OR", "colour:red", "after:2021-02-31", '"not closed', "???", "-road", "article:?",
    "in:nowhere", 'speaker:""', "role:cook", "a*", "ab~", "abcd~2", '"one two"~999',
    "x " * 300, "y" * 9999, " ".join(f"word{n}~" for n in range(40)),
)  # fmt: skip
LATIN_ALLOWED = re.compile(
    r"OR|colour|red|after|in|episodes|articles?|both|speaker|role|or|moderator|host|guest|[xy]+"
)


@pytest.fixture(scope="module")
def urdu() -> Language:
    return open_languages("en", SENTENCES)[1]


def english_left(text: str) -> list[str]:
    return [word for word in re.findall("[A-Za-z]+", text) if not LATIN_ALLOWED.fullmatch(word)]


@pytest.mark.parametrize("query", QUERIES)
def test_every_note_on_a_search_is_told_in_urdu(urdu: Language, query: str) -> None:
    notes = parse(query).notes
    assert notes
    assert [note.text for note in notes if english_left(urdu.told(note.text))] == []


@pytest.mark.parametrize("ratio, line, prints", [(2.0, "phone", 3), (-2.0, "phone", 1), (2.0, "clear", 1)])
def test_what_a_voice_is_like_is_told_in_urdu(urdu: Language, ratio: float, line: str, prints: int) -> None:
    assert english_left(urdu.told(Score(ratio, 0.93, line, prints).note)) == []


def test_speech_that_could_not_be_written_is_told_with_its_language(urdu: Language) -> None:
    assert urdu.told(not_transcribed_note("bal")) == "[بلوچی میں کہا گیا، ابھی لکھا نہیں گیا]"
    flag = check_script("मैं आपका शुक्रिया अदा करती हूँ", "ur")
    assert flag and english_left(urdu.told(flag.reason)) == []


def test_doubts_about_words_are_told_in_urdu(urdu: Language) -> None:
    words = tuple(Word(0, 0, word, 0.5) for word in ["one", "two", "three", "four", "five", "six"])
    doubtful = Segment(
        0, 1000, "one two three four five six", "en", words,
        no_speech_probability=0.99, average_logprob=-2.0, compression_ratio=9.0,
    )  # fmt: skip
    reasons = [flag.reason for _, flag in guards._signs(doubtful)]
    assert len(reasons) > 2
    assert [reason for reason in reasons if english_left(urdu.told(reason))] == []


def test_refusals_are_told_in_urdu(urdu: Language) -> None:
    assert cursor.NOT_OURS == fusion.NOT_OURS
    assert english_left(urdu.told(cursor.NOT_OURS)) == []
    assert english_left(urdu.told(InvalidQuery("The quote ends before it begins.").sentence)) == []


def test_names_of_unknown_voices_are_told_and_others_stay_as_they_are(urdu: Language) -> None:
    assert urdu.told("Unconfirmed voice 12") == "غیر مصدقہ آواز ۱۲"
    assert urdu.told("Name withheld") == "نام محفوظ"
    assert urdu.told("Hamid River 12") == "Hamid River 12"
    assert urdu.told("%(a)s %d 100%") == "%(a)s %d 100%"


def test_english_says_what_it_is_told(urdu: Language) -> None:
    for sentence in (
        "Unconfirmed voice 3",
        "voice 0.93 like 3 earlier recordings, over a phone",
        "anything %s",
    ):
        assert ENGLISH.told(sentence) == sentence
