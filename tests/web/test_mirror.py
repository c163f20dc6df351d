"""A mirror is the public site and nothing else, every link in it leads somewhere, and one altered byte is named."""

import asyncio
import gzip
import json
import os
import shutil
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from typer.testing import CliRunner

from catalog.db import writing
from catalog.models import EpisodeState
from catalog.newsroom import Newsroom, open_newsroom
from catalog.publishing import withdraw_episode
from catalog.settings import Settings
from tests.web.ledger import MILL, fill_ledger
from tests.web.newsrooms import URDU, an_hour, demo_talk, put
from web.app import create_app
from web.commands import SIGNING_KEY, app
from web.mirror.copying import PENDING, Copied, copy_site
from web.mirror.manifest import MANIFEST, SIGNATURE, Difference, MirrorUnusable, find_differences, signing_key
from web.mirror.rewriting import rewrite_page

HEADINGS = {"src", "href", "poster", "action"}
TOLD_ONLY = {"canonical", "alternate"}  # where the page is on the site: no browser goes there


def copy(room: Newsroom, folder: Path, **how: bool) -> Copied:
    key = signing_key(room.settings.home / SIGNING_KEY)
    return asyncio.run(copy_site(create_app(room.settings), folder, key, told=lambda *_: None, **how))


def differences(room: Newsroom, folder: Path) -> list[Difference]:
    return find_differences(folder, signing_key(room.settings.home / SIGNING_KEY).public_key())


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Newsroom:
    home = tmp_path_factory.mktemp("house")
    room = open_newsroom(Settings(home=home, base_url="https://talks.example"))
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    put(room, "hour", an_hour())
    put(room, "secret", demo_talk(title="Unpublished parapet", state=EpisodeState.REVIEW))
    return room


@pytest.fixture(scope="module")
def made(house: Newsroom, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mirror")
    assert copy(house, folder).missing == ()
    return folder


@pytest.fixture
def mirror(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "mirror"))


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[tuple[str, str]] = []
        self.ids: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.add(value)
            if name in HEADINGS and value and not (tag == "link" and dict(attrs).get("rel") in TOLD_ONLY):
                self.links.append((tag, value))


def test_no_link_is_broken_and_none_loads_from_elsewhere(made: Path) -> None:
    pages = {path: Links(path.read_text(encoding="utf-8")) for path in made.rglob("*.html")}
    assert len(pages) > 20
    followed = 0
    for path, page in pages.items():
        for tag, link in page.links:
            parts = urlsplit(link)
            if parts.scheme or link.startswith("//"):
                assert tag == "a", f"{path} loads {link}"
                continue
            assert not link.startswith("/"), f"{path}: {link}"
            there = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            assert there.is_file(), f"{path} leads to {link}, which is not there"
            if parts.fragment and there.suffix == ".html":
                assert unquote(parts.fragment) in pages[there].ids, f"{path} leads to {link}"
            followed += 1
    assert followed > 500


def test_what_is_not_published_is_in_no_file(made: Path) -> None:
    assert not [path for path in made.rglob("*") if path.is_file() and b"parapet" in path.read_bytes()]
    assert not (made / "e/secret").exists()


def test_a_talk_of_an_hour_is_light(made: Path) -> None:
    assert len(gzip.compress((made / "e/hour/index.html").read_bytes())) <= 45 * 1024
    assert (made / "static/mirror.js").stat().st_size <= 12 * 1024


def test_a_whole_mirror_is_found_whole(house: Newsroom, mirror: Path) -> None:
    assert differences(house, mirror) == []


def test_one_byte_is_enough(house: Newsroom, mirror: Path) -> None:
    page = mirror / "e/tea/index.html"
    content = bytearray(page.read_bytes())
    content[len(content) // 2] ^= 1
    page.write_bytes(bytes(content))
    (mirror / "e/urdu.vtt").unlink()
    (mirror / "e/added.html").write_text("more")
    (mirror / "about/index.html").unlink()
    (mirror / "about/index.html").symlink_to("/etc/hostname")
    assert differences(house, mirror) == [
        Difference("altered", "about/index.html"),
        Difference("added", "e/added.html"),
        Difference("altered", "e/tea/index.html"),
        Difference("missing", "e/urdu.vtt"),
    ]


@pytest.mark.parametrize("name", [MANIFEST, SIGNATURE])
def test_a_list_that_was_altered_is_not_believed(house: Newsroom, mirror: Path, name: str) -> None:
    content = (mirror / name).read_text()
    (mirror / name).write_text(content.replace("1", "2", 1))
    with pytest.raises(MirrorUnusable, match="altered, or signed with another key"):
        differences(house, mirror)
    (mirror / name).unlink()
    with pytest.raises(MirrorUnusable, match="not a whole mirror"):
        differences(house, mirror)


def test_only_what_changed_is_written_and_what_is_gone_goes(room: Newsroom, tmp_path: Path) -> None:
    put(room, "tea", demo_talk())
    put(room, "urdu", URDU)
    folder = tmp_path / "mirror"
    first = copy(room, folder)
    assert first.written == first.files
    again = copy(room, folder)
    assert (again.written, again.removed) == (0, 0)
    with writing(room.engine) as session:
        withdraw_episode(session, "urdu")
    copy(room, folder)
    assert differences(room, folder) == []
    assert not list(folder.rglob("*urdu*"))
    words = "".join(path.read_text() for path in folder.rglob("search/**/*.js"))
    assert "گفتگو" not in words


def test_a_copy_that_was_cut_off_is_not_whole_and_the_next_one_is(room: Newsroom, tmp_path: Path) -> None:
    put(room, "tea", demo_talk())
    folder = tmp_path / "mirror"

    def cut(done: int, known: int) -> None:
        if done == 12:
            raise KeyboardInterrupt

    key = signing_key(room.settings.home / SIGNING_KEY)
    with pytest.raises(KeyboardInterrupt):
        asyncio.run(copy_site(create_app(room.settings), folder, key, told=cut))
    with pytest.raises(MirrorUnusable):
        differences(room, folder)
    (folder / "e").mkdir(exist_ok=True)
    (folder / "e/gone.html").write_text("of a talk that was withdrawn meanwhile")
    with (folder / PENDING).open("a") as pending:
        pending.write('\n"e/gone.html"\n"e/cut o')
    copy(room, folder)
    assert differences(room, folder) == []


def test_what_was_damaged_is_mended_by_the_next_copy(house: Newsroom, mirror: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    page = mirror / "e/tea/index.html"
    page.write_bytes(page.read_bytes().replace(b"tea", b"TEA", 1))
    shutil.rmtree(mirror / "people")
    (mirror / "people").symlink_to(elsewhere)
    (mirror / "about/index.html").unlink()
    (mirror / "about/index.html").mkdir()
    shutil.rmtree(mirror / "corrections")
    (mirror / "corrections").write_text("in the way")
    copy(house, mirror)
    assert differences(house, mirror) == []
    assert list(elsewhere.iterdir()) == []


def test_a_pipe_in_the_place_of_a_file_is_named_and_not_waited_for(house: Newsroom, mirror: Path) -> None:
    (mirror / "index.html").unlink()
    os.mkfifo(mirror / "index.html")
    assert differences(house, mirror) == [Difference("altered", "index.html")]
    (mirror / MANIFEST).unlink()
    os.mkfifo(mirror / MANIFEST)
    with pytest.raises(MirrorUnusable, match="not a whole mirror"):
        differences(house, mirror)


def test_a_site_without_an_address_names_none(room: Newsroom, tmp_path: Path) -> None:
    put(room, "tea", demo_talk())
    assert copy(room, tmp_path / "mirror").missing == ()
    files = [path for path in (tmp_path / "mirror").rglob("*") if path.is_file()]
    assert [path for path in files if b"mirror.invalid" in path.read_bytes()] == []


def test_a_folder_with_other_files_is_left_alone(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters/mother.txt").write_text("dear")
    with pytest.raises(MirrorUnusable, match="other files"):
        copy(room, tmp_path / "letters")
    with pytest.raises(MirrorUnusable, match="is a file"):
        copy(room, tmp_path / "letters/mother.txt")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["mother.txt"]


def test_a_list_that_names_files_elsewhere_removes_none(room: Newsroom, tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    folder = tmp_path / "mirror"
    copy(room, folder)
    listed = json.loads((folder / MANIFEST).read_text())
    listed["files"]["../precious"] = [4, "0" * 64]
    (folder / MANIFEST).write_text(json.dumps(listed))
    copy(room, folder)
    assert (tmp_path / "precious").read_text() == "kept"


def test_without_media_no_page_promises_any(room: Newsroom, tmp_path: Path) -> None:
    put(room, "tea", demo_talk())
    assert copy(room, tmp_path / "mirror", with_media=False).missing == ()
    assert not (tmp_path / "mirror/media").exists()
    assert 'src="../../media' not in (tmp_path / "mirror/e/tea/index.html").read_text()


def test_the_commands_say_what_they_did(
    room: Newsroom, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.commands.current", lambda: room.settings)
    put(room, "tea", demo_talk())
    folder = str(tmp_path / "mirror")
    told = json.loads(CliRunner().invoke(app, ["mirror", folder, "--json"]).stdout)
    assert told["files"] > 50 and len(told["public_key"]) == 64
    whole = CliRunner().invoke(app, ["verify", folder, "--key", told["public_key"]])
    assert (whole.exit_code, whole.stdout) == (0, "Whole: every file is as it was signed.\n")
    (tmp_path / "mirror/index.html").write_text("altered")
    altered = CliRunner().invoke(app, ["verify", folder])
    assert (altered.exit_code, altered.stdout) == (1, "altered: index.html\n")
    assert (room.settings.home / SIGNING_KEY).stat().st_mode & 0o077 == 0
    with pytest.raises(MirrorUnusable, match="64 hexadecimal"):
        CliRunner().invoke(app, ["verify", folder, "--key", "zz"], catch_exceptions=False)


def test_a_page_is_the_same_but_for_what_needs_a_server() -> None:
    page = (
        "<!doctype html>\n<p>a &lt; b &amp; c&#39;s <!-- said --></p><form action='/look'><button>Dark</button></form>"
        '<a href="/e/tea#t=3">x</a><a href="/q/abc">q</a><a href="https://a.example/?a=1&amp;b=2">o</a>'
        '<script src="/static/cite.js?v=1"></script><script type="module" src="/static/talk.js"></script>'
    )
    assert rewrite_page(
        page, "people/index.html", lambda address: "" if "/q/" in address else address[1:]
    ).text == (
        "<!doctype html>\n<p>a &lt; b &amp; c&#39;s </p>"
        '<a href="../e/tea#t=3">x</a><a>q</a><a href="https://a.example/?a=1&amp;b=2">o</a>'
        '<script defer src="../static/talk.js"></script>'
    )


def test_a_mirror_has_the_ledger_with_its_claims(room: Newsroom, tmp_path: Path) -> None:
    numbers = fill_ledger(room)
    folder = tmp_path / "mirror"
    copy(room, folder)
    for path in (
        "claims",
        "claims/by/hamid-river/about/the-old-road",
        f"claims/{numbers['mill']}",
        "ur/claims",
    ):
        assert (folder / path / "index.html").is_file(), path
    page = (folder / "claims" / numbers["mill"] / "index.html").read_text(encoding="utf-8")
    assert MILL in page and 'href="../../e/flood/index.html"' in page
