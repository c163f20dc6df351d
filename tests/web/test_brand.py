"""The newsroom's own colours and logo, from its settings; what cannot be read or shown stops the start and says why."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from catalog.errors import InvalidQuery
from tests.web.newsrooms import newsroom_at
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
