import pytest
from faster_whisper.tokenizer import _LANGUAGE_CODES

from transcribe.languages import (
    NAMES,
    SCRIPT_NAMES,
    WHISPER_CODES,
    check_script,
    is_right_to_left,
    known,
    language_name,
    not_transcribed,
    parse_language,
    script_of,
    whisper_code,
)
from transcribe.timeline import Span


def test_our_table_of_languages_is_whispers_own():
    assert set(_LANGUAGE_CODES) == WHISPER_CODES


def test_every_script_we_expect_has_an_english_name():
    assert {script for _, scripts in NAMES.values() for script in scripts} <= set(SCRIPT_NAMES)


@pytest.mark.parametrize(
    "tag", ["bal", "bcc", "brh", "skr", "ks", "bal-Arab-PK", "hno", "khw", "tlh", "", "x"]
)
def test_languages_whisper_cannot_write_are_not_known(tag):
    assert not known(tag)


@pytest.mark.parametrize(
    ("tag", "code"),
    [("ur", "ur"), ("UR-pk", "ur"), ("prs", "fa"), ("pnb", "pa"), ("pbt", "ps"), ("en_GB", "en")],
)
def test_the_newsrooms_tags_reach_whispers_codes(tag, code):
    assert whisper_code(tag) == code


def test_a_tag_is_taken_apart():
    assert parse_language("pa-Guru-IN").scripts == ("Guru",)
    assert parse_language("pa").scripts == ("Guru", "Arab")
    assert parse_language("qqq").scripts == ()
    assert language_name("skr") == "Saraiki"
    assert language_name("qqq") == "qqq"


@pytest.mark.parametrize(
    ("tag", "right_to_left"),
    [("ur", True), ("ps", True), ("sd", True), ("bal", True), ("prs", True), ("dv", True), ("hi", False),
     ("bn", False), ("en", False), ("pa", False), ("pa-Arab", True), ("ur-Latn", False), ("qqq", False)],
)  # fmt: skip
def test_direction_follows_the_script(tag, right_to_left):
    assert is_right_to_left(tag) is right_to_left


@pytest.mark.parametrize(
    ("letter", "script"),
    [
        ("a", "Latn"),
        ("ے", "Arab"),
        ("ड", "Deva"),
        ("ভ", "Beng"),
        ("ਜ", "Guru"),
        ("்", ""),
        ("5", ""),
        (" ", ""),
    ],
)
def test_letters_know_their_script(letter, script):
    assert script_of(letter) == script


def test_urdu_in_devanagari_is_flagged_with_a_reason():
    flag = check_script("मैं आपका शुक्रिया अदा करती हूँ कि आप आए", "ur")
    assert flag is not None
    assert flag.reason == "Urdu written in Devanagari letters instead of Arabic"


def test_punjabi_of_lahore_in_gurmukhi_is_flagged_and_punjabi_in_general_is_not():
    text = "ਮੈਂ ਤੁਹਾਡਾ ਧੰਨਵਾਦ ਕਰਦੀ ਹਾਂ ਕਿ ਤੁਸੀਂ ਆਏ"
    assert check_script(text, "pnb") is not None
    assert check_script(text, "pa") is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (
            "آج ہم Human Rights Commission of Pakistan کے بارے میں بات کریں گے اور باقی لوگوں سے بھی سنیں گے",
            "ur",
        ),
        ("We went to کراچی and came back the same evening", "en"),
        ("Lahore", "ur"),
        ("", "ur"),
        ("12 34", "ur"),
        ("anything at all in any language", "qqq"),
    ],
)
def test_names_and_quoted_words_of_another_script_are_not_flagged(text, language):
    assert check_script(text, language) is None


def test_unknown_speech_becomes_one_honest_utterance_without_words():
    utterance = not_transcribed(Span(1000, 61_000), "bal")
    assert utterance.text == "[spoken in Balochi, not yet transcribed]"
    assert (utterance.start_ms, utterance.end_ms, utterance.language, utterance.words) == (
        1000,
        61_000,
        "bal",
        (),
    )
    assert [flag.code for flag in utterance.flags] == ["not_transcribed"]
