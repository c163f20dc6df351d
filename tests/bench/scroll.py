"""How much work a step of scrolling is in a talk of three hours, with what is out of sight left undrawn and without:
`python -m tests.bench.scroll`. Counted in processor time of the main thread, so that a busy machine matters little.

A step draws what was left undrawn, so it costs more than in a page that was drawn whole at its opening. What must be
less is all of it: the opening with the steps."""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests import chromium
from tests.bench.figures import Figure
from tests.web.live import served
from tests.web.newsrooms import an_hour, put
from web.app import create_app

STEPS, DOWN, ROUNDS = 60, 600, 5
DRAW_ALL = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(".turn { content-visibility: visible !important }");
  document.adoptedStyleSheets = [sheet];
}"""
STEP = "(down) => new Promise((done) => { scrollBy(0, down); requestAnimationFrame(() => setTimeout(done, 0)); })"


def main() -> int:
    figures = measure()
    for figure in figures:
        print(figure.name, figure.shown, figure.bar, [round(one, 2) for one in figure.readings])
    return 0 if all(figure.holds for figure in figures) else 1


def measure() -> list[Figure]:
    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        room = open_newsroom(Settings(home=Path(home)))
        hour = an_hour()
        lines = [
            type(line)(**{**vars(line), "start_ms": line.start_ms + at, "end_ms": line.end_ms + at})
            for at in (0, 3_600_000, 7_200_000)
            for line in hour.lines
        ]
        put(room, "long", type(hour)(**{**vars(hour), "lines": lines}))
        browser = playwright.chromium.launch(executable_path=chromium.find(), args=list(chromium.ARGUMENTS))
        with served(create_app(room.settings)) as address:
            pairs = [
                (
                    _work(browser.new_page(), address, whole=False),
                    _work(browser.new_page(), address, whole=True),
                )
                for _ in range(ROUNDS)
            ]
        browser.close()
    return [_figure(name, pairs) for name in ("opening", "words", "scrolling", "all of it")]


def _figure(name: str, pairs: list[tuple["Work", "Work"]]) -> Figure:
    """A page that was drawn whole has nothing left to lay out when it is scrolled: what counts is all of it."""
    found = tuple(with_.of(name) / without.of(name) for with_, without in pairs)
    bar = None if name == "scrolling" else 1
    told = f"three hours, undrawn out of sight over all drawn: {name}"
    return Figure(told, statistics.median(found), "times", bar, found)


class Work:
    """Processor seconds of the main thread: until the page stood, until each word was a link, and for all steps."""

    def __init__(self, opened: float, spread: float, scrolled: float) -> None:
        self._parts = {"opening": opened, "words": spread, "scrolling": scrolled}

    def of(self, part: str) -> float:
        return self._parts.get(part) or sum(self._parts.values())


def _work(page: Page, address: str, *, whole: bool) -> Work:
    page.set_viewport_size({"width": 360, "height": 740})
    if whole:
        page.add_init_script(f"addEventListener('DOMContentLoaded', {DRAW_ALL})")
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    page.goto(f"{address}/e/long", wait_until="networkidle")
    opened = _seconds(session)
    for _ in range(STEPS):
        page.evaluate(STEP, DOWN)
    scrolled = _seconds(session) - opened
    page.evaluate("scrollTo(0, 0)")
    before = _seconds(session)
    page.locator("#transcript .para .t").first.focus()
    page.locator("#transcript .para").last.locator(".w").first.wait_for(state="attached")
    spread = _seconds(session) - before
    page.close()
    return Work(opened, spread, scrolled)


def _seconds(session) -> float:  # type: ignore[no-untyped-def]
    metrics = {one["name"]: one["value"] for one in session.send("Performance.getMetrics")["metrics"]}
    return float(metrics["TaskDuration"])


if __name__ == "__main__":
    sys.exit(main())
