import pytest

from transcribe.guards import judge
from transcribe.languages import not_transcribed_note
from transcribe.score import word_error_rate
from transcribe.timeline import Flag, Segment, Span, Word


def said(text, seconds=4.0, *, quiet=0.02, sure=-0.25, ratio=1.3, start_ms=0, language="en", timeless=False):
    """A segment as Whisper reports it, its words shared out evenly over its time."""
    pieces = text.split()
    step = seconds * 1000 / max(1, len(pieces))
    words = tuple(
        Word(start_ms + round(i * step), start_ms + round((i + (not timeless)) * step), piece)
        for i, piece in enumerate(pieces)
    )
    return Segment(
        start_ms, start_ms + round(seconds * 1000), text, language, words,
        average_logprob=sure, no_speech_probability=quiet, compression_ratio=ratio,
    )  # fmt: skip


# What Whisper models write over silence, noise and music, with the figures they report with it.
INVENTED = [
    said("Thanks for watching!", 2, quiet=0.78, sure=-0.6),
    said("Thank you.", 29.9, quiet=0.85, sure=-0.7),
    said("you", 2, quiet=0.93, sure=-0.8),
    said("Subtitles by the Amara.org community", 3, quiet=0.66, sure=-0.45),
    said("دیکھنے کا شکریہ", 3, quiet=0.7, sure=-0.5, language="ur"),
    said("वीडियो देखने के लिए धन्यवाद", 3, quiet=0.71, sure=-0.4, language="hi"),
    said("চ্যানেলটি সাবস্ক্রাইব করুন", 3, quiet=0.64, sure=-0.5, language="bn"),
    said("The first thing I want to do is", 8, quiet=0.81, sure=-1.3),
    said("[Music]", 12),
    said("♪ ♪ ♪", 20),
    said("♪ la la la la ♪", 8),
    said("(applause)", 4, quiet=0.3),
    said(". . . . .", 9),
    said("...", 2),
    said("Okay.", 25, quiet=0.2, sure=-1.4),
    said("I'm going to go and get it right now for you all here", 0.3, quiet=0.7),
    said("so so so so so so so so so so", 4, sure=-1.2, ratio=3.1),
]

# What people really say, each with one thing that looks odd.
REAL = [
    said("Thank you for watching, and please subscribe."),
    said("Thank you."),
    said("Thank you, Asma. Hello, Daniel.", 3),
    said("we could not hear the line from Quetta was very bad that evening", 6, sure=-1.2),
    said("The river was over the road.", 3, quiet=0.7),
    said("No, no, no, no, no.", 2, ratio=1.1),
    said("azadi azadi azadi azadi azadi azadi azadi azadi", 5, ratio=2.6),
    said("Yes", 12),
    said("I will come to that in a moment if you let me finish", 1.1),
    said("(He laughs) and then he said that the bridge was gone.", 5),
    said("میں نے کہا کہ Human Rights Commission کو دیکھنا چاہیے", 5, language="ur"),
]


@pytest.mark.parametrize("segment", INVENTED, ids=lambda s: s.text)
def test_invented_text_is_dropped_with_a_reason(segment):
    judgement = judge([segment])
    assert judgement.kept == ()
    assert [bool(d.flag.code and d.flag.reason) for d in judgement.dropped] == [True]
    assert judgement.dropped[0].segment.text == segment.text


@pytest.mark.parametrize("segment", REAL, ids=lambda s: s.text)
def test_real_speech_with_one_odd_figure_is_kept(segment):
    judgement = judge([segment])
    assert [s.text for s in judgement.kept] == [segment.text]
    assert judgement.dropped == ()


@pytest.mark.parametrize(
    ("segment", "code"),
    [
        (said("The river was over the road.", 3, quiet=0.7), "no_speech"),
        (said("the line was very bad", 3, sure=-1.2), "unsure"),
        (said("again and again and again", 3, ratio=2.6), "repetitive"),
        (said("Thank you for watching."), "stock_phrase"),
        (said("one two three four five six seven eight", 0.4), "too_fast"),
        (said("Yes", 12), "too_slow"),
        (said("one two three four", 2, timeless=True), "no_time"),
        (said("मैं आपका शुक्रिया अदा करती हूँ", 3, language="ur"), "unexpected_script"),
    ],
)
def test_one_sign_flags_and_does_not_drop(segment, code):
    assert [flag.code for flag in judge([segment]).kept[0].flags] == [code]


def test_plain_speech_is_kept_untouched():
    segment = said("We had one radio, and the whole street came to listen.")
    assert judge([segment]).kept == (segment,)


def test_a_line_repeated_by_several_people_is_kept_and_by_an_unsure_decoder_dropped():
    real = [said("Thank you very much.", 2, start_ms=i * 3000) for i in range(4)]
    assert judge(real).dropped == ()
    looped = [said("And he was killed.", 2, sure=-1.1, start_ms=i * 2000) for i in range(5)]
    judgement = judge(looped)
    assert len(judgement.kept) == 2
    assert len(judgement.dropped) == 3
    assert "the same line" in judgement.dropped[0].flag.reason


def test_text_timed_outside_the_stretch_is_dropped_and_at_its_edge_kept():
    span = Span(10_000, 20_000)
    inside, edge = said("We had rain.", 2, start_ms=12_000), said("We had snow.", 3, start_ms=19_000)
    outside = said("We had tea.", 2, start_ms=25_000)
    judgement = judge([inside, edge, outside], span)
    assert judgement.kept == (inside, edge)
    assert [d.flag.code for d in judgement.dropped] == ["outside"]


def test_an_honest_gap_is_never_taken_for_invented_text():
    flag = Flag("not_transcribed", "spoken in Balochi, not yet transcribed")
    gap = Segment(0, 600_000, not_transcribed_note("bal"), "bal", flags=(flag,))
    assert judge([gap]).kept == (gap,)


def test_nothing_said_in_a_clean_talk_is_dropped(talks, heard):
    for name, talk in talks.items():
        judgement = judge(heard[name].segments, talk.span)
        assert {dropped.flag.code for dropped in judgement.dropped} <= {"repeated"}
        assert {flag.code for segment in judgement.kept for flag in segment.flags} <= {"repeat_removed"}
        assert error_rate(talk, judgement.kept) <= error_rate(talk, heard[name].segments)


def test_guards_never_make_a_talk_worse_when_it_is_heard_in_pieces(talks, heard_in_chunks):
    for name, talk in talks.items():
        pieces = heard_in_chunks[name]
        kept = [segment for span, piece in pieces for segment in judge(piece.segments, span).kept]
        assert error_rate(talk, kept) <= error_rate(talk, [s for _, piece in pieces for s in piece.segments])


def error_rate(talk, segments):
    return word_error_rate(talk.text, " ".join(segment.text for segment in segments))
