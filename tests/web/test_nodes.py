"""Two homes serve one newsroom: what is published, corrected and redacted is so on both, and a node that could not be
asked serves nobody. All people and words are invented."""

import os
import shutil
import signal
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.audit import Actor, acting
from catalog.correcting import correct_words
from catalog.db import reading, writing
from catalog.models import IndexSnapshot, Redaction, RedactionStage, WebNode
from catalog.newsroom import Newsroom
from catalog.nodes import standing
from catalog.nodes.following import Node
from catalog.nodes.snapshots import keep_snapshot, take_snapshot
from catalog.nodes.waiting import wait_for_nodes
from catalog.publishing import publish_episode, withdraw_episode
from catalog.redaction import carrying_out
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.copies import cleaning
from catalog.redaction.orders import Order, order_redaction
from catalog.search.refresh import open_index
from catalog.worker_names import machine_of
from tests.disks import small_disk
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put
from tests.web.test_commands import serving
from web.app import create_app

TALK = Talk(
    title="Tea and trains",
    voices={"A": Voice("Asma Green"), "B": Voice("Zarin Lake")},
    lines=[
        Line("A", "Where did you hide that winter?", 0, 2_000),
        Line("B", "We slept at Zephyrine house until spring.", 2_000, 9_000),
    ],
)
SECRET = "zephyrine"


@pytest.fixture
def room(tmp_path: Path, database_url: str) -> Newsroom:
    """Where the acts are done: a home of its own beside those of the nodes; the store is shared."""
    return newsroom_at(tmp_path / "desk", database_url, store=str(tmp_path / "store"))


def answer(address: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(address, timeout=30) as found:
            return found.status, found.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def finds(address: str, word: str) -> bool:
    query = urllib.parse.urlencode({"q": word})
    status, page = answer(f"{address}/api/v1/search?{query}")
    return status == 200 and '"total":0' not in page


def wait_until(so: Callable[[], bool], longest_s: float = 60) -> None:
    until = time.monotonic() + longest_s
    while not so():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.1)


def plant(home: Path) -> str:
    """A clip and half of a snapshot that hold the word, and what the index is called: all have to go."""
    for left in (home / "clips/1/one.opus", home / "index-snapshot/index/part"):
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_text(SECRET)
    return (home / "index/current").read_text()


def is_clean(home: Path, generation: str) -> bool:
    """The catalog itself is somewhere else."""
    kept = [one for one in home.rglob("*") if one.is_file() and SECRET.encode() in one.read_bytes().lower()]
    return not kept and not (home / "index" / generation).exists()


def start_node(held: ExitStack, folder: Path, room: Newsroom) -> tuple[str, Path]:
    home = folder / f"node{len(list(folder.glob('node*'))) + 1}"
    home.mkdir()
    started = serving(
        home,
        *("--port", "0", "--processes", "1"),
        PRESSTALK_DATABASE_URL=room.settings.database_url,
        PRESSTALK_STORE=str(room.settings.shelf_folder),
        PRESSTALK_EMBEDDER="none",
    )
    address = held.enter_context(started).rpartition(" ")[2]
    wait_until(lambda: answer(f"{address}/readyz")[0] == 200)
    return address, home


Start = Callable[[Newsroom], tuple[str, Path]]


@pytest.fixture
def sqlite_room(tmp_path: Path, sqlite_url: str) -> Newsroom:
    """The same on one database, for what the database has no part in."""
    return newsroom_at(tmp_path / "desk", sqlite_url, store=str(tmp_path / "store"))


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts the site of that newsroom from a home of its own; its address, and the home."""
    with ExitStack() as held:
        yield partial(start_node, held, tmp_path)


def correct(room: Newsroom, before: str, after: str) -> None:
    with acting(room.engine, Actor("Mina")) as session:
        correct_words(session, "tea", 3_000, before, after, by="Mina")


def order(room: Newsroom) -> None:
    with acting(room.engine, Actor("Mina")) as session:
        order_redaction(session, "tea", Order(2_000, 9_000, "a promise to a guest"))


def test_what_is_done_at_a_desk_is_seen_on_every_node(room: Newsroom, start: Start) -> None:
    put(room, "tea", TALK)
    nodes = [start(room), start(room)]
    addresses = [address for address, _ in nodes]
    for address in addresses:
        wait_until(lambda address=address: finds(address, SECRET))  # type: ignore[misc]
    with acting(room.engine, Actor("Mina")) as session:
        withdraw_episode(session, "tea")
    assert [answer(f"{address}/e/tea")[0] for address in addresses] == [410, 410]
    assert not any(finds(address, SECRET) for address in addresses)
    with acting(room.engine, Actor("Mina")) as session:
        publish_episode(session, "tea")
    for address in addresses:
        assert answer(f"{address}/e/tea")[0] == 200
        wait_until(lambda address=address: finds(address, SECRET))  # type: ignore[misc]
    correct(room, "until spring", "until Ramazan")
    for address in addresses:
        wait_until(lambda address=address: finds(address, "ramazan"))  # type: ignore[misc]
    kept = [(home, plant(home)) for _, home in nodes]
    assert not any(is_clean(*one) for one in kept)
    order(room)
    assert [answer(f"{address}/e/tea")[0] for address in addresses] == [410, 410]
    finish_redactions(room)
    assert all(is_clean(*one) for one in kept), "it did not wait for the nodes"
    for address in addresses:
        status, page = answer(f"{address}/e/tea")
        assert status == 200 and SECRET not in page.lower()
        wait_until(lambda address=address: finds(address, "winter"))  # type: ignore[misc]
        assert not finds(address, SECRET)
        wait_until(lambda address=address: "index: in step" in answer(f"{address}/healthz")[1])  # type: ignore[misc]


def test_a_node_that_lost_its_index_has_one_again_and_says_so(sqlite_room: Newsroom, start: Start) -> None:
    """Made anew, or taken from the store where a snapshot had been left by then."""
    room = sqlite_room
    put(room, "tea", TALK)
    address, home = start(room)
    wait_until(lambda: finds(address, "winter"))
    assert "mended" not in answer(f"{address}/healthz")[1].partition("missing")[2]
    shutil.rmtree(home / "index")
    wait_until(lambda: (home / "index/current").exists())
    wait_until(lambda: "the index was missing and was " in answer(f"{address}/healthz")[1])
    assert finds(address, "winter")


def test_a_new_node_starts_from_a_snapshot_and_a_redaction_drops_it(
    sqlite_room: Newsroom, start: Start
) -> None:
    room = sqlite_room
    put(room, "tea", TALK)
    start(room)
    wait_until(lambda: snapshots(room) != [])
    correct(room, "until spring", "until Ramazan")
    address, home = start(room)
    assert "was taken from the store" in answer(f"{address}/healthz")[1]
    wait_until(lambda: finds(address, "ramazan") and not finds(address, "spring"))
    kept = home, plant(home)
    before = snapshots(room)
    assert all(room.shelf.has(one) for one in before)
    order(room)
    finish_redactions(room)
    assert is_clean(*kept)
    assert not any(room.shelf.has(one) for one in before)


def snapshots(room: Newsroom) -> list[str]:
    with reading(room.engine) as session:
        return list(session.exec(select(IndexSnapshot.sha256)).all())


def test_a_snapshot_goes_to_a_store_on_another_disk_while_another_home_makes_one(
    tmp_path: Path, sqlite_url: str
) -> None:
    with small_disk(tmp_path / "store", 20_000):
        rooms = [newsroom_at(tmp_path / name, sqlite_url, store=str(tmp_path / "store")) for name in "ab"]
        put(rooms[0], "tea", TALK)
        half_made = rooms[0].settings.home / "index-snapshot/index/part"
        half_made.parent.mkdir(parents=True)
        half_made.write_text("half of it")
        assert keep_snapshot(rooms[1], open_index(rooms[1].settings.index_folder, rooms[1].engine), 7)
        assert half_made.read_text() == "half of it"
        assert all(rooms[0].shelf.has(one) for one in snapshots(rooms[0]))
        assert take_snapshot(rooms[0])


def test_a_snapshot_that_is_damaged_is_left_and_the_index_made_from_the_record(sqlite_room: Newsroom) -> None:
    room = sqlite_room
    put(room, "tea", TALK)
    put(room, "other", TALK)
    index = open_index(room.settings.index_folder, room.engine)
    keep_snapshot(room, index, 7)
    path = room.shelf.path(snapshots(room)[0])
    order(room)
    assert not keep_snapshot(room, index, 8), "words are being taken out"
    assert snapshots(room) == [path.name]
    assert len(list(room.shelf.all())) == 1
    path.chmod(0o644)
    os.truncate(path, 700)
    shutil.rmtree(room.settings.index_folder)
    assert not take_snapshot(room)
    assert len(open_index(room.settings.index_folder, room.engine).stamps()) == 1


def test_a_node_that_hangs_is_fenced_off_and_serves_nobody_until_it_is_clean(
    sqlite_room: Newsroom, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = sqlite_room
    put(room, "tea", TALK)
    address, home = start(room)
    wait_until(lambda: finds(address, SECRET))
    monkeypatch.setattr(
        carrying_out, "wait_for_nodes", partial(wait_for_nodes, dead_after=timedelta(seconds=2))
    )
    kept = home, plant(home)
    pid = int((home / "pid").read_text())
    os.kill(pid, signal.SIGSTOP)
    try:
        order(room)
        finish_redactions(room)
        assert not is_clean(*kept), "it hung, and cleaned all the same"
    finally:
        os.kill(pid, signal.SIGCONT)
    wait_until(lambda: answer(f"{address}/e/tea")[0] == 200)
    assert is_clean(*kept), "it serves, and is not clean"
    assert not finds(address, SECRET)


def test_while_it_is_fenced_a_node_serves_nothing_not_even_what_it_keeps(room: Newsroom) -> None:
    put(room, "tea", TALK)
    site = create_app(room.settings)
    with TestClient(site) as client:
        assert client.get("/e/tea").status_code == 200
        node = site.state.site.gate.node = Node(room, lambda: site.state.site.index)
        node.start()
        try:
            wait_until(lambda: client.get("/readyz").status_code == 200)
            assert client.get("/e/tea").status_code == 200
            with cleaning(room):  # as if a redaction were carried out from here: the node waits for it
                with writing(room.engine) as session:
                    done = Redaction(
                        episode_id=1, start_ms=0, end_ms=1, reason="x", stage=RedactionStage.DONE
                    )
                    session.add(done)
                    session.flush()
                    row = session.exec(select(WebNode)).one()
                standing.fence_nodes(room.engine, [row])
                wait_until(lambda: client.get("/e/tea").status_code == 503)
                closed = client.get("/search?q=winter")
                assert (closed.status_code, closed.headers["retry-after"]) == (503, "20")
                assert client.get("/studio/").status_code == 503
                assert client.get("/readyz").status_code == 503
                assert "fenced off" in client.get("/healthz").text
            wait_until(lambda: client.get("/e/tea").status_code == 200)
            with reading(room.engine) as session:
                assert session.exec(select(WebNode.cleaned)).one() == done.id
        finally:
            node.stop()
        assert client.get("/e/tea").status_code == 503, "who stopped has no lease"


def test_a_redaction_waits_for_no_node_that_has_ended(room: Newsroom) -> None:
    put(room, "tea", TALK)
    with writing(room.engine) as session:
        session.add(WebNode(machine="gone", fenced=False))
    wait_for_nodes(room, 1, lambda _: None, dead_after=timedelta(seconds=0.5))
    with reading(room.engine) as session:
        assert session.exec(select(WebNode.fenced)).one()


def test_the_home_that_redacts_is_waited_for_by_nobody(room: Newsroom) -> None:
    standing.join(room.engine, machine_of(room), alone=True)
    wait_for_nodes(room, 7, lambda _: None)
    with reading(room.engine) as session:
        assert session.exec(select(WebNode.cleaned)).one() == 7
