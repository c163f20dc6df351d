"""Pages and feeds of what talks name: every moment with who said it, and nothing that is not published."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from catalog.authority.bringing import bring_in
from catalog.authority.changing import edit_entity, merge_entities
from catalog.authority.entries import entry_of
from catalog.authority.following import follow
from catalog.authority.sheet import read_sheet
from catalog.db import writing
from catalog.models import Article, EntityState, EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from tests.readers import podcast_errors
from tests.web.newsrooms import NOON, Line, Talk, Voice, put, set_state

SHEET = """id,kind,name,aliases,description,not
asma-lantern,person,Asma Lantern,عاصمہ لالٹین | असमा लालटेन,An invented keeper of lamps.,kamal-lantern
kamal-lantern,person,Kamal Lantern,,,asma-lantern
lake-market,place,Lake Market,جھیل بازار,An invented town.,
lamps,topic,Street lamps,street lamp | چراغ,,
secret-lane,place,Secret Lane,,,
"""
TALK = Talk(
    title="Lamps & <rain>",
    lines=(
        Line("a", "Asma Lantern went to Lake Market with a street lamp.", 0, 8_000),
        Line("b", "And I say that Kamal Lantern stayed in Secret Lane.", 9_000, 17_000),
        Line("a", "عاصمہ لالٹین نے چراغ جلائے۔", 18_000, 25_000, "ur"),
        Line("c", "Nobody asked Asma Lantern.", 26_000, 30_000),
    ),
    voices={"a": Voice("Sana Demo"), "b": Voice("Kamal Lantern")},
    files={MediaKind.WEB_AUDIO: (b"sound", "audio/mpeg")},
)
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def talk(room: Newsroom) -> int:
    """Two talks in a newsroom with a file of names; the newer one has an article that names the same."""
    with writing(room.engine) as session:
        bring_in(session, read_sheet(SHEET))
        _, before = entry_of(session, "secret-lane")
        edit_entity(session, "secret-lane", replace(before, state=EntityState.UNLISTED))
        text = "Lake Market reads that Asma Lantern has lamps."
        session.add(
            Article(url="https://example.org/lamps", title="A report", text=text, byline="A Reporter")
        )
        session.add(Article(url="https://example.org/gone", title="Gone now", text=text, gone_at=NOON))
    put(room, "older", replace(TALK, published_at=NOON - timedelta(days=70), title="An older talk"))
    episode_id = put(room, "lamps", TALK)
    with writing(room.engine) as session:
        bring_in(session, read_sheet(SHEET))  # again: whoever is heard by now is joined
    follow(room)
    return episode_id


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_topic_is_told_with_every_moment_and_who_said_it(client: TestClient, talk: int) -> None:
    page = client.get("/topics/asma-lantern")
    assert page.status_code == 200
    told = words(page.text)
    assert "6 moments" in told and "2 talks" in told and "An invented keeper of lamps." in told
    assert "<mark>Asma Lantern</mark>" in page.text and "<mark>عاصمہ لالٹین</mark>" in page.text
    assert page.text.index("/e/lamps") < page.text.index("/e/older")
    assert "/e/lamps?t=28#" in page.text  # at the name, not where the paragraph begins
    assert "Sana Demo : Asma Lantern went" in told
    assert "Unconfirmed voice" in told
    assert "Lamps &amp; &lt;rain&gt;" in page.text
    assert 'href="/topics/kamal-lantern"' in page.text  # not to be confused with
    assert re.search(r'href="/articles/\d+-a-report"', page.text)
    assert "Gone now" in told and "https://example.org/gone" not in page.text
    assert "November 2026" in told  # the figures of the chart


def test_what_is_named_together_is_told_in_tables(client: TestClient, talk: int) -> None:
    page = client.get("/topics/lake-market").text
    assert re.search(r'href="/topics/asma-lantern">.*?<td class="num">2</td>', page, re.S)
    assert re.search(r'href="/topics/lamps">.*?<span>2</span>', page, re.S)
    assert 'href="/topics/kamal-lantern"' not in page


def test_somebody_who_is_heard_too_is_told_so(client: TestClient, talk: int) -> None:
    assert 'href="/people/kamal-lantern">Heard in these talks too' in client.get("/topics/kamal-lantern").text
    assert 'href="/people/asma-lantern"' not in client.get("/topics/asma-lantern").text


def test_urdu_readers_meet_urdu_names(client: TestClient, talk: int) -> None:
    page = client.get("/ur/topics/asma-lantern").text
    assert re.search(r"<h1>.*عاصمہ لالٹین", page)
    assert "جھیل بازار" in client.get("/ur/topics").text


def test_the_lists_and_the_front_page_lead_there(client: TestClient, talk: int) -> None:
    page = client.get("/topics").text
    assert all(f'href="/topics/{slug}"' in page for slug in ("asma-lantern", "lake-market", "lamps"))
    assert 'href="/topics/lamps"' in client.get("/").text
    assert 'href="/topics/lake-market"' in client.get("/topics/all/place").text
    assert client.get("/topics/all/place?page=2").status_code == 404
    assert client.get("/topics/all/river").status_code == 404
    talk_page = client.get("/e/lamps").text
    named = talk_page[talk_page.index("Named in this talk") :]
    assert named.index("asma-lantern") < named.index("lake-market")
    assert "/topics/lamps" in client.get("/sitemap.xml").text


def test_the_search_has_topics_to_narrow_by(client: TestClient, talk: int) -> None:
    page = client.get("/search?q=lantern").text
    assert "topic%3Alake-market" in page and "Street lamps" in page
    assert "2 moments" in client.get("/search?q=topic:lake-market").text


def test_feeds_tell_each_moment_and_each_talk(client: TestClient, talk: int) -> None:
    feed = client.get("/topics/asma-lantern/feed-moments.xml")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = ET.fromstring(feed.content)
    assert root.findtext("a:title", namespaces=ATOM).startswith("Asma Lantern in ")
    assert len(root.findall("a:entry", ATOM)) == 6
    assert (
        root.find("a:link[@rel='self']", ATOM).get("href").endswith("/topics/asma-lantern/feed-moments.xml")
    )
    podcast = ET.fromstring(client.get("/topics/lake-market/feed.xml").content)
    assert len(podcast.findall("channel/item")) == 2
    page = client.get("/topics/asma-lantern").text
    assert "/topics/asma-lantern/feed.xml" in page and "/topics/asma-lantern/feed-moments.xml" in page
    films = client.get("/topics/lake-market/feed-video.xml")
    assert podcast_errors(films.content) == []
    assert not ET.fromstring(films.content).findall("channel/item") and "feed-video" not in page


def test_a_page_says_in_data_what_it_is(client: TestClient, talk: int) -> None:
    page = client.get("/topics/lake-market").text
    data = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
    assert data["@type"] == "Place" and "جھیل بازار" in data["alternateName"]


SECRET = tuple(
    f"/topics/secret-lane{part}" for part in ("", "/feed.xml", "/feed-video.xml", "/feed-moments.xml")
)
EVERYWHERE = (
    *("/", "/topics", "/topics/all/place", "/topics/asma-lantern", "/topics/kamal-lantern", "/e/lamps"),
    *("/search?q=lantern", "/sitemap.xml"),
)


def test_what_is_unlisted_is_nowhere(client: TestClient, talk: int) -> None:
    assert [client.get(address).status_code for address in SECRET] == [404] * len(SECRET)
    for address in EVERYWHERE:
        assert "secret-lane" not in client.get(address).text.casefold(), address


def test_the_answer_to_nothing_is_the_answer_to_what_is_hidden(client: TestClient, talk: int) -> None:
    pages = [client.get(f"/topics/{slug}") for slug in ("secret-lane", "nothing-here")]
    assert [page.status_code for page in pages] == [404, 404]
    assert pages[0].text.replace("secret-lane", "nothing-here") == pages[1].text


@pytest.mark.parametrize("state", [one for one in EpisodeState if one is not EpisodeState.PUBLISHED])
def test_what_only_hidden_talks_name_has_no_page(
    room: Newsroom, client: TestClient, talk: int, state: EpisodeState
) -> None:
    line = Line("a", "Only here do we name the Owl of Lake Market.", 0, 8_000)
    with writing(room.engine) as session:
        bring_in(session, read_sheet("id,kind,name\nowl,topic,Owl\n"))
    hidden = put(
        room, "hidden", Talk(title="A hidden talk", lines=(line,), voices={"a": Voice("Hidden Voice")})
    )
    follow(room)
    assert client.get("/topics/owl").status_code == 200
    set_state(room, hidden, state)
    for address in ("/topics/owl", "/topics/owl/feed.xml", "/topics/owl/feed-moments.xml", "/ur/topics/owl"):
        assert client.get(address).status_code == 404, address
    for address in (*EVERYWHERE, "/topics/lake-market", "/topics/all/topic", "/search?q=lake+market"):
        text = client.get(address).text
        assert not re.search("owl|/e/hidden|Hidden Voice", text, re.IGNORECASE), address
    assert client.get("/search?q=topic:owl").text.count("/e/hidden") == 0


def test_a_withdrawn_talk_leaves_the_counts_at_once(room: Newsroom, client: TestClient, talk: int) -> None:
    assert "6 moments" in words(client.get("/topics/asma-lantern").text)
    with writing(room.engine) as session:
        withdraw_episode(session, "older")
    assert "3 moments" in words(client.get("/topics/asma-lantern").text)


def test_an_address_of_what_was_merged_leads_on(room: Newsroom, client: TestClient, talk: int) -> None:
    with writing(room.engine) as session:
        merge_entities(session, "lamps", "lake-market")
    answer = client.get("/ur/topics/lamps", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (301, "/ur/topics/lake-market")


def test_a_long_list_goes_on(room: Newsroom, client: TestClient, talk: int) -> None:
    lines = tuple(Line("a", f"Lake Market, time {n}.", n * 1000, n * 1000 + 900) for n in range(45))
    put(room, "long", Talk(title="Long", lines=lines, voices={"a": Voice("Sana Demo")}))
    with writing(room.engine) as session:
        _, before = entry_of(session, "lake-market")
        edit_entity(session, "lake-market", replace(before, description="Changed."))
    follow(room)
    first, last = client.get("/topics/lake-market").text, client.get("/topics/lake-market?page=3").text
    assert 'rel="next"' in first and "time 0." in first and "time 20." not in first
    assert 'rel="next"' not in last and "time 40." in last
    assert client.get("/topics/lake-market?page=4").status_code == 404


def test_without_a_file_of_names_the_page_says_so(client: TestClient) -> None:
    assert "No published talk names anything we know yet." in client.get("/topics").text


def test_programs_read_the_same(client: TestClient, talk: int) -> None:
    listed = client.get("/api/v1/topics").json()
    assert [one["id"] for one in listed["topics"]] == [
        "asma-lantern",
        "lamps",
        "kamal-lantern",
        "lake-market",
    ]
    assert [one["id"] for one in client.get("/api/v1/topics?kind=place").json()["topics"]] == ["lake-market"]
    assert [one["id"] for one in client.get("/api/v1/topics?q=LANTERN").json()["topics"]] == [
        "asma-lantern",
        "kamal-lantern",
    ]
    first = client.get("/api/v1/topics?limit=3").json()
    last = client.get(f"/api/v1/topics?limit=3&cursor={first['next']}").json()
    assert [one["id"] for one in last["topics"]] == ["lake-market"] and last["next"] is None
    assert client.get(f"/api/v1/topics?kind=place&cursor={first['next']}").status_code == 400
    one = client.get("/api/v1/topics/asma-lantern").json()
    assert one["not_to_be_confused_with"] == ["Kamal Lantern"] and one["turns"] == 6
    assert {"lake-market", "lamps"} == {beside["id"] for beside in one["beside"]}
    assert [(article["title"], article["url"]) for article in one["articles"]] == [
        ("A report", "https://example.org/lamps"),
        ("Gone now", None),
    ]
    assert client.get("/api/v1/search?q=topic:asma-lantern").json()["total"] == 6
    for hidden in ("secret-lane", "nothing"):
        assert client.get(f"/api/v1/topics/{hidden}").status_code == 404
    assert "secret-lane" not in client.get("/api/v1/topics?limit=100").text


def test_a_search_for_a_name_offers_its_page_and_so_does_the_person(client: TestClient, talk: int) -> None:
    for asked in ("Lake Market", "جھیل بازار", "LAKE  MARKET"):
        page = client.get("/search", params={"q": asked}).text
        assert re.search(r'class="search-topics".*href="/topics/lake-market"', page, re.S), asked
    for asked in ("Lake", "Secret Lane", "lake market -road"):
        assert "search-topics" not in client.get("/search", params={"q": asked}).text, asked
    assert 'href="/topics/kamal-lantern"' in client.get("/people/kamal-lantern").text


def test_a_name_that_is_nearly_one_of_the_file_is_offered_and_found(client: TestClient, talk: int) -> None:
    page = client.get("/search", params={"q": "Lane Marked"}).text
    assert "Did you mean" in page and "topic:&#34;Lake Market&#34;" in page
    told = client.get("/api/v1/search", params={"q": "Lane Marked"}).json()
    assert told["suggestions"][0] == 'topic:"Lake Market"'
    assert client.get("/api/v1/search", params={"q": told["suggestions"][0]}).json()["total"] > 0
    for other in ("Secret Lame", "Lane Marked role:guest", "x" * 61):
        assert "topic:" not in str(client.get("/api/v1/search", params={"q": other}).json()["suggestions"])
