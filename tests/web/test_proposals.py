"""A reader's correction comes in without an account; only the newsroom sees it until an editor accepts it."""

import re
from collections.abc import Iterator

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.audit import Actor, acting
from catalog.db import reading, writing
from catalog.errors import Conflict, NotFound
from catalog.models import Appearance, EpisodeState, Proposal
from catalog.newsroom import Newsroom
from catalog.people import add_person
from catalog.proposals import (
    MOST_OPEN_OF_ONE,
    accept_proposal,
    list_proposals,
    mark_of,
    propose,
    reject_proposal,
)
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.orders import Order, order_redaction
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put, set_state
from tests.web.studio.conftest import WORDS, browser, staffed  # noqa: F401  a fixture
from web import proposals
from web.app import create_app

SAID = "We hid in Gull until spring"
HEARD = "We hid in Gulistan until spring"
TALK = Talk("Tea and trains", [Line("A", SAID, 0, 6_000)], {"A": Voice("Asma Green")})
FORM = {"paragraph": "0", "seen": mark_of(SAID), "text": HEARD, "remark": "I live there"}


@pytest.fixture(autouse=True)
def a_fresh_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposals, "allowance", proposals.Allowance(proposals.A_MINUTE))


@pytest.fixture
def tea(room: Newsroom, client: TestClient) -> TestClient:
    put(room, "tea", TALK)
    return client


@pytest.fixture
def editor(staffed: Newsroom) -> Iterator[TestClient]:  # noqa: F811
    put(staffed, "tea", TALK)
    with browser(create_app(staffed.settings)) as client:
        client.post("/studio/sign-in", data={"name": "editor", "password": WORDS})
        yield client


def waiting(room: Newsroom) -> list[str]:
    with reading(room.engine) as session:
        return [line.text for line in list_proposals(session)]


def test_a_line_is_shown_with_a_box_and_thanks_when_it_is_sent(tea: TestClient, room: Newsroom) -> None:
    page = tea.get("/e/tea/propose?paragraph=0").text
    assert SAID in page and FORM["seen"] in page
    answer = tea.post("/e/tea/propose", data=FORM)
    assert "Thank you." in answer.text and "set-cookie" not in answer.headers
    assert waiting(room) == [HEARD]


def test_nothing_of_it_is_public_before_it_is_accepted(tea: TestClient, room: Newsroom) -> None:
    tea.get("/e/tea")
    tea.post("/e/tea/propose", data=FORM)
    paths = (
        "/",
        "/e/tea",
        "/e/tea.txt",
        "/e/tea.vtt",
        "/corrections",
        "/search?q=Gulistan",
        "/people/asma-green",
    )
    for path in (*paths, "/e/tea/propose?paragraph=0", "/e/tea/revisions.json", "/api/v1/search?q=Gulistan"):
        assert HEARD not in tea.get(path).text and "I live there" not in tea.get(path).text
    with reading(room.engine) as session:
        assert "testclient" not in str(session.get(Proposal, 1))  # nothing says who sent it


def test_a_program_that_fills_in_every_field_is_thanked_and_forgotten(
    tea: TestClient, room: Newsroom
) -> None:
    page = tea.get("/e/tea/propose?paragraph=0").text
    fields = dict.fromkeys(re.findall(r'<(?:input|textarea) [^>]*name="(\w+)"', page), "https://spam.example")
    assert "Thank you." in tea.post("/e/tea/propose", data=fields | FORM).text
    assert waiting(room) == []


def test_so_many_a_minute_and_no_more(tea: TestClient, room: Newsroom) -> None:
    for number in range(proposals.A_MINUTE):
        assert tea.post("/e/tea/propose", data=FORM | {"text": f"{HEARD} {number}"}).status_code == 200
    answer = tea.post("/e/tea/propose", data=FORM | {"text": "one more"})
    assert answer.status_code == 429 and "That was a lot in one minute." in answer.text
    assert len(waiting(room)) == proposals.A_MINUTE


def test_a_form_of_another_site_is_refused(tea: TestClient, room: Newsroom) -> None:
    answer = tea.post("/e/tea/propose", data=FORM, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403 and waiting(room) == []


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"text": "  "}, "Write what you hear"),
        ({"text": "x" * 2_000}, "much longer than what is said here"),
        ({"seen": "0" * 16}, "was corrected while you wrote"),
    ],
)
def test_what_is_no_correction_is_told_and_what_was_written_stays(
    tea: TestClient, room: Newsroom, changes: dict[str, str], sentence: str
) -> None:
    answer = tea.post("/e/tea/propose", data=FORM | changes)
    assert answer.status_code == 409 and sentence in answer.text and "I live there" in answer.text
    assert waiting(room) == []


def test_what_stands_there_and_what_was_sent_before_is_not_kept_again(
    tea: TestClient, room: Newsroom
) -> None:
    for text in (SAID, HEARD, f" {HEARD}\n"):
        assert "Thank you." in tea.post("/e/tea/propose", data=FORM | {"text": text}).text
    assert waiting(room) == [HEARD]


@pytest.mark.parametrize("state", [state for state in EpisodeState if state is not EpisodeState.PUBLISHED])
def test_what_is_not_published_takes_nothing_and_tells_nothing(
    tea: TestClient, room: Newsroom, state: EpisodeState
) -> None:
    set_state(room, 1, state)
    for answer in (tea.get("/e/tea/propose?paragraph=0"), tea.post("/e/tea/propose", data=FORM)):
        assert answer.status_code in (404, 410) and SAID not in answer.text
    assert waiting(room) == []


@pytest.mark.parametrize("paragraph", ["7", "-1", "x", "9" * 12])
def test_a_paragraph_that_is_not_there_is_not_found(tea: TestClient, paragraph: str) -> None:
    assert tea.get(f"/e/tea/propose?paragraph={paragraph}").status_code == 404
    assert tea.post("/e/tea/propose", data=FORM | {"paragraph": paragraph}).status_code in (400, 404)


def test_a_long_paragraph_in_urdu_fits_the_form(room: Newsroom, client: TestClient) -> None:
    said = "لفظ وہی لکھو جو کہا گیا " * 60
    put(
        room, "urdu", Talk("گفتگو", [Line("A", said.strip(), 0, 90_000, "ur")], {"A": Voice()}, language="ur")
    )
    sent = FORM | {"seen": mark_of(said.strip()), "text": said + "تھا"}
    assert client.post("/ur/e/urdu/propose", data=sent).status_code == 200
    assert waiting(room) == [said + "تھا"]


def test_an_editor_sees_the_difference_and_accepts_it_with_a_note(editor: TestClient) -> None:
    editor.post("/e/tea/propose", data=FORM)
    page = editor.get("/studio/proposals").text
    assert "<del>Gull</del>" in page and '<ins class="fix">Gulistan</ins>' in page and "I live there" in page
    seen = re.findall(r'name="seen" value="(\w+)"', page)[0]
    sent = {"act": "accept", "seen": seen, "text": HEARD, "note": "a listener told us"}
    assert editor.post("/studio/proposals/1", data=sent).status_code == 303
    assert HEARD in editor.get("/e/tea").text and HEARD in editor.get("/e/tea.txt").text
    assert editor.get("/api/v1/search", params={"q": "=Gulistan"}).json()["total"] == 1
    assert "Nothing waits." in editor.get("/studio/proposals").text
    assert "accepted by <bdi>editor</bdi>" in editor.get("/studio/proposals?every=true").text
    assert editor.post("/studio/proposals/1", data=sent).status_code == 409


def test_a_name_that_may_be_a_hidden_guests_is_asked_about(
    editor: TestClient,
    staffed: Newsroom,  # noqa: F811
) -> None:
    editor.post("/e/tea/propose", data={**FORM, "text": HEARD.replace("Gulistan", "Zarin Lake")})
    with writing(staffed.engine) as session:
        add_person(session, "Zarin Lake")
        session.exec(select(Appearance)).first().pseudonymous = True  # type: ignore[union-attr]
    sent = {"act": "accept", "text": "", "note": ""}
    assert 'name="meant"' in editor.get("/studio/proposals").text
    asked = editor.post("/studio/proposals/1", data=sent)
    assert asked.status_code == 409 and "Zarin Lake" not in editor.get("/e/tea").text
    assert editor.post("/studio/proposals/1", data={**sent, "meant": "yes"}).status_code == 303


def test_what_was_changed_meanwhile_is_not_overwritten(editor: TestClient) -> None:
    editor.post("/e/tea/propose", data=FORM)
    old = re.findall(r'name="seen" value="(\w+)"', editor.get("/studio/proposals").text)[0]
    stamp = re.findall(r'name="seen" value="(\w+)"', editor.get("/studio/e/tea/transcript").text)[0]
    editor.post("/studio/e/tea/transcript/1", data={"text": "We hid in Gul until spring", "seen": stamp})
    answer = editor.post("/studio/proposals/1", data={"act": "accept", "seen": old, "text": HEARD})
    assert answer.status_code == 400 and "was changed since" in answer.text
    page = editor.get("/studio/proposals").text
    assert "<del>Gul</del>" in page and "were changed since the reader saw them" in page
    new = re.findall(r'name="seen" value="(\w+)"', page)[0]
    assert editor.post("/studio/proposals/1", data={"act": "accept", "seen": new}).status_code == 303
    assert HEARD in editor.get("/e/tea").text


def test_what_is_rejected_changes_nothing(editor: TestClient) -> None:
    editor.post("/e/tea/propose", data=FORM)
    assert editor.post("/studio/proposals/1", data={"act": "reject"}).status_code == 303
    assert SAID in editor.get("/e/tea").text and "Nothing waits." in editor.get("/studio/proposals").text


# ---- on both databases --------------------------------------------------------------------------------


@pytest.fixture
def house(tmp_path, database_url: str) -> Newsroom:
    room = newsroom_at(tmp_path / "house", database_url)
    put(room, "tea", TALK)
    return room


def send(room: Newsroom, text: str = HEARD, seen: str = SAID) -> None:
    with writing(room.engine, unseen=True) as session:
        propose(session, "tea", 0, mark_of(seen), text)


def test_the_queue_is_as_long_as_somebody_can_read(house: Newsroom) -> None:
    for number in range(MOST_OPEN_OF_ONE):
        send(house, f"{HEARD} {number}")
    with pytest.raises(Conflict, match="More corrections wait"):
        send(house, "one more")


def test_who_decides_is_on_record_and_decides_once(house: Newsroom) -> None:
    send(house)
    with acting(house.engine, Actor("Amina")) as session:
        assert accept_proposal(session, 1, by="Amina") == "tea"
    with writing(house.engine) as session, pytest.raises(Conflict, match="accepted already"):
        reject_proposal(session, 1, by="Amina")
    with writing(house.engine) as session, pytest.raises(NotFound):
        reject_proposal(session, 99, by="Amina")
    with reading(house.engine) as session:
        (line,) = list_proposals(session, "tea", every=True)
        assert (line.state, line.decided_by, line.now) == ("accepted", "Amina", HEARD)


def test_a_redaction_takes_what_readers_wrote_of_the_words(house: Newsroom) -> None:
    send(house, "We hid in Zephyrine until spring")
    with writing(house.engine) as session:
        order_redaction(session, "tea", Order(0, 6_000, "a test"))
    finish_redactions(house)
    with reading(house.engine) as session:
        assert list_proposals(session, every=True) == []
