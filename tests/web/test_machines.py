"""What machines read, walked through: nothing that is unpublished, withdrawn or withheld stands in any of it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.episodes import touch
from catalog.models import Episode, EpisodeState, MediaKind, Utterance
from catalog.newsroom import Newsroom
from catalog.speakers import withhold_label
from tests.checkers import html_errors
from tests.web.newsrooms import Line, Talk, Voice, demo_talk, put, set_state
from tests.web.test_cards import quote_in
from tests.web.test_podcast import HOSTILE
from web.app import create_app

SECRET, NAME, SAID = "Qwertzuiop", "Vilhelmina Undisclosed", "words nobody may read"
OTHER = "Zarin Lake"
FILES = {
    MediaKind.WEB_AUDIO: (b"sound", "audio/mpeg"),
    MediaKind.WEB_AUDIO_LOW: (b"low", "audio/ogg; codecs=opus"),
    MediaKind.WEB_VIDEO: (b"film", "video/mp4"),
}
SHOW = (
    *("/", "/episodes", "/people", "/corrections", "/about"),
    *("/feed.xml", "/feed-video.xml", "/corrections.xml", "/sitemap.xml", "/sitemap-1.xml", "/robots.txt"),
    *("/opensearch.xml", "/card.png", "/cover.png"),
)
OF_TALK = (
    *(
        "/e/secret",
        "/e/secret.jsonld",
        "/e/secret/chapters.json",
        "/e/secret/card.png",
        "/e/secret/cover.png",
    ),
    *("/e/secret.vtt", "/e/secret.srt", "/e/secret.json", "/e/secret.txt", "/e/secret.tei.xml"),
    *("/embed/e/secret", "/oembed?url=http%3A//testserver/e/secret"),
)
OF_PERSON = tuple(f"/people/vilhelmina-undisclosed{part}" for part in ("", "/feed.xml", "/feed-video.xml"))
HIDDEN = [state for state in EpisodeState if state is not EpisodeState.PUBLISHED]


def secret_talk() -> Talk:
    return Talk(
        f"The {SECRET} talk",
        [Line("1", SAID, 0, 5_000), Line("2", "Yes.", 5_000, 6_000)],
        {"1": Voice(NAME, affiliation=f"{SECRET} House"), "2": Voice(OTHER)},
        summary=f"About {SECRET}",
        chapters=((0, f"{SECRET} one"), (3_000, "Two")),
        files=FILES,
    )


@pytest.fixture
def quote(room: Newsroom, client: TestClient) -> str:
    """A quote of a talk that is public, was corrected and is fetched in every form once: whatever is kept, is kept."""
    put(room, "tea", demo_talk(files=FILES))
    put(room, "secret", secret_talk())
    with writing(room.engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == "secret")).one()
        touch(session, episode)
        line = session.exec(select(Utterance).where(Utterance.text == "Yes.")).one()
        line.text = f"Yes, {SECRET}."
        session.add(line)
        session.flush()
        touch(session, episode)
    link = quote_in(room, "secret")
    for path in every(link):
        assert (path, client.get(path).status_code) == (path, 200)
    return link


def every(quote: str) -> Iterator[str]:
    yield from (*SHOW, *OF_TALK, *OF_PERSON)
    yield from (quote, f"{quote}/card.png", f"/oembed?url=http%3A//testserver{quote}")


def test_what_is_public_is_told_by_all_of_them(client: TestClient, quote: str) -> None:
    untold = [
        path
        for path in every(quote)
        if not path.endswith(".png") and path not in ("/robots.txt", "/opensearch.xml", "/about")
        if not any(word in unescape(client.get(path).text) for word in (SECRET, NAME, SAID, "secret"))
    ]
    assert untold == []


@pytest.mark.parametrize("state", HIDDEN)
def test_nothing_is_told_of_a_talk_in_any_other_state(
    room: Newsroom, client: TestClient, quote: str, state: EpisodeState
) -> None:
    with writing(room.engine) as session:
        episode_id = session.exec(select(Episode.id).where(Episode.slug == "secret")).one() or 0
    pictures = {path: client.get(path).content for path in every(quote) if path.endswith(".png")}
    set_state(room, episode_id, state)
    for path in every(quote):
        answer = client.get(path)
        assert answer.status_code == 200 if path in SHOW else answer.status_code in (404, 410), path
        for word in (SECRET, NAME, SAID, OTHER, *(("vilhelmina", "/e/secret") if path in SHOW else ())):
            assert word not in answer.text, (path, word)
        assert path in SHOW or answer.content != pictures.get(path), path


def test_a_name_that_is_withheld_is_in_none_of_them(room: Newsroom, client: TestClient, quote: str) -> None:
    cards = {path: client.get(path).content for path in every(quote) if "secret" in path and "png" in path}
    with writing(room.engine) as session:
        withhold_label(session, "secret", "1", by="an editor")
    for path in (*SHOW, *OF_TALK, quote, f"/oembed?url=http%3A//testserver{quote}"):
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "ilhelmina" not in answer.text and "ndisclosed" not in answer.text, path
    assert [client.get(path).status_code for path in OF_PERSON] == [404, 404]
    for path, before in cards.items():
        assert client.get(path).content != before, f"the name stands on the kept picture of {path}"


def test_pages_with_all_of_this_in_their_heads_are_good_html(
    room: Newsroom, client: TestClient, tmp_path_factory: pytest.TempPathFactory, quote: str
) -> None:
    folder = tmp_path_factory.mktemp("pages")
    text = HOSTILE.replace("\x0b", "").rstrip("x") + " and all the rest of what was said here"
    odd = Talk(text, [Line("1", text, 0, 4_000)], {"1": Voice(text[:180])}, files=FILES)
    put(room, "odd", odd)
    link = quote_in(room, "odd")
    page = client.get("/people").text
    [person] = set(re.findall(r'href="(/people/script[^"]*|/people/title[^"]*)"', page))
    paths = ("/", "/corrections", "/e/secret", "/e/odd", quote, link, person)
    for number, path in enumerate(paths):
        answer = client.get(path)
        assert answer.status_code == 200, path
        (folder / f"{number}.html").write_bytes(answer.content)
    assert html_errors(folder) == []


def test_every_page_names_its_one_address(room: Newsroom) -> None:
    settings = room.settings.model_copy(update={"base_url": "https://talks.example/"})
    put(room, "tea", demo_talk(files=FILES))
    with TestClient(create_app(settings)) as client:
        for path in ("/", "/e/tea", "/e/tea?t=3", "/people/hamid-river", "/about", "/corrections", "/data/"):
            page = client.get(path).text
            found = re.findall('<link rel="canonical" href="([^"]+)">', page)
            assert found == [f"https://talks.example{path.partition('?')[0]}"]
            assert "testserver" not in page.replace("//testserver/e/tea", "") or path == "/"
