"""A newsroom with people in it and browsers they are signed in with, for the tests of the studio."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import UserRole
from catalog.newsroom import Newsroom
from catalog.users import add_user
from web.app import create_app

WORDS = "four plain words here"
HERE = {"Origin": "http://testserver"}
# Looked at in a moment: how dear a guess is stands in the hash itself.
HASHED = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(WORDS)

Enter = Callable[[str], TestClient]


@pytest.fixture
def staffed(room: Newsroom) -> Newsroom:
    """One person of each role; the name is the role's."""
    with writing(room.engine) as session:
        for role in UserRole:
            add_user(session, role.value, role).password_hash = HASHED
    return room


@pytest.fixture
def app(staffed: Newsroom) -> FastAPI:
    return create_app(staffed.settings)


@pytest.fixture
def stranger(app: FastAPI) -> Iterator[TestClient]:
    """A browser nobody is signed in with, on the studio's own pages."""
    with ExitStack() as stack:
        yield stack.enter_context(browser(app))


@pytest.fixture
def enter(app: FastAPI) -> Iterator[Enter]:
    """`enter("editor")` is a browser somebody is signed in with."""
    with ExitStack() as stack:

        def act(name: str) -> TestClient:
            client = stack.enter_context(browser(app))
            answer = client.post("/studio/sign-in", data={"name": name, "password": WORDS})
            assert answer.status_code == 303
            return client

        yield act


def browser(app: FastAPI) -> TestClient:
    return TestClient(
        app, raise_server_exceptions=False, follow_redirects=False, headers={**HERE, "user-agent": "Firefox"}
    )
