"""A talk as a book, judged by epubcheck: in every script, with titles that would break a careless writer."""

import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from tests.checkers import epub_errors
from tests.web.newsrooms import URDU, an_hour, demo_talk, put
from tests.web.test_podcast import HOSTILE


@pytest.fixture
def books(room: Newsroom, client: TestClient, tmp_path: Path) -> list[Path]:
    put(room, "tea", demo_talk(title=HOSTILE, summary=HOSTILE, chapters=((0, HOSTILE), (34_000, "Rain"))))
    put(room, "urdu", URDU)
    put(room, "hour", an_hour())
    paths = []
    for slug in ("tea", "urdu", "hour"):
        answer = client.get(f"/e/{slug}.epub")
        assert answer.status_code == 200 and answer.headers["content-type"] == "application/epub+zip"
        paths.append(tmp_path / f"{slug}.epub")
        paths[-1].write_bytes(answer.content)
    return paths


def test_epubcheck_finds_nothing_wrong(books: list[Path]) -> None:
    assert [error for book in books for error in epub_errors(book)] == []


def test_the_words_and_who_said_them_are_in_it(books: list[Path]) -> None:
    with zipfile.ZipFile(books[1]) as book:
        assert book.infolist()[0].filename == "mimetype"
        assert book.infolist()[0].compress_type == zipfile.ZIP_STORED
        part = book.read("EPUB/part-1.xhtml").decode()
        assert 'dir="rtl"' in part and URDU.lines[0].text.split()[0] in part
        assert 'page-progression-direction="rtl"' in book.read("EPUB/package.opf").decode()


def test_the_same_words_are_the_same_bytes(client: TestClient, talks: dict[str, int]) -> None:
    first = client.get("/e/tea.epub")
    assert client.get("/e/tea.epub?x=1").content == first.content
    known = client.get("/e/tea.epub", headers={"if-none-match": first.headers["etag"]})
    assert known.status_code == 304


def test_a_withdrawn_talk_has_no_book(room: Newsroom, client: TestClient, talks: dict[str, int]) -> None:
    with writing(room.engine) as session:
        withdraw_episode(session, "tea")
    assert client.get("/e/tea.epub").status_code == 410
    assert client.get("/e/nothing.epub").status_code == 404


def test_it_is_offered_beside_the_other_copies(client: TestClient, talks: dict[str, int]) -> None:
    assert 'href="/e/tea.epub"' in client.get("/e/tea").text
    with zipfile.ZipFile(BytesIO(client.get("/e/tea.epub").content)) as book:
        assert book.testzip() is None
