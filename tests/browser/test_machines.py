"""The data block of a page under our own policy in Chromium: there to be read, never run."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.checkers import accessibility_violations
from tests.web.live import served
from tests.web.newsrooms import demo_talk, put
from tests.web.test_corrections import rewrite
from web.app import create_app

TITLE = "</script><script>window.caught = 1</script><!--<script> & \"'"
READ = """() => [...document.querySelectorAll('script[type="application/ld+json"]')]
  .map((block) => JSON.parse(block.textContent))"""


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[str]:
    room = open_newsroom(Settings(home=tmp_path))
    put(room, "odd", demo_talk(title=TITLE, summary=TITLE, chapters=((0, TITLE),)))
    with served(create_app(room.settings)) as address:
        yield address


def test_data_is_read_and_a_title_is_not_run(page: Page, hostile: str) -> None:
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    for path in ("/", "/e/odd", "/people/hamid-river"):
        page.goto(hostile + path)
        [block] = page.evaluate(READ)
        assert block["@context"] == "https://schema.org"
        assert page.evaluate("() => window.caught") is None
        if path == "/e/odd":
            assert block["name"] == TITLE
            assert block["associatedMedia"][0]["hasPart"][0]["name"] == TITLE
    assert complaints == [], "the policy of the site forbade something"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_log_of_corrections_is_open_to_everybody(
    page: Page, tmp_path: Path, scheme: Literal["light", "dark"]
) -> None:
    room = open_newsroom(Settings(home=tmp_path))
    put(room, "tea", demo_talk())
    rewrite(room, "tea", 3, "These words were heard otherwise at first.")
    page.emulate_media(color_scheme=scheme)
    with served(create_app(room.settings)) as address:
        page.goto(f"{address}/corrections")
        assert page.locator("ins").count() >= 1
        assert accessibility_violations(page) == []


def test_a_talk_in_a_frame_is_open_to_everybody(page: Page, hostile: str) -> None:
    page.goto(f"{hostile}/embed/e/odd")
    assert accessibility_violations(page) == []
    assert page.evaluate("() => window.caught") is None


def test_a_card_is_a_picture_a_browser_shows(page: Page, hostile: str) -> None:
    page.goto(f"{hostile}/e/odd")
    shown = page.evaluate(
        """async () => {
          const picture = new Image();
          picture.src = document.querySelector('meta[property="og:image"]').content;
          await picture.decode();
          return [picture.naturalWidth, picture.naturalHeight];
        }"""
    )
    assert shown == [1200, 630]
