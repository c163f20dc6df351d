"""Pages are kept until the record changes: then no page is older than the record, and before that none is made anew."""

import asyncio
import sqlite3

import httpx
import pytest
from sqlmodel import Session
from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from catalog.db import writing
from catalog.episodes import find_episode, touch
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from catalog.search.refresh import refresh_episode
from tests.web.newsrooms import URDU, demo_talk, put
from web import kept
from web.app import create_app


@pytest.fixture
def shown(client: TestClient, room: Newsroom, talks: dict[str, int]) -> TestClient:
    assert client.get("/e/tea").status_code == 200
    return client


def behind_our_back(room: Newsroom, title: str) -> None:
    """A change that the record is not told of: only who makes a page anew shows it."""
    with sqlite3.connect(room.settings.catalog_url.removeprefix("sqlite:///")) as record:
        record.execute("UPDATE episode SET title = ? WHERE slug = 'tea'", (title,))


def test_a_page_is_made_once_while_nothing_changes(shown: TestClient, room: Newsroom) -> None:
    first = shown.get("/e/tea")
    behind_our_back(room, "Another title")
    second = shown.get("/e/tea")
    assert (second.text, dict(second.headers)) == (first.text, dict(first.headers))
    unzipped = shown.get("/e/tea", headers={"accept-encoding": "identity"})
    assert "Another title" in unzipped.text  # was never asked for: made now
    again = shown.get("/e/tea", headers={"accept-encoding": "identity"})
    assert again.text == unzipped.text and "content-encoding" not in again.headers


def test_a_kept_page_is_not_sent_to_who_has_it(shown: TestClient, room: Newsroom) -> None:
    etag = shown.get("/e/tea").headers["etag"]
    behind_our_back(room, "Another title")
    answer = shown.get("/e/tea", headers={"if-none-match": etag})
    assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", etag)
    assert "Content-Security-Policy" in answer.headers


def test_every_act_is_seen_at_once(shown: TestClient, room: Newsroom) -> None:
    with writing(room.engine) as session:
        episode = find_episode(session, "tea")
        episode.title = "Tea, corrected"
        touch(session, episode)
    assert "Tea, corrected" in shown.get("/e/tea").text and "Tea, corrected" in shown.get("/").text
    with writing(room.engine) as session:
        withdraw_episode(session, "tea")
    assert shown.get("/e/tea").status_code == 410
    assert "Tea, corrected" not in shown.get("/").text


def test_a_search_follows_the_index(client: TestClient, room: Newsroom, talks: dict[str, int]) -> None:
    assert "Second" not in client.get("/search?q=tea").text
    new = put(room, "second", demo_talk(title="Second"))
    assert "Second" not in client.get("/search?q=tea").text
    with Session(room.engine) as session:
        refresh_episode(session, client.app.state.site.index, new)  # type: ignore[attr-defined]
    assert "Second" in client.get("/search?q=tea").text


def test_themes_and_hosts_do_not_mix(shown: TestClient) -> None:
    dark = shown.get("/e/tea", headers={"cookie": "theme=dark"}).text
    assert "theme-dark" in dark and "theme-dark" not in shown.get("/e/tea").text
    assert "other.example" in shown.get("/e/tea", headers={"host": "other.example"}).text
    assert "other.example" not in shown.get("/e/tea").text


def test_what_was_not_found_and_what_machines_count_is_not_kept(client: TestClient, room: Newsroom) -> None:
    assert client.get("/e/tea").status_code == 404
    put(room, "tea", demo_talk())
    assert client.get("/e/tea").status_code == 200
    assert client.get("/healthz").headers["cache-control"] == "no-store"


def test_no_more_is_kept_than_there_is_room_for(room: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    monkeypatch.setattr(kept, "MOST_BYTES", 1)
    with TestClient(create_app(room.settings)) as client:
        client.get("/e/tea")
        behind_our_back(room, "Another title")
        assert "Another title" in client.get("/e/tea").text


def test_what_is_asked_makes_no_room_for_itself_among_the_pages() -> None:
    shelf = kept.Shelf(10)
    pages = [kept.KeptPage(1, None, [], b"1234", packed=False) for _ in range(4)]
    for number, page in enumerate(pages):
        shelf.keep(number, page)
        shelf.find(0, 1)
    assert [shelf.find(number, 1) is not None for number in range(4)] == [True, False, False, True]
    assert shelf.find(0, 2) is None


def test_a_page_that_many_ask_for_at_once_is_made_once() -> None:
    made = []

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope["path"])
        await asyncio.sleep(0.3)
        scope[kept.KEEPING]["may be"] = True
        await PlainTextResponse("whole")(scope, receive, send)

    async def ask_at_once() -> list[str]:
        app = kept.KeptPages(slow, stamp=lambda: 1, variant=lambda request: None)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://site") as client:
            answers = await asyncio.gather(*(client.get("/page") for _ in range(8)))
        return [answer.text for answer in answers]

    assert asyncio.run(ask_at_once()) == ["whole"] * 8
    assert made == ["/page"]


def test_a_page_that_cannot_be_made_keeps_nobody_waiting() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise ZeroDivisionError

    app = kept.KeptPages(broken, stamp=lambda: 1, variant=lambda request: None)
    client = TestClient(app)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError):
            client.get("/page")


def test_what_the_record_is_at_is_asked_once_for_all_who_wait_and_again_for_the_next() -> None:
    numbers = iter(range(9))
    made: list[str] = []

    async def page(scope: Scope, receive: Receive, send: Send) -> None:
        made.append(scope["path"])
        scope[kept.KEEPING]["may be"] = True
        await PlainTextResponse("whole")(scope, receive, send)

    async def nothing(message: object = None) -> dict[str, str]:
        return {"type": "http.request"}

    async def ask(app: kept.KeptPages) -> None:
        scope = {"type": "http", "method": "GET", "path": "/page", "query_string": b"", "headers": []}
        await app(scope, nothing, nothing)  # type: ignore[arg-type]

    async def ask_in_rounds() -> None:
        app = kept.KeptPages(page, stamp=lambda: next(numbers), variant=lambda request: None)
        for _ in range(3):
            await asyncio.gather(*(ask(app) for _ in range(8)))

    asyncio.run(ask_in_rounds())
    assert next(numbers) == 3
    assert made == ["/page"] * 3


def test_pages_of_an_earlier_moment_take_no_room() -> None:
    shelf = kept.Shelf(most_bytes=1_000)
    for stamp in ("before", "now"):
        for number in range(3):
            shelf.keep(
                number if stamp == "before" else -number, kept.KeptPage(stamp, None, [], b"x" * 100, False)
            )
    assert shelf.find(1, "before") is None and shelf.find(-1, "now") is not None
    assert (len(shelf._pages), shelf._bytes) == (3, 300)
