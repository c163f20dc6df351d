"""The cast in the studio: namesakes are asked about, nobody is joined by a guess, another name leaves nothing."""

import re
from dataclasses import replace

import pytest
from sqlmodel import select

from catalog.db import reading, writing
from catalog.models import Appearance, EpisodeState, Person, Review
from catalog.newsroom import Newsroom
from catalog.translations import import_translation
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.studio.conftest import Enter

TALK = Talk(
    "A talk",
    [Line("A", "Good evening.", 0, 900)],
    {"A": Voice("Asma Green", affiliation="Demo Radio", evidence="Asma Green of Demo Radio asks")},
    state=EpisodeState.REVIEW,
)
CAST = "/studio/e/talk/cast"
CAPTIONS = "1\n00:00:00,000 --> 00:00:00,900\nآپ سب کو خوش آمدید\n".encode()


@pytest.fixture
def talk(staffed: Newsroom) -> Newsroom:
    put(staffed, "talk", TALK)
    put(staffed, "other", replace(TALK, voices={"A": Voice("Hamid River", affiliation="Demo Press")}))
    return staffed


def people(room: Newsroom) -> list[str]:
    with reading(room.engine) as session:
        return list(session.exec(select(Person.slug).order_by(Person.id)))


def test_the_words_that_prove_it_stand_beside_each_name(talk: Newsroom, enter: Enter) -> None:
    page = enter("producer").get(CAST).text
    assert "Asma Green of Demo Radio asks" in page and "<datalist" in page


def test_a_name_that_somebody_has_is_asked_about(talk: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    doubt = producer.post(CAST, data={"name": "hamid  RIVER", "role": "guest"})
    assert doubt.status_code == 409 and "guest of Demo Press in &#39;other&#39;" in doubt.text
    assert len(people(talk)) == 2
    producer.post(CAST, data={"name": "hamid river", "role": "host", "who": "new"})
    assert people(talk)[2:] == ["hamid-river-2"]
    producer.post(CAST, data={"name": "Hamid River (hamid-river)", "role": "guest"})
    assert len(people(talk)) == 3
    again = producer.post(CAST, data={"name": "Hamid River (hamid-river)", "role": "guest"})
    assert again.status_code == 409 and "in the cast already" in again.text
    assert "hamid river" in producer.get(CAST).text


def test_people_are_proposed_with_what_tells_them_apart(talk: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    assert producer.get("/studio/names?q=h").json() == []
    found = producer.get("/studio/names?q=RIV").json()
    assert found == [
        {"slug": "hamid-river", "name": "Hamid River", "known_from": "guest of Demo Press in 'other'"}
    ]
    assert producer.get("/studio/names?q=%25_").json() == []


def test_who_has_a_voice_is_not_taken_out_before_it_is_somebody_elses(talk: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    refused = producer.post(f"{CAST}/asma-green", data={"act": "out", "role": "host"})
    assert refused.status_code == 409 and "voice" in refused.text
    producer.post(CAST, data={"name": "Noor Meadow", "role": "guest", "affiliation": "<i>Nowhere</i>"})
    assert "&lt;i&gt;Nowhere&lt;/i&gt;" in producer.get(CAST).text
    assert producer.post(f"{CAST}/noor-meadow", data={"act": "out"}).status_code == 303
    assert "Noor Meadow" not in producer.get(CAST).text
    with reading(talk.engine) as session:
        assert session.exec(select(Appearance.review)).all()[-1] is Review.REJECTED


@pytest.mark.parametrize(
    "sent",
    [{"name": " "}, {"name": "x" * 201}, {"name": "Noor", "role": "king"}, {"name": "Noor", "who": "nobody"}],
)
def test_what_cannot_be_added_is_refused(talk: Newsroom, enter: Enter, sent: dict[str, str]) -> None:
    assert enter("producer").post(CAST, data=sent).status_code in (400, 404)
    assert len(people(talk)) == 2


def test_an_editor_gives_another_name(talk: Newsroom, enter: Enter) -> None:
    assert enter("producer").get(f"{CAST}/asma-green/hide").status_code == 403
    editor = enter("editor")
    assert "This goes for good" in editor.get(f"{CAST}/asma-green/hide").text
    sent = editor.post(f"{CAST}/asma-green/hide", data={"other": "Guest A"})
    assert sent.headers["location"] == f"{CAST}?note=hidden"
    page = editor.get(CAST).text
    assert "Guest A" in page and "Asma" not in page and "Demo Radio" not in page
    talk_page = CAST.removesuffix("/cast")
    assert "Hidden guest" in editor.get(talk_page).text
    for desk in ("facts", "chapters", "transcript"):
        page = editor.get(f"{talk_page}/{desk}").text
        assert "appears here under another name" in page and 'name="meant"' in page, desk


def test_a_name_that_may_be_the_hidden_one_is_asked_about_wherever_one_writes(
    talk: Newsroom, enter: Enter
) -> None:
    editor, desk = enter("editor"), CAST.removesuffix("/cast")
    words = {"title": "What Hamid River saw", "text": "0:00 Hamid River", "whole": "yes"}
    assert editor.post(f"{desk}/facts", data=words).status_code == 303, "nobody is hidden yet"
    editor.post(f"{desk}/facts", data={"title": "A talk"})
    with writing(talk.engine) as session:
        asma = select(Appearance).join(Person).where(Person.slug == "asma-green", Appearance.episode_id == 1)
        session.exec(asma).one().pseudonymous = True
        import_translation(session, "talk", CAPTIONS, "a.srt", "ur", by_machine=True)
    track = re.findall(r'href="([^"]+/translations/\d+)"', editor.get(f"{desk}/translations").text)[0]
    lines = [
        re.findall(rf'action="({page}/\d+)".*?name="seen" value="(\w+)"', editor.get(page).text, re.S)[0]
        for page in (f"{desk}/transcript", track)
    ]
    found = editor.get(f"{desk}/replace", params={"find": "evening", "instead": "Hamid River"}).text
    (box,) = re.findall(r'name="(pick-\d+)" value="(\w+)"', found)
    replacing = {"find": "evening", "instead": "Hamid River", box[0]: box[1]}
    assert editor.post(f"{desk}/replace", data=replacing).status_code == 409
    for address, seen in ((f"{desk}/facts", ""), (f"{desk}/chapters", ""), *lines):
        told = {**words, "act": "save", "seen": seen}
        asked = editor.post(address, data=told)
        assert asked.status_code == 409 and "“Hamid River” is written there" in asked.text, address
        assert editor.post(address, data={**told, "meant": "yes"}).status_code == 303, address
    page = editor.get(desk).text
    assert "Hamid River (" in page, "it is told again before publishing"
    assert f'<a href="{desk}/transcript">Hidden guest</a>' in page
