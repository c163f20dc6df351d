"""Screenshots of every page in both themes and directions, on a phone, a tablet and a desk: `python -m tests.web.shots
FOLDER`. A small sheet of some is kept in docs/."""

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests import chromium
from tests.web.every_page import whole_site
from tests.web.live import served
from web.app import create_app

# A picture of a whole page needs the parts that a browser leaves undrawn until they are looked at.
SHOW_ALL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".turn { content-visibility: visible !important } .tools { position: static !important }");
  document.adoptedStyleSheets = [sheet];
}"""
ON_SHEET = (
    "home-1440-light",
    "episode-360-light",
    "ur-episode-ur-360-dark",
    "episode-both-768-light",
    "person-named-360-dark",
)
SHEET_HEIGHT, GAP, WIDE = 900, 12, 700
PATIENCE_MS = 180_000  # the machine may be busy with other things
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
        with whole_site(Path(home) / "whole") as (address, pages):
            take(browser, address, pages, folder)
        browser.close()
    lay_out(folder, folder / "pages.webp")


def lay_out(folder: Path, sheet: Path) -> None:
    """The heads of some pages side by side, small enough to be kept."""
    small = []
    for name in ON_SHEET:
        shot = Image.open(folder / f"{name}.png").convert("RGB")
        height = min(shot.height, round(shot.width * (1.2 if shot.width > WIDE else 2.6)))
        size = (round(shot.width * SHEET_HEIGHT / height), SHEET_HEIGHT)
        cut = shot.crop((0, 0, shot.width, height))
        small.append(cut.resize(size, Image.Resampling.LANCZOS))
    page = Image.new(
        "RGB", (sum(one.width for one in small) + GAP * (len(small) - 1), SHEET_HEIGHT), "#878c8e"
    )
    across = 0
    for one in small:
        page.paste(one, (across, 0))
        across += one.width + GAP
    page.save(sheet, quality=70, method=6)


def take(browser, address: str, pages: dict[str, str], folder: Path) -> None:
    for width, (across, down) in SIZES.items():
        for theme in ("light", "dark"):
            page = browser.new_page(viewport={"width": across, "height": down}, color_scheme=theme)
            page.set_default_timeout(PATIENCE_MS)
            for name, path in pages.items():
                page.goto(address + path)
                page.evaluate(SHOW_ALL)
                page.screenshot(
                    path=folder / f"{name}-{width}-{theme}.png", full_page=True, animations="disabled"
                )
            page.close()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "tests/shots"))
