"""What others send is read as far as it goes or refused in words, whatever is left of it: feeds, posts, pages, sheets.
Recordings are tried in `test_damaged_media`, captions and turns in `tests/transcribe`."""

from typing import Any

from hypothesis import given, settings

from catalog.authority.sheet import read_sheet
from catalog.errors import CatalogError
from catalog.written.feed import read_feed
from catalog.written.page import read_page
from catalog.written.wordpress import read_posts
from media.errors import MediaError
from media.subscribe import parse_feed
from tests.damage import damaged, replaced

FEED = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Press</title><language>ur</language><item><title>چائے مہنگی ہے</title><guid>1</guid>
<link>https://press.example/tea</link><dc:creator>Sana Misaal</dc:creator>
<pubDate>Tue, 03 Jun 2025 10:00:00 +0500</pubDate><enclosure url="/talk.mp3" type="audio/mpeg" length="9"/>
<content:encoded><![CDATA[<p>A cup costs <b>two</b> rupees more.</p>]]></content:encoded></item></channel></rss>
""".encode()
PAGE = b"""<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Tea is dear</title>
<link rel="canonical" href="https://press.example/tea"></head><body><article><h1>Tea is dear</h1><p>By Sana Misaal</p>
<p>June 3, 2025</p><p>A cup costs two rupees more than it did last year, and stalls close all along the road.</p>
</article></body></html>"""
POST: dict[str, Any] = {
    "title": {"rendered": "Tea is dear"},
    "content": {"rendered": "<p>A cup costs two rupees more.</p>"},
    "link": "https://press.example/tea",
    "date_gmt": "2025-06-03T10:00:00",
    "modified_gmt": "2025-06-04T10:00:00",
    "status": "publish",
    "_embedded": {"author": [{"name": "Sana Misaal"}]},
}
SHEET = "kind;name;aliases;person\nplace;Karachi;کراچی | कराची;\nperson;Sana Misaal;;sana-misaal\n".encode()
REFUSED = (CatalogError, MediaError)

tried = settings(max_examples=80, derandomize=True, deadline=None)


@tried
@given(damaged(FEED))
def test_a_feed_of_articles(data: bytes) -> None:
    found = read_feed(data, "https://press.example/feed")
    assert all(one.title for one in found.articles)


@tried
@given(damaged(FEED))
def test_a_feed_of_talks(data: bytes) -> None:
    try:
        items = parse_feed(data, "https://press.example/feed")
    except REFUSED as refused:
        assert refused.sentence
    else:
        assert all(one.source.url.startswith(("http://", "https://")) for one in items)


@settings(tried, max_examples=30)
@given(damaged(PAGE))
def test_a_page(data: bytes) -> None:
    try:
        found = read_page(data, "https://press.example/tea")
    except REFUSED:
        return
    assert found.title and found.text


@tried
@given(replaced([POST, POST]))
def test_posts(posts: Any) -> None:
    if isinstance(posts, list):  # anything else is no list of posts to who fetches them
        found = read_posts(posts, "https://press.example")
        assert all(one.title for one in found.articles)
        assert len(found.articles) + len(found.candidates) + len(found.problems) <= len(posts)


@tried
@given(damaged(SHEET))
def test_a_sheet_of_names(data: bytes) -> None:
    sheet = read_sheet(data.decode("utf-8", "replace"))
    assert all(problem.endswith(".") for problem in sheet.problems)
    assert all(row.slug or row.cells["name"].strip() for row in sheet.rows)
