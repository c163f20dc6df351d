"""Files that arrive in pieces: over a line that breaks, from where they stopped, whole or not at all."""

import hashlib
from pathlib import Path

import pytest
from fastapi import FastAPI
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.arriving import PIECE_BYTES, STALE_S, open_folder, prove
from catalog.db import reading
from catalog.models import Episode, MediaFile
from catalog.newsroom import Newsroom
from tests.catalog.newsrooms import excerpt, record
from tests.web.newsrooms import newsroom_at
from tests.web.studio.conftest import Enter

MEGABYTE = 1024 * 1024


@pytest.fixture
def room(tmp_path: Path, sqlite_url: str) -> Newsroom:
    """A newsroom that takes 50 MB at most."""
    return newsroom_at(tmp_path / "home", sqlite_url, max_gigabytes=50 / 1024, min_free_gigabytes=0)


@pytest.fixture
def talk(tmp_path: Path) -> bytes:
    return excerpt(tmp_path / "talk.opus", 10).read_bytes()


@pytest.fixture
def large(tmp_path: Path) -> bytes:
    """A recording of about 48 MB: five minutes of plain sound, as they come from a studio."""
    words = (
        "-f",
        "lavfi",
        "-t",
        "272",
        "-i",
        "anoisesrc=r=44100:a=0.2:seed=3",
        "-ac",
        "2",
        "-c:a",
        "pcm_s16le",
    )
    return record(tmp_path / "large.wav", *words).read_bytes()


def begin(client: TestClient, name: str, size: int, **told: str) -> str:
    answer = client.post("/studio/arrivals", data={"name": name, "size": str(size), **told})
    assert answer.status_code == 201, answer.text
    return answer.json()["address"]


def proof_of(data: bytes) -> str:
    pieces = (data[at : at + PIECE_BYTES] for at in range(0, len(data), PIECE_BYTES))
    return hashlib.sha256(b"".join(hashlib.sha256(piece).digest() for piece in pieces)).hexdigest()


def send(client: TestClient, address: str, data: bytes, at: int = 0, until: int | None = None) -> int:
    end = len(data) if until is None else until
    while at < end:
        answer = client.put(f"{address}?at={at}", content=data[at : min(at + PIECE_BYTES, end)])
        assert answer.status_code == 200, answer.text
        at = answer.json()["received"]
    return at


def lying(room: Newsroom) -> list[Path]:
    return list(open_folder(room).iterdir())


def test_a_file_that_stops_at_99_percent_goes_on_there_and_is_the_same_to_the_last_byte(
    staffed: Newsroom, enter: Enter, large: bytes
) -> None:
    assert 40 * MEGABYTE < len(large) < 50 * MEGABYTE
    client = enter("producer")
    address = begin(client, "large.wav", len(large), title="A long recording")
    stopped = send(client, address, large, until=len(large) * 99 // 100)
    assert client.post(f"{address}/done").json()["received"] == stopped
    later = enter("producer")  # another day, another session
    assert later.get(address).json()["received"] == stopped
    send(later, address, large, at=stopped)
    done = later.post(f"{address}/done", data={"proof": proof_of(large)})
    assert done.json() == {"page": "/studio/e/a-long-recording?note=added"}
    with reading(staffed.engine) as session:
        assert session.exec(select(MediaFile.sha256)).one() == hashlib.sha256(large).hexdigest()
        assert session.exec(select(Episode.title)).one() == "A long recording"
    assert lying(staffed) == []


def test_a_piece_that_is_sent_twice_or_too_early_changes_nothing(
    enter: Enter, staffed: Newsroom, talk: bytes
) -> None:
    client = enter("producer")
    address = begin(client, "talk.opus", len(talk))
    send(client, address, talk, until=1000)
    for at in (0, 999, 2000):
        answer = client.put(f"{address}?at={at}", content=talk[at : at + 1000])
        assert (answer.status_code, answer.json()["received"]) == (409, 1000)
    assert client.put(f"{address}?at=1000", content=talk[1000:] + b"x").status_code == 413
    assert client.put(f"{address}?at=-1", content=b"x").status_code == 404
    received = client.get(address).json()["received"]
    send(client, address, talk, at=received)
    assert client.post(f"{address}/done", data={"proof": proof_of(talk)}).status_code == 200


def test_a_byte_that_was_changed_on_the_way_is_found(enter: Enter, staffed: Newsroom, talk: bytes) -> None:
    client = enter("producer")
    address = begin(client, "talk.opus", len(talk))
    send(client, address, talk[:500] + b"?" + talk[501:])
    answer = client.post(f"{address}/done", data={"proof": proof_of(talk)})
    assert answer.status_code == 409 and "changed on the way" in answer.json()["sentence"]
    assert lying(staffed) == []
    with reading(staffed.engine) as session:
        assert session.exec(select(Episode)).all() == []


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("talk.mp4", b"PK\x03\x04" + bytes(4000)),
        ("picture.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("page.mp3", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_what_holds_no_sound_is_refused_in_words_and_thrown_away(
    enter: Enter, staffed: Newsroom, name: str, data: bytes
) -> None:
    client = enter("producer")
    address = begin(client, name, len(data))
    send(client, address, data)
    answer = client.post(f"{address}/done", data={"proof": proof_of(data)})
    assert answer.status_code == 400 and len(answer.json()["sentence"]) > 20
    assert lying(staffed) == [] and list(staffed.shelf.all()) == []


@pytest.mark.parametrize("size", ["0", "-1", "x", "53000000", "9" * 30, ""])
def test_a_size_that_is_none_or_too_much_is_refused(enter: Enter, size: str) -> None:
    answer = enter("producer").post("/studio/arrivals", data={"name": "a.wav", "size": size})
    assert answer.status_code == 409 and "GB" in answer.json()["sentence"]


def test_offsets_are_counted_beyond_32_bits(
    app: FastAPI, enter: Enter, staffed: Newsroom, talk: bytes
) -> None:
    client = enter("producer")
    address = begin(client, "talk.opus", len(talk))
    far = client.put(f"{address}?at={5 * 1024**3}", content=b"x")
    assert (far.status_code, far.json()["received"]) == (409, 0)


def test_nobody_else_reads_or_adds_to_a_file_under_way(
    enter: Enter, stranger: TestClient, talk: bytes
) -> None:
    address = begin(enter("producer"), "talk.opus", len(talk))
    editor = enter("editor")
    assert editor.get(address).status_code == 404
    assert editor.put(f"{address}?at=0", content=b"x").status_code == 404
    assert editor.post(f"{address}/give-up").status_code == 404
    assert stranger.put(f"{address}?at=0", content=b"x").status_code == 401


def test_a_name_leads_nowhere_and_a_title_of_ten_thousand_letters_is_cut(
    enter: Enter, staffed: Newsroom, talk: bytes
) -> None:
    client = enter("producer")
    address = begin(client, "../../../etc/passwd", len(talk), title="T" * 10_000)
    send(client, address, talk)
    assert client.post(f"{address}/done").status_code == 200
    with reading(staffed.engine) as session:
        assert session.exec(select(Episode.title)).one() == "T" * 500


def test_what_nobody_came_back_for_is_thrown_away(
    enter: Enter, staffed: Newsroom, talk: bytes, monkeypatch
) -> None:
    client = enter("producer")
    address = begin(client, "talk.opus", len(talk))
    assert len(lying(staffed)) == 1
    monkeypatch.setattr("catalog.arriving.STALE_S", -STALE_S)
    assert lying(staffed) == []
    assert client.get(address).status_code == 404
    made = [client.post("/studio/arrivals", data={"name": "a", "size": "9"}).status_code for _ in range(9)]
    monkeypatch.undo()
    made += [client.post("/studio/arrivals", data={"name": "a", "size": "9"}).status_code for _ in range(9)]
    assert made.count(409) >= 1, "nobody fills the disk with beginnings"


def test_the_proof_is_of_pieces(tmp_path: Path) -> None:
    data = bytes(range(256)) * 40_000
    (tmp_path / "file").write_bytes(data)
    assert prove(tmp_path / "file") == proof_of(data)
