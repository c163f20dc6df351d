"""The queue shows first what is likely wrong, and lets go of it when somebody has looked."""

import re

from starlette.testclient import TestClient

from catalog.models import LabelState
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.studio.conftest import Enter
from transcribe.timeline import Word

WORDS = ("rain", "fell", "on", "Gull")
TALK = Talk(
    "Tea and trains",
    [
        Line("A", "We hid in the valley until spring", 0, 6_000, words=()),
        Line(
            "A",
            "rain fell on Gull",
            6_000,
            8_000,
            words=tuple(Word(6_000 + n * 500, 6_400 + n * 500, word, 0.2) for n, word in enumerate(WORDS)),
        ),
    ],
    {"A": Voice("Asma Green")},
)
PAGE = "/studio/e/tea/review"


def test_what_is_in_doubt_is_shown_with_its_reason_and_goes_when_it_was_looked_at(
    staffed: Newsroom, enter: Enter
) -> None:
    put(staffed, "tea", TALK)
    client = enter("producer")
    page = client.get(PAGE).text
    assert "heard weakly: rain, fell, on, Gull" in page
    assert "We hid in the valley" not in page
    assert "0 % checked" in page
    answer = client.post("/studio/e/tea/transcript/2", data=form(client, "done"))
    assert answer.headers["location"].startswith("/studio/e/tea/review")
    page = client.get(PAGE).text
    assert "heard weakly" not in page
    assert "Nothing is in doubt here" in page
    client.post("/studio/e/tea/transcript/undo")
    assert "heard weakly" in client.get(PAGE).text


def test_a_name_that_is_only_likely_is_asked_about_once_where_the_voice_is_first_heard(
    staffed: Newsroom, enter: Enter
) -> None:
    sure = [Line("A", f"rain fell number {n}", n * 2_000, n * 2_000 + 1_500) for n in range(8)]
    guessed = Voice("Asma Green", state=LabelState.SUGGESTED, probability=0.61)
    put(staffed, "tea", Talk("Tea", sure, {"A": guessed}))
    client = enter("producer")
    page = client.get(PAGE).text
    assert page.count("the name of this voice is a guess, 0.61 sure") == 1
    client.post("/studio/e/tea/voices/A", data={"act": "confirm"})
    assert "whose voice it is" not in client.get(PAGE).text


def form(client: TestClient, act: str) -> dict[str, str]:
    page = client.get(PAGE).text
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    return {"text": "rain fell on Gulistan", "seen": seen, "act": act, "back": "review"}


def test_a_word_is_replaced_in_a_hundred_paragraphs_at_once(staffed: Newsroom, enter: Enter) -> None:
    lines = [Line("A", f"Gull number {n}", n * 2_000, n * 2_000 + 1_500) for n in range(100)]
    put(staffed, "tea", Talk("Tea", lines, {"A": Voice("Asma Green")}))
    client = enter("producer")
    page = client.get("/studio/e/tea/replace", params={"find": "Gull", "instead": "Gul <i>"}).text
    picked = dict(re.findall(r'name="(pick-\d+)" value="(\w+)"', page))
    assert len(picked) == 100
    sent = {"find": "Gull", "instead": "Gul <i>", **picked}
    assert client.post("/studio/e/tea/replace", data=sent).status_code == 303
    assert "Gul &lt;i&gt; number 99" in client.get("/e/tea").text
    assert client.post("/studio/e/tea/replace", data=sent).status_code == 409
