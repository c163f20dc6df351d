"""The child of `catalog.child`, which notes in the file `$JOURNAL` what it is asked to do before it does it, and
afterwards how much memory that took. With `$DEAF` set it makes words up instead of hearing; a task named in the file
`$STALL` is not done while that file is there."""

import importlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from catalog import child
from catalog.ear import EarSettings, HeardChunk, HeardCount
from transcribe.engine import EngineInfo, Heard, Hints
from transcribe.timeline import Segment, Span, Word

WORD_MS = 400
MADE_UP = EngineInfo("none", "made up", "1", "cpu", "int8", "", {})


def peak_kilobytes() -> int:
    """The most memory this process, and the greediest it started, have had."""
    return sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def note(**line: Any) -> None:
    with Path(os.environ["JOURNAL"]).open("a") as journal:
        journal.write(json.dumps(line) + "\n")


def is_stalled(task: str) -> bool:
    try:
        return Path(os.environ.get("STALL", os.devnull)).read_text() == task
    except FileNotFoundError:
        return False


def make_up(
    ear: EarSettings, wav: Path, span: Span, hints: Hints, target: Path, report: Callable[[int], None]
) -> HeardCount:
    """A sentence every four seconds, each with its own words."""
    segments = []
    for start_ms in range(span.start_ms, span.end_ms - 10 * WORD_MS, 10 * WORD_MS):
        at = [(start_ms + n * WORD_MS, f"word{start_ms + n}") for n in range(9)]
        words = tuple(Word(begin, begin + WORD_MS - 50, text) for begin, text in at)
        text = " ".join(word.text for word in words) + "."
        segments.append(Segment(words[0].start_ms, words[-1].end_ms, text, "en", words))
    heard = Heard(tuple(segments), "en", 1.0, {})
    target.write_bytes(TypeAdapter(HeardChunk).dump_json(HeardChunk(MADE_UP, heard)))
    return HeardCount(len(segments), "en")


def watched(task: str) -> Callable[..., Any]:
    module, name = child.TASKS[task].split(":")
    function = (
        make_up
        if task == "hear" and os.environ.get("DEAF")
        else getattr(importlib.import_module(module), name)
    )

    @wraps(function)
    def noted(**values: Any) -> Any:
        span = values.get("span")
        by = os.environ.get("PRESSTALK_WORKER_NAME")
        note(task=task, start_ms=span.start_ms if span else None, by=by)
        while is_stalled(task):
            time.sleep(0.02)
        result = function(**values)
        note(peak=task, kilobytes=peak_kilobytes())
        return result

    return noted


if __name__ == "__main__":
    act = watched(sys.argv[1])
    child.TASKS[sys.argv[1]] = "__main__:act"
    child.main(sys.argv[1])
