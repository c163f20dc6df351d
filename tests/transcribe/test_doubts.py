"""What is likely wrong comes first: weak words, noisy neighbours, near misses; every word is in one stretch."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from transcribe.doubts import LONGEST_MS, Heard, cut_stretches, expected_errors, rank_stretches
from transcribe.timeline import Flag, Word


def words(*sure: float, start_ms: int = 0) -> tuple[Word, ...]:
    return tuple(
        Word(start_ms + n * 400, start_ms + n * 400 + 350, f"w{n}", one) for n, one in enumerate(sure)
    )


def test_what_was_heard_weakly_comes_before_what_was_heard_well() -> None:
    well, weakly = Heard(words(0.99, 0.98, 0.99)), Heard(words(0.9, 0.2, 0.4))
    ranked = rank_stretches([well, weakly])
    assert [stretch.passage for stretch in ranked] == [1, 0]
    assert ranked[0].reasons == ("heard weakly: w1, w2",)
    assert ranked[1].reasons == ()


def test_a_doubt_of_the_guards_or_a_near_miss_of_a_name_raises_a_passage() -> None:
    same = words(0.9, 0.9, 0.9)
    flagged = Heard(same, (Flag("script", "written in Latin letters"),))
    ranked = rank_stretches([Heard(same), flagged, Heard(same, proposed={1})])
    assert ranked[-1].passage == 0
    assert {"written in Latin letters", "sounds like a name or term that is spelt otherwise"} == {
        reason for stretch in ranked for reason in stretch.reasons
    }


def test_where_nothing_was_heard_for_long_something_may_be_missing() -> None:
    one, other = words(0.9, 0.9), words(0.9, 0.9, start_ms=3_000)
    (_, second) = sorted(rank_stretches([Heard((*one, *other))]), key=lambda stretch: stretch.first)
    assert second.reasons == ("a pause in which something may be missing",)


def test_a_name_in_doubt_is_looked_at_where_the_voice_is_first_heard() -> None:
    same = words(0.99, 0.99, 0.99)
    ranked = rank_stretches([Heard(same), Heard(same, also=2.0, also_because="the name stands at 0.61")])
    assert (ranked[0].passage, ranked[0].worst) == (1, 1.0)
    assert ranked[0].reasons == ("the name stands at 0.61",) and ranked[1].reasons == ()


def test_a_word_in_letters_of_another_language_is_doubted_and_a_latin_one_is_quoted() -> None:
    def said(text: str) -> Heard:
        return Heard((Word(0, 400, text, 0.95),), language="ur")

    ranked = rank_stretches([said("BBC"), said("شکریہ"), said("मैं")])
    assert ranked[0].passage == 2
    assert ranked[0].reasons == ("in letters of another language: मैं",)
    assert ranked[1].expected == ranked[2].expected


SPOKEN = st.lists(
    st.tuples(st.integers(0, 2_000), st.integers(0, 2_000), st.floats(0, 1)), min_size=0, max_size=40
)


@settings(max_examples=100, derandomize=True, deadline=None)
@given(SPOKEN)
def test_every_word_is_in_one_stretch_and_every_chance_is_one(steps: list[tuple[int, int, float]]) -> None:
    heard, at = list[Word](), 0
    for wait, length, sure in steps:
        heard.append(Word(at + wait, at + wait + length, "word", sure))
        at += wait + length
    places = cut_stretches(heard)
    assert [place for first, last in places for place in range(first, last)] == list(range(len(heard)))
    assert all(one[1] == other[0] for one, other in pairwise(places))
    for first, last in places:
        assert last - first == 1 or heard[last - 1].end_ms - heard[first].start_ms <= LONGEST_MS
    chances = expected_errors(Heard(tuple(heard)))
    assert all(0 <= chance <= 1 for chance in chances)
    ranked = rank_stretches([Heard(tuple(heard))])
    assert [stretch.density for stretch in ranked] == sorted((s.density for s in ranked), reverse=True)
