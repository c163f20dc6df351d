"""Working with results: files, feeds, words in context, how often over time."""

import csv
import io
import json
from xml.etree import ElementTree

import feedparser
import pyarrow.parquet as parquet
import pytest
from starlette.testclient import TestClient

from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put
from web.forms import Allowance

PAGES = [
    "/search/concordance",
    "/search/timeline",
    "/search.csv",
    "/search.jsonl",
    "/search.parquet",
    "/search.ris",
]
PAGES += ["/search.rss", "/search.atom", "/search/concordance.csv"]

HOSTILE = ["x" * 10_000, "", "\0", "((((", '"', "* " * 999, "before:2021-02-31", "<script>", "' OR 1=1 --"]


@pytest.fixture(autouse=True)
def plenty(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("exports", "research"):
        monkeypatch.setattr(f"web.{module}.allowance", Allowance(10_000, f"test {module}"))


def found(client: TestClient, q: str = "rain") -> int:
    return int(client.get("/api/v1/search", params={"q": q}).json()["total"])


def test_a_file_holds_the_whole_result_whatever_its_form(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    read = {
        ending: client.get(f"/search.{ending}", params={"q": "rain"})
        for ending in ("csv", "jsonl", "parquet", "ris")
    }
    assert {answer.status_code for answer in read.values()} == {200}
    rows = list(csv.DictReader(io.StringIO(read["csv"].text)))
    lines = [json.loads(line) for line in read["jsonl"].text.splitlines()]
    table = parquet.read_table(io.BytesIO(read["parquet"].content))
    assert len(rows) == len(lines) == table.num_rows == found(client) > 1
    assert read["ris"].text.count("ER  -") == len(rows)
    assert "by Hamid River (guest, farmer from Punjab). Transcript: machine.\r\n" in read["ris"].text
    assert [row["turn_id"] for row in rows] == [line["turn_id"] for line in lines]


def test_words_stand_in_their_context_and_open_at_their_moment(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    page = client.get("/search/concordance", params={"q": "rain", "sort": "right"})
    assert page.status_code == 200
    assert page.text.count("/e/tea") >= found(client)


def test_the_timeline_has_a_table_beside_its_chart(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    for by in ("", "speaker"):
        page = client.get("/search/timeline", params={"q": "rain", "by": by})
        assert page.status_code == 200
        assert "<table" in page.text
        assert "style=" not in page.text.split("<main")[1]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_search_can_be_followed(room: Newsroom, client: TestClient, kind: str) -> None:
    put(room, "tea", demo_talk(title='<b>&\u202e "tea"' + "x" * 300))
    answer = client.get(f"/search.{kind}", params={"q": "rain"})
    ElementTree.fromstring(answer.content)
    feed = feedparser.parse(answer.content)
    assert not feed.bozo
    assert len(feed.entries) == found(client)
    assert (
        client.get(f"/search.{kind}?q=rain", headers={"If-None-Match": answer.headers["etag"]}).status_code
        == 304
    )


@pytest.mark.parametrize("path", PAGES)
def test_nothing_unpublished_is_in_any_of_them(room: Newsroom, client: TestClient, path: str) -> None:
    put(room, "tea", demo_talk(state=EpisodeState.REVIEW))
    assert b"tea#t" not in client.get(path, params={"q": "rain"}).content


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize(
    "q", ["x" * 10_000, "", "\0", "((((", '"', "* " * 999, "before:2021-02-31", "<script>", "' OR 1=1 --"]
)
def test_no_text_breaks_anything(room: Newsroom, client: TestClient, path: str, q: str) -> None:
    put(room, "tea", demo_talk())
    assert client.get(path, params={"q": q, "sort": "sideways", "by": "x"}).status_code in (200, 400)
