"""Signing in, the second factor, sessions, and how long who guesses must wait."""

import time
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.db import reading, writing
from catalog.door import ACCOUNT, ADDRESS, ALL_WITHOUT_ADDRESS, MOST_KEPT, Door
from catalog.errors import Conflict, InvalidQuery, NotAllowed, NotFound
from catalog.factors import RECOVERY_CODES, begin_factor, codes_left, confirm_factor, drop_factor
from catalog.models import KnownBrowser, RecoveryCode, UserRole, UserSession
from catalog.models.columns import now
from catalog.sign_in import (
    LASTS,
    RESTS,
    Opened,
    end_other_sessions,
    end_session,
    find_session,
    knows_browser,
    list_sessions,
    note_seen,
    sign_in,
)
from catalog.totp import code_at, step_of
from catalog.users import add_user, disable_user, find_user

WORDS = "four plain words here"
FIREFOX, CHROMIUM = "Mozilla/5.0 (X11) Firefox/140.0", "Mozilla/5.0 (X11) Chrome/150.0"
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def house(record: Engine) -> Engine:
    with writing(record) as session:
        add_user(session, "Admin", UserRole.ADMIN, WORDS)
        add_user(session, "Mina", UserRole.PRODUCER, WORDS)
        add_user(session, "Invited", UserRole.PRODUCER)
    return record


def enter(engine: Engine, name: str = "Mina", code: str = "", **other: str) -> Opened:
    return sign_in(engine, name, WORDS, code, **{"told": FIREFOX, **other})


def is_open(engine: Engine, token: str, told: str = FIREFOX) -> bool:
    with reading(engine) as session:
        return find_session(session, token, told) is not None


def test_who_signs_in_has_a_session_of_which_only_a_digest_is_kept(house: Engine) -> None:
    opened = enter(house, " mina ")
    with reading(house) as session:
        row = session.exec(select(UserSession)).one()
        visitor, _ = find_session(session, opened.token, FIREFOX) or (None, None)
    assert visitor == opened.visitor and visitor.role is UserRole.PRODUCER
    assert opened.token not in str(row.model_dump())


@pytest.mark.parametrize(
    ("name", "password"),
    [("Mina", "wrong"), ("Nobody", WORDS), ("Invited", ""), ("Invited", WORDS), ("", ""), ("Mina\0", WORDS)],
)
def test_whatever_is_wrong_is_refused_in_the_same_words(house: Engine, name: str, password: str) -> None:
    with pytest.raises(NotAllowed, match=r"^The name, the password or the code is not right\.$"):
        sign_in(house, name, password, "")


def test_who_is_disabled_is_out_and_stays_out(house: Engine) -> None:
    opened = enter(house)
    with writing(house) as session:
        disable_user(session, find_user(session, "Mina"))
    assert not is_open(house, opened.token)
    with pytest.raises(NotAllowed):
        enter(house)


def test_the_session_changes_at_every_sign_in(house: Engine) -> None:
    first = enter(house)
    second = enter(house, old=first.token)
    assert second.token != first.token
    assert (is_open(house, first.token), is_open(house, second.token)) == (False, True)


def test_a_token_opens_nothing_in_another_browser_but_after_an_update_of_its_own(house: Engine) -> None:
    token = enter(house).token
    assert not is_open(house, token, CHROMIUM)
    assert is_open(house, token, FIREFOX.replace("140", "141"))
    assert not is_open(house, "", FIREFOX) and not is_open(house, "guess", FIREFOX)


@pytest.mark.parametrize(("column", "age"), [("expires_at", timedelta(0)), ("seen_at", RESTS)])
def test_a_session_ends_by_itself(house: Engine, column: str, age: timedelta) -> None:
    token = enter(house).token
    with writing(house) as session:
        row = session.exec(select(UserSession)).one()
        assert row.expires_at - row.created_at <= LASTS + timedelta(seconds=1)
        setattr(row, column, now() - age)
    assert not is_open(house, token)
    enter(house)
    with reading(house) as session:
        assert len(session.exec(select(UserSession)).all()) == 1


@pytest.mark.parametrize(
    ("ahead", "open_"),
    [(timedelta(minutes=5), True), (timedelta(days=1), False), (timedelta(days=900), False)],
)
def test_a_clock_that_falls_back_lengthens_no_session(house: Engine, ahead: timedelta, open_: bool) -> None:
    token = enter(house).token
    with writing(house) as session:
        row = session.exec(select(UserSession)).one()
        row.created_at, row.seen_at, row.expires_at = (
            moment + ahead for moment in (row.created_at, row.seen_at, row.expires_at)
        )
    assert is_open(house, token) is open_


def test_a_clock_that_leaps_forward_ends_sessions_and_nothing_else(house: Engine) -> None:
    token = enter(house).token
    with writing(house) as session:
        row = session.exec(select(UserSession)).one()
        row.created_at, row.seen_at, row.expires_at = (
            moment - timedelta(days=365) for moment in (row.created_at, row.seen_at, row.expires_at)
        )
    assert not is_open(house, token)
    assert is_open(house, enter(house).token)


def test_being_seen_is_noted_now_and_then(house: Engine) -> None:
    opened = enter(house)
    with writing(house) as session:
        assert (find_session(session, opened.token, FIREFOX) or (None, None))[1] is False
        session.exec(select(UserSession)).one().seen_at = now() - timedelta(minutes=6)
        session.flush()
        assert (find_session(session, opened.token, FIREFOX) or (None, None))[1] is True
        note_seen(session, opened.visitor.session_id)
        assert (find_session(session, opened.token, FIREFOX) or (None, None))[1] is False


def test_people_end_their_own_sessions_and_nobody_elses(house: Engine) -> None:
    here, there = enter(house), enter(house, told=CHROMIUM)
    admin = enter(house, "Admin")
    with writing(house) as session:
        lines = list_sessions(session, here.visitor)
        assert [(line.told, line.is_this) for line in lines] == [(CHROMIUM, False), (FIREFOX, True)]
        with pytest.raises(NotFound):
            end_session(session, here.visitor, admin.visitor.session_id)
        end_session(session, here.visitor, there.visitor.session_id)
    assert not is_open(house, there.token, CHROMIUM)
    enter(house)
    with writing(house) as session:
        end_other_sessions(session, here.visitor)
        assert len(list_sessions(session, here.visitor)) == 1
    assert is_open(house, admin.token)


# ---- the second factor ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at_s", "code"),
    [
        (59, "287082"),
        (1_111_111_109, "081804"),
        (1_111_111_111, "050471"),
        (1_234_567_890, "005924"),
        (2_000_000_000, "279037"),
        (20_000_000_000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(at_s: int, code: str) -> None:
    assert code_at(RFC_SECRET, at_s // 30) == code


def test_a_code_is_taken_a_step_early_or_late_and_never_twice() -> None:
    step = 59 // 30
    assert [step_of(RFC_SECRET, " 287 082 ", 59 + 30 * late, 0) for late in (-1, 0, 1, 2)] == [1, 1, 1, None]
    assert step_of(RFC_SECRET, "287082", 59, after=step) is None
    assert step_of(RFC_SECRET, "۲۸۷۰۸۲", 59, 0) is None


def test_a_clock_that_was_ahead_locks_nobody_out_and_lets_no_code_in_twice() -> None:
    a_year_ahead = 59 // 30 + 365 * 24 * 120
    assert step_of(RFC_SECRET, "287082", 59, after=a_year_ahead) == 1
    assert step_of(RFC_SECRET, "287082", 59, after=59 // 30 + 1) is None, "a phone that is a step ahead"


def factor(engine: Engine) -> tuple[str, list[str]]:
    with writing(engine) as session:
        user = find_user(session, "Mina")
        secret = begin_factor(session, user)
        with pytest.raises(InvalidQuery, match="not right"):
            confirm_factor(session, user, "000000x")
        assert user.totp_since is None
        return secret, confirm_factor(session, user, code_at(secret, int(time.time()) // 30 - 1))


def test_with_a_second_factor_the_password_alone_opens_nothing(house: Engine) -> None:
    secret, _ = factor(house)
    for code in ("", "123", code_at(secret, int(time.time()) // 30 - 5)):
        with pytest.raises(NotAllowed):
            enter(house, code=code)
    code = code_at(secret, int(time.time()) // 30 + 1)
    enter(house, code=code)
    with pytest.raises(NotAllowed):
        enter(house, code=code)


def test_a_recovery_code_opens_once(house: Engine) -> None:
    _, codes = factor(house)
    assert len(set(codes)) == RECOVERY_CODES
    enter(house, code=f" {codes[3].upper()} ")
    with pytest.raises(NotAllowed):
        enter(house, code=codes[3])
    with reading(house) as session:
        assert codes_left(session, find_user(session, "Mina")) == RECOVERY_CODES - 1
        assert not {row.code_hash for row in session.exec(select(RecoveryCode))} & set(codes)


def test_the_second_factor_can_be_dropped_and_not_begun_twice(house: Engine) -> None:
    factor(house)
    with writing(house) as session:
        user = find_user(session, "Mina")
        with pytest.raises(Conflict):
            begin_factor(session, user)
        drop_factor(session, user)
        assert session.exec(select(RecoveryCode)).all() == []
        for act in (lambda: drop_factor(session, user), lambda: confirm_factor(session, user, "1")):
            with pytest.raises(Conflict):
                act()
    enter(house)


# ---- the door ------------------------------------------------------------------------------------------


class Clock:
    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


def fail(door: Door, clock: Clock, times: int, name: str = "mina", address: str = "192.0.2.1") -> float:
    """The wait after so many failures, each made as soon as it may be."""
    wait_s = 0.0
    for _ in range(times):
        while wait_s := door.let_in(name, address):
            clock.now_s += wait_s
    return door.let_in(name, address) if times else wait_s


def test_who_guesses_waits_ever_longer(house: Engine) -> None:
    clock = Clock()
    door = Door(clock)
    waits = []
    for _ in range(ACCOUNT.free + 4):
        while wait_s := door.let_in("mina", "192.0.2.1"):
            waits.append(wait_s)
            clock.now_s += wait_s
    assert waits == [1.0, 2.0, 4.0, 8.0]


def test_a_wait_for_one_account_is_none_for_another_and_ends(house: Engine) -> None:
    clock = Clock()
    door = Door(clock)
    assert fail(door, clock, 12, " MINA ") > 60
    assert door.let_in("other", "192.0.2.2") == 0
    assert door.let_in("mina", "192.0.2.2") > 60, "from elsewhere it is the same account"
    clock.now_s += 25 * 3600
    assert door.let_in("mina", "192.0.2.1") == 0


def test_many_accounts_from_one_place_are_guessed_slowly() -> None:
    clock = Clock()
    door = Door(clock)
    for number in range(ADDRESS.free):
        assert door.let_in(f"name {number}", "2001:db8::1") == 0
    assert door.let_in("one more", "2001:db8::2") > 0
    assert door.let_in("one more", "2001:db8:1::2") == 0


def test_readers_without_an_address_share_a_wide_door() -> None:
    clock = Clock()
    door = Door(clock)
    for number in range(ALL_WITHOUT_ADDRESS.free):
        assert door.let_in(f"name {number}", "127.0.0.1") == 0
    assert door.let_in("one more", "") > 0
    assert door.let_in("one more", "192.0.2.1") == 0


def test_who_is_known_gets_in_while_strangers_guess(house: Engine) -> None:
    browser = enter(house).browser
    with reading(house) as session:
        assert knows_browser(session, "MINA", browser)
        assert not knows_browser(session, "Admin", browser) and not knows_browser(session, "Mina", "")
        assert session.exec(select(KnownBrowser)).one().token_hash != browser
    clock = Clock()
    door = Door(clock)
    assert fail(door, clock, 20) > 0
    assert door.let_in("mina", "192.0.2.1", browser) == 0
    door.welcome("mina", "192.0.2.1", browser)
    assert door.let_in("mina", "192.0.2.1") > 0, "for strangers nothing changed"
    for _ in range(20):
        door.let_in("mina", "192.0.2.1", browser)
    assert door.let_in("mina", "192.0.2.1", browser) > 0, "a stolen browser is not let guess for ever"


def test_who_was_right_is_not_counted() -> None:
    clock = Clock()
    door = Door(clock)
    for _ in range(50):
        assert door.let_in("mina", "192.0.2.1") == 0
        door.welcome("mina", "192.0.2.1")


def test_a_flood_of_names_takes_no_more_memory() -> None:
    door = Door(Clock())
    for number in range(MOST_KEPT + 50):
        door.let_in(f"name {number}", f"192.0.{number % 250}.{number // 250}")
    assert len(door._counts) <= MOST_KEPT
