"""Quotes and talks inside the pages of others: what oEmbed tells, what WordPress makes of it, the frames themselves."""

import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from starlette.testclient import TestClient

from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from tests.checkers import html_errors
from tests.web.newsrooms import demo_talk, put, set_state
from tests.web.test_cards import picture, quote_in
from tests.web.test_podcast import HOSTILE

OEMBED = {
    "type": "object",
    "required": ["type", "version"],
    "properties": {
        "type": {"enum": ["link", "rich"]},
        "version": {"const": "1.0"},
        "title": {"type": "string"},
        "author_name": {"type": "string"},
        "provider_name": {"type": "string"},
        "provider_url": {"type": "string", "pattern": "^https?://"},
        "thumbnail_url": {"type": "string", "pattern": "^https?://"},
        "thumbnail_width": {"type": "integer", "minimum": 1},
        "thumbnail_height": {"type": "integer", "minimum": 1},
        "html": {"type": "string", "minLength": 1},
        "width": {"type": "integer", "minimum": 1},
        "height": {"type": "integer", "minimum": 1},
    },
    "additionalProperties": False,
    "dependentRequired": {
        "thumbnail_url": ["thumbnail_width", "thumbnail_height"],
        "html": ["width", "height"],
    },
}


def test_oembed_tells_of_a_talk_and_shows_its_card(
    room: Newsroom, client: TestClient, talks: dict[str, int]
) -> None:
    page = client.get("/e/tea").text
    assert (
        'type="application/json+oembed" href="http://testserver/oembed?url=http%3A//testserver/e/tea"' in page
    )
    told = client.get("/oembed", params={"url": "http://testserver/e/tea"}).json()
    jsonschema.validate(told, OEMBED)
    assert told["author_name"].startswith("Asma Green, Hamid River")
    assert picture(client, told["thumbnail_url"]).size == (told["thumbnail_width"], told["thumbnail_height"])
    assert '<iframe src="http://testserver/embed/e/tea"' in told["html"]
    small = client.get("/oembed", params={"url": "http://testserver/e/tea", "maxwidth": 500}).json()
    assert "thumbnail_url" not in small and small["width"] == 500
    quote = {"url": f"http://testserver{quote_in(room, 'tea')}"}
    jsonschema.validate(client.get("/oembed", params=quote).json(), OEMBED)


def in_wordpress(page: str, told: dict[str, Any]) -> str:
    """What WordPress shows of an address that was pasted, as `wp_filter_oembed_result` leaves it: it takes the way to
    oEmbed as it stands in the head, some attributes of a frame, and nothing where there is no frame."""
    assert re.search(r'<link[^<>]+href="http://testserver/oembed\?', page.partition("</head>")[0])
    kept = re.sub(r' (?!src|width|height|title|href)[\w-]+="[^"]*"', "", told["html"])
    kept = re.sub(r"</?(?!iframe|a\b|blockquote)\w+[^>]*>", "", kept)
    found = re.search(r"(<blockquote>.*?</blockquote>)?.*(<iframe.*?></iframe>)", kept, re.DOTALL)
    assert found is not None and found[1] is None, "a quote before the frame would hide it"
    return found[2]


@pytest.mark.parametrize(
    "address", ["/e/tea", "/ur/e/tea?t=4.5#t=4.5", "/e/tea?t=4.5&utm_source=x", "quote", "/ur"]
)
def test_an_address_pasted_into_wordpress_shows_what_it_leads_to(
    room: Newsroom, client: TestClient, talks: dict[str, int], address: str
) -> None:
    quote = quote_in(room, "tea")
    address = {"quote": quote, "/ur": f"/ur{quote}"}.get(address, address)
    told = client.get(
        "/oembed", params={"url": f"http://testserver{address}", "maxwidth": 500, "dnt": 1}
    ).json()
    jsonschema.validate(told, OEMBED)
    shown = in_wordpress(client.get(address).text, told)
    frame = re.search(r'src="http://testserver(/embed/[^"]+)"', shown)
    assert frame is not None
    assert frame[1] == (
        f"/embed{quote}" if "/q/" in address else "/embed/e/tea" + "?t=4.5" * ("t=4" in address)
    )
    assert client.get(frame[1]).status_code == 200


def test_a_moment_in_a_frame_begins_there_and_says_what_is_said(
    client: TestClient, talks: dict[str, int]
) -> None:
    page = client.get("/embed/e/tea?t=4.5").text
    assert '#t=4.5"' in page and 'href="http://testserver/e/tea?t=4.5#t=4.5"' in page
    assert "<blockquote" in page
    assert "<blockquote" not in client.get("/embed/e/tea").text
    assert "<blockquote" not in client.get("/embed/e/tea?t=90000").text
    for wrong in ("x", "-1", "nan", "1e400"):
        assert client.get(f"/embed/e/tea?t={wrong}").status_code < 500


def test_a_talk_plays_in_a_frame_on_any_site(
    room: Newsroom, client: TestClient, talks: dict[str, int], tmp_path: Path
) -> None:
    put(
        room,
        "odd",
        demo_talk(title=HOSTILE.replace("\x0b", "").rstrip("x") + " which is the title of a talk"),
    )
    set_state(room, talks["urdu"], EpisodeState.WITHDRAWN)
    for slug, status in (("tea", 200), ("odd", 200), ("urdu", 410)):
        answer = client.get(f"/embed/e/{slug}")
        assert (slug, answer.status_code) == (slug, status)
        policy = answer.headers["content-security-policy"]
        assert "frame-ancestors *" in policy and "script" not in policy
        assert answer.headers["x-robots-tag"] == "noindex"
        (tmp_path / f"{slug}.html").write_bytes(answer.content)
    assert 'href="http://testserver/e/tea"' in client.get("/embed/e/tea").text
    assert "</iframe><" not in client.get("/oembed", params={"url": "http://testserver/e/odd"}).json()["html"]
    assert client.get("/embed/e/nothing").status_code == 404
    assert html_errors(tmp_path) == []


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_oembed_tells_nothing_of_a_talk_that_is_not_public(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    put(room, "tea", demo_talk(state=state))
    answer = client.get("/oembed", params={"url": "http://testserver/e/tea"})
    assert answer.status_code == (410 if state is EpisodeState.WITHDRAWN else 404)
    assert "rain" not in answer.text
