import json
from pathlib import Path

import pytest

from media.audio import probe
from media.download import Progress, download
from media.guard import Limits
from media.sources import recognise
from tests.media.conftest import PAGE, VTT, Exchange, Site, Take, failure

# ---- what arrives ---------------------------------------------------------------------------------


def test_a_direct_address_gives_the_bytes_and_a_title_from_the_file_name(
    site: Site, take: Take, talk: bytes
) -> None:
    fetched = take(site.media("/media/Press_Talk%20twelve.mp4", talk, "video/mp4"))
    assert Path(fetched.path).read_bytes() == talk
    assert fetched.title == "Press Talk twelve"
    assert fetched.duration_ms == 3000
    assert (fetched.captions, fetched.chapters, fetched.thumbnail) == ((), (), None)


def test_the_date_of_a_file_on_the_server_is_not_the_date_of_the_talk(
    site: Site, take: Take, talk: bytes
) -> None:
    site.pages["/talk.mp4"] = lambda exchange: exchange.say(
        200, talk, Content_Type="video/mp4", Last_Modified="Tue, 03 Jun 2025 10:00:00 GMT"
    )
    assert take(site.url("/talk.mp4")).published_at is None


@pytest.mark.parametrize(
    ("address", "mime"),
    [
        ("/enclosure/12?key=abc", "application/octet-stream"),
        ("/download.php?id=12", "audio/mpeg"),
        ("/talk.exe", "application/octet-stream"),
        ("/talk.mp4", "video/mp4"),
        ("/12", "audio/x-never-heard-of"),
    ],
)
def test_sound_under_any_name_and_type_is_taken_for_what_it_is(
    site: Site, take: Take, recordings: Path, address: str, mime: str
) -> None:
    sound = (recordings / "talk.mp3").read_bytes()
    fetched = take(site.media(address, sound, mime))
    assert Path(fetched.path).read_bytes() == sound
    assert fetched.duration_ms == pytest.approx(3000, abs=60)


def test_a_page_with_a_player_gives_everything_it_says(site: Site, take: Take, talk: bytes) -> None:
    site.media("/media/talk.mp4", talk, "video/mp4")
    site.page("/captions.vtt", VTT, "text/vtt")
    site.page("/picture", b"\x89PNG\r\n\x1a\n", "image/png")
    fetched = take(site.page("/episodes/12", PAGE))
    assert Path(fetched.path).read_bytes() == talk
    assert (fetched.title, fetched.description) == ("The Water Question", "With two guests")
    assert fetched.webpage_url == site.url("/episodes/12")
    assert [(one.language, one.kind, Path(one.path).read_text("utf-8")) for one in fetched.captions] == [
        ("ur", "human", VTT)
    ]
    assert fetched.thumbnail is not None
    assert Path(fetched.thumbnail).name == "thumbnail.png"


def test_a_page_without_its_captions_and_picture_is_still_a_talk(site: Site, take: Take, talk: bytes) -> None:
    site.media("/media/talk.mp4", talk, "video/mp4")
    site.page("/captions.vtt", "<html>not found</html>")
    fetched = take(site.page("/episodes/12", PAGE))
    assert (fetched.captions, fetched.thumbnail) == ((), None)


def test_a_page_with_only_an_og_video_is_a_talk(site: Site, take: Take, talk: bytes) -> None:
    site.media("/media/talk.mp4", talk, "video/mp4")
    url = site.url("/media/talk.mp4")
    head = f'<meta property="og:title" content="Og"><meta property="og:video" content="{url}">'
    page = f"<html><head>{head}</head></html>"
    fetched = take(site.page("/og", page))
    assert fetched.title == "Og"
    assert Path(fetched.path).read_bytes() == talk


def test_the_kept_info_holds_no_paths_headers_or_media_addresses(
    site: Site, take: Take, talk: bytes, tmp_path: Path
) -> None:
    fetched = take(site.media("/talk.mp4?token=s3cret", talk, "video/mp4"))
    kept = Path(fetched.info_path).read_text("utf-8")
    assert json.loads(kept)["extractor"] == "generic"
    for private in (str(tmp_path), "User-Agent", "http_headers", "formats", "filepath"):
        assert private not in kept


def test_progress_grows_to_the_whole_size(site: Site, take: Take, talk: bytes) -> None:
    seen: list[Progress] = []
    take(site.media("/talk.mp4", talk, "video/mp4"), seen.append)
    assert [one.done for one in seen] == sorted(one.done for one in seen)
    assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (len(talk), len(talk), "bytes")


def test_a_stream_in_pieces_is_taken_piece_by_piece(site: Site, take: Take, hls: Path) -> None:
    for piece in hls.iterdir():
        mime = {".m3u8": "application/vnd.apple.mpegurl", ".ts": "video/mp2t"}[piece.suffix]
        site.media(f"/live/{piece.name}", piece.read_bytes(), mime)
    fetched = take(site.url("/live/talk.m3u8"))
    assert fetched.duration_ms == pytest.approx(3000, abs=200)
    assert len([path for path, _ in site.seen if path.endswith(".ts")]) >= 3


def test_picture_and_sound_apart_are_joined(site: Site, take: Take, hls: Path, recordings: Path) -> None:
    main = """#EXTM3U
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="a",NAME="Urdu",LANGUAGE="ur",DEFAULT=YES,URI="sound.m3u8"
#EXT-X-STREAM-INF:BANDWIDTH=200000,RESOLUTION=160x90,CODECS="avc1.64000a,mp4a.40.2",AUDIO="a"
silent.m3u8
"""
    playlist = "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n/{}\n#EXT-X-ENDLIST\n"
    mpegurl = "application/vnd.apple.mpegurl"
    for name, piece in (("silent", "silent.mp4"), ("sound", "talk.mp3")):
        site.media(f"/{piece}", (recordings / piece).read_bytes(), "video/mp4")
        site.page(f"/{name}.m3u8", playlist.format(piece), mpegurl)
    fetched = take(site.page("/main.m3u8", main, mpegurl))
    seen = probe(Path(fetched.path))
    assert (seen.has_video, seen.has_audio) == (True, True)
    assert fetched.duration_ms == pytest.approx(3000, abs=100)
    assert fetched.language == "ur"


def test_a_folder_name_with_percent_signs_is_only_a_name(
    site: Site, limits: Limits, talk: bytes, tmp_path: Path
) -> None:
    folder = tmp_path / "100%(id)s %%"
    fetched = download(recognise(site.media("/talk.mp4", talk, "video/mp4")), folder, limits, lambda _: None)
    assert Path(fetched.path).parent == folder


# ---- broken lines ---------------------------------------------------------------------------------


def test_a_download_that_was_cut_goes_on_where_it_stopped(site: Site, take: Take, talk: bytes) -> None:
    url = site.media("/talk.mp4", talk, "video/mp4", cut_at=9_000)
    broken = failure(take, url)
    assert (broken.code, broken.retry) == ("cut", True)
    site.seen.clear()
    site.media("/talk.mp4", talk, "video/mp4")
    assert Path(take(url).path).read_bytes() == talk
    assert [span for _, span in site.seen] == [None, "bytes=36000-"]


def test_a_server_without_ranges_starts_over(site: Site, take: Take, talk: bytes) -> None:
    url = site.media("/talk.mp4", talk, "video/mp4", ranges=False, cut_at=9_000)
    assert failure(take, url).code == "cut"
    site.media("/talk.mp4", talk, "video/mp4", ranges=False)
    assert Path(take(url).path).read_bytes() == talk


def test_a_download_that_is_complete_is_not_fetched_again(site: Site, take: Take, talk: bytes) -> None:
    url = site.media("/talk.mp4", talk, "video/mp4")
    first = take(url)
    site.seen.clear()
    assert take(url) == first
    assert len(site.seen) == 1


def test_a_server_that_drips_is_left_after_the_time_given(site: Site, take: Take, talk: bytes) -> None:
    def drip(exchange: Exchange) -> None:
        exchange.say(200, talk[:1000], Content_Type="video/mp4", Content_Length=str(len(talk)))
        while not exchange.server.closing.wait(0.05):
            exchange.wfile.write(b"x")

    site.pages["/talk.mp4"] = drip
    slow = failure(take, site.url("/talk.mp4"), timeout_s=1)
    assert (slow.code, slow.retry) == ("timeout", True)
