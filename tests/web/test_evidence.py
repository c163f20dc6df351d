"""What speaks for a name, opened and followed in a real browser, and two things that must not move or wrap."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests.checkers import accessibility_violations
from tests.web.live import served
from tests.web.newsrooms import URDU, put
from tests.web.panel import PANEL
from web.app import create_app

PATHS = (
    "/e/panel",
    "/e/panel#voice-2",
    "/e/panel?t=52#t=52",
    "/e/urdu#voice-2",
    "/people/zarin-lake",
    "/people/bilal-stone",
)
# For the first fact of each line: is the margin in which its dot stands cut away?
LINES = """() => [...document.querySelectorAll(".dots")].flatMap((line) => {
  const { left } = line.getBoundingClientRect();
  const cut = left + parseFloat(getComputedStyle(line).fontSize) * 0.85;
  const first = [...line.children].filter((fact) => fact.getBoundingClientRect().left < cut);
  return first.map((fact) => left + parseFloat(getComputedStyle(fact, "::before").inlineSize) * 0.65 <= cut);
})"""
TEXT_LEFT = """(text) => {
  const walker = document.createTreeWalker(document.querySelector("#transcript"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (walker.currentNode.textContent.includes(text)) {
    const range = document.createRange(); range.selectNodeContents(walker.currentNode);
    return range.getClientRects()[0].left;
  }
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a site with a talk of five voices, each printed in another way, and one in Urdu."""
    room = open_newsroom(Settings(home=tmp_path_factory.mktemp("home")))
    put(room, "panel", PANEL)
    put(room, "urdu", URDU)
    with served(create_app(room.settings)) as address:
        yield address


@pytest.mark.parametrize("scripts", [False, True])
def test_a_name_opens_its_evidence_and_the_evidence_its_moment(
    browser: Browser, site: str, scripts: bool
) -> None:
    with browser.new_context(java_script_enabled=scripts, base_url=site) as context:
        page = context.new_page()
        page.goto("/e/panel")
        reason = page.locator("#voice-2 .reasons").get_by_text("Introduced by the moderator")
        expect(reason).to_be_hidden()
        page.locator(".who h3", has_text="Zarin Lake").last.get_by_role("link").click()
        expect(reason).to_be_visible()
        expect(page.locator("#voice-2")).to_be_in_viewport()
        page.locator("#voice-2 .reasons .t", has_text="0:30").click()
        assert page.url.endswith("#t=30")
        expect(page.locator(".para", has_text="a name is a promise")).to_be_in_viewport()


def test_the_evidence_opens_where_it_stands_without_scripts(browser: Browser, site: str) -> None:
    with browser.new_context(java_script_enabled=False, base_url=site) as context:
        page = context.new_page()
        page.goto("/e/panel")
        page.locator("#voice-3 summary").click()
        expect(page.locator("#voice-3").get_by_text("Named by elimination")).to_be_visible()
        expect(page.locator("#voice-2 .whole")).to_be_hidden()
        page.locator("#voice-3 summary").click()
        expect(page.locator("#voice-3").get_by_text("Named by elimination")).to_be_hidden()


def test_the_evidence_is_printed_on_paper(page: Page, site: str) -> None:
    page.goto(f"{site}/e/panel")
    page.emulate_media(media="print")
    assert page.locator(".whole:visible").count() == page.locator(".whole").count() == 3


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_axe_finds_nothing_against_names_and_their_evidence(
    page: Page, site: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    found = {}
    for path in PATHS:
        page.goto("about:blank")
        page.goto(site + path)
        found[path] = accessibility_violations(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("width", [320, 360, 768, 1440])
def test_no_page_with_evidence_is_wider_than_the_screen(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in PATHS:
        page.goto("about:blank")
        page.goto(site + path)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, width)


@pytest.mark.parametrize("width", [360, 1440])
@pytest.mark.parametrize(
    ("said", "moment"), [("And I am somebody", "50"), ("And I am somebody", "52"), ("The rain it is.", "64")]
)
def test_a_passage_stays_where_it_is_when_it_is_marked(
    page: Page, site: str, width: int, said: str, moment: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{site}/e/panel")
    left = page.evaluate(TEXT_LEFT, said)
    page.goto(f"{site}/e/panel?t={moment}#t={moment}")
    expect(page.locator(".is-passage", has_text=said)).to_be_visible()
    assert page.evaluate(TEXT_LEFT, said) == pytest.approx(left, abs=0.01)


@pytest.mark.parametrize("width", [320, 360, 414, 768])
def test_no_line_of_facts_begins_with_a_dot(page: Page, site: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("/", "/e/panel", "/people/zarin-lake"):
        page.goto(site + path)
        lines = page.evaluate(LINES)
        assert lines and all(lines), path
