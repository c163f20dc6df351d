"""A mirror read from disk: no server, no connection, scripts on or off."""

import asyncio
import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from catalog.newsroom import open_newsroom
from catalog.normalize import folded_words
from catalog.settings import Settings
from tests.web.newsrooms import URDU, demo_talk, put
from web.app import create_app
from web.commands import SIGNING_KEY
from web.mirror.copying import copy_site
from web.mirror.manifest import signing_key

LETTERS = (
    "abcXYZßſŞİıÆéñ0129'’-. ",
    "اآأإٱبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکكگںنوؤہھةیىيئے۰۱٣ًُِّٰـ‌‍۔، ",
    "अआकखगचजटडतदनपबमयरलवशषसहािीुूेैोौ्ंँ़०९। ",
    "কখগজটডতদনপবমযরলশষসহািীুূেৈোৌ্ঁংৎড়ঢ়য়০৯ ",
    "ਕਖਗਜਟਡਤਦਨਪਬਮਯਰਲਵਸਹਾਿੀੁੂੇੈੋੌੰਂੱ਼੍੦੯ ",
    "\u200b\u200c\u200d\u00ad\u2060 ﷺﷲﬁ１Ａ",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("home")))
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    made = tmp_path_factory.mktemp("stick") / "سفر mirror"  # as people name folders
    key = signing_key(room.settings.home / SIGNING_KEY)
    with ThreadPoolExecutor(1) as beside:  # the browser's own loop runs here
        beside.submit(
            lambda: asyncio.run(copy_site(create_app(room.settings), made, key, told=lambda *_: None))
        ).result()
    return made


@pytest.fixture
def reader(browser: Browser, folder: Path) -> Iterator[Page]:
    """Has no connection, and notes whatever a page asks for that is not in the mirror."""
    with browser.new_context(offline=True) as context:
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: asked.append(f"error: {error}"))
        page.on("requestfailed", lambda request: asked.append(f"failed: {request.url}"))
        yield page
        assert [url for url in asked if not url.startswith((folder.as_uri(), "data:"))] == []


def test_a_talk_is_found_opened_and_read(reader: Page, folder: Path) -> None:
    reader.goto((folder / "index.html").as_uri())
    reader.get_by_role("searchbox").fill("tea")
    reader.get_by_role("searchbox").press("Enter")
    reader.wait_for_selector("#found .hitline")
    assert reader.locator("#found mark").first.inner_text().lower() == "tea"
    reader.locator("#found .hitline a.t").first.click()
    assert "/e/tea/index.html#t=" in reader.url
    assert reader.locator(".is-passage, :target").count()
    assert reader.evaluate("document.fonts.ready.then(() => document.fonts.check('16px \"SPT Text\"'))")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("گفتگو", True),
        ("گفتگوُ", True),
        ('"cricket tea"', False),
        ("te*", True),
        ("zzzz", False),
        ("constructor", False),
    ],
)
def test_words_in_every_script_are_searched_as_the_site_does(
    reader: Page, folder: Path, asked: str, found: bool
) -> None:
    reader.goto((folder / "search.html").as_uri())
    reader.get_by_role("searchbox").fill(asked)
    reader.get_by_role("searchbox").press("Enter")
    reader.wait_for_selector("#found[data-asked]")
    assert bool(reader.locator("#found .hitline").count()) == found


def test_a_browser_folds_words_as_the_site_does(reader: Page, folder: Path) -> None:
    dice = random.Random(8)
    texts = ["".join(dice.choices(dice.choice(LETTERS), k=dice.randrange(1, 14))) for _ in range(3_000)]
    reader.goto((folder / "search.html").as_uri())
    folded = reader.evaluate("texts => texts.map(mirrorWordsOf)", texts)
    differing = [
        (text, ours, its)
        for text, its in zip(texts, folded, strict=True)
        if (ours := folded_words(text)) != its
    ]
    assert differing == []


def test_without_scripts_words_are_found_by_their_letter(browser: Browser, folder: Path) -> None:
    with browser.new_context(offline=True, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto((folder / "search.html").as_uri())
        page.get_by_role("link", name="index of words", exact=True).click()
        page.get_by_role("navigation", name="Letters").get_by_role("link", name="c", exact=True).click()
        page.locator("dl a").first.click()
        assert "#t=" in page.url and page.locator("h1").count() == 1
