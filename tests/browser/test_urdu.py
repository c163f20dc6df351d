"""The site in Urdu as a browser draws it: right to left, open to everybody, no wider than the screen."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.web.live import served
from tests.web.newsrooms import URDU, demo_talk, newsroom_at, put
from tests.web.panel import PANEL
from web.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[str]:
    home = tmp_path_factory.mktemp("urdu")
    room = newsroom_at(home, f"sqlite:///{shutil.copy(sqlite_template, home / 'catalog.sqlite')}")
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    put(room, "panel", PANEL)
    with served(create_app(room.settings)) as address:
        yield address


def test_times_stand_at_the_right_and_the_reader_can_go_to_english_and_back(page: Page, site: str) -> None:
    page.set_viewport_size({"width": 1440, "height": 900})
    page.goto(f"{site}/ur/e/urdu?t=25.3")
    passage = page.locator(".para.is-passage")
    time, words = passage.locator(".t").bounding_box(), passage.locator("p").bounding_box()
    assert time and words and time["x"] > words["x"] + words["width"] / 2
    page.get_by_role("link", name="English").click()
    assert page.url == f"{site}/e/urdu?t=25.3"
    page.get_by_role("link", name="اردو", exact=True).click()
    assert page.url == f"{site}/ur/e/urdu?t=25.3"
    assert page.evaluate("document.documentElement.dir") == "rtl"
