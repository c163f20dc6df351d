from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.languages import not_transcribed_note
from transcribe.sentences import MOST_CHARACTERS, MOST_MS, PAUSE_MS, ends_sentence, to_utterances
from transcribe.timeline import Flag, Segment, Word

spoken = st.tuples(
    st.integers(0, 2_500),
    st.integers(0, 2_000),
    st.sampled_from(["tea", "Dr.", "rain.", "کیا", "ہے۔", "है।", "why?", "3.5", "a" * 40]),
)


@st.composite
def heard(draw):
    """Segments of words in order of time, as an engine gives them."""
    now, count, segments = 0, 0, []
    for language in draw(st.lists(st.sampled_from(["en", "ur"]), max_size=5)):
        words = []
        for pause, length, text in draw(st.lists(spoken, min_size=1, max_size=60)):
            now += pause
            count += 1
            words.append(Word(now, now + length, text, probability=1 / count))  # no two words are equal
            now += length
        flags = draw(st.sampled_from([(), (Flag("unsure", "very"),)]))
        text = " ".join(word.text for word in words)
        segments.append(Segment(words[0].start_ms, now, text, language, tuple(words), flags=flags))
    return segments


@settings(max_examples=100, derandomize=True, deadline=None)
@given(heard())
def test_every_word_lands_in_exactly_one_utterance_in_order(segments):
    utterances = to_utterances(segments)
    assert [w for u in utterances for w in u.words] == [w for s in segments for w in s.words]
    for utterance in utterances:
        assert utterance.text == " ".join(word.text for word in utterance.words)
        assert utterance.start_ms == utterance.words[0].start_ms
        assert utterance.end_ms >= utterance.words[-1].end_ms
    assert all(one.start_ms <= other.start_ms for one, other in pairwise(utterances))


@settings(max_examples=100, derandomize=True, deadline=None)
@given(heard())
def test_no_utterance_is_too_long_spans_a_pause_or_mixes_languages(segments):
    language_of = {word: s.language for s in segments for word in s.words}
    for utterance in to_utterances(segments):
        assert len(utterance.text) <= MOST_CHARACTERS
        assert utterance.span.duration_ms <= MOST_MS
        assert all(b.start_ms - a.end_ms < PAUSE_MS for a, b in pairwise(utterance.words))
        assert {language_of[word] for word in utterance.words} == {utterance.language}


@pytest.mark.parametrize(
    ("word", "following", "ends"),
    [
        ("home.", "She", True),
        ("home!", "", True),
        ("home?”", "She", True),
        ("कहा।", "फिर", True),
        ("गया॥", "फिर", True),
        ("বলেন।", "তারপর", True),
        ("ہے۔", "پھر", True),
        ("کیوں؟", "اس", True),
        ("Really…", "Yes", True),
        ("well…", "you", False),
        ("home", "She", False),
        ("Dr.", "Rahman", False),
        ("Mr.", "Khan", False),
        ("(Prof.", "Khan", False),
        ("A.", "R.", False),
        ("U.S.", "Congress", False),
        ("No.", "5", False),
        ("3.5", "million", False),
        ("2020.", "Then", True),
        ("1.5", "", False),
        ("what?", "he", True),
    ],
)
def test_sentences_end_where_their_script_ends_them(word, following, ends):
    assert ends_sentence(word, following) is ends


def words_of(text, start=0, step=400):
    return tuple(Word(start + i * step, start + i * step + step - 50, w) for i, w in enumerate(text.split()))


def segment_of(text, start=0, language="en", flags=()):
    words = words_of(text, start)
    return Segment(words[0].start_ms, words[-1].end_ms, text, language, words, flags=flags)


def test_a_paragraph_closes_at_a_sentence_end_once_it_is_long_enough():
    sentence = "The river was over the road and the bridge was closed for many long days."
    utterances = to_utterances([segment_of(" ".join([sentence] * 6))])
    assert [len(u.text) for u in utterances] == [369, 73]
    assert all(u.text.endswith("days.") for u in utterances)


def test_a_pause_closes_a_paragraph():
    one, two = segment_of("Is there rain?"), segment_of("There is snow.", start=1_150 + PAUSE_MS)
    assert [u.text for u in to_utterances([one, two])] == ["Is there rain?", "There is snow."]


def test_a_doubt_covers_only_its_own_words():
    doubt = (Flag("unsure", "very"),)
    utterances = to_utterances([segment_of("We had one radio."), segment_of("Thank you.", 1600, flags=doubt)])
    assert [(u.text, u.flags) for u in utterances] == [("We had one radio.", ()), ("Thank you.", doubt)]


def test_a_segment_without_words_is_an_utterance_of_its_own():
    note = Segment(2000, 9000, not_transcribed_note("bal"), "bal", flags=(Flag("not_transcribed", ""),))
    utterances = to_utterances([segment_of("Good evening."), note, Segment(9000, 9500, "", "en")])
    assert [(u.start_ms, u.text, u.words == ()) for u in utterances] == [
        (0, "Good evening.", False),
        (2000, "[spoken in Balochi, not yet transcribed]", True),
    ]


def test_an_endless_sentence_is_parted_at_its_longest_pause():
    text = " ".join(["word"] * 200)
    words = list(words_of(text, step=200))
    words[80:] = [Word(w.start_ms + 900, w.end_ms + 900, w.text) for w in words[80:]]
    utterances = to_utterances([Segment(0, words[-1].end_ms, text, "en", tuple(words))])
    assert len(utterances[0].words) == 80
