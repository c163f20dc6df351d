"""The show as podcasts: every tag is where readers of podcasts look for it, whatever a talk is called."""

import hashlib
import json
from base64 import b64encode
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree as Xml

import feedparser
import jsonschema
import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import (
    Article,
    ArticleQuotation,
    Episode,
    EpisodeState,
    MediaKind,
    Review,
    Role,
    Track,
    Utterance,
)
from catalog.newsroom import Newsroom
from tests.readers import ITUNES, PODCAST, podcast_errors, read_podcast
from tests.web.newsrooms import URDU, Line, Voice, demo_talk, newsroom_at, put, set_state
from web import podcast
from web.app import create_app

HOSTILE = "</title></script>]]> & \"quotes\" 'single' \u202eright to left\u202c \x0b 🙂 سچ " + "x" * 240
SOUND, FILM = b"sound", b"film"
FILES = {
    MediaKind.WEB_AUDIO: (SOUND, "audio/mpeg"),
    MediaKind.WEB_AUDIO_LOW: (b"low", "audio/ogg; codecs=opus"),
    MediaKind.WEB_VIDEO: (FILM, "video/mp4"),
    MediaKind.ORIGINAL: (b"never shown", "video/mp4"),
}
CHAPTERS = ((0, "Good evening"), (34_000, HOSTILE))
FEEDS = (
    *("/feed.xml", "/feed-video.xml"),
    *("/people/hamid-river/feed.xml", "/people/hamid-river/feed-video.xml"),
)
CHAPTERS_SCHEMA = {
    "type": "object",
    "required": ["version", "chapters"],
    "properties": {
        "version": {"const": "1.2.0"},
        "title": {"type": "string"},
        "podcastName": {"type": "string"},
        "chapters": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["startTime"],
                "additionalProperties": False,
                "properties": {
                    "startTime": {"type": "number", "minimum": 0},
                    "endTime": {"type": "number", "exclusiveMinimum": 0},
                    "title": {"type": "string", "minLength": 1},
                    "url": {"type": "string", "pattern": "^https?://"},
                },
            },
        },
    },
}


@pytest.fixture
def shows(room: Newsroom) -> None:
    put(room, "tea", demo_talk(files=FILES, chapters=CHAPTERS))
    put(room, "urdu", replace(URDU, files=FILES))
    put(room, "silent", demo_talk(files={}, title="A talk without sound"))
    odd = {"1": Voice(HOSTILE[:190], Role.HOST, HOSTILE), "2": Voice("River, Hamid <hamid@talks.example>")}
    lines = [Line("1", HOSTILE, 0, 9_000), Line("2", "Yes.", 9_000, 10_000)]
    put(room, "odd", demo_talk(title=HOSTILE, summary=HOSTILE * 20, voices=odd, lines=lines, files=FILES))


def items_of(body: bytes) -> dict[str, Xml.Element]:
    root = Xml.fromstring(body)
    return {item.findtext("guid", "").removeprefix("presstalk:"): item for item in root.iter("item")}


def attributes(item: Xml.Element, tag: str) -> list[dict[str, str]]:
    return [one.attrib for one in item.iter(f"{{{PODCAST}}}{tag}")]


@pytest.mark.parametrize("address", FEEDS)
def test_three_readers_of_podcasts_find_nothing_wrong(client: TestClient, shows: None, address: str) -> None:
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert podcast_errors(answer.content) == []
    told = feedparser.parse(answer.content)
    assert not told.bozo and told.entries
    seen = read_podcast(answer.content)
    assert len(seen["items"]) == len(told.entries)
    assert seen["explicit"] is False and seen["guid"] and seen["itunesImage"]
    assert all(item["podcastTranscripts"] and item["alternativeEnclosures"] for item in seen["items"])
    assert all(item["enclosure"]["url"].startswith("http://testserver/media/") for item in seen["items"])


def test_a_talk_is_told_with_all_that_plays_reads_and_proves_it(client: TestClient, shows: None) -> None:
    tea = items_of(client.get("/feed.xml").content)["tea"]
    played = tea.find("enclosure")
    assert played is not None
    assert played.attrib == {
        "url": "http://testserver/media/tea/web_audio.mp3",
        "length": str(len(SOUND)),
        "type": "audio/mpeg",
    }
    assert client.get(played.attrib["url"]).content == SOUND
    assert tea.findtext("pubDate") == "Sat, 21 Nov 2026 12:00:00 GMT"
    assert int(tea.findtext(f"{{{ITUNES}}}duration", "")) > 30
    people = [(one.get("role"), one.text) for one in tea.iter(f"{{{PODCAST}}}person")]
    assert ("host", "Asma Green") in people and ("guest", "Hamid River") in people
    transcripts = attributes(tea, "transcript")
    assert {one["type"] for one in transcripts} >= {"text/vtt", "application/x-subrip", "application/json"}
    for one in transcripts:
        told = client.get(one["url"])
        assert told.headers["content-type"].partition(";")[0] == one["type"]
        assert told.headers["access-control-allow-origin"] == "*"
        assert (one.get("rel") == "captions") == (one["type"] in ("text/vtt", "application/x-subrip"))
    [chapters] = attributes(tea, "chapters")
    assert client.get(chapters["url"]).headers["content-type"] == chapters["type"]
    proofs = [one["value"] for one in attributes(tea, "integrity")]
    assert f"sha256-{b64encode(hashlib.sha256(SOUND).digest()).decode()}" in proofs and len(proofs) == 3


def test_what_an_editor_confirmed_as_quoted_is_a_soundbite_and_nothing_else(
    room: Newsroom, client: TestClient, shows: None
) -> None:
    with writing(room.engine) as session:
        said = session.exec(
            select(Utterance)
            .join(Track)
            .join(Episode)
            .where(Episode.slug == "tea")
            .order_by(Utterance.position)
        ).first()
        track = said and session.get(Track, said.track_id)
        assert said and track
        article = Article(url="https://blog.example/tea", title="Tea in the hills")
        session.add(article)
        session.flush()
        for start_ms, review, quote in (
            (3_500, Review.CONFIRMED, "the tea"),
            (9_000, Review.SUGGESTED, "a machine found it"),
            (12_000, Review.REJECTED, "it was no quotation"),
            (15_000, Review.CONFIRMED, ""),  # redacted
        ):
            session.add(
                ArticleQuotation(
                    article_id=article.id or 0,
                    episode_id=track.episode_id,
                    utterance_id=said.id,
                    paragraph=0,
                    quote=quote,
                    start_ms=start_ms,
                    end_ms=start_ms + 2_250,
                    words=4,
                    likeness=1.0,
                    review=review,
                )
            )
    body = client.get("/feed.xml").content
    assert podcast_errors(body) == []
    items = items_of(body)
    assert attributes(items["tea"], "soundbite") == [{"startTime": "3.5", "duration": "2.25"}]
    assert attributes(items["urdu"], "soundbite") == []
    [tea] = [one for one in read_podcast(body)["items"] if one["guid"] == "presstalk:tea"]
    assert [(one["startTime"], one["duration"]) for one in tea["podcastSoundbites"]] == [(3.5, 2.25)]


@pytest.mark.parametrize("address", FEEDS[1::2])
def test_an_edition_in_film_plays_films(client: TestClient, shows: None, address: str) -> None:
    root = Xml.fromstring(client.get(address).content)
    assert (root.findtext("channel/title") or "").endswith(" (video)")
    assert {one.get("type") for one in root.iter("enclosure")} == {"video/mp4"}
    assert root.findtext(f"channel/{{{PODCAST}}}medium") == "video"


def test_a_talk_that_does_not_play_is_in_no_feed(client: TestClient, shows: None) -> None:
    for address in FEEDS:
        assert "silent" not in items_of(client.get(address).content)


def test_a_person_has_a_feed_of_the_talks_they_are_named_in(client: TestClient, shows: None) -> None:
    body = client.get("/people/hamid-river/feed.xml").content
    assert set(items_of(body)) == {"tea"}
    assert Xml.fromstring(body).findtext("channel/title") == "Hamid River in South Asia Press Talk"
    assert client.get("/people/nobody/feed.xml").status_code == 404
    assert client.get("/people/nobody/feed-video.xml").status_code == 404
    assert "/people/hamid-river/feed-video.xml" in client.get("/people/hamid-river").text


def test_a_hostile_name_stays_text_without_what_turns_the_line_around(
    client: TestClient, shows: None
) -> None:
    odd = items_of(client.get("/feed.xml").content)["odd"]
    title = odd.findtext("title") or ""
    assert title.startswith("</title></script>]]> & \"quotes\" 'single' right to left 🙂 سچ xxx")
    assert not {"\u202e", "\u202c", "\x0b"} & set("".join(odd.itertext()))
    assert len(odd.findtext("description") or "") <= 4000
    names = [one.text or "" for one in odd.iter(f"{{{PODCAST}}}person")]
    assert any("<hamid@talks.example>" in name for name in names)
    assert all(len(name) <= 128 for name in names)


def test_a_feed_that_has_not_changed_is_not_sent_again(
    room: Newsroom, client: TestClient, shows: None
) -> None:
    tag = {"If-None-Match": client.get("/feed.xml").headers["etag"]}
    assert client.get("/feed.xml", headers=tag).status_code == 304
    put(room, "new", demo_talk(files=FILES))
    assert client.get("/feed.xml", headers=tag).status_code == 200


def test_a_long_feed_comes_in_pages_that_lead_to_each_other(
    room: Newsroom, client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(5):
        put(room, f"talk-{number}", demo_talk(files=FILES))
    monkeypatch.setattr(podcast, "A_PAGE", 2)
    seen, address = [], "/feed.xml"
    while address:
        root = Xml.fromstring(client.get(address).content)
        seen += [item.findtext("link", "").rpartition("/")[2] for item in root.iter("item")]
        ways = {one.get("rel"): one.get("href", "") for one in root.iter("{http://www.w3.org/2005/Atom}link")}
        assert ways["first"].endswith("/feed.xml") and ways["last"].endswith("/feed.xml?page=3")
        address = ways.get("next", "")
    assert seen == [f"talk-{number}" for number in (4, 3, 2, 1, 0)]
    assert client.get("/feed.xml?page=4").status_code == 404


def test_what_the_newsroom_set_is_told_and_nothing_else(room: Newsroom, client: TestClient) -> None:
    bare = Xml.fromstring(client.get("/feed.xml").content)
    for tag in ("funding", "locked", "license", "person"):
        assert bare.find(f"channel/{{{PODCAST}}}{tag}") is None
    given: dict[str, Any] = {
        "contact": "desk@talks.example",
        "funding": "https://talks.example/give",
        "licence": "CC BY 4.0",
        "podcast_category": "News/Politics",
        "base_url": "https://talks.example/",
    }
    other = newsroom_at(room.settings.home, room.settings.database_url, **given)
    with TestClient(create_app(other.settings)) as reader:
        body = reader.get("/feed.xml").content
    assert podcast_errors(body) == []
    root = Xml.fromstring(body)
    funding, locked = (root.find(f"channel/{{{PODCAST}}}{tag}") for tag in ("funding", "locked"))
    assert funding is not None and funding.get("url") == "https://talks.example/give"
    assert locked is not None and locked.get("owner") == "desk@talks.example" and locked.text == "yes"
    part = root.find(f"channel/{{{ITUNES}}}category/{{{ITUNES}}}category")
    assert part is not None and part.get("text") == "Politics"
    assert root.findtext("channel/link") == "https://talks.example/"


def test_chapters_are_as_players_read_them(client: TestClient, shows: None) -> None:
    answer = client.get("/e/tea/chapters.json")
    assert answer.headers["content-type"] == "application/json+chapters"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = json.loads(answer.content)
    jsonschema.validate(told, CHAPTERS_SCHEMA)
    starts = [one["startTime"] for one in told["chapters"]]
    assert starts == sorted(starts) == [0, 34]
    assert told["chapters"][0]["endTime"] == 34 and told["chapters"][1]["endTime"] > 34
    assert "\u202e" not in told["chapters"][1]["title"] and "<" not in told["chapters"][0]["title"]
    assert client.get("/e/silent/chapters.json").status_code == 404


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_a_talk_that_is_not_public_leaves_every_feed(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    episode_id = put(room, "tea", demo_talk(files=FILES, chapters=CHAPTERS))
    tags = {address: client.get(address).headers["etag"] for address in FEEDS}
    set_state(room, episode_id, state)
    for address in FEEDS[:2]:
        answer = client.get(address, headers={"If-None-Match": tags[address]})
        assert answer.status_code == 200 and items_of(answer.content) == {}
    assert client.get(FEEDS[2]).status_code == 404
    assert client.get("/e/tea/chapters.json").status_code in (404, 410)
