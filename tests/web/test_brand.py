"""The newsroom's own colours and logo, from its settings; what cannot be read or shown stops the start and says why."""

import hashlib
from base64 import b64encode
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.errors import InvalidQuery
from tests.web.newsrooms import demo_talk, newsroom_at, put
from tests.web.test_cards import picture, quote_in, red_in
from web.app import create_app

LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><script>alert(1)</script></svg>'


def test_colours_and_logo_of_the_newsroom_are_on_every_page(tmp_path: Path, sqlite_url: str) -> None:
    logo = tmp_path / "ours.SVG"
    logo.write_bytes(LOGO)
    room = newsroom_at(
        tmp_path, sqlite_url, accents="#0b5394,#9fc5e8", logo=logo, site_title="The Round Table"
    )
    with TestClient(create_app(room.settings)) as client:
        page = client.get("/about").text
        address = page.partition('<img class="logo" src="')[2].partition('"')[0]
        assert 'alt="The Round Table"' in page
        shown = client.get(address)
        assert shown.content == LOGO and shown.headers["content-type"] == "image/svg+xml"
        assert (
            "default-src 'none'" in shown.headers["content-security-policy"]
        )  # also when it is opened alone
        sheet = client.get(page.partition('rel="stylesheet" href="')[2].partition('"')[0]).text
        assert "--rubric: #0b5394" in sheet and "--rubric: #9fc5e8" in sheet
        assert "#0b5394" in client.get("/static/icon.svg").text
        assert "--tint: #ea" in sheet and "#99123a" not in sheet.rpartition("@layer tokens")[2]


def test_colours_of_the_newsroom_are_on_its_pictures_and_in_its_frames(
    tmp_path: Path, sqlite_url: str
) -> None:
    room = newsroom_at(tmp_path, sqlite_url, accents="#0b5394,#9fc5e8")
    put(room, "tea", demo_talk())
    quote = quote_in(room, "tea")
    with TestClient(create_app(room.settings)) as client:
        for path in ("/card.png", "/cover.png", "/e/tea/card.png", "/e/tea/cover.png", f"{quote}/card.png"):
            colours = picture(client, path).convert("RGB").getcolors(1 << 22) or []
            assert (11, 83, 148) in [colour for _, colour in colours], path
            assert not red_in(picture(client, path)), path
        for path in ("/embed/e/tea", f"/embed{quote}"):
            frame = client.get(path)
            style = frame.text.partition("<style>")[2].partition("</style>")[0]
            assert "--rubric: #0b5394" in style and "--rubric: #9fc5e8" in style
            digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
            assert digest in frame.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"accents": "#99123a"}, "give two colours"),
        ({"accents": "red,blue"}, "give two colours"),
        ({"accents": "#ffcc00,#ff9db2"}, "#ffcc00 cannot be read on light pages"),
        ({"accents": "#99123a,#330011"}, "#330011 cannot be read on dark pages"),
        ({"logo": "/nowhere/logo.svg"}, "no .svg or .png file"),
        ({"logo": __file__}, "no .svg or .png file"),
    ],
)
def test_what_cannot_be_read_or_shown_is_told_at_the_start(
    tmp_path: Path, sqlite_url: str, settings: dict[str, str], reason: str
) -> None:
    room = newsroom_at(tmp_path, sqlite_url, **settings)
    with pytest.raises(InvalidQuery, match=reason):
        create_app(room.settings)
