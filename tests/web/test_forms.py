"""How many acts a reader has: counted by address and minute, in bounded memory."""

from types import SimpleNamespace

import pytest

from web.forms import MINUTE_S, MOST_ADDRESSES, Allowance


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time of day as counting sees it; a test moves it by setting `now`."""
    told = SimpleNamespace(now=1_000_000.0)
    told.time = lambda: told.now
    monkeypatch.setattr("limits.storage.memory.time", told)
    monkeypatch.setattr("web.forms.time", told)
    return told


def test_an_allowance_is_of_one_address_for_one_minute(clock: SimpleNamespace) -> None:
    allowance = Allowance(1)
    allowance.take("a")
    allowance.take("b")
    with pytest.raises(Exception, match="429") as refused:
        allowance.take("a")
    assert refused.value.headers == {
        "RateLimit-Policy": '"acts";q=1;w=60',
        "RateLimit": '"acts";r=0;t=60',
        "Retry-After": "60",
    }
    clock.now += MINUTE_S
    allowance.take("a")


def test_each_act_says_how_many_are_left_and_until_when(clock: SimpleNamespace) -> None:
    allowance = Allowance(3, "reads")
    assert [allowance.count("a").left for _ in range(4)] == [2, 1, 0, 0]
    clock.now += 20.5
    standing = allowance.count("a")
    assert (standing.allowed, standing.reset_s) == (False, 40)


def test_a_flood_of_addresses_shares_one_allowance(clock: SimpleNamespace) -> None:
    allowance = Allowance(1)
    for number in range(MOST_ADDRESSES):
        allowance.take(str(number))
    allowance.take("one more")
    with pytest.raises(Exception, match="429"):
        allowance.take("and another")
