"""A worker to be killed or measured: `presstalk work --until-idle` with children that keep a journal."""

import os
import resource
import time

from catalog.newsroom import Newsroom
from catalog.settings import Settings
from catalog.worker import WorkingNewsroom
from tests.catalog.newsrooms import WATCHED_CHILD
from tests.catalog.watched_child import note

if __name__ == "__main__":
    kinds = os.environ.get("KINDS", "cpu,gpu").split(",")
    working = WorkingNewsroom(Newsroom(Settings()), child_command=WATCHED_CHILD, kinds=kinds)
    working.start()
    while not working.is_idle():
        working.tick()
        time.sleep(0.1)
    working.stop()
    note(peak="worker", kilobytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
