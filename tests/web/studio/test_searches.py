"""Searches that people with an account keep: from the page of results to the list that tells what is new."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading, writing
from catalog.models import AuditEvent, EpisodeState, SavedSearch, UserRole
from catalog.newsroom import Newsroom
from catalog.saved_searches import TAKEN_OUT, take_out_name
from catalog.search.refresh import open_index
from tests.checkers import html_errors
from tests.web.newsrooms import demo_talk, put
from tests.web.studio.conftest import WORDS, Enter

HOSTILE = (
    "<script>alert(1)</script> rain",
    "' OR 1=1 -- rain",
    "rain \udcff \0",
    '"rain',
    "(" * 900 + "rain",
)


def published(room: Newsroom, slug: str, **changed: object) -> None:
    """The demo's talk, published at this moment."""
    put(room, slug, replace(demo_talk(), published_at=datetime.now(UTC), **changed))  # type: ignore[arg-type]
    open_index(room.settings.index_folder, room.engine)  # brings it into step


def kept(room: Newsroom) -> list[SavedSearch]:
    with reading(room.engine) as session:
        return list(session.exec(select(SavedSearch)))


def keep(client: TestClient, q: str, **more: str) -> None:
    assert client.post("/studio/searches", data={"q": q, **more}).status_code == 303


def see(client: TestClient, number: int) -> None:
    until = re.search(r'name="until" value="(\d+)"', client.get(f"/studio/searches/{number}").text)
    assert until is not None
    assert client.post(f"/studio/searches/{number}/seen", data={"until": until[1]}).status_code == 303


def test_a_page_of_results_leads_to_the_list_through_the_door(
    staffed: Newsroom, stranger: TestClient
) -> None:
    put(staffed, "tea", demo_talk())
    page = stranger.get("/search", params={"q": "rain OR بارش", "expand": "no"})
    link = re.search(r'href="(/studio/searches\?[^"]+)"', page.text)
    assert link
    door = stranger.get(link[1].replace("&amp;", "&")).headers["location"]
    back = re.search(r'name="back" value="([^"]+)"', stranger.get(door).text)
    assert back
    sent = {"name": "producer", "password": WORDS, "back": back[1].replace("&amp;", "&")}
    there = stranger.post("/studio/sign-in", data=sent).headers["location"]
    form = stranger.get(there).text
    assert 'value="rain OR بارش"' in form and "Only these spellings" in form
    assert kept(staffed) == [], "a link alone keeps nothing"


def test_a_search_is_kept_and_tells_what_was_said_again(staffed: Newsroom, enter: Enter) -> None:
    put(staffed, "tea", demo_talk())
    client = enter("researcher")
    keep(client, "rain", name="The weather")
    page = client.get("/studio/searches").text
    assert "The weather" in page and "Nothing new" in page and "/search.atom?q=rain" in page
    published(staffed, "again")
    assert re.search(r"\d+ new<span", client.get("/studio/searches").text)
    news = client.get("/studio/searches/1").text
    assert "/e/again" in news and "/e/tea" not in news and "<mark>" in news
    see(client, 1)
    assert "Nothing new" in client.get("/studio/searches").text
    published(staffed, "third")
    news = client.get("/studio/searches/1").text
    assert "/e/third" in news and "/e/again" not in news


def test_what_readers_may_not_see_is_no_news(staffed: Newsroom, enter: Enter) -> None:
    client = enter("admin")
    keep(client, "rain")
    for state in set(EpisodeState) - {EpisodeState.PUBLISHED}:
        published(staffed, state.value, state=state)
    assert "Nothing new" in client.get("/studio/searches").text
    assert "Nothing new" in client.get("/studio/searches/1").text


def test_a_search_is_kept_once_with_its_talk_and_its_spellings(staffed: Newsroom, enter: Enter) -> None:
    client = enter("editor")
    for _ in range(2):
        keep(client, " rain  ", **{"in": "tea", "expand": "no"})
    keep(client, "rain")
    assert [(one.query, one.within, one.expand) for one in kept(staffed)] == [
        ("rain", "tea", False),
        ("rain", "", True),
    ]
    assert "/search?q=rain&amp;in=tea&amp;expand=no" in client.get("/studio/searches").text


def test_it_is_renamed_forgotten_and_taken_back(staffed: Newsroom, enter: Enter) -> None:
    client = enter("producer")
    keep(client, "rain")
    assert client.post("/studio/searches/1/name", data={"name": " برسات "}).status_code == 303
    assert "برسات" in client.get("/studio/searches").text
    client.post("/studio/searches/1/name", data={"name": ""})
    assert kept(staffed)[0].name == "rain"
    back = client.post("/studio/searches/1/forget").headers["location"]
    assert kept(staffed) == []
    page = client.get(back).text
    assert 'value="rain"' in page and "Forgotten" in page


def test_a_search_that_was_taken_out_says_so_and_can_only_be_forgotten(
    staffed: Newsroom, enter: Enter
) -> None:
    client = enter("researcher")
    keep(client, "rain")
    with writing(staffed.engine) as session:
        take_out_name(session, lambda text: "rain" in text)
    page = client.get("/studio/searches").text
    assert TAKEN_OUT in page and "/search?" not in page and html_errors(page) == []
    assert client.get("/studio/searches/1").status_code == 200
    assert client.post("/studio/searches/1/forget").status_code == 303
    assert kept(staffed) == []


def test_nobody_sees_or_changes_what_others_keep_and_no_log_tells_it(staffed: Newsroom, enter: Enter) -> None:
    owner, admin = enter("researcher"), enter("admin")
    keep(owner, "zebrafinch")
    assert "zebrafinch" not in admin.get("/studio/searches").text
    assert admin.get("/studio/searches/1").status_code == 404
    for act in ("seen", "name", "forget"):
        assert admin.post(f"/studio/searches/1/{act}", data={"until": "1", "name": "x"}).status_code == 404
    assert [one.name for one in kept(staffed)] == ["zebrafinch"]
    with reading(staffed.engine) as session:
        assert "search" not in str([event.act for event in session.exec(select(AuditEvent))])


@pytest.mark.parametrize("q", ["", "  ", "-rain", "before:2021-02-31", "(((("])
def test_what_asks_nothing_is_not_kept(staffed: Newsroom, enter: Enter, q: str) -> None:
    answer = enter("researcher").post("/studio/searches", data={"q": q})
    assert answer.status_code == 400 and "Write what to look for" in answer.text
    assert kept(staffed) == []


def test_hostile_searches_are_kept_and_shown_as_they_are(
    staffed: Newsroom, enter: Enter, tmp_path: Path
) -> None:
    client = enter("researcher")
    for q in HOSTILE:
        body = f"q={''.join(f'%{byte:02x}' for byte in q.encode('utf-8', 'surrogatepass'))}&name=<b>"
        answer = client.post(
            "/studio/searches", content=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
        )
        assert answer.status_code == 303, q[:20]
    pages = [client.get(address) for address in ("/studio/searches", "/studio/searches/1")]
    for number, page in enumerate(pages):
        assert page.status_code == 200
        assert (
            "<script>alert" not in page.text
            and "<b>" not in page.text.split("who-is")[1].split("</header>")[1]
        )
        (tmp_path / f"{number}.html").write_bytes(page.content)
    assert html_errors(tmp_path) == []
    assert client.post("/studio/searches", data={"q": "rain " * 3_000}).status_code == 400
    for until in ("", "x", "-1", "9" * 15, "٣"):
        assert client.post("/studio/searches/1/seen", data={"until": until}).status_code == 400


def test_nobody_keeps_more_than_fifty(staffed: Newsroom, enter: Enter) -> None:
    client = enter("researcher")
    for number in range(50):
        keep(client, f"rain{number}")
    answer = client.post("/studio/searches", data={"q": "rain"})
    assert answer.status_code == 409 and "50 searches" in answer.text


def test_a_researcher_signs_in_to_their_searches_and_sees_nothing_of_the_newsroom(
    staffed: Newsroom, enter: Enter, stranger: TestClient
) -> None:
    signed = stranger.post("/studio/sign-in", data={"name": "researcher", "password": WORDS})
    assert signed.headers["location"] == "/studio/searches"
    page = enter("researcher").get("/studio/searches").text
    links = set(re.findall(r'href="(/studio/[^"]*)"', page))
    assert links == {"/studio/searches", "/studio/account"}
    account = enter("researcher").get("/studio/account")
    assert account.status_code == 200 and "Make a token" not in account.text
    assert UserRole.RESEARCHER.may(UserRole.RESEARCHER) and not UserRole.RESEARCHER.may(UserRole.PRODUCER)
