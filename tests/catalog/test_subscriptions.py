"""What is followed: a real feed from a real server, lists of every kind, the watched folder."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from catalog import subscriptions as followed
from catalog.db import reading, writing
from catalog.errors import NotFound
from catalog.followed import subscribe, subscriptions, unsubscribe
from catalog.models import Episode, Job, Subscription, SubscriptionItem
from catalog.newsroom import Newsroom
from catalog.subscriptions import Polled, poll_each, take_in
from media.errors import Refused
from media.subscribe import parse_feed

FEED = "http://example.org/feed"
RecordSound = Callable[[Path, int], Path]


def item(number: int, *, guid: str | None = None, link: str = "", day: int | None = None) -> str:
    name = f"<guid>{f'g{number}' if guid is None else guid}</guid>" if guid != "" else ""
    date = (
        f"<pubDate>{formatdate(1_700_000_000 + 86_400 * (number if day is None else day))}</pubDate>"
        if day != -1
        else ""
    )
    address = link or f"http://example.org/{number}.mp3"
    return (
        f'<item><title>Talk {number}</title>{name}{date}<enclosure url="{address}" type="audio/mpeg"/></item>'
    )


def feed(*items: str) -> bytes:
    return f'<rss version="2.0"><channel><title>Show</title>{"".join(items)}</channel></rss>'.encode()


@dataclass
class Show:
    """A server on this machine: what each path answers may be changed at any time."""

    address: str
    pages: dict[str, bytes]

    def put(self, path: str, *items: str) -> str:
        self.pages[path] = feed(*items)
        return f"{self.address}{path}"


@pytest.fixture
def show() -> Iterator[Show]:
    pages: dict[str, bytes] = {}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = pages.get(self.path)
            self.send_response(404 if body is None else 200)
            self.send_header("Content-Type", "application/rss+xml")
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield Show(f"http://127.0.0.1:{server.server_port}", pages)
    server.shutdown()
    server.server_close()
    thread.join()


def follow(house: Newsroom, url: str, **how: Any) -> None:
    with writing(house.engine) as session:
        subscribe(session, url, **how)


def poll(house: Newsroom) -> list[Polled]:
    async def look() -> list[Polled]:
        return [polled async for polled in poll_each(house)]

    return asyncio.run(look())


def look_at(house: Newsroom, *items: str) -> Polled:
    """One look at FEED, as if it held these items, without the way over a server."""
    return take_in(house, FEED, [asdict(one) for one in parse_feed(feed(*items), FEED)])


def state_of(house: Newsroom, url: str = FEED) -> Subscription:
    with reading(house.engine) as session:
        return session.exec(select(Subscription).where(Subscription.url == url)).one()


def count(house: Newsroom, table: type[Any]) -> int:
    with reading(house.engine) as session:
        return len(session.exec(select(table.id)).all())


def test_a_feed_brings_its_newest_at_first_and_later_all_that_is_new(house: Newsroom, show: Show) -> None:
    url = show.put("/feed.xml", *(item(n) for n in (4, 3, 2, 1)))
    follow(house, url, newest=2)
    assert poll(house) == [Polled(url, 4, ("talk-4", "talk-3"))]
    show.put("/feed.xml", *(item(n) for n in (7, 6, 5, 4, 3, 2, 1)))
    assert poll(house) == [Polled(url, 3, ("talk-7", "talk-6", "talk-5"))]
    assert poll(house) == [Polled(url, 0, ())]
    assert (count(house, Episode), count(house, Job), count(house, SubscriptionItem)) == (5, 5, 7)


def test_a_feed_that_fails_keeps_its_problem_and_the_others_go_on(house: Newsroom, show: Show) -> None:
    gone, good = f"{show.address}/gone.xml", show.put("/good.xml", item(1))
    follow(house, gone, newest=1)
    follow(house, good)
    first, second = poll(house)
    assert (first.url, first.new, second) == (gone, 0, Polled(good, 1, ("talk-1",)))
    assert first.problem
    assert state_of(house, gone).problem == first.problem
    show.put("/gone.xml", item(8), item(7))
    assert poll(house)[0] == Polled(gone, 2, ("talk-8",)), "its first good look is the first look"
    assert state_of(house, gone).problem == ""


def test_only_listing_remembers_and_brings_in_nothing(house: Newsroom) -> None:
    follow(house, FEED, automatic=False)
    assert look_at(house, item(2), item(1)) == Polled(FEED, 2, ())
    assert look_at(house, item(3), item(2), item(1)) == Polled(FEED, 1, ())
    assert (count(house, Episode), count(house, SubscriptionItem)) == (0, 3)


def test_the_newest_are_found_by_their_day_wherever_they_stand(house: Newsroom) -> None:
    follow(house, FEED, newest=2)
    assert look_at(house, item(1), item(5), item(3), item(4)).added == ("talk-5", "talk-4")


def test_without_days_the_order_of_the_list_is_believed(house: Newsroom) -> None:
    follow(house, FEED, newest=1)
    assert look_at(house, item(3, day=-1), item(9, day=-1)).added == ("talk-3",)


def test_a_changed_order_and_doubled_items_bring_nothing_twice(house: Newsroom) -> None:
    follow(house, FEED)
    assert look_at(house, item(1), item(2), item(1)).new == 2
    assert look_at(house, item(2), item(1)).new == 0
    assert look_at(house, item(3, guid="g1"), item(4), item(4)) == Polled(FEED, 1, ("talk-4",))


def test_items_without_a_guid_are_known_by_their_address(house: Newsroom) -> None:
    follow(house, FEED)
    assert look_at(house, item(1, guid=""), item(2, guid="")).new == 2
    assert look_at(house, item(2, guid=""), item(1, guid="")).new == 0


def test_a_thousand_items_are_remembered(house: Newsroom) -> None:
    follow(house, FEED, newest=2)
    many = [item(n) for n in range(1000, 0, -1)]
    assert look_at(house, *many) == Polled(FEED, 1000, ("talk-1000", "talk-999"))
    assert look_at(house, *many).new == 0


def test_guids_too_long_to_keep_stay_apart(house: Newsroom) -> None:
    follow(house, FEED)
    long = "\U0001f399" * 600
    assert look_at(house, item(1, guid=long + "a"), item(2, guid=long + "b")).new == 2
    assert look_at(house, item(2, guid=long + "b"), item(1, guid=long + "a")).new == 0


def test_an_item_that_cannot_be_added_is_noted_once_and_spoils_no_other(house: Newsroom) -> None:
    follow(house, FEED)
    long = item(2, link="http://example.org/" + "x" * 2500)
    polled = look_at(house, item(3), long, item(1), item(4, link="mailto:someone"))
    assert (polled.new, polled.added) == (3, ("talk-3", "talk-1"))
    assert polled.problem.startswith("Talk 2: ")
    assert state_of(house).problem == polled.problem
    assert look_at(house, item(3), long, item(1)) == Polled(FEED, 0, ())
    assert state_of(house).problem == ""


def test_a_talk_that_is_there_already_is_linked_and_not_doubled(house: Newsroom) -> None:
    for url in (FEED, "http://example.org/other"):
        follow(house, url)
        items = [asdict(one) for one in parse_feed(feed(item(1)), url)]
        assert take_in(house, url, items).added == ("talk-1",)
    assert (count(house, Episode), count(house, Job), count(house, SubscriptionItem)) == (1, 1, 2)


def test_following_twice_is_following_once_in_the_way_said_last(house: Newsroom) -> None:
    follow(house, FEED)
    follow(house, "HTTP://example.org:80/feed?utm_source=x", automatic=False, newest=9)
    with reading(house.engine) as session:
        assert [(one.url, one.automatic, one.newest) for one in subscriptions(session)] == [(FEED, False, 9)]


def test_unfollowing_keeps_the_episodes(house: Newsroom) -> None:
    follow(house, FEED)
    look_at(house, item(1))
    with writing(house.engine) as session:
        unsubscribe(session, FEED)
    assert (count(house, Episode), count(house, Subscription), count(house, SubscriptionItem)) == (1, 0, 0)
    assert look_at(house, item(2)) == Polled(FEED, 0, ()), "given up while it was looked at"
    with pytest.raises(NotFound, match="no subscription"), writing(house.engine) as session:
        unsubscribe(session, FEED)


def test_what_is_no_address_is_not_followed(house: Newsroom) -> None:
    for wrong in ("file:///etc", "just words", "https://example.org/" + "x" * 2000):
        with pytest.raises(Refused):
            follow(house, wrong)


# ---- the watched folder ---------------------------------------------------------------------------


@pytest.fixture
def inbox(house: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Newsroom, Path]:
    """A newsroom that watches a folder; a file counts as settled at once."""
    monkeypatch.setattr(followed, "SETTLED_S", 0)
    folder = tmp_path / "inbox"
    folder.mkdir()
    return Newsroom(house.settings.model_copy(update={"watch_folder": folder})), folder


def test_each_file_of_the_watched_folder_is_added_once(
    inbox: tuple[Newsroom, Path], record_sound: RecordSound
) -> None:
    house, folder = inbox
    record_sound(folder / "first.wav", 330)
    record_sound(folder / "same bytes.wav", 330)
    (folder / "notes.txt").write_text("not a recording")
    [polled] = poll(house)
    assert (polled.added, polled.problem) == (("first",), "")
    assert poll(house)[0].new == 0
    record_sound(folder / "second.wav", 440)
    assert poll(house)[0].added == ("second",)
    assert state_of(house, polled.url).polled_at is not None


def test_a_file_still_growing_waits(house: Newsroom, tmp_path: Path, record_sound: RecordSound) -> None:
    watching = Newsroom(house.settings.model_copy(update={"watch_folder": tmp_path}))
    record_sound(tmp_path / "fresh.wav", 330)
    assert poll(watching)[0].new == 0


def test_a_bad_file_is_noted_once(inbox: tuple[Newsroom, Path], record_sound: RecordSound) -> None:
    house, folder = inbox
    (folder / "bad.mp3").write_text("no sound at all")
    record_sound(folder / "good.wav", 330)
    [polled] = poll(house)
    assert polled.added == ("good",)
    assert polled.problem.startswith("bad.mp3: ")
    assert poll(house)[0].problem == ""


def test_a_file_replaced_under_its_name_is_new(
    inbox: tuple[Newsroom, Path], record_sound: RecordSound
) -> None:
    house, folder = inbox
    path = record_sound(folder / "talk.wav", 330)
    old = path.stat()
    assert poll(house)[0].added == ("talk",)
    record_sound(path, 440)
    os.utime(path, ns=(old.st_atime_ns, old.st_mtime_ns))  # as a copying tool does
    assert poll(house)[0].added == ("talk-2",)


def test_a_watched_folder_that_is_gone_is_told(inbox: tuple[Newsroom, Path]) -> None:
    house, folder = inbox
    folder.rmdir()
    assert "no folder" in poll(house)[0].problem


def test_a_file_name_that_is_no_text_is_added(
    inbox: tuple[Newsroom, Path], record_sound: RecordSound
) -> None:
    house, folder = inbox
    record_sound(folder / "plain.wav", 330).rename(folder / "odd-\udcff.wav")
    assert len(poll(house)[0].added) == 1
    assert poll(house)[0].new == 0
