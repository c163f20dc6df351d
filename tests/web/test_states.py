"""Nothing that is not published can be had, by any address."""

import pytest
from starlette.testclient import TestClient

from catalog.models import EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from tests.web.newsrooms import demo_talk, put, set_state

SECRET = "a sentence nobody outside may read"
ADDRESSES = (
    *("/e/tea", "/e/tea.vtt", "/e/tea.srt", "/e/tea.json", "/e/tea.txt", "/e/tea/words.json"),
    *(
        f"/media/tea/{name}"
        for name in ("web_audio_low.opus", "web_audio.m4a", "web_video.mp4", "poster.jpg", "peaks.json")
    ),
)
LISTS = ("/", "/episodes", "/people", "/search?q=invented", "/search?q=invented&in=tea")
HIDDEN = [state for state in EpisodeState if state is not EpisodeState.PUBLISHED]
FILES = {
    MediaKind.WEB_AUDIO_LOW: (b"1", "audio/ogg; codecs=opus"),
    MediaKind.WEB_AUDIO: (b"2", "audio/mp4"),
    MediaKind.WEB_VIDEO: (b"3", "video/mp4"),
    MediaKind.POSTER: (b"4", "image/jpeg"),
    MediaKind.PEAKS: (b"5", "application/json"),
    MediaKind.ORIGINAL: (b"6", "video/mp4"),
    MediaKind.WAV: (b"7", "audio/wav"),
    MediaKind.RAW_OUTPUT: (b"8", "application/json"),
    MediaKind.INFO: (b"9", "application/json"),
}


def test_a_published_talk_is_open(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files=FILES))
    assert {client.get(address).status_code for address in ADDRESSES} == {200}


@pytest.mark.parametrize("state", HIDDEN)
def test_no_address_tells_of_a_talk_that_is_not_published(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    put(room, "tea", demo_talk(files=FILES, state=state, title=SECRET))
    expected = 410 if state is EpisodeState.WITHDRAWN else 404
    for address in ADDRESSES:
        answer = client.get(address)
        assert (address, answer.status_code) == (address, expected)
        assert SECRET not in answer.text
    for address in LISTS:
        page = client.get(address)
        assert page.status_code == 200
        assert not any(word in page.text for word in (SECRET, 'href="/e/tea', "Hamid River")), address
    assert client.get("/people/hamid-river").status_code == 404


@pytest.mark.parametrize("state", HIDDEN)
def test_a_talk_disappears_from_every_address_when_its_state_changes(
    room: Newsroom, client: TestClient, state: EpisodeState
) -> None:
    episode_id = put(room, "tea", demo_talk(files=FILES))
    tags = {address: client.get(address).headers["etag"] for address in ADDRESSES}
    assert client.get("/search?q=invented").text.count("/e/tea") > 0
    set_state(room, episode_id, state)
    for address in ADDRESSES:
        assert client.get(address, headers={"If-None-Match": tags[address]}).status_code in (404, 410)
    assert 'href="/e/tea' not in client.get("/search?q=invented").text


@pytest.mark.parametrize(
    "address",
    [
        "/media/tea/original.mp4",
        "/media/tea/wav.bin",
        "/media/tea/raw_output.json",
        "/media/tea/info.json",
        "/media/tea/web_audio.opus",
        "/media/tea/no_such_kind.mp4",
        "/media/../catalog.db",
        "/media/tea/..%2f..%2fcatalog.sqlite",
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/",
        "/e/tea.exe",
        "/e/tea%00.vtt",
        "/e/TEA",
        "/e/" + "x" * 200,
        "/people/nobody",
        "/nothing",
        "/docs",
        "/openapi.json",
        "/metrics",
        "/episodes?page=0",
        "/episodes?page=abc",
    ],
)
def test_what_is_not_offered_is_not_found(room: Newsroom, client: TestClient, address: str) -> None:
    put(room, "tea", demo_talk(files=FILES))
    answer = client.get(address)
    assert answer.status_code == 404
    assert "There is no page at this address." in answer.text and 'action="/search"' in answer.text


def test_a_withdrawn_talk_is_gone_and_the_page_says_so(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(state=EpisodeState.WITHDRAWN))
    answer = client.get("/e/tea")
    assert answer.status_code == 410 and "This talk was withdrawn." in answer.text


def test_bytes_that_are_missing_are_not_found(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files=FILES))
    for sha256 in list(room.shelf.all()):
        room.shelf.drop(sha256)
    assert client.get("/media/tea/web_audio.m4a").status_code == 404
