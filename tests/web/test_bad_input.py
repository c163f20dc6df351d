"""What a newsroom may be given to hold: markup for names, formulas for words, a picture that is a program, a title
without end, two tabs that publish at once. None of it does more than stand there as words, wherever it stands."""

import csv
import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from sqlmodel import Session, col, select
from starlette.testclient import TestClient

from catalog.adding import Given, add_link
from catalog.audit import Actor, acting
from catalog.authority.bringing import bring_in
from catalog.authority.following import follow
from catalog.authority.sheet import read_sheet
from catalog.db import reading, writing
from catalog.errors import Conflict
from catalog.models import AuditEvent, Edition, Episode, EpisodeState, MediaKind
from catalog.newsroom import Newsroom
from catalog.publishing import publish_episode
from catalog.translations import import_translation
from tests.web.newsrooms import Line, Talk, Voice, newsroom_at, put
from tests.web.panel import PANEL
from tests.web.studio.conftest import Enter, app, enter, staffed

__all__ = ["app", "enter", "staffed"]

MARKUP = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULAS = ("=1+1", "+1+1", "-1+1", "@SUM(A1)", "＝1+1", "\t=1+1")
READERS = ["/", "/feed.xml", "/search?q=road", "/search?q=rain", "/people", "/ur/"]
NEWSROOM = ["/studio/", "/studio/e/bad", "/studio/e/hidden"]
TABLES = (
    *("/search.csv?q=road", "/search/concordance.csv?q=road"),
    *("/claims.csv?status=all", "/studio/entities/file.csv"),
)
LIVE = re.compile(r"<script>alert|<img src=x|onerror=alert\(2\)>(?!&)", re.IGNORECASE)


def hostile(formula: str = "") -> Talk:
    """A talk in which everything anybody may write is markup, or a formula and then markup."""
    bad = f"{formula}{MARKUP}"
    voices = {
        "A": Voice(f"{bad} Mina", affiliation=bad, evidence=bad),
        "B": Voice(f"{bad} Omar", affiliation=bad),
    }
    lines = (
        Line("A", f"{bad} rain {formula} fell on the old road.", 0, 20_000),
        Line("B", f"{formula} and the road {bad} was gone.", 20_000, 42_000),
    )
    return replace(
        PANEL,
        title=f"{bad} A talk",
        summary=f"{bad} of rain",
        voices=voices,
        lines=lines,
        chapters=((0, bad),),
    )


@pytest.fixture
def held(staffed: Newsroom) -> Newsroom:
    put(staffed, "bad", hostile())
    put(staffed, "hidden", replace(hostile(), state=EpisodeState.REVIEW))
    with writing(staffed.engine) as session:
        import_translation(
            session, "bad", f"1\n00:00:01,000 --> 00:00:09,000\n{MARKUP}\n".encode(), "a.srt", "fr"
        )
        bring_in(session, read_sheet(f'id,kind,name\n,place,"{MARKUP.replace(chr(34), chr(34) * 2)} road"\n'))
    follow(staffed)
    return staffed


def pages_from(client: TestClient, starts: list[str], most: int = 150) -> Iterator[tuple[str, str, str]]:
    """Every page that can be reached by links of our own: address, kind, text."""
    seen, waiting = set(starts), list(starts)
    while waiting and len(seen) < most + len(starts):
        path = waiting.pop(0)
        answer = client.get(path, follow_redirects=True)
        assert answer.status_code < 500, path
        kind = answer.headers.get("content-type", "").partition(";")[0]
        yield path, kind, answer.text if not kind.startswith(("audio", "video", "image", "font")) else ""
        if kind == "text/html":
            for link in re.findall(r'(?:href|src)="(/[^"#]*)', answer.text):
                link = link.replace("&amp;", "&")
                if link not in seen and not link.startswith(("/static", "/studio/sign-out")):
                    seen.add(link)
                    waiting.append(link)


@pytest.mark.parametrize("starts", [READERS, NEWSROOM], ids=["readers", "newsroom"])
def test_markup_in_every_name_and_word_is_words_on_every_page_and_in_every_feed(
    held: Newsroom, enter: Enter, starts: list[str]
) -> None:
    client = enter("admin")
    looked_at = []
    for path, kind, text in pages_from(client, starts):
        looked_at.append(path)
        if kind in ("text/html", "application/xhtml+xml"):
            assert not LIVE.search(text), path
        if kind.endswith("xml"):
            ElementTree.fromstring(text)
    assert len(looked_at) > 25, looked_at


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_cell_of_any_table_that_leaves_the_house_is_a_formula(
    staffed: Newsroom, enter: Enter, formula: str
) -> None:
    put(staffed, "bad", hostile(formula))
    follow(staffed)
    client = enter("admin")
    tables = {
        path: client.get(path)
        for path in (
            "/search.csv?q=road",
            "/search/concordance.csv?q=road",
            "/claims.csv?status=all",
            "/studio/entities/file.csv",
        )
    }
    told = {path: answer for path, answer in tables.items() if answer.status_code == 200}
    assert "/search.csv?q=road" in told or "/search/concordance.csv?q=road" in told, tables
    rows = 0
    for path, answer in told.items():
        for row in csv.reader(io.StringIO(answer.text)):
            rows += 1
            assert not [cell for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r", "＝"))], path
    assert rows > 2


@pytest.mark.parametrize("kind", [MediaKind.POSTER, MediaKind.THUMBNAIL])
def test_a_picture_that_is_a_program_is_never_sent_as_one(
    room: Newsroom, client: TestClient, kind: MediaKind
) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
    put(room, "bad", replace(PANEL, files={kind: (svg, "image/svg+xml")}))
    for ending in ("svg", "bin", "jpg", "png", "webp"):
        answer = client.get(f"/media/bad/{kind.value}.{ending}")
        if answer.status_code == 200:
            policy = answer.headers["content-security-policy"]
            assert "script-src" in policy or "default-src 'none'" in policy
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert "unsafe-inline" not in policy.partition("script-src")[2].partition(";")[0]


def test_a_title_without_end_is_cut_where_it_comes_from_outside(room: Newsroom, client: TestClient) -> None:
    title = "An endless title " * 600
    added = add_link(room, "https://talks.example/endless", Given(title=title))
    with writing(room.engine) as session:
        episode = session.exec(select(Episode).where(Episode.slug == added.slug)).one()
        assert len(episode.title) <= 500 and len(episode.slug) <= 120
    put(room, "long", replace(PANEL, title=title[:500]))
    page = client.get("/e/long").text
    assert page.count("An endless title") < 2_000 and "<h1" in page


def test_a_title_without_end_is_refused_where_it_is_typed(held: Newsroom, enter: Enter) -> None:
    answer = enter("editor").post("/studio/e/hidden/facts", data={"title": "t" * 10_000})
    assert answer.status_code == 400 and "500" in answer.text


# ---- two at once ------------------------------------------------------------------------------------


def test_two_tabs_that_publish_at_once_publish_once(tmp_path, database_url: str) -> None:
    room = newsroom_at(tmp_path / "home", database_url)
    put(room, "tea", replace(PANEL, state=EpisodeState.REVIEW))

    def publish(who: str) -> str:
        try:
            with acting(room.engine, Actor(who)) as session:
                publish_episode(session, "tea")
        except Conflict as late:
            return late.sentence
        return "done"

    with ThreadPoolExecutor(4) as tabs:
        told = list(tabs.map(publish, ["one", "two", "three", "four"]))
    assert "done" in told
    with reading(room.engine) as session:
        episode = session.exec(select(Episode)).one()
        assert episode.state is EpisodeState.PUBLISHED
        assert _count(session, AuditEvent, "publish") == 1
        numbers = session.exec(select(Edition.number).order_by(col(Edition.number))).all()
        assert numbers == [episode.revision]


def _count(session: Session, table: type[AuditEvent], act: str) -> int:
    return len(session.exec(select(table.id).where(table.act == act)).all())
