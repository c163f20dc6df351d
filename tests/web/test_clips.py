"""Passages as files and cards in frames: cut from what is public, as long as it is."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import EpisodeState, MediaKind, Redaction
from catalog.newsroom import Newsroom
from tests.media.recordings import lavfi, record
from tests.web.newsrooms import demo_talk, put, set_state
from web import clips, quotes
from web.forms import Allowance


@pytest.fixture(autouse=True)
def fresh_allowance(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test is another reader."""
    monkeypatch.setattr(quotes, "allowance", Allowance(quotes.A_MINUTE))
    monkeypatch.setattr(clips, "allowance", Allowance(clips.A_MINUTE))
    yield


@pytest.fixture
def talk(room: Newsroom) -> int:
    return put(room, "tea", demo_talk())


@pytest.fixture
def link(client: TestClient, talk: int) -> str:
    sent = client.post("/e/tea/cite", data={"paragraph": 1}, follow_redirects=False)
    return sent.headers["location"]


@pytest.fixture
def small_film(tmp_path: Path) -> bytes:
    """Forty seconds of a picture with a tone."""
    sources = lavfi("testsrc2=s=64x48:r=5:d=40", "sine=d=40")
    return record(tmp_path / "film.mp4", *sources, "-preset", "ultrafast").read_bytes()


def kept(room: Newsroom) -> list[str]:
    return sorted(path.name for path in (room.settings.home / "clips").glob("*/*"))


def take_back(room: Newsroom, episode_id: int, start_ms: int) -> None:
    with writing(room.engine) as session:
        span = {"start_ms": start_ms, "end_ms": start_ms + 1}
        session.add(Redaction(episode_id=episode_id, reason="safety", **span))


@pytest.mark.parametrize(
    ("ending", "kind", "sign"), [("opus", "audio/ogg; codecs=opus", b"OggS"), ("mp3", "audio/mpeg", b"ID3")]
)
def test_the_passage_is_a_file_with_a_name_and_can_be_had_in_parts(
    client: TestClient, room: Newsroom, link: str, ending: str, kind: str, sign: bytes
) -> None:
    answer = client.get(f"{link}.{ending}")
    assert (answer.status_code, answer.headers["content-type"]) == (200, kind)
    assert answer.content.startswith(sign)
    assert re.fullmatch(
        rf'attachment; filename="tea-00h00m\d\ds\.{ending}"', answer.headers["content-disposition"]
    )
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["access-control-allow-origin"] == "*"
    part = client.get(f"{link}.{ending}", headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, answer.content[1:4])
    again = client.get(f"{link}.{ending}", headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304
    assert len(kept(room)) == 1
    assert f"{ending.capitalize() if ending == 'opus' else ending.upper()} (" in client.get(link).text


def test_captions_of_the_passage_begin_with_it(client: TestClient, link: str) -> None:
    told = client.get(f"{link}.json").json()
    answer = client.get(f"{link}.vtt")
    assert answer.headers["content-type"] == "text/vtt; charset=utf-8"
    assert answer.text.startswith("WEBVTT\n\n00:00:00.000 --> ")
    spoken = re.sub(r"<[^>]*>|^.*-->.*$|WEBVTT", "", answer.text, flags=re.MULTILINE)
    assert unescape(" ".join(spoken.split())) == told["now"]


@pytest.mark.parametrize("name", ["aaaaaaaaaa.opus", "aaaaaaaaaa.vtt", "A.mp3", "a.b.opus", "%00.mp4"])
def test_nobody_s_quote_has_no_clip(client: TestClient, talk: int, name: str) -> None:
    assert client.get(f"/q/{name}").status_code == 404


def test_a_talk_without_a_picture_has_no_video_clip(client: TestClient, link: str) -> None:
    assert client.get(f"{link}.mp4").status_code == 404
    assert set(client.get(f"{link}.json").json()["clips"]) == {"opus", "mp3"}


def test_a_sound_that_cannot_be_cut_is_no_fault_of_the_site(
    client: TestClient, talks: dict[str, int]
) -> None:
    """The files of these talks are no recordings."""
    sent = client.post("/e/tea/cite", data={"paragraph": 1}, follow_redirects=False)
    assert client.get(f"{sent.headers['location']}.opus").status_code == 404


def test_too_many_clips_a_minute_are_refused_and_made_ones_are_not(
    client: TestClient, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clips, "allowance", Allowance(1))
    assert client.get(f"{link}.opus").status_code == 200
    refused = client.get(f"{link}.mp3")
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    assert client.get(f"{link}.opus").status_code == 200


def test_a_clip_goes_with_its_words(client: TestClient, room: Newsroom, talk: int, link: str) -> None:
    told = client.get(f"{link}.json").json()
    assert client.get(f"{link}.opus").status_code == 200
    take_back(room, talk, told["start_ms"])
    for ending in (".opus", ".mp3", ".vtt"):
        assert client.get(link + ending).status_code == 410


def test_a_clip_goes_with_its_talk(client: TestClient, room: Newsroom, talk: int, link: str) -> None:
    assert client.get(f"{link}.opus").status_code == 200
    set_state(room, talk, EpisodeState.WITHDRAWN)
    for ending in (".opus", ".mp3", ".mp4", ".vtt"):
        assert client.get(link + ending).status_code == 410


def test_words_taken_back_while_their_clip_is_cut_leave_none(
    client: TestClient, room: Newsroom, talk: int, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_ms = client.get(f"{link}.json").json()["start_ms"]
    shelf = client.app.state.site.clips
    make = shelf.make

    async def slowly(clip, source):
        path = await make(clip, source)
        take_back(room, talk, start_ms)
        return path

    monkeypatch.setattr(shelf, "make", slowly)
    assert client.get(f"{link}.opus").status_code == 410
    assert kept(room) == []


def test_the_card_in_a_frame_is_whole_and_any_site_may_show_it(client: TestClient, link: str) -> None:
    answer = client.get(f"/embed{link}")
    policy = dict(rule.split(" ", 1) for rule in answer.headers["content-security-policy"].split("; "))
    assert policy["frame-ancestors"] == "*"
    assert policy["default-src"] == policy["form-action"] == "'none'"
    assert "script-src" not in policy and "<script" not in answer.text
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert re.findall(r'<source src="([^"]+)"', answer.text) == [f"{link}.opus", f"{link}.mp3"]
    assert "frame-ancestors 'none'" in client.get(link).headers["content-security-policy"]


def test_the_card_offers_its_code(client: TestClient, link: str) -> None:
    code = unescape(re.search(r"<textarea[^>]*>(.*?)</textarea>", client.get(link).text, re.DOTALL)[1])
    assert code.startswith(f'<iframe src="http://testserver/embed{link}" title="')
    assert code.endswith("</blockquote></iframe>")


def test_a_quote_that_is_gone_says_so_in_its_frame(
    client: TestClient, room: Newsroom, talk: int, link: str
) -> None:
    words = client.get(f"{link}.json").json()["now"]
    set_state(room, talk, EpisodeState.WITHDRAWN)
    answer = client.get(f"/embed{link}")
    assert answer.status_code == 410
    assert "not in the transcript any more" in answer.text
    assert words not in unescape(answer.text)
    assert "frame-ancestors *" in answer.headers["content-security-policy"]


def test_a_talk_with_a_picture_has_a_video_clip_with_captions_beside_it(
    client: TestClient, room: Newsroom, small_film: bytes
) -> None:
    put(room, "film", demo_talk(files={MediaKind.WEB_VIDEO: (small_film, "video/mp4")}))
    link = client.post("/e/film/cite", data={"paragraph": 0}, follow_redirects=False).headers["location"]
    answer = client.get(f"{link}.mp4")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    assert b"ftyp" in answer.content[:12]
    framed = client.get(f"/embed{link}").text
    assert f'<source src="{link}.mp4" type="video/mp4">' in framed
    assert f'<track kind="captions" src="{link}.vtt"' in framed
    assert client.get(f"{link}.opus").status_code == 404
