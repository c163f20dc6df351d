import json
import re
from dataclasses import replace
from pathlib import Path

import jsonschema
from hypothesis import given, settings
from hypothesis import strategies as st
from webvtt_python import WebVTTParser

from tests.checkers import html_errors
from transcribe.caption_cards import clean, clean_name, cut_into_cards
from transcribe.captions import read_captions, to_html, to_podcast_json, to_srt, to_text, to_vtt
from transcribe.languages import not_transcribed
from transcribe.timeline import Span, Utterance, Word

HOSTILE = [
    "-->", "00:00:01.000 --> 00:00:02.000", "00:00:01,000 --> 00:00:02,000", "<b>", "</v>", "<v Mallory>", "&amp;",
    "&lt;", "\n\n", "\r", "\u2028", "\x00", "\x0b", "\x85", "\ud800", "\u202e", "\u2066", "{\\an8}", "\\N", "WEBVTT",
    "NOTE", "STYLE", "1", "کیا", "پاکستان۔", "हिन्दी", "Lahore", "👩‍👩‍👧", "a\u0301" * 30, "\u0301" * 200, "\ufeff",
    "\u200f",
]  # fmt: skip
texts = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(HOSTILE), max_size=12).map(" ".join),
    st.lists(st.sampled_from(HOSTILE), max_size=12).map("".join),
    st.just("x" * 10_000),
)  # fmt: skip


@st.composite
def utterances(draw):
    found = []
    for text in draw(st.lists(texts, max_size=4)):
        start = draw(st.integers(0, 5_000_000))
        end = start + draw(st.one_of(st.just(0), st.integers(0, 90_000)))
        words = ()
        if draw(st.booleans()):
            pieces = text.split()
            step = (end - start) // max(1, len(pieces))
            words = tuple(Word(start + i * step, start + (i + 1) * step, p) for i, p in enumerate(pieces))
        language = draw(st.sampled_from(["en", "ur", "hi", "", "x-<b>"]))
        speaker = draw(st.sampled_from(["", "Asma Green", "A & B\n> <v x>", "\u202eevil", "N" * 200]))
        found.append(Utterance(start, end, text, language, words, speaker=speaker))
    return found


def letters(text):
    """The text without spaces and marks of direction: what must survive every format."""
    return re.sub(r"[\s\u200e\u200f]", "", text)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(utterances(), st.booleans())
def test_any_utterances_give_vtt_that_the_strict_parser_takes_and_our_reader_reads_back(found, word_times):
    vtt = to_vtt(found, word_times=word_times)
    vtt.encode("utf-8")
    cues = WebVTTParser(strict=True).parse(vtt).cues
    assert len(cues) == vtt.count(" --> ")
    for cue in cues:
        assert cue.end_time > cue.start_time
        assert 1 <= len(cue.text.split("\n")) <= 2
        for line in re.sub(r"<[^>]*>", "", cue.text).split("\n"):
            assert len(re.sub("&(lt|gt|amp);", ".", line)) <= 65
        stamps = [cue.start_time, *map(seconds, re.findall(r"<(\d\d:[\d:.]+)>", cue.text)), cue.end_time]
        assert stamps == sorted(set(stamps))
    if cues:
        read = read_captions(vtt.encode(), "a.vtt")
        assert sorted(letters("".join(u.text for u in read))) == sorted(
            letters("".join(clean(u.text) for u in found))
        )


def seconds(clock):
    hours, minutes, rest = clock.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


SRT_LOOKALIKES = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")", "\\": "∖"})


@settings(max_examples=100, derandomize=True, deadline=None)
@given(utterances())
def test_srt_read_again_gives_the_same_words(found):
    srt = to_srt([Utterance(u.start_ms, u.end_ms, u.text, u.language, u.words) for u in found])
    blocks = [block for block in srt.split("\n\n") if block.strip()]
    assert all(2 + 1 <= len(block.strip("\n").split("\n")) <= 2 + 2 for block in blocks)
    if blocks:
        read = letters("".join(sorted(letters(u.text) for u in read_captions(srt.encode(), "a.srt"))))
        cards = [
            "".join(letters(w.text) for line in c.lines for w in line) for c in cut_into_cards(found, 65)
        ]
        wanted = [letters(card).replace("-->", "→").translate(SRT_LOOKALIKES) for card in cards]
        assert sorted(read) == sorted("".join(wanted))


@settings(max_examples=50, derandomize=True, deadline=None)
@given(utterances())
def test_podcast_json_keeps_to_the_schema(found):
    schema = {
        "type": "object",
        "required": ["version", "segments"],
        "additionalProperties": False,
        "properties": {
            "version": {"const": "1.0.0"},
            "segments": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["startTime", "endTime", "body"],
                    "additionalProperties": False,
                    "properties": {
                        "speaker": {"type": "string", "minLength": 1},
                        "startTime": {"type": "number", "minimum": 0},
                        "endTime": {"type": "number", "exclusiveMinimum": 0},
                        "body": {"type": "string", "minLength": 1},
                    },
                },
            },
        },
    }
    text = to_podcast_json(found)
    text.encode("utf-8")
    data = json.loads(text)
    jsonschema.validate(data, schema)
    assert all(segment["endTime"] > segment["startTime"] for segment in data["segments"])


@settings(max_examples=50, derandomize=True, deadline=None)
@given(utterances())
def test_plain_text_keeps_every_word(found):
    text = to_text(found)
    text.encode("utf-8")
    for utterance in found:
        assert clean(utterance.text) in text


@settings(max_examples=100, derandomize=True, deadline=None)
@given(texts)
def test_what_is_plain_is_cleaned_as_what_is_not(text):
    assert clean(text) == clean(f"\x00{text}") == clean(f"{text}\u2066")


def timed(text, start=0, step=400):
    words = tuple(Word(start + i * step, start + (i + 1) * step, w) for i, w in enumerate(text.split()))
    return Utterance(words[0].start_ms, words[-1].end_ms, text, "en", words, speaker="Asma Green")


def test_a_short_utterance_is_one_cue_with_its_voice():
    assert to_vtt([timed("Is there rain & snow?")]) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n<v Asma Green>Is there rain &amp; snow?\n"
    )


def test_word_times_stand_before_each_word_that_rises_inside_the_cue():
    vtt = to_vtt([timed("Is there rain?")], word_times=True)
    assert "<v Asma Green>Is <00:00:00.400>there <00:00:00.800>rain?\n" in vtt


def test_a_long_utterance_is_cut_into_cues_whose_times_are_their_words():
    utterance = timed("we had one radio and the whole street came to listen every evening of the year. " * 3)
    cards = list(cut_into_cards([utterance], 65))
    assert [word for card in cards for line in card.lines for word in line] == list(utterance.words)
    for card in cards:
        words = [word for line in card.lines for word in line]
        assert (card.start_ms, card.end_ms) == (words[0].start_ms, words[-1].end_ms)
        assert card.end_ms - card.start_ms <= 7_000


def test_an_utterance_in_another_language_stands_in_a_language_span():
    urdu = Utterance(2000, 4000, "ہم نے سنا۔", "ur")
    assert "\n<lang ur>ہم نے سنا۔</lang>" in to_vtt([timed("Good evening."), urdu])
    assert "<lang" not in to_vtt([urdu], language="ur")


def test_a_line_that_opens_with_a_word_of_the_other_direction_is_marked():
    assert "\n\u200fLahore میں بارش ہوئی۔" in to_vtt([Utterance(0, 2000, "Lahore میں بارش ہوئی۔", "ur")])
    assert "\n\u200eلاہور is far." in to_vtt([Utterance(0, 2000, "لاہور is far.", "en")])
    assert "\u200f" not in to_vtt([Utterance(0, 2000, "بارش Lahore میں", "ur")])


def test_a_corrected_text_is_shown_even_though_the_words_still_say_otherwise():
    old = timed("my name is Asthma Green")
    corrected = Utterance(old.start_ms, old.end_ms, "My name is Asma Green.", "en", old.words)
    assert "My name is Asma Green." in to_vtt([corrected])
    assert "My name is Asma Green." in to_srt([corrected])


def test_what_was_not_transcribed_is_one_card_over_the_whole_span():
    assert to_srt([not_transcribed(Span(0, 60_000), "bal")]) == (
        "1\n00:00:00,000 --> 00:01:00,000\n[spoken in Balochi, not yet transcribed]\n"
    )


def test_srt_names_a_voice_where_it_begins_on_a_card_of_its_own():
    one, two = timed("Is there rain?"), timed("There is.", 2000)
    more = Utterance(4000, 5000, "Snow.", "en", speaker="Daniel Hill")
    cards = to_srt([one, two, more]).strip().split("\n\n")
    assert [card.split("\n")[2] for card in cards] == [
        "Asma Green: Is there rain?",
        "There is.",
        "Daniel Hill: Snow.",
    ]


def test_the_readable_text_names_the_moment_and_the_voice_once():
    text = to_text([timed("Is there rain?", 3_723_000), timed("There is.", 3_730_000)])
    assert text == "[01:02:03] Asma Green\nIs there rain?\n\nThere is.\n"


def test_nothing_to_say_is_still_a_valid_file():
    assert WebVTTParser(strict=True).parse(to_vtt([])).cues == []
    assert to_srt([]) == ""
    assert to_text([]) == ""
    assert json.loads(to_podcast_json([])) == {"version": "1.0.0", "segments": []}


def test_names_cannot_break_out_of_their_voice_span():
    assert clean_name("Eve>\n\n00:00 --> x & <i>") == "Eve 00:00 -- x i"


def test_html_is_as_podcast_apps_read_it_and_good_html(tmp_path: Path) -> None:
    urdu = replace(timed("بات <b>سنو</b> & دیکھو", 3_723_000), language="ur", speaker='Zarin "<i>"')
    file = tmp_path / "transcript.html"
    file.write_text(to_html([timed("Is there rain?", 0), urdu]), encoding="utf-8")
    text = file.read_text(encoding="utf-8")
    assert "<time>01:02:03</time>" in text and '<p lang="ur" dir="rtl">بات &lt;b&gt;' in text
    assert "<i>" not in text and text.count("<cite>") == text.count("</cite>")
    assert html_errors(file) == []
