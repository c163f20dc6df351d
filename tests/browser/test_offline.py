"""A reader saves a talk, loses the connection, reads, searches and hears it; and has all of it forgotten."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

KEPT = """async () => ({
  caches: (await caches.keys()).length,
  workers: (await navigator.serviceWorker.getRegistrations()).length,
  places: localStorage.length,
  cookies: document.cookie.length,
})"""
NOTHING = {"caches": 0, "workers": 0, "places": 0, "cookies": 0}


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[BrowserContext]:
    with browser.new_context(base_url=site, locale="en-GB") as context:
        yield context


def save(page: Page, button: str) -> None:
    page.get_by_role("button", name=button).click()
    expect(page.locator("#offline [role=status]")).to_have_text("Saved on this device.")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def test_a_saved_talk_is_read_searched_and_heard_without_a_connection(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/e/tea")
    assert page.evaluate(KEPT) == NOTHING  # visiting keeps nothing
    save(page, "Save text and sound")
    reader.set_offline(True)
    page.goto("/e/tea?t=20#t=20")
    expect(page.locator("h1")).to_contain_text("tea, cricket and rain")
    assert page.evaluate("getComputedStyle(document.body).fontFamily").startswith('"SPT Sans"')
    page.get_by_label("Find in this transcript").fill("nine days")
    expect(page.locator("#found-here")).to_have_text("0 of 1")
    page.evaluate("document.querySelector('#player').muted = true; document.querySelector('#player').play()")
    page.wait_for_selector(".w.on")  # the words follow the sound
    assert page.evaluate("document.querySelector('#player').currentTime") >= 20
    page.goto("/e/urdu")  # was not saved: what is saved is shown
    expect(page.locator("#saved h3")).to_contain_text("tea, cricket and rain")


def test_a_talk_leaves_the_device_at_one_press_and_the_worker_with_the_last(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/e/tea")
    save(page, "Save the text on this device")
    page.get_by_role("button", name="Remove it from this device").click()
    expect(page.get_by_role("button", name="Save the text on this device")).to_be_visible()
    assert page.evaluate(KEPT) == NOTHING


def test_one_button_forgets_everything(reader: BrowserContext) -> None:
    page = reader.new_page()
    page.goto("/e/tea")
    page.get_by_role("button", name="Dark").click()
    page.get_by_label("Keep my place on this device").check()
    save(page, "Save the text on this device")
    page.get_by_role("link", name="Forget everything").click()
    assert page.evaluate(KEPT)["caches"] == 1
    page.get_by_role("button", name="Forget everything").click()
    expect(page.get_by_role("status")).to_contain_text("It is forgotten")
    assert page.evaluate(KEPT) == NOTHING and reader.cookies() == []
    expect(page.locator("html")).not_to_have_class("theme-dark")


def test_without_scripts_nothing_dead_is_offered(without_scripts: BrowserContext) -> None:
    page = without_scripts.new_page()
    page.goto("/e/tea")
    expect(page.locator("#offline")).to_be_hidden()
    page.goto("/saved")
    expect(page.locator("#none-saved")).to_be_visible()
