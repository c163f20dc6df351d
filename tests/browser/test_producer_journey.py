"""The producer's whole day in a real browser, on the real pipeline: from a pasted link to a published talk, corrected,
redacted and withdrawn. Acts beyond listening are counted."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from catalog.db import writing
from catalog.models import EpisodeState, UserRole
from catalog.newsroom import Newsroom
from catalog.users import add_user
from tests.browser.test_studio import WORDS, enter
from tests.catalog.newsrooms import WorkerProcess, newsroom_at
from tests.checkers import accessibility_violations
from tests.demo.show import FILMED, read_talk, serve_show
from tests.web.live import served
from tests.web.newsrooms import demo_talk, put
from web.app import create_app

MOST_ACTS, MOST_A_VOICE = 12, 2  # promised: so many, and so many more for each voice nobody has confirmed
PIPELINE_MS = 240_000


@dataclass
class Hand:
    """Somebody's hand on the mouse and the keys; each press and each field that is filled is one act."""

    page: Page
    acts: list[str] = field(default_factory=list)

    def press(self, place: Locator) -> None:
        place.click()
        self.acts.append(f"press {place}")

    def write(self, place: Locator, words: str) -> None:
        place.fill(words)
        self.acts.append(f"write {words[:30]}")

    def choose(self, place: Locator, value: str) -> None:
        place.select_option(value)
        self.acts.append(f"choose {value}")


@contextmanager
def working(house: Newsroom) -> Iterator[None]:
    """A worker as `presstalk work` runs it, in a process of its own."""
    worker = WorkerProcess(house, house.settings.home / "journal", "catalog.cli", "work")
    try:
        yield
    finally:
        worker.kill(group=True)


@pytest.fixture
def house(tmp_path: Path) -> Newsroom:
    room = newsroom_at(tmp_path / "home", chunk_minutes=10.0)
    with writing(room.engine) as session:
        add_user(session, "Mina", UserRole.EDITOR, WORDS)
    return room


@pytest.fixture
def studio(house: Newsroom) -> Iterator[str]:
    with served(create_app(house.settings)) as address:
        yield f"{address}/studio/"


def unconfirmed(page: Page) -> list[str]:
    return [
        str(voice.get_attribute("id"))
        for voice in page.locator("article.voice").all()
        if voice.get_by_role("button", name="Confirm").count() or "Unconfirmed" in voice.inner_text()
    ]


@pytest.mark.timeout(600)
def test_from_a_link_to_a_published_talk_and_back(
    page: Page, studio: str, house: Newsroom, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    enter(page, studio, "Mina")
    hand = Hand(page)
    with serve_show(tmp_path / "show") as show, working(house):
        hand.write(page.get_by_label("Paste a link to a talk"), f"{show}/talks/filmed.html")
        hand.press(page.get_by_role("button", name="Add", exact=True))
        expect(page.locator("[data-stage]")).to_be_visible()
        expect(page.get_by_role("heading", name="Voices")).to_be_visible(timeout=PIPELINE_MS)
        expect(page.locator("article.voice").first).to_be_visible(timeout=PIPELINE_MS)
        expect(page.get_by_text("To review").first).to_be_visible(timeout=PIPELINE_MS)
    voices = unconfirmed(page)
    name_the_voices(page, hand)
    correct_a_word(page, hand)
    page.goto(page.url.split("/transcript")[0])
    schedule_and_publish(page, hand)
    published = len(hand.acts)
    with capsys.disabled():
        print(
            f"\nacts from link to published: {published} (bar {MOST_ACTS} + {MOST_A_VOICE} x {len(voices)} voices)"
        )
    assert published <= MOST_ACTS + MOST_A_VOICE * len(voices), hand.acts
    talk = page.url.split("?")[0]
    slug = talk.rpartition("/")[2]
    as_readers = studio.replace("/studio/", f"/e/{slug}")
    page.goto(as_readers)
    expect(page.get_by_role("heading", level=1)).to_contain_text(read_talk(FILMED).title[:20])
    correct_after(page, talk, as_readers)
    redact(page, talk, as_readers)
    withdraw(page, talk, as_readers)


def name_the_voices(page: Page, hand: Hand) -> None:
    """Two voices are held to be one, which is undone; then the guesses are agreed to."""
    last = page.locator("article.voice").last
    if not last.locator("details[open]").count():
        last.locator("summary").first.click()
    hand.press(last.get_by_role("button", name="Merge"))
    expect(page.get_by_text("Read as").first).to_be_visible()
    hand.press(page.get_by_role("button", name="Undo the last decision"))
    expect(page.get_by_text("Read as")).to_have_count(0)
    while (button := page.get_by_role("button", name="Confirm").first).count():
        left = page.get_by_role("button", name="Confirm").count()
        hand.press(button)
        expect(page.get_by_role("button", name="Confirm")).to_have_count(left - 1)


def correct_a_word(page: Page, hand: Hand) -> None:
    hand.press(page.get_by_role("link", name="Edit the words"))
    line = page.locator("form.line").first
    box = line.locator("textarea")
    hand.write(box, f"{box.input_value()} indeed")
    hand.press(line.get_by_role("button", name="Save", exact=True))
    expect(page.get_by_text("Saved.").first).to_be_visible()


def schedule_and_publish(page: Page, hand: Hand) -> None:
    page.get_by_text("At a time", exact=True).click()
    hand.write(page.get_by_label("Publish it at"), "2027-01-01T09:00")
    hand.press(page.get_by_role("button", name="Publish then"))
    expect(page.get_by_text("It will be published on")).to_contain_text("1 January 2027, 09:00 (UTC)")
    hand.press(page.get_by_role("button", name="Publish now"))
    expect(page.locator(".state")).to_have_text("Published")


def correct_after(page: Page, talk: str, as_readers: str) -> None:
    page.goto(f"{talk}/transcript")
    line = page.locator("form.line").first
    line.locator("textarea").click()  # the tools are those of the paragraph in hand
    line.get_by_text("Note for readers", exact=True).first.click()
    line.get_by_label(re.compile("Note for readers")).fill("Heard again.")
    box = line.locator("textarea")
    box.fill(box.input_value().replace("indeed", "of course"))
    line.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.").first).to_be_visible()
    page.goto(as_readers)
    expect(page.locator("#transcript")).to_contain_text("of course")
    expect(page.locator("#transcript")).not_to_contain_text("indeed")
    page.goto(as_readers.rpartition("/e/")[0] + "/corrections")
    expect(page.locator("main")).to_contain_text("Heard again.")


def redact(page: Page, talk: str, as_readers: str) -> None:
    page.goto(f"{talk}/redact")
    page.get_by_role("link", name="Choose words").first.click()
    words = page.locator("section[aria-labelledby=h-t] a[href*='from=']")
    gone = words.nth(1).inner_text()
    words.nth(1).click()
    page.locator("section[aria-labelledby=h-t] a[href*='to=']").nth(1).click()
    page.get_by_label("Why").fill("a promise to a guest")
    page.get_by_role("button", name="Take it out for good").click()
    expect(page.get_by_text("It is being taken out.").first).to_be_visible()
    for _ in range(60):
        page.goto(f"{talk}/redact")
        if page.get_by_text("gone everywhere").count():
            break
        page.wait_for_timeout(500)
    page.goto(as_readers)
    expect(page.locator("#transcript")).to_contain_text("[…]")
    assert gone


def withdraw(page: Page, talk: str, as_readers: str) -> None:
    page.goto(talk)
    page.get_by_text("Withdraw it", exact=True).click()
    page.get_by_label("Why").fill("The guest asked for it.")
    page.get_by_label("Readers are told", exact=True).select_option("why")
    page.get_by_label("What readers are told").fill("At the guest’s wish.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.locator(".state")).to_have_text("Withdrawn")
    page.goto(as_readers)
    expect(page.locator("main")).to_contain_text("At the guest’s wish.")


def test_what_is_public_is_corrected_redacted_and_withdrawn(page: Page, studio: str, house: Newsroom) -> None:
    """The second half of the day alone: it needs no recogniser."""
    lines = demo_talk().lines
    first = replace(lines[0], text=f"{lines[0].text} indeed", words=None)
    put(house, "tea", demo_talk(lines=[first, *lines[1:]], state=EpisodeState.REVIEW))
    enter(page, studio, "Mina")
    talk, as_readers = f"{studio}e/tea", studio.replace("/studio/", "/e/tea")
    page.goto(talk)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.locator(".state")).to_have_text("Published")
    correct_after(page, talk, as_readers)
    redact(page, talk, as_readers)
    withdraw(page, talk, as_readers)


# ---- the same by keys alone, and without scripts --------------------------------------------------------


def test_a_talk_is_published_by_keys_alone(page: Page, studio: str, house: Newsroom) -> None:
    put(house, "tea", demo_talk(state=EpisodeState.REVIEW))
    enter(page, studio, "Mina")
    page.goto(f"{studio}e/tea")
    reach(page, "Publish")
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_have_text("Published")
    reach(page, "Withdraw it")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("The guest asked for it.")
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".state")).to_have_text("Withdrawn")


def reach(page: Page, words: str) -> None:
    """Press Tab until what has these words has the focus; whoever has it can be seen to have it."""
    for _ in range(60):
        page.keyboard.press("Tab")
        told = page.evaluate("document.activeElement.innerText")
        if (told or "").strip() == words:
            assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
            return
    raise AssertionError(f"nobody reaches {words}")


def test_without_scripts_a_talk_goes_the_whole_way(browser: Browser, studio: str, house: Newsroom) -> None:
    put(house, "tea", demo_talk(state=EpisodeState.REVIEW))
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        page = context.new_page()
        enter(page, studio, "Mina")
        page.goto(f"{studio}e/tea/cast")
        page.get_by_label("Name").fill("Hamid River")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("radio", name="Somebody else").check()
        page.get_by_role("button", name="Add them").click()
        expect(page.get_by_role("status")).to_contain_text("Added to the cast.")
        page.goto(f"{studio}e/tea/facts")
        page.get_by_label("What the guests agreed to").fill("Both, by letter.")
        page.get_by_role("button", name="Keep this").click()
        page.goto(f"{studio}e/tea/preview")
        expect(page.get_by_text("This is what readers will see")).to_be_visible()
        page.goto(f"{studio}e/tea")
        page.get_by_text("Have a guest check it").click()
        page.get_by_role("button", name="Make a link").click()
        link = page.locator("[data-link]").inner_text()
        page.goto(link)
        page.get_by_role("button", name="It may be published as it is").click()
        expect(page.get_by_text("You answered: it may be published as it is.")).to_be_visible()
        page.goto(f"{studio}e/tea")
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.locator(".state")).to_have_text("Published")


def test_axe_finds_nothing_against_the_way_to_readers(page: Page, studio: str, house: Newsroom) -> None:
    put(house, "tea", demo_talk(state=EpisodeState.REVIEW))
    enter(page, studio, "Mina")
    found = {}
    for width in (360, 1440):
        page.set_viewport_size({"width": width, "height": 800})
        for path in (
            "e/tea",
            "e/tea/facts",
            "e/tea/cast",
            "e/tea/preview",
            "pleas",
            "follow",
            "e/tea/cast/hamid-river/hide",
        ):
            page.goto(studio + path, wait_until="domcontentloaded")
            page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
            found[path, width] = accessibility_violations(page)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (path, width)
        page.goto(studio.replace("/studio/", "/about-you?talk=tea"))
        found["about-you", width] = accessibility_violations(page)
    assert not any(found.values()), found
