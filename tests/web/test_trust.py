"""The trust panel says what people checked, how sure names are and which bytes were published; a translation stands
beside the words it translates, and says who made it."""

import hashlib

import pytest
from starlette.testclient import TestClient

from catalog.acts import begin_act
from catalog.db import writing
from catalog.editing import find_paragraph, write_paragraph
from catalog.models import Track, TrackKind, Utterance
from catalog.newsroom import Newsroom
from catalog.reviewing import mark_checked
from catalog.transcripts import current_track
from tests.web.conftest import SOUND
from tests.web.newsrooms import URDU, Line, Talk, Voice, put
from tests.web.panel import PANEL


def panel_of(page: str) -> str:
    return page.partition('aria-labelledby="h-trust"')[2].partition("</section>")[0]


def test_what_was_published_can_be_compared_byte_for_byte(client: TestClient, talks: dict[str, int]) -> None:
    panel = panel_of(client.get("/e/tea").text)
    assert hashlib.sha256(SOUND * 2).hexdigest() in panel
    assert hashlib.sha256(client.get("/media/tea/web_audio.m4a").content).hexdigest() in panel
    assert "faster-whisper 1.2.1" in panel and "Machine draft, not checked" in panel
    assert "No person has compared every word" in panel


def test_how_sure_the_names_are_is_counted(room: Newsroom, client: TestClient) -> None:
    put(room, "panel", PANEL)
    panel = panel_of(client.get("/e/panel").text)
    told = "1 confirmed by an editor, 1 named on evidence, 1 with “probably”, 1 not known, 1 withheld"
    assert "5 voices" in panel and told in panel


def test_what_people_corrected_is_counted_and_dated(room: Newsroom, client: TestClient) -> None:
    lines = [
        Line("A", f"Line {number} of a talk", number * 1_000, number * 1_000 + 900) for number in range(4)
    ]
    put(room, "tea", Talk("Tea", lines, {"A": Voice("Asma Green")}))
    with writing(room.engine) as session:
        act = begin_act(session, "tea", "Amina")
        write_paragraph(act, find_paragraph(act, 2), "Line two of a talk")
    panel = panel_of(client.get("/e/tea").text)
    assert (
        "corrected by people in places" in panel and "25\u00a0% of the paragraphs read by a person" in panel
    )
    assert "1 correction" in panel and "/corrections" in panel
    with writing(room.engine) as session:
        checked = [find_paragraph(begin_act(session, "tea", "Amina"), number).id or 0 for number in (2, 3, 4)]
        mark_checked(session, "tea", checked, by="Amina")
    assert "75\u00a0% of the paragraphs read by a person" in panel_of(client.get("/e/tea").text)


# ---- two languages ------------------------------------------------------------------------------------


@pytest.fixture
def translated(room: Newsroom) -> Newsroom:
    """The Urdu talk with an English track that is cut otherwise than what was spoken."""
    episode_id = put(room, "urdu", URDU)
    told = ((4_000, 8_000, "Welcome to a talk that never was."), (8_000, 12_500, "The BBC is named in it."))
    with writing(room.engine) as session:
        source = current_track(session, episode_id)
        track = Track(
            episode_id=episode_id,
            kind=TrackKind.TRANSLATION,
            language="en",
            current=True,
            source_track_id=source.id if source else None,
            engine="faster-whisper",
        )
        session.add(track)
        session.flush()
        for place, (start, end, text) in enumerate(told):
            session.add(
                Utterance(
                    track_id=track.id or 0,
                    position=place,
                    start_ms=start,
                    end_ms=end,
                    text=text,
                    language="en",
                )
            )
    return room


def test_a_translation_stands_beside_the_words_when_it_is_asked_for(
    translated: Newsroom, client: TestClient
) -> None:
    plain = client.get("/e/urdu").text
    assert "?with=en#transcript" in plain and "Welcome to a talk" not in plain
    both = client.get("/e/urdu?with=en").text
    gloss = (
        '<p class="gloss" lang="en" dir="ltr">Welcome to a talk that never was. The BBC is named in it.</p>'
    )
    first = both.partition('id="t=4"')[2].partition('id="t=12"')[0]
    assert gloss in first and "السلام علیکم" in first
    assert "made by a machine and nobody has checked it" in both
    assert "Welcome to a talk" not in client.get("/e/urdu?with=fr").text


def test_a_translation_of_an_earlier_run_is_not_laid_beside_this_one(
    translated: Newsroom, client: TestClient
) -> None:
    with writing(translated.engine) as session:
        source = current_track(session, 1)
        assert source
        newer = Track(episode_id=1, language="ur", revision=2, current=True)
        source.current = False
        session.add_all([source, newer])
    assert "?with=en" not in client.get("/e/urdu").text


def test_a_talk_without_translations_offers_none(client: TestClient, talks: dict[str, int]) -> None:
    assert "beside it" not in client.get("/e/tea?with=ur").text
