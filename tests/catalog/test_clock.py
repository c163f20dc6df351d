"""Moments as people write them, and clocks that leap."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.clock import HOLD_S, LEAP_S, Watch, read_moment, tell_moment, zone_of
from catalog.errors import InvalidQuery

PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("written", "zone", "meant"),
    [
        ("2026-07-01 09:00", "Europe/Paris", "2026-07-01T07:00:00+00:00"),
        ("2026-12-01T09:00", "Europe/Paris", "2026-12-01T08:00:00+00:00"),
        ("2026-12-01T09:00+05:00", "Europe/Paris", "2026-12-01T04:00:00+00:00"),
        ("2026-12-01t09:00z", "Asia/Karachi", "2026-12-01T09:00:00+00:00"),
        ("2026-12-01", "Asia/Kolkata", "2026-11-30T18:30:00+00:00"),
    ],
)
def test_a_time_is_meant_where_the_newsroom_is_unless_it_says_otherwise(
    written: str, zone: str, meant: str
) -> None:
    assert read_moment(written, zone_of(zone)) == datetime.fromisoformat(meant)


def test_an_hour_that_never_comes_and_one_that_comes_twice_are_asked_about() -> None:
    with pytest.raises(InvalidQuery, match="never comes"):
        read_moment("2026-03-29 02:30", PARIS)
    with pytest.raises(InvalidQuery, match=r"twice that night.*\+02:00 or 2026-10-25T02:30\+01:00"):
        read_moment("2026-10-25 02:30", PARIS)
    assert read_moment("2026-10-25T02:30+01:00", PARIS).hour == 1


@pytest.mark.parametrize(
    "written", ["", "tomorrow", "09:00", "2026-13-01 09:00", "0001-01-01T00:00+14:00", "گ"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(InvalidQuery):
        read_moment(written, PARIS)


@pytest.mark.parametrize("name", ["", "Mars/Base", "../etc/passwd", "/etc/localtime", "Europe"])
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(InvalidQuery, match="no time zone"):
        zone_of(name)


@given(st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_whatever_is_told_can_be_read_again(moment: datetime) -> None:
    at = moment.replace(second=0, microsecond=0, tzinfo=UTC)
    local = at.astimezone(PARIS)
    assert read_moment(local.isoformat(), PARIS) == at
    assert f"{local:%H:%M}" in tell_moment(at, PARIS)


@given(st.lists(st.tuples(st.floats(0.1, 600), st.floats(-LEAP_S, LEAP_S)), max_size=20))
def test_small_corrections_are_believed(steps: list[tuple[float, float]]) -> None:
    watch, wall, steady = Watch(), 1e9, 0.0
    for passed, set_by in steps:
        wall, steady = wall + passed + set_by * 0.99, steady + passed
        assert watch.may_be_believed(wall, steady)


@pytest.mark.parametrize("leap_s", [LEAP_S + 1, 86_400.0, -86_400.0, 3e8])
def test_after_a_leap_the_clock_is_not_believed_for_a_while(leap_s: float) -> None:
    watch = Watch()
    assert watch.may_be_believed(1e9, 0)
    assert not watch.may_be_believed(1e9 + leap_s + 5, 5)
    assert not watch.may_be_believed(1e9 + leap_s + HOLD_S, HOLD_S)
    assert watch.may_be_believed(1e9 + leap_s + 5 + HOLD_S, 5 + HOLD_S)


def test_a_machine_that_slept_has_not_leapt() -> None:
    watch = Watch()
    assert watch.may_be_believed(1e9, 0)
    assert watch.may_be_believed(1e9 + 80_000, 80_000)
