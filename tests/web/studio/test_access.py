"""Every route of the studio, for every role and nobody, on talks in every state, from our own pages and others."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading
from catalog.models import AuditEvent, Episode, EpisodeState, Job, SpeakerLabel, User, UserRole, UserSession
from catalog.newsroom import Newsroom
from tests.web.newsrooms import put
from tests.web.panel import PANEL
from tests.web.studio.conftest import Enter
from web.studio import progress
from web.studio.app import ROUTERS

# Who may use a route. A route that is not listed fails the test below: access is decided on purpose.
OPEN = {"GET /sign-in", "POST /sign-in", "POST /sign-out", "GET /link/{token}", "POST /link/{token}"}
FOR_EDITORS = {
    "POST /e/{slug}/publish",
    "POST /e/{slug}/withdraw",
    "GET /e/{slug}/redact",
    "GET /e/{slug}/claims/words",
    "POST /e/{slug}/claims/words",
    "POST /claims/decide",
    "POST /claims/{short_id}",
    "POST /e/{slug}/redact",
    *(f"{method} /e/{{slug}}/cast/{{person}}/hide" for method in ("GET", "POST")),
    "POST /directory/{person}/join",
    "POST /directory/{person}/part",
    *("POST /e/{slug}/voices/{label}/enrol", "POST /e/{slug}/prints/{print_id}/forget"),
    "POST /directory/{person}/voice/forget",
    "POST /articles/{article_id}",
    "POST /entities",
    *(f"POST /entities/{act}" for act in ("file", "starter", "undo")),
    "POST /entities/{entity}",
    *(f"POST /entities/{{entity}}/{act}" for act in ("merge", "split", "retire", "undo")),
    "GET /pleas",
    "POST /pleas/{plea_id}",
    "GET /proposals",
    "POST /proposals/{proposal_id}",
    *(f"POST /e/{{slug}}/{act}" for act in ("schedule", "unschedule", "guests", "guests/{link_id}/revoke")),
}
FOR_ADMINS = {
    "GET /people",
    "POST /people",
    "GET /log",
    *(
        "GET /health",
        "GET /settings",
        "POST /settings/try",
        "POST /settings/work",
        "POST /settings/mail",
        "GET /storage",
        "POST /storage/clean",
    ),
    *(f"POST /people/{{user_id}}/{act}" for act in ("role", "disable", "enable", "link", "factor-off")),
}
FOR_RESEARCHERS = {
    *("GET /searches", "POST /searches", "GET /searches/{search_id}"),
    *(f"POST /searches/{{search_id}}/{act}" for act in ("seen", "name", "forget")),
    "GET /account",
    *(f"POST /account/{act}" for act in ("password", "factor", "factor/confirm", "factor/off")),
    "POST /account/sessions/{session_id}/end",
    "POST /account/sessions/end-others",
}
FOR_PRODUCERS = {
    "GET /",
    "POST /add",
    "POST /upload",
    "GET /progress",
    "GET /e/{slug}",
    "GET /e/{slug}/sound",
    *(f"POST /e/{{slug}}/{act}" for act in ("cancel", "retry", "undo", "voices/{label}")),
    "GET /e/{slug}/transcript",
    "GET /e/{slug}/transcript/news",
    "GET /e/{slug}/peaks",
    "GET /glossary",
    "POST /glossary",
    "POST /glossary/drop",
    "GET /e/{slug}/review",
    "GET /e/{slug}/chapters",
    *("GET /e/{slug}/history", "POST /e/{slug}/history"),
    *("GET /e/{slug}/translations", "POST /e/{slug}/translations", "POST /e/{slug}/translations/machine"),
    *("GET /e/{slug}/translations/{track_id}", "POST /e/{slug}/translations/{track_id}"),
    *(f"POST /e/{{slug}}/translations/{{track_id}}/{act}" for act in ("undo", "redo")),
    *("GET /e/{slug}/translations/{track_id}/news", "POST /e/{slug}/translations/{track_id}/{line_id}"),
    "POST /e/{slug}/chapters",
    "GET /e/{slug}/replace",
    "POST /e/{slug}/replace",
    *(f"POST /e/{{slug}}/transcript/{act}" for act in ("undo", "redo", "{utterance_id}")),
    "GET /claims",
    "GET /claims/{short_id}",
    "GET /e/{slug}/claims",
    "POST /e/{slug}/claims/seek",
    *(f"GET /e/{{slug}}/{page}" for page in ("preview", "facts", "media/{kind}.{ending}")),
    "POST /e/{slug}/facts",
    *("GET /e/{slug}/articles", "POST /e/{slug}/articles", "POST /e/{slug}/articles/passages/{passage_id}"),
    *("GET /articles", "POST /articles", "GET /articles/{article_id}"),
    "POST /articles/talks/{candidate_id}",
    "GET /names",
    *("GET /directory", "GET /directory/{person}", "POST /bulk"),
    *("GET /follow", "POST /follow", "POST /follow/{subscription_id}/stop", "POST /follow/items/{item_id}"),
    *("POST /arrivals", "GET /arrivals/{arrival}", "PUT /arrivals/{arrival}"),
    *(f"POST /arrivals/{{arrival}}/{act}" for act in ("done", "give-up")),
    "POST /account/tokens",
    "POST /account/tokens/{token_id}/revoke",
    *("GET /entities", "GET /entities/file.csv", "GET /entities/{entity}"),
    *("GET /doubts", "POST /doubts", "POST /doubts/{verdict_id}/back"),
    "GET /e/{slug}/cast",
    "POST /e/{slug}/cast",
    "POST /e/{slug}/cast/{person}",
}
NEEDED = {
    **dict.fromkeys(FOR_RESEARCHERS, UserRole.RESEARCHER),
    **dict.fromkeys(FOR_PRODUCERS, UserRole.PRODUCER),
    **dict.fromkeys(FOR_EDITORS, UserRole.EDITOR),
    **dict.fromkeys(FOR_ADMINS, UserRole.ADMIN),
}
FORM = {"act": "withhold", "reason": "a test", "role": "editor"}
SECRET = "Five chairs and the names on them"


def routes() -> list[str]:
    """Every route as `METHOD /path`; HEAD goes with GET."""
    found = [
        (method, route.path)
        for router in ROUTERS
        for route in router.routes
        for method in sorted(route.methods - {"HEAD"})
    ]
    return sorted(f"{method} {path}" for method, path in found)


def addresses(route: str) -> Iterator[tuple[str, str]]:
    """The method and addresses of a route: of each talk, of every raw id there is and of one there is not."""
    method, path = route.split(" ")
    values = {
        "slug": [*(state.value for state in EpisodeState), "nothing", "1"],
        "user_id": ["1", "999"],
        "session_id": ["1", "999"],
        "utterance_id": ["1", "999"],
        "track_id": ["1", "999"],
        "line_id": ["1", "999"],
        "proposal_id": ["999"],
        "passage_id": ["999"],
        "article_id": ["999"],
        "candidate_id": ["999"],
        "label": ["A"],
        "print_id": ["999"],
        "entity": ["karachi", "nothing"],
        "verdict_id": ["999"],
        "link_id": ["1", "999"],
        "plea_id": ["999"],
        "subscription_id": ["999"],
        "item_id": ["999"],
        "search_id": ["1", "999"],
        "token_id": ["999"],
        "arrival": ["0" * 32],
        "person": ["asma-green", "nothing"],
        "kind": ["web_audio_low", "original"],
        "ending": ["opus"],
        "token": ["guess"],
        "short_id": ["guess"],
    }
    paths = [path]
    for name in re.findall(r"{(\w+)}", path):
        paths = [one.replace(f"{{{name}}}", value) for one in paths for value in values[name]]
    yield from ((method, f"/studio{one}") for one in paths)


@pytest.fixture
def talks(staffed: Newsroom, monkeypatch: pytest.MonkeyPatch) -> Newsroom:
    """One talk in each state, named after it; what is told of open work is told once, and nobody waits for more."""
    monkeypatch.setattr(progress, "TELLINGS", 1)
    monkeypatch.setattr(progress, "EVERY_S", 0.0)
    for state in EpisodeState:
        put(staffed, state.value, PANEL.__class__(**{**vars(PANEL), "state": state}))
    return staffed


def state_of(room: Newsroom) -> list[object]:
    """Everything a route may change, but for sessions that signing in opens."""
    with reading(room.engine) as session:
        tables = (Episode, SpeakerLabel, User, Job, AuditEvent)
        return [row.model_dump() for table in tables for row in session.exec(select(table)).all()]


def ask(client: TestClient, method: str, path: str, **headers: str):
    return client.request(method, path, headers=headers, data=FORM if method == "POST" else None)


def is_signed_out(answer) -> bool:
    return answer.status_code == 401 or answer.headers.get("location", "").startswith("/studio/sign-in")


def test_each_route_is_listed_with_who_may_use_it() -> None:
    assert set(routes()) == OPEN | set(NEEDED)


def test_who_is_not_signed_in_gets_nowhere_and_learns_nothing(talks: Newsroom, stranger: TestClient) -> None:
    before = state_of(talks)
    for route in NEEDED:
        for method, path in addresses(route):
            answer = ask(stranger, method, path)
            assert answer.status_code == (303 if method == "GET" else 401), (route, path)
            assert SECRET not in answer.text
            if method == "GET":
                assert answer.headers["location"].startswith("/studio/sign-in?back=")
    assert state_of(talks) == before


@pytest.mark.parametrize("role", list(UserRole))
def test_nobody_does_what_is_for_higher_roles(talks: Newsroom, enter: Enter, role: UserRole) -> None:
    client = enter(role.value)
    before = state_of(talks)
    for route, needed in NEEDED.items():
        for method, path in [] if role.may(needed) else addresses(route):
            answer = ask(client, method, path)
            assert (answer.status_code, SECRET in answer.text) == (403, False), (route, path)
            assert f"for {needed.value}s" in answer.text
    assert state_of(talks) == before


@pytest.mark.parametrize("role", list(UserRole))
def test_what_a_role_may_do_is_never_an_error_of_ours(talks: Newsroom, enter: Enter, role: UserRole) -> None:
    client, wrong = enter(role.value), []
    for route, needed in NEEDED.items():
        for method, path in addresses(route) if role.may(needed) else []:
            answer = ask(client, method, path)
            if is_signed_out(answer):  # what was done before ended its own session
                client = enter(role.value)
                answer = ask(client, method, path)
            expected = (
                {404} if "/nothing" in path or "/e/1" in path or "999" in path else {200, 303, 400, 404, 409}
            )
            if answer.status_code not in expected:
                wrong.append((route, path, answer.status_code))
    assert "\n".join(map(str, wrong)) == ""


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://testserver"},
        {"Origin": ""},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://testserver"},
    ],
    ids=str,
)
def test_no_other_page_makes_the_studio_do_anything(
    talks: Newsroom, enter: Enter, headers: dict[str, str]
) -> None:
    client = enter("admin")
    before = state_of(talks)
    for route in routes():
        for method, path in addresses(route) if not route.startswith("GET") else []:
            assert ask(client, method, path, **headers).status_code == 403, path
    assert state_of(talks) == before
    assert client.get("/studio/").status_code == 200, "still signed in"


def test_reading_changes_nothing(talks: Newsroom, enter: Enter) -> None:
    client = enter("admin")
    before = state_of(talks)
    for route in routes():
        for method, path in addresses(route) if route.startswith("GET") else []:
            for verb in ("GET", "HEAD") if path != "/studio/progress" else ("GET",):
                assert client.request(verb, path).status_code < 500, path
            assert method == "GET"
    assert state_of(talks) == before


def test_every_answer_is_kept_by_nobody_and_shown_in_no_frame(talks: Newsroom, enter: Enter) -> None:
    for client in (enter("admin"), enter("producer")):
        for route in routes():
            for method, path in addresses(route) if route.startswith("GET") else []:
                headers = ask(client, method, path).headers
                assert headers["cache-control"] == "no-store", path
                assert "noindex" in headers["x-robots-tag"], path
                assert "frame-ancestors 'none'" in headers["content-security-policy"], path
                assert "access-control-allow-origin" not in headers, path


def test_public_pages_set_no_cookie_and_load_nothing_of_the_studio(talks: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    for path in ("/", "/episodes", "/e/published", "/people", "/search?q=rain", "/about"):
        answer = client.get(path)
        assert answer.status_code == 200
        said = answer.text.replace("studio</", "").replace('href="/studio/searches?q=rain"', "")
        assert "set-cookie" not in answer.headers and "studio" not in said


def test_what_is_not_published_stays_hidden_from_readers_who_are_signed_in(
    talks: Newsroom, enter: Enter
) -> None:
    client = enter("admin")
    assert client.get("/e/review").status_code == 404
    assert client.get("/e/withdrawn").status_code == 410


def test_a_session_of_somebody_else_cannot_be_ended_by_its_number(talks: Newsroom, enter: Enter) -> None:
    enter("admin")
    producer = enter("producer")
    with reading(talks.engine) as session:
        theirs = session.exec(select(UserSession.id).join(User).where(User.name == "admin")).one()
    assert producer.post(f"/studio/account/sessions/{theirs}/end").status_code == 404


def test_rights_change_with_the_next_click(talks: Newsroom, enter: Enter, app: FastAPI) -> None:
    admin, editor = enter("admin"), enter("editor")
    assert editor.post("/studio/e/review/publish").status_code == 303
    with reading(talks.engine) as session:
        editor_id = session.exec(select(User.id).where(User.name == "editor")).one()
    assert admin.post(f"/studio/people/{editor_id}/role", data={"role": "producer"}).status_code == 303
    assert editor.post("/studio/e/review/withdraw", data={"reason": "x"}).status_code == 403
    assert admin.post(f"/studio/people/{editor_id}/disable").status_code == 303
    assert editor.get("/studio/").status_code == 303
