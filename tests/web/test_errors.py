"""When a page cannot be had, a reader is told what happened and what to do."""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI, HTTPException
from starlette.testclient import TestClient

from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put
from web import quotes
from web.app import create_app
from web.forms import Allowance

HELPS = {
    400: "Go back to the page you came from",
    403: "use the button beside the words",
    404: "The address may be mistyped",
    405: "takes another kind of request",
    410: "the newsroom has taken it back",
    413: "Choose fewer words",
    429: "Wait a minute and go on",
    500: "trying again in a minute",
    503: "try again in a minute",
}


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test is another reader."""
    monkeypatch.setattr(quotes, "allowance", Allowance(1))
    yield


def broken(room: Newsroom) -> FastAPI:
    """The site with a route that fails as it is told to."""
    site = create_app(room.settings)

    @site.get("/fail/{status}")
    def fail(status: int) -> None:
        if status == 500:
            raise RuntimeError("a secret of ours")
        raise HTTPException(status)

    return site


@pytest.mark.parametrize("status", [*HELPS, 418])
def test_each_failure_says_what_happened_and_what_to_do(room: Newsroom, status: int) -> None:
    with TestClient(broken(room), raise_server_exceptions=False) as client:
        answer = client.get(f"/fail/{status}")
    assert answer.status_code == status
    assert HELPS.get(status, "Go back to the page you came from") in answer.text
    head = re.search(r"<h1[^>]*>([^<]+)</h1>", answer.text)
    assert head and (head[1] == "This did not work.") == (status == 418)
    assert 'action="/search"' in answer.text and 'content="noindex"' in answer.text
    assert "secret" not in answer.text


def test_the_heads_of_all_failures_differ(room: Newsroom) -> None:
    with TestClient(broken(room), raise_server_exceptions=False) as client:
        pages = [client.get(f"/fail/{status}").text for status in HELPS]
    assert len({page.split("<h1", 1)[1].split("</h1>")[0] for page in pages}) == len(HELPS)


def test_what_the_site_itself_refuses_lands_on_these_pages(client: TestClient, talks: dict[str, int]) -> None:
    form = "/e/tea/cite"
    silent = client.post(form, data={"start_ms": 900_000, "end_ms": 901_000})
    assert silent.status_code == 400 and "No words are written for that moment." in silent.text
    foreign = client.post(form, data={"paragraph": 1}, headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status_code == 403 and HELPS[403] in foreign.text
    assert HELPS[405] in client.put("/episodes").text
    large = client.post(form, content=b"x" * 9000)
    assert large.status_code == 413 and HELPS[413] in large.text
    often = client.post(form, data={"paragraph": 1})
    assert often.status_code == 429 and HELPS[429] in often.text


def test_another_language_is_offered_only_where_there_is_a_page(
    client: TestClient, talks: dict[str, int]
) -> None:
    """A file has no other language, and what a form sent cannot be sent again by a link."""
    told = {
        "/e/nothing": "/ur/e/nothing",
        "/e/nothing.vtt": "/ur/",
        "/search.csv": "/ur/",
        "/ur/e/nothing": "/e/nothing",
    }
    for path, other in told.items():
        page = client.get(path)
        assert page.status_code in (400, 404) and f'<a href="{other}" lang=' in page.text, path
    refused = client.post("/e/tea/cite", data={"start_ms": 900_000, "end_ms": 901_000})
    assert '<a href="/ur/" lang=' in refused.text and "/ur/e/tea/cite" not in refused.text


def test_a_sentence_of_a_failure_is_text(room: Newsroom) -> None:
    site = create_app(room.settings)

    @site.get("/fail")
    def fail() -> None:
        raise HTTPException(400, "<script>alert(1)</script>")

    with TestClient(site) as client:
        page = client.get("/fail").text
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_a_withdrawn_talk_says_that_it_was_taken_back(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(state=EpisodeState.WITHDRAWN, files={}))
    answer = client.get("/e/tea")
    assert answer.status_code == 410 and HELPS[410] in answer.text
