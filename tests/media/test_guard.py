import gzip
import socket
import subprocess
import sys
import zlib
from dataclasses import replace
from ipaddress import ip_network

import pytest

from media.errors import MediaError
from media.fetch import fetch_bytes
from media.guard import PAGE_BYTES, Limits, Tripped, Wire, inflate, may_connect
from tests.media.conftest import Exchange, Site

CLOSED = Limits(max_bytes=1_000_000, max_duration_ms=1, min_free_bytes=0, timeout_s=20)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1",
        "169.254.169.254", "100.64.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "192.0.2.1",
        "198.18.0.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1", "2001:db8::1",
        "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::808:808", "2002:7f00:1::", "2002:a00:1::1", "2001::1",
        "localhost", "example.org", "0x7f.1", "2130706433", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_public_is_not_connected_to(address: str) -> None:
    assert not may_connect(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_a_public_address_is_connected_to(address: str) -> None:
    assert may_connect(address)


def test_a_range_opened_on_purpose_opens_nothing_else() -> None:
    opened = (ip_network("127.0.0.0/8"),)
    assert may_connect("127.0.0.1", opened)
    assert may_connect("::ffff:127.0.0.1", opened)
    assert not may_connect("::1", opened)
    assert not may_connect("10.0.0.1", opened)


def test_while_a_wire_is_open_no_library_of_this_process_gets_past_it(site: Site) -> None:
    address = ("127.0.0.1", site.server_port)
    with Wire(CLOSED, 1_000_000), pytest.raises(Tripped):
        socket.create_connection(address, timeout=5)
    with Wire(CLOSED, 1_000_000), socket.socket() as sock, pytest.raises(Tripped):
        sock.connect_ex(address)
    socket.create_connection(address, timeout=5).close()


def test_a_name_is_not_connected_to_because_it_would_be_resolved_again(site: Site) -> None:
    with Wire(CLOSED, 1_000_000), socket.socket() as sock, pytest.raises(Tripped):
        sock.connect(("localhost", site.server_port))


@pytest.mark.parametrize(
    "command", [["curl", "x"], ["ffmpeg", "-i", "http://example.org/a.m3u8"], [sys.executable]]
)
def test_no_outside_program_reaches_the_network(command: list[str]) -> None:
    with Wire(CLOSED, 1_000_000), pytest.raises(Tripped):
        subprocess.run(command, check=False)


def test_a_private_address_is_refused_in_words(site: Site) -> None:
    assert failure(site.page("/", "x"), CLOSED) == "private_address"
    assert site.seen == []


@pytest.mark.parametrize(
    ("target", "code"),
    [
        ("http://169.254.169.254/latest/meta-data/", "private_address"),
        ("http://10.0.0.1/", "private_address"),
        ("http://[::ffff:10.0.0.1]/", "private_address"),
        ("http://[::1]:1/", "private_address"),
        ("file:///etc/passwd", "redirect"),
        ("ftp://127.0.0.1/x", "not_http"),
    ],
)
def test_a_redirect_is_checked_like_the_first_address(
    site: Site, limits: Limits, target: str, code: str
) -> None:
    assert failure(site.redirect("/r", target), limits) == code


def test_redirects_in_a_circle_come_to_an_end(site: Site, limits: Limits) -> None:
    assert failure(site.redirect("/r", "/r"), limits) == "redirect"


def test_a_redirect_to_a_page_is_followed(site: Site, limits: Limits) -> None:
    site.page("/feed", "<rss/>")
    assert fetch_bytes(site.redirect("/old", "/feed"), limits, 1000) == b"<rss/>"


def test_a_body_without_a_length_is_cut_at_the_limit(site: Site, limits: Limits) -> None:
    site.pages["/endless"] = endless
    assert failure(site.url("/endless"), limits, 300_000) == "too_large"


def test_a_body_that_is_longer_than_the_limit_by_one_byte_is_refused(site: Site, limits: Limits) -> None:
    url = site.page("/x", b"x" * 1000)
    assert len(fetch_bytes(url, limits, 1000)) == 1000
    assert failure(url, limits, 999) == "too_large"


def test_a_compressed_bomb_does_not_swell(site: Site, limits: Limits) -> None:
    bomb = gzip.compress(b"\0" * 5_000_000)
    site.pages["/bomb"] = lambda exchange: exchange.say(200, bomb, Content_Encoding="gzip")
    assert failure(site.url("/bomb"), limits, 1_000_000) == "page_too_large"
    assert len(fetch_bytes(site.url("/bomb"), limits, 5_000_000)) == 5_000_000


def test_a_body_shorter_than_announced_is_an_error_worth_another_try(site: Site, limits: Limits) -> None:
    site.pages["/lie"] = lambda exchange: exchange.say(200, b"<rss", Content_Length="4000")
    assert failure(site.url("/lie"), limits) == "cut"


@pytest.mark.parametrize("drips", [True, False])
def test_a_server_that_takes_forever_is_left_after_the_time_given(
    site: Site, limits: Limits, drips: bool
) -> None:
    site.pages["/slow"] = drip if drips else (lambda exchange: hang(exchange))
    assert failure(site.url("/slow"), replace(limits, timeout_s=1)) == "timeout"


def test_nobody_listening_is_worth_another_try(limits: Limits) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    assert failure(url, limits) == "unreachable"


def test_a_plain_server_behind_https_is_a_failure_of_trust(site: Site, limits: Limits) -> None:
    assert failure(site.url("/").replace("http:", "https:"), limits) == "tls"


@pytest.mark.parametrize("pack", [gzip.compress, zlib.compress, lambda data: zlib.compress(data)[2:-4]])
def test_every_usual_compression_is_undone(pack) -> None:
    name = "gzip" if pack is gzip.compress else "deflate"
    assert inflate(pack(b"talk" * 100), name) == b"talk" * 100
    assert inflate(b"talk", "identity") == b"talk"
    assert inflate(b"", name) == b""


def test_layers_of_compression_are_bounded_each() -> None:
    once = gzip.compress(b"\0" * (PAGE_BYTES + 1))
    with pytest.raises(Tripped):
        inflate(gzip.compress(once), "gzip, gzip")


def test_broken_compression_is_told(site: Site, limits: Limits) -> None:
    site.pages["/x"] = lambda exchange: exchange.say(200, b"no gzip", Content_Encoding="gzip")
    assert failure(site.url("/x"), limits) == "corrupt"


def failure(url: str, limits: Limits, max_bytes: int = 1_000_000) -> str:
    with pytest.raises(MediaError) as error:
        fetch_bytes(url, limits, max_bytes)
    assert error.value.sentence.endswith(".")
    return error.value.code


def endless(exchange: Exchange) -> None:
    exchange.say(200, Content_Length="")
    while not exchange.server.closing.is_set():
        exchange.wfile.write(b"x" * 65536)


def drip(exchange: Exchange) -> None:
    exchange.say(200, Content_Length="100000")
    while not exchange.server.closing.wait(0.05):
        exchange.wfile.write(b"x")


def hang(exchange: Exchange) -> None:
    exchange.server.closing.wait(30)
