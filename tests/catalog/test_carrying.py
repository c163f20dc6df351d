"""Which decisions hold for the voices of a new run: sure, doubtful, withheld."""

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.carrying import (
    MOST_PROBABLE,
    SUBSTANTIAL,
    SURE_FROM,
    Carried,
    HeldLabel,
    NewLabel,
    carry_over,
    shared_ms,
    spoken_ms,
)
from catalog.models import LabelState
from transcribe.timeline import Span

CONFIRMED, WITHHELD, SUGGESTED = LabelState.CONFIRMED, LabelState.WITHHELD, LabelState.SUGGESTED


def held(label: str, state: LabelState, *spans: tuple[int, int]) -> HeldLabel:
    return HeldLabel(label, state, tuple(Span(*span) for span in spans))


def new(label: str, *spans: tuple[int, int]) -> NewLabel:
    return NewLabel(label, tuple(Span(*span) for span in spans))


def test_the_same_voice_by_another_label_stays_confirmed() -> None:
    before = [held("S1", CONFIRMED, (0, 100), (200, 300)), held("S2", CONFIRMED, (100, 200))]
    after = [new("A", (100, 195)), new("B", (0, 105), (200, 300))]
    assert carry_over(before, after) == (Carried("A", "S2", CONFIRMED), Carried("B", "S1", CONFIRMED))


def test_a_voice_that_was_split_in_two_is_suggested_for_both_and_confirmed_for_none() -> None:
    found = carry_over([held("S1", CONFIRMED, (0, 100))], [new("A", (0, 70)), new("B", (70, 100))])
    assert found == (
        Carried("A", "S1", SUGGESTED, MOST_PROBABLE),
        Carried("B", "S1", SUGGESTED, MOST_PROBABLE),
    )


def test_two_people_in_one_new_voice_are_suggested_by_the_larger_part_of_it() -> None:
    before = [held("S1", CONFIRMED, (0, 70)), held("S2", CONFIRMED, (70, 100))]
    assert carry_over(before, [new("A", (0, 100))]) == (Carried("A", "S1", SUGGESTED, 0.7),)


def test_less_than_half_of_a_voice_suggests_nobody() -> None:
    assert carry_over([held("S1", CONFIRMED, (0, 40))], [new("A", (0, 100))]) == ()
    assert carry_over([held("S1", CONFIRMED, (0, 40))], [new("A", (50, 100))]) == ()
    assert carry_over([], [new("A", (0, 100))]) == carry_over([held("S1", CONFIRMED, (0, 9))], []) == ()


def test_a_substantial_other_voice_in_it_makes_the_same_voice_unsure() -> None:
    before = [held("S1", CONFIRMED, (0, 100)), held("S2", CONFIRMED, (80, 180))]
    (first, *_) = carry_over(before, [new("A", (0, 100))])
    assert (first.state, first.probability) == (SUGGESTED, MOST_PROBABLE)


def test_a_voice_that_sounds_unlike_is_no_longer_sure_and_one_that_sounds_alike_does_not_suffice() -> None:
    before, after = [held("S1", CONFIRMED, (0, 100))], [new("A", (0, 100)), new("B", (200, 300))]
    (only,) = carry_over(before, after, {("S1", "A"): 0.3, ("S1", "B"): 0.99})
    assert (only.label, only.state, only.probability) == ("A", SUGGESTED, 0.65)


def test_a_withheld_name_goes_with_any_substantial_part_of_either_voice_or_a_voice_alike() -> None:
    before = [held("S1", CONFIRMED, (20, 100)), held("S2", WITHHELD, (0, 20))]
    states = {one.label: one.state for one in carry_over(before, [new("A", (0, 100)), new("B", (100, 200))])}
    assert states == {"A": WITHHELD}
    assert carry_over(before, [new("C", (16, 500))]) == (Carried("C", "S2", WITHHELD),)
    assert carry_over(before, [new("D", (17, 500))]) == ()
    assert carry_over(before, [new("E", (300, 500))], {("S2", "E"): 0.9}) == (Carried("E", "S2", WITHHELD),)


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda s: (s[0], s[0] + s[1])), max_size=4
)
BEFORE = st.lists(st.tuples(st.sampled_from([CONFIRMED, WITHHELD]), SPANS), max_size=4).map(
    lambda rows: [held(f"S{n}", state, *spans) for n, (state, spans) in enumerate(rows)]
)
AFTER = st.lists(SPANS, max_size=4).map(lambda rows: [new(f"N{n}", *spans) for n, spans in enumerate(rows)])
LIKENESS = st.dictionaries(
    st.tuples(st.sampled_from(["S0", "S1"]), st.sampled_from(["N0", "N1"])), st.floats(0, 1), max_size=3
)


def milliseconds(spans: Sequence[Span]) -> set[int]:
    return {ms for span in spans for ms in range(span.start_ms, span.end_ms)}


@given(BEFORE, AFTER, LIKENESS)
@settings(max_examples=100, derandomize=True, deadline=None)
def test_nothing_withheld_is_ever_named_and_nothing_unsure_is_ever_certain(
    before: list[HeldLabel], after: list[NewLabel], likeness: dict[tuple[str, str], float]
) -> None:
    found = {one.label: one for one in carry_over(before, after, likeness)}
    assert found.keys() <= {one.label for one in after}
    for fresh in after:
        said, carried = milliseconds(fresh.spans), found.get(fresh.label)
        for old in before:
            both = len(said & milliseconds(old.spans))
            assert both == shared_ms(old.spans, fresh.spans)
            parts = both / max(1, len(said)), both / max(1, spoken_ms(old.spans))
            if old.state is WITHHELD and max(parts) >= SUBSTANTIAL:
                assert carried is not None
                assert carried.state is WITHHELD
            if carried is not None and carried.held == old.label and carried.state is CONFIRMED:
                assert old.state is CONFIRMED
                assert min(parts) >= SURE_FROM
        if carried is not None and carried.state is SUGGESTED:
            assert 0.5 <= carried.probability < 0.9
