"""The studio in a real browser: voices decided and talks published without scripts; work told as it goes on."""

import hashlib
import wave
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlmodel import select

from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.jobs import finish_job, open_job, queue_job, set_problem
from catalog.models import EpisodeState, JobState, MediaFile, MediaKind, Purpose, UserRole
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from catalog.users import add_user, make_link
from tests.checkers import accessibility_violations
from tests.web.live import breaking_line, served
from tests.web.newsrooms import URDU, demo_talk, put
from tests.web.panel import PANEL
from web.app import create_app

WORDS = "four plain words here"
PATHS = (
    *("", "e/panel", "e/urdu", "e/out", "e/work", "e/fail", "account", "people", "log", "e/nothing"),
    *("glossary", "directory", "storage", "settings", "health", "follow", "entities", "claims", "articles"),
    *("e/out/chapters?proposed=yes", "e/out/history", "e/urdu/translations", "e/out/review", "e/out/cast"),
)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    """Talks in every state and three people."""
    room = open_newsroom(Settings(home=Path(tmp_path_factory.mktemp("home"))))
    put(room, "panel", replace(PANEL, state=EpisodeState.REVIEW))
    put(room, "urdu", replace(URDU, state=EpisodeState.REVIEW))
    put(room, "out", demo_talk())
    for name in ("work", "fail"):
        put(room, name, demo_talk(state=EpisodeState.NEW, title=f"A talk to {name}", lines=[]))
    with writing(room.engine) as session:
        for role in UserRole:
            add_user(session, role.value, role, WORDS)
        job = queue_job(session, find_episode(session, "work"))
        job.state, job.stage, job.percent, job.worker = JobState.RUNNING, "hear", 41.0, "one"
        set_problem(find_episode(session, "fail"), "gone", "The video is private. Send the file.", True)
    return room


@pytest.fixture(scope="module")
def studio(house: Newsroom) -> Iterator[str]:
    with served(create_app(house.settings)) as address:
        yield f"{address}/studio/"


@pytest.fixture
def plain(browser: Browser) -> Iterator[BrowserContext]:
    """A browser whose scripts are switched off."""
    with browser.new_context(java_script_enabled=False, locale="en-GB") as context:
        yield context


def enter(page: Page, studio: str, name: str) -> None:
    page.goto(studio)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(WORDS)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_an_editor_names_the_voices_publishes_and_withdraws_without_scripts(
    plain: BrowserContext, studio: str
) -> None:
    page = plain.new_page()
    enter(page, studio, "editor")
    page.get_by_role("listitem").filter(has_text="Five chairs").get_by_role("link", name="Review").click()
    for label in "BCD":
        page.locator(f"#voice-{label}").get_by_role("button", name="Confirm").click()
        expect(page.locator(f"#voice-{label}")).to_contain_text("Confirmed by editor")
    page.get_by_role("button", name="Undo the last decision").click()
    voice = page.locator("#voice-D")
    voice.get_by_text("Somebody else").click()
    voice.get_by_role("button", name="Do not name").click()
    expect(page.locator(".checks")).to_contain_text("Somebody decided on each of the 5 voices.")
    page.get_by_role("button", name="Publish").click()
    page.get_by_role("link", name="As readers see it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Five chairs")
    page.goto(f"{studio}e/panel")
    page.get_by_text("Withdraw it").click()
    page.get_by_label("Why").fill("The guest asked for it.")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.locator(".talk-head")).to_contain_text("Withdrawn")


def test_an_open_page_tells_how_far_the_work_is_and_when_it_is_over(
    page: Page, studio: str, house: Newsroom
) -> None:
    enter(page, studio, "producer")
    page.goto(f"{studio}e/work")
    expect(page.locator("[data-percent]")).to_have_text("41")
    with writing(house.engine) as session:
        job = open_job(session, find_episode(session, "work").id or 0)
        assert job
        job.percent = 77.0
    expect(page.locator("[data-percent]")).to_have_text("77")
    with writing(house.engine) as session:
        job = open_job(session, find_episode(session, "work").id or 0)
        assert job
        finish_job(session, job, JobState.FAILED, "no")
        set_problem(find_episode(session, "work"), "no", "The sound could not be heard.", True)
    expect(page.get_by_text("The sound could not be heard.")).to_be_visible()


def test_a_file_is_sent_with_a_press(page: Page, studio: str) -> None:
    enter(page, studio, "producer")
    page.get_by_label("Or send a file").set_input_files(
        Path(__file__).parents[1] / "data/demo/talks/tea-cricket-and-rain.opus"
    )
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Added.")


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_against_the_studio_and_nothing_is_too_wide(
    page: Page, studio: str, house: Newsroom, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    with writing(house.engine) as session:
        mina = add_user(session, f"Mina {width}", UserRole.PRODUCER)
        link = make_link(session, mina, Purpose.INVITATION)
    found = {}
    for path in ("sign-in", f"link/{link}"):
        page.goto(studio + path)
        found[path] = accessibility_violations(page)
    enter(page, studio, "admin")
    for path in PATHS:
        page.goto(studio + path, wait_until="domcontentloaded")
        found[path] = accessibility_violations(page)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, width)
    page.goto(f"{studio}account")
    page.get_by_label("Present password").last.fill(WORDS)
    page.get_by_role("button", name="Set it up").click()
    found["factor"] = accessibility_violations(page)
    assert not any(found.values()), found


def test_a_file_goes_on_where_the_line_broke(
    page: Page, studio: str, house: Newsroom, tmp_path: Path
) -> None:
    sound = tmp_path / "talk-over-a-bad-line.wav"
    with wave.open(str(sound), "wb") as file:
        file.setparams((1, 2, 16_000, 0, "NONE", ""))
        file.writeframes(bytes(3_000_000))
    sent: list[int] = []
    page.on("request", lambda request: sent.append(int(request.url.partition("?at=")[2] or 0)))
    with breaking_line(studio.removesuffix("/studio/"), after=1_000_000) as line:
        enter(page, f"{line}/studio/", "producer")
        page.get_by_label("Or send a file").set_input_files(sound)
        page.get_by_role("button", name="Send", exact=True).click()
        page.wait_for_url("**/studio/e/**")
    assert 0 < max(sent) < sound.stat().st_size, "it went on in the middle"
    with reading(house.engine) as session:
        kept = set(session.exec(select(MediaFile.sha256).where(MediaFile.kind == MediaKind.ORIGINAL)))
    assert hashlib.sha256(sound.read_bytes()).hexdigest() in kept
