"""A producer mends words in plain forms; a paragraph somebody else changed meanwhile is shown, never overwritten."""

import html
import re

from starlette.testclient import TestClient

from catalog.editions import edition_now
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.studio.conftest import Enter

TALK = Talk(
    "Tea and trains", [Line("A", "We hid in Gull until spring", 0, 6_000)], {"A": Voice("Asma Green")}
)
PAGE = "/studio/e/tea/transcript"


def stamp(client: TestClient) -> str:
    return re.findall(r'name="seen" value="(\w+)"', client.get(PAGE).text)[0]


def test_a_saved_paragraph_is_what_readers_and_search_find(staffed: Newsroom, enter: Enter) -> None:
    edition_now(staffed.engine, put(staffed, "tea", TALK))
    client = enter("producer")
    sent = {"text": "We hid in Gulistan until spring", "seen": stamp(client), "note": "a name misheard"}
    assert client.post(f"{PAGE}/1", data=sent).status_code == 303
    assert "Gulistan" in client.get("/e/tea").text
    assert "Gull " not in client.get("/e/tea.vtt").text
    assert client.get("/api/v1/search", params={"q": "=Gulistan"}).json()["total"] == 1
    assert "a name misheard" in client.get("/corrections").text
    client.post("/studio/e/tea/undo")
    assert "Gull until" in client.get("/e/tea").text


def test_two_at_once_see_both_and_lose_nothing(staffed: Newsroom, enter: Enter) -> None:
    put(staffed, "tea", TALK)
    first, second = enter("producer"), enter("editor")
    seen = stamp(second)
    first.post(f"{PAGE}/1", data={"text": "We hid in Gulistan until spring", "seen": stamp(first)})
    answer = second.post(f"{PAGE}/1", data={"text": "We hid in Gul until <b>summer</b>", "seen": seen})
    assert answer.status_code == 409
    assert "<del>Gulistan</del>" in answer.text
    assert html.escape("We hid in Gul until <b>summer</b>") in answer.text
    assert "Gulistan" in second.get("/e/tea").text
    again = re.findall(r'name="seen" value="(\w+)"', answer.text)[0]
    assert second.post(f"{PAGE}/1", data={"text": "We hid in Gul", "seen": again}).status_code == 303
    assert "We hid in Gul" in second.get("/e/tea").text
