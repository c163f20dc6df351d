"""Editions, TEI and the data set as readers fetch them."""

import hashlib
import json
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

from catalog.dataset import make_release
from catalog.db import writing
from catalog.editions import canonical
from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from catalog.speakers import withhold_label
from tests.checkers import html_errors
from tests.web.newsrooms import demo_talk, put, set_state

DAY = "2026-03-02"


@pytest.fixture
def tea(room: Newsroom) -> int:
    return put(room, "tea", demo_talk())


def export(room: Newsroom, day: str = DAY) -> None:
    make_release(room, room.settings.dataset_folder, date.fromisoformat(day), lambda line: None)


def withhold(room: Newsroom, label: str) -> None:
    with writing(room.engine) as session:
        withhold_label(session, "tea", label, by="an editor")


def test_an_edition_has_an_address_that_stays_when_the_transcript_changes(
    room: Newsroom, client: TestClient, tea: int
) -> None:
    first = client.get("/e/tea/r/1.json")
    assert first.status_code == 200 and first.headers["access-control-allow-origin"] == "*"
    told = first.json()
    assert (told["revision"], told["edited_for_safety"]) == (1, False)
    assert told["digest"] == hashlib.sha256(canonical(told["transcript"]).encode()).hexdigest()
    set_state(room, tea, EpisodeState.PUBLISHED)
    assert client.get("/e/tea/r/1.json").json() == told
    assert client.get("/e/tea/r/2.json").json()["revision"] == 2
    again = client.get("/e/tea/r/1.json", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert client.head("/e/tea/r/1.json").status_code == 200


def test_the_list_of_editions_leads_to_each(room: Newsroom, client: TestClient, tea: int) -> None:
    client.get("/e/tea/r/1.json")
    set_state(room, tea, EpisodeState.PUBLISHED)
    lines = client.get("/e/tea/revisions.json").json()["revisions"]
    assert [line["revision"] for line in lines] == [1, 2]
    for line in lines:
        assert client.get(line["url"]).json()["digest"] == line["digest"]


@pytest.mark.parametrize("path", ["r/1.json", "revisions.json"])
def test_a_talk_taken_back_has_no_editions_and_one_never_published_neither(
    room: Newsroom, client: TestClient, tea: int, path: str
) -> None:
    assert client.get(f"/e/tea/{path}").status_code == 200
    set_state(room, tea, EpisodeState.WITHDRAWN)
    assert client.get(f"/e/tea/{path}").status_code == 410
    assert client.get("/e/tea.tei.xml").status_code == 410
    put(room, "secret", demo_talk(state=EpisodeState.REVIEW))
    assert client.get(f"/e/secret/{path}").status_code == 404


@pytest.mark.parametrize("number", ["0", "99", "-1", "x", "9" * 30, "1e3"])
def test_an_edition_there_never_was_is_not_found(client: TestClient, tea: int, number: str) -> None:
    assert client.get(f"/e/tea/r/{number}.json").status_code == 404


def test_an_earlier_edition_does_not_tell_a_name_that_is_withheld_now(
    room: Newsroom, client: TestClient, tea: int
) -> None:
    before = client.get("/e/tea/r/1.json")
    assert "Hamid River" in canonical(before.json()["transcript"]["cast"])  # type: ignore[arg-type]
    withhold(room, "Hamid River")
    after = client.get("/e/tea/r/1.json")
    assert after.json()["edited_for_safety"] is True and after.headers["etag"] != before.headers["etag"]
    told = after.json()["transcript"]
    assert all(
        "Hamid" not in json.dumps(part) for part in (told["cast"], *(t["speaker"] for t in told["turns"]))
    )


def test_a_talk_is_had_as_tei(client: TestClient, tea: int) -> None:
    answer = client.get("/e/tea.tei.xml")
    assert answer.headers["content-type"] == "application/tei+xml"
    root = ElementTree.fromstring(answer.content)
    assert len(root.findall(".//{*}u")) == len(
        [p for turn in client.get("/e/tea/r/1.json").json()["transcript"]["turns"] for p in turn["passages"]]
    )
    assert client.get("/e/tea.vtt").status_code == 200
    assert client.get("/e/tea.tei.json").status_code == 404


def test_the_page_says_so_when_there_is_no_release(client: TestClient, tmp_path: Path) -> None:
    page = client.get("/data/")
    assert page.status_code == 200 and "presstalk export dataset" in page.text
    (tmp_path / "empty.html").write_bytes(page.content)
    assert html_errors(tmp_path) == []


def test_the_page_leads_to_every_file_of_the_newest_release(
    room: Newsroom, client: TestClient, tea: int, tmp_path: Path
) -> None:
    export(room, "2026-03-01")
    export(room)
    page = client.get("/data/")
    for name in ("turns.parquet", "turns.jsonl", "episodes.parquet", "diff.jsonl", "datasheet.md"):
        assert f'href="/data/{DAY}/{name}"' in page.text
        assert client.get(f"/data/{DAY}/{name}").status_code == 200
    body = client.get(f"/data/{DAY}/turns.jsonl")
    assert hashlib.sha256(body.content).hexdigest() in page.text
    assert client.get(f"/data/{DAY}/turns.jsonl", headers={"Range": "bytes=0-9"}).content == body.content[:10]
    assert client.get(f"/data/{DAY}/tei/tea.xml").headers["content-type"] == "application/tei+xml"
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "data.html").write_bytes(page.content)
    assert html_errors(folder) == []


@pytest.mark.parametrize(
    "path",
    [
        "2026-03-02/..%2f..%2fcatalog.sqlite",
        "2026-03-02/../../catalog.sqlite",
        "2026-03-02/tei",
        "2026-03-02/",
        "2026-03-09/turns.jsonl",
        "..%2f/turns.jsonl",
        ".lock",
        "2026-03-02/turns.jsonl%00",
    ],
)
def test_nothing_but_a_release_s_own_files_is_given(
    room: Newsroom, client: TestClient, tea: int, path: str
) -> None:
    export(room)
    assert client.get(f"/data/{path}").status_code == 404


def test_a_release_with_something_taken_back_is_gone_until_there_is_a_new_one(
    room: Newsroom, client: TestClient, tea: int
) -> None:
    export(room, "2026-03-01")
    withhold(room, "Hamid River")
    gone = client.get("/data/2026-03-01/turns.jsonl")
    assert gone.status_code == 410 and "taken back" in gone.text
    assert "no longer given out" in client.get("/data/").text
    export(room)
    assert client.get(f"/data/{DAY}/turns.jsonl").status_code == 200
    assert client.get("/data/2026-03-01/turns.jsonl").status_code == 410
    set_state(room, tea, EpisodeState.WITHDRAWN)
    assert client.get(f"/data/{DAY}/datasheet.json").status_code == 410
