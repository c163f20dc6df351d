"""The log of corrections, on a page and as a feed that feed readers read, whatever the words are."""

import feedparser
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.episodes import touch
from catalog.models import Episode, EpisodeState, Utterance
from catalog.newsroom import Newsroom
from catalog.speakers import withhold_label
from tests.web.newsrooms import URDU, Line, Talk, Voice, demo_talk, put, set_state
from tests.web.test_podcast import HOSTILE

LOGS = ("/corrections", "/corrections.xml")


def rewrite(room: Newsroom, slug: str, position: int, text: str) -> None:
    with writing(room.engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == slug)).one()
        touch(session, episode)
        line = session.exec(
            select(Utterance).where(Utterance.position == position).order_by(Utterance.track_id.desc())  # type: ignore[attr-defined]
        ).first()
        assert line is not None
        line.text = text
        session.add(line)
        session.flush()
        touch(session, episode)


def test_an_empty_log_says_so(client: TestClient) -> None:
    assert "Nothing was changed here after it was published." in client.get("/corrections").text
    told = feedparser.parse(client.get("/corrections.xml").content)
    assert not told.bozo and told.entries == []


def test_the_words_before_and_after_are_marked(room: Newsroom, client: TestClient) -> None:
    put(
        room,
        "tea",
        Talk("Tea", [Line("1", "they drank the tee", 20_000, 24_000)], {"1": Voice("Zarin Test")}),
    )
    rewrite(room, "tea", 0, "they drank the tea")
    page = client.get("/corrections").text
    assert 'they drank the <del>tee</del> <ins class="fix">tea</ins>' in page
    assert 'href="/e/tea?t=20#t=20"' in page and client.get("/e/tea/r/3.json").status_code == 200
    answer = client.get("/corrections.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = feedparser.parse(answer.content)
    assert not told.bozo and told.version == "atom10"
    [entry] = told.entries
    assert entry.title == "Corrected: Tea" and entry.link == "http://testserver/e/tea"
    assert '<del>tee</del> <ins class="fix">tea</ins>' in entry.content[0].value
    again = client.get("/corrections.xml", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_an_urdu_paragraph_keeps_its_direction(room: Newsroom, client: TestClient) -> None:
    put(room, "urdu", URDU)
    rewrite(room, "urdu", 0, "السلام علیکم، ایک نئی گفتگو میں خوش آمدید۔")
    assert '<span lang="ur" dir="rtl">' in client.get("/corrections").text


@pytest.mark.parametrize("text", [HOSTILE, "]]></content></entry>", "word " * 5000])
def test_hostile_words_stay_words(room: Newsroom, client: TestClient, text: str) -> None:
    voices = {"1": Voice(HOSTILE[:180])}
    put(room, "odd", Talk(HOSTILE, [Line("1", f"before {text}", 0, 4_000)], voices))
    rewrite(room, "odd", 0, f"after {text}")
    page = client.get("/corrections")
    assert page.status_code == 200 and "<script>" not in page.text.replace('<script type="module"', "")
    told = feedparser.parse(client.get("/corrections.xml").content)
    assert not told.bozo and len(told.entries) == 1
    assert "<del>before" in told.entries[0].content[0].value
    assert len(page.content) < 30_000


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_a_talk_that_is_not_public_leaves_the_log(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    episode_id = put(room, "tea", demo_talk(title="Somewhere else"))
    rewrite(room, "tea", 0, "Something else")
    assert all("Somewhere else" in client.get(path).text for path in LOGS)
    set_state(room, episode_id, state)
    assert not any("omething else" in client.get(path).text for path in LOGS)
    assert not any("Somewhere" in client.get(path).text for path in LOGS)


def test_a_name_that_is_withheld_leaves_the_log(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", Talk("Tea", [Line("1", "I am Zarin", 0, 4_000)], {"1": Voice("Zarin Test")}))
    rewrite(room, "tea", 0, "I am the one who knows")
    assert all("Zarin" in client.get(path).text for path in LOGS)
    with writing(room.engine) as session:
        withhold_label(session, "tea", "1", by="an editor")
    assert not any("Zarin" in client.get(path).text for path in LOGS)
