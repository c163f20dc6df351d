"""Articles brought in from wherever they are: one record each, with history; what is bad is told, the rest comes in."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog import importing
from catalog.articles import articles, history
from catalog.candidates import open_candidates
from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.sequence import sequence_of
from catalog.written.archive import read_archive
from catalog.written.decode import decode
from catalog.written.found import canonical_url
from catalog.written.heads import read_head
from tests.catalog.blog import Blog, item, page, post, rest, rss, serve_blog
from tests.catalog.labelled import WRITTEN
from tests.catalog.test_commands import Run, house, run  # noqa: F401

LONG = (
    "The river rose by a hand in the night, and the farmers of the left bank carried their beds to the dam. "
    * 6
)
HARD_LINES = [
    "By",
    "AND",
    "By Sana Misaal",
    "25 Dec 2020",
    "Read more on rain:",
    "Source: x",
    "PARIS, France",
    "News",
]
REST = "/wp-json/wp/v2/posts"


@pytest.fixture
def blog() -> Iterator[Blog]:
    with serve_blog() as blog:
        yield blog


@pytest.fixture
def bring(run: Run) -> Any:  # noqa: F811
    def act(source: object, *more: str) -> Any:
        return run("articles", "import", str(source), "--json", *more, ALLOWED_NETWORKS="127.0.0.0/8").json

    return act


def titles(report: Any) -> list[str]:
    return [article["title"] for article in report["articles"]]


# ---- the scrape of an archive page ----------------------------------------------------------------


def test_a_scrape_is_taken_apart_into_articles_and_talks(bring: Any) -> None:
    told = bring(WRITTEN / "archive.txt")
    assert [(one["byline"], one["date"]) for one in told["articles"]] == [
        ("a Baloch Reporter AND Taha Siddiqui", "2020-12-25"),
        ("South Asia Press Team", None),
        ("Taha Siddiqui", None),
        ("", "2021-12-03"),
    ]
    cast = {one["title"]: [(m["name"], m["role"]) for m in one["cast"]] for one in told["episode_candidates"]}
    assert cast["Balochistan in focus: Exclusive Talk with Akhtar Mengal"] == [
        ("Akhtar Mengal", "guest"),
        ("Taha Siddiqui", "moderator"),
    ]
    assert len(cast) == 4
    assert cast["Is religious extremism on the rise in Bangladesh?"] == []


def test_captions_links_and_embeds_are_kept_out_of_the_text(bring: Any, house: Newsroom) -> None:  # noqa: F811
    bring(WRITTEN / "archive.txt")
    with reading(house.engine) as session:
        article = next(one for one in articles(session) if one.title.startswith("Missing"))
    assert article.captions == "A view of the bus stop. Source: Twitter"
    assert article.author == "a Baloch Reporter, Taha Siddiqui"
    assert not any(
        word in article.text for word in ("PARIS", "Source", "youtube", "Read more", "By a Baloch")
    )
    assert "By noon the shops had closed." in article.text


def test_heads_that_are_written_otherwise_are_read_too() -> None:
    """Three authors, no date, date above or beside the byline, small letters, capitals, a sentence between title and
    byline, titles that look like captions; talks one after the other, and one that does not call itself a talk."""
    told = json.loads((WRITTEN / "archive-hard.json").read_text(encoding="utf-8"))
    found = read_archive(
        (WRITTEN / "archive-hard.txt").read_text(encoding="utf-8"), ("South Asia Press Talk",)
    )
    assert [
        {
            "title": one.title,
            "byline": one.byline,
            "dateline": one.dateline,
            "date": one.published_at.date().isoformat() if one.published_at else None,
            "captions": len(one.captions),
            "links": len(one.links),
        }
        for one in found.articles
    ] == told["articles"]
    assert [one.title for one in found.candidates] == told["talks"]


@pytest.mark.parametrize(
    ("line", "who"),
    [
        ("by Sana Misaal and Gul Nakli", "Sana Misaal and Gul Nakli"),
        ("BY SANA MISAAL", "SANA MISAAL"),
        ("Dec. 25, 2020 | By Sana Misaal | 3 Comments", "Sana Misaal"),
        ("By Sana Misaal on Fri 25 Dec, 2020", "Sana Misaal"),
        ("تحریر: زبیدہ قلمی", "زبیدہ قلمی"),
        ("By the river the shops had closed", ""),
        ("by then nobody was left", ""),
        ("By 1998 the road was gone", ""),
        ("By law, nothing is allowed", ""),
        ("| | |", ""),
    ],
)
def test_a_line_tells_who_wrote_it_or_something_else(line: str, who: str) -> None:
    assert read_head(line).who == who


@settings(deadline=None)
@given(st.lists(st.sampled_from(HARD_LINES) | st.text(max_size=40), max_size=12))
def test_any_lines_are_taken_apart(lines: list[str]) -> None:
    found = read_archive("\n".join(lines))
    assert all(one.title.strip() for one in (*found.articles, *found.candidates))


def test_a_text_without_articles_says_so(bring: Any, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("nothing here\n\nnothing there\n")
    told = bring(tmp_path / "notes.txt")
    assert told["articles"] == []
    assert "No article was found" in told["problems"][0]


# ---- sites, feeds, exports, pages, lists ----------------------------------------------------------


def test_a_wordpress_site_is_read_page_by_page(bring: Any, blog: Blog) -> None:
    blog.pages = {"/": page("The blog", "Welcome."), REST: rest([post(n) for n in range(250)])}
    told = bring(blog.address)
    assert len(told["articles"]) == 250
    assert told["problems"] == []
    assert told["articles"][0] | {"title": ""} == {
        "title": "",
        "byline": "Sana Misaal",
        "date": "2020-12-25",
        "url": "https://blog.example/0",
        "change": "new",
    }


def test_a_talk_among_posts_becomes_a_candidate(
    bring: Any,
    blog: Blog,
    house: Newsroom,  # noqa: F811
) -> None:
    talk = post(
        1,
        "South Asia Press Talk: Rain",
        "<p>Guest: Hamid Darya, farmer. Moderated by Sana Misaal</p>"
        '<iframe src="https://www.youtube.com/embed/aaaaaaaaaaa?rel=0"></iframe>',
    )
    blog.pages = {REST: rest([talk, post(2)])}
    told = bring(blog.address)
    assert titles(told) == ["Article number 2"]
    assert [member["name"] for member in told["episode_candidates"][0]["cast"]] == [
        "Hamid Darya",
        "Sana Misaal",
    ]
    assert told["episode_candidates"][0]["url"] == "https://www.youtube.com/watch?v=aaaaaaaaaaa"
    with reading(house.engine) as session:
        [kept] = open_candidates(session)
    assert (kept.title, kept.address) == ("South Asia Press Talk: Rain", told["episode_candidates"][0]["url"])


def test_a_byline_in_the_text_comes_before_the_account_that_posted_it(bring: Any, blog: Blog) -> None:
    body = "<p>By Gul Nakli AND Bilal Farzi</p><p>PARIS, France</p><p>The wells are low.</p>"
    blog.pages = {REST: rest([post(1, body=body)])}
    assert bring(blog.address)["articles"][0]["byline"] == "Gul Nakli AND Bilal Farzi"


def test_feed_export_page_sitemap_and_list_give_the_same_article(
    bring: Any, blog: Blog, tmp_path: Path
) -> None:
    here = f"{blog.address}/1"
    head = f'<link rel="canonical" href="{here}"><meta name="author" content="Sana Misaal">'
    export = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:wp="http://wordpress.org/export/1.2/" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><wp:wxr_version>1.2</wp:wxr_version>'
        f"<item><title>A dry year for wells</title><link>{here}</link><content:encoded><![CDATA[<p>{LONG}</p>]]>"
        "</content:encoded><wp:status>publish</wp:status><wp:post_type>post</wp:post_type></item>"
        f"<item><title>about</title><link>{here}2</link><wp:post_type>page</wp:post_type></item></channel></rss>"
    )
    blog.pages = {
        "/1": page("A dry year for wells", LONG, head=head),
        "/feed": rss(
            item(1, "A dry year for wells").replace("https://blog.example/1", f"{here}?utm_source=rss")
        ),
        "/sitemap.xml": f"<urlset><url><loc>{here}</loc></url></urlset>",
        "/index.xml": f"<sitemapindex><sitemap><loc>{blog.address}/sitemap.xml</loc></sitemap></sitemapindex>",
    }
    (tmp_path / "export.xml").write_text(export)
    (tmp_path / "saved.html").write_text(page("A dry year for wells", LONG, head=head))
    (tmp_path / "list.txt").write_text(f"{here}\n{here}#top\n")
    sources = [
        tmp_path / "export.xml",
        f"{blog.address}/feed",
        tmp_path / "saved.html",
        f"{blog.address}/sitemap.xml",
    ]
    told = [bring(source) for source in (*sources, f"{blog.address}/index.xml", tmp_path / "list.txt", here)]
    assert [titles(one) for one in told] == [["A dry year for wells"]] * 7
    assert {one["articles"][0]["url"] for one in told} == {here}
    changes = [one["articles"][0]["change"] for one in told]
    assert changes.count("new") == changes.index("new") + 1 == 1


# ---- one record, with history ---------------------------------------------------------------------


def test_an_update_keeps_what_was_there_before(bring: Any, blog: Blog, house: Newsroom) -> None:  # noqa: F811
    for body in ("<p>Nine wells are dry.</p>", "<p>Nine wells are dry.</p>", "<p>Eleven wells are dry.</p>"):
        blog.pages = {REST: rest([post(1, body=body)])}
        change = bring(blog.address)["articles"][0]["change"]
    assert change == "updated"
    with reading(house.engine) as session:
        (article,) = articles(session)
        assert article.text == "Eleven wells are dry."
        assert [one.text for one in history(session, article)] == ["Nine wells are dry."]


def test_a_summary_does_not_replace_the_whole_text(bring: Any, blog: Blog, house: Newsroom) -> None:  # noqa: F811
    blog.pages = {REST: rest([post(1, body=f"<p>{LONG}</p>")]), "/feed": rss(item(1, body=LONG[:90] + "…"))}
    bring(blog.address)
    assert bring(f"{blog.address}/feed")["articles"][0]["change"] == "same"
    with reading(house.engine) as session:
        assert articles(session)[0].text == LONG.strip()


def test_an_article_without_address_takes_the_one_it_is_found_at(
    bring: Any, blog: Blog, tmp_path: Path
) -> None:
    (tmp_path / "scrape.txt").write_text("A dry year for wells\nBy Sana Misaal\nThe wells are low.\n")
    blog.pages = {REST: rest([post(7, "A dry year for wells")])}
    assert bring(tmp_path / "scrape.txt")["articles"][0]["url"] == ""
    assert bring(blog.address)["articles"][0]["change"] == "updated"
    assert bring(tmp_path / "scrape.txt")["articles"][0]["url"] == "https://blog.example/7"


def test_a_moved_article_is_the_same_record(bring: Any, blog: Blog, house: Newsroom) -> None:  # noqa: F811
    for link in ("https://blog.example/old", "https://blog.example/new"):
        blog.pages = {REST: rest([post(1, "A dry year for wells", link=link)])}
        bring(blog.address)
    with reading(house.engine) as session:
        (article,) = articles(session)
        assert article.url == "https://blog.example/new"
        assert [one.url for one in history(session, article)] == ["https://blog.example/old"]


def test_what_a_site_lists_no_more_stays_and_says_so(run: Run, bring: Any, blog: Blog) -> None:  # noqa: F811
    blog.pages = {REST: rest([post(1), post(2)])}
    bring(blog.address)
    blog.pages = {REST: rest([post(2)])}
    polled = run("articles", "poll", "--json", ALLOWED_NETWORKS="127.0.0.0/8").json
    assert [(one["url"][-1], one["change"]) for one in polled[0]["articles"]] == [
        ("2", "same"),
        ("1", "gone"),
    ]
    listed = run("articles", "list", "--json").json
    assert {one["url"][-1]: one["gone"] for one in listed} == {"1": True, "2": False}
    assert "deleted there" in run("articles", "list").out


def test_an_archive_comes_in_some_at_a_time_so_that_others_may_write_meanwhile(
    bring: Any,
    blog: Blog,
    house: Newsroom,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    blog.pages = {REST: rest([post(number) for number in range(5)])}
    before = sequence_of(house.engine).number()
    assert [one["change"] for one in bring(blog.address)["articles"]] == ["new"] * 5
    assert sequence_of(house.engine).number() >= before + 4, "three acts for five, and one for the source"
    blog.pages = {REST: rest([post(number) for number in (0, 3, 4)])}
    told = bring(blog.address, "--anew")["articles"]
    assert [(one["title"][-1], one["change"]) for one in told] == [
        *((number, "same") for number in "034"),
        *((number, "gone") for number in "12"),
    ]


def test_a_site_that_fails_half_way_deletes_nothing(bring: Any, blog: Blog) -> None:
    whole = rest([post(n) for n in range(150)])
    blog.pages = {REST: whole}
    bring(blog.address)
    blog.pages = {REST: lambda query: whole(query) if query["page"] == "1" else (503, b"")}
    told = bring(blog.address)
    assert [one["change"] for one in told["articles"]] == ["same"] * 100
    assert "503" in told["problems"][0]


def test_a_poll_tells_of_what_does_not_answer(run: Run, bring: Any, blog: Blog) -> None:  # noqa: F811
    blog.pages = {"/feed": rss(item(1))}
    bring(f"{blog.address}/feed")
    blog.pages = {"/feed": (503, b"")}
    assert "503" in run("articles", "poll", ALLOWED_NETWORKS="127.0.0.0/8").out


# ---- bad input ------------------------------------------------------------------------------------

URDU = "کنویں خشک ہیں، بارش نہیں ہوئی۔ کسان بستر بند تک لے گئے، دریا رات کو چڑھا۔"


@pytest.mark.parametrize(
    "data",
    [
        URDU.encode(),
        URDU.encode("utf-16"),
        URDU.encode().decode("cp1256").encode(),
        URDU.encode().decode("latin-1").encode(),
        b'<meta charset="windows-1252">' + URDU.encode(),
    ],
)
def test_text_is_read_in_whatever_encoding_it_came(data: bytes) -> None:
    assert URDU in decode(data)


def test_windows_1256_is_read_without_a_declaration() -> None:
    arabic = "الآبار جافة والمطر لم ينزل"
    assert decode(arabic.encode("cp1256")) == arabic


def test_of_a_malformed_feed_what_can_be_read_comes_in(bring: Any, blog: Blog) -> None:
    blog.pages = {
        "/feed": rss(item(1), item(2, "Rain & wind < two"), "<item><link>x</link></item>", item(3))[:-20]
    }
    told = bring(f"{blog.address}/feed")
    assert "Article number 1" in titles(told)
    assert "Article number 3" in titles(told)
    assert any("malformed" in problem for problem in told["problems"])
    assert any("no title" in problem for problem in told["problems"])


def test_a_feed_full_of_entities_is_refused(bring: Any, blog: Blog) -> None:
    blog.pages = {"/feed": '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaa">]>' + rss(item(1))}
    told = bring(f"{blog.address}/feed")
    assert told["articles"] == []
    assert "no honest feed" in told["problems"][0]


def test_scripts_do_not_come_in(bring: Any, blog: Blog, house: Newsroom) -> None:  # noqa: F811
    body = "<p onclick='x()'>The wells</p><script>alert(1)</script><style>p{}</style><p>&lt;script&gt;</p>"
    blog.pages = {REST: rest([post(1, "Low <script>alert(2)</script>wells", body=body)])}
    assert titles(bring(blog.address)) == ["Low wells"]
    with reading(house.engine) as session:
        assert articles(session)[0].text == "The wells\n\n<script>"


def test_each_bad_address_is_a_line_and_the_rest_is_imported(bring: Any, blog: Blog, tmp_path: Path) -> None:
    blog.pages = {
        "/good": page("A dry year for wells", LONG),
        "/huge": b"<html>" + b"x" * 9_000_000,
        "/inside": "-> http://10.0.0.1/secret",
        "/broken": (500, b""),
        "/empty": "<html></html>",
        "/bytes": bytes(range(256)) * 50,
    }
    (tmp_path / "list.txt").write_text("\n".join(blog.address + path for path in [*blog.pages, "/nowhere"]))
    told = bring(tmp_path / "list.txt")
    assert titles(told) == ["A dry year for wells"]
    said = "\n".join(told["problems"])
    assert all(
        f"{blog.address}{path}: " in said for path in ("/huge", "/inside", "/broken", "/empty", "/nowhere")
    )
    assert "private network" in said
    assert "larger than the 8 MB" in said


def test_a_private_address_is_not_asked(run: Run, blog: Blog) -> None:  # noqa: F811
    said = run("articles", "import", f"{blog.address}/feed")
    assert said.status == 1
    assert "private network" in said.err
    assert blog.asked == []


def test_a_thousand_items_come_in(bring: Any, tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(rss(*(item(number) for number in range(1000))))
    assert len(bring(tmp_path / "feed.xml")["articles"]) == 1000


def test_a_source_that_is_nothing_is_told(run: Run) -> None:  # noqa: F811
    said = run("articles", "import", "nothing-here.xml")
    assert said.status == 1
    assert "neither an address" in said.err


@pytest.mark.parametrize(
    ("url", "wanted"),
    [("javascript:alert(1)", ""), ("http://[", ""), ("https://A.org/x/#y", "https://a.org/x")],
)
def test_only_addresses_of_the_web_are_addresses(url: str, wanted: str) -> None:
    assert canonical_url(url) == wanted
