import jiwer
from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.score import count_edits, plain_words, word_error_rate

word_lists = st.lists(st.sampled_from(["tea", "cricket", "rain", "radio", "paper"]), max_size=12)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(truth=word_lists.filter(bool), heard=word_lists)
def test_our_word_error_rate_is_jiwers(truth, heard):
    ours = word_error_rate(" ".join(truth), " ".join(heard))
    assert abs(ours - jiwer.wer(" ".join(truth), " ".join(heard))) < 1e-9


def test_an_empty_truth_does_not_divide_by_zero():
    assert word_error_rate("", "") == 0
    assert word_error_rate("", "one two") == 2
    assert count_edits([], []) == 0


def test_words_of_indic_scripts_stay_whole_with_their_signs():
    assert plain_words("हिन्दी में, ভাষা। میں؟") == ["हिन्दी", "में", "ভাষা", "میں"]
