"""A newsroom with talks in it and a client that reads its site, for the tests of `web`."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.models import MediaKind
from catalog.newsroom import Newsroom
from tests.web.newsrooms import URDU, demo_talk, newsroom_at, put
from web import cards, exports, guests
from web.app import create_app

SOUND = bytes(range(256)) * 5


@pytest.fixture(autouse=True)
def a_minute_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test had drawn or answered is not counted against the next."""
    monkeypatch.setattr(cards, "allowance", cards.Allowance(cards.A_MINUTE))
    monkeypatch.setattr(exports, "allowance", exports.Allowance(exports.A_MINUTE, "files"))
    monkeypatch.setattr(guests, "allowance", guests.Allowance(guests.A_MINUTE))


@pytest.fixture
def room(tmp_path: Path, sqlite_url: str) -> Newsroom:
    """An empty newsroom of this test alone."""
    return newsroom_at(tmp_path / "home", sqlite_url)


@pytest.fixture
def client(room: Newsroom) -> Iterator[TestClient]:
    """Reads the site of `room`; an error in it is an answer, as it is for a reader."""
    with TestClient(create_app(room.settings), raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def talks(room: Newsroom) -> dict[str, int]:
    """Two published talks, one in English with small files, one in Urdu; slug to id."""
    files = {
        MediaKind.WEB_AUDIO_LOW: (SOUND, "audio/ogg; codecs=opus"),
        MediaKind.WEB_AUDIO: (SOUND * 2, "audio/mp4"),
        MediaKind.ORIGINAL: (b"never shown", "video/mp4"),
    }
    return {"tea": put(room, "tea", demo_talk(files=files)), "urdu": put(room, "urdu", URDU)}
