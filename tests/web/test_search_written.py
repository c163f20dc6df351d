"""Written articles in the search: on the page, for programs, by the command; talks by the article they belong to."""

import re
from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from catalog.articles import keep_articles
from catalog.db import reading, writing
from catalog.models import Article
from catalog.newsroom import Newsroom
from catalog.relating.rounds import relate_all
from catalog.search.refresh import open_index
from catalog.search.written import open_articles, search_articles
from catalog.written.found import Found, FoundArticle
from tests.web.newsrooms import demo_talk, put
from tests.web.test_articles import ARTICLE, AT, LAKE, OTHER


@pytest.fixture
def related(room: Newsroom) -> Newsroom:
    put(room, "lake", LAKE)
    put(room, "tea", demo_talk())
    with writing(room.engine) as session:
        keep_articles(session, Found((ARTICLE, OTHER)), "https://blog.example/feed", AT)
    relate_all(room)
    return room


def titles(room: Newsroom, query: str) -> list[str]:
    index = open_articles(room.settings.index_folder, room.engine)
    with reading(room.engine) as session:
        return [hit.title for hit in search_articles(session, index, query).hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("sirens in:articles", [ARTICLE.title]),
        ("sirens in:both", [ARTICLE.title]),
        ('"two rupees" in:articles', [OTHER.title]),
        ("sirens rupees in:articles", []),
        ("sirens -glacier in:articles", []),
        ("Misaal in:articles after:2026-11", [ARTICLE.title]),
        ("Misaal in:articles before:2026", []),
        ("tea in:articles article:2", [OTHER.title]),
        ("sirens in:articles article:2", []),
        ("sirens", []),
        ("sirens in:episodes", []),
        ("sirens in:articles speaker:River", []),
    ],
)
def test_articles_answer_the_same_language_of_queries(
    related: Newsroom, query: str, found: list[str]
) -> None:
    assert titles(related, query) == found


def test_the_index_follows_what_changes_and_shows_nothing_that_is_gone(related: Newsroom) -> None:
    assert titles(related, "rupees in:articles") == [OTHER.title]
    with writing(related.engine) as session:
        changed = FoundArticle(
            OTHER.title, url=OTHER.url, text="A cup costs three taka more today. Sugar is dear."
        )
        keep_articles(session, Found((changed,)), "https://blog.example/feed", AT)
    assert titles(related, "rupees in:articles") == []
    assert titles(related, "taka in:articles") == [OTHER.title]
    with writing(related.engine) as session:
        session.delete(article(session, OTHER.title))
    assert titles(related, "taka in:articles") == []


def article(session: Session, title: str) -> Article:
    return session.exec(select(Article).where(Article.title == title)).one()


def test_the_page_shows_talks_articles_or_both(related: Newsroom, client: TestClient) -> None:
    open_index(related.settings.index_folder, related.engine)
    talks = client.get("/search?q=sirens").text
    assert "/e/lake?t=" in talks
    assert "/articles/1" not in talks
    assert "in%3Aboth" in talks
    articles = client.get("/search?q=sirens+in:articles").text
    assert 'href="/articles/1"' in articles
    assert "<mark>sirens</mark>" in articles
    assert "/e/lake?t=" not in articles
    assert "Nobody has said" not in articles
    both = client.get("/search?q=sirens+in:both").text
    assert 'href="/articles/1"' in both
    assert "/e/lake?t=" in both
    none = client.get("/search?q=submarine+in:articles").text
    assert "No article that we know has" in none and "Nobody has said" not in none


def test_talks_are_found_by_the_article_they_belong_to(related: Newsroom, client: TestClient) -> None:
    for asked in ("article:1", 'article:"above Shimdar"', "article:blog.example/lake"):
        page = client.get("/search", params={"q": f"the {asked}"}).text
        assert "/e/lake?t=" in page, asked
        assert "/e/tea?t=" not in page, asked
    assert "/e/lake?t=" not in client.get("/search?q=sirens+article:999").text


def test_programs_get_articles_too(related: Newsroom, client: TestClient) -> None:
    told = client.get("/api/v1/search?q=sirens+in:both").json()
    assert [one["id"] for one in told["articles"]] == [1]
    assert told["hits"]
    assert client.get("/api/v1/search?q=sirens").json()["articles"] == []
    noted = client.get("/api/v1/search?q=sirens+in:articles+role:guest").json()["notes"]
    assert any("no speaker" in one["text"] for one in noted)


@pytest.fixture
def many(room: Newsroom) -> Newsroom:
    """Twelve articles with one word, of two years and two languages, and a talk."""
    put(room, "tea", demo_talk())
    articles = tuple(
        FoundArticle(
            f"Lantern number {number}",
            url=f"https://blog.example/lantern-{number}",
            text="A lantern hangs over the old road." + " It burns." * number,
            language="ur" if number % 4 == 0 else "en",
            published_at=datetime(2024 + number % 2, 3, 1 + number, tzinfo=UTC),
        )
        for number in range(12)
    )
    with writing(room.engine) as session:
        keep_articles(session, Found(articles), "https://blog.example/feed", AT)
    return room


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
def test_pages_of_articles_show_each_once(many: Newsroom, client: TestClient, sort: str) -> None:
    address = f"/search?q=lantern+in:articles&sort={sort}"
    first = client.get(address).text
    assert "12 articles" in first
    more = re.search(r'rel="next nofollow" href="([^"]+)"', first)
    assert more
    second = client.get(more[1].replace("&amp;", "&")).text
    shown = [re.findall(r'<h3><a href="/articles/(\d+)"', page) for page in (first, second)]
    assert [len(page) for page in shown] == [10, 2]
    assert len({*shown[0], *shown[1]}) == 12
    assert 'rel="next nofollow"' not in second and "First page" in second
    cursors, told = "", []
    for _ in range(4):
        query = {"q": "lantern in:articles", "sort": sort, "limit": 5, "cursor": cursors}
        answer = client.get("/api/v1/search", params=query).json()
        told += [one["id"] for one in answer["articles"]]
        assert (answer["articles_total"], answer["hits"]) == (12, [])
        cursors = answer["next"] or ""
        if not cursors:
            break
    assert len(told) == len(set(told)) == 12
    assert told == [int(one) for one in (*shown[0], *shown[1])]


def test_articles_are_counted_by_year_and_language(many: Newsroom, client: TestClient) -> None:
    told = client.get("/api/v1/search?q=lantern+in:articles").json()["facets"]
    counts = {one["field"]: {c["value"]: c["turns"] for c in one["counts"]} for one in told}
    assert counts == {"year": {"2025": 6, "2024": 6}, "language": {"en": 9, "ur": 3}}
    page = client.get("/search?q=lantern+in:articles").text
    assert "lang%3Aur" in page
    assert "3 articles" in client.get("/search?q=lantern+in:articles+lang:ur").text
    assert "6 articles" in client.get("/search?q=lantern+in:articles+after:2025+before:2026").text


def test_beside_talks_the_first_articles_stand_with_a_way_to_all(many: Newsroom, client: TestClient) -> None:
    page = client.get("/search?q=lantern+in:both").text
    assert len(re.findall(r'<h3><a href="/articles/', page)) == 5
    assert "q=lantern+in%3Aarticles" in page


@pytest.mark.parametrize("cursor", ["x", "A" * 24, "é" * 24, "9" * 200])
def test_a_forged_cursor_begins_again_for_readers_and_is_refused_to_programs(
    many: Newsroom, client: TestClient, cursor: str
) -> None:
    page = client.get("/search", params={"q": "lantern in:articles", "after": cursor})
    assert page.status_code == 200 and "Here it is from the beginning" in page.text
    first = client.get("/search", params={"q": "lantern in:articles"}).text
    assert "from the beginning" not in first
    assert re.findall(r'href="(/articles/[^"]+)"', page.text) == re.findall(
        r'href="(/articles/[^"]+)"', first
    )
    told = client.get("/api/v1/search", params={"q": "lantern in:articles", "cursor": cursor})
    assert told.status_code == 400 and told.headers["content-type"] == "application/problem+json"
    other = client.get("/api/v1/search", params={"q": "lantern in:articles", "limit": 2}).json()["next"]
    stolen = client.get("/api/v1/search", params={"q": "road in:articles", "cursor": other})
    assert stolen.status_code == 400
