"""How soon three nodes show what is done at a desk: `python -m tests.bench nodes`, on SQLite and on PostgreSQL.

An act counts as seen once the talk's page and the search of the last node answer as they should. Readers ask meanwhile.
"""

import json
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from functools import partial
from ipaddress import IPv6Address
from itertools import count
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from sqlmodel import Session

from catalog.audit import Actor, acting
from catalog.correcting import correct_words
from catalog.db import migrate
from catalog.newsroom import Newsroom
from catalog.publishing import publish_episode, withdraw_episode
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.orders import Order, order_redaction
from tests.bench.figures import Figure
from tests.bench.search_archive import names
from tests.bench.search_web import serving
from tests.conftest import Postgres
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put

NODES, TALKS, LINES, REDACTED_EACH = 3, 12, 120, 3
MOST_S, LONGEST_S, PAUSE_S = 2.0, 60.0, 0.02
AT_MS, WORD_AT_MS = 5_000, 10_000  # a line's length, and a moment in the second
TALK = Talk("Invented", [Line("A", "We slept at home until spring.", 0, AT_MS)], {"A": Voice("Asma Green")})
Nodes = list[str]
_readers = count(1)


def measure(folder: Path) -> list[Figure]:
    figures: list[Figure] = []
    for kind in ("SQLite", "PostgreSQL"):
        shutil.rmtree(folder / "nodes", ignore_errors=True)
        (folder / "nodes").mkdir(parents=True)
        with _database(kind, folder / "nodes") as url:
            figures += _measure(kind, folder / "nodes", url)
    shutil.rmtree(folder / "nodes")
    return figures


@contextmanager
def _database(kind: str, folder: Path) -> Iterator[str]:
    if kind == "SQLite":
        url = f"sqlite:///{folder / 'catalog.db'}"
        migrate(url)
        yield url
        return
    place = Path(tempfile.mkdtemp(prefix="presstalk-nodes-"))  # the server may run as a user of its own
    postgres = Postgres(place)
    try:
        url = postgres.url(postgres.create())
        migrate(url)
        yield url
    finally:
        postgres.server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def _measure(kind: str, folder: Path, url: str) -> list[Figure]:
    room = newsroom_at(folder / "desk", url, store=str(folder / "store"), embedder="none")
    told = {
        "PRESSTALK_DATABASE_URL": url,
        "PRESSTALK_STORE": str(folder / "store"),
        "PRESSTALK_EMBEDDER": "none",
        "PRESSTALK_PROCESSES": "1",
        "PRESSTALK_TRUSTED_PROXIES": "127.0.0.1",
    }
    words = [name.partition(" ")[0] for name in names(2 * TALKS)]
    for number in range(TALKS):
        first = Line("A", f"We slept at {words[number]} until spring.", AT_MS, 2 * AT_MS + 1)
        rest = [replace(TALK.lines[0], start_ms=n * AT_MS, end_ms=(n + 1) * AT_MS) for n in range(3, LINES)]
        put(room, f"talk-{number}", replace(TALK, lines=[*TALK.lines, first, *rest]))
    with ExitStack() as held:
        nodes = []
        for number in range(NODES):
            (folder / f"node{number}").mkdir()
            started = serving(folder / f"node{number}", **told)
            nodes.append(held.enter_context(started).address)
        _until(nodes, lambda node: _asked(node, "/readyz")[0] == 200)
        took: dict[str, list[float]] = {}
        for number in range(TALKS):
            for act, seconds in _go_through(room, nodes, number, words[number], words[TALKS + number]):
                took.setdefault(act, []).append(seconds)
    room.engine.dispose()
    return [
        Figure(f"{act} seen on {NODES} nodes, worst, {kind}", max(all_of), "s", MOST_S, tuple(sorted(all_of)))
        for act, all_of in took.items()
        if not print(f"  {kind}: {act}: half within {statistics.median(all_of):.2f} s", flush=True)
    ]


def _go_through(
    room: Newsroom, nodes: Nodes, number: int, word: str, other: str
) -> Iterator[tuple[str, float]]:
    """Each act on one talk, and the seconds from its end until it is seen everywhere."""
    slug = f"talk-{number}"
    shown, gone = partial(_shows, slug, 200), partial(_shows, slug, 410)
    _until(nodes, lambda node: shown(word, "", node))

    def do(act: Callable[[Session], object], seen: Callable[[str], bool]) -> float:
        with acting(room.engine, Actor("Mina")) as session:
            act(session)
        return _until(nodes, seen)

    yield "withdrawn", do(partial(withdraw_episode, slug=slug), partial(gone, "", word))
    yield "published", do(partial(publish_episode, slug=slug), partial(shown, word, ""))
    mend = partial(correct_words, slug=slug, at_ms=WORD_AT_MS, before=word, after=other, by="Mina")
    yield "corrected", do(mend, partial(shown, other, word))
    if number % REDACTED_EACH:
        return  # each takes the words out of every table and every copy
    order = Order(AT_MS, 2 * AT_MS, "a promise to a guest")
    yield "redacted", do(partial(order_redaction, slug=slug, order=order), partial(gone, "", other))
    finish_redactions(room)


def _shows(slug: str, status: int, word: str, hidden: str, node: str) -> bool:
    """Does the talk answer so, with this word on its page and in the search, and without the other?"""
    found, page = _asked(node, f"/e/{slug}")
    if found != status or (word and word not in page) or (hidden and hidden in page):
        return False
    return (not word or _hits(node, word) > 0) and (not hidden or _hits(node, hidden) == 0)


def _hits(node: str, word: str) -> int:
    status, answer = _asked(node, f"/api/v1/search?expand=no&q={word}")
    assert status == 200, answer
    return int(json.loads(answer)["total"])


def _asked(node: str, address: str) -> tuple[int, str]:
    """As somebody else each time: nobody may ask so often."""
    reader = {"X-Forwarded-For": str(IPv6Address((0x20010DB8 << 96) + next(_readers)))}
    try:
        with urlopen(Request(node + address, headers=reader), timeout=LONGEST_S) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as refused:
        return refused.code, refused.read().decode()


def _until(nodes: Nodes, seen: Callable[[str], bool]) -> float:
    """Seconds until it is so on the last of them."""
    begun = time.monotonic()

    def wait(node: str) -> None:
        while not seen(node):
            assert time.monotonic() - begun < LONGEST_S, f"it never came to {node}"
            time.sleep(PAUSE_S)

    with ThreadPoolExecutor(len(nodes)) as crowd:
        list(crowd.map(wait, nodes))
    return time.monotonic() - begun
