import gzip
import shutil
from pathlib import Path

import pytest

from media.download import download
from media.guard import Limits
from media.sources import recognise_file
from tests.media.conftest import PAGE, VTT, Exchange, Site, Take, failure

# ---- limits ---------------------------------------------------------------------------------------


def test_an_announced_size_beyond_the_limit_is_refused(site: Site, take: Take, talk: bytes) -> None:
    url = site.media("/talk.mp4", talk, "video/mp4")
    assert failure(take, url, max_bytes=len(talk) - 1).code == "too_large"
    assert take(url, max_bytes=len(talk)).duration_ms == 3000


@pytest.mark.parametrize("length", ["", "5000"])
def test_an_endless_body_is_cut_at_the_limit_whatever_it_announced(
    site: Site, take: Take, talk: bytes, length: str, tmp_path: Path
) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.say(200, talk, Content_Type="video/mp4", Content_Length=length)
        while not exchange.server.closing.is_set():
            exchange.wfile.write(b"\0" * 65536)

    site.pages["/talk.mp4"] = endless
    # A body longer than announced is read as far as announced: broken, and never endless.
    assert failure(take, site.url("/talk.mp4"), max_bytes=400_000).code == (
        "corrupt" if length else "too_large"
    )
    assert sum(path.stat().st_size for path in (tmp_path / "work").iterdir()) < 10_000_000


def test_an_endless_page_is_refused(site: Site, take: Take) -> None:
    def endless(exchange: Exchange) -> None:
        exchange.say(200, b"<html>", Content_Type="text/html", Content_Length="")
        while not exchange.server.closing.is_set():
            exchange.wfile.write(b"<p>" * 65536)

    site.pages["/page"] = endless
    assert failure(take, site.url("/page")).code == "page_too_large"


def test_a_compressed_page_is_read_and_a_compressed_bomb_is_not(site: Site, take: Take, talk: bytes) -> None:
    site.media("/media/talk.mp4", talk, "video/mp4")
    site.pages["/page"] = lambda exchange: exchange.say(
        200, gzip.compress(PAGE.encode()), Content_Type="text/html", Content_Encoding="gzip"
    )
    bomb = gzip.compress(b"<p>" * 20_000_000)
    site.pages["/bomb"] = lambda exchange: exchange.say(
        200, bomb, Content_Type="text/html", Content_Encoding="gzip"
    )
    assert take(site.url("/page")).title == "The Water Question"
    assert failure(take, site.url("/bomb")).code == "page_too_large"


def test_a_recording_longer_than_allowed_is_refused(site: Site, take: Take, talk: bytes) -> None:
    assert failure(take, site.media("/talk.mp4", talk, "video/mp4"), max_duration_ms=2999).code == "too_long"


def test_a_disk_that_would_be_too_full_is_refused_before_anything_is_fetched(
    site: Site, take: Take, talk: bytes, tmp_path: Path
) -> None:
    url = site.media("/talk.mp4", talk, "video/mp4")
    free = shutil.disk_usage(tmp_path).free
    assert failure(take, url, min_free_bytes=2 * free).code == "disk_full"
    assert not list((tmp_path / "work").iterdir())


# ---- what is no recording -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "code", "retry"),
    [
        (401, "sign_in", False),
        (403, "forbidden", False),
        (404, "not_found", False),
        (410, "gone", False),
        (418, "http_error", False),
        (429, "busy", True),
        (451, "geo_blocked", False),
        (500, "server_error", True),
        (503, "server_error", True),
    ],
)
def test_a_server_that_says_no_is_understood(
    site: Site, take: Take, status: int, code: str, retry: bool
) -> None:
    said = failure(take, site.page("/talk", "no", status=status))
    assert (said.code, said.retry) == (code, retry)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_media_that_is_gone_behind_its_page_is_understood(site: Site, take: Take, status: int) -> None:
    site.page("/media/talk.mp4", "no", status=status)
    assert failure(take, site.page("/episodes/12", PAGE)).code in ("forbidden", "not_found", "gone")


@pytest.mark.parametrize(
    ("body", "mime", "code"),
    [
        ("<html><body><p>Only words</p></body></html>", "text/html", "no_media"),
        (VTT, "text/vtt", "text"),
        ("plain words", "video/mp4", "text"),
        ("\x00\x01\x02" * 500, "video/mp4", "corrupt"),
        ("", "video/mp4", "empty"),
        ("[playlist]\nFile1=/etc/passwd\n", "audio/x-scpls", "playlist"),
        ("ffconcat version 1.0\nfile /etc/passwd\n", "video/mp4", "playlist"),
        (
            "#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
            "application/vnd.apple.mpegurl",
            "not_http",
        ),
        (
            "#EXTM3U\n#EXTINF:1,\nhttp://10.0.0.1/a.ts\n#EXT-X-ENDLIST\n",
            "application/x-mpegurl",
            "private_address",
        ),
    ],
)
def test_what_holds_no_sound_is_told_apart(site: Site, take: Take, body: str, mime: str, code: str) -> None:
    assert failure(take, site.page("/talk.vtt" if "vtt" in mime else "/talk", body, mime)).code == code


def test_video_without_sound_is_refused(site: Site, take: Take, recordings: Path) -> None:
    silent = (recordings / "silent.mp4").read_bytes()
    assert failure(take, site.media("/silent.mp4", silent, "video/mp4")).code == "no_audio"


def test_several_players_on_one_page_are_refused(site: Site, take: Take, talk: bytes) -> None:
    site.media("/one.mp4", talk, "video/mp4")
    page = '<html><video src="/one.mp4"></video><video src="/two.mp4"></video></html>'
    assert failure(take, site.page("/page", page)).code == "playlist"


def test_a_feed_is_not_one_recording(site: Site, take: Take) -> None:
    item = '<item><title>t</title><enclosure url="http://example.org/a.mp3" type="audio/mpeg"/></item>'
    feed = f'<?xml version="1.0"?><rss version="2.0"><channel><title>c</title>{item}{item.replace("a.mp3", "b.mp3")}</channel></rss>'  # noqa: E501
    assert failure(take, site.page("/feed", feed, "application/rss+xml")).code == "playlist"


def test_a_running_broadcast_is_refused(site: Site, take: Take) -> None:
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXT-X-MEDIA-SEQUENCE:7\n#EXTINF:2,\n/7.ts\n"
    assert failure(take, site.page("/now.m3u8", playlist, "application/vnd.apple.mpegurl")).code == "live"


# ---- policy ---------------------------------------------------------------------------------------


def test_nothing_on_this_machine_is_reached_unless_opened(site: Site, take: Take, talk: bytes) -> None:
    assert (
        failure(take, site.media("/talk.mp4", talk, "video/mp4"), allowed_networks=()).code
        == "private_address"
    )
    assert site.seen == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://169.254.169.254/latest/", "private_address"),
        ("http://10.0.0.1/talk.mp4", "private_address"),
        ("file:///etc/passwd", "redirect"),
        ("/talk", "redirect"),
    ],
)
def test_a_redirect_leads_nowhere_forbidden(site: Site, take: Take, target: str, code: str) -> None:
    assert failure(take, site.redirect("/talk", target)).code == code


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://10.0.0.1/talk.mp4", "private_address"),
        ("http://167772161/talk.mp4", "private_address"),  # another way to write 10.0.0.1
        ("ftp://127.0.0.1/talk.mp4", "no_media"),
        ("rtmp://127.0.0.1/talk", "no_media"),
    ],
)
def test_a_page_cannot_point_its_player_elsewhere(site: Site, take: Take, target: str, code: str) -> None:
    page = site.page("/episodes/12", PAGE.replace("/media/talk.mp4", target))
    assert failure(take, page).code == code


def test_proxies_of_the_environment_are_not_used(
    site: Site, take: Take, talk: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "all_proxy", "HTTP_PROXY"):
        monkeypatch.setenv(name, site.url("/proxy"))
    take(site.media("/talk.mp4", talk, "video/mp4"))
    assert {path for path, _ in site.seen} == {"/talk.mp4"}


def test_an_uploaded_file_is_not_downloaded(tmp_path: Path, limits: Limits) -> None:
    with pytest.raises(ValueError, match="already here"):
        download(recognise_file("0f" * 32, "a.mp4"), tmp_path, limits, lambda _: None)
