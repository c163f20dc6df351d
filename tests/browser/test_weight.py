"""How heavy pages are on a slow line: an hour of talk, its scripts, the whole first load in each script."""

import gzip
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.web.live import served
from tests.web.newsrooms import URDU, Line, Talk, an_hour, demo_talk, put
from web.app import create_app

KB = 1000
PAGES = ("/", "/episodes", "/e/hour", "/e/tea", "/people/hamid-river", "/search?q=tea", "/about")


def an_hour_in_urdu() -> Talk:
    """Nine thousand words by two voices."""
    text = "لفظ وہی لکھو جو کہا گیا، وہ نہیں جو کہنا چاہیے تھا۔ پھر ترجمہ الگ سطر میں دو۔ " * 2
    lines = [Line(str(at % 2 + 1), text, at * 14_400, at * 14_400 + 14_000, "ur") for at in range(250)]
    return Talk(**{**vars(URDU), "lines": lines, "title": "ایک گھنٹے کی گفتگو"})


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("weight")))
    put(room, "tea", demo_talk())
    put(room, "hour", an_hour())
    put(room, "urdu", an_hour_in_urdu())
    with served(create_app(room.settings)) as address:
        yield address


def first_load(browser: Browser, address: str) -> dict[str, int]:
    """What a browser that was never here takes over the line before a press, by address, in bytes of bodies."""
    taken: dict[str, int] = {}
    with browser.new_context(viewport={"width": 360, "height": 740}) as context:
        page = context.new_page()
        page.on("requestfinished", lambda one: taken.update({one.url: one.sizes()["responseBodySize"]}))
        page.goto(address, wait_until="networkidle")
        page.evaluate("document.fonts.ready.then(() => true)")
    return taken


@pytest.mark.parametrize("path", ["/e/hour", "/ur/e/hour", "/e/urdu", "/ur/e/urdu"])
def test_an_hour_of_talk_is_a_light_page(site: str, path: str) -> None:
    page = httpx.get(site + path).content  # httpx takes it compressed and unpacks it
    assert len(gzip.compress(page, 6)) <= 45 * KB


@pytest.mark.parametrize("path", PAGES)
def test_a_first_load_in_latin_letters_is_light(browser: Browser, site: str, path: str) -> None:
    taken = first_load(browser, site + path)
    assert sum(taken.values()) <= 150 * KB, taken
    assert not [url for url in taken if "/media/" in url or url.endswith((".vtt", "words.json"))]


@pytest.mark.parametrize("path", [*(f"/ur{path}" for path in PAGES), "/e/urdu", "/ur/e/urdu"])
def test_a_first_load_with_urdu_is_light(browser: Browser, site: str, path: str) -> None:
    taken = first_load(browser, site + path)
    assert sum(taken.values()) <= 190 * KB, taken


def test_scripts_before_a_press_are_small(browser: Browser, site: str) -> None:
    taken = first_load(browser, f"{site}/e/hour")
    assert sum(size for url, size in taken.items() if ".js" in url) <= 20 * KB
