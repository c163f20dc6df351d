import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, newsroom_at, put
from transcribe.guess import Evidence
from web.app import create_app

HOSTILE = "<script>alert(1)</script>\"'&amp; \u202eright to left\u202c 🙂 " + "x" * 250


def test_an_empty_site_says_so_and_tells_how_to_add_a_talk(client: TestClient) -> None:
    page = client.get("/")
    assert page.status_code == 200
    assert "Nothing is published here yet." in page.text
    assert "presstalk add" in page.text and "presstalk publish" in page.text


def test_the_home_page_leads_with_the_newest_talk(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/").text
    assert page.index('href="/e/urdu"') < page.index('href="/e/tea"')
    assert "Hamid River" in page and "All 2" in page


def test_the_nameplate_splits_the_names_of_the_settings(room: Newsroom) -> None:
    settings = room.settings.model_copy(
        update={"publisher": "The Daily", "site_title": "Round Table", "site_notice": "A test & no more"}
    )
    page = TestClient(create_app(settings)).get("/about").text
    assert (
        '<span class="house">The Daily</span><span class="title">Round Table<span class="colon">:</span>'
        in page
    )
    assert "A test &amp; no more" in page
    assert "Press Talk" not in page


def test_an_episode_page_names_who_speaks_and_as_what(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/tea").text
    assert '<span class="name"><a href="/people/hamid-river"><bdi>Hamid River</bdi></a></span>' in page
    assert re.search(r'<h3><a href="#voice-\d"><bdi>Hamid River</bdi></a></h3>', page)
    assert "Guest, <bdi>farmer from Punjab</bdi>" in page
    assert "In the description" in page


def test_every_paragraph_is_a_link_to_its_own_moment(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/tea").text
    paragraphs = re.findall(r'<div class="para" id="(t=[\d.]+)"><a class="t" href="#(t=[\d.]+)">', page)
    assert len(paragraphs) == page.count('class="para"') > 30
    assert all(anchor == target for anchor, target in paragraphs)


def test_no_two_things_on_a_page_have_the_same_id(room: Newsroom, client: TestClient) -> None:
    lines = [Line("1", text, 0, 1000) for text in ("one", "two")] + [Line("1", "three", 5000, 6000)]
    put(room, "same", Talk("Same", lines, {"1": Voice("A Name")}, chapters=((0, "First"), (4000, "Second"))))
    ids = re.findall(r' id="([^"]+)"', client.get("/e/same?t=5.5").text)
    assert len(ids) == len(set(ids))
    assert {"t=0", "t=4", "t=5", "t=5.5"} <= set(ids)


def test_a_moment_inside_a_paragraph_is_marked_by_the_server(
    client: TestClient, talks: dict[str, int]
) -> None:
    page = client.get("/e/tea?t=3.5").text
    assert re.search(
        r'<div class="para is-passage" id="t=[\d.]+"><a [^>]+>.*?</a>\s*<p[^>]*? id="t=3.5">My name', page
    )
    assert page.count("is-passage") == 1


def test_a_turn_is_cut_where_a_chapter_begins(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/urdu").text
    assert page.index("دوسرا حصہ", page.index('id="transcript"')) < page.index("لفظ وہی لکھو")


def test_doubt_is_printed_in_words(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/urdu").text
    assert '<h3><a href="#voice-2"><span class="prob">probably</span> <bdi>Demo Voice E' in page
    assert "80\u00a0%\u00a0sure: answers to this name." in page
    assert '<q lang="ur" dir="rtl">خوش آمدید</q>' in page
    assert "Unconfirmed voice 3" in page
    assert "two people talk at once here" in page
    assert "demo model, synthetic voices only" in page
    assert "We have not confirmed who speaks in 1 of 4 turns." in page


def test_speech_in_urdu_carries_its_language_and_direction(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/urdu").text
    assert '<p lang="ur" dir="rtl">السلام علیکم' in page
    assert '<h1 lang="ur" dir="rtl">' in page
    assert '<p lang="en" dir="ltr">Thank you.' in page
    assert '<html lang="en" dir="ltr">' in page


def test_what_people_wrote_cannot_become_markup(room: Newsroom, client: TestClient) -> None:
    talk = Talk(
        HOSTILE,
        [Line("1", HOSTILE, 0, 2000)],
        {
            "1": Voice(
                HOSTILE[:200],
                affiliation=HOSTILE,
                evidence=HOSTILE,
                reasons=(Evidence("voice", HOSTILE, 1.0),),
            )
        },
        summary=HOSTILE,
        chapters=((0, HOSTILE),),
    )
    put(room, "hostile", talk)
    for path in ("/", "/episodes", "/e/hostile", "/people", "/search?q=alert", "/search?q=" + HOSTILE[:200]):
        page = client.get(path).text
        assert "<script>alert" not in page, path
        assert re.findall('<script(?! type="application/ld.json">)[^>]*>', page) in (
            [],
            re.findall('<script type="module" src=[^>]+>', page),
        )


def test_every_name_stands_in_an_element_that_isolates_its_direction(
    room: Newsroom, client: TestClient
) -> None:
    name = "Name \u202e of a trickster"
    put(room, "trick", Talk("T", [Line("1", "words", 0, 1000)], {"1": Voice(name)}))
    page = client.get("/e/trick").text
    assert page.count(name) == page.count(f"<bdi>{name}</bdi>") > 0


def test_long_lists_have_pages_that_end(room: Newsroom, client: TestClient) -> None:
    for number in range(21):
        put(room, f"talk-{number}", Talk(f"Talk {number}", [Line("1", "words", 0, 1000)], {"1": Voice()}))
    first, second = client.get("/episodes"), client.get("/episodes?page=2")
    assert "Page 1 of 2" in first.text and first.text.count("<h3>") == 20
    assert second.text.count("<h3>") == 1
    assert client.get("/episodes?page=3").status_code == 404


def test_a_person_has_a_page_of_published_talks(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/people/hamid-river").text
    assert "Guest, <bdi>farmer from Punjab</bdi>" in page and 'href="/e/tea"' in page
    assert "Hamid River" in client.get("/people").text


def test_search_finds_words_and_links_to_their_moment(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/search", params={"q": "nine days"}).text
    link = re.search(r'href="/e/tea\?t=([\d.]+)#t=([\d.]+)"', page)
    assert link and link[1] == link[2]
    assert "<mark>" in page and "Hamid River" in page and "1 moment<" in page


def test_search_finds_urdu_and_prints_it_right_to_left(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/search", params={"q": "ترجمہ"}).text
    assert '<p lang="ur" dir="rtl">' in page and "<mark>ترجمہ</mark>" in page


def test_a_search_may_stay_inside_one_talk(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/search", params={"q": "tea", "in": "urdu"}).text
    assert "in this talk" in page and "Search all talks" in page


@pytest.mark.parametrize("query", ["submarine orchard", '"', "\0", "AND OR (", "-", "a" * 1999, "🙂", "*"])
def test_no_query_breaks_the_search_page(client: TestClient, talks: dict[str, int], query: str) -> None:
    assert client.get("/search", params={"q": query}).status_code == 200


def test_the_theme_is_kept_in_a_cookie_and_the_reader_comes_back(client: TestClient) -> None:
    answer = client.post("/look", data={"theme": "dark", "back": "/about"}, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/about")
    assert '<html lang="en" dir="ltr" class="theme-dark">' in client.get("/about").text
    client.post("/look", data={"theme": "auto", "back": "/"})
    assert '<html lang="en" dir="ltr">' in client.get("/about").text


@pytest.mark.parametrize(
    "back", ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/\r\nSet-Cookie: a=b", ""]
)
def test_the_theme_form_leads_nowhere_else(client: TestClient, back: str) -> None:
    answer = client.post("/look", data={"theme": "dark", "back": back}, follow_redirects=False)
    assert answer.headers["location"] == "/"


def test_a_theme_that_is_no_theme_is_not_believed(client: TestClient) -> None:
    client.cookies.set("theme", '"><script>')
    assert '<html lang="en" dir="ltr">' in client.get("/").text
    assert client.post("/look", data={"theme": "x" * 9000}).status_code == 413


def test_an_hour_of_talk_is_cut_into_blocks_a_browser_can_skip(room: Newsroom, client: TestClient) -> None:
    lines = [Line("1", "words that are said", at * 4800, at * 4800 + 4700) for at in range(750)]
    put(room, "hour", demo_talk(lines=lines, voices={"1": Voice()}))
    page = client.get("/e/hour").text
    assert page.count('class="para"') == 750
    assert page.count('<div class="turn') == 63
    assert page.count('<h3><a href="#voice-1"><i><bdi>Unconfirmed voice 1</bdi>') == 1


def test_links_are_made_for_the_public_address_when_it_is_known(room: Newsroom) -> None:
    known = newsroom_at(room.settings.home, room.settings.catalog_url, base_url="https://talk.example/")
    page = TestClient(create_app(known.settings)).get("/about").text
    assert '<link rel="canonical" href="https://talk.example/about">' in page


def test_every_link_of_every_page_leads_somewhere(client: TestClient, talks: dict[str, int]) -> None:
    broken, seen, ahead = [], set[str](), ["/"]
    while ahead:
        address = ahead.pop()
        if address in seen:
            continue
        seen.add(address)
        answer = client.get(address)
        if (
            answer.status_code == 429
        ):  # files of whole results are counted; what the refusal links to is no page of ours
            continue
        if answer.status_code != 200:
            broken.append(address)
        if "text/html" not in answer.headers["content-type"]:
            continue
        for link in map(unescape, re.findall(r' (?:href|src|poster)="([^"]+)"', answer.text)):
            path, _, fragment = link.partition("#")
            if not path and f' id="{fragment}"' not in answer.text:
                broken.append(f"{address} -> {link}")
            if path.startswith("/"):
                ahead.append(path)
    assert not broken
    assert len(seen) > 20
