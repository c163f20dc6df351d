"""Accounts, passwords, links: who may be let in and what ends when something changes."""

from contextlib import nullcontext
from datetime import timedelta

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import Session, select

from catalog.audit import verify_log
from catalog.db import reading, writing
from catalog.errors import Conflict, InvalidQuery, NotAllowed
from catalog.models import OneTimeLink, Purpose, User, UserRole, UserSession
from catalog.models.columns import now
from catalog.sign_in import sign_in
from catalog.users import (
    add_user,
    disable_user,
    enable_user,
    find_user,
    link_owner,
    list_users,
    make_link,
    set_password,
    set_role,
    use_link,
)

WORDS = "four plain words here"
OTHER = "quite another sentence"


def add(session: Session, name: str = "Mina", role: UserRole = UserRole.PRODUCER) -> User:
    return add_user(session, name, role, WORDS)


def test_a_password_is_kept_as_argon2id_and_nowhere_else(record: Engine) -> None:
    with writing(record) as session:
        assert add(session).password_hash.startswith("$argon2id$")


def test_two_accounts_cannot_have_one_name_however_it_is_written(record: Engine) -> None:
    with writing(record) as session:
        add(session, "Mina Field")
        with pytest.raises(Conflict, match="already"):
            add(session, " mina   FIELD ")


@pytest.mark.parametrize("name", ["", "  ", "\0", "a\u202eb", "x" * 81])
def test_a_name_that_cannot_be_read_is_refused(record: Engine, name: str) -> None:
    with writing(record) as session, pytest.raises(InvalidQuery):
        add(session, name)


@pytest.mark.parametrize(
    "password", ["short", "x" * 300, "aaaaaaaaaaaaaaaa", "mina mina mina 12", "nul\0 in the middle"]
)
def test_a_password_that_can_be_guessed_is_refused(record: Engine, password: str) -> None:
    with writing(record) as session, pytest.raises(InvalidQuery, match="password"):
        add_user(session, "Mina", UserRole.PRODUCER, password)


def test_the_only_admin_can_be_neither_disabled_nor_made_less(record: Engine) -> None:
    with writing(record) as session:
        admin, other = add(session, "Admin", UserRole.ADMIN), add(session, "Other")
        for act in (disable_user, lambda s, u: set_role(s, u, UserRole.EDITOR)):
            with pytest.raises(Conflict, match="only admin"):
                act(session, admin)
        set_role(session, other, UserRole.ADMIN)
        disable_user(session, admin)
        with pytest.raises(Conflict, match="only admin"):
            disable_user(session, other)
        enable_user(session, admin)


def test_a_link_works_once_and_only_the_newest(record: Engine) -> None:
    with writing(record) as session:
        user = add_user(session, "Mina", UserRole.PRODUCER)
        first = make_link(session, user, Purpose.INVITATION)
        second = make_link(session, user, Purpose.INVITATION)
        with pytest.raises(NotAllowed):
            link_owner(session, first)
        assert use_link(session, second, WORDS).password_hash
        with pytest.raises(NotAllowed):
            use_link(session, second, WORDS)


def test_a_link_holds_no_longer_when_it_is_old_or_the_account_disabled(record: Engine) -> None:
    with writing(record) as session:
        add(session, "Admin", UserRole.ADMIN)
        user = add(session)
        token = make_link(session, user, Purpose.RESET)
        disable_user(session, user)
        with pytest.raises(NotAllowed):
            link_owner(session, token)
        with pytest.raises(Conflict, match="disabled"):
            make_link(session, user, Purpose.RESET)
        enable_user(session, user)
        token = make_link(session, user, Purpose.RESET)
        session.exec(select(OneTimeLink)).one().expires_at = now() - timedelta(seconds=1)
        with pytest.raises(NotAllowed):
            link_owner(session, token)


@pytest.mark.parametrize(
    ("ahead", "opens"),
    [(timedelta(minutes=5), True), (timedelta(days=1), False), (timedelta(days=900), False)],
)
@pytest.mark.parametrize("purpose", list(Purpose))
def test_a_link_made_while_the_clock_was_ahead_opens_nothing_once_it_is_right(
    record: Engine, purpose: Purpose, ahead: timedelta, opens: bool
) -> None:
    with writing(record) as session:
        token = make_link(session, add(session), purpose)
        session.exec(select(OneTimeLink)).one().expires_at += ahead
        with nullcontext() if opens else pytest.raises(NotAllowed):
            assert link_owner(session, token)


def test_a_refused_password_leaves_the_link_as_it_was(record: Engine) -> None:
    with writing(record) as session:
        token = make_link(session, add(session), Purpose.RESET)
    with writing(record) as session, pytest.raises(InvalidQuery):
        use_link(session, token, "short")
    with writing(record) as session:
        use_link(session, token, OTHER)


def test_a_new_password_signs_the_others_out(record: Engine) -> None:
    with writing(record) as session:
        add(session)
    here = sign_in(record, "Mina", WORDS, "")
    sign_in(record, "Mina", WORDS, "")
    with writing(record) as session:
        user = find_user(session, "mina")
        set_password(session, user, OTHER, keep_session=here.visitor.session_id)
        assert [row.id for row in session.exec(select(UserSession))] == [here.visitor.session_id]
    with pytest.raises(NotAllowed):
        sign_in(record, "Mina", WORDS, "")


def test_the_list_tells_who_is_there_and_no_secret(record: Engine) -> None:
    with writing(record) as session:
        add(session, "Admin", UserRole.ADMIN)
        add_user(session, "Guest Editor", UserRole.EDITOR)
    sign_in(record, "admin", WORDS, "")
    with reading(record) as session:
        admin, invited = list_users(session)
    assert (admin.role, admin.has_password, admin.seen_at is not None) == ("admin", True, True)
    assert (invited.role, invited.has_password, invited.seen_at) == ("editor", False, None)
    assert "argon" not in str(admin)


def test_what_is_done_to_accounts_is_on_record(record: Engine) -> None:
    with writing(record) as session:
        add(session, "Admin", UserRole.ADMIN)
        user = add(session)
        set_role(session, user, UserRole.EDITOR)
        make_link(session, user, Purpose.RESET)
        disable_user(session, user)
        assert verify_log(session).rows == 5
        assert verify_log(session).broken is None
