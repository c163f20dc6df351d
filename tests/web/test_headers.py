"""What every answer carries, whatever it answers."""

import re
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from catalog.newsroom import Newsroom
from web.app import create_app

ROUTES = (
    "/", "/episodes", "/people", "/people/hamid-river", "/search", "/search?q=tea", "/about", "/e/tea", "/e/urdu",
    "/e/tea.vtt", "/e/tea/words.json", "/media/tea/web_audio.m4a", "/healthz", "/nothing", "/e/nothing",
    "/static/site.css", "/static/talk.js", "/static/icon.svg", "/static/fonts/spt-text.woff2",
)  # fmt: skip
PAGES = [path for path in ROUTES if "." not in path and path != "/healthz"]


@pytest.fixture(autouse=True)
def some_talks(talks: dict[str, int]) -> None:
    """Every test here reads a site with talks in it."""


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_keeps_the_browser_on_this_site(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(rule.split(" ", 1) for rule in headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["base-uri"] == policy["frame-ancestors"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "set-cookie" not in headers and "server" not in headers


DATA = '<script type="application/ld+json">'  # no browser runs it


@pytest.mark.parametrize("path", PAGES)
def test_a_page_holds_no_script_no_style_and_no_foreign_address(client: TestClient, path: str) -> None:
    page = client.get(path).text
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", page)
    assert all(
        re.search(r' src="/static/', script)
        for script in re.findall(r"<script[^>]*>", page.replace(DATA, ""))
    )
    loaded = re.findall(
        r'<(?:script|link|img|source|track|video|audio)[^>]*? (?:src|href|poster)="([^"]+)"', page
    )
    assert all(address.startswith(("/", "http://testserver/")) for address in loaded)


@pytest.mark.parametrize(
    "path", [path for path in ROUTES if path not in ("/healthz", "/nothing", "/e/nothing")]
)
def test_what_has_not_changed_is_not_sent_again(client: TestClient, path: str) -> None:
    tag = client.get(path).headers["etag"]
    again = client.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("path", ROUTES)
def test_a_head_is_answered_like_a_get(client: TestClient, path: str) -> None:
    assert client.head(path).status_code == client.get(path).status_code


def test_pages_are_compressed_for_who_takes_it(client: TestClient) -> None:
    plain = client.get("/e/tea", headers={"Accept-Encoding": "identity"})
    small = client.get("/e/tea", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in plain.headers and small.headers["content-encoding"] == "gzip"
    assert plain.text == small.text
    assert int(small.headers["content-length"]) * 3 < int(plain.headers["content-length"])
    assert plain.headers["etag"] != small.headers["etag"]
    assert small.headers["vary"] == "Accept-Encoding, Cookie"


def test_a_file_addressed_by_its_bytes_is_kept_for_ever(client: TestClient) -> None:
    address = re.search(r'href="(/static/site\.css\?v=[^"]+)"', client.get("/").text)
    assert address
    assert "immutable" in client.get(address[1]).headers["cache-control"]
    assert "immutable" not in client.get("/static/site.css?v=other").headers["cache-control"]


def test_the_scripts_of_a_talk_stay_small(client: TestClient) -> None:
    for name in ("talk.js", "player.js", "find.js"):
        assert len(client.get(f"/static/{name}").content) <= 8 * 1024


@pytest.fixture
def broken(room: Newsroom) -> Iterator[TestClient]:
    """A site whose database cannot be read."""
    nowhere = room.settings.model_copy(update={"database_url": f"sqlite:///{room.settings.home}"})
    room.settings.home.mkdir(parents=True, exist_ok=True)
    with TestClient(create_app(nowhere), raise_server_exceptions=False) as client:
        yield client


def test_a_record_that_cannot_be_read_is_a_page_that_tells_no_secret(broken: TestClient) -> None:
    answer = broken.get("/")
    assert answer.status_code == 503
    assert "cannot look it up" in answer.text and "sqlite" not in answer.text.lower()
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_an_unforeseen_error_is_a_page_too(room: Newsroom) -> None:
    app = create_app(room.settings)

    @app.get("/fault")
    def fault() -> None:
        raise RuntimeError("nobody foresaw this")

    answer = TestClient(app, raise_server_exceptions=False).get("/fault")
    assert answer.status_code == 500
    assert "Something broke on our side." in answer.text and "nobody foresaw" not in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_site_is_not_well_when_the_record_cannot_be_read(client: TestClient, broken: TestClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert broken.get("/healthz").status_code == 503


def test_metrics_are_for_who_knows_the_token(room: Newsroom) -> None:
    settings = room.settings.model_copy(update={"metrics_token": "a long secret"})
    with TestClient(create_app(settings)) as client:
        client.get("/e/tea", params={"q": "private words"})
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer wrong"}).status_code == 404
        told = client.get("/metrics", headers={"Authorization": "Bearer a long secret"}).text
    assert 'presstalk_http_answers_total{route="/e/{slug}",status="200"} 1.0' in told
    assert "presstalk_published_episodes 2.0" in told
    assert "private" not in told and "tea" not in told


def test_a_method_no_page_knows_is_refused_with_a_page(client: TestClient) -> None:
    answer = client.post("/about")
    assert answer.status_code == 405 and "GET" in answer.headers["allow"]
    assert "This page cannot be used that way." in answer.text
