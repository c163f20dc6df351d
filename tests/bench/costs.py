"""What pages cost that are made anew, in processor time. How long readers wait for them is `soak`'s and `web`'s."""

import statistics
import time
from collections.abc import Iterator

from starlette.testclient import TestClient

from catalog.db import writing
from catalog.newsroom import Newsroom
from web.app import create_app


def made_anew(newsroom: Newsroom) -> Iterator[str]:
    """Processor time of each kind of page after a change: that of this process alone, whoever else is at work."""
    with TestClient(create_app(newsroom.settings)) as reader:
        for address in ("/", "/corrections", "/e/talk-9", "/episodes", "/people", "/search?q=the"):
            reader.get(address)
            took = []
            for _ in range(9):
                with writing(newsroom.engine):
                    pass  # a change, whatever it is
                begun = time.process_time()
                reader.get(address)
                took.append(time.process_time() - begun)
            yield f"{address} {statistics.median(took) * 1000:.0f}"
