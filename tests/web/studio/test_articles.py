"""What producers do with the articles of a talk."""

import re
from dataclasses import replace

import pytest
from sqlmodel import select

from catalog.articles import keep_articles
from catalog.candidates import keep_candidates, open_candidates
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.models import ArticleQuotation, AuditEvent, EpisodeArticle, Review, Utterance
from catalog.newsroom import Newsroom
from catalog.relating.rounds import relate_all
from catalog.slugs import slugify
from catalog.written.found import EpisodeCandidate, Found
from tests.web.newsrooms import put
from tests.web.studio.conftest import Enter
from tests.web.test_articles import ARTICLE, AT, LAKE, OTHER


@pytest.fixture
def related(staffed: Newsroom) -> Newsroom:
    put(staffed, "lake", LAKE)
    with writing(staffed.engine) as session:
        keep_articles(session, Found((ARTICLE, OTHER)), "https://blog.example/feed", AT)
    relate_all(staffed)
    return staffed


def test_producers_decide_and_take_a_block_for_wordpress(related: Newsroom, enter: Enter) -> None:
    studio = enter("producer")
    page = studio.get("/studio/e/lake/articles").text
    assert "Suggested" in page and "It is that" in page
    for act, said in (
        ("confirm", "Confirmed"),
        ("pin", "pinned"),
        ("up", "Confirmed"),
        ("unpin", "Confirmed"),
    ):
        assert studio.post("/studio/e/lake/articles", data={"act": act, "article": "1"}).status_code == 303
        assert said in studio.get("/studio/e/lake/articles").text
    studio.post(
        "/studio/e/lake/articles", data={"act": "reason", "article": "1", "reason": "He says it here."}
    )
    assert "He says it here." in studio.get("/e/lake").text
    made = studio.post("/studio/e/lake/articles/passages/1", data={"act": "block"}).headers["location"]
    block = studio.get(made).text
    assert "&lt;script" not in block
    quote = re.search(r"/embed/q/([a-z0-9]+)", block)
    assert quote is not None
    assert studio.get(f"/embed/q/{quote[1]}").status_code == 200
    studio.post("/studio/e/lake/articles/passages/1", data={"act": "reject"})
    with reading(related.engine) as session:
        assert session.exec(select(ArticleQuotation.review)).one() is Review.REJECTED
        assert session.exec(select(EpisodeArticle.decided_by)).one() != ""


def test_a_link_of_ones_own_is_made_by_address_or_number(related: Newsroom, enter: Enter) -> None:
    studio = enter("producer")
    for article in ("https://blog.example/tea", "2"):
        studio.post("/studio/e/lake/articles", data={"act": "add", "article": article})
        assert "Tea is dear" in studio.get("/e/lake").text
    answer = studio.post(
        "/studio/e/lake/articles", data={"act": "add", "article": "https://blog.example/none"}
    )
    assert answer.status_code == 404
    assert "Bring it in first" in answer.text
    assert studio.get("/studio/articles?q=tea").text.count("Tea is dear") == 1
    assert "The lake of Shimdar" in studio.get("/studio/articles/2").text


def test_a_talk_among_the_articles_is_offered_until_somebody_decides(related: Newsroom, enter: Enter) -> None:
    shown = EpisodeCandidate(
        "Rain: Exclusive Talk with Hamid Darya",
        "Guest: Hamid Darya, farmer. Moderated by Sana Misaal",
        address="https://www.youtube.com/watch?v=aaaaaaaaaaa",
    )
    unheard = EpisodeCandidate("Wells: Exclusive Talk", "We discuss wells.")
    known = EpisodeCandidate(LAKE.title, "It is in the catalog already.")
    for _ in range(2):  # an address is looked at again and again
        with writing(related.engine) as session:
            keep_candidates(session, (shown, unheard, known), "https://blog.example/feed", AT)
    studio = enter("producer")
    page = studio.get("/studio/articles").text
    assert page.count("<h3>") == 2 and "Sana Misaal" in page and shown.address in page
    refused = studio.post("/studio/articles/talks/2", data={"act": "add"})
    assert refused.status_code == 400 and "Give the address" in refused.text
    aside = studio.post("/studio/articles/talks/2", data={"act": "aside"}).headers["location"]
    page = studio.get(aside).text
    assert unheard.title not in page and "Offer it again" in page
    studio.post("/studio/articles/talks/2", data={"act": "back"})
    assert unheard.title in studio.get("/studio/articles").text
    added = studio.post("/studio/articles/talks/1", data={"act": "add"}).headers["location"]
    assert shown.title in studio.get(added).text
    assert shown.title not in studio.get("/studio/articles").text
    with writing(related.engine) as session:
        keep_candidates(session, (shown,), "https://blog.example/feed", AT)
        assert [one.title for one in open_candidates(session)] == [unheard.title]


def test_a_corrected_quotation_is_on_the_board_until_somebody_looks(related: Newsroom, enter: Enter) -> None:
    studio = enter("producer")
    told = "was corrected under 1 quotation of an article."
    assert told not in studio.get("/studio/").text
    with writing(related.engine) as session:
        line = session.exec(select(Utterance).where(Utterance.position == 1)).one()
        said = line.text.replace("twenty", "ten")
        edit_paragraph(session, "lake", line.id or 0, said, stamp_of(line), by="Mina")
    board = studio.get("/studio/").text
    assert told in board and 'href="/studio/e/lake/articles"' in board
    assert "To look at again" in studio.get("/studio/articles").text
    assert "amber" in studio.get("/studio/e/lake/articles").text
    studio.post("/studio/e/lake/articles/passages/1", data={"act": "confirm"})
    assert told not in studio.get("/studio/").text
    assert "To look at again" not in studio.get("/studio/articles").text


def test_an_editor_writes_the_line_that_readers_see_above_an_article(related: Newsroom, enter: Enter) -> None:
    line = "Why <b>the lake</b> shrinks & who pays \u202efor it."
    studio = enter("editor")
    ours = f"/articles/1-{slugify(ARTICLE.title, 'article')}"
    assert studio.post("/studio/articles/1", data={"summary": f" {line}\n"}).status_code == 303
    assert "Saved" in studio.get("/studio/articles/1?note=summary").text
    for path in (ours, "/articles"):
        page = studio.get(path).text
        assert "Why &lt;b&gt;the lake" in page and "<b>the lake" not in page
    assert studio.get("/api/v1/articles/1").json()["summary"] == line
    assert studio.post("/studio/articles/1", data={"summary": "x" * 301}).status_code == 400
    assert studio.post("/studio/articles/999", data={"summary": "x"}).status_code == 404
    with writing(related.engine) as session:
        keep_articles(session, Found((replace(ARTICLE, text="It was written anew."),)), "feed", AT)
    page = studio.get(ours).text
    assert "It was written anew." in page and "Why &lt;b&gt;the lake" in page
    studio.post("/studio/articles/1", data={"summary": ""})
    assert "the lake&lt;/b&gt;" not in studio.get(ours).text
    with reading(related.engine) as session:
        acts = session.exec(select(AuditEvent.subject).where(AuditEvent.act == "summary")).all()
    assert acts == ["article/1"] * 2
