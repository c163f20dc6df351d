"""The studio for programs: what a token may do, for whom, and what is told of it, on every route by every scope."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading, writing
from catalog.errors import InvalidQuery, NotAllowed, NotFound
from catalog.models import ApiToken, AuditEvent, Episode, EpisodeState, UserRole
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.tokens import Scope, add_token, list_tokens, revoke_token
from catalog.users import add_user, disable_user, find_user, set_role
from tests.web.newsrooms import demo_talk, put
from web.api.studio import ROUTES
from web.app import create_app

BASE = "/api/v1/studio"
BODIES = {
    "/talks": {"link": "https://talks.example/new"},
    "/talks/{slug}/schedule": {"at": "2027-01-01T09:00"},
    "/talks/{slug}/withdraw": {"reason": "a test"},
    "/talks/{slug}/corrections": {"start_ms": 100, "before": "evening", "after": "morning"},
    "/talks/{slug}/redactions": {"from_ms": 0, "to_ms": 100, "reason": "a test"},
}
NEEDED = {
    "POST /talks": Scope.ADD,
    "GET /talks/{slug}": Scope.STATUS,
    "POST /talks/{slug}/corrections": Scope.CORRECT,
    "POST /talks/{slug}/publish": Scope.PUBLISH,
    "POST /talks/{slug}/schedule": Scope.PUBLISH,
    "DELETE /talks/{slug}/schedule": Scope.PUBLISH,
    "POST /talks/{slug}/withdraw": Scope.WITHDRAW,
    "POST /talks/{slug}/redactions": Scope.REDACT,
}
MakeToken = Callable[..., str]


@pytest.fixture
def staff(room: Newsroom) -> Newsroom:
    with writing(room.engine) as session:
        for role in UserRole:
            add_user(session, role.value, role)
    for state in EpisodeState:
        put(room, state.value, demo_talk(state=state))
    return room


@pytest.fixture
def client(staff: Newsroom) -> Iterator[TestClient]:
    with TestClient(create_app(staff.settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def make(staff: Newsroom) -> MakeToken:
    def act(*scopes: str, user: str = "editor") -> str:
        with writing(staff.engine) as session:
            return add_token(session, find_user(session, user), "a program", list(scopes))

    return act


def ask(client: TestClient, method: str, path: str, secret: str, **body: object):
    sent = body or BODIES.get(re.sub(r"/talks/[a-z]+", "/talks/{slug}", path), {})
    headers = {"Authorization": f"Bearer {secret}"} if secret else {}
    return client.request(method, BASE + path, json=sent if method == "POST" else None, headers=headers)


def state_of(room: Newsroom) -> list[object]:
    with reading(room.engine) as session:
        return [row.model_dump() for row in session.exec(select(Episode)).all()]


def test_every_route_asks_for_one_scope() -> None:
    assert {f"{method} {path}" for method, path, *_ in ROUTES} == set(NEEDED)


@pytest.mark.parametrize("secret", ["", "spt_guess", "x" * 5000])
def test_without_a_token_nothing_is_told_or_done(client: TestClient, staff: Newsroom, secret: str) -> None:
    before = state_of(staff)
    for route in NEEDED:
        method, path = route.split(" ")
        for state in EpisodeState:
            answer = ask(client, method, path.replace("{slug}", state.value), secret)
            assert answer.status_code == 401 and "Five" not in answer.text
            assert answer.headers["content-type"] == "application/problem+json"
    assert state_of(staff) == before


def test_a_token_does_what_its_scope_says_and_nothing_else(
    client: TestClient, staff: Newsroom, make: MakeToken
) -> None:
    before = state_of(staff)
    for scope in Scope:
        secret = make(scope.value)
        for route, needed in NEEDED.items():
            method, path = route.split(" ")
            if needed is not scope:
                answer = ask(client, method, path.replace("{slug}", "review"), secret)
                assert (answer.status_code, scope) == (403, scope), route
    assert state_of(staff) == before


def test_a_talk_goes_its_whole_way(client: TestClient, staff: Newsroom, make: MakeToken) -> None:
    secret = make(*Scope)
    added = ask(client, "POST", "/talks", secret).json()
    assert added["is_new"] and ask(client, "POST", "/talks", secret).json()["slug"] == added["slug"]
    assert ask(client, "GET", f"/talks/{added['slug']}", secret).json()["job"]["state"] == "queued"
    assert (
        ask(client, "POST", "/talks/review/schedule", secret).json()["publish_at"]
        == "2027-01-01T09:00:00+00:00"
    )
    assert (
        client.delete(f"{BASE}/talks/review/schedule", headers={"Authorization": f"Bearer {secret}"}).json()[
            "publish_at"
        ]
        is None
    )
    assert ask(client, "POST", "/talks/review/publish", secret).json()["state"] == "published"
    words = client.get("/e/review.json").json()["segments"][0]["body"].split()[:3]
    sent = {"start_ms": 100, "before": " ".join(words), "after": "Quite other words", "note": "Heard again."}
    start = int(client.get("/e/review.json").json()["segments"][0]["startTime"] * 1000)
    done = ask(client, "POST", "/talks/review/corrections", secret, **{**sent, "start_ms": start})
    assert done.status_code == 200, done.text
    assert "Quite other words" in client.get("/e/review").text
    assert client.get("/api/v1/search", params={"q": '"quite other words"'}).json()["total"] == 1
    assert ask(client, "POST", "/talks/review/withdraw", secret).json()["state"] == "withdrawn"
    assert client.get("/e/review").status_code == 410
    with reading(staff.engine) as session:
        who = set(session.exec(select(AuditEvent.who).where(AuditEvent.act == "publish")).all())
        assert who == {"editor, by token “a program”"}


def test_what_does_not_fit_is_told_in_a_sentence(client: TestClient, make: MakeToken) -> None:
    secret = make(*Scope)
    spoken = demo_talk().lines[0].start_ms
    for path, body, status in (
        ("/talks", {"link": "ftp://x"}, 400),
        ("/talks", {"link": "x" * 3000}, 422),
        ("/talks/nothing/publish", {}, 404),
        ("/talks/new/publish", {}, 409),
        ("/talks/review/schedule", {"at": "yesterday"}, 400),
        ("/talks/review/withdraw", {"reason": ""}, 422),
        ("/talks/review/corrections", {"start_ms": spoken, "before": "nobody said this", "after": "x"}, 409),
        ("/talks/review/corrections", {"start_ms": 2**30, "before": "x", "after": "y"}, 404),
        ("/talks/review/redactions", {"from_ms": 9, "to_ms": 1, "reason": "x"}, 400),
    ):
        answer = ask(client, "POST", path, secret, **body)
        assert (path, answer.status_code) == (path, status), answer.text
        assert len(answer.json()["detail"]) > 10


def test_a_token_ends_with_its_day_its_owner_and_its_owners_role(
    client: TestClient, staff: Newsroom, make: MakeToken
) -> None:
    def status(secret: str) -> int:
        return ask(client, "POST", "/talks/review/publish", secret).status_code

    lowered, disabled, aged, revoked = (make("publish") for _ in range(4))
    with writing(staff.engine) as session:
        set_role(session, find_user(session, "editor"), UserRole.PRODUCER)
    assert status(lowered) == 403
    with writing(staff.engine) as session:
        set_role(session, find_user(session, "editor"), UserRole.EDITOR)
        session.get_one(ApiToken, 3).expires_at = now()
        revoke_token(session, 4)
    assert (status(aged), status(revoked)) == (401, 401)
    with writing(staff.engine) as session:
        disable_user(session, find_user(session, "editor"))
    assert status(disabled) == 401
    with reading(staff.engine) as session:
        assert [line.is_open for line in list_tokens(session)] == [False, False, True, True]
        assert lowered not in str([row.model_dump() for row in session.exec(select(ApiToken))])


def test_a_clock_that_falls_back_lengthens_no_token(
    client: TestClient, staff: Newsroom, make: MakeToken
) -> None:
    secret = make("status")
    assert ask(client, "GET", "/talks/review", secret).status_code == 200
    with writing(staff.engine) as session:
        token = session.get_one(ApiToken, 1)
        token.made_at, token.expires_at = token.made_at + timedelta(days=400), now() + timedelta(days=490)
    assert ask(client, "GET", "/talks/review", secret).status_code == 401


def test_a_token_never_may_more_than_its_owner(staff: Newsroom, make: MakeToken) -> None:
    with pytest.raises(NotAllowed, match="publish"):
        make("add", "publish", user="producer")
    for wrong in ((), ("everything",)):
        with pytest.raises(InvalidQuery):
            make(*wrong)
    make("add", user="producer")
    with pytest.raises(NotFound), writing(staff.engine) as session:
        revoke_token(session, 1, user_id=99)


def test_a_browser_that_is_signed_in_is_no_token(client: TestClient, staff: Newsroom) -> None:
    client.cookies.set("presstalk-session", "x")
    assert client.post(f"{BASE}/talks/review/publish").status_code == 401
