"""The child of `catalog.child` whose recogniser takes `$COST_S` seconds for a chunk and notes in `$JOURNAL` which
it began."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from catalog import child, ear
from catalog.ear import EarSettings, HeardCount
from tests.bench.stub_child import StubEngine
from transcribe.engine import Hints
from transcribe.timeline import Span

_hear = ear.hear_to_file


def hear_slowly(
    ear: EarSettings, wav: Path, span: Span, hints: Hints, target: Path, report: Callable[[int], None]
) -> HeardCount:
    """Costs the same for every chunk, whatever the machine."""
    line = {"at": time.time(), "by": os.environ["PRESSTALK_WORKER_NAME"], "chunk": target.stem}
    with Path(os.environ["JOURNAL"]).open("a") as journal:
        journal.write(json.dumps(line) + "\n")
    time.sleep(float(os.environ["COST_S"]))
    return _hear(ear, wav, span, hints, target, report)


if __name__ == "__main__":
    ear._loaded = lambda _settings: StubEngine()  # type: ignore[assignment]
    ear.hear_to_file = hear_slowly
    child.main(sys.argv[1])
