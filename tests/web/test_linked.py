"""Pages tell programs what they are: data blocks and cards for other sites, safe whatever a talk is called."""

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import MediaKind
from catalog.newsroom import Newsroom
from catalog.people import person_named
from catalog.quotes import quote_paragraph
from tests.readers import DataBlocks
from tests.web.facts import SCHEMA_ORG, facts_of
from tests.web.newsrooms import URDU, demo_talk, put
from tests.web.test_podcast import HOSTILE

FILES = {
    MediaKind.WEB_AUDIO: (b"sound", "audio/mpeg"),
    MediaKind.WEB_VIDEO: (b"film", "video/mp4"),
}
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
CHAPTERS = ((0, "Good evening"), (34_000, HOSTILE))


def block_of(page: str) -> dict[str, Any]:
    [block] = DataBlocks(page).blocks
    return block


def cards_of(page: str) -> dict[str, str]:
    return DataBlocks(page).cards


def test_a_talk_is_an_episode_with_sound_film_words_and_clips(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files=FILES, chapters=CHAPTERS))
    told = block_of(client.get("/e/tea").text)
    assert told["@type"] == "PodcastEpisode" and told["url"] == "http://testserver/e/tea"
    assert told["partOfSeries"]["@type"] == "PodcastSeries"
    facts = facts_of(told)
    assert ("http://testserver/e/tea", f"{SCHEMA_ORG}partOfSeries", "http://testserver/#series") in facts
    clips = [what for what in facts if what[1:] == (RDF_TYPE, f"{SCHEMA_ORG}Clip")]
    assert len(clips) == 4, "two chapters, of the sound and of the film"
    assert {one["contributor"]["name"] for one in told["contributor"]} >= {"Asma Green", "Hamid River"}
    sound, film = told["associatedMedia"]
    assert (sound["@type"], film["@type"]) == ("AudioObject", "VideoObject")
    for one in (sound, film):
        assert one["duration"] == told["duration"] and one["duration"].startswith("PT")
        assert len(one["sha256"]) == 64 and one["uploadDate"].startswith("2026-11-21T12:00:00")
        for address in (one["contentUrl"], one["transcript"], one["caption"]["contentUrl"]):
            assert client.get(address).status_code == 200
        assert [(clip["@type"], clip["startOffset"]) for clip in one["hasPart"]] == [
            ("Clip", 0),
            ("Clip", 34),
        ]
        assert (
            one["hasPart"][0]["endOffset"] == 34 and client.get(one["hasPart"][1]["url"]).status_code == 200
        )


def test_the_whole_transcript_is_in_the_data_that_stands_alone(
    client: TestClient, talks: dict[str, int]
) -> None:
    answer = client.get("/e/tea.jsonld")
    assert answer.headers["content-type"] == "application/ld+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    told = json.loads(answer.content)
    assert len(told["associatedMedia"][0]["transcript"].split()) > 50
    said = [what for _, which, what in facts_of(told) if which == f"{SCHEMA_ORG}transcript"]
    assert told["associatedMedia"][0]["transcript"] in said
    assert 'type="application/ld+json" href="/e/tea.jsonld"' in client.get("/e/tea").text


def test_the_show_and_a_person_are_told_with_what_is_known_only(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files=FILES))
    show = block_of(client.get("/").text)
    assert show["@type"] == "PodcastSeries" and client.get(show["webFeed"]).status_code == 200
    assert "license" not in show
    somebody = block_of(client.get("/people/hamid-river").text)
    assert set(somebody) == {"@context", "@type", "@id", "url", "name"}
    with writing(room.engine) as session:
        person = person_named(session, "Hamid River")
        assert person is not None
        person.wikidata = "Q1"
        session.add(person)
    told = block_of(client.get("/people/hamid-river").text)
    assert told["sameAs"] == "https://www.wikidata.org/entity/Q1"
    assert (somebody["@id"], f"{SCHEMA_ORG}sameAs", told["sameAs"]) in facts_of(told)


@pytest.mark.parametrize("title", [HOSTILE, "<!--<script>", "</script><script>document.title = 1</script>"])
def test_no_title_gets_out_of_the_data_block(room: Newsroom, client: TestClient, title: str) -> None:
    put(room, "odd", demo_talk(title=title, summary=title, files=FILES, chapters=((0, title),)))
    page = client.get("/e/odd").text
    told = block_of(page)
    assert told["name"].startswith(title[:12]) and not {"\u202e", "\x0b"} & set(told["name"])
    block = page.partition('<script type="application/ld+json">')[2].partition("</script>")[0]
    assert not {"<", ">", "&"} & set(block)
    assert ("http://testserver/e/odd", f"{SCHEMA_ORG}name", told["name"]) in facts_of(told)
    assert cards_of(page)["og:title"].startswith(title[:12])


@pytest.mark.parametrize(
    ("path", "kind"), [("/", "website"), ("/e/tea", "article"), ("/e/urdu", "article"), ("/q", "article")]
)
def test_a_page_that_is_shared_shows_its_card(
    room: Newsroom, client: TestClient, path: str, kind: str
) -> None:
    put(room, "tea", demo_talk(files=FILES))
    put(room, "urdu", URDU)
    if path == "/q":
        with writing(room.engine) as session:
            path = f"/q/{quote_paragraph(session, 'tea', 0)}"
    page = client.get(path).text
    told = cards_of(page)
    assert told["og:type"] == kind and told["og:url"] == f"http://testserver{path}"
    assert told["og:title"] and told["og:image:alt"] and told["og:image:width"] == "1200"
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    assert page.count('<link rel="canonical"') == 1
