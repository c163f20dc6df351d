"""Translations in the studio: bring one in, read it, show it, take it back."""

import re

import pytest
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from tests.catalog.test_translations import SRT
from tests.web.newsrooms import URDU, put
from tests.web.studio.conftest import Enter

PAGE = "/studio/e/urdu/translations"


@pytest.fixture
def producer(staffed: Newsroom, enter: Enter) -> TestClient:
    put(staffed, "urdu", URDU)
    return enter("producer")


def send(client: TestClient, text: str, name: str = "a.srt", **fields: str):
    return client.post(PAGE, data={"language": "en", **fields}, files={"file": (name, text)})


def test_a_file_is_brought_in_read_beside_the_words_and_taken_back(producer: TestClient) -> None:
    assert "None yet" in producer.get(PAGE).text
    answer = send(producer, SRT, made="machine")
    assert answer.status_code == 200 and "2 lines in English came in." in answer.text
    assert "Machine translation, checked by nobody" in answer.text and "Readers see it" in answer.text
    one = answer.text.partition(f'href="{PAGE}/')[2].partition('"')[0]
    beside = producer.get(f"{PAGE}/{one}").text
    assert "Welcome to a talk that never was." in beside and "السلام علیکم" in beside
    for act, told in (
        ("check", "checked by a person"),
        ("hide", "do not see it"),
        ("show", "Readers see it"),
    ):
        assert producer.post(f"{PAGE}/{one}", data={"act": act}).headers["location"].endswith(f"note={act}")
        assert told in producer.get(PAGE).text
    assert "?with=en" in producer.get("/e/urdu").text


def test_a_line_is_written_anew_where_two_people_may_meet(producer: TestClient) -> None:
    send(producer, SRT, made="machine")
    page = producer.get(PAGE).text.partition(f'href="{PAGE}/')[2].partition('"')[0]
    desk = producer.get(f"{PAGE}/{page}").text
    address = re.findall(rf'action="{PAGE}/{page}/(\d+)"', desk)[0]
    seen = desk.partition('name="seen" value="')[2].partition('"')[0]
    line = f"{PAGE}/{page}/{address}"
    as_program = {"Accept": "application/json"}
    news = producer.get(f"{PAGE}/{page}/news").json()["version"]
    saved = producer.post(line, data={"text": "Welcome <b>all</b>", "seen": seen}, headers=as_program).json()
    assert saved["told"] == "Saved." and saved["version"] > news
    late = producer.post(line, data={"text": "Another", "seen": seen}, headers=as_program)
    assert late.status_code == 409 and late.json()["theirs"] == "Welcome <b>all</b>"
    without_scripts = producer.post(line, data={"text": "Another", "seen": seen})
    assert without_scripts.status_code == 409 and "Somebody else was quicker" in without_scripts.text
    assert ">Another</textarea>" in without_scripts.text, "nothing typed is lost"
    done = producer.post(line, data={"text": "Another", "seen": late.json()["stamp"], "act": "done"})
    assert done.headers["location"].endswith(f"{page}?note=saved#u{address}")
    for act, words in (("undo", "Welcome &lt;b&gt;all&lt;/b&gt;"), ("redo", "Another")):
        moved = producer.post(f"{PAGE}/{page}/{act}").headers["location"]
        assert moved.endswith(f"{page}?note={act}") and f">{words}</textarea>" in producer.get(moved).text
    assert "Undone: what producer wrote" in producer.post(f"{PAGE}/{page}/undo", headers=as_program).text
    assert producer.post(f"{PAGE}/{page}/redo", headers=as_program).json()["told"] == "Done again."
    beside = producer.get(f"{PAGE}/{page}").text
    assert "It came as: <bdi" in beside and "1 of 2 lines checked by a person" in beside
    assert "people have mended lines of it" in producer.get("/e/urdu?with=en").text
    assert "mended in places" in producer.get("/e/urdu/translations/en.vtt").text


@pytest.mark.parametrize(
    ("text", "name", "language", "told"),
    [
        ("no captions", "a.srt", "en", "is not a caption file"),
        (SRT, "a.srt", "ur", "what is spoken in this talk"),
        (SRT.replace("Welcome", "خوش آمدید آپ سب کو اس بات چیت میں"), "<b>.srt", "x", "is no language"),
    ],
)
def test_what_cannot_be_one_is_refused_in_a_sentence(
    producer: TestClient, text: str, name: str, language: str, told: str
) -> None:
    answer = send(producer, text, name, language=language)
    assert answer.status_code == 400 and told in answer.text
    assert "None yet" in producer.get(PAGE).text


def test_a_form_without_a_file_is_told_so(producer: TestClient) -> None:
    answer = producer.post(PAGE, files={"language": (None, "en")})
    assert answer.status_code == 400 and "No file arrived" in answer.text


def test_the_preview_shows_it_before_readers_see_the_talk(producer: TestClient) -> None:
    send(producer, SRT)
    assert "Welcome to a talk" in producer.get("/studio/e/urdu/preview?with=en").text
