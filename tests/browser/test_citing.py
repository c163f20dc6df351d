"""Citing in a browser: with scripts off by a button, with scripts on by selecting words."""

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import BrowserContext, Page

from tests.web.live import served

SELECT = """() => {
  const [first, second] = [...document.querySelectorAll(".para p")].slice(2, 4);
  const text = (line) => [...line.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
  getSelection().setBaseAndExtent(text(first), 12, text(second), 9);
}"""

LENGTH = "async (player) => { player.muted = true; await player.play(); return player.duration; }"
PLAY = """async () => {
  const player = document.querySelector("audio");
  const over = new Promise((done) => player.addEventListener("pause", done));
  player.muted = true;
  await player.play();
  await over;
  return player.currentTime * 1000;
}"""


def test_without_scripts_a_button_leads_to_the_card_of_its_paragraph(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/e/tea")
    words = page.locator(".para p").nth(2).inner_text()
    page.locator('button[form="cite"]').nth(2).click()
    page.wait_for_url("**/q/*")
    assert page.locator("blockquote").inner_text() == words
    page.get_by_text("Read in context").click()
    page.wait_for_url("**/e/tea?t=*")


def test_selected_words_get_a_link_of_their_own(page: Page, site: str) -> None:
    page.goto(f"{site}/e/tea")
    offer = page.get_by_role("button", name="Cite these words")
    assert not offer.is_visible()
    page.evaluate(SELECT)
    offer.click()
    page.wait_for_url("**/q/*")
    assert (
        page.locator("blockquote").inner_text()
        == "are made by a computer, and all names are invented. Our topic"
    )


def test_selected_words_are_copied_with_who_said_them_and_where(
    context: BrowserContext, page: Page, site: str
) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{site}/e/tea")
    page.evaluate(SELECT)
    page.get_by_role("button", name="Copy with who said it").click()
    page.get_by_text("Copied", exact=True).wait_for()
    words, about, link = page.evaluate("navigator.clipboard.readText()").split("\n")
    assert words == "“are made by a computer, and all names are invented. Our topic” (Asma Green)"
    assert (
        about
        == "Demo talk: tea, cricket and rain (synthetic voices), 21 November 2026, South Asia Press Talk"
    )
    address, _, span = link.partition("#t=")
    begin, end = map(float, span.split(","))
    assert address == f"{site}/e/tea" and 0 < begin < end < 20
    page.get_by_role("button", name="Copy link").click()
    page.goto("about:blank")
    page.goto(link)
    assert page.evaluate("document.querySelector('#player').currentTime") == begin


def test_the_card_plays_from_the_first_word_to_the_last(page: Page, site: str) -> None:
    page.goto(f"{site}/e/tea")
    page.locator('button[form="cite"]').nth(2).click()
    page.wait_for_url("**/q/*")
    begin, end = page.evaluate(
        "fetch(location + '.json').then(a => a.json()).then(q => [q.start_ms, q.end_ms])"
    )
    stopped = page.evaluate(PLAY)
    assert begin < stopped < end + 1000


def test_our_form_says_where_it_comes_from_to_servers_that_ask_old_browsers(page: Page, site: str) -> None:
    page.goto(f"{site}/e/tea")
    with page.expect_request(lambda sent: sent.method == "POST") as asked:
        page.locator('button[form="cite"]').nth(2).click()
    assert asked.value.all_headers()["origin"] == site


@pytest.mark.parametrize("sandbox", ["", " sandbox"])
def test_another_site_shows_the_card_in_a_frame_and_it_plays_the_passage(
    page: Page, site: str, sandbox: str
) -> None:
    page.goto(f"{site}/e/tea")
    page.locator('button[form="cite"]').nth(2).click()
    page.wait_for_url("**/q/*")
    words = page.locator("blockquote").inner_text()
    told = page.evaluate("fetch(location + '.json').then(a => a.json())")
    code = page.locator("#code").input_value().replace("<iframe", f"<iframe{sandbox}")
    with served(foreign(f"<!doctype html>{code}")) as address:
        page.goto(address)
        card = page.frame_locator("iframe")
        assert card.locator("blockquote").inner_text() == words
        assert card.locator("body").evaluate("body => getComputedStyle(body).display") == "flex"
        if not sandbox:
            length_s = card.locator("audio").evaluate(LENGTH)
            assert abs(length_s * 1000 - (told["end_ms"] - told["start_ms"])) <= 50


def foreign(text: str) -> FastAPI:
    """Another site, of one page."""
    app = FastAPI()
    app.get("/")(lambda: HTMLResponse(text))
    return app
