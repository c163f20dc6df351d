from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.timeline import VoiceTurn
from transcribe.turn_score import named_speech, turn_error

TRUTH = (
    VoiceTurn(0, 6_000, "Asma"),
    VoiceTurn(6_000, 8_000, "Hamid"),
    VoiceTurn(7_500, 8_000, "Asma"),
)
FOUND = (VoiceTurn(0, 6_000, "S1"), VoiceTurn(6_000, 8_000, "S2"))


def test_swapped_names_are_seen_where_the_error_rate_sees_nothing():
    assert turn_error(TRUTH[:2], FOUND).rate == 0
    right = named_speech(TRUTH[:2], FOUND, {"S1": "Asma", "S2": "Hamid"})
    swapped = named_speech(TRUTH[:2], FOUND, {"S1": "Hamid", "S2": "Asma"})
    assert (right.accuracy, swapped.accuracy, swapped.wrong_ms) == (1, 0, 8_000)


def test_a_name_left_open_is_no_wrong_name_and_speech_together_is_not_counted():
    open_ = named_speech(TRUTH, FOUND, {"S1": "Asma"})
    assert (open_.right_ms, open_.wrong_ms, open_.unnamed_ms) == (6_000, 0, 1_500)


def test_speech_that_no_label_covers_lowers_recall_alone_and_a_strangers_name_is_wrong():
    half = named_speech(TRUTH[:2], FOUND[:1], {"S1": "Asma"})
    assert (half.accuracy, half.recall) == (1, 0.75)
    assert named_speech(TRUTH[:2], FOUND, {"S1": "Karima", "S2": "Hamid"}).wrong_ms == 6_000


turns = st.lists(
    st.builds(
        lambda start, length, label: VoiceTurn(start * 10, (start + length) * 10, label),
        st.integers(0, 50),
        st.integers(1, 30),
        st.sampled_from(["a", "b", "c"]),
    ),
    max_size=6,
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(turns, turns)
def test_every_moment_of_one_voice_is_counted_once(truth, found):
    counted = named_speech(truth, found, {"a": "a", "b": "c"})
    alone = sum(
        sum(turn.start_ms <= at < turn.end_ms for turn in truth if turn.label == label) > 0
        and not any(turn.start_ms <= at < turn.end_ms for turn in truth if turn.label != label)
        for label in "abc"
        for at in range(0, 900, 10)
    )
    assert sum(vars(counted).values()) == alone * 10
