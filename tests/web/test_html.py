"""The pages are HTML that a strict checker has nothing against."""

from pathlib import Path

from starlette.testclient import TestClient

from catalog.models import MediaKind
from catalog.newsroom import Newsroom
from tests.checkers import html_errors
from tests.web.newsrooms import URDU, demo_talk, put
from tests.web.panel import PANEL
from tests.web.test_pages import HOSTILE

PAGES = {
    "home": "/",
    "episodes": "/episodes",
    "episode": "/e/tea",
    "moment": "/e/tea?t=20",
    "urdu": "/e/urdu",
    "hostile": "/e/hostile",
    "panel": "/e/panel?t=32",
    "person-named": "/people/zarin-lake",
    "person-probable": "/people/bilal-stone",
    "film": "/e/film",
    "people": "/people",
    "person": "/people/hamid-river",
    "search": "/search?q=tea",
    "search-empty": "/search",
    "search-none": "/search?q=submarine&in=tea",
    "about": "/about",
    "api": "/api",
    "not-found": "/e/nothing",
}


def test_the_html_checker_finds_no_error_in_any_page(
    room: Newsroom, client: TestClient, tmp_path: Path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "home-empty.html").write_bytes(client.get("/").content)
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    put(room, "panel", PANEL)
    put(room, "hostile", demo_talk(title=HOSTILE, summary=HOSTILE))
    film = {MediaKind.WEB_VIDEO: (b"v", "video/mp4"), MediaKind.POSTER: (b"p", "image/jpeg")}
    put(room, "film", demo_talk(files=film, chapters=((0, "One"), (30_000, "Two"))))
    for name, path in PAGES.items():
        (folder / f"{name}.html").write_bytes(client.get(path).content)
    assert html_errors(folder) == []
