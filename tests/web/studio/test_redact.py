"""An editor chooses words, sees what would go, and it goes; without scripts, for editors only."""

import re
import time

from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading
from catalog.models import Episode, EpisodeState, Redaction, RedactionStage
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, put
from tests.web.studio.conftest import Enter

TALK = Talk(
    "Tea and trains",
    [Line("A", "We hid in Zephyrine until spring", 0, 6_000), Line("A", "Then we left", 6_000, 9_000)],
    {"A": Voice("Asma Green")},
)
LONGEST_S = 60


def links(page: str) -> dict[str, str]:
    return {
        text: href.replace("&amp;", "&") for href, text in re.findall(r'<a href="([^"]+)">([^<]+)</a>', page)
    }


def choose(client: TestClient, first: str, last: str) -> str:
    """The page after the first and the last word were chosen."""
    page = client.get(links(client.get("/studio/e/tea/redact").text)["Choose words"].split("#")[0]).text
    for word in (first, last):
        page = client.get(links(page)[word].split("#")[0]).text
    return page


def test_words_are_chosen_shown_and_gone(staffed: Newsroom, enter: Enter) -> None:
    put(staffed, "tea", TALK)
    client = enter("editor")
    page = choose(client, "Then", "left")
    assert "This would go" in page
    page = client.get("/studio/e/tea/redact?at=0").text
    begin = links(page)["Zephyrine"]
    page = client.get(links(client.get(begin.split("#")[0]).text)["Zephyrine"]).text
    assert "<b>Zephyrine</b>" in page
    sent = dict(re.findall(r'name="(from|to)" value="(\d+)"', page))
    answer = client.post("/studio/e/tea/redact", data={**sent, "reason": "a promise", "cover": "silence"})
    assert answer.status_code == 303
    until = time.monotonic() + LONGEST_S
    while time.monotonic() < until:
        with reading(staffed.engine) as session:
            done = session.exec(select(Redaction)).one().stage is RedactionStage.DONE
            state = session.exec(select(Episode)).one().state
        if done:
            break
        assert state is EpisodeState.WITHDRAWN
        time.sleep(0.1)
    assert done
    page = client.get("/studio/e/tea/redact").text
    assert "gone everywhere" in page
    assert "Zephyrine" not in page
    assert "until spring" in client.get("/e/tea").text
    assert "Zephyrine" not in client.get("/e/tea").text


def test_nothing_goes_without_words_chosen_or_a_reason(staffed: Newsroom, enter: Enter) -> None:
    put(staffed, "tea", TALK)
    client = enter("editor")
    for sent in (
        {},
        {"from": "1"},
        {"from": "-1", "to": "9"},
        {"from": "1" * 400, "to": "2"},
        {"from": "0", "to": "900"},
    ):
        assert client.post("/studio/e/tea/redact", data=sent).status_code == 400
    assert client.get("/studio/e/tea/redact?from=x").status_code == 404
    assert client.get("/studio/e/tea/redact?from=99999999&to=100").status_code == 200
    with reading(staffed.engine) as session:
        assert session.exec(select(Redaction)).all() == []


def test_a_span_is_written_in_times_and_looked_at_before_anything_goes(
    staffed: Newsroom, enter: Enter
) -> None:
    put(staffed, "tea", TALK)
    client = enter("editor")
    page = client.get("/studio/e/tea/redact?begins=0:06&ends=8,5").text
    assert "This would go, 0:06 to 0:08.5" in page and 'name="from" value="6000"' in page
    assert 'name="begins" value="0:06"' in page and 'name="ends" value="0:08.5"' in page
    for written in ("begins=0:08&ends=0:06", "begins=0:08", "begins=0:99&ends=2:00", "begins=%D9%A3&ends=9"):
        assert client.get(f"/studio/e/tea/redact?{written}").status_code == 400
    with reading(staffed.engine) as session:
        assert session.exec(select(Redaction)).all() == []


def test_only_who_may_take_words_out_marks_them_beside_the_transcript(
    staffed: Newsroom, enter: Enter
) -> None:
    put(staffed, "tea", demo_talk())
    assert "data-span" in enter("editor").get("/studio/e/tea/transcript").text
    assert "data-span" not in enter("producer").get("/studio/e/tea/transcript").text
