"""Screenshots of every page in both themes, on a phone and a desk: `python -m tests.web.shots FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests import chromium
from tests.web.live import served
from tests.web.newsrooms import URDU, demo_talk, put
from tests.web.panel import PANEL
from web.app import create_app

PAGES = {
    "home": "/",
    "episode": "/e/tea-cricket-and-rain",
    "episode-at": "/e/tea-cricket-and-rain?t=20#t=20",
    "episode-ur": "/e/urdu",
    "panel": "/e/panel",
    "panel-why": "/e/panel#voice-2",
    "people": "/people",
    "person": "/people/hamid-river",
    "person-named": "/people/zarin-lake",
    "search": "/search?q=tea",
    "search-none": "/search?q=submarine+orchard",
    "about": "/about",
    "not-found": "/e/nothing",
}
PAGES |= {f"ur-{name}": f"/ur{path}" for name, path in PAGES.items()}
# A picture of a whole page needs the parts that a browser leaves undrawn until they are looked at.
SHOW_ALL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".turn { content-visibility: visible !important } .tools { position: static !important }");
  document.adoptedStyleSheets = [sheet];
}"""
SIZES = {"1440": (1440, 900), "768": (768, 1024), "360": (360, 740)}


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        room = open_newsroom(Settings(home=Path(home)))
        with served(create_app(room.settings)) as empty:
            browser = playwright.chromium.launch(
                executable_path=chromium.find(), args=list(chromium.ARGUMENTS)
            )
            take(browser, empty, {"home-empty": "/"}, folder)
        for name in ("how-a-talk-becomes-a-page", "radio-paper-and-phone", "tea-cricket-and-rain"):
            put(room, name, demo_talk(name))
        put(room, "urdu", URDU)
        put(room, "panel", PANEL)
        with served(create_app(room.settings)) as address:
            take(browser, address, PAGES, folder)
        browser.close()


def take(browser, address: str, pages: dict[str, str], folder: Path) -> None:
    for width, (across, down) in SIZES.items():
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": across, "height": down}, color_scheme=theme)
            for name, path in pages.items():
                page.goto(address + path)
                page.evaluate(SHOW_ALL)
                page.screenshot(
                    path=folder / f"{name}-{width}-{theme}.png", full_page=True, animations="disabled"
                )
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/shots"))
