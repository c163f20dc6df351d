"""Crawlers find every public page and no other; a site map is one by its own schema."""

from urllib.robotparser import RobotFileParser
from xml.etree import ElementTree as Xml

import pytest
from starlette.testclient import TestClient

from catalog.articles import keep_articles
from catalog.db import writing
from catalog.models import EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from catalog.written.found import Found, FoundArticle
from tests.readers import VIDEO, sitemap_errors
from tests.web.newsrooms import NOON, URDU, demo_talk, put, set_state
from tests.web.test_podcast import HOSTILE
from web import sitemap

NS = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
FILM = {MediaKind.WEB_VIDEO: (b"film", "video/mp4")}


def places(body: bytes) -> list[str]:
    return [one.text or "" for one in Xml.fromstring(body).iter(f"{NS}loc")]


def test_the_map_leads_to_every_page_and_tells_of_films(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files=FILM))
    put(room, "urdu", URDU)
    put(room, "odd", demo_talk(title=HOSTILE, summary=HOSTILE * 20, files=FILM))
    put(room, "hidden", demo_talk(state=EpisodeState.REVIEW))
    body = client.get("/sitemap.xml").content
    assert sitemap_errors(body) == []
    found = places(body)
    assert "http://testserver/e/hidden" not in found and len(found) == len(set(found))
    assert {"http://testserver/", "http://testserver/e/urdu", "http://testserver/people/hamid-river"} <= set(
        found
    )
    assert [address for address in found if client.get(address).status_code != 200] == []
    films = [one.text for one in Xml.fromstring(body).iter(f"{{{VIDEO}}}content_loc")]
    assert films == [f"http://testserver/media/{slug}/web_video.mp4" for slug in ("odd", "tea")]


def test_a_site_with_many_talks_has_a_map_of_maps(
    room: Newsroom, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put(room, f"talk-{number}", demo_talk(files={}))
    monkeypatch.setattr(sitemap, "MOST", 2)
    body = client.get("/sitemap.xml").content
    maps = places(body)
    assert [one.rpartition("/")[2] for one in maps] == [f"sitemap-{number}.xml" for number in (1, 2, 3)]
    found = [place for one in maps for place in places(client.get(one).content)]
    assert {f"http://testserver/e/talk-{number}" for number in range(5)} < set(found)
    assert len(found) == len(set(found))
    assert client.get("/sitemap-4.xml").status_code == 404


def test_pages_that_are_not_talks_are_all_on_the_maps(
    room: Newsroom, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(room, "tea", demo_talk(files={}))
    written = [
        FoundArticle(f"An article {number}", url=f"https://blog.example/{number}") for number in range(5)
    ]
    with writing(room.engine) as session:
        keep_articles(session, Found(tuple(written)), "https://blog.example/feed", NOON)
    monkeypatch.setattr(sitemap, "MOST", 2)
    maps = places(client.get("/sitemap.xml").content)
    assert len(maps) == 3
    found = [place for one in maps for place in places(client.get(one).content)]
    assert len([one for one in found if "/articles/" in one]) == 5
    assert len([one for one in found if "/people/" in one]) == len(demo_talk().voices)
    assert len(found) == len(set(found))


def test_the_second_language_of_the_interface_is_told_everywhere(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files={}))
    body = client.get("/sitemap.xml").content
    assert sitemap_errors(body) == []
    link = 'hreflang="ur" href="http://testserver/ur/e/tea"'
    assert link in body.decode() and link in client.get("/e/tea").text


def test_robots_may_read_talks_and_nothing_readers_make(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    rules = RobotFileParser()
    rules.parse(text.splitlines())
    assert rules.site_maps() == ["http://testserver/sitemap.xml"]
    for path in ("/", "/e/tea", "/e/tea.vtt", "/people/hamid-river", "/feed.xml", "/search/help"):
        assert rules.can_fetch("Examplebot", path), path
    for path in (
        "/q/abcdefghjk",
        "/search?q=tea",
        "/search.rss?q=tea",
        "/embed/q/abcdefghjk",
        "/oembed?url=x",
    ):
        assert not rules.can_fetch("Examplebot", path), path
    assert rules.can_fetch("Twitterbot", "/q/abcdefghjk"), "it shows the card of what somebody shares"
    assert not rules.can_fetch("Twitterbot", "/search?q=tea")


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_a_talk_that_is_not_public_is_on_no_map(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    episode_id = put(room, "tea", demo_talk(files=FILM))
    tag = client.get("/sitemap.xml").headers["etag"]
    set_state(room, episode_id, state)
    answer = client.get("/sitemap.xml", headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "/e/tea" not in answer.text and "hamid-river" not in answer.text
