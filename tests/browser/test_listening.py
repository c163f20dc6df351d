"""The bar under the player, the keys, finding in a transcript and showing one speaker: what scripts add to a talk."""

import gzip
import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect


@pytest.fixture
def reader(browser: Browser, site: str) -> Iterator[Page]:
    with browser.new_context(base_url=site, locale="en-GB") as context:
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto("/e/tea")
        yield page
        assert errors == []


def now(page: Page) -> float:
    return float(page.evaluate("document.querySelector('#player').currentTime"))


def test_the_bar_steps_and_changes_the_speed(reader: Page) -> None:
    reader.get_by_role("button", name="On 10 s").click()
    reader.get_by_role("button", name="On 10 s").click()
    reader.get_by_role("button", name="Back 10 s").click()
    assert now(reader) == 10
    reader.get_by_label("Speed").select_option("1.5")
    assert reader.evaluate("document.querySelector('#player').playbackRate") == 1.5
    assert reader.evaluate("localStorage.length") == 0  # visiting stores nothing


def test_keys_do_the_same_but_never_while_somebody_writes(reader: Page) -> None:
    reader.keyboard.press("l")
    reader.keyboard.press(">")
    assert now(reader) == 10
    assert reader.get_by_label("Speed").input_value() == "1.25"
    reader.keyboard.press("/")
    reader.keyboard.type("l>j")
    assert now(reader) == 10
    assert reader.get_by_label("Find in this transcript").input_value() == "l>j"
    reader.locator("h1").click()
    reader.keyboard.press("?")
    expect(reader.get_by_role("dialog")).to_be_visible()
    reader.get_by_role("button", name="Close").click()
    expect(reader.get_by_role("dialog")).to_be_hidden()


def test_following_yields_to_a_reader_who_scrolls(reader: Page) -> None:
    button = reader.get_by_role("button", name="Follow the words")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    reader.mouse.wheel(0, 300)
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    reader.keyboard.press("PageDown")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_place_is_kept_only_when_asked_and_forgotten_whole(reader: Page) -> None:
    box = reader.get_by_label("Keep my place on this device")
    reader.keyboard.press("l")
    box.check()
    reader.goto("/e/tea")
    assert now(reader) == 10 and box.is_checked()
    box.uncheck()
    assert reader.evaluate("localStorage.length") == 0
    reader.goto("/e/tea")
    assert now(reader) == 0


def test_words_are_found_and_counted_as_they_are_typed(reader: Page) -> None:
    find = reader.get_by_label("Find in this transcript")
    find.fill("TEA")
    lines = reader.locator("#transcript .para > p").all_text_contents()
    said = len(re.findall("tea", " ".join(lines), re.IGNORECASE))
    expect(reader.locator("#found-here")).to_have_text(f"0 of {said}")
    find.press("Enter")
    expect(reader.locator("#found-here")).to_have_text(f"1 of {said}")
    assert reader.url.endswith("/e/tea")
    assert reader.evaluate("CSS.highlights.get('found').size") == said
    find.press("Escape")
    expect(reader.locator("#found-here")).to_have_text("")


def test_what_was_found_stays_found_when_the_words_come(reader: Page) -> None:
    reader.get_by_label("Find in this transcript").fill("tea")
    told = reader.locator("#found-here").inner_text()
    with reader.expect_response("**/words.json"):
        reader.locator("#transcript .para .t").first.focus()
    reader.wait_for_selector(".w")
    expect(reader.locator("#found-here")).to_have_text(told)
    assert reader.evaluate("[...CSS.highlights.get('found')].every(one => !one.collapsed)")


def test_on_a_phone_words_are_found_too(reader: Page) -> None:
    reader.set_viewport_size({"width": 360, "height": 740})
    expect(reader.get_by_label("Find in this transcript")).to_be_visible()


def test_where_nothing_may_be_stored_all_else_works(browser: Browser, site: str) -> None:
    with browser.new_context(base_url=site) as context:
        page = context.new_page()
        page.add_init_script(
            "Object.defineProperty(window, 'localStorage', {get() { throw new Error('no') }})"
        )
        page.goto("/e/tea")
        page.keyboard.press("l")
        assert now(page) == 10


def test_urdu_is_found_from_an_arabic_keyboard(reader: Page) -> None:
    reader.goto("/e/urdu")
    said = reader.locator("#transcript .para > p").first.inner_text()
    word = next(one for one in said.split() if "ی" in one and len(one) > 2)
    reader.get_by_label("Find in this transcript").fill(word.replace("ی", "ي").replace("ک", "ك"))
    expect(reader.locator("#found-here")).not_to_have_text(re.compile("of 0"))


def test_one_speaker_is_shown_alone(reader: Page) -> None:
    turns = reader.locator("#transcript .turn")
    before = turns.count()
    choice = reader.locator("#only select")
    choice.select_option(index=1)
    shown = [turn for turn in turns.all() if turn.is_visible()]
    assert 0 < len(shown) < before
    choice.select_option("")
    assert all(turn.is_visible() for turn in turns.all())


def test_without_scripts_no_dead_controls_are_shown(without_scripts: object) -> None:
    page = without_scripts.new_page()  # type: ignore[attr-defined]
    page.goto("/e/tea")
    expect(page.locator("#playbar")).to_be_hidden()
    expect(page.get_by_label("Find in this transcript")).to_be_visible()


def test_without_scripts_one_speaker_is_shown_alone_and_everybody_again(without_scripts: object) -> None:
    page = without_scripts.new_page()  # type: ignore[attr-defined]
    page.goto("/e/tea")
    turns = page.locator("#transcript .turn")
    page.locator("#only select").select_option(index=2)
    page.locator("#only button").click()
    assert "only=voice-2" in page.url
    shown = [turn for turn in turns.all() if turn.is_visible()]
    assert 0 < len(shown) < turns.count()
    page.get_by_role("link", name="Show everybody").click()
    assert all(turn.is_visible() for turn in turns.all())


def test_words_of_those_who_are_not_shown_are_not_counted(reader: Page) -> None:
    find = reader.get_by_label("Find in this transcript")
    find.fill("the")
    everybody = reader.evaluate("CSS.highlights.get('found').size")
    reader.locator("#only select").select_option(index=1)
    alone = reader.evaluate("CSS.highlights.get('found').size")
    assert 0 < alone < everybody
    assert reader.evaluate(
        "[...CSS.highlights.get('found')].every(one => !one.startContainer.parentElement.closest('[hidden]'))"
    )


def test_a_moment_of_somebody_who_is_not_shown_shows_everybody(reader: Page) -> None:
    reader.locator("#only select").select_option(index=1)
    hidden = reader.locator(".turn[hidden] .para").first.get_attribute("id")
    reader.evaluate("to => { location.hash = to }", hidden)
    expect(reader.locator(f"[id='{hidden}']")).to_be_in_viewport()


def test_space_presses_the_button_that_has_the_focus_and_nothing_else(reader: Page) -> None:
    button = reader.get_by_role("button", name="Follow the words")
    for pressed in ("true", "false", "true"):
        button.press("Space")
        expect(button).to_have_attribute("aria-pressed", pressed)
    assert reader.evaluate("document.querySelector('#player').paused") is True


def test_all_scripts_of_a_talk_are_light(reader: Page, site: str) -> None:
    sources = reader.locator("script[src]").evaluate_all("all => all.map(one => one.src)")
    assert len(sources) == 6
    assert sum(len(gzip.compress(httpx.get(source).content)) for source in sources) <= 20 * 1024
