from collections import Counter

from transcribe.loops import cut_repeats, find_loop
from transcribe.timeline import Segment, Word


def segment_of(*runs, ratio=1.5):
    """A segment of (text, milliseconds a word) runs, one after the other."""
    words, now = [], 0
    for text, step in runs:
        for word in text.split():
            words.append(Word(now, now + step, word))
            now += step
    return Segment(0, now, " ".join(w.text for w in words), "en", tuple(words), compression_ratio=ratio)


def test_words_said_again_in_no_time_are_cut_out_and_kept_with_the_reason():
    segment = segment_of(("And the harvest?", 300), ("And the harvest.", 0), ("The rice is good.", 300))
    rest, repeats = cut_repeats(segment)
    assert rest.text == "And the harvest? The rice is good."
    assert [flag.code for flag in rest.flags] == ["repeat_removed"]
    assert [(r.text, r.flags[-1].reason) for r in repeats] == [
        ("And the harvest.", "3 words said again in no time")
    ]


def test_timeless_words_that_repeat_nothing_stay():
    segment = segment_of(("We had rain", 300), ("and much snow", 0))
    assert cut_repeats(segment) == (segment, ())


def test_words_said_twice_in_their_own_time_stay():
    segment = segment_of(("Thank you, Karima. Thank you, Karima.", 300), ratio=3.0)
    assert cut_repeats(segment) == (segment, ())


def test_a_slogan_shouted_often_stays_while_the_text_as_a_whole_is_not_repetitive():
    segment = segment_of(("hum kya chahte azadi " * 12, 400), ratio=2.0)
    assert cut_repeats(segment) == (segment, ())


def test_a_slogan_shouted_eight_times_stays_whatever_the_figures_say():
    segment = segment_of(("hum kya chahte azadi " * 8, 400), ratio=5.0)
    assert cut_repeats(segment) == (segment, ())


def test_a_decoders_loop_loses_all_rounds_but_two_and_what_follows_stays():
    segment = segment_of(
        ("Tell me.", 300), ("Thank you, Daniel. " * 17, 250), ("Good night.", 300), ratio=3.2
    )
    rest, (loop,) = cut_repeats(segment)
    assert rest.text == "Tell me. Thank you, Daniel. Thank you, Daniel. Good night."
    assert len(loop.words) == 45
    assert loop.flags[-1].code == "repeated"


def test_no_word_is_lost_between_what_stays_and_what_is_cut():
    segment = segment_of(("one two three", 200), ("one two three one two three", 0), ("four", 200))
    rest, repeats = cut_repeats(segment)
    assert Counter([*rest.words, *(w for r in repeats for w in r.words)]) == Counter(segment.words)


def test_a_loop_is_found_with_its_start_and_length():
    assert find_loop(["x", *"abc" * 10]) == (1, 3, 10)
    assert find_loop(list("abc" * 9)) is None
    assert find_loop([]) is None
