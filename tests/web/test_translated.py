"""A translation as readers take it along: what it says of itself, and that nothing hidden is in it."""

import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import EpisodeState
from catalog.newsroom import Newsroom
from catalog.translations import hide_translation, import_translation
from tests.catalog.test_translations import SRT
from tests.web.newsrooms import URDU, put
from web.copies import FORMS

PAGE = "/e/urdu/translations/en"


@pytest.fixture
def number(room: Newsroom) -> int:
    put(room, "urdu", URDU)
    put(room, "hidden", URDU.__class__(**{**vars(URDU), "state": EpisodeState.REVIEW}))
    with writing(room.engine) as session:
        import_translation(session, "hidden", SRT.encode(), "a.srt", "en")
        return import_translation(session, "urdu", SRT.encode(), "a.srt", "en", by_machine=True).number


@pytest.mark.parametrize("ending", FORMS)
def test_every_form_of_a_machines_translation_says_so_first(
    client: TestClient, number: int, ending: str
) -> None:
    answer = client.get(f"{PAGE}.{ending}")
    assert answer.status_code == 200 and answer.headers["content-type"].startswith(
        FORMS[ending].media_type[:9]
    )
    mark = answer.text.index("Translated from Urdu by a machine, checked by nobody")
    assert mark < answer.text.index("Welcome to a talk that never was")


def test_captions_name_who_is_heard_and_the_player_offers_them(client: TestClient, number: int) -> None:
    vtt, page = client.get(f"{PAGE}.vtt").text, client.get("/e/urdu").text
    name = client.get("/e/urdu.vtt").text.partition("<v ")[2].partition(">")[0]
    assert name and f"<v {name}>Welcome" in vtt
    if "<track" in page:
        assert f'src="{PAGE}.vtt" srclang="en" label="English, by a machine"' in page


def test_programs_are_told_of_it_apart_from_what_was_spoken(client: TestClient, number: int) -> None:
    (told,) = client.get("/api/v1/episodes/urdu").json()["translations"]
    assert (told["language"], told["checked"], told["engine"]) == ("en", False, "captions file")
    assert client.get(told["copies"]["srt"]).status_code == 200
    assert "Welcome to a talk" not in client.get("/api/v1/episodes/urdu/turns").text


def test_the_reader_is_told_beside_the_words_and_can_take_it_along(client: TestClient, number: int) -> None:
    page = client.get("/e/urdu?with=en").text
    assert "made by a machine and nobody has checked it" in page and f'href="{PAGE}.srt"' in page
    assert 'dir="rtl"' in client.get("/ur/e/urdu?with=en").text


@pytest.mark.parametrize(
    "path",
    [
        f"{PAGE}.exe",
        "/e/urdu/translations/fr.vtt",
        "/e/hidden/translations/en.vtt",
        "/e/urdu/translations/..%2f.vtt",
    ],
)
def test_what_readers_may_not_see_is_not_there(client: TestClient, number: int, path: str) -> None:
    assert client.get(path).status_code == 404


def test_what_is_taken_from_readers_is_gone_at_once(client: TestClient, room: Newsroom, number: int) -> None:
    assert client.get(f"{PAGE}.vtt").status_code == 200 and "?with=en" in client.get("/e/urdu").text
    with writing(room.engine) as session:
        hide_translation(session, "urdu", number)
    assert client.get(f"{PAGE}.vtt").status_code == 404
    assert "?with=en" not in client.get("/e/urdu").text
    assert client.get("/api/v1/episodes/urdu").json()["translations"] == []


def test_markup_in_a_translation_is_words_on_the_page(
    client: TestClient, room: Newsroom, number: int
) -> None:
    hostile = SRT.replace("Welcome", "<script>alert(1)</script><img src=x onerror=alert(2)>")
    with writing(room.engine) as session:
        import_translation(session, "urdu", hostile.encode(), "a.srt", "en")
    page = client.get("/e/urdu?with=en").text
    assert "<script>alert" not in page and "<img src=x" not in page and "alert(1)" in page
    for ending in ("html", "vtt"):
        assert "<script>alert" not in client.get(f"{PAGE}.{ending}").text
