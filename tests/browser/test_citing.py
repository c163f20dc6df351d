"""Citing in a browser: with scripts off by a button, with scripts on by selecting words."""

from playwright.sync_api import BrowserContext, Page

SELECT = """() => {
  const [first, second] = [...document.querySelectorAll(".para p")].slice(2, 4);
  const text = (line) => [...line.childNodes].find((node) => node.nodeType === Node.TEXT_NODE);
  getSelection().setBaseAndExtent(text(first), 12, text(second), 9);
}"""

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
    page.locator('button[name="paragraph"]').nth(2).click()
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


def test_the_card_plays_from_the_first_word_to_the_last(page: Page, site: str) -> None:
    page.goto(f"{site}/e/tea")
    page.locator('button[name="paragraph"]').nth(2).click()
    page.wait_for_url("**/q/*")
    begin, end = page.evaluate(
        "fetch(location + '.json').then(a => a.json()).then(q => [q.start_ms, q.end_ms])"
    )
    stopped = page.evaluate(PLAY)
    assert begin < stopped < end + 1000
