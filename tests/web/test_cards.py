"""The pictures other sites show: of the right size and form, of what is public only, legible in every script."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Event

import pytest
from fastapi import HTTPException
from PIL import Image
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from catalog.quotes import quote_paragraph
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, newsroom_at, put, set_state
from tests.web.panel import PANEL
from tests.web.test_podcast import HOSTILE
from web import cards
from web.app import create_app
from web.cards import SQUARE, WIDE, Card, CardShelf
from web.typesetting import DISPLAY, INDIC, NASTALIQ, SANS, TEXT, in_sight, runs_of, set_text, width_of

MANY_SCRIPTS = "What does سچ بولو mean? हिन्दी: सच क्या है, বাংলা: সত্য কী, ਪੰਜਾਬੀ 🙂"


def picture(client: TestClient, path: str) -> Image.Image:
    answer = client.get(path)
    assert answer.status_code == 200 and answer.headers["content-type"] == "image/png", path
    image = Image.open(BytesIO(answer.content))
    image.load()
    return image


def quote_in(room: Newsroom, slug: str, paragraph: int = 0) -> str:
    with writing(room.engine) as session:
        return f"/q/{quote_paragraph(session, slug, paragraph)}"


def test_every_card_and_cover_has_the_size_that_sites_ask_for(
    room: Newsroom, client: TestClient, talks: dict[str, int]
) -> None:
    quote = quote_in(room, "tea")
    for path in ("/card.png", "/e/tea/card.png", "/e/urdu/card.png", f"{quote}/card.png"):
        assert picture(client, path).size == WIDE
    for path in ("/cover.png", "/e/tea/cover.png", "/e/urdu/cover.png"):
        assert picture(client, path).size == SQUARE
    answer = client.get("/e/tea/card.png")
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert len(answer.content) < 60_000
    again = client.get("/e/tea/card.png", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert client.get(f"{quote}/card.png").headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    "title", [HOSTILE, "🙂" * 50, "\u202e", "س" * 500, MANY_SCRIPTS, "x" * 500, "ا\u0651" * 99]
)
def test_any_title_can_be_drawn(room: Newsroom, client: TestClient, title: str) -> None:
    lines = [Line("1", title, 0, 4_000), Line("2", title + " yes", 4_000, 9_000)]
    voices = {"1": Voice(title[:190] + "a", affiliation=title), "2": Voice()}
    put(room, "odd", Talk(title, lines, voices))
    for path in ("/e/odd/card.png", "/e/odd/cover.png", quote_in(room, "odd", 1) + "/card.png"):
        picture(client, path)


def test_two_talks_have_two_cards_and_a_new_title_a_new_one(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    put(room, "panel", PANEL)
    put(room, "same", demo_talk(title="Another title"))
    bodies = {client.get(f"/e/{slug}/card.png").content for slug in ("tea", "panel", "same")}
    assert len(bodies) == 3


def red_in(image: Image.Image) -> list[tuple[int, int]]:
    pixels = image.convert("RGB").load()
    assert pixels is not None
    places = ((x, y) for x in range(0, image.width, 2) for y in range(0, image.height, 2))
    return [(x, y) for x, y in places if pixels[x, y][0] > pixels[x, y][1] + 60]  # type: ignore[index]


def test_the_colon_is_red_and_nothing_else_is(room: Newsroom, client: TestClient) -> None:
    red = red_in(picture(client, "/card.png"))
    assert red and max(x for x, _ in red) - min(x for x, _ in red) < 60
    long = "Words that fill the card from one edge to the other and leave the colon alone. " * 12
    put(room, "long", Talk("Long", [Line("1", long, 0, 60_000)], {"1": Voice("Zarin Test")}))
    assert len(red_in(picture(client, quote_in(room, "long") + "/card.png"))) > 8


def test_a_title_leaves_no_word_alone_on_its_last_line() -> None:
    setting = set_text("A talk with a long quote in it", DISPLAY, (84,), 1072, 300)
    first, last = setting.lines
    assert len(last.split()) > 2 and width_of(first, DISPLAY, 84) <= 1072


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_the_card_of_a_talk_that_is_not_public_is_gone_at_once(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    episode_id = put(room, "tea", demo_talk())
    paths = ("/e/tea/card.png", "/e/tea/cover.png", quote_in(room, "tea") + "/card.png")
    tags = {path: client.get(path).headers["etag"] for path in paths}
    set_state(room, episode_id, state)
    for path in paths:
        answer = client.get(path, headers={"If-None-Match": tags[path]})
        assert answer.status_code in (404, 410) and b"PNG" not in answer.content


def test_pictures_are_drawn_once_and_only_so_many_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Card] = []

    def draw(card: Card) -> bytes:
        drawn.append(card)
        return card.words.encode()

    monkeypatch.setattr(cards, "_draw", draw)
    shelf = CardShelf(most=2)
    talks = [Card(WIDE, "", "Show", word, "en") for word in ("one", "two", "three")]
    assert [shelf.draw(talk) for talk in (talks[0], talks[0], talks[1], talks[2])] == [
        *(b"one", b"one", b"two", b"three")
    ]
    assert drawn == talks
    assert [shelf.find(talk) for talk in talks] == [None, b"two", b"three"]


def test_who_would_wait_too_long_is_sent_away(monkeypatch: pytest.MonkeyPatch) -> None:
    begun, may_end = Event(), Event()

    def draw(card: Card) -> bytes:
        begun.set()
        assert may_end.wait(30)
        return b"drawn"

    monkeypatch.setattr(cards, "_draw", draw)
    shelf, card = CardShelf(in_line=1), Card(WIDE, "", "Show", "one", "en")
    with ThreadPoolExecutor() as pool:
        first = pool.submit(shelf.draw, card)
        assert begun.wait(30)
        with pytest.raises(HTTPException) as refused:
            shelf.draw(card)
        may_end.set()
        assert first.result() == b"drawn" == shelf.draw(card)
    assert refused.value.status_code == 503


def test_a_reader_can_have_only_so_many_drawn_in_a_minute(
    room: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cards, "allowance", cards.Allowance(1, "cards"))
    other = newsroom_at(room.settings.home, room.settings.database_url, tagline="A line of its own")
    put(other, "one", demo_talk(title="One of a kind"))
    with TestClient(create_app(other.settings)) as client:
        assert client.get("/card.png").status_code == 200
        assert client.get("/card.png").status_code == 200, "it is kept"
        assert client.get("/e/one/card.png").status_code == 429


# ---- setting text -----------------------------------------------------------------------------------


def test_each_letter_is_set_in_a_font_that_has_it() -> None:
    runs = runs_of(MANY_SCRIPTS, DISPLAY, "ltr")
    assert "".join(run.text for run in runs) == MANY_SCRIPTS.replace("🙂", "")
    assert {run.face for run in runs} == {DISPLAY[0], NASTALIQ, *INDIC}
    assert all(run.way == ("rtl" if "س" in run.text else "ltr") for run in runs)


def test_words_of_both_directions_stand_in_the_order_a_reader_sees_them() -> None:
    text = "BBC اردو پر PTI اور"
    seen = [run.text.strip() for run in in_sight(runs_of(text, TEXT, "rtl"), "rtl") if run.text.strip()]
    assert seen == ["اور", "PTI", "اردو پر", "BBC"]
    text = "Why سچ بولو, he asked"
    seen = [run.text for run in in_sight(runs_of(text, TEXT, "ltr"), "ltr")]
    assert "".join(seen) == text and "سچ بولو" in seen, "what follows stands after it, not before"


@pytest.mark.parametrize("text", ["a " * 400, "x" * 900, "لفظ " * 200, MANY_SCRIPTS * 9])
def test_what_is_set_stays_in_its_box(text: str) -> None:
    for faces in (DISPLAY, TEXT, SANS):
        setting = set_text(text, faces, (60, 40, 30), 800, 300)
        assert setting.height <= 300 or len(setting.lines) == 1
        assert all(width_of(line, faces, setting.size) <= 808 for line in setting.lines)
        assert setting.lines[-1].endswith("…")


# ---- oEmbed of talks --------------------------------------------------------------------------------
