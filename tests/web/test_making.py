"""Pages are made one after the other, and the first of each kind before there is a reader."""

import asyncio
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import inspect
from sqlalchemy.engine import Engine
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.search.index import TurnIndex
from catalog.search.refresh import open_index
from web import deps
from web.app import create_app
from web.deps import Reader, Site, Visit
from web.making import pages_of
from web.warming import PAGES, _ask, warm

MADE_IN_TURN = (
    "/",
    "/episodes",
    "/people",
    "/about",
    "/e/tea",
    "/topics",
    "/articles",
    "/claims",
    "/corrections",
    "/search?q=rain",
)


def test_every_page_waits_for_its_turn(
    client: TestClient, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    taken, in_turn = [], Site.in_turn

    async def noted(site: Site, make: Any) -> Any:
        taken.append(make)
        return await in_turn(site, make)

    monkeypatch.setattr(Site, "in_turn", noted)
    for number, address in enumerate(MADE_IN_TURN, start=1):
        assert client.get(address).status_code == 200
        assert len(taken) == number, address


def test_two_pages_are_never_made_at_once_and_what_is_at_hand_waits_for_none(room: Newsroom) -> None:
    router, alone = APIRouter(), threading.Semaphore(1)
    made: list[tuple[int, bool]] = []

    @pages_of(router)("/slow/{number}")
    def slow(visit: Reader, number: int) -> Response:
        made.append((number, alone.acquire(blocking=False)))
        time.sleep(0.02)
        alone.release()
        return PlainTextResponse(str(number))

    application: FastAPI = create_app(room.settings)
    application.router.routes[:0] = router.routes

    async def ask() -> int:
        line = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
            await asyncio.gather(
                reader.get("/about"), *(reader.get(f"/slow/{number}") for number in range(6))
            )
            async with application.state.site.turn:
                kept = await asyncio.wait_for(reader.get("/about"), 20)
        return kept.status_code

    assert asyncio.run(ask()) == 200
    assert made == [(number, True) for number in range(6)], "in the order they were asked for, each alone"


def test_who_waits_for_a_turn_keeps_no_connection_from_whose_turn_it_is(
    room: Newsroom, talks: dict[str, int]
) -> None:
    """There are fifteen: with as many readers of talks the site stood still for half a minute."""
    application = create_app(room.settings)
    turn = application.state.site.turn

    async def ask() -> int:
        line = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
            async with turn:
                asked = [asyncio.create_task(reader.get(address)) for address in MADE_IN_TURN]
                while turn.statistics().tasks_waiting < len(asked) and not any(one.done() for one in asked):
                    await asyncio.sleep(0.01)
                held = room.engine.pool.checkedout()
            assert {answer.status_code for answer in await asyncio.gather(*asked)} == {200}
        return held

    assert asyncio.run(ask()) == 0


def test_between_looking_for_a_talk_and_what_is_asked_of_it_no_connection_is_kept(
    room: Newsroom, talks: dict[str, int]
) -> None:
    """Seventy who asked for captions at the same moment waited for each other."""
    site, request = create_app(room.settings).state.site, Request({"type": "http"})
    with reading(room.engine) as session:
        episode = deps.episode_to_show(Visit(request, site, session), "tea")
        assert room.engine.pool.checkedout() == 0
        assert {"slug": episode.slug, "id": episode.id} == {"slug": "tea", "id": talks["tea"]}
        assert not inspect(episode).unloaded, "nothing has to be asked for again"


def test_while_the_index_is_made_anew_other_pages_are_made(
    room: Newsroom, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    application, is_made = create_app(room.settings), threading.Event()

    def make_anew(folder: Path, engine: Engine) -> TurnIndex:
        is_made.wait()
        return open_index(folder, engine)

    monkeypatch.setattr(deps, "open_index", make_anew)

    async def ask() -> tuple[int, bool, int]:
        line = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
            search = asyncio.create_task(reader.get("/search?q=rain"))
            try:
                page = await asyncio.wait_for(reader.get("/e/tea"), 20)
                is_answered = search.done()
            finally:
                is_made.set()
            return page.status_code, is_answered, (await search).status_code

    assert asyncio.run(ask()) == (200, False, 200)


def test_the_first_pages_are_there_before_the_first_reader(room: Newsroom, talks: dict[str, int]) -> None:
    application = create_app(room.settings)
    warm(application)
    made = application.state.meters.registry.get_sample_value("presstalk_pages_total", {"how": "made"})
    pages = len(PAGES) + 1
    assert made == len(application.state.site.pages.languages) * pages, "these and the newest talk"


def test_once_readers_are_let_in_nothing_more_is_asked_for_them(
    room: Newsroom, talks: dict[str, int]
) -> None:
    application, is_late = create_app(room.settings), threading.Event()
    is_late.set()
    asyncio.run(_ask(application, list(PAGES), is_late))
    assert (
        application.state.meters.registry.get_sample_value("presstalk_pages_total", {"how": "made"}) is None
    )


def test_a_site_that_cannot_answer_yet_starts_all_the_same(
    room: Newsroom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = create_app(room.settings)
    monkeypatch.setattr("web.warming.published_cards", lambda *_, **__: 1 / 0)
    with caplog.at_level("INFO", logger="web.warming"):
        warm(application)
    assert "could not be made" in caplog.text
