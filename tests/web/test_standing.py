"""How far people have gone over a transcript is said in one word, the same everywhere."""

import csv
import io
import json

from sqlmodel import col, select
from starlette.testclient import TestClient

from catalog.acts import begin_act
from catalog.db import writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.models import Utterance
from catalog.newsroom import Newsroom
from catalog.reviewing import mark_checked
from catalog.search.refresh import open_index
from tests.web.newsrooms import Line, Talk, Voice, put

SAID = [Line("A", "The lantern is lit.", 0, 900), Line("A", "The parapet is wet.", 1_000, 1_900)]


def told(client: TestClient) -> dict[str, str]:
    rows = csv.DictReader(io.StringIO(client.get("/search.csv?q=lantern").text.removeprefix("\ufeff")))
    jsonl = client.get("/search.jsonl?q=lantern").text.splitlines()
    return {
        "hit": client.get("/api/v1/search?q=lantern").json()["hits"][0]["status"],
        "table": next(rows)["status"],
        "lines": json.loads(jsonl[0])["status"],
        "talk": client.get("/api/v1/episodes/lamp").json()["status"],
        "list": client.get("/api/v1/episodes").json()["episodes"][0]["status"],
        "turns": client.get("/api/v1/episodes/lamp/turns").json()["status"],
    }


def test_a_transcript_is_a_machine_s_then_mended_then_read_through(
    room: Newsroom, client: TestClient
) -> None:
    put(room, "lamp", Talk("Lamp", SAID, {"A": Voice("Asma Green")}))
    open_index(room.settings.index_folder, room.engine)
    assert set(told(client).values()) == {"machine"}
    with writing(room.engine) as session:
        act = begin_act(session, "lamp", "Amina")
        write_paragraph(act, find_paragraph(act, 2), "The parapet is dry.")
    assert set(told(client).values()) == {"corrected"}
    assert "Machine draft, corrected in places" in client.get("/e/lamp").text
    with writing(room.engine) as session:
        ids = [one or 0 for one in session.exec(select(Utterance.id).order_by(col(Utterance.position)))]
        mark_checked(session, "lamp", ids, by="Amina")
    assert set(told(client).values()) == {"reviewed"}
    page = client.get("/e/lamp").text
    assert "<b>Checked by people, every paragraph</b>" in page and "Machine draft" not in page


def test_a_turn_that_was_checked_is_reviewed_though_the_talk_is_not(
    room: Newsroom, client: TestClient
) -> None:
    lines = [SAID[0], Line("B", "The parapet is wet.", 1_000, 1_900)]
    put(room, "lamp", Talk("Lamp", lines, {"A": Voice("Asma Green"), "B": Voice("Bilal Brown")}))
    open_index(room.settings.index_folder, room.engine)
    with writing(room.engine) as session:
        ids = [one or 0 for one in session.exec(select(Utterance.id).order_by(col(Utterance.position)))]
        mark_checked(session, "lamp", ids[:1], by="Amina")
    rows, talks = {"hit", "table", "lines"}, {"talk", "list", "turns"}
    assert told(client) == dict.fromkeys(rows, "reviewed") | dict.fromkeys(talks, "machine")
