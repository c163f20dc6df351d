"""The whole way, on real parts: the demo talks become pages; a reader finds a phrase, clicks, and hears it."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.demo.__main__ import ROOT, demo_environment, presstalk

PHRASE = '"the exact words"'


@pytest.fixture(scope="module")
def newsroom(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The demo newsroom after `make demo SERVE=no`, in a home of its own."""
    home = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "tests.demo"]
    environment = os.environ | {"PRESSTALK_HOME": str(home), "SERVE": "no"}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, capture_output=True, timeout=280)
    return demo_environment(home)


@pytest.fixture(scope="module")
def site(newsroom: dict[str, str]) -> Iterator[str]:
    """The address of the demo site, served as `presstalk serve` serves it."""
    command = [sys.executable, "-m", "catalog.cli", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=newsroom, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        line = server.stdout.readline()
        yield re.search(r"http://\S+", line)[0]
        server.terminate()


def test_every_talk_of_the_demo_is_published_however_it_came(newsroom: dict[str, str]) -> None:
    episodes = json.loads(presstalk(newsroom, "episodes", "--json", quiet=True))
    assert [episode["state"] for episode in episodes] == ["published"] * 3
    page = json.loads(presstalk(newsroom, "show", "how-a-talk-becomes-a-page", "--json", quiet=True))
    assert {file["kind"] for file in page["files"]} >= {
        "web_audio",
        "web_audio_low",
        "web_video",
        "poster",
        "peaks",
    }
    assert [line["name"] for line in page["cast"]] == ["Asma Green", "Daniel Hill"]


def test_a_second_demo_finds_its_work_done(newsroom: dict[str, str]) -> None:
    command = [sys.executable, "-m", "tests.demo"]
    again = subprocess.run(
        command,
        cwd=ROOT,
        env=newsroom | {"SERVE": "no"},
        check=True,
        capture_output=True,
        text=True,
        timeout=280,
    )
    assert again.stdout.count("Already in the catalog") == 2
    assert "0 new" in again.stdout
    assert len(json.loads(presstalk(newsroom, "jobs", "--json", quiet=True))) == 3


def test_a_reader_finds_a_phrase_clicks_it_and_hears_it(
    site: str, newsroom: dict[str, str], page: Page, shot: Callable[[str], Path]
) -> None:
    hits = json.loads(presstalk(newsroom, "search", PHRASE, "--json", quiet=True))["hits"]
    assert [hit["episode"] for hit in hits] == ["how-a-talk-becomes-a-page"]
    second = hits[0]["start_ms"] / 1000

    page.goto(site)
    page.get_by_role("searchbox").first.fill(PHRASE)
    page.get_by_role("searchbox").first.press("Enter")
    expect(page.locator("mark").first).to_have_text("the")
    shot("journey-search")

    page.locator("main a.t").first.click()
    expect(page).to_have_url(re.compile(r"/e/how-a-talk-becomes-a-page\?t=[\d.]+#t="))
    player = page.locator("#player")
    assert abs(player.evaluate("player => player.currentTime") - second) < 0.5
    expect(page.locator(".para.is-passage")).to_contain_text("exact words")
    shot("journey-episode")

    player.evaluate("player => player.play()")
    page.wait_for_function(
        "since => { const p = document.querySelector('#player'); return !p.paused && p.currentTime > since + 0.3 }",
        arg=second,
    )
    assert player.evaluate("player => player.currentTime") < second + 20

    page.set_viewport_size({"width": 1280, "height": 1400})
    page.evaluate("() => { document.querySelector('#player').pause(); scrollTo(0, 0) }")
    shot("episode")
