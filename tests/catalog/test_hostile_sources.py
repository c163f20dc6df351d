"""Sources that are broken, damaged or made to do harm: each is a clear line of the report, and the rest comes in."""

# ruff: noqa: F811

import json
from pathlib import Path
from typing import Any

import pytest

from catalog.articles import articles
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.written.found import LONGEST_TEXT
from tests.catalog.blog import Blog, item, page, post, rest, rss
from tests.catalog.test_articles import LONG, REST, blog, bring, titles  # noqa: F401
from tests.catalog.test_commands import Run, house, run  # noqa: F401

URDU = "کنویں خشک ہیں، بارش نہیں ہوئی۔ کسان بستر بند تک لے گئے، دریا رات کو چڑھا۔ " * 3
ARABIC = "الآبار جافة والمطر لم ينزل منذ شهر. " * 8
DEEP = "<div>" * 300_000
BOMBS = {
    "laughs": '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>',
    "file": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>',
    "fetch": '<!DOCTYPE a [<!ENTITY % b SYSTEM "http://10.0.0.1/x"> %b;]>',
}


def test_every_bad_page_of_a_list_is_one_line_and_the_good_ones_come_in(
    bring: Any,
    blog: Blog,
    tmp_path: Path,
) -> None:
    blog.pages = {
        "/first": page("A dry year for wells", LONG),
        "/fifty": b"<html><h1>Large</h1><p>" + b"rain " * 10_000_000,
        "/deep": f"<!doctype html><html><body><h1>Deep</h1>{DEEP}rain",
        "/inside": "-> http://192.168.0.1/admin",
        "/twice": "-> /inside",
        "/itself": "-> file:///etc/passwd",
        "/round": "-> /round",
        "/noise": bytes(range(256)) * 40,
        "/arabic": page("الآبار جافة", ARABIC, lang="ar")
        .replace('<meta charset="utf-8">', "")
        .encode("cp1256"),
        "/last": page("A wet year for wells", LONG),
    }
    (tmp_path / "list.txt").write_text("\n".join(blog.address + path for path in blog.pages))
    told = bring(tmp_path / "list.txt")
    assert titles(told) == ["A dry year for wells", "الآبار جافة", "A wet year for wells"]
    said = {one.removeprefix(blog.address).partition(": ")[0]: one for one in told["problems"]}
    assert said.keys() == blog.pages.keys() - {"/first", "/arabic", "/last"}
    assert "larger than the 8 MB" in said["/fifty"]
    assert "no honest page" in said["/deep"]
    assert "private network" in said["/inside"] and "private network" in said["/twice"]


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_with_entities_of_its_own_is_not_read(
    bring: Any, blog: Blog, bomb: str, encoding: str
) -> None:
    feed = rss(item(1, "&b;")).replace('<?xml version="1.0"?>', f'<?xml version="1.0"?>{bomb}')
    blog.pages = {"/feed": feed.encode(encoding)}
    told = bring(f"{blog.address}/feed")
    assert told["articles"] == []
    assert told["problems"] == [
        f"{blog.address}/feed is built in a way that no honest feed is; it was not read."
    ]


@pytest.mark.parametrize(
    "data",
    [
        rss(item(1, "کنویں", URDU)).encode().decode("latin-1").encode(),
        rss(item(1, "کنویں", URDU)).replace('"1.0"?>', '"1.0" encoding="windows-1252"?>', 1).encode(),
        rss(item(1, "کنویں", URDU)).encode("utf-16"),
        b"<br />Notice: a plugin failed in line 7\n" + rss(item(1, "کنویں", URDU)).encode(),
    ],
    ids=["encoded twice", "declared as another", "utf-16", "with a remark before it"],
)
def test_a_feed_in_the_wrong_encoding_is_read_rightly(
    bring: Any,
    blog: Blog,
    house: Newsroom,
    data: bytes,
) -> None:
    blog.pages = {"/feed": data}
    assert titles(bring(f"{blog.address}/feed")) == ["کنویں"]
    with reading(house.engine) as session:
        assert articles(session)[0].text == URDU.strip()


def test_of_a_thousand_items_the_bad_ones_are_told_by_their_numbers(bring: Any, tmp_path: Path) -> None:
    items = [item(number) for number in range(1000)]
    items[3] = "<item><link>https://blog.example/x</link></item>"
    items[777] = item(777, body=DEEP)
    (tmp_path / "feed.xml").write_text(rss(*items))
    told = bring(tmp_path / "feed.xml")
    assert len(told["articles"]) == 998
    assert [one.partition("feed.xml")[2] or one for one in told["problems"]] == [
        "The file, item 4: it has no title.",
        "The file, item 778: it is built in a way that no honest page is.",
    ]


def test_posts_that_are_no_posts_are_told_and_the_others_come_in(bring: Any, blog: Blog) -> None:
    odd: list[Any] = [None, 7, [], {"title": None}, {"id": 9, "title": {"rendered": "Deep"}, "content": DEEP}]
    bad_link = post(3, link=f"{blog.address}/\ud800\0three", _embedded={"author": 5})
    blog.pages = {REST: rest([*odd, post(1), post(2, date_gmt=5, link=["x"], _embedded="x"), bad_link])}
    told = bring(blog.address)
    assert titles(told) == [f"Article number {number}" for number in (1, 2, 3)]
    assert len(told["problems"]) == 5
    blog.pages = {REST: json.dumps({"code": "rest_forbidden"}), "/": page("Closed", "Nothing.")}
    assert bring(blog.address)["articles"][0]["title"] == "Closed"


def test_a_text_without_an_end_is_cut_and_told(bring: Any, house: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss(item(1, body="rain " * 100_000), item(2)))
    told = bring(tmp_path / "feed.xml")
    assert "longer than 300,000 characters" in told["problems"][0]
    with reading(house.engine) as session:
        assert sorted(len(one.text) for one in articles(session)) == [len("The wells are low."), LONGEST_TEXT]


def test_a_site_map_that_leads_to_itself_ends_and_an_empty_one_is_told(bring: Any, blog: Blog) -> None:
    blog.pages = {
        "/map.xml": f"<sitemapindex><sitemap><loc>{blog.address}/map.xml</loc></sitemap></sitemapindex>",
        "/empty.xml": "<urlset></urlset>",
    }
    assert bring(f"{blog.address}/map.xml")["articles"] == []
    assert len(blog.asked) < 10
    assert "names no page" in bring(f"{blog.address}/empty.xml")["problems"][0]
