import os
from dataclasses import replace
from pathlib import Path

import pytest

from media.errors import MediaError, Unreadable
from media.guard import Limits
from media.sources import Source
from media.subscribe import Item, list_folder, list_items, listed, newest_first, parse_feed
from tests.media.conftest import Site

ITEM = """<item><title>Water &amp; power</title><guid isPermaLink="false">ep-12</guid>
<pubDate>Tue, 03 Jun 2025 10:00:00 +0500</pubDate>
<description>&lt;p&gt;With &lt;b&gt;two&lt;/b&gt; guests&lt;/p&gt;&lt;p&gt;and a host&lt;/p&gt;</description>
<link>https://example.org/episodes/12</link>
<enclosure url="/media/12.mp3?utm_source=feed" type="audio/mpeg" length="1"/></item>"""


def rss(*items: str) -> bytes:
    head = '<?xml version="1.0" encoding="utf-8"?><rss version="2.0"><channel><title>Show</title>'
    return (head + "".join(items) + "</channel></rss>").encode()


# ---- feeds ----------------------------------------------------------------------------------------


def test_a_podcast_item_becomes_its_enclosure_with_all_it_says() -> None:
    url = "https://example.org/media/12.mp3"
    assert parse_feed(rss(ITEM), "https://example.org/feed.xml") == [
        Item(
            source=Source("web", url.removeprefix("https://"), url),
            title="Water & power",
            description="With two guests\nand a host",
            published_at="2025-06-03T05:00:00+00:00",
            guid="ep-12",
        )
    ]


def test_an_item_without_enclosure_is_the_page_it_links_to() -> None:
    item = "<item><title>t</title><link>/episodes/1#top</link></item>"
    (found,) = parse_feed(rss(item), "https://example.org/feed")
    assert found.source.url == "https://example.org/episodes/1"
    assert found.guid == "https://example.org/episodes/1"
    assert found.published_at is None


def test_an_item_that_leads_nowhere_we_go_is_left_out() -> None:
    bad = [
        "<item><title>words only</title></item>",
        "<item><title>script</title><link>javascript:alert(1)</link></item>",
        '<item><title>file</title><enclosure url="file:///etc/passwd" type="audio/mpeg"/></item>',
        "<item><title>broken</title><link>http://[::1/</link></item>",
    ]
    assert [one.guid for one in parse_feed(rss(*bad, ITEM), "https://example.org/")] == ["ep-12"]


def test_pictures_and_documents_are_no_recordings() -> None:
    item = """<item><guid>x</guid><enclosure url="/cover.jpg" type="image/jpeg"/>
    <enclosure url="/notes.pdf" type=""/><enclosure url="/talk.m4a" type=""/></item>"""
    (found,) = parse_feed(rss(item), "https://example.org/")
    assert found.source.url == "https://example.org/talk.m4a"


def test_a_channel_feed_in_atom_gives_the_talks_themselves() -> None:
    atom = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>c</title>
    <entry><id>yt:video:aqz-KE-bpKQ</id><title>Talk</title><updated>2025-06-04T00:00:00Z</updated>
    <link rel="alternate" href="https://www.youtube.com/watch?v=aqz-KE-bpKQ"/></entry></feed>"""
    (found,) = parse_feed(atom, "https://www.youtube.com/feeds/videos.xml")
    assert (found.source.provider, found.source.external_id) == ("youtube", "aqz-KE-bpKQ")
    assert (found.guid, found.published_at) == ("yt:video:aqz-KE-bpKQ", "2025-06-04T00:00:00+00:00")


def test_an_impossible_date_is_no_date() -> None:
    item = ITEM.replace("Tue, 03 Jun 2025 10:00:00 +0500", "Tue, 99 Foo 99999")
    assert parse_feed(rss(item), "https://example.org/")[0].published_at is None


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "not_a_feed"),
        (b"<html><body>hello</body></html>", "not_a_feed"),
        (b"/etc/passwd", "not_a_feed"),
        (b"https://example.org/feed", "not_a_feed"),
        (b"\x00\xff\xfe" * 100, "not_a_feed"),
        (b'<!DOCTYPE x [<!ENTITY a "aaaa">]>' + rss(ITEM), "hostile_feed"),
        (b'<!DOCTYPE x [<!entity x SYSTEM "file:///etc/passwd">]>' + rss(ITEM), "hostile_feed"),
        ('<!DOCTYPE x [<!ENTITY a "aaaa">]><rss/>'.encode("utf-16"), "hostile_feed"),
    ],
)
def test_what_is_no_honest_feed_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as error:
        parse_feed(data, "https://example.org/")
    assert error.value.code == code


def test_a_broken_feed_gives_what_can_be_read() -> None:
    assert [one.guid for one in parse_feed(rss(ITEM)[:-20], "https://example.org/")] == ["ep-12"]
    assert parse_feed(rss(), "https://example.org/") == []
    assert parse_feed(rss("<a>" * 5000), "https://example.org/") == []


# ---- over the network -----------------------------------------------------------------------------


def test_a_feed_gives_its_newest_items_only(site: Site, limits: Limits) -> None:
    items = [ITEM.replace("ep-12", f"ep-{number}") for number in range(5)]
    url = site.page("/feed", rss(*items), "application/rss+xml")
    assert [one.guid for one in list_items(url, limits, newest=2)] == ["ep-0", "ep-1"]


@pytest.mark.parametrize(
    ("path", "code", "retry"),
    [("/page", "not_a_feed", False), ("/none", "not_found", False), ("/busy", "server_error", True)],
)
def test_an_address_without_a_feed_is_told_apart(
    site: Site, limits: Limits, path: str, code: str, retry: bool
) -> None:
    site.page("/page", "<html>hello</html>")
    site.page("/busy", "later", status=503)
    with pytest.raises(MediaError) as error:
        list_items(site.url(path), limits, newest=5)
    assert (error.value.code, error.value.retry) == (code, retry)


def test_a_feed_is_fetched_under_the_same_guard(site: Site, limits: Limits) -> None:
    with pytest.raises(MediaError) as error:
        list_items(site.redirect("/feed", "http://169.254.169.254/"), limits, newest=5)
    assert error.value.code == "private_address"


@pytest.mark.parametrize(
    "channel",
    [
        "https://www.youtube.com/@presstalk",
        "https://www.youtube.com/playlist?list=PL0123456789012345",
        "https://vimeo.com/channels/staffpicks",
    ],
)
def test_a_channel_is_asked_through_yt_dlp_and_its_silence_is_worth_another_try(
    channel: str, limits: Limits, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(*_: object, **__: object) -> None:
        raise OSError(111, "refused")  # no test leaves this machine

    monkeypatch.setattr("yt_dlp.networking._urllib.create_connection", nobody)
    monkeypatch.setattr("socket.create_connection", nobody)
    with pytest.raises(MediaError) as error:
        list_items(channel, limits, newest=5)
    assert (error.value.code, error.value.retry) == ("unreachable", True)


class Channel:
    """What yt-dlp lists of a channel with three tabs, as it lists it."""

    def extract_info(self, url: str, download: bool) -> dict[str, object]:
        tabs = {
            "videos": ["aaaaaaaaaaa", "bbbbbbbbbbb"],
            "streams": ["ccccccccccc"],
            "shorts": ["ddddddddddd"],
        }
        name = url.rpartition("/")[2]
        if name in tabs:
            entries = [self.entry(one) for one in tabs[name]]
        else:
            entries = [{"_type": "url", "ie_key": "YoutubeTab", "url": f"{url}/{tab}"} for tab in tabs]
        return {"_type": "playlist", "entries": entries}

    def entry(self, one: str) -> dict[str, object]:
        status = "is_live" if one.startswith("b") else None
        return {
            "ie_key": "Youtube",
            "id": one,
            "url": f"https://www.youtube.com/watch?v={one}",
            "title": f"Talk {one[0]}",
            "timestamp": 1748940000,
            "live_status": status,
        }


def test_a_channel_is_its_talks_and_past_broadcasts_without_shorts_and_what_is_not_over() -> None:
    found = list(listed(Channel(), "https://www.youtube.com/@presstalk"))
    assert [(one.title, one.guid) for one in found] == [("Talk a", "aaaaaaaaaaa"), ("Talk c", "ccccccccccc")]
    assert found[0].source.provider == "youtube"
    assert found[0].published_at == "2025-06-03T08:40:00+00:00"


# ---- a watched folder -----------------------------------------------------------------------------


def test_only_recordings_that_are_there_for_good_are_listed(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox"
    (inbox / "june").mkdir(parents=True)
    (inbox / ".hidden").mkdir()
    for name in (
        "b.mp4",
        "a.WAV",
        "june/c.mp3",
        "notes.txt",
        "d.mp4.part",
        ".e.mp4",
        ".hidden/f.mp4",
        "list.m3u8",
    ):
        (inbox / name).write_bytes(b"x")
    (inbox / "empty.mp4").touch()
    (inbox / "folder.mp4").mkdir()
    assert list_folder(inbox, settled_s=0) == [inbox / "a.WAV", inbox / "b.mp4", inbox / "june" / "c.mp3"]


def test_links_out_of_the_folder_are_not_followed(tmp_path: Path) -> None:
    inbox, outside = tmp_path / "inbox", tmp_path / "outside"
    inbox.mkdir()
    outside.mkdir()
    (outside / "secret.mp4").write_bytes(b"x")
    (inbox / "link.mp4").symlink_to(outside / "secret.mp4")
    (inbox / "away").symlink_to(outside)
    (inbox / "nothing.mp4").symlink_to(inbox / "gone.mp4")
    (inbox / "loop.mp4").symlink_to(inbox / "loop.mp4")
    assert list_folder(inbox, settled_s=0) == []


def test_a_file_still_being_copied_waits_even_when_its_date_is_old(tmp_path: Path) -> None:
    copied = tmp_path / "talk.mp4"
    copied.write_bytes(b"x")
    os.utime(copied, (0, 0))
    assert list_folder(tmp_path, settled_s=3600) == []
    assert list_folder(tmp_path, settled_s=0) == [copied]


SOME = Item(Source("web", "example.org/a", "https://example.org/a"), "A", "", None, "a")


def test_a_feed_written_oldest_first_still_shows_its_newest_talks() -> None:
    dated = [
        replace(SOME, title=f"{day}", published_at=f"2026-01-{day:02}T00:00:00+00:00") for day in (1, 3, 2)
    ]
    undated = replace(SOME, title="no date", published_at=None)
    assert [item.title for item in newest_first([*dated, undated])] == ["no date", "3", "2", "1"]
