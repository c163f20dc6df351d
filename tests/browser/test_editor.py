"""The words under the pen in a real browser: by keys alone, by two at once, over a dead line, without scripts."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from catalog.db import reading, writing
from catalog.models import EpisodeState, MediaKind, SpeakerLabel, UserRole, Utterance
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from catalog.translations import import_translation
from catalog.users import add_user
from tests.browser.test_studio import WORDS, enter
from tests.catalog.test_translations import SRT
from tests.checkers import accessibility_violations
from tests.web.live import served
from tests.web.newsrooms import PEAKS, URDU, demo_talk, put
from web.app import create_app


@pytest.fixture
def house(tmp_path: Path) -> Newsroom:
    """Two talks to review and two people."""
    room = open_newsroom(Settings(home=tmp_path))
    sound = demo_talk().files[MediaKind.WEB_AUDIO_LOW]
    files = {MediaKind.WEB_AUDIO_LOW: sound, MediaKind.PEAKS: (PEAKS.encode(), "application/json")}
    put(room, "tea", demo_talk(state=EpisodeState.REVIEW, files=files))
    put(room, "urdu", replace(URDU, state=EpisodeState.REVIEW))
    with writing(room.engine) as session:
        add_user(session, "Mina", UserRole.PRODUCER, WORDS)
        add_user(session, "Zarin", UserRole.EDITOR, WORDS)
        for line in session.exec(select(Utterance).where(Utterance.position == 2)):
            line.words = [[start, end, word, 0.3] for start, end, word, _ in line.words]
    return room


@pytest.fixture
def studio(house: Newsroom) -> Iterator[str]:
    with served(create_app(house.settings)) as address:
        yield f"{address}/studio/"


def open_words(page: Page, studio: str, name: str = "Mina", slug: str = "tea") -> None:
    enter(page, studio, name)
    page.goto(f"{studio}e/{slug}/transcript")


def texts(house: Newsroom) -> list[str]:
    with reading(house.engine) as session:
        lines = session.exec(select(Utterance).where(Utterance.track_id == 1).order_by(Utterance.position))
        return [line.text for line in lines]


def line(page: Page, place: int):  # type: ignore[no-untyped-def]
    return page.locator("form.line").nth(place)


def test_a_talk_is_mended_by_keys_alone(page: Page, studio: str, house: Newsroom) -> None:
    open_words(page, studio)
    before = texts(house)
    page.keyboard.press("Alt+n")
    expect(line(page, 2).locator("textarea")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type("Two words here")
    page.keyboard.press("Control+Enter")
    expect(line(page, 2)).to_contain_text("checked by Mina")
    expect(line(page, 3).locator("textarea")).to_be_focused()
    page.keyboard.press("Alt+ArrowUp")
    page.keyboard.press("Control+Home")
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Alt+s")
    expect(line(page, 3).locator("textarea")).to_have_value("words here")
    assert texts(house)[2:4] == ["Two", "words here"]
    page.keyboard.press("Alt+2")
    expect(line(page, 2)).to_contain_text(page.locator("[data-voices] li b").nth(1).inner_text())
    page.keyboard.press("Alt+m")
    expect(line(page, 2).locator("textarea")).to_have_value("Two words here")
    for told in ("join", "assign", "cut", "check", "edit"):
        page.keyboard.press("Alt+z")
        expect(page.locator("[data-told]")).to_contain_text(f"Undone: {told}")
    assert texts(house) == before
    page.keyboard.press("Alt+Shift+Z")
    expect(line(page, 2).locator("textarea")).to_have_value("Two words here")
    page.keyboard.press("Alt+k")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()


def test_the_turn_in_hand_is_played_and_stops_at_its_end(page: Page, studio: str) -> None:
    open_words(page, studio)
    page.locator("#sound").evaluate("sound => sound.muted = true")
    page.keyboard.press("Alt+ArrowDown")
    line(page, 1).locator("textarea").focus()
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Space")
    expect(line(page, 1)).to_have_class(re.compile("is-passage"))
    expect(line(page, 1)).not_to_have_class(re.compile("is-passage"))
    assert page.locator("#sound").evaluate("sound => sound.paused")
    start, end = (float(line(page, 1).get_attribute(f"data-{edge}") or 0) / 1000 for edge in ("from", "to"))
    assert start < page.locator("#sound").evaluate("sound => sound.currentTime") < end + 2
    page.keyboard.press("Alt+Comma")
    assert page.locator("#sound").evaluate("sound => sound.playbackRate") == 0.75


LEFT_TWICE = (
    """box => { for (const _ of [1, 2]) box.dispatchEvent(new FocusEvent("focusout", { bubbles: true })); }"""
)


def test_two_at_once_see_each_other_and_overwrite_nothing(
    page: Page, browser: Browser, studio: str, house: Newsroom
) -> None:
    open_words(page, studio)
    with browser.new_context(locale="en-GB") as context:
        other = context.new_page()
        open_words(other, studio, "Zarin")
        line(other, 0).locator("textarea").fill("Zarin wrote this")
        line(page, 1).locator("textarea").focus()
        line(page, 0).locator("textarea").fill("Mina wrote this here")
        line(other, 1).locator("textarea").focus()
        expect(line(other, 0)).to_contain_text("Saved.")
        line(page, 0).locator("textarea").evaluate(LEFT_TWICE)
        line(page, 1).locator("textarea").focus()
        expect(line(page, 0)).to_contain_text("Somebody else changed this paragraph")
        assert texts(house)[0] == "Zarin wrote this"
        expect(line(page, 0).locator(".contest ins").first).to_have_text("Mina")
        page.get_by_role("button", name="Keep mine").click()
        expect(line(page, 0)).to_contain_text("Saved.")
        assert texts(house)[0] == "Mina wrote this here"
        expect(line(other, 0).locator("textarea")).to_have_value("Mina wrote this here")
        expect(other.locator("[data-told]")).to_contain_text("Mina is working here too")


def test_what_was_typed_outlives_the_line_and_the_tab(page: Page, studio: str, house: Newsroom) -> None:
    open_words(page, studio)
    before = texts(house)
    page.context.set_offline(True)
    line(page, 0).locator("textarea").fill("Typed into a dead line")
    line(page, 1).locator("textarea").focus()
    expect(line(page, 0)).to_contain_text("kept on this device")
    assert texts(house) == before
    page.context.set_offline(False)
    expect(line(page, 0)).to_contain_text("Saved.")
    assert texts(house)[0] == "Typed into a dead line"
    page.context.set_offline(True)
    line(page, 1).locator("textarea").fill("And another one")
    page.context.set_offline(False)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.reload()
    expect(line(page, 1).locator("textarea")).to_have_value("And another one")
    expect(line(page, 1)).to_contain_text("Saved.")
    assert texts(house)[1] == "And another one"
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_signing_out_leaves_nothing_on_the_device(page: Page, studio: str) -> None:
    open_words(page, studio)
    page.route("**/transcript/*", lambda route: route.abort())
    line(page, 0).locator("textarea").fill("A secret nobody saved")
    line(page, 1).locator("textarea").focus()
    assert page.evaluate("Object.keys(localStorage).length") == 1
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).length") == 0


def test_all_of_it_works_without_scripts(browser: Browser, studio: str, house: Newsroom) -> None:
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        open_words(page, studio)
        box = line(page, 0).locator("textarea")
        box.fill("First half.\nSecond half.")
        line(page, 0).get_by_role("button", name="Split").click()
        assert texts(house)[:2] == ["First half.", "Second half."]
        box = line(page, 1).locator("textarea")
        box.focus()
        line(page, 1).get_by_label("Speaker").select_option("new")
        line(page, 1).get_by_role("button", name="Assign").click()
        with reading(house.engine) as session:
            assert session.exec(select(SpeakerLabel.label).order_by(SpeakerLabel.id.desc())).first()
        line(page, 0).locator("textarea").focus()
        line(page, 0).get_by_role("button", name="Join with the next").click()
        assert texts(house)[0] == "First half. Second half."
        for _ in range(4):
            page.get_by_role("button", name="Undo", exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text("Undone.")
        page.get_by_role("button", name="Do again").click()
        assert texts(house)[0] == "First half. Second half."


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_against_the_editor_and_nothing_is_too_wide(
    page: Page, studio: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    open_words(page, studio)
    for slug in ("tea", "urdu"):
        page.goto(f"{studio}e/{slug}/transcript", wait_until="domcontentloaded")
        line(page, 2).locator("textarea").focus()
        assert accessibility_violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_word_is_replaced_over_the_whole_talk_by_keys_and_taken_back_at_once(
    page: Page, studio: str, house: Newsroom
) -> None:
    open_words(page, studio)
    before = texts(house)
    page.keyboard.press("Alt+f")
    expect(page.get_by_label("Find", exact=True)).to_be_focused()
    page.keyboard.type("tea")
    page.keyboard.press("Tab")
    page.keyboard.type("coffee")
    page.keyboard.press("Enter")
    hits = page.get_by_role("checkbox", checked=True)
    expect(page.locator(".replace-hits ins").first).to_have_text("coffee")
    found = hits.count()
    assert found > 1
    page.locator(".replace-hits input").first.press("Space")
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="Replace in those ticked").press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Replaced.")
    after = texts(house)
    assert sum(one != other for one, other in zip(before, after, strict=True)) == found - 1
    page.keyboard.press("Alt+z")
    expect(page.locator("[data-told]")).to_contain_text("Undone: replace")
    assert texts(house) == before


def test_what_is_in_doubt_is_looked_at_first_and_mended_in_place(
    page: Page, studio: str, house: Newsroom
) -> None:
    enter(page, studio, "Mina")
    page.goto(f"{studio}e/tea/review")
    expect(page.locator("form.line")).to_have_count(1)
    expect(page.locator("form.line")).to_contain_text("heard weakly")
    assert accessibility_violations(page) == []
    page.keyboard.press("Alt+n")
    assert page.evaluate("getSelection().toString()") != ""
    page.keyboard.type("Said otherwise")
    page.keyboard.press("Control+Enter")
    expect(page.locator("form.line")).to_have_count(0)
    assert texts(house)[2].startswith("Said otherwise")
    expect(page.locator("[data-share]")).not_to_have_text("0 % checked by a person")


def test_the_sound_is_drawn_with_the_turns_on_it(page: Page, studio: str, house: Newsroom) -> None:
    open_words(page, studio)
    expect(page.locator("[data-wave]")).to_be_visible()
    expect(page.locator("[data-wave] canvas").first).to_be_visible()
    expect(page.locator(".wave-name").first).to_have_text("Asma Green:")
    line(page, 1).locator("textarea").focus()
    assert accessibility_violations(page) == []


def test_what_is_to_go_for_good_is_marked_on_the_sound_or_by_keys(page: Page, studio: str) -> None:
    open_words(page, studio, "Zarin")
    expect(page.locator("[data-wave] canvas").first).to_be_visible()
    drawn = page.locator("[data-wave] > div").bounding_box()
    assert drawn
    page.mouse.move(drawn["x"] + 100, drawn["y"] + 30)
    page.mouse.down()
    page.mouse.move(drawn["x"] + 180, drawn["y"] + 30, steps=4)
    page.mouse.up()
    form = page.get_by_role("form", name="What is to be taken out for good")
    begins = form.get_by_label("From")
    expect(begins).to_have_value(re.compile(r"^0:0[345]"))
    begins.fill("0:02.5")
    begins.press("ArrowUp")
    begins.press("Shift+ArrowDown")
    expect(begins).to_have_value("0:01.55")
    assert accessibility_violations(page) == []
    page.locator("#sound").evaluate("sound => { sound.muted = true; sound.currentTime = 4; }")
    page.keyboard.press("Alt+o")
    expect(form.get_by_label("to", exact=True)).to_have_value("0:04")
    expect(form.get_by_role("status")).to_have_text("2.45 s")
    form.get_by_role("button", name="See what would go").press("Enter")
    expect(page.get_by_role("heading", name="This would go, 0:01.55 to 0:04")).to_be_visible()
    expect(page.locator("[data-wave] canvas").first).to_be_visible()
    assert accessibility_violations(page) == []
    page.keyboard.press("Alt+p")
    page.wait_for_function("document.getElementById('sound').currentTime > 1.5")


def test_chapters_are_dragged_on_the_sound_and_moved_by_keys(page: Page, studio: str) -> None:
    enter(page, studio, "Mina")
    page.goto(f"{studio}e/tea/chapters")
    expect(page.locator("[data-wave] canvas").first).to_be_visible()
    box = page.get_by_label("One a line")
    box.fill("0:02 Rain\n0:20 Roads")
    mark = page.locator("[data-wave] [part~=marker]").last
    expect(mark).to_contain_text("Roads")
    seen = mark.bounding_box()
    assert seen
    page.mouse.move(seen["x"] + 1, seen["y"] + 50)
    page.mouse.down()
    page.mouse.move(seen["x"] - 239, seen["y"] + 50, steps=5)
    page.mouse.up()
    expect(box).to_have_value("0:02 Rain\n0:10 Roads")
    page.keyboard.press("Alt+ArrowDown")
    expect(box).to_have_value("0:02 Rain\n0:11 Roads")
    page.locator("#sound").evaluate("sound => { sound.muted = true; sound.currentTime = 1.4; }")
    page.keyboard.press("Alt+t")
    expect(box).to_have_value("0:01 Roads\n0:02 Rain")
    page.locator("#sound").evaluate("sound => { sound.currentTime = 5.2; }")
    page.keyboard.press("Alt+c")
    page.keyboard.type("Tea")
    expect(box).to_have_value("0:01 Roads\n0:02 Rain\n0:05 Tea")
    assert accessibility_violations(page) == []
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_have_text("Saved.")


def test_a_translation_is_mended_by_keys_and_its_own_words_stay(
    page: Page, studio: str, house: Newsroom
) -> None:
    with writing(house.engine) as session:
        number = import_translation(session, "urdu", SRT.encode(), "a.srt", "en", by_machine=True).number
    enter(page, studio, "Mina")
    page.goto(f"{studio}e/urdu/translations/{number}")
    page.keyboard.press("Alt+n")
    page.keyboard.press("Control+a")
    page.keyboard.type("Welcome, all of you")
    page.keyboard.press("Control+Enter")
    expect(line(page, 0)).to_contain_text("checked by Mina")
    expect(line(page, 1).locator("textarea")).to_be_focused()
    page.keyboard.press("Alt+s")
    page.keyboard.press("Control+Enter")
    expect(page.locator("[data-share]")).to_have_text("Written or checked by a person")
    page.keyboard.press("Alt+z")
    expect(page.locator("[data-share]")).to_contain_text("1 of 2 lines checked by a person")
    page.keyboard.press("Alt+Shift+z")
    expect(page.locator("[data-share]")).to_have_text("Written or checked by a person")
    line(page, 0).locator("textarea").focus()
    expect(line(page, 0)).to_contain_text("It came as: Welcome to a talk")
    assert accessibility_violations(page) == []
