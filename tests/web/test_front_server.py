"""Media sent by the server in front of the site: the same bytes and headers, and nothing that the site did not name."""

import re
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import MediaKind
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from catalog.setting_values import FrontServer
from tests.web.conftest import SOUND
from tests.web.front import behind_caddy, behind_nginx
from tests.web.live import served
from tests.web.newsrooms import demo_talk, put
from web.app import create_app

MEDIA = "/media/tea/web_audio_low.opus"
SAME = (
    "accept-ranges",
    "access-control-allow-origin",
    "cache-control",
    "content-security-policy",
    "content-type",
    "cross-origin-resource-policy",
    "etag",
    "x-content-type-options",
)


@pytest.fixture
def front(room: Newsroom, talks: dict[str, int], tmp_path: Path) -> Iterator[httpx.Client]:
    settings = room.settings.model_copy(update={"front_server": FrontServer.NGINX})
    with (
        served(create_app(settings)) as site,
        behind_nginx(site, settings.home, tmp_path / "nginx") as address,
        httpx.Client(base_url=address) as reader,
    ):
        yield reader


def test_nginx_sends_what_we_would_send(front: httpx.Client, client: TestClient) -> None:
    ours, its = client.get(MEDIA), front.get(MEDIA)
    assert its.content == ours.content == SOUND
    assert {name: its.headers.get(name) for name in SAME} == {name: ours.headers.get(name) for name in SAME}
    assert "x-accel-redirect" not in its.headers
    part = {"range": "bytes=100-199"}
    ours, its = client.get(MEDIA, headers=part), front.get(MEDIA, headers=part)
    assert (its.status_code, its.content) == (206, SOUND[100:200]) == (ours.status_code, ours.content)
    assert its.headers["content-range"] == ours.headers["content-range"]
    known = {"if-none-match": client.get(MEDIA).headers["etag"]}
    assert front.get(MEDIA, headers=known).status_code == 304


def test_what_the_site_does_not_name_does_not_exist(front: httpx.Client, room: Newsroom) -> None:
    for path in ("/presstalk-files/catalog.db", "/presstalk-files/", "/presstalk-files/../catalog.db"):
        assert front.get(path).status_code == 404
    with writing(room.engine) as session:
        withdraw_episode(session, "tea")
    assert front.get(MEDIA).status_code == 410


def test_pages_come_through_as_they_are(front: httpx.Client) -> None:
    page = front.get("/e/tea")
    assert page.status_code == 200 and "</html>" in page.text


def test_readers_are_told_of_the_onion_and_only_what_never_changes_is_kept(
    front: httpx.Client, tmp_path: Path
) -> None:
    page = front.get("/e/tea?t=3")
    assert page.headers["onion-location"] == "http://example.onion/e/tea?t=3"
    sheet = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
    assert sheet and "immutable" in front.get(sheet[1]).headers["cache-control"]
    kept = [path.read_bytes() for path in (tmp_path / "nginx/kept").rglob("*") if path.is_file()]
    assert len(kept) == 1 and sheet[1].encode() in kept[0]


def test_what_is_brought_in_may_be_large_and_what_readers_send_may_not(front: httpx.Client) -> None:
    two_megabytes = {"content": bytes(2 << 20), "headers": {"content-type": "application/octet-stream"}}
    assert front.post("/studio/upload", **two_megabytes).status_code != 413
    assert front.post("/e/tea/propose", **two_megabytes).status_code == 413


def test_caddy_sends_what_we_would_send_where_there_is_one(
    room: Newsroom, talks: dict[str, int], client: TestClient, tmp_path: Path
) -> None:
    if not shutil.which("caddy"):
        return
    settings = room.settings.model_copy(update={"front_server": FrontServer.SENDFILE})
    with (
        served(create_app(settings)) as site,
        behind_caddy(site, tmp_path / "caddy") as address,
        httpx.Client(base_url=address) as reader,
    ):
        ours, its = client.get(MEDIA), reader.get(MEDIA)
        assert its.content == ours.content == SOUND
        same = [name for name in SAME if name != "etag"]  # it has tags of its own, and knows them again
        assert {name: its.headers.get(name) for name in same} == {
            name: ours.headers.get(name) for name in same
        }
        assert reader.get(MEDIA, headers={"if-none-match": its.headers["etag"]}).status_code == 304
        part = reader.get(MEDIA, headers={"range": "bytes=100-199"})
        assert (part.status_code, part.content) == (206, SOUND[100:200])
        for answer in (its, reader.get("/e/tea")):
            assert answer.status_code == 200 and "x-sendfile" not in answer.headers
            assert answer.headers["onion-location"] == f"http://example.onion{answer.request.url.path}"
            assert str(room.settings.home) not in str(answer.headers)


def test_media_on_another_disk_than_the_home_are_sent_all_the_same(room: Newsroom, tmp_path: Path) -> None:
    elsewhere = {"store": str(tmp_path / "disk"), "front_server": FrontServer.NGINX}
    room = Newsroom(room.settings.model_copy(update=elsewhere))
    put(room, "tea", demo_talk(files={MediaKind.WEB_AUDIO_LOW: (SOUND, "audio/ogg; codecs=opus")}))
    with TestClient(create_app(room.settings)) as client:
        answer = client.get(MEDIA, headers={"range": "bytes=100-199"})
    assert (answer.status_code, answer.content) == (206, SOUND[100:200])


def test_while_the_site_is_away_nobody_is_written_down(room: Newsroom, tmp_path: Path) -> None:
    away, folder = "http://127.0.0.1:1", tmp_path / "front"
    fronts = [behind_nginx(away, room.settings.home, folder / "nginx")]
    if shutil.which("caddy"):
        fronts.append(behind_caddy(away, folder / "caddy"))
    for front in fronts:
        with front as address:
            asked = httpx.get(f"{address}/search?q=secretword", headers={"user-agent": "a-telling-browser"})
            assert asked.status_code == 502
    logs = [path.read_text() for path in folder.glob("*/error.log")]
    assert len(logs) == len(fronts)
    for told in logs:
        assert not [word for word in ("remote_ip", "client:", "secretword", "telling") if word in told], told


def test_another_server_is_told_where_the_file_stands(room: Newsroom, talks: dict[str, int]) -> None:
    settings = room.settings.model_copy(update={"front_server": FrontServer.SENDFILE})
    with TestClient(create_app(settings)) as client:
        answer = client.get(MEDIA)
    assert answer.content == b"" and Path(answer.headers["x-sendfile"]).read_bytes() == SOUND


def test_who_reads_a_file_slowly_holds_no_moment_of_the_record(room: Newsroom) -> None:
    large = {MediaKind.WEB_AUDIO_LOW: (bytes(16 << 20), "audio/ogg; codecs=opus")}
    put(room, "tea", demo_talk(files=large))
    with served(create_app(room.settings)) as site, ExitStack() as slow, httpx.Client(timeout=30) as reader:
        for _ in range(20):  # more than there are connections to the record
            answer = slow.enter_context(httpx.stream("GET", site + MEDIA))
            assert answer.status_code == 200
        assert room.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        assert reader.get(site + "/e/tea").status_code == 200
