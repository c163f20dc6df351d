"""Looking into a file that somebody brought, before anything of it is kept: in a process of its own, so that a fault of
a decoder takes neither the site nor the worker along. What is looked for is `media.audio`'s."""

from pathlib import Path

from catalog.asking import ask_child
from catalog.child import PYTHON_CHILD
from catalog.errors import StepFailed
from media.errors import Unreadable
from media.ffmpeg import corrupt

LONGEST_S = 120.0
BROKE = ("died", "killed", "crash", "too_much")  # what becomes of a child that a file was too much for


def length_of(path: Path, command: tuple[str, ...] = PYTHON_CHILD) -> int:
    """How many milliseconds the recording is long. Raises Unreadable for what is none, or breaks who looks into it,
    and StepFailed where this machine lacks what it takes."""
    try:
        seen = ask_child("probe", {"path": str(path)}, LONGEST_S, command)
    except TimeoutError:
        raise corrupt() from None
    except StepFailed as problem:
        if problem.code in BROKE:
            raise corrupt() from None
        if problem.retry:
            raise
        raise Unreadable(problem.code, problem.sentence) from None
    return int(seen["duration_ms"])
