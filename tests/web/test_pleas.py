"""Somebody contests a name or asks to be taken out: without an account, privately, by a day."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import reading, writing
from catalog.errors import Conflict
from catalog.models import AuditEvent, AuditWords, EpisodeState, Plea, UserRole
from catalog.models.columns import now
from catalog.newsroom import Newsroom
from catalog.pleas import count_pleas, list_pleas, plead, settle_plea
from catalog.users import add_user
from tests.web.newsrooms import demo_talk, put
from tests.web.studio.conftest import HASHED, WORDS
from web import pleas
from web.forms import Allowance

HERE = {"Origin": "http://testserver"}
ASKED = {
    "kind": "not_me",
    "talk": "tea",
    "said": "I never said <b>that</b>.",
    "name": "Hamid River",
    "contact": "a@b.example",
}


@pytest.fixture(autouse=True)
def a_minute_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pleas, "allowance", Allowance(pleas.A_MINUTE))


def ask(client: TestClient, **changes: str) -> str:
    """Where the answer will stand."""
    sent = client.post("/about-you", data={**ASKED, **changes}, headers=HERE, follow_redirects=False)
    assert sent.status_code == 303, sent.text
    assert sent.headers["cache-control"] == "no-store" and sent.headers["referrer-policy"] == "no-referrer"
    return sent.headers["location"]


def test_who_asks_gets_an_address_for_the_answer_and_a_day(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    form = client.get("/about-you?talk=tea").text
    assert "Is this about you?" in form and "within 7 days" in form
    address = ask(client)
    page = client.get(address)
    assert "It has reached the newsroom" in page.text and "I never said" not in page.text
    assert page.headers["cache-control"] == "no-store"
    with reading(room.engine) as session:
        line = list_pleas(session)[0]
        assert (line.episode, line.name, line.contact, line.days_left) == (
            "tea",
            "Hamid River",
            "a@b.example",
            6,
        )
    with writing(room.engine) as session:
        settle_plea(session, 1, "The name was taken away.", "Mina")
    answered = client.get(address).text
    assert "The name was taken away." in answered and "Mina" not in answered
    with reading(room.engine) as session:
        assert session.exec(select(Plea)).one().contact == "", "how to reach them is forgotten"
        assert address.rpartition("/")[2] not in str(session.exec(select(Plea)).one().model_dump())


def test_nobody_outside_reads_what_was_asked(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    ask(client, said="a rare word: quixotry", contact="contact@b.example")
    for path in (
        "/",
        "/e/tea",
        "/people/hamid-river",
        "/search?q=rare",
        "/about-you",
        "/about-you?talk=tea",
        "/corrections",
    ):
        page = client.get(path).text
        assert "a rare word" not in page and "contact@" not in page, path
    with reading(room.engine) as session:
        assert session.exec(select(AuditEvent.act)).all() == ["plea"]
        assert session.exec(select(AuditWords)).all() == [], "the log tells that it was asked, not what"


@pytest.mark.parametrize("state", [EpisodeState.NEW, EpisodeState.REVIEW, EpisodeState.WITHDRAWN])
def test_asking_tells_nothing_of_talks_that_are_not_public(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    put(room, "tea", demo_talk(title="A hidden title", state=state))
    there, not_there = (client.get(f"/about-you?talk={slug}").text for slug in ("tea", "nil"))
    assert "A hidden title" not in there and there.replace("tea", "nil") == not_there
    ask(client)
    with reading(room.engine) as session:
        assert bool(list_pleas(session)[0].episode) == (state is EpisodeState.WITHDRAWN)


def test_programs_and_floods_are_kept_out(room: Newsroom, client: TestClient) -> None:
    bot = client.post("/about-you", data={**ASKED, "homepage": "http://spam.example"}, headers=HERE)
    assert bot.status_code == 200
    assert client.post("/about-you", data=ASKED, headers={"Origin": "http://evil.example"}).status_code == 403
    for wrong in ({"kind": "vote"}, {"said": "  "}, {"said": "x" * 4001}):
        refused = client.post("/about-you", data={**ASKED, **wrong}, headers=HERE)
        assert refused.status_code == 409 and "a@b.example" in refused.text, "what was written is not lost"
    with reading(room.engine) as session:
        assert list_pleas(session) == []
    answers = [client.post("/about-you", data=ASKED, headers=HERE, follow_redirects=False) for _ in range(9)]
    assert answers[-1].status_code == 429
    assert client.get("/about-you/" + "x" * 43).status_code == 404


def test_what_is_late_comes_first_and_is_answered_once(room: Newsroom) -> None:
    with writing(room.engine) as session:
        for said in ("first", "second"):
            plead(session, "remove", "", said)
        session.get_one(Plea, 2).due_at = now() - timedelta(days=2)
    with reading(room.engine) as session:
        assert [line.said for line in list_pleas(session)] == ["second", "first"]
        assert count_pleas(session) == (2, 1)
    with writing(room.engine) as session:
        settle_plea(session, 2, "Done.", "Mina")
    with pytest.raises(Conflict, match="by Mina"), writing(room.engine) as session:
        settle_plea(session, 2, "Done again.", "Zarin")
    with reading(room.engine) as session:
        assert count_pleas(session) == (1, 0)


def test_editors_answer_in_the_studio(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk())
    with writing(room.engine) as session:
        add_user(session, "Mina", UserRole.EDITOR).password_hash = HASHED
    address = ask(client)
    client.headers.update(HERE)
    client.post("/studio/sign-in", data={"name": "Mina", "password": WORDS})
    page = client.get("/studio/pleas").text
    assert "I never said &lt;b&gt;that&lt;/b&gt;." in page and re.search(r"By \d+ December", page)
    client.post("/studio/pleas/1", data={"answer": "You are right."})
    assert "You are right." in client.get(address).text
    assert "Nothing waits" in client.get("/studio/pleas").text
