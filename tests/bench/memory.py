"""Does memory stay flat? Peak of a worker and all its children on one hour and on ten, with a stub recogniser."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sqlmodel import select

from catalog.adding import Given, add_file
from catalog.commands.output import clock
from catalog.db import reading
from catalog.models import Episode, EpisodeState
from catalog.newsroom import Newsroom, open_newsroom
from catalog.settings import Settings
from catalog.worker import WorkingNewsroom
from tests.bench.figures import Figure
from tests.bench.sound import joined_talks, looped

SHORT_MINUTES, LONG_MINUTES = 60, 600
MOST_MORE_MB = 100.0
LOOK_EVERY_S = 0.2
STUB_CHILD = (sys.executable, "-m", "tests.bench.stub_child")
PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 1_048_576


def measure(folder: Path) -> list[Figure]:
    """How many megabytes more the long recording takes than the short one."""
    one_hour = joined_talks(folder, SHORT_MINUTES)
    short = _peak_mb(folder / "short", one_hour)
    long = _peak_mb(folder / "long", looped(one_hour, folder / "looped.opus", LONG_MINUTES // SHORT_MINUTES))
    return [Figure("memory of ten hours over one", long - short, "MB", MOST_MORE_MB, (short, long))]


def _peak_mb(home: Path, sound: Path) -> float:
    """The most resident memory a worker and its children had together while bringing the sound in."""
    shutil.rmtree(home, ignore_errors=True)
    command = [sys.executable, "-m", "tests.bench.memory", str(home), str(sound)]
    begun, peak = time.monotonic(), 0.0
    with subprocess.Popen(command) as worker:
        while worker.poll() is None:
            peak = max(peak, _resident_mb(worker.pid))
            time.sleep(LOOK_EVERY_S)
    if worker.returncode:
        raise RuntimeError(f"the worker of the bench ended with {worker.returncode}")
    took = int(1000 * (time.monotonic() - begun))
    print(f"  {sound.name}: peak {peak:.0f} MB in {clock(took)}", flush=True)
    shutil.rmtree(home)
    return peak


def _resident_mb(root: int) -> float:
    """Resident memory of a process and all below it, as Linux tells it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it ended meanwhile
                continue
    family = {root}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    return sum(_pages(process) for process in family) * PAGE_MB


def _pages(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except OSError:
        return 0


def bring_in(newsroom: Newsroom, sound: Path) -> None:
    """What the measured process does: all of the pipeline, but for the recogniser."""
    added = add_file(newsroom, sound, Given(title="Hours of talk", language="en"))
    working = WorkingNewsroom(newsroom, child_command=STUB_CHILD)
    working.start()
    while not working.is_idle():
        working.tick()
        time.sleep(0.5)
    working.stop()
    with reading(newsroom.engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == added.slug)).one()
    if episode.state is not EpisodeState.REVIEW:
        raise RuntimeError(json.dumps([episode.state, episode.problem]))


if __name__ == "__main__":
    settings = Settings(
        home=Path(sys.argv[1]), model="stub", moderator="", max_hours=24, min_free_gigabytes=0
    )
    bring_in(open_newsroom(settings), Path(sys.argv[2]))
