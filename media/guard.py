"""What fetching may touch: which addresses, for how long, how many bytes. What is fetched is decided elsewhere."""

import http.client
import io
import ipaddress
import socket
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any, Self

from media.errors import MediaError, Refused, Unreachable, Unreadable

IDLE_S = 30
PAGE_BYTES = (
    32 * 1024 * 1024
)  # pages, manifests and captions are read whole into memory; recordings never are
PROGRAMS = ("ffmpeg", "ffprobe", "deno", "node")  # what yt-dlp may start: joining files, YouTube's puzzles

_Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_NEVER = tuple(
    ipaddress.ip_network(net)
    for net in (
        "100.64.0.0/10",  # carrier-grade NAT; also Alibaba's metadata address
        "168.63.129.16/32",  # Azure's metadata and DNS, a public address by its number only
        "192.0.0.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "64:ff9b:1::/48",  # NAT64 of a local network
        "fec0::/10",  # site-local, deprecated but routed in old networks
    )
)


@dataclass(frozen=True)
class Limits:
    """How much one fetch may take; `allowed_networks` opens ranges on purpose, e.g. "127.0.0.0/8"."""

    max_bytes: int
    max_duration_ms: int
    min_free_bytes: int
    timeout_s: int
    allowed_networks: tuple[str, ...] = ()


class Tripped(OSError):
    """The guard said no; an `OSError`, so that every network library treats it as a failed connection."""

    def __init__(self, refusal: MediaError) -> None:
        super().__init__(refusal.sentence)
        self.refusal = refusal


def may_connect(address: str, allowed: tuple[_Network, ...] = ()) -> bool:
    """Say whether an address as given to connect(2) is public, or opened on purpose.

    >>> may_connect("8.8.8.8"), may_connect("::ffff:10.0.0.1"), may_connect("169.254.169.254")
    (True, False, False)
    """
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return False  # a name here would be resolved again behind our back
    if any(ip.version == net.version and ip in net for net in allowed):
        return True
    inner = _embedded(ip)
    if inner is not None:
        return may_connect(str(inner), allowed)
    special = ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_link_local or ip.is_loopback
    return ip.is_global and not special and not any(ip.version == net.version and ip in net for net in _NEVER)


def _embedded(ip: _Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to through mapping, 6to4 or NAT64."""
    if isinstance(ip, ipaddress.IPv4Address):
        return None
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _NAT64 else None


class Wire:
    """The network during one fetch: while it is open, the whole process connects under its rules.

    Addresses are checked in an audit hook, at connect(2) itself: after name resolution (so a name that
    resolves differently the second time gains nothing), on every redirect, and whichever library asks.
    Time and bytes are metered where responses are read; `max_bytes` is of everything, headers included.
    """

    def __init__(self, limits: Limits, max_bytes: int) -> None:
        self.allowed = tuple(ipaddress.ip_network(net) for net in limits.allowed_networks)
        self.max_bytes = max_bytes
        self.timeout_s = limits.timeout_s
        self.deadline = time.monotonic() + limits.timeout_s
        self.received = 0
        self.tripped: MediaError | None = None
        self.failed: Exception | None = None  # the last failure; yt-dlp's retries forget what they failed on
        self.reading: set[io.RawIOBase] = set()

    def __enter__(self) -> Self:
        _install()
        _open.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        _open.remove(self)
        for unread in tuple(self.reading):
            unread.close()

    def patience_s(self) -> float:
        """Seconds that the next network operation may wait; raises `Tripped` when time or bytes are used up."""
        left = self.deadline - time.monotonic()
        if self.tripped is None and left <= 0:
            minutes = max(1, round(self.timeout_s / 60))
            self.tripped = Unreachable("timeout", f"The download was not finished after {minutes} min.")
        if self.tripped is None and self.received > self.max_bytes:
            self.tripped = too_large(self.max_bytes)
        if self.tripped is not None:
            raise Tripped(self.tripped)
        return min(IDLE_S, left)

    def check_address(self, address: str) -> None:
        """Raise `Tripped` unless this address may be connected to."""
        if not may_connect(address, self.allowed):
            sentence = f"The address leads into a private network ({address}), which is not fetched from."
            raise Tripped(Refused("private_address", sentence))

    def connection(self, base: type[http.client.HTTPConnection]) -> Callable[..., http.client.HTTPConnection]:
        """A maker of `base` connections whose responses are metered by this wire."""

        def make(*args: Any, **kwargs: Any) -> http.client.HTTPConnection:
            made = base(*args, **{**kwargs, "timeout": self.patience_s()})
            made.response_class = self._response  # type: ignore[assignment]
            return made

        return make

    def _response(self, sock: socket.socket, *args: Any, **kwargs: Any) -> "_Response":
        response = _Response(sock, *args, **kwargs)
        response.fp = io.BufferedReader(_Metered(self, sock, response.fp.detach()))
        return response


def too_large(max_bytes: int) -> Refused:
    size = f"{max_bytes / 1e9:.1f} GB" if max_bytes >= 1e9 else f"{max_bytes / 1e6:.1f} MB"
    return Refused("too_large", f"The recording is larger than the {size} that one fetch may take.")


class _Metered(io.RawIOBase):
    """The raw side of a response: every read asks the wire for patience and tells it what came."""

    def __init__(self, wire: Wire, sock: socket.socket, raw: Any) -> None:
        self._wire, self._sock, self._raw = wire, sock, raw
        wire.reading.add(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            self._sock.settimeout(self._wire.patience_s())
            count = int(self._raw.readinto(buffer) or 0)
        except OSError as error:
            self._wire.failed = error
            raise
        self._wire.received += count
        return count

    def close(self) -> None:
        self._wire.reading.discard(self)
        self._raw.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response that is never read whole into memory beyond `PAGE_BYTES`, whatever length it announces."""

    def read(self, amt: int | None = None) -> bytes:
        if amt is not None:
            return super().read(amt)
        announced = self.length or 0
        data = super().read(PAGE_BYTES + 1)
        if len(data) > PAGE_BYTES:
            raise Tripped(_swollen())
        if len(data) < announced:
            raise http.client.IncompleteRead(data, announced - len(data))
        return data


def inflate(data: bytes, encodings: str, at_most: int = PAGE_BYTES) -> bytes:
    """Undo a Content-Encoding of gzip or deflate; raises `Tripped` when it swells beyond `at_most` bytes."""
    for encoding in reversed([name.strip().lower() for name in encodings.split(",")]):
        if encoding in ("gzip", "x-gzip", "deflate") and data:
            data = _inflate_once(data, at_most)
    return data


def _inflate_once(data: bytes, at_most: int) -> bytes:
    for wbits in (zlib.MAX_WBITS | 32, -zlib.MAX_WBITS):  # gzip or zlib by its header, else raw deflate
        inflater = zlib.decompressobj(wbits)
        try:
            plain = inflater.decompress(data, at_most + 1)
        except zlib.error:
            continue
        if len(plain) > at_most:
            raise Tripped(_swollen())
        return plain
    raise Tripped(Unreadable("corrupt", "The server sent a compressed answer that cannot be opened."))


def _swollen() -> Refused:
    return Refused("page_too_large", "The page behind this address is far larger than any real page.")


_open: list[Wire] = []
_installed: list[bool] = []


def _install() -> None:
    """Add the audit hook once; it cannot be taken away again, but it rests while no wire is open."""
    if not _installed:
        _installed.append(True)
        sys.addaudithook(_watch)


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not _open:
        return
    if event == "socket.connect" and args[0].family in (socket.AF_INET, socket.AF_INET6):
        for wire in tuple(_open):
            wire.check_address(str(args[1][0]))
    elif event == "subprocess.Popen":
        _check_program(args[0], args[1])


def _check_program(executable: Any, arguments: Any) -> None:
    """Programs reach the network outside this process, so only known ones start, and none with an address."""
    words = [arguments] if isinstance(arguments, str | bytes) else list(arguments)
    name = PurePath(str(executable or words[0])).name
    if not name.startswith(PROGRAMS) or any("://" in str(word) for word in words):
        sentence = "This stream can only be taken by an outside program, which is not allowed here."
        raise Tripped(Refused("outside_program", sentence))
