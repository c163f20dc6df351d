"""The child of `catalog.child` whose recogniser sleeps `$COST_S` seconds a chunk and notes in `$JOURNAL` that
it began."""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from catalog import child, ear
from tests.bench.stub_child import StubEngine
from transcribe.engine import Heard, Hints
from transcribe.timeline import Span


class SlowEngine(StubEngine):
    """Costs the same for every chunk, whatever the machine."""

    def hear(self, wav: Path, span: Span, hints: Hints, report: Callable[[int], None]) -> Heard:
        talk = int(hints.glossary[0]) if hints.glossary else 0
        line = {"at": time.time(), "by": os.environ["PRESSTALK_WORKER_NAME"], "start_ms": span.start_ms}
        with Path(os.environ["JOURNAL"]).open("a") as journal:
            journal.write(json.dumps({**line, "wav": wav.name, "talk": talk}) + "\n")
        time.sleep(float(os.environ["COST_S"]))
        return super().hear(wav, span, hints, report)


if __name__ == "__main__":
    ear._loaded = lambda _settings: SlowEngine()  # type: ignore[assignment]
    child.main(sys.argv[1])
