import gc
import re
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, put
from web.app import create_app


@pytest.fixture
def answers(room: Newsroom) -> None:
    for number, name in enumerate(("Zarin Test", "Kamal Probe")):
        lines = [
            Line("1", "Who mended the lantern?", 0, 2000),
            Line("2", f"The lantern was mended by neighbours number {number}.", 2000, 5000),
        ]
        put(
            room,
            f"lantern-{number}",
            Talk(f"Lantern {number}", lines, {"1": Voice("Asker Demo"), "2": Voice(name)}),
        )


def links(page: str) -> list[str]:
    return [unescape(link) for link in re.findall(r'href="(/search\?[^"]+)"', page)]


def test_counts_are_links_that_narrow_the_search(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lantern"}).text
    assert "4 moments" in page
    [narrower] = [link for link in links(page) if "kamal-probe" in link]
    narrow = client.get(narrower).text
    assert "1 moment<" in narrow
    assert "Kamal Probe" in narrow and "Zarin Test" not in narrow


def test_a_hit_shows_the_question_it_answers(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "neighbours"}).text
    assert page.count("After <bdi>Asker Demo</bdi>: <bdi>Who mended the lantern?</bdi>") == 2


def test_the_order_of_hits_is_a_link_and_is_kept(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lantern", "sort": "oldest"}).text
    assert "<b>Oldest first</b>" in page
    assert any("sort=newest" in link for link in links(page))
    assert '<input type="hidden" name="sort" value="oldest">' in page
    assert "<b>By relevance</b>" in client.get("/search", params={"q": "lantern", "sort": "x"}).text


def test_turns_stand_by_talk_or_one_by_one_in_their_order(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lantern", "sort": "position"}).text
    assert page.count('<article class="hit">') == 2
    [turn_by_turn] = [link for link in links(page) if "group=no" in link and "sort=position" in link][-1:]
    single = client.get(turn_by_turn).text
    assert single.count('<article class="hit">') == single.count('<div class="hitline">') == 4
    assert '<input type="hidden" name="group" value="no">' in single
    assert any("group" not in link and "sort=position" in link for link in links(single))


def test_many_other_spellings_stand_folded(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "missing OR lantern"}).text
    assert re.search(r"<details[^>]*><summary>Also searched: \d+ other spellings</summary>", page)
    assert "<bdi>لاپتہ</bdi>" in page


def test_other_spellings_are_switched_off_by_one_link(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lantern", "expand": "no"}).text
    assert "Other spellings were not searched." in page
    assert "/search?q=lantern" in links(page)


def test_what_was_not_understood_is_said_with_its_place(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lantern before:2021-02-31"}).text
    assert "is no date" in page and "<bdi>before:2021-02-31</bdi>" in page
    assert "4 moments" in page


def test_the_help_explains_every_field(client: TestClient) -> None:
    page = client.get("/search/help").text
    for field in ("speaker", "role", "lang", "episode", "after", "before", "is", "topic", "article", "in"):
        assert f"{field}:" in page


@pytest.mark.parametrize(
    "query",
    [
        "a" * 10_000,
        "x* " * 3_000,
        '"' * 9_999,
        "(" * 5_000,
        "speaker:<script>alert(1)</script>",
        "after:9999-99",
    ],
    ids=lambda text: text[:12],
)
def test_no_field_or_length_breaks_the_page(client: TestClient, answers: None, query: str) -> None:
    answer = client.get("/search", params={"q": query})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text


def test_meaning_is_one_click_away_and_says_what_came_by_it(client: TestClient, room: Newsroom) -> None:
    said = "Soldiers came at night and the boy has been missing ever since; nobody tells us where he is held."
    put(room, "night", Talk("Night", [Line("1", said, 0, 4000)], {"1": Voice("Zarin Test")}))
    page = client.get("/search", params={"q": "abducted infantry"}).text
    assert "Soldiers" not in page
    [meaning] = [link for link in links(page) if "mode=hybrid" in link]
    page = client.get(meaning).text
    assert "Soldiers came at night" in page and "Close in meaning" in page
    [words] = [link for link in links(page) if "abducted" in link and "mode=" not in link]
    assert "Soldiers" not in client.get(words).text


@pytest.mark.parametrize("mode", ["meaning", "hybrid", "oracle", "", "<b>"])
@pytest.mark.parametrize(
    "text", ["لاپتہ افراد", "lang:en", "-lantern", "lantern -neighbours", '"', "*", "=lantern"]
)
def test_any_question_in_any_mode_is_answered(
    client: TestClient, answers: None, mode: str, text: str
) -> None:
    assert client.get("/search", params={"q": text, "mode": mode}).status_code == 200


def test_meaning_finds_nothing_that_is_excluded(client: TestClient, answers: None) -> None:
    page = client.get("/search", params={"q": "lamp repaired -neighbours", "mode": "meaning"}).text
    assert "mended by neighbours" not in unescape(re.sub("<[^>]+>", "", page))


def test_an_embedder_that_does_not_work_leaves_the_words_and_tells_readers_no_path(
    room: Newsroom, talks: dict[str, int], tmp_path: Path
) -> None:
    (tmp_path / "model").mkdir()
    settings = room.settings.model_copy(update={"embedder": str(tmp_path / "model")})
    with TestClient(create_app(settings), raise_server_exceptions=False) as client:
        answer = client.get("/search?q=tea&mode=hybrid")
    assert answer.status_code == 200 and "switched off" in answer.text and str(tmp_path) not in answer.text


def test_a_page_has_ten_moments_or_fifty(client: TestClient, room: Newsroom) -> None:
    lines = [Line(str(number % 2), f"The lantern was lit {number}.", 0, 2000) for number in range(12)]
    spoken = [Line(one.voice, one.text, 3000 * n, 3000 * n + 2000) for n, one in enumerate(lines)]
    put(room, "lanterns", Talk("Lanterns", spoken, {"0": Voice("Zarin Test"), "1": Voice("Kamal Probe")}))
    short = client.get("/search", params={"q": "lantern", "sort": "oldest"}).text
    assert short.count('<div class="hitline">') == 10 and ">More</a>" in short and "50 a page" in short
    [longer] = [link for link in links(short) if "show=50" in link]
    long = client.get(longer).text
    assert long.count('<div class="hitline">') == 12 and ">More</a>" not in long
    assert '<input type="hidden" name="show" value="50">' in long and "sort=oldest" in longer
    assert any("show" not in link and "sort=oldest" in link for link in links(long))


@pytest.mark.parametrize(
    "address", ["/search?q=lantern", "/e/lantern-0", "/", "/people", "/ur/search?q=mended"]
)
def test_a_page_leaves_nothing_that_only_the_collector_of_garbage_could_clear(
    client: TestClient, answers: None, address: str
) -> None:
    client.get(address)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        client.get(f"{address}{'&' if '?' in address else '?'}n=2")
        gc.collect()
        left = [f"{type(one).__module__}.{type(one).__name__}" for one in gc.garbage]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
    assert not [one for one in left if one.startswith(("web.", "catalog.", "jinja2."))]
