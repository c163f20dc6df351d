"""Media that stand in an object store: passed on by the site, or fetched from the store by a link that ends."""

import urllib.request
from pathlib import Path

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import connect, migrate, writing
from catalog.guests import make_guest_link
from catalog.models import Episode, EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from tests.web.conftest import SOUND
from tests.web.newsrooms import demo_talk, newsroom_at, put
from web.app import create_app

ADDRESS = "/media/tea/web_audio_low.opus"
FILES = {MediaKind.WEB_AUDIO_LOW: (SOUND, "audio/ogg; codecs=opus"), MediaKind.ORIGINAL: (b"x", "video/mp4")}


def room_at(home: Path, database_url: str, **other: object) -> Newsroom:
    """A newsroom with one talk, of whose files no copy is left on this machine."""
    room = newsroom_at(home, database_url, **other)
    put(room, "tea", demo_talk(files=FILES))
    room.shelf.trim(0)
    assert list(room.shelf.copies()) == []
    return room


def test_the_site_passes_ranges_on_without_fetching_the_whole(
    tmp_path: Path, sqlite_url: str, bucket: str
) -> None:
    room = room_at(tmp_path / "home", sqlite_url, store=bucket)
    with TestClient(create_app(room.settings)) as client:
        whole = client.get(ADDRESS)
        part = client.get(ADDRESS, headers={"Range": "bytes=100-299"})
        known = client.get(ADDRESS, headers={"If-None-Match": whole.headers["etag"]})
        beyond = client.get(ADDRESS, headers={"Range": f"bytes={len(SOUND)}-"})
    assert (whole.status_code, whole.content) == (200, SOUND)
    assert (part.status_code, part.content) == (206, SOUND[100:300])
    assert part.headers["content-range"] == f"bytes 100-299/{len(SOUND)}"
    assert (known.status_code, beyond.status_code) == (304, 416)
    assert list(room.shelf.copies()) == []


def test_a_link_leads_into_the_store_for_a_published_talk_only(
    tmp_path: Path, sqlite_url: str, bucket: str
) -> None:
    room = room_at(tmp_path / "home", sqlite_url, store=bucket, store_links=5)
    with TestClient(create_app(room.settings), follow_redirects=False) as client:
        answer = client.get(ADDRESS, headers={"Range": "bytes=100-299"})
        assert (answer.status_code, answer.headers["cache-control"]) == (307, "no-store")
        wanted = urllib.request.Request(answer.headers["location"], headers={"Range": "bytes=100-299"})
        with urllib.request.urlopen(wanted, timeout=30) as told:
            assert (told.status, told.read()) == (206, SOUND[100:300])
        with writing(room.engine) as session:
            session.exec(select(Episode)).one().state = EpisodeState.WITHDRAWN
        assert client.get(ADDRESS).status_code == 410
        assert client.get("/media/tea/web_video.mp4").status_code in (404, 410)


def test_what_a_guest_checks_is_passed_on_and_leads_nowhere(
    tmp_path: Path, sqlite_url: str, bucket: str
) -> None:
    room = room_at(tmp_path / "home", sqlite_url, store=bucket, store_links=5)
    with writing(room.engine) as session:
        session.exec(select(Episode)).one().state = EpisodeState.REVIEW
        token = make_guest_link(session, "tea", "Hamid")
    with TestClient(create_app(room.settings), follow_redirects=False) as client:
        part = client.get(f"/check/{token}/web_audio_low.opus", headers={"Range": "bytes=100-299"})
    assert (part.status_code, part.content) == (206, SOUND[100:300])
    assert part.headers["cache-control"] == "no-store"
    assert list(room.shelf.copies()) == [], "the whole file was fetched for a part of it"


def test_browsers_are_told_that_sound_and_film_may_come_from_the_store_and_nothing_else(
    tmp_path: Path, sqlite_url: str, bucket: str, s3_server: str
) -> None:
    for minutes, allowed in ((0, "media-src 'self';"), (5, f"media-src 'self' {s3_server};")):
        settings = room_at(tmp_path / f"home-{minutes}", sqlite_url, store=bucket).settings
        with TestClient(create_app(settings.model_copy(update={"store_links": minutes}))) as client:
            policy = client.get("/e/tea").headers["content-security-policy"]
        assert allowed in policy
        assert policy.count("http") == (1 if minutes else 0)
        connect(sqlite_url).dispose()
        sqlite_url = f"sqlite:///{tmp_path}/second.db"
        migrate(sqlite_url)


@pytest.mark.parametrize("minutes", [0, 5])
def test_a_lost_object_is_no_fault_of_the_page(
    tmp_path: Path, sqlite_url: str, bucket: str, minutes: int
) -> None:
    room = room_at(tmp_path / "home", sqlite_url, store=bucket, store_links=minutes)
    for sha256 in list(room.shelf.all()):
        room.shelf.drop(sha256)
    with TestClient(create_app(room.settings)) as client:
        assert client.get("/e/tea").status_code == 200
        assert client.get(ADDRESS).status_code == 404
