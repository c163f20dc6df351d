"""Chapters are proposed where the words change, written by a person, and seen by readers at once."""

import pytest
from httpx import Response

from catalog.chaptering import marks_in, propose_chapters
from catalog.errors import InvalidQuery
from catalog.newsroom import Newsroom
from catalog.transcripts import Passage
from tests.web.newsrooms import demo_talk, put
from tests.web.studio.conftest import Enter

RAIN = "The river rose over the bridge and the rain fell on the village"
BALL = "The bowler ran and the batsman missed the wicket in the stadium"


def talk(*texts: str) -> list[Passage]:
    return [Passage(n, n * 30_000, n * 30_000 + 29_000, text, "en") for n, text in enumerate(texts)]


def test_a_chapter_begins_where_other_words_are_spoken() -> None:
    marks = propose_chapters(talk(*[RAIN] * 8, *[BALL] * 8))
    assert [start_ms for start_ms, _ in marks] == [0, 240_000]
    assert set(marks[1][1].lower().split(", ")) <= set(BALL.lower().split())
    assert not set(marks[0][1].lower().split(", ")) & set(BALL.lower().split())


def test_nothing_is_proposed_for_nothing_and_one_topic_stays_whole() -> None:
    assert propose_chapters([]) == []
    assert [start_ms for start_ms, _ in propose_chapters(talk(*[RAIN] * 12))] == [0]


@pytest.mark.parametrize("text", ["Good evening", "1:75 x", "5:00 a\n4:00 b", "5:00"])
def test_a_line_that_is_no_chapter_is_told(text: str) -> None:
    with pytest.raises(InvalidQuery):
        marks_in(text)


def test_what_is_saved_is_what_readers_see(staffed: Newsroom, enter: Enter) -> None:
    put(staffed, "tea", demo_talk())
    client = enter("producer")
    assert "Propose some" in client.get("/studio/e/tea/chapters").text

    def save(text: str) -> Response:
        return client.post("/studio/e/tea/chapters", data={"text": text, "whole": "yes"})

    assert save("0:00 Good evening\n0:40 What <b>rain</b> did").status_code == 303
    assert "What &lt;b&gt;rain&lt;/b&gt; did" in client.get("/e/tea").text
    assert "0:40 What" in client.get("/studio/e/tea/chapters").text
    late = save("9:00:00 After the end")
    assert (late.status_code, "after the talk has ended" in late.text) == (400, True)
    assert client.get("/studio/e/tea/chapters?proposed=yes").status_code == 200
    assert save("").status_code == 303
    assert "rain&lt;/b&gt; did" not in client.get("/e/tea").text


@pytest.mark.parametrize("sent", [{}, {"text": "0:00 Good eve"}])
def test_a_form_that_was_cut_off_on_its_way_changes_nothing(
    staffed: Newsroom, enter: Enter, sent: dict[str, str]
) -> None:
    put(staffed, "tea", demo_talk(chapters=((0, "Good evening"), (40_000, "Rain"))))
    client = enter("producer")
    page = client.get("/studio/e/tea/chapters").text
    assert page.index('<textarea id="text" name="text"') < page.index('name="whole" value="yes"')
    refused = client.post("/studio/e/tea/chapters", data=sent)
    assert (refused.status_code, "did not arrive whole" in refused.text) == (400, True)
    assert "0:40 Rain" in client.get("/studio/e/tea/chapters").text
