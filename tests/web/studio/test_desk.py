"""What a producer does in the browser: add, watch, name, publish, withdraw; plain forms, no script."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.audit import verify_log
from catalog.board import Group, read_board
from catalog.checklist import check_episode
from catalog.db import reading, writing
from catalog.episodes import find_episode
from catalog.jobs import queue_job, set_problem
from catalog.labels import list_voices
from catalog.models import AuditEvent, AuditWords, Episode, EpisodeState, JobState, MediaFile, MediaKind
from catalog.newsroom import Newsroom
from tests.web.newsrooms import TALKS, demo_talk, put
from tests.web.panel import PANEL
from tests.web.studio.conftest import Enter
from web.studio.episode import SETTLED_AT
from web.studio.upload import FOLDER

TALK = TALKS / "tea-cricket-and-rain.opus"


@pytest.fixture
def panel(staffed: Newsroom) -> Newsroom:
    put(staffed, "panel", replace(PANEL, state=EpisodeState.REVIEW))
    return staffed


def states(room: Newsroom) -> dict[str, tuple[str, str]]:
    with reading(room.engine) as session:
        return {voice.label: (voice.state, voice.printed) for voice in list_voices(session, "panel")}


def decide(client: TestClient, label: str, **form: str) -> int:
    return client.post(f"/studio/e/panel/voices/{label}", data=form).status_code


# ---- the desk ------------------------------------------------------------------------------------------


def test_the_desk_shows_each_talk_under_what_it_needs(panel: Newsroom, enter: Enter) -> None:
    put(panel, "out", demo_talk(state=EpisodeState.PUBLISHED))
    for name in ("work", "fail"):
        put(panel, name, demo_talk(state=EpisodeState.NEW, title=f"Talk to {name}", lines=[]))
    with writing(panel.engine) as session:
        job = queue_job(session, find_episode(session, "work"))
        job.state, job.stage, job.percent, job.worker = JobState.RUNNING, "hear", 41.6, "one"
        set_problem(find_episode(session, "fail"), "gone", "The video <is> private.", True)
    with reading(panel.engine) as session:
        groups = {group: [line.slug for line in lines] for group, lines in read_board(session).groups.items()}
    assert groups == {
        Group.FAILED: ["fail"],
        Group.REVIEW: ["panel"],
        Group.WORKING: ["work"],
        Group.PUBLISHED: ["out"],
        Group.WITHDRAWN: [],
    }
    page = enter("producer").get("/studio/").text
    assert "3 of 5 voices" in page
    assert "Hearing what is said" in page and '<progress max="100" value="41"' in page
    assert "The video &lt;is&gt; private." in page


def test_a_long_list_is_cut_and_says_so(staffed: Newsroom, enter: Enter) -> None:
    with writing(staffed.engine) as session:
        session.add_all(
            Episode(slug=f"t-{number}", title="T", state=EpisodeState.PUBLISHED) for number in range(23)
        )
    assert "the newest 20 of 23" in enter("producer").get("/studio/").text


def test_a_new_newsroom_is_told_how_to_begin(enter: Enter) -> None:
    page = enter("producer").get("/studio/").text
    assert "There are no talks yet." in page and 'id="bulk"' not in page


def test_after_a_decision_somebody_stands_at_the_next_voice_that_waits(panel: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    for label, act, place in (
        ("B", "confirm", "voice-C"),
        ("D", "withhold", "voice-C"),
        ("B", "reopen", "voice-B"),
    ):
        sent = producer.post(f"/studio/e/panel/voices/{label}", data={"act": act})
        assert sent.headers["location"] == f"/studio/e/panel?note=voice#{place}"
    assert producer.post("/studio/e/panel/undo").headers["location"].endswith("#h-v")


def test_a_pasted_link_becomes_a_talk_once(staffed: Newsroom, enter: Enter) -> None:
    client = enter("producer")
    form = {"link": " https://talks.example/a?utm_source=x ", "title": "گفتگو", "language": "ur"}
    first = client.post("/studio/add", data=form).headers["location"]
    again = client.post("/studio/add", data=form).headers["location"]
    assert first.endswith("?note=added") and again == first.replace("added", "known")
    page = client.get(first).text
    assert "گفتگو" in page and "Waiting for a worker" in page
    with reading(staffed.engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "add")).one()
        assert (event.who, event.session_id is not None) == ("producer", True)


@pytest.mark.parametrize(
    "form",
    [{"link": ""}, {"link": "no link at all"}, {"link": "ftp://x/y"}, {"link": "https://a.example", "language": "?!"},
     {"link": "https://a.example/" + "x" * 3000}],
)  # fmt: skip
def test_what_is_no_link_is_refused_in_a_sentence(enter: Enter, form: dict[str, str]) -> None:
    answer = enter("producer").post("/studio/add", data=form)
    assert answer.status_code == 400 and "Not done" in answer.text


def test_more_than_a_form_holds_is_refused(enter: Enter) -> None:
    assert enter("producer").post("/studio/add", data={"link": "x" * 70_000}).status_code == 413


def test_work_is_cancelled_and_taken_up_again(staffed: Newsroom, enter: Enter) -> None:
    client = enter("producer")
    there = client.post("/studio/add", data={"link": "https://talks.example/a"}).headers["location"]
    slug = there.removeprefix("/studio/e/").partition("?")[0]
    assert client.post(f"/studio/e/{slug}/cancel").status_code == 303
    assert "Cancelled." in client.get(f"/studio/e/{slug}").text
    assert client.post(f"/studio/e/{slug}/cancel").status_code == 409
    assert client.post(f"/studio/e/{slug}/retry").status_code == 303
    assert client.post(f"/studio/e/{slug}/retry", data={"from": "nowhere"}).status_code == 400


# ---- files -----------------------------------------------------------------------------------------------


def send(client: TestClient, body: bytes, name: str = "talk.opus", **form: str):
    return client.post("/studio/upload", data=form, files={"file": (name, body, "audio/ogg")})


def left_over(room: Newsroom) -> list[Path]:
    folder = room.settings.home / FOLDER
    return list(folder.iterdir()) if folder.exists() else []


def test_a_file_that_is_sent_becomes_a_talk_with_just_its_bytes(staffed: Newsroom, enter: Enter) -> None:
    client = enter("producer")
    answer = send(client, TALK.read_bytes(), "../../etc/چائے.opus", title="Tea <b>")
    assert (answer.status_code, answer.headers["location"][-11:]) == (303, "?note=added")
    with reading(staffed.engine) as session:
        file = session.exec(select(MediaFile).where(MediaFile.kind == MediaKind.ORIGINAL)).one()
        assert staffed.shelf.path(file.sha256).read_bytes() == TALK.read_bytes()
    assert "Tea &lt;b&gt;" in client.get(answer.headers["location"]).text
    assert send(client, TALK.read_bytes()).headers["location"].endswith("?note=known")
    assert left_over(staffed) == []


@pytest.mark.parametrize("body", [b"", b"PK\x03\x04 a zip called mp4", b"<svg onload='alert(1)'/>"], ids=len)
def test_what_is_no_recording_is_refused_and_thrown_away(
    staffed: Newsroom, enter: Enter, body: bytes
) -> None:
    answer = send(enter("producer"), body, "talk.mp4")
    assert answer.status_code == 400 and "Not done" in answer.text
    assert left_over(staffed) == [] and list(staffed.shelf.all()) == []


def test_a_file_that_is_too_large_or_stops_half_way_leaves_nothing(staffed: Newsroom, enter: Enter) -> None:
    client = enter("producer")
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    begin = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.opus"\r\n\r\n'
    for body in (begin + b"half of it", b"no form", begin + b"\r\n--x", b""):
        assert client.post("/studio/upload", content=body, headers=kind).status_code == 400, body
    for headers in ({}, {"Content-Type": "multipart/form-data"}, {"Content-Type": "text/plain; boundary=x"}):
        assert client.post("/studio/upload", content=begin, headers=headers).status_code == 400
    assert client.post("/studio/upload", data={"title": "no file"}, files={}).status_code == 400
    client.app.state.site.newsroom.settings.__dict__["max_gigabytes"] = 1e-6
    pieces = (begin, *(b"x" * 1000 for _ in range(2000)))
    assert client.post("/studio/upload", content=iter(pieces), headers=kind).status_code == 413
    assert left_over(staffed) == []


# ---- one talk ----------------------------------------------------------------------------------------------


def test_a_voice_is_split_and_a_turn_given_from_the_panel_and_undone(panel: Newsroom, enter: Enter) -> None:
    client = enter("producer")

    def turns() -> dict[str, int]:
        with reading(panel.engine) as session:
            return {voice.label: voice.turns for voice in list_voices(session, "panel")}

    before = turns()
    page = client.get("/studio/e/panel").text
    assert "Another person from" in page and "is this voice’s too" in page
    assert decide(client, "A", act="split", at="1:00", whole="rest") == 303
    (new,) = turns().keys() - before.keys()
    assert turns() == before | {"A": before["A"] - 1, new: 1}
    assert decide(client, "B", act="give", at="0:05") == 303
    assert "A" not in {voice for voice, count in turns().items() if count}
    for _ in range(2):
        client.post("/studio/e/panel/undo")
    assert turns() == before
    for wrong in ({"act": "split", "at": "soon"}, {"act": "give", "at": ""}):
        assert decide(client, "A", **wrong) == 400
    assert decide(client, "A", act="split", at="0:00", whole="rest") == 409, "it would be all the voice says"
    assert turns() == before


def test_voices_are_confirmed_named_withheld_merged_and_all_of_it_undone(
    panel: Newsroom, enter: Enter
) -> None:
    client, before = enter("producer"), states(panel)
    assert decide(client, "B", act="confirm") == 303
    assert decide(client, "C", act="name", person="zarin-lake") == 303
    assert decide(client, "D", act="withhold") == 303
    assert decide(client, "A", act="name", written="Somebody New", **{"as": "host"}) == 303
    assert decide(client, "E", act="reopen") == 303
    assert decide(client, "E", act="name", written="a listener", **{"as": "shown"}) == 303
    now = states(panel)
    assert (now["A"], now["B"], now["C"]) == (
        ("confirmed", "Somebody New"),
        ("confirmed", "Zarin Lake"),
        ("confirmed", "Zarin Lake"),
    )
    assert (now["D"][0], now["E"]) == ("withheld", ("confirmed", "a listener"))
    assert decide(client, "C", act="merge", into="B") == 303
    assert "Read as B." in client.get("/studio/e/panel").text
    for _ in range(7):
        assert client.post("/studio/e/panel/undo").status_code == 303
    assert states(panel) == before
    assert client.post("/studio/e/panel/undo").status_code == 409
    with reading(panel.engine) as session:
        assert verify_log(session).broken is None
        event = session.exec(select(AuditEvent).where(AuditEvent.act == "withhold")).one()
        assert (event.who, event.user_id is not None) == ("producer", True)


@pytest.mark.parametrize(
    ("label", "form", "status"),
    [
        ("B", {}, 400),
        ("B", {"act": "explode"}, 400),
        ("Z", {"act": "confirm"}, 404),
        ("A", {"act": "confirm"}, 409),
        ("B", {"act": "name"}, 400),
        ("B", {"act": "name", "person": "nobody-at-all"}, 404),
        ("B", {"act": "merge", "into": "B"}, 409),
        ("B", {"act": "merge"}, 404),
    ],
)
def test_a_decision_that_does_not_fit_changes_nothing(
    panel: Newsroom, enter: Enter, label: str, form: dict[str, str], status: int
) -> None:
    before = states(panel)
    assert decide(enter("producer"), label, **form) == status
    assert states(panel) == before


def test_the_page_of_a_talk_says_what_to_look_at_and_who_publishes(panel: Newsroom, enter: Enter) -> None:
    page = enter("producer").get("/studio/e/panel").text
    assert '<a href="/studio/e/panel#h-v">Names</a>' in page, "what is open leads to where it is settled"
    with reading(panel.engine) as session:
        assert {check.name for check in check_episode(session, "panel")} <= set(SETTLED_AT)
    assert "Nobody has confirmed 3 of 5 voices: B, C, D." in page
    assert "An editor publishes it." in page and "/publish" not in page
    assert "voice like 3 earlier recordings" in page and "0.97" in page
    assert '/studio/e/panel/publish"' in enter("editor").get("/studio/e/panel").text


def test_an_error_advises_no_command_to_somebody_in_a_browser(panel: Newsroom, enter: Enter) -> None:
    producer = enter("producer")
    page = producer.get("/studio/e/nothing").text
    assert "No episode is called" in page and "`presstalk" not in page
    producer.post("/studio/e/panel/retry")
    producer.post("/studio/e/panel/cancel")
    page = producer.get("/studio/e/panel").text
    assert "Cancelled." in page and "`presstalk" not in page


def test_what_is_published_and_withdrawn_follows_everywhere_at_once(panel: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    assert editor.post("/studio/e/panel/publish").status_code == 303
    assert editor.post("/studio/e/panel/publish").status_code == 303, "a second tab"
    assert editor.get("/e/panel").status_code == 200
    assert "/e/panel" in editor.get("/search?q=promise").text
    assert editor.post("/studio/e/panel/withdraw", data={"reason": " "}).status_code == 400
    assert editor.post("/studio/e/panel/withdraw", data={"reason": "The guest asked."}).status_code == 303
    gone = editor.get("/e/panel")
    assert gone.status_code == 410 and "The guest asked." not in gone.text
    assert "/e/panel" not in editor.get("/search?q=promise").text
    with reading(panel.engine) as session:
        acts = [event.act for event in session.exec(select(AuditEvent)) if event.subject == "episode/1"]
        words = [row.words for row in session.exec(select(AuditWords)) if row.words and "reason" in row.words]
    assert (acts, words) == (["publish", "withdraw"], [{"reason": "The guest asked."}])


def test_the_sound_is_heard_in_the_house_before_readers_may(staffed: Newsroom, enter: Enter) -> None:
    files = {MediaKind.WEB_AUDIO_LOW: (b"0123456789", "audio/ogg")}
    put(staffed, "tea", demo_talk(files=files, state=EpisodeState.REVIEW))
    client = enter("producer")
    part = client.get("/studio/e/tea/sound", headers={"Range": "bytes=2-4"})
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, b"234", "audio/ogg")
    assert client.get("/media/tea/web_audio_low.opus").status_code == 404
