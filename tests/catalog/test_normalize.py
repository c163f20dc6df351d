import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.normalize import LONGEST_WORD, fold, words

SCRIPTS = (
    "\u0000-\u024f\u0300-\u036f\u0600-\u06ff\u0750-\u077f\u0900-\u09ff\u0a00-\u0a7f"
    "\u1e00-\u1eff\u2000-\u206f\ufb50-\ufdff"
)
OF_OUR_SCRIPTS = st.text(
    st.sampled_from([chr(code) for code in range(0x20, 0xFFFF) if regex.match(f"[{SCRIPTS}]", chr(code))])
)
ANY_TEXT = st.text(st.characters()) | OF_OUR_SCRIPTS  # with lone surrogates


@settings(max_examples=100, derandomize=True)
@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@settings(max_examples=100, derandomize=True)
@given(ANY_TEXT)
def test_words_lie_in_the_text_in_order_and_their_keys_are_folded_and_hold_no_blank(text: str) -> None:
    spans = words(text)
    assert [start for start, _, _ in spans] == sorted(start for start, _, _ in spans)
    for start, end, folded in spans:
        assert 0 <= start < end <= len(text)
        assert folded == fold(folded)
        assert not regex.search(r"\s", folded)
        assert folded in fold(text[start:end])


@settings(max_examples=100, derandomize=True)
@given(ANY_TEXT)
def test_a_folded_text_can_be_written_as_utf8(text: str) -> None:
    fold(text).encode()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("كراچي", "کراچی"),  # Arabic and Urdu kaf and yeh
        ("لاپته", "لاپتہ"),  # the heh of Arabic, of Urdu
        ("بهت", "بھت"),
        ("صديقى", "صدیقی"),
        ("القاعدة", "القاعدہ"),
        ("زکوۃ", "زکوة"),
        ("أحمد", "احمد"),
        ("ٱحمد", "احمد"),
        ("آج", "اج"),
        ("مسئلہ", "مسيلہ"),
        ("علماء", "علما"),
        ("میں", "مين"),
        ("مُحَمَّد", "محمد"),
        ("کـــتاب", "کتاب"),
        ("می\u200cخواهم", "میخواہم"),
        ("\u2067کتاب\u2069", "کتاب"),
        ("ﻛﺘﺎﺏ", "کتاب"),  # presentation forms
        ("ګوند", "گوند"),
        ("सड़क", "सडक"),
        ("सड\u093cक", "सड़क"),
        ("हिन्दी", "हिंदी"),
        ("चाँद", "चांद"),
        ("ਸ਼ਹਿਰ", "ਸਹਿਰ"),
        ("সত্\u200d", "সৎ"),
        ("বড\u09bc", "বড়"),
        ("ক\u09c7\u09be", "ক\u09cb"),
        ("Qurʾān", "Quran"),
        ("Łódź", "lodz"),
        ("STRASSE", "straße"),
        ("ＡＢＣ１", "abc1"),
        ("۱۲۳", "123"),
        ("١٢٣", "123"),
        ("१२३", "123"),
        ("১২৩", "123"),
        ("੧੨੩", "123"),
        ("co\u00adoperate", "cooperate"),
        ("a\u0000 \t b", "a b"),
    ],
)
def test_spellings_of_one_word_have_one_key(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("کے", "کی"),
        ("বড়", "বড"),  # in Bengali the dot makes another letter
        ("कि", "की"),
        ("کم", "گم"),
        ("সময়", "সময"),
        ("ڈال", "دال"),
    ],
)
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize(
    "text", ["हिन्दुस्तान", "क्षत्रिय", "বিশ্ববিদ্যালয়", "ਬਲੋਚਿਸਤਾਨ", "می\u200cخواهم", "مُحَمَّد", "শ্রীলঙ্কা"]
)
def test_a_word_with_vowel_signs_viramas_or_joiners_is_one_word(text: str) -> None:
    assert [(start, end) for start, end, _ in words(f"«{text}»۔")] == [(1, 1 + len(text))]


def test_punctuation_of_every_script_parts_words() -> None:
    assert [word for *_, word in words("وہ۔آیا؟ہاں،جی؛कल।आज॥a\u200bb-c")] == [
        *("وہ", "ایا", "ہان", "جی", "कल", "आज", "a", "b", "c"),
    ]


def test_a_sign_of_several_words_gives_them_all_with_one_span() -> None:
    assert words("x ﷺ") == [(0, 1, "x"), *((2, 3, fold(word)) for word in ["صلى", "الله", "عليه", "وسلم"])]


def test_a_monstrous_word_has_a_key_of_bounded_length() -> None:
    assert [len(word) for *_, word in words("ک" * 100_000)] == [LONGEST_WORD]
