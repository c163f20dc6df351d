"""What holds on every public page, in both languages and both themes: open to everybody, as wide as the screen, strict
HTML, no third party, nothing kept on the device, nothing but text before a press."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.checkers import accessibility_violations, html_errors
from tests.web.every_page import FRAMES, PAGES, whole_site
from tests.web.live import served
from tests.web.newsrooms import Line, Talk, Voice, put
from web.app import ROUTERS, create_app

# Answers that are no pages of the site: files, programs' doors, frames, one-time links of guests and of who asks us.
NO_PAGE = re.compile(
    r".*\.[a-z{}]+|/(healthz|readyz|metrics|oembed)|/(media|static|embed)/.*|/data/{day}/.*|/check/.*|/about-you/.*|/q/.*\..*"
)
THEMES = ("light", "dark")
STORED = """async () => ({
  cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
  caches: (await caches.keys()).length, workers: (await navigator.serviceWorker.getRegistrations()).length,
  databases: (await indexedDB.databases()).length,
})"""
NOTHING = {"cookies": "", "local": 0, "session": 0, "caches": 0, "workers": 0, "databases": 0}
TABS = 8  # until nothing more is asked for takes half a second a page: several wait at once
Site = tuple[str, dict[str, str]]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with whole_site(tmp_path_factory.mktemp("whole")) as found:
        yield found


def go(page: Page, site: Site, name: str) -> None:
    page.goto("about:blank")  # from a moment to a moment of one page it would not be loaded anew
    page.goto(site[0] + site[1][name])


def test_every_route_that_answers_with_a_page_is_looked_at() -> None:
    paths = [path.partition("?")[0].partition("#")[0] for path in (*PAGES.values(), *FRAMES.values())]
    routes = [
        route for router in ROUTERS for route in router.routes if "GET" in getattr(route, "methods", ())
    ]
    missed = [
        route.path
        for route in routes
        if not NO_PAGE.fullmatch(route.path)
        and not any(re.fullmatch(re.sub(r"{\w+}", "[^/]+", route.path), path) for path in paths)
    ]
    assert missed == []


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("way", ["ltr", "rtl"])
def test_nothing_is_held_against_a_page(page: Page, site: Site, name: str, way: str) -> None:
    """axe with its rule of enhanced contrast, in both themes; no wider than the narrowest screen there is."""
    page.set_viewport_size({"width": 320, "height": 700})
    found = {}
    for theme in THEMES:
        page.emulate_media(color_scheme=theme)
        go(page, site, name if way == "ltr" else f"ur-{name}")
        assert page.evaluate("document.documentElement.dir") == way
        found[theme] = accessibility_violations(page, "color-contrast-enhanced")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert not any(found.values()), found


def test_a_reader_of_any_page_keeps_nothing_loads_no_media_and_asks_nobody_else(
    browser: Browser, site: Site
) -> None:
    asked: list[str] = []
    kinds: set[str] = set()
    with browser.new_context(base_url=site[0]) as context:
        context.on("request", lambda request: (asked.append(request.url), kinds.add(request.resource_type)))
        paths = [*site[1].values(), *(path for path in FRAMES.values() if "{" not in path)]
        tabs = [context.new_page() for _ in range(TABS)]
        for first in range(0, len(paths), TABS):
            opened = list(zip(tabs, paths[first : first + TABS], strict=False))  # the last are fewer
            for page, path in opened:
                page.goto(path, wait_until="commit")
            for page, path in opened:
                page.wait_for_load_state("networkidle")
                assert page.evaluate(STORED) == NOTHING, path
        assert context.cookies() == []
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site[0]).netloc}
    assert kinds.isdisjoint({"image", "media"}), kinds
    assert [url for url in asked if "/media/" in url or url.endswith((".vtt", "words.json"))] == []


def test_the_html_checker_finds_no_error_in_any_page(site: Site, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    with httpx.Client(base_url=site[0]) as client:
        for name, path in site[1].items():
            (folder / f"{name}.html").write_bytes(client.get(path.partition("#")[0]).content)
    assert html_errors(folder) == []


# ---- however a page is looked at ----------------------------------------------------------------------

WIDE = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
SOME = (
    "home",
    "episode",
    "episode-both",
    "panel",
    "long",
    "person-named",
    "search",
    "timeline",
    "quote",
    "reading",
)


@pytest.mark.parametrize("width", [768, 1440])
def test_no_page_scrolls_sideways(page: Page, site: Site, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for name in site[1]:
        go(page, site, name)
        assert (name, page.evaluate(WIDE)) == (name, 0)


@pytest.mark.parametrize("how", ["text at 200 %", "zoom at 400 %", "largest", "no fonts", "forced colours"])
def test_pages_hold_however_they_are_looked_at(browser: Browser, site: Site, how: str) -> None:
    """Zooming to 400 % of 1280 pixels is a screen of 320; larger text is a larger root."""
    size = {"width": 320 if "zoom" in how else 640, "height": 640}
    colours = "active" if how == "forced colours" else None
    with browser.new_context(base_url=site[0], viewport=size, forced_colors=colours) as context:
        page = context.new_page()
        if how == "no fonts":
            page.route("**/*.woff2", lambda route: route.abort())
        for name in SOME:
            go(page, site, name)
            if how == "text at 200 %":
                page.evaluate("document.documentElement.style.fontSize = '200%'")
            if how == "largest":
                page.evaluate("document.documentElement.classList.add('size-largest', 'lines-widest')")
            assert (name, page.evaluate(WIDE)) == (name, 0)
            assert page.locator("h1").first.bounding_box()


def test_with_images_off_the_name_stands_where_the_logo_would(browser: Browser, tmp_path: Path) -> None:
    logo = tmp_path / "logo.svg"
    logo.write_text('<svg xmlns="http://www.w3.org/2000/svg" width="300" height="60"/>')
    room = open_newsroom(Settings(home=tmp_path / "home", logo=logo, site_title="The Round Table"))
    with served(create_app(room.settings)) as address, browser.new_context(base_url=address) as context:
        context.route(
            "**/*",
            lambda route: route.abort() if route.request.resource_type == "image" else route.continue_(),
        )
        page = context.new_page()
        page.goto("/about")
        name = page.get_by_role("link", name="The Round Table").first
        box = name.bounding_box()
        assert box and box["width"] > 100 and box["height"] > 20
        assert page.evaluate("document.querySelector('.logo').complete") is True


def test_print_is_black_on_white_whatever_the_theme(page: Page, site: Site) -> None:
    page.emulate_media(color_scheme="dark", media="print")
    go(page, site, "episode")
    colours = page.evaluate(
        "[...'color backgroundColor'.split(' ')].map((one) => getComputedStyle(document.documentElement)[one])"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    expect(page.locator(".nav")).to_be_hidden()
    expect(page.locator("#transcript .para").last).to_be_visible()


def test_nothing_moves_where_less_motion_is_wanted(page: Page, site: Site) -> None:
    page.emulate_media(reduced_motion="reduce")
    go(page, site, "episode")
    moving = """[...document.querySelectorAll("*:not(source, track)")].filter((one) => {
      const style = getComputedStyle(one);
      const still = style.animationName === "none" && style.scrollBehavior !== "smooth";
      return !still || parseFloat(style.transitionDuration) > 0;
    }).length"""
    assert page.evaluate(moving) == 0


def test_an_urdu_title_in_an_english_list_keeps_its_own_direction(page: Page, site: Site) -> None:
    go(page, site, "episodes")
    title = page.locator(".list h3", has_text="نقل کرنے والا").locator("[lang=ur]")
    expect(title).to_have_attribute("dir", "rtl")
    assert page.evaluate("getComputedStyle(document.querySelector('.list h3 [lang=ur]')).direction") == "rtl"


# ---- by keyboard alone --------------------------------------------------------------------------------


def test_a_talk_is_found_read_heard_and_cited_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(site[0])
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    _tab_to(page, "input[type=search]")
    page.keyboard.type("nine days")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    _tab_to(page, ".hitline .t")
    page.keyboard.press("Enter")
    page.wait_for_url("**/e/tea?t=*")
    passage = page.locator(".para.is-passage")
    expect(passage).to_contain_text("nine days")
    _tab_to(page, ".is-passage > .t")
    page.wait_for_selector(".w")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.className") == "w"
    page.keyboard.press("Escape")
    _tab_to(page, ".is-passage button[form=cite]")
    assert not page.evaluate("document.activeElement.getBoundingClientRect().top < 0")
    page.keyboard.press("Enter")
    page.wait_for_url("**/q/*")
    expect(page.locator("blockquote")).to_contain_text("nine days")


def _tab_to(page: Page, selector: str) -> None:
    for _ in range(150):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    pytest.fail(f"the keyboard does not reach {selector}")


# What is outside a turn that may be left undrawn is cut off.
RING_IN_TURN = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  const ring = parseFloat(style.outlineWidth) + parseFloat(style.outlineOffset);
  const turn = one.closest(".turn").getBoundingClientRect();
  return ring > 0 && box.left - ring >= turn.left && box.right + ring <= turn.right && box.top - ring >= turn.top;
}"""


def test_the_bar_that_stays_in_sight_never_covers_what_has_the_focus(page: Page, site: Site) -> None:
    page.set_viewport_size({"width": 1440, "height": 700})
    go(page, site, "episode")
    for link in page.locator("#transcript .para > .t").all():
        link.focus()
        assert page.evaluate(RING_IN_TURN), "the ring is cut off where the turn is"
        covered = """() => {
          const [bar, box] = [".tools", ":focus"].map((one) => document.querySelector(one).getBoundingClientRect());
          return box.top < bar.bottom && box.bottom > bar.top && box.right > bar.left && box.left < bar.right;
        }"""
        assert page.evaluate(covered) is False


# ---- a talk of 1,500 turns ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def endless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a talk of 1,500 turns, each of which says its number."""
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("endless")))
    lines = [
        Line("AB"[at % 2], f"This is turn {at:04} of them.", at * 5_000, at * 5_000 + 4_000)
        for at in range(1_500)
    ]
    put(room, "endless", Talk("Endless", lines, {"A": Voice("Asma Green"), "B": Voice("Hamid River")}))
    with served(create_app(room.settings)) as address:
        yield f"{address}/e/endless"


def test_a_link_reaches_a_turn_that_was_never_drawn(page: Page, endless: str) -> None:
    page.goto(f"{endless}#t=6000")
    expect(page.locator(".is-passage")).to_contain_text("turn 1200")
    expect(page.locator(".is-passage")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("how", ["the browser", "the page"])
def test_words_are_found_in_a_turn_that_was_never_drawn(page: Page, endless: str, how: str) -> None:
    page.goto(endless)
    if how == "the browser":
        assert page.evaluate("window.find('turn 1337')") is True
    else:
        page.get_by_label("Find in this transcript").fill("turn 1337")
        page.keyboard.press("Enter")
    expect(page.locator(".para", has_text="turn 1337")).to_be_in_viewport()
