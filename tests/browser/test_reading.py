"""Reading and listening in a real browser, with scripts and without."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.checkers import accessibility_violations

TIME = "document.querySelector('#player').currentTime"
PAUSED = "document.querySelector('#player').paused"
PLACES = "[...document.querySelectorAll('.para')].map((p) => [p.offsetTop, p.offsetHeight])"
# What a browser leaves undrawn until it is looked at has no exact place.
DRAW_ALL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".turn { content-visibility: visible !important }");
  document.adoptedStyleSheets = [sheet];
}"""


def open_talk(page: Page, site: str, fragment: str = "") -> None:
    page.goto(f"{site}/e/tea{fragment}")


def wait_until(page: Page, condition: str) -> None:
    """Like wait_for_function, which polls with an `eval` that the policy of our pages forbids."""
    for _ in range(150):
        if page.evaluate(f"Boolean({condition})"):
            return
        page.wait_for_timeout(100)
    pytest.fail(f"this never became true: {condition}")


def media_asked_for(witness) -> list[str]:
    return [url for url in witness.requests if "/media/" in url or url.endswith("words.json")]


# ---- without scripts ----------------------------------------------------------------------------


def test_without_scripts_a_time_leads_to_its_paragraph(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/e/tea")
    link = page.locator(".para .t", has_text="0:52").first
    link.click()
    assert page.url.endswith(link.get_attribute("href") or "?")
    expect(page.locator(".para:target")).to_contain_text("I learned to make tea")
    expect(page.locator(".para:target")).to_be_in_viewport()


def test_without_scripts_a_found_moment_is_reached_and_marked(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/")
    page.get_by_label("Search everything said").fill("nine days")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("mark").first).to_be_visible()
    page.locator(".hitline .t").first.click()
    expect(page.locator(".is-passage")).to_contain_text("nine days")
    expect(page.locator(".is-passage")).to_be_in_viewport()


def test_without_scripts_the_theme_can_be_chosen(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/e/tea?t=3")
    page.get_by_role("button", name="Dark").click()
    assert urlsplit(page.url).path == "/e/tea"
    expect(page.locator("html")).to_have_class("theme-dark")


def test_without_scripts_a_chapter_far_down_an_hour_of_talk_is_reached(
    without_scripts: BrowserContext,
) -> None:
    page = without_scripts.new_page()
    page.goto("/e/hour")
    page.locator(".toc .t").last.click()
    expect(page.locator(":target .t")).to_have_text("48:00")
    expect(page.locator(":target")).to_be_in_viewport(ratio=1)


# ---- with scripts -------------------------------------------------------------------------------


def test_nothing_is_loaded_before_a_press(page: Page, site: str, witness) -> None:
    open_talk(page, site, "#t=20")
    page.wait_for_load_state("networkidle")
    assert media_asked_for(witness) == []


def test_a_linked_moment_is_where_the_player_stands(page: Page, site: str) -> None:
    open_talk(page, site, "#t=35.5")
    expect(page.locator(".is-passage")).to_contain_text("It came early")
    expect(page.locator(".is-passage")).to_be_in_viewport()
    assert page.evaluate(TIME) == pytest.approx(35.5)
    assert page.evaluate(PAUSED) is True
    page.evaluate("document.querySelector('#player').play()")
    wait_until(page, f"{TIME} > 35.6")
    assert page.evaluate(TIME) < 45


@pytest.mark.parametrize("size", [(360, 740), (1440, 900)])
def test_a_moment_far_down_an_hour_of_talk_is_reached(page: Page, site: str, size: tuple[int, int]) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site}/e/hour#t=3000.5")
    expect(page.locator(".is-passage .t")).to_have_text("49:55")
    expect(page.locator(".is-passage")).to_be_in_viewport(ratio=1)
    for chapter, time in ((2, "19:12"), (5, "48:00"), (0, "0:00")):
        page.locator(".toc .t").nth(chapter).click()
        expect(page.locator(".is-passage .t")).to_have_text(time)
        expect(page.locator(".is-passage")).to_be_in_viewport(ratio=1)


def test_a_range_stops_at_its_end(page: Page, site: str) -> None:
    open_talk(page, site, "#t=35,35.6")
    page.evaluate("document.querySelector('#player').play()")
    wait_until(page, f"{TIME} > 35.5 && {PAUSED}")


@pytest.mark.parametrize(
    ("fragment", "second"), [("#t=npt:12", 12), ("#t=1:05", 65), ("#t=0:01:05.5", 65.5), ("#x=1&t=7", 7)]
)
def test_every_way_to_write_a_moment_is_understood(
    page: Page, site: str, fragment: str, second: float
) -> None:
    open_talk(page, site, fragment)
    wait_until(page, f"{TIME} == {second}")


@pytest.mark.parametrize("fragment", ["#t=", "#t=soon", "#main", "#t=5;alert(1)", "#t=%"])
def test_a_fragment_that_is_no_moment_is_left_alone(page: Page, site: str, fragment: str) -> None:
    open_talk(page, site, fragment)
    assert page.evaluate(TIME) == 0
    expect(page.locator(".is-passage")).to_have_count(0)


def test_words_become_links_on_the_first_press_and_a_press_plays_from_there(page: Page, site: str) -> None:
    open_talk(page, site)
    expect(page.locator(".w")).to_have_count(0)
    page.locator(".para p", has_text="half of the cotton is lost").click()
    wait_until(page, f"!{PAUSED}")
    page.evaluate("document.querySelector('#player').pause()")
    page.locator(".w", has_text="ginger").click()
    wait_until(page, f"!{PAUSED} && {TIME} >= 53")
    assert page.evaluate("location.hash").startswith("#t=5")
    wait_until(page, "document.querySelector('.w.on')")


def test_the_text_stays_what_it_was_when_its_words_become_links(page: Page, site: str) -> None:
    open_talk(page, site)
    said = page.locator(".para p").all_text_contents()
    page.evaluate(DRAW_ALL)
    places = page.evaluate(PLACES)
    page.locator(".para .t").first.focus()
    page.wait_for_selector(".w")
    assert page.locator(".para p").all_text_contents() == said
    assert page.evaluate(PLACES) == places


def test_words_can_be_walked_with_the_keyboard(page: Page, site: str) -> None:
    open_talk(page, site)
    page.locator(".para .t").first.focus()
    page.wait_for_selector(".w")
    for key in ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.textContent") == "evening"
    page.keyboard.press("Enter")
    wait_until(page, f"!{PAUSED} && {TIME} >= 0.7")
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.className") == "t"


def test_in_urdu_the_arrow_to_the_left_goes_on(page: Page, site: str) -> None:
    page.goto(f"{site}/e/urdu")
    page.locator(".para .t").first.focus()
    page.wait_for_selector(".w")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("document.activeElement.textContent") == "علیکم،"


def test_a_time_in_the_page_plays_from_there(page: Page, site: str) -> None:
    open_talk(page, site)
    page.locator(".toc .t").last.click()
    wait_until(page, f"!{PAUSED} && {TIME} >= 34")
    assert page.evaluate("location.hash") == "#t=34"


def test_going_back_goes_to_the_moment_before(page: Page, site: str) -> None:
    open_talk(page, site, "#t=12")
    page.evaluate("location.hash = '#t=50'")
    wait_until(page, f"{TIME} == 50")
    page.go_back()
    wait_until(page, f"{TIME} == 12")


def test_selecting_words_does_not_play_them(page: Page, site: str) -> None:
    open_talk(page, site)
    paragraph = page.locator(".para p", has_text="nine days")
    paragraph.scroll_into_view_if_needed()
    page.evaluate(
        "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
    )  # now it is drawn
    box = paragraph.bounding_box()
    assert box
    page.mouse.move(box["x"] + 5, box["y"] + 15)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 15, steps=5)
    page.mouse.up()
    assert len(page.evaluate("getSelection().toString()")) > 5
    assert page.evaluate(PAUSED) and page.evaluate("location.hash") == ""


# ---- for everybody ------------------------------------------------------------------------------


def test_axe_finds_nothing_when_words_are_links(page: Page, site: str) -> None:
    open_talk(page, site, "#t=20")
    page.locator(".para .t").first.focus()
    page.wait_for_selector(".w")
    assert accessibility_violations(page) == []
