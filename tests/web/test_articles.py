"""Articles on the pages: with the talk and on a page of their own; nothing unpublished or taken out shows."""

from datetime import UTC, datetime

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.articles import find_article, keep_articles
from catalog.db import writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.links import decide_link
from catalog.models import EpisodeState, Utterance
from catalog.newsroom import Newsroom
from catalog.redaction.rows import take_out_words
from catalog.relating.rounds import relate_all
from catalog.written.found import Found, FoundArticle
from tests.web.newsrooms import Line, Talk, Voice, put, set_state
from transcribe.timeline import Span

AT = datetime(2026, 11, 22, tzinfo=UTC)
SAID = "When the moraine bursts the flood needs twenty minutes to reach our village"
LAKE = Talk(
    "The lake of Shimdar",
    [
        Line("A", "The glacier lake above Shimdar has tripled and the sirens have no batteries", 0, 8_000),
        Line("B", SAID, 8_000, 16_000),
    ],
    {"A": Voice("Zarin Lake"), "B": Voice("Hamid River")},
)
ARTICLE = FoundArticle(
    "A lake <b>waits</b> above Shimdar",
    url="https://blog.example/lake",
    byline="Sana Misaal",
    published_at=AT,
    text="The sirens of Shimdar have no batteries, says Hamid River of the glacier lake.\n\n"
    "“When the moraine bursts, the flood needs twenty minutes to reach our village,” he said.",
)
OTHER = FoundArticle("Tea is dear", url="https://blog.example/tea", text="A cup costs two rupees more.")
PAGE = "/articles/1-a-lake-b-waits-b-above-shimdar"


@pytest.fixture
def related(room: Newsroom) -> Newsroom:
    put(room, "lake", LAKE)
    with writing(room.engine) as session:
        keep_articles(session, Found((ARTICLE, OTHER)), "https://blog.example/feed", AT)
    relate_all(room)
    return room


def test_a_talk_shows_its_article_with_the_reason_marked_as_found_by_a_machine(
    related: Newsroom, client: TestClient
) -> None:
    page = client.get("/e/lake").text
    assert f'href="{PAGE}"' in page
    assert "Found by a machine, not checked" in page
    assert "Of this talk, the article names <bdi>Hamid River</bdi>." in page
    assert "<b>waits" not in page
    assert "Tea is dear" not in page


def test_what_people_confirmed_is_not_marked_and_what_they_rejected_is_gone(
    related: Newsroom, client: TestClient
) -> None:
    with writing(related.engine) as session:
        decide_link(session, "lake", 1, "confirm", by="Mina")
    assert "Found by a machine" not in client.get("/e/lake").text
    with writing(related.engine) as session:
        decide_link(session, "lake", 1, "reject", by="Mina")
    assert PAGE not in client.get("/e/lake").text
    assert "/e/lake" not in client.get(PAGE).text


def test_the_front_page_shows_the_newest_articles_when_there_are_any(
    room: Newsroom, client: TestClient
) -> None:
    put(room, "lake", LAKE)
    assert 'id="h-art"' not in client.get("/").text
    with writing(room.engine) as session:
        keep_articles(session, Found((ARTICLE, OTHER)), "https://blog.example/feed", AT)
    page = client.get("/").text
    assert page.index('id="h-art"') < page.index(f'href="{PAGE}"') < page.index("Tea is dear")
    with writing(room.engine) as session:
        find_article(session, 1).gone_at = AT
    assert "Tea is dear" in client.get("/").text and PAGE not in client.get("/").text


def test_an_article_has_an_extract_the_original_and_the_moments_it_quotes(
    related: Newsroom, client: TestClient
) -> None:
    page = client.get(PAGE).text
    assert 'href="https://blog.example/lake"' in page
    assert "The sirens of Shimdar" in page
    assert 'href="/e/lake?t=8#t=8"' in page
    assert SAID in page
    assert "Found by a machine, not checked" in page


def test_its_page_has_one_address(related: Newsroom, client: TestClient) -> None:
    for other in ("/articles/1", "/articles/1-something"):
        answer = client.get(other, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (301, PAGE)
    assert client.get("/ur/articles/1", follow_redirects=False).headers["location"] == f"/ur{PAGE}"
    for nothing in ("/articles/999", "/articles/0", "/articles/x", "/articles/1/2", "/articles?page=9999"):
        assert client.get(nothing).status_code == 404, nothing


def test_the_list_has_them_all(related: Newsroom, client: TestClient) -> None:
    page = client.get("/articles").text
    assert PAGE in page
    assert "Tea is dear" in page
    assert "2 articles" in page


def test_an_article_taken_down_at_its_source_says_so_and_is_not_linked(
    related: Newsroom, client: TestClient
) -> None:
    with writing(related.engine) as session:
        keep_articles(session, Found((OTHER,), is_whole=True), "https://blog.example/feed", AT)
    page = client.get(PAGE).text
    assert "This article was taken down at its source." in page
    assert "https://blog.example/lake" not in page
    assert "Taken down at its source" in client.get("/e/lake").text


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_nothing_of_a_talk_that_is_not_public_is_on_a_page_of_an_article(
    related: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    set_state(related, 1, state)
    for address in (
        PAGE,
        "/articles",
        "/api/v1/articles",
        "/api/v1/articles/1",
        "/api/v1/related?url=https://blog.example/lake",
    ):
        answer = client.get(address)
        assert answer.status_code == 200
        for word in ("/e/lake", "moraine bursts the", "The lake of Shimdar"):
            assert word not in answer.text, (address, word)


def test_a_correction_under_a_quotation_shows_until_somebody_looks(
    related: Newsroom, client: TestClient
) -> None:
    with writing(related.engine) as session:
        line = session.exec(select(Utterance).where(Utterance.position == 1)).one()
        edit_paragraph(
            session, "lake", line.id or 0, SAID.replace("twenty", "ten"), stamp_of(line), by="Mina"
        )
    for address in ("/e/lake", PAGE):
        page = client.get(address).text
        assert "The transcript was corrected here since." in page
        assert "amber" in page


def test_redacted_words_are_on_no_page(related: Newsroom, client: TestClient) -> None:
    with writing(related.engine) as session:
        take_out_words(session, 1, [Span(8_000, 16_000)])
    page = client.get("/e/lake").text
    assert "moraine" not in page
    assert "twenty minutes" not in page
    stub = client.get(PAGE).text
    assert SAID not in stub
    assert "t=8" not in stub


# ---- for programs --------------------------------------------------------------------------------


def test_programs_read_articles_and_the_talks_of_an_address(related: Newsroom, client: TestClient) -> None:
    listed = client.get("/api/v1/articles").json()
    assert [one["title"] for one in listed["articles"]] == [ARTICLE.title, OTHER.title]
    whole = client.get("/api/v1/articles/1").json()
    assert whole["url"] == "https://blog.example/lake"
    assert whole["talks"][0]["id"] == "lake"
    assert whole["talks"][0]["passages"][0]["start_ms"] == 8_000
    asked = client.get("/api/v1/related", params={"url": "http://www.blog.example/lake/?utm_source=x"})
    assert asked.json() == whole
    assert asked.headers["access-control-allow-origin"] == "*"
    assert client.get("/api/v1/related?url=https://blog.example/none").status_code == 404


def test_the_site_map_has_the_articles(related: Newsroom, client: TestClient) -> None:
    assert f"{PAGE}</loc>" in client.get("/sitemap.xml").text
