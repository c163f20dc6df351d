"""Pages are made one after the other, and the first of each kind before there is a reader."""

import asyncio
import threading
import time
from typing import Any

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from starlette.responses import PlainTextResponse, Response
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from web.app import create_app
from web.deps import Reader, Site
from web.making import pages_of
from web.warming import PAGES, warm

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
    router, at_once, most = APIRouter(), threading.Semaphore(1), []

    @pages_of(router)("/slow/{number}")
    def slow(visit: Reader, number: int) -> Response:
        most.append(at_once.acquire(blocking=False))
        time.sleep(0.02)
        at_once.release()
        return PlainTextResponse(str(number))

    application: FastAPI = create_app(room.settings)
    application.router.routes[:0] = router.routes

    async def ask() -> list[str]:
        line = httpx.ASGITransport(application)
        async with httpx.AsyncClient(transport=line, base_url="http://localhost") as reader:
            answers = await asyncio.gather(*(reader.get(f"/slow/{number}") for number in range(6)))
        return [answer.text for answer in answers]

    assert asyncio.run(ask()) == [str(number) for number in range(6)]
    assert most == [True] * 6


def test_the_first_pages_are_there_before_the_first_reader(room: Newsroom, talks: dict[str, int]) -> None:
    application = create_app(room.settings)
    warm(application)
    made = application.state.meters.registry.get_sample_value("presstalk_pages_total", {"how": "made"})
    assert made == len(PAGES) + 1, "these and the newest talk"


def test_a_site_that_cannot_answer_yet_starts_all_the_same(
    room: Newsroom, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = create_app(room.settings)
    monkeypatch.setattr("web.warming.published_cards", lambda *_, **__: 1 / 0)
    with caplog.at_level("INFO", logger="web.warming"):
        warm(application)
    assert "could not be made" in caplog.text
