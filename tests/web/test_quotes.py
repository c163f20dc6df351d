"""Citing on the site: plain forms make permanent links, cards show and cite the words, nothing foreign gets in."""

import json
import re
from collections.abc import Iterator
from html import escape, unescape
from itertools import pairwise

import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import EpisodeState, Redaction
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, put, set_state
from web import quotes
from web.forms import Allowance

HTML = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test is another reader."""
    monkeypatch.setattr(quotes, "allowance", Allowance(quotes.A_MINUTE))
    yield


def cite(client: TestClient, slug: str = "tea", headers: dict[str, str] | None = None, **fields: object):
    return client.post(f"/e/{slug}/cite", data=fields, headers=headers, follow_redirects=False)


def link_to(client: TestClient, slug: str = "tea", **fields: object) -> str:
    answer = cite(client, slug, **(fields or {"paragraph": 1}))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def test_every_paragraph_has_a_button_that_makes_its_link(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/tea").text
    numbers = re.findall(r'<button form="cite" name="paragraph" value="(\d+)"', page)
    assert len(numbers) == page.count('class="para')
    assert page.count('action="/e/tea/cite"') == 1
    card = client.get(link_to(client, paragraph=numbers[2]))
    assert card.status_code == 200
    assert unescape(demo_talk().lines[2].text) in unescape(card.text)


def test_a_passage_nobody_could_write_down_has_no_button(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/urdu").text
    for form in ("cite", "mend"):
        assert page.count(f'form="{form}" name="paragraph"') == page.count('class="para') - 1
    assert cite(client, "urdu", paragraph=4).status_code == 400


def test_the_card_plays_just_the_passage_and_is_not_listed(client: TestClient, talks: dict[str, int]) -> None:
    link = link_to(client)
    card = client.get(link)
    assert re.search(r'<source src="/media/tea/web_audio_low\.opus#t=[\d.]+,[\d.]+"', card.text)
    assert re.search(r'href="/e/tea\?t=[\d.]+#t=[\d.]+,[\d.]+"', card.text)
    assert '<meta name="robots" content="noindex">' in card.text
    assert card.headers["x-robots-tag"] == "noindex"
    assert "Machine draft" in card.text
    told = client.get(f"{link}.json").json()
    assert (told["state"], told["episode"]["slug"], told["quoted"]) == ("exact", "tea", told["now"])


@pytest.mark.parametrize(
    ("ending", "kind", "sign"),
    [
        ("txt", "text/plain", "Retrieved"),
        ("bib", "application/x-bibtex", "@audio{"),
        ("ris", "application/x-research-info-systems", "TY  - SOUND"),
        ("csl.json", "application/vnd.citationstyles.csl+json", '"container-title"'),
        ("annotation.json", "application/ld+json", "TextQuoteSelector"),
    ],
)
def test_each_form_of_citation_is_a_file_for_any_site(
    client: TestClient, talks: dict[str, int], ending: str, kind: str, sign: str
) -> None:
    link = link_to(client)
    answer = client.get(f"{link}.{ending}")
    assert answer.headers["content-type"].startswith(kind)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert sign in answer.text
    assert f"http://testserver{link}" in answer.text
    assert f'href="{link}.{ending}"' in client.get(link).text


def test_urdu_is_quoted_in_its_own_direction(client: TestClient, talks: dict[str, int]) -> None:
    card = client.get(link_to(client, "urdu", paragraph=2)).text
    assert '<blockquote class="said" lang="ur" dir="rtl">لفظ وہی لکھو' in card


def test_a_name_the_page_would_not_print_is_in_no_citation(client: TestClient, talks: dict[str, int]) -> None:
    probable, unknown = link_to(client, "urdu", paragraph=1), link_to(client, "urdu", paragraph=3)
    assert "probably Demo Voice E" in client.get(f"{probable}.ris").text
    for ending in ("", ".json", ".txt", ".bib", ".ris", ".csl.json", ".annotation.json"):
        assert "Demo Voice E" not in client.get(unknown + ending).text
    assert "Unconfirmed voice 3" in client.get(f"{unknown}.bib").text


def test_html_in_names_and_words_stays_text(client: TestClient, room: Newsroom) -> None:
    voices = {"1": Voice(f"Zarin {HTML}", affiliation=HTML)}
    put(room, "odd", Talk(f"A {HTML} talk", [Line("1", f"They wrote {HTML} here", 0, 4000)], voices))
    link = link_to(client, "odd", paragraph=0)
    assert HTML not in client.get(link).text
    told = client.get("/oembed", params={"url": f"http://testserver{link}"}).json()
    assert HTML not in told["html"]
    assert HTML in client.get(f"{link}.json").json()["quoted"]


def test_words_of_several_are_told_apart_everywhere(client: TestClient, talks: dict[str, int]) -> None:
    lines = demo_talk().lines
    at = next(n for n, (one, other) in enumerate(pairwise(lines)) if one.voice != other.voice)
    one, other = lines[at : at + 2]
    link = link_to(client, start_ms=one.start_ms, end_ms=other.end_ms)
    told = client.get(f"{link}.json").json()
    assert [turn["text"] for turn in told["turns"]] == [one.text, other.text]
    first, second = (turn["speaker"] for turn in told["turns"])
    assert first != second and told["now"] == f"{one.text} {other.text}"
    for page in (link, f"/embed{link}"):
        said = client.get(page).text.partition("<blockquote")[2].partition("</blockquote>")[0]
        assert [said.find(text) for text in map(escape, (first, one.text, second, other.text))] == sorted(
            said.find(text) for text in map(escape, (first, one.text, second, other.text))
        )
        assert escape(second) in said
    attributed = f"{first}: {one.text} {second}: {other.text}"
    assert f"“{attributed}”" in client.get(f"{link}.txt").text
    assert json.loads(client.get(f"{link}.csl.json").text)[0]["abstract"] == attributed
    assert f"AB  - {attributed}" in client.get(f"{link}.ris").text
    selector = json.loads(client.get(f"{link}.annotation.json").text)["target"]["selector"]["refinedBy"]
    assert selector["exact"] == told["now"]  # the words as they stand, to be found again
    shown = client.get("/oembed", params={"url": f"http://testserver{link}"}).json()["html"]
    assert shown.count("<p") == 2 and f"<bdi>{escape(second)}</bdi>:" in shown


def test_the_same_words_have_the_same_link(client: TestClient, talks: dict[str, int]) -> None:
    told = client.get(f"{link_to(client)}.json").json()
    span = {"start_ms": told["start_ms"], "end_ms": told["end_ms"]}
    assert link_to(client, **span) == link_to(client)


def test_oembed_gives_a_card_without_scripts(client: TestClient, talks: dict[str, int]) -> None:
    link = link_to(client)
    offered = re.search(
        r'<link rel="alternate" type="application/json\+oembed" href="([^"]+)"', client.get(link).text
    )
    told = client.get(unescape(offered[1])).json()
    assert (told["type"], told["version"], told["width"]) == ("rich", "1.0", 600)
    assert told["html"].startswith(f'<iframe src="http://testserver/embed{link}"')
    assert f'<blockquote cite="http://testserver{link}">' in told["html"]
    assert 240 <= told["height"] <= 560
    narrow = client.get("/oembed", params={"url": f"http://testserver{link}", "maxwidth": 200}).json()
    assert narrow["width"] == 200


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"url": "https://evil.example/q/aaaaaaaaaa"}, 404),
        ({"url": "http://testserver/e/tea"}, 404),
        ({"url": "http://[half"}, 404),
        ({}, 404),
        ({"url": "x" * 9000}, 404),
        ({"url": "http://testserver/q/aaaaaaaaaa", "format": "xml"}, 501),
    ],
)
def test_oembed_knows_our_quotes_only(client: TestClient, query: dict[str, str], status: int) -> None:
    assert client.get("/oembed", params=query).status_code == status


@pytest.mark.parametrize(
    "name", ["aaaaaaaaaa", "x", "A" * 10, "a" * 300, "%00", "aaaaaaaaaa.exe", "a.b.c.d", "' OR 1"]
)
def test_a_forged_address_is_no_quote(client: TestClient, talks: dict[str, int], name: str) -> None:
    assert client.get(f"/q/{name}").status_code == 404
    known = link_to(client)
    assert client.get(f"{known}.exe").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"paragraph": ""},
        {"paragraph": "-1"},
        {"paragraph": "99999"},
        {"paragraph": "9" * 400},
        {"paragraph": HTML},
        {"start_ms": "5000"},
        {"start_ms": "9000", "end_ms": "3000"},
        {"start_ms": "999999998", "end_ms": "999999999"},
        {"start_ms": "0", "end_ms": "9" * 30},
        {"start_ms": "۱", "end_ms": "۲"},
    ],
    ids=str,
)
def test_a_form_that_names_no_words_is_refused(
    client: TestClient, talks: dict[str, int], fields: dict[str, str]
) -> None:
    assert cite(client, **fields).status_code == 400


def test_bodies_that_are_no_small_form_are_refused(client: TestClient, talks: dict[str, int]) -> None:
    assert client.post("/e/tea/cite").status_code == 400
    assert client.post("/e/tea/cite", content=b"\xff\x00" * 100).status_code == 400
    assert client.post("/e/tea/cite", content=b"&".join([b"a=1"] * 50)).status_code == 400
    assert client.post("/e/tea/cite", content=b"a" * 9000).status_code == 413
    assert client.get("/e/tea/cite").status_code == 405


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"sec-fetch-site": "same-origin"}, 303),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver"}, 303),
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://[half"}, 403),
    ],
)
def test_only_our_own_pages_may_send_the_form(
    client: TestClient, talks: dict[str, int], headers: dict[str, str], status: int
) -> None:
    assert cite(client, headers=headers, paragraph=1).status_code == status


def test_too_many_quotes_a_minute_are_refused_with_a_time_to_wait(
    client: TestClient, talks: dict[str, int]
) -> None:
    for _ in range(quotes.A_MINUTE):
        link_to(client)
    answer = cite(client, paragraph=1)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 60


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_a_talk_that_is_not_public_is_not_quoted(
    client: TestClient, room: Newsroom, state: EpisodeState
) -> None:
    put(room, "shut", demo_talk(state=state, files={}))
    answer = cite(client, "shut", paragraph=1)
    assert answer.status_code == (410 if state is EpisodeState.WITHDRAWN else 404)
    assert demo_talk().title not in answer.text


def test_a_withdrawn_talk_takes_its_quotes_along(
    client: TestClient, room: Newsroom, talks: dict[str, int]
) -> None:
    link = link_to(client)
    words = client.get(f"{link}.json").json()["now"]
    set_state(room, talks["tea"], EpisodeState.WITHDRAWN)
    for ending in ("", ".json", ".txt", ".bib", ".ris", ".csl.json", ".annotation.json"):
        answer = client.get(link + ending)
        assert answer.status_code == 410
        assert words not in unescape(answer.text)
    told = client.get("/oembed", params={"url": f"http://testserver{link}"})
    assert told.status_code == 410


def test_redacted_words_are_gone_from_the_card(
    client: TestClient, room: Newsroom, talks: dict[str, int]
) -> None:
    link = link_to(client)
    told = client.get(f"{link}.json").json()
    with writing(room.engine) as session:
        span = {"start_ms": told["start_ms"], "end_ms": told["start_ms"] + 1}
        session.add(Redaction(episode_id=talks["tea"], reason="safety", **span))
    answer = client.get(link)
    assert answer.status_code == 410
    assert 'href="/e/tea"' in answer.text
    assert told["now"] not in unescape(answer.text)


def test_the_card_of_a_quote_is_data_too(client: TestClient, talks: dict[str, int]) -> None:
    link = link_to(client)
    (item,) = json.loads(client.get(f"{link}.csl.json").text)
    assert item["URL"] == f"http://testserver{link}"
    assert item["container-title"] == "South Asia Press Talk"
