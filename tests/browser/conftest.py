"""The real site on a real port, for the tests that read it in a browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.web.live import served
from tests.web.newsrooms import URDU, an_hour, demo_talk, put
from web.app import create_app


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with three talks: one with its own sound, one in Urdu, one an hour long."""
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("home")))
    chapters = ((0, "Good evening"), (34_000, "What the rain did"))
    put(room, "tea", demo_talk(chapters=chapters))
    put(room, "urdu", URDU)
    put(room, "hour", an_hour())
    with served(create_app(room.settings)) as address:
        yield address


@pytest.fixture
def without_scripts(browser: Browser, site: str) -> Iterator[BrowserContext]:
    """A reader who has switched scripts off."""
    with browser.new_context(java_script_enabled=False, base_url=site, locale="en-GB") as context:
        yield context
