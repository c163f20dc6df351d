"""Whatever a talk and its people are called, each of its files is one that the programs it is made for can read."""

import json
from collections.abc import Iterator
from xml.etree import ElementTree as Xml

import pysubs2
import pytest
import rispy
from pybtex.database import parse_string
from starlette.testclient import TestClient
from webvtt_python import WebVTTParser

from catalog.models import Role
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.test_quotes import link_to
from web import quotes
from web.forms import Allowance

# A title may be as long as this, a name no longer than that.
ODD = "</title> <!-- \"A\" & 'b' --> 🙂 {x} \u202eright to left\u202c \x0b\n\n00:00:01,000 --> 00:00:02,000\nER  - \n"
TITLE, NAME = ODD + "x" * (300 - len(ODD)), ODD[:120]
TURNING = {"\u202e", "\u202c", "\x0b"}


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quotes, "allowance", Allowance(quotes.A_MINUTE))


@pytest.fixture
def odd(room: Newsroom, client: TestClient) -> Iterator[TestClient]:
    voices = {"1": Voice(NAME, Role.HOST, TITLE), "2": Voice("Zarin, von and others")}
    lines = [
        Line("1", TITLE, 0, 9_000),
        Line("2", "Yes.", 9_000, 10_000),
        Line("1", "سچ " + ODD, 10_000, 20_000),
    ]
    put(room, "odd", Talk(TITLE, lines, voices, summary=TITLE, chapters=((0, TITLE),)))
    yield client


def read(client: TestClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert not TURNING & set(answer.text), address
    return answer.text


def test_captions_are_read_by_players(odd: TestClient) -> None:
    cards = pysubs2.SSAFile.from_string(read(odd, "/e/odd.srt"), format_="srt")
    cues = WebVTTParser(strict=True).parse(read(odd, "/e/odd.vtt")).cues
    assert len(cards) >= len(cues) >= 3
    assert all(0 <= card.start < card.end <= 20_000 for card in cards)
    assert any("Zarin, von and others: Yes." in card.plaintext for card in cards)
    told = json.loads(read(odd, "/e/odd.json"))
    assert [segment["body"] for segment in told["segments"]][1] == "Yes."


def test_an_edition_is_read_as_tei(odd: TestClient) -> None:
    root = Xml.fromstring(read(odd, "/e/odd.tei.xml"))
    assert (root.findtext(".//{*}title") or "").startswith(
        "</title> <!-- \"A\" & 'b' --> 🙂 {x} right to left 00:00:01"
    )
    assert len(root.findall(".//{*}u")) == 3


def test_a_quote_is_read_by_programs_that_cite(odd: TestClient) -> None:
    link = link_to(odd, "odd", paragraph=0)
    (record,) = rispy.loads(read(odd, f"{link}.ris"))
    (entry,) = parse_string(read(odd, f"{link}.bib"), "bibtex").entries.values()
    (item,) = json.loads(read(odd, f"{link}.csl.json"))
    assert record["title"] == item["title"] and record["title"].startswith("</title> <!--")
    assert record["authors"] == [one["literal"] for one in item["author"]] and len(record["authors"]) == 1
    assert [person.first_names for person in entry.persons["author"]] == [[]]
    assert read(odd, f"{link}.txt").count("\n") == 1


def test_the_sound_of_a_quote_has_captions(odd: TestClient) -> None:
    link = link_to(odd, "odd", paragraph=0)
    assert WebVTTParser(strict=True).parse(read(odd, f"{link}.vtt")).cues
