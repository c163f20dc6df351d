from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.switching import GATE, Gate, choose_gate

codes = st.sampled_from(["ur", "hi", "en", "no", "cy", "ps", "pa"])


@settings(max_examples=100, derandomize=True)
@given(main=codes, others=st.lists(codes, max_size=3), beliefs=st.dictionaries(codes, st.floats(0, 1)))
def test_a_passage_is_heard_in_its_main_language_or_in_a_plausible_one_that_is_sure(main, others, beliefs):
    gate = choose_gate(main, False, tuple(others))
    chosen = gate.decide(beliefs)
    assert chosen in gate.plausible
    if chosen != main:
        assert gate._belief(chosen, beliefs) >= GATE


def test_a_sure_english_passage_of_an_urdu_talk_is_heard_in_english():
    assert choose_gate("ur", False, ()).decide({"en": 0.97, "ur": 0.02}) == "en"


def test_a_doubtful_passage_stays_in_the_main_language():
    assert choose_gate("ur", False, ()).decide({"en": 0.79, "ur": 0.2}) == "ur"


def test_a_language_nobody_expects_is_never_switched_to():
    assert choose_gate("ur", False, ("ps",)).decide({"cy": 0.99}) == "ur"


def test_belief_in_hindi_counts_for_urdu_where_only_urdu_is_expected():
    beliefs = {"hi": 0.6, "ur": 0.35}
    assert choose_gate("en", False, ("ur",)).decide(beliefs) == "ur"
    assert choose_gate("en", False, ("ur", "hi")).decide(beliefs) == "en"


def test_a_detected_main_language_gives_way_to_its_expected_twin_and_a_given_one_does_not():
    assert choose_gate("hi", True, ("ur",)).main == "ur"
    assert choose_gate("hi", False, ("ur",)).main == "hi"
    assert choose_gate("hi", True, ("ur", "hi")).main == "hi"


def test_english_is_always_plausible_and_unknown_languages_never():
    assert choose_gate("ur", False, ("bal", "prs")).plausible == ("ur", "fa", "en")


def test_no_belief_at_all_leaves_the_main_language():
    assert Gate("ur", ()).decide({}) == "ur"
