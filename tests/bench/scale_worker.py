"""A worker of `bench-scale`: `presstalk work` with a recogniser that sleeps. With the file `$CLOCK` its clock is
as many seconds off as the file says at that moment."""

import os
import signal
import sys
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from catalog.models import columns
from catalog.newsroom import Newsroom
from catalog.pulse import Fenced
from catalog.settings import Settings
from catalog.worker import WorkingNewsroom

SLOW_CHILD = (sys.executable, "-m", "tests.bench.slow_child")
_usual = time.time


def off_s() -> float:
    path = Path(os.environ["CLOCK"])
    return float(path.read_text() or 0) if path.exists() else 0.0


class WrongClock(datetime):
    """The clock of a machine that nobody set."""

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return datetime.now(tz) + timedelta(seconds=off_s())


def main() -> int:
    columns.datetime = WrongClock  # type: ignore[misc]
    time.time = lambda: _usual() + off_s()
    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    working = WorkingNewsroom(Newsroom(Settings()), child_command=SLOW_CHILD)
    working.start()
    try:
        while not stopped.wait(0.3):
            working.tick()
    except Fenced as problem:
        print(problem.sentence, file=sys.stderr)
        return 3
    finally:
        working.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
