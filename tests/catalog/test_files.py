"""Rows that name bytes on the shelf: naming, what readers may have, sweeping."""

import threading
from pathlib import Path

import pytest
from sqlmodel import Session, select

from catalog.db import reading, writing
from catalog.files import file_of, name_file, public_file, public_files, shelving, sweep_shelf
from catalog.models import Episode, EpisodeState, MediaFile, MediaKind
from catalog.newsroom import Newsroom
from tests.catalog.newsrooms import newsroom_at


@pytest.fixture
def newsroom(tmp_path: Path) -> Newsroom:
    """A newsroom with one published episode, number 1."""
    newsroom = newsroom_at(tmp_path / "home")
    with writing(newsroom.engine) as session:
        session.add(Episode(slug="talk", title="Talk", state=EpisodeState.PUBLISHED))
    return newsroom


def put(newsroom: Newsroom, text: str) -> str:
    path = newsroom.settings.home / "given"
    path.write_text(text)
    return newsroom.shelf.put(path)


def sweep(newsroom: Newsroom) -> int:
    return sweep_shelf(newsroom)


def test_a_name_given_again_takes_the_place_of_the_old_one(newsroom: Newsroom) -> None:
    for text in ("first", "second one"):
        with writing(newsroom.engine) as session:
            name_file(session, newsroom.shelf, 1, MediaKind.WEB_AUDIO, put(newsroom, text), mime="audio/mp4")
    with reading(newsroom.engine) as session:
        (row,) = session.exec(select(MediaFile)).all()
    assert (row.size, newsroom.shelf.path(row.sha256).read_text()) == (10, "second one")


def test_a_sweep_takes_what_no_row_names_and_nothing_else(newsroom: Newsroom) -> None:
    kept, orphan = put(newsroom, "kept"), put(newsroom, "orphan")
    with writing(newsroom.engine) as session:
        name_file(session, newsroom.shelf, 1, MediaKind.ORIGINAL, kept)
    assert (sweep(newsroom), sweep(newsroom)) == (1, 0)
    assert (newsroom.shelf.has(kept), newsroom.shelf.has(orphan)) == (True, False)


def test_a_sweep_waits_for_who_is_just_putting_bytes_there(newsroom: Newsroom) -> None:
    sweeper = threading.Thread(target=sweep, args=(newsroom,))
    with shelving(newsroom):
        sha256 = put(newsroom, "bytes before their row")
        sweeper.start()
        sweeper.join(0.3)
        assert newsroom.shelf.has(sha256)
        with writing(newsroom.engine) as session:
            name_file(session, newsroom.shelf, 1, MediaKind.ORIGINAL, sha256)
    sweeper.join()
    assert newsroom.shelf.has(sha256)


def offered(session: Session, kind: MediaKind) -> bool:
    return public_file(session, "talk", kind) is not None


def test_readers_are_given_what_was_made_for_them_and_only_of_what_is_published(newsroom: Newsroom) -> None:
    with writing(newsroom.engine) as session:
        for kind in MediaKind:
            name_file(session, newsroom.shelf, 1, kind, put(newsroom, kind.value))
    private = {MediaKind.ORIGINAL, MediaKind.WAV, MediaKind.INFO, MediaKind.RAW_OUTPUT, MediaKind.CAPTIONS}
    with writing(newsroom.engine) as session:
        assert private.isdisjoint(kind for kind in MediaKind if offered(session, kind))
        assert "web_audio" in {line.kind for line in public_files(session, 1)}
        session.exec(select(Episode)).one().state = EpisodeState.WITHDRAWN
    with reading(newsroom.engine) as session:
        assert not any(offered(session, kind) for kind in MediaKind)
        assert file_of(session, 1, MediaKind.WEB_AUDIO) is not None
