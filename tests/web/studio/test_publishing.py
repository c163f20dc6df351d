"""The studio on the way to readers and back: preview, at a time, two people, guests, what readers are told."""

import re

import pytest
from starlette.testclient import TestClient

from catalog.db import reading
from catalog.episodes import find_episode
from catalog.models import Episode, EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put
from tests.web.studio.conftest import Enter
from web.app import create_app

FILES = {MediaKind.WEB_AUDIO_LOW: (b"sound" * 9, "audio/ogg; codecs=opus")}
TALK = "/studio/e/tea"


@pytest.fixture
def talk(staffed: Newsroom) -> Newsroom:
    put(staffed, "tea", demo_talk(state=EpisodeState.REVIEW, files=FILES))
    return staffed


def at(room: Newsroom) -> Episode:
    with reading(room.engine) as session:
        return find_episode(session, "tea")


def test_a_preview_is_the_page_that_readers_get(talk: Newsroom, enter: Enter, stranger: TestClient) -> None:
    editor = enter("editor")
    preview = editor.get(f"{TALK}/preview")
    assert preview.headers["cache-control"] == "no-store"
    assert editor.get(f"{TALK}/media/web_audio_low.opus").content == b"sound" * 9
    assert editor.get(f"{TALK}/media/original.mp4").status_code == 404
    editor.post(f"{TALK}/publish")
    page = stranger.get("/e/tea").text

    def transcript(html: str) -> str:
        found = re.search(r'<section class="transcript".*?</section>', html, re.S)
        assert found
        return re.sub(r"data-(words|revision)=\"[^\"]*\"", "", found.group()).replace(
            f"{TALK}/preview", "/e/tea"
        )

    assert transcript(preview.text) == transcript(page)
    assert "Preview" in preview.text and "Preview" not in page


def test_a_talk_waits_for_its_time_in_the_newsrooms_own_zone(talk: Newsroom, enter: Enter) -> None:
    editor = enter("editor")
    assert editor.post(f"{TALK}/schedule", data={"at": "2031-07-01T09:00"}).status_code == 400
    sent = editor.post(f"{TALK}/schedule", data={"at": "2027-07-01T09:00"})
    assert sent.headers["location"] == f"{TALK}?note=scheduled"
    assert "1 July 2027, 09:00 (UTC)" in editor.get(TALK).text
    assert editor.post(f"{TALK}/unschedule").status_code == 303
    assert at(talk).publish_at is None


def test_where_two_must_agree_the_second_publishes(talk: Newsroom) -> None:
    settings = talk.settings.model_copy(update={"two_people": True})
    base = {"base_url": "http://testserver", "headers": {"Origin": "http://testserver"}}
    with TestClient(create_app(settings), follow_redirects=False, **base) as client:

        def act(name: str) -> str:
            client.post("/studio/sign-in", data={"name": name, "password": "four plain words here"})
            return client.post(f"{TALK}/publish").headers.get("location", "refused")

        assert act("editor") == f"{TALK}?note=agreed"
        assert act("editor") == "refused"
        assert at(talk).state is EpisodeState.REVIEW
        assert "You have agreed" in client.get(TALK).text
        assert act("admin") == f"{TALK}?note=published"


def test_a_link_for_a_guest_is_shown_once_and_taken_back(
    talk: Newsroom, enter: Enter, stranger: TestClient
) -> None:
    editor = enter("editor")
    made = editor.post(f"{TALK}/guests", data={"for": "Hamid", "days": "3"})
    found = re.search(r"http://testserver(/check/[\w-]+)", made.text)
    assert found and stranger.get(found.group(1)).status_code == 200
    editor.post(f"{TALK}/schedule", data={"at": "2027-07-01T09:00"})
    assert "It will be published on" in editor.get(TALK).text
    stranger.post(found.group(1), data={"answer": "objected", "said": "Not my town."})
    page = editor.get(TALK).text
    assert "Hamid" in page and "Not my town." in page and found.group(1) not in page
    assert "Something is wrong, says Hamid" in page and "It is settled: take the link back" in page
    assert "but not while a guest says" in page and "It will be published on" not in page
    refused = editor.post(f"{TALK}/publish")
    assert refused.status_code == 409 and "says Hamid" in refused.text
    editor.post(f"{TALK}/guests/1/revoke")
    settled = editor.get(TALK).text
    assert "Something is wrong, says" not in settled and "It is settled" not in settled
    assert "It will be published on" in settled
    assert stranger.get(found.group(1)).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status", "told"),
    [
        ({"tell": "that"}, 410, ""),
        ({"tell": "why", "note": "At the wish of <guest>."}, 410, "At the wish of &lt;guest&gt;."),
        ({"tell": "nothing", "note": "not sent"}, 404, ""),
    ],
)
def test_readers_are_told_what_the_editor_chose(
    talk: Newsroom, enter: Enter, stranger: TestClient, sent: dict[str, str], status: int, told: str
) -> None:
    editor = enter("editor")
    editor.post(f"{TALK}/publish")
    quoted = stranger.post("/e/tea/cite", data={"paragraph": "0"}).headers["location"]
    assert editor.post(f"{TALK}/withdraw", data=sent).status_code == 400, "why, for the record, is asked for"
    assert editor.post(f"{TALK}/withdraw", data={"reason": "a secret reason", **sent}).status_code == 303
    for path in ("/e/tea", "/e/tea.vtt", "/media/tea/web_audio_low.opus", "/api/v1/episodes/tea", quoted):
        answer = stranger.get(path)
        assert (path, answer.status_code) == (path, status)
        assert "a secret reason" not in answer.text and "not sent" not in answer.text
    assert told in stranger.get("/e/tea").text
    if status == 404:
        nothing = stranger.get("/e/nothing").text.replace("nothing", "tea")
        assert stranger.get("/e/tea").text == nothing, "told from a talk that never was by nothing"
    assert "tea" not in stranger.get("/sitemap.xml").text and "/e/tea" not in stranger.get("/feed.xml").text


def test_only_an_editor_changes_what_was_promised(talk: Newsroom, enter: Enter) -> None:
    sent = {"title": "Rain", "embargo_until": "2027-01-01T00:00", "consent": "By letter"}
    enter("producer").post(f"{TALK}/facts", data=sent)
    assert (at(talk).title, at(talk).consent, at(talk).embargo_until) == ("Rain", "By letter", None)
    editor = enter("editor")
    editor.post(f"{TALK}/facts", data=sent)
    assert at(talk).embargo_until is not None
    assert 'value="2027-01-01T00:00"' in editor.get(f"{TALK}/facts").text
    enter("producer").post(f"{TALK}/facts", data={"title": "Rain again"})
    assert at(talk).embargo_until is not None
    assert editor.post(f"{TALK}/publish").status_code == 409
