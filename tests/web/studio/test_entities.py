"""The authority file in the studio: changed, merged, split, taken back; names that wait are told who they mean."""

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.audit import words_of
from catalog.authority.bringing import bring_in
from catalog.authority.entries import Entry, entry_of
from catalog.authority.finding import follow_authority
from catalog.authority.sheet import read_sheet
from catalog.db import reading, writing
from catalog.models import AuditEvent, Entity, EntityState, Episode, Mention, MentionDoubt, MentionVerdict
from catalog.newsroom import Newsroom
from catalog.redaction.rows import take_out_words
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.studio.conftest import Enter
from transcribe.timeline import Span

SHEET = """id,kind,name,aliases,not
asma-lantern,person,Asma Lantern,عاصمہ لالٹین,kamal-lantern
kamal-lantern,person,Kamal Lantern,,asma-lantern
lake-market,place,Lake Market,,
"""
TALK = Talk(
    title="Lamps",
    lines=(
        Line("a", "Then Lantern came to Lake Market.", 0, 8_000),
        Line("a", "And Lantern left.", 9_000, 17_000),
    ),
    voices={"a": Voice("Sana Demo")},
)


@pytest.fixture
def lamps(staffed: Newsroom) -> Newsroom:
    """A talk that says a family name which two people have."""
    with writing(staffed.engine) as session:
        bring_in(session, read_sheet(SHEET))
    put(staffed, "lamps", TALK)
    follow_authority(staffed.engine)
    return staffed


def entry(room: Newsroom, slug: str) -> Entry:
    with reading(room.engine) as session:
        return entry_of(session, slug)[1]


def meant(room: Newsroom) -> list[str]:
    with reading(room.engine) as session:
        return list(session.exec(select(Entity.slug).join(Mention).order_by(Mention.id)))


def form(room: Newsroom, slug: str, **changes: str) -> dict[str, str]:
    """The form of an entry as the page would send it."""
    now = entry(room, slug)
    told = {"name": now.name, "kind": now.kind.value, "aliases": "\n".join(now.aliases)}
    told |= {"not": "\n".join(now.namesakes), "description": now.description, "state": now.state.value}
    return {**told, **changes}


def test_an_entry_is_changed_and_readers_see_it_at_once(lamps: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    assert "Lake Market" in editor.get("/studio/entities").text
    sent = form(lamps, "lake-market", aliases="Then\nجھیل بازار", description="A town.")
    answer = editor.post("/studio/entities/lake-market", data=sent)
    assert answer.headers["location"] == "/studio/entities/lake-market?note=saved"
    page = editor.get("/studio/entities/lake-market").text
    assert "جھیل بازار" in page and "A town." in page and "Undo the last" in page
    assert "A town." in editor.get("/topics/lake-market").text
    assert meant(lamps) == ["lake-market", "lake-market"]  # "Then", which the editor says is its name
    editor.post("/studio/entities/lake-market/undo")
    assert entry(lamps, "lake-market").aliases == ()
    assert meant(lamps) == ["lake-market"]
    with reading(lamps.engine) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.subject.startswith("authority/"))).all()
    assert [(act.act, act.who) for act in acts] == [("edit entity", "editor"), ("undo entity act", "editor")]


def test_what_is_wrong_in_a_form_is_told_and_nothing_changed(lamps: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    before = entry(lamps, "lake-market")
    for sent in (
        form(lamps, "lake-market", name=" "),
        form(lamps, "lake-market", kind="river"),
        form(lamps, "lake-market", **{"not": "nobody-at-all"}),
        form(lamps, "lake-market", name="x" * 300),
    ):
        assert editor.post("/studio/entities/lake-market", data=sent).status_code in (400, 404)
    assert entry(lamps, "lake-market") == before


def test_unlisted_is_shown_to_no_reader(lamps: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    assert editor.get("/topics/lake-market").status_code == 200
    editor.post("/studio/entities/lake-market", data=form(lamps, "lake-market", state="unlisted"))
    assert entry(lamps, "lake-market").state is EntityState.UNLISTED
    assert editor.get("/topics/lake-market").status_code == 404


def test_editors_add_merge_split_retire_and_undo(lamps: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    answer = editor.post("/studio/entities", data={"name": "Lamp Town", "kind": "place"})
    assert answer.headers["location"] == "/studio/entities/lamp-town?note=added"
    editor.post("/studio/entities/lamp-town/merge", data={"into": "lake-market"})
    assert entry(lamps, "lake-market").aliases == ("Lamp Town",)
    assert "part of" in editor.get("/studio/entities/lamp-town").text
    editor.post("/studio/entities/lake-market/split", data={"name": "Lamp Town", "take": ""})
    assert entry(lamps, "lamp-town-2").namesakes == ("lake-market",)
    editor.post("/studio/entities/lamp-town-2/retire")
    assert not entry(lamps, "lamp-town-2").is_used
    editor.post("/studio/entities/lamp-town-2/undo")
    assert entry(lamps, "lamp-town-2").is_used


def test_the_file_goes_out_and_comes_back(lamps: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    sheet = editor.get("/studio/entities/file.csv")
    assert sheet.headers["content-type"].startswith("text/csv")
    changed = sheet.content.replace(b"Lake Market", b"=Lake Market") + b"\n,river,Indus\n"
    page = editor.post("/studio/entities/file", files={"file": ("names.csv", changed, "text/csv")}).text
    assert "0 new, 1 changed" in page and "is no kind" in page
    assert entry(lamps, "lake-market").name == "=Lake Market"
    assert b"'=Lake Market" in editor.get("/studio/entities/file.csv").content
    assert editor.post("/studio/entities/file", data={"file": "no file"}).status_code == 400
    editor.post("/studio/entities/undo")
    assert entry(lamps, "lake-market").name == "Lake Market"


def test_an_empty_file_is_begun_with_the_starter(staffed: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    assert "Begin with the starter" in editor.get("/studio/entities").text
    assert "160 new" in editor.post("/studio/entities/starter").text
    page = editor.get("/studio/entities?q=مینگل").text
    named = set(re.findall(r'href="/studio/entities/([a-z-]+)"', page))
    assert named == {f"{name}-mengal" for name in ("akhtar", "munir", "shafiq", "ramzan")} | {
        "balochistan-national-party-mengal"
    }
    assert "Begin with" not in enter("producer").get("/studio/entities").text


# ---- who is meant -----------------------------------------------------------------------------------


def say(client: TestClient, **sent: str) -> int:
    told = {"episode": "lamps", "words": "Lantern", "not": "asma-lantern kamal-lantern", **sent}
    return client.post("/studio/doubts", data=told).status_code


def test_a_name_that_waits_is_shown_with_whom_it_may_mean(lamps: Newsroom, enter: Enter) -> None:
    page = enter("producer").get("/studio/doubts").text
    assert "2 times in" in page and "<mark>Lantern</mark>" in page
    assert 'value="asma-lantern"' in page and 'value="kamal-lantern"' in page


def test_what_somebody_says_holds_and_can_be_taken_back(lamps: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    assert say(producer, means="asma-lantern") == 303
    assert meant(lamps).count("asma-lantern") == 2
    assert "No name waits." in producer.get("/studio/doubts").text
    assert "2 moments" in producer.get("/topics/asma-lantern").text
    assert "/e/lamps" in producer.get("/search?q=topic:asma-lantern").text
    assert say(producer, means="kamal-lantern") == 303  # another word replaces the first
    assert meant(lamps).count("asma-lantern") == 0
    page = producer.get("/studio/doubts").text
    assert page.count("Take back") == 1
    with reading(lamps.engine) as session:
        verdict = session.exec(select(MentionVerdict)).one()
    assert producer.post(f"/studio/doubts/{verdict.id}/back").status_code == 303
    assert producer.post(f"/studio/doubts/{verdict.id}/back").status_code == 404
    assert "2 times in" in producer.get("/studio/doubts").text
    assert "kamal-lantern" not in meant(lamps)


def test_none_of_them_is_an_answer_too(lamps: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    assert say(producer, means="") == 303
    with reading(lamps.engine) as session:
        assert session.exec(select(MentionDoubt)).all() == []
    assert meant(lamps) == ["lake-market"]
    assert "does not mean" in producer.get("/studio/doubts").text


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"means": "nobody"}, 404),
        ({"means": "asma-lantern", "episode": "nothing"}, 404),
        ({"means": "asma-lantern", "article": "77"}, 404),
        ({"means": "asma-lantern", "words": "..."}, 400),
        ({"means": "", "not": ""}, 400),
    ],
)
def test_what_makes_no_sense_is_refused(
    lamps: Newsroom, enter: Enter, sent: dict[str, str], status: int
) -> None:
    assert say(enter("producer"), **sent) == status
    with reading(lamps.engine) as session:
        assert session.exec(select(MentionVerdict)).all() == []


def test_what_was_said_of_a_redacted_name_goes_with_it(lamps: Newsroom, enter: Enter) -> None:
    say(enter("producer"), means="asma-lantern")
    with writing(lamps.engine) as session:
        take_out_words(session, session.exec(select(Episode.id)).one(), [Span(0, 20_000)])
    with reading(lamps.engine) as session:
        assert session.exec(select(MentionVerdict)).all() == []
        (event,) = session.exec(select(AuditEvent).where(AuditEvent.subject.endswith("/names"))).all()
        assert words_of(session, event) == {}
