"""The history of a transcript in the studio: what was done, told word by word, and put back."""

import pytest
from starlette.testclient import TestClient

from catalog.acts import begin_act
from catalog.db import writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put
from tests.web.studio.conftest import Enter

PAGE = "/studio/e/tea/history"


@pytest.fixture
def producer(staffed: Newsroom, enter: Enter) -> TestClient:
    put(staffed, "tea", demo_talk())
    for text in ("The first new words.", "The second <b>new</b> words."):
        with writing(staffed.engine) as session:
            act = begin_act(session, "tea", "Amina <i>")
            write_paragraph(act, find_paragraph(act, 1), text)
    return enter("producer")


def test_each_act_is_told_word_by_word_and_as_words(producer: TestClient) -> None:
    page = producer.get(PAGE).text
    assert "<ins>" in page and "<del>" in page and "As the machine heard it" in page
    assert "<b>new</b>" not in page and "&lt;b&gt;new&lt;/b&gt;" in page and "Amina &lt;i&gt;" in page
    assert page.count('name="after"') == 2, "the newest state is how it stands"


def test_an_earlier_state_is_put_back_for_readers_too_and_undone(producer: TestClient) -> None:
    number = producer.get(PAGE).text.split('name="after" value="')[1].partition('"')[0]
    answer = producer.post(PAGE, data={"after": number})
    assert answer.headers["location"].endswith("note=restored")
    page = producer.get("/e/tea").text
    assert "The first new words." in page and "The second" not in page
    assert "put an earlier state back" in producer.get(PAGE).text
    producer.post("/studio/e/tea/transcript/undo")
    assert "The second" in producer.get("/e/tea").text


@pytest.mark.parametrize(("after", "status"), [("x", 400), ("", 400), ("99999", 404), ("٣", 400)])
def test_a_state_that_never_was_is_refused(producer: TestClient, after: str, status: int) -> None:
    assert producer.post(PAGE, data={"after": after}).status_code == status


def test_a_talk_nobody_touched_says_so(producer: TestClient, staffed: Newsroom) -> None:
    put(staffed, "quiet", demo_talk())
    assert "Nobody has changed it since" in producer.get("/studio/e/quiet/history").text


def test_what_is_said_of_the_talk_is_put_back_too(producer: TestClient) -> None:
    for text in ("0:00 Rain", "0:00 Roads <b>"):
        producer.post("/studio/e/tea/chapters", data={"text": text, "whole": "yes"})
    page = producer.get(PAGE).text
    assert "Roads &lt;b&gt;" in page
    number = page.split('name="facts" value="')[1].partition('"')[0]
    assert producer.post(PAGE, data={"facts": number}).headers["location"].endswith("note=told#facts")
    assert producer.get("/studio/e/tea/chapters").text.count("0:00 Rain") == 1
    assert producer.post(PAGE, data={"facts": "99999"}).status_code == 404
    assert producer.post(PAGE, data={"facts": "x"}).status_code == 400
