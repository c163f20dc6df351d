"""The ledger as a browser draws it: open to everybody, no wider than the screen, its words played alone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.checkers import accessibility_violations
from tests.web.ledger import MILL, fill_ledger
from tests.web.live import served
from tests.web.newsrooms import newsroom_at
from web.app import create_app

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(
    tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Iterator[tuple[str, dict[str, str]]]:
    home = tmp_path_factory.mktemp("ledger")
    room = newsroom_at(home, f"sqlite:///{shutil.copy(sqlite_template, home / 'catalog.sqlite')}")
    numbers = fill_ledger(room)
    with served(create_app(room.settings)) as address:
        yield address, numbers


def paths(numbers: dict[str, str]) -> list[str]:
    english = [
        "/claims",
        "/claims/by/hamid-river/about/the-old-road",
        f"/claims/{numbers['mill']}",
        f"/claims/{numbers['police']}",
        f"/claims/{numbers['flood']}/beside/{numbers['later']}",
        "/claims?person=nobody",
    ]
    return [*english, *(f"/ur{path}" for path in english)]


@pytest.mark.parametrize(("theme", "width"), [("light", 360), ("dark", 1440)])
def test_axe_finds_nothing_against_the_ledger_and_nothing_is_too_wide(
    page: Page, site: tuple[str, dict[str, str]], theme: str, width: int
) -> None:
    address, numbers = site
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=theme)
    found = {}
    for path in paths(numbers):
        page.goto(address + path)
        found[path] = accessibility_violations(page)
        assert (path, page.evaluate("document.documentElement.scrollWidth")) <= (path, width)
    assert not any(found.values()), found


def test_from_the_ledger_to_a_claim_to_its_words_in_the_talk(
    page: Page, site: tuple[str, dict[str, str]]
) -> None:
    address, _ = site
    page.goto(f"{address}/claims")
    page.locator("#c-person").select_option("hamid-river")
    page.locator("#c-status").select_option("disputed")
    page.get_by_role("button", name="Show").click()
    page.get_by_role("link", name=MILL).click()
    assert "passes no verdict" in page.inner_text("main")
    page.get_by_role("link", name="Read in context").click()
    assert MILL in page.inner_text(".is-passage, .para:target")
