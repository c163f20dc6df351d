"""The labelled sets of the written word, as the tests and the benches read them."""

import json
import re
from pathlib import Path
from typing import Any

WRITTEN = Path(__file__).parents[1] / "data/written"


def read(name: str) -> Any:
    return json.loads((WRITTEN / name).read_text(encoding="utf-8"))


def unmark(marked: str) -> tuple[str, set[tuple[int, int, str]]]:
    """The text without its marks, and what they say: {id:words} is a mention."""
    text, spans, at = "", set(), 0
    for found in re.finditer(r"\{(\w+):([^}]*)\}", marked):
        text += marked[at : found.start()]
        spans.add((len(text), len(text) + len(found[2]), found[1]))
        text += found[2]
        at = found.end()
    return text + marked[at:], spans
