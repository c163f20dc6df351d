"""The pages in every language: at addresses of their own, wholly translated, right to left where it is read so."""

import re
import shutil
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import EpisodeState, MediaKind, PersonAlias
from catalog.newsroom import Newsroom
from catalog.normalize import fold
from catalog.people import person_named
from tests.checkers import html_errors
from tests.messages import gather, renew, strings_of
from tests.web.newsrooms import URDU, demo_talk, newsroom_at, put
from tests.web.panel import PANEL
from transcribe.languages import NAMES
from web.app import create_app
from web.language import CATALOGUES, open_languages

PAGES = (
    "/", "/episodes", "/people", "/people/hamid-river", "/people/zarin-lake", "/about", "/api", "/data/",
    "/e/tea", "/e/tea?t=20", "/e/urdu", "/e/panel", "/search", "/search?q=tea", "/search?q=tea&mode=hybrid",
    "/search?q=submarine", "/search?q=submarine&in=tea", "/search?q=tea&expand=no", "/search/help",
    "/search?q=after:2021-02-31+OR+colour:red+%22tea", "/search/concordance?q=tea", "/search/concordance",
    "/search/concordance?q=role:guest", "/search/timeline?q=tea", "/search/timeline?q=tea&by=speaker",
    "/search/timeline", "/search/timeline?q=submarine", "/e/nothing", "/e/gone", "/nothing",
    "/search?q=tea&after=nonsense",
)  # fmt: skip
# Latin letters that an Urdu newspaper prints too: forms of files, marks of the query language, engines.
ALSO_URDU = set(
    """
    KB MB GB HTML EPUB Atom RSS CSV JSON JSONL PARQUET RIS TEI VTT SRT SHA OpenAPI Model Context Protocol OpenSearch
    HTTP streamable OR Opus MP BibLaTeX CSL Web Annotation episodes articles both machine reviewed corrected confirmed
    named probable unconfirmed English Parquet tea submarine role guest
    p Hamid River Zarin Lake Asma Green Karima Field BBC
    """.split()  # noqa: SIM905
)


@pytest.fixture(scope="module")
def urdu() -> Catalog:
    with (CATALOGUES / "ur.po").open("rb") as file:
        return read_po(file, locale="ur")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path) -> Iterator[TestClient]:
    """Talks in two languages, names of every certainty, one talk taken back. Every test here only reads it."""
    home = tmp_path_factory.mktemp("languages")
    room = newsroom_at(home, f"sqlite:///{shutil.copy(sqlite_template, home / 'catalog.sqlite')}")
    files = {
        MediaKind.WEB_AUDIO_LOW: (b"sound" * 999, "audio/ogg"),
        MediaKind.WEB_VIDEO: (b"film", "video/mp4"),
    }
    put(room, "tea", demo_talk(files=files))
    put(room, "urdu", URDU)
    put(room, "panel", PANEL)
    put(room, "gone", demo_talk(state=EpisodeState.WITHDRAWN, files={}))
    with TestClient(create_app(room.settings), raise_server_exceptions=False) as client:
        yield client


# ---- the catalogue ----------------------------------------------------------------------------------


def test_every_message_has_a_translation_with_the_same_places(urdu: Catalog) -> None:
    wrong = []
    for message in gather():
        if not message.id:
            continue
        told = urdu.get(message.id)
        strings = strings_of(told.string) if told else [""]
        forms = zip(strings_of(message.id), strings, strict=False)
        if not all(strings) or any(places(one) != places(other) for one, other in forms):
            wrong.append(message.id)
    assert wrong == []


def test_the_catalogue_holds_nothing_that_no_page_says(urdu: Catalog) -> None:
    assert {message.id for message in urdu} == {message.id for message in gather()}


def test_a_translation_keeps_the_marks_and_addresses_of_its_message(urdu: Catalog) -> None:
    tags = re.compile(r"<(/?(?:a|code|b|i|time|span)\b)|href=\"([^\"]+)\"")
    for message in urdu:
        for string in strings_of(message.string) if message.id else ():
            assert sorted(tags.findall(string)) == sorted(tags.findall(strings_of(message.id)[0])), message.id


def test_a_renewed_catalogue_keeps_what_is_translated_and_names_what_is_not(tmp_path: Path) -> None:
    path = tmp_path / "ur.po"
    path.write_bytes((CATALOGUES / "ur.po").read_bytes())
    every = gather()
    assert renew(path, every) == [] and path.read_text() == (CATALOGUES / "ur.po").read_text()
    every.add("a new sentence")
    assert renew(path, every) == ["a new sentence"]


def test_a_language_is_added_by_a_file(tmp_path: Path) -> None:
    head = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'
    (tmp_path / "ps.po").write_text(head + 'msgid "Search"\nmsgstr "لټون"\n', encoding="utf-8")
    english, pashto = open_languages("en", folder=tmp_path)
    assert (english.root, pashto.root, pashto.direction) == ("", "/ps", "rtl")
    assert pashto.say("Search") == "لټون" and pashto.say("People") == "People"
    assert [one.root for one in open_languages("ps", folder=tmp_path)] == ["", "/en"]


def test_every_language_of_speech_has_an_urdu_name() -> None:
    urdu = open_languages("en")[1]
    assert [code for code in NAMES if re.search("[A-Za-z]", urdu.language_name(code))] == []


# ---- the addresses ----------------------------------------------------------------------------------


def test_the_same_page_stands_beside_in_urdu(site: TestClient) -> None:
    page = site.get("/ur/e/tea").text
    assert '<html lang="ur" dir="rtl">' in page and "نقلِ گفتگو" in page
    assert '<h1 lang="en" dir="ltr">Demo talk: tea, cricket and rain' in page
    assert '<link rel="canonical" href="http://testserver/ur/e/tea">' in page
    assert '<link rel="alternate" hreflang="en" href="http://testserver/e/tea">' in page
    assert '<link rel="alternate" hreflang="ur" href="http://testserver/ur/e/tea">' in page
    assert '<a href="/e/tea" lang="en" dir="ltr" hreflang="en">English</a>' in page
    english = site.get("/e/tea?t=3").text
    assert '<a href="/ur/e/tea?t=3" lang="ur" dir="rtl" hreflang="ur">اردو</a>' in english
    assert '<link rel="alternate" hreflang="x-default" href="http://testserver/e/tea">' in english
    assert site.get("/ur/e/tea").headers["content-language"] == "ur"


@pytest.mark.parametrize("path", PAGES)
def test_a_reader_stays_in_the_language(site: TestClient, path: str) -> None:
    """Every link to a page goes on in Urdu, but the one that leaves it; what machines fetch has one address."""
    page = site.get(f"/ur{path}").text
    links = re.findall(r'<(?:a|form)\b([^>]*?) (?:href|action)="(/[^"]*)"([^>]*)>', page)
    for before, link, after in links:
        if "hreflang" in before + after or link == "/look":
            continue
        to_machine = re.match(r"/(media|static|api/v1|data/\d|opensearch)|/[^?]*\.[a-z]+", link)
        assert link.startswith("/ur/") != bool(to_machine), link


@pytest.mark.parametrize(
    "path", ("/ur/e/tea.vtt", "/ur/static/site.css", "/ur/api/v1/", "/ur/media/tea/x.opus")
)
def test_what_machines_fetch_has_one_address(site: TestClient, path: str) -> None:
    assert site.get(path).status_code == 404


def test_the_short_address_of_a_language_leads_to_its_front_page(site: TestClient) -> None:
    answer = site.get("/ur")
    assert answer.url.path == "/ur/" and 'lang="ur"' in answer.text
    assert site.get("/urdu").status_code == 404
    assert site.get("/en/about").status_code == 404


def test_the_front_page_offers_urdu_to_who_would_rather_read_it(site: TestClient) -> None:
    """A link and not a redirect: an address is one page for everybody who was sent it, and for every archive."""
    offer = (
        '<aside class="offer wrap" lang="ur" dir="rtl"><a href="/ur/" hreflang="ur">یہ صفحات اردو میں پڑھیے'
    )
    asked = site.get("/", headers={"Accept-Language": "ur-PK,en;q=0.5"})
    assert asked.status_code == 200 and offer in asked.text
    assert "Accept-Language" in asked.headers["vary"]
    assert offer not in site.get("/", headers={"Accept-Language": "en-GB,ur;q=0.5"}).text
    elsewhere = site.get("/about", headers={"Accept-Language": "ur"})
    assert "offer wrap" not in elsewhere.text and "Accept-Language" not in elsewhere.headers["vary"]
    assert "offer wrap" not in site.get("/ur/", headers={"Accept-Language": "ur"}).text


def test_a_site_whose_first_language_is_urdu_is_read_in_it(tmp_path: Path, sqlite_url: str) -> None:
    room = newsroom_at(tmp_path / "home", sqlite_url, languages=("ur", "en"))
    with TestClient(create_app(room.settings)) as client:
        assert 'lang="ur" dir="rtl"' in client.get("/about").text
        assert "How we transcribe" in client.get("/en/about").text


def test_a_quote_made_on_an_urdu_page_opens_in_urdu(site: TestClient) -> None:
    made = site.post("/ur/e/tea/cite", data={"paragraph": 1})
    assert made.url.path.startswith("/ur/q/")
    assert foreign_words(made.text) == set()
    assert "/ur/e/tea?t=" in made.text


# ---- the words --------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PAGES)
def test_no_english_of_ours_is_left_on_an_urdu_page(site: TestClient, path: str) -> None:
    assert foreign_words(site.get(f"/ur{path}").text) == set()


def test_an_empty_site_is_wholly_in_urdu(client: TestClient) -> None:
    assert foreign_words(client.get("/ur/").text) == set()


def test_counts_and_dates_are_in_urdu_and_times_as_players_print_them(site: TestClient) -> None:
    page = site.get("/ur/e/tea").text
    assert "۲۱ نومبر ۲۰۲۶" in page
    assert re.search(r'<a class="t" href="#t=[\d.]+"><bdi>0:\d\d</bdi></a>', page)
    assert "گفتگوئیں" in site.get("/ur/episodes").text and "۳ گفتگوئیں" in site.get("/ur/episodes").text


def test_a_name_is_in_the_script_of_the_page_when_it_is_known(room: Newsroom, client: TestClient) -> None:
    put(room, "tea", demo_talk(files={}))
    with writing(room.engine) as session:
        somebody = person_named(session, "Hamid River")
        assert somebody
        session.add(PersonAlias(person_id=somebody.id or 0, name="حامد دریا", folded=fold("حامد دریا")))
    name = "<bdi>حامد دریا</bdi>"
    for path in ("/", "/episodes", "/people", "/people/hamid-river", "/e/tea"):
        urdu, english = client.get("/ur" + path).text, client.get(path).text
        assert name in urdu, path
        assert "حامد دریا" not in english, path
    assert "حامد دریا" in client.get('/ur/search?q=speaker:"Hamid+River"').text


def test_what_people_wrote_cannot_become_markup_in_a_sentence(room: Newsroom, client: TestClient) -> None:
    hostile = '<script>alert("%(x)s %s")</script>'
    put(room, "tea", demo_talk(title=hostile, files={}))
    for path in ("/ur/e/tea", "/ur/search", "/search", "/ur/search/timeline", "/search/concordance"):
        page = client.get(path, params={"q": hostile}).text
        assert "<script>alert" not in page and "&lt;script&gt;alert" in page


def test_the_html_checker_finds_no_error_in_any_urdu_page(site: TestClient, tmp_path: Path) -> None:
    for number, path in enumerate(PAGES):
        (tmp_path / f"{number}.html").write_bytes(site.get(f"/ur{path}").content)
    assert html_errors(tmp_path) == []


def places(text: str) -> set[str]:
    """Where values are put in; a percent sign may be a word elsewhere."""
    return set(re.findall(r"%\(\w+\)s", text))


def foreign_words(page: str) -> set[str]:
    """Latin words that a page holds outside of what is marked as another language or as code."""
    reader = _Reader()
    reader.feed(page)
    return {word for word in re.findall("[A-Za-z]+", " ".join(reader.said)) if word not in ALSO_URDU}


class _Reader(HTMLParser):
    """Gathers what a page says in its own language: text, and attributes that are read out."""

    VOID = frozenset({"link", "meta", "input", "br", "source", "track", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        foreign = told.get("lang", "ur") != "ur" or tag in (
            "code",
            "kbd",
            "pre",
            "textarea",
            "script",
            "style",
            "bdi",
        )
        inside = (bool(self._open) and self._open[-1][1]) or foreign
        if not inside:
            self.said += [told.get(name) or "" for name in ("aria-label", "placeholder")]
        if tag not in self.VOID:
            self._open.append((tag, inside))

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        pass

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        in_the_head = [tag for tag, _ in self._open[-2:]] == ["head", "title"]  # whatever a page is about
        if not in_the_head and not (self._open and self._open[-1][1]):
            self.said.append(data)
