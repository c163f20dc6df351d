"""The ledger at the desk: what waits, what editors do with it, what producers may see."""

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.claim_proposals import seek_claims
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.models import Claim, ClaimStatus, UserRole
from catalog.newsroom import Newsroom
from tests.checkers import html_errors
from tests.web.ledger import FLOOD, FLOODS, MILL
from tests.web.newsrooms import put
from tests.web.studio.conftest import Enter


@pytest.fixture
def talk(staffed: Newsroom) -> Newsroom:
    put(staffed, "flood", FLOODS)
    with writing(staffed.engine) as session:
        seek_claims(session, find_episode(session, "flood"))
    return staffed


def claims(room: Newsroom) -> list[Claim]:
    with reading(room.engine) as session:
        return list(session.exec(select(Claim).order_by(Claim.start_ms)).all())


def test_what_waits_is_shown_with_the_reason_and_recorded_by_a_tick(talk: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    flood, mill = claims(talk)
    page = editor.get("/studio/claims").text
    assert FLOOD in page and MILL in page and "May be a claim: it gives a number" in page
    assert editor.get("/claims").text.count("<blockquote") == 0
    sent = {"act": "confirm", f"c-{flood.short_id}": "yes", "talk": "flood"}
    answer = editor.post("/studio/claims/decide", data=sent)
    assert (answer.status_code, answer.headers["location"]) == (303, "/studio/e/flood/claims?note=recorded")
    assert FLOOD in editor.get("/claims").text and MILL not in editor.get("/claims").text
    editor.post("/studio/claims/decide", data={"act": "reject", f"c-{mill.short_id}": "yes"})
    assert editor.post("/studio/e/flood/claims/seek").status_code == 303
    assert [one.status for one in claims(talk)] == [ClaimStatus.RECORDED, ClaimStatus.REJECTED]


def test_a_recorded_claim_is_described_and_given_evidence_and_withdrawn(talk: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    number = claims(talk)[1].short_id
    at = f"/studio/claims/{number}"
    assert editor.post(at, data={"act": "confirm"}).status_code == 303
    told = {
        "act": "describe",
        "status": "disputed",
        "about": "The mill, سیلاب، Sohnipur",
        "note": "A note",
        "reply": "The mill says no.",
        "review": "We looked.",
        "rating": "Half shown",
    }
    assert editor.post(at, data=told).status_code == 303
    evidence = {
        "act": "evidence",
        "url": "https://press.example/mill",
        "stance": "disputes",
        "title": "A page",
    }
    assert editor.post(at, data=evidence).status_code == 303
    public = editor.get(f"/claims/{number}").text
    for said in ("Disputed", "The mill says no.", "We looked.", "Half shown", "A page", "سیلاب"):
        assert said in public, said
    page = editor.get(at).text
    dropped = re.search(r'name="evidence" value="(\d+)"', page)
    assert dropped and 'value="Sohnipur, The mill, سیلاب"' in page
    editor.post(at, data={"act": "drop", "evidence": dropped[1]})
    assert "A page" not in editor.get(f"/claims/{number}").text
    assert editor.post(at, data={"act": "withdraw", "reason": " "}).status_code == 400
    assert editor.post(at, data={"act": "withdraw", "reason": "she asked"}).status_code == 303
    assert editor.get(f"/claims/{number}").status_code == 410
    editor.post(at, data={"act": "reopen"})
    assert claims(talk)[1].status is ClaimStatus.CANDIDATE


def test_words_are_chosen_one_by_one(talk: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    page = editor.get("/studio/e/flood/claims/words?at=1").text
    first = re.search(r'href="(/studio/e/flood/claims/words\?at=1&amp;from=4902[^"]*)">The</a>', page)
    assert first
    page = editor.get(first[1].replace("&amp;", "&").partition("#")[0]).text
    last = re.search(r'href="([^"]*to=10314)">Farzipur\.</a>', page)
    assert last
    page = editor.get(last[1].replace("&amp;", "&")).text
    assert f"<b>{FLOOD} </b>" in page
    answer = editor.post("/studio/e/flood/claims/words", data={"from": "4902", "to": "10314"})
    assert answer.headers["location"].startswith("/studio/claims/")
    number = answer.headers["location"].split("/")[3].partition("?")[0]
    editor.post(f"/studio/claims/{number}", data={"act": "span", "from": "4902", "to": "9412"})
    assert "The July flood took eleven kilometres of the old road" in editor.get(f"/claims/{number}").text
    assert (
        editor.post(f"/studio/claims/{number}", data={"act": "span", "from": "0", "to": "9412"}).status_code
        == 400
    )


def test_producers_see_what_waits_and_decide_nothing(talk: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    number = claims(talk)[0].short_id
    for address in ("/studio/claims", "/studio/e/flood/claims", f"/studio/claims/{number}"):
        page = producer.get(address)
        assert page.status_code == 200
        assert 'value="confirm"' not in page.text and 'value="withdraw"' not in page.text
    assert producer.post(f"/studio/claims/{number}", data={"act": "confirm"}).status_code == 403
    assert claims(talk)[0].status is ClaimStatus.CANDIDATE


def test_words_that_changed_are_looked_at_and_kept(talk: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    number = claims(talk)[0].short_id
    editor.post(f"/studio/claims/{number}", data={"act": "confirm"})
    page = editor.get("/studio/e/flood/transcript").text
    forms = re.findall(
        r'action="(/studio/e/flood/transcript/\d+)".*?name="seen" value="(\w+)".*?<textarea', page, re.S
    )
    action, seen = forms[1]
    text = f"Good evening. {FLOOD.replace('eleven', 'seven')} {MILL}"
    assert editor.post(action, data={"seen": seen, "text": text}).status_code == 303
    assert editor.get(f"/claims/{number}").status_code == 410
    queue = editor.get("/studio/claims").text
    assert "Words were changed: look again" in queue and "took seven kilometres" in queue
    editor.post(f"/studio/claims/{number}", data={"act": "accept", "back": "queue"})
    assert "took seven kilometres" in editor.get(f"/claims/{number}").text


@pytest.mark.parametrize("role", [role for role in UserRole if role is not UserRole.RESEARCHER])
def test_the_html_checker_finds_no_error_in_the_ledger_at_the_desk(
    talk: Newsroom, enter: Enter, tmp_path, role: UserRole
) -> None:
    editor, client = enter("editor"), enter(role.value)
    number = claims(talk)[0].short_id
    editor.post(f"/studio/claims/{number}", data={"act": "confirm"})
    editor.post(
        f"/studio/claims/{number}",
        data={"act": "evidence", "url": "https://press.example/a", "stance": "context", "note": "A note"},
    )
    pages = ["/studio/claims", "/studio/e/flood/claims", f"/studio/claims/{number}"]
    if role is not UserRole.PRODUCER:
        pages += ["/studio/e/flood/claims/words", "/studio/e/flood/claims/words?at=1&from=4902&to=10314"]
    folder = tmp_path / "pages"
    folder.mkdir()
    for place, address in enumerate(pages):
        answer = client.get(address)
        assert answer.status_code == 200, address
        (folder / f"{place}.html").write_bytes(answer.content)
    assert html_errors(folder) == []


def test_a_stranger_learns_nothing_of_what_waits(talk: Newsroom, stranger: TestClient) -> None:
    number = claims(talk)[0].short_id
    for address in (f"/claims/{number}", f"/api/v1/claims/{number}", f"/claims/{number}.jsonld"):
        assert stranger.get(address).status_code == 404
