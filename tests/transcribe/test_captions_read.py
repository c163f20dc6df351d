import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.captions import read_captions
from transcribe.errors import CaptionsUnreadable

VTT = """WEBVTT - made elsewhere

NOTE nobody speaks here

STYLE
::cue { color: red }

intro
00:01.500 --> 00:00:03.000 align:start
<v.loud Asma Green>Good <i>evening</i> &amp; welcome.
<v Daniel Hill>Thank you.

00:00:04.000 --> 00:00:06.000
<lang ur>شکریہ</lang>
"""


def test_vtt_gives_one_utterance_a_voice_with_tags_and_entities_undone():
    read = read_captions(VTT.encode(), "talk.en.vtt", language="en")
    assert [(u.start_ms, u.end_ms, u.speaker, u.text, u.language) for u in read] == [
        (1500, 3000, "Asma Green", "Good evening & welcome.", "en"),
        (1500, 3000, "Daniel Hill", "Thank you.", "en"),
        (4000, 6000, "", "شکریہ", "ur"),
    ]


def test_rolling_automatic_captions_say_each_line_once():
    rolling = (
        "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\n \ngood<00:00:00.500><c> evening</c>\n\n"
        "00:00:02.000 --> 00:00:02.010\ngood evening\n \n\n"
        "00:00:02.010 --> 00:00:04.000\ngood evening\nand<00:00:02.500><c> welcome</c>\n"
    )
    assert [u.text for u in read_captions(rolling.encode(), "a.vtt")] == ["good evening", "and welcome"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_srt_is_read_in_any_unicode_encoding_with_any_line_ends(encoding, newline):
    srt = "1\n00:00:01,000 --> 00:00:02,500\nGood <i>evening</i>,\n{\\an8}welcome.\n\n2\n0:00:03.0 --> 0:00:04.0\nہاں\n"
    read = read_captions(srt.replace("\n", newline).encode(encoding), "a.srt")
    assert [(u.start_ms, u.end_ms, u.text) for u in read] == [
        (1000, 2500, "Good evening, welcome."),
        (3000, 4000, "ہاں"),
    ]


def test_other_formats_are_read_with_their_names():
    ass = (
        "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: 0,0:00:01.00,0:00:02.00,Default,Asma Green,0,0,0,,Good evening.\\NWelcome.\n"
    )
    (utterance,) = read_captions(ass.encode(), "talk.ass")
    assert (utterance.start_ms, utterance.speaker, utterance.text) == (
        1000,
        "Asma Green",
        "Good evening. Welcome.",
    )


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.vtt"),
        (b"", "a.srt"),
        (b"<html>not found</html>", "a.vtt"),
        (b"\xff\xd8\xff\xe0 a photo", "a.srt"),
        (b"just some text", "a.srt"),
        (b"just some text", "a.docx"),
        (b"WEBVTT\n\n99:99:99.000 --> 00:00:01.000\nno\n", "a.vtt"),
        (b"WEBVTT\n\n", "a.vtt"),
        ("नमस्ते".encode("utf-16-le"), "a.srt"),
        (b"1\n00:00:05,000 --> 00:00:01,000\nbackwards\n", "a.srt"),
        (b"x" * 20_000_001, "a.vtt"),
        (b"\xff\xfe\x00", "a.vtt"),
    ],
)
def test_what_is_no_caption_file_is_refused_with_its_name(data, name):
    with pytest.raises(CaptionsUnreadable, match=f"“{name}”"):
        read_captions(data, name)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text("WEBVT<>/-:.,0123456789v\n\r\t {}\\[]&;cأ", max_size=300).map(lambda text: text.encode()),
        st.text(max_size=100).map(
            lambda t: f"WEBVTT\n\n00:00.000 --> 00:09.000\n{t}".encode("utf-8", "replace")
        ),
    ),
    st.sampled_from(["a.vtt", "a.srt", "a.ass", "a.sub", "a.ttml", "a.json", "a"]),
)
def test_no_file_does_anything_but_be_read_or_be_refused(data, name):
    try:
        read = read_captions(data, name)
    except CaptionsUnreadable as error:
        assert name in error.sentence
    else:
        assert all(u.text and u.start_ms <= u.end_ms for u in read)
