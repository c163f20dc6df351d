"""yt-dlp under our rules: its options, and its only way to the network. What to fetch is decided in `download`."""

import contextlib
import functools
import http.client
import logging
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

from yt_dlp import YoutubeDL
from yt_dlp.downloader.external import FFmpegFD
from yt_dlp.globals import plugin_dirs
from yt_dlp.networking import Request, Response
from yt_dlp.networking._urllib import HTTPHandler, RedirectHandler, UrllibRH
from yt_dlp.utils import unified_timestamp

from media.fetch import inflated, opener
from media.ffmpeg import ffmpeg_path
from media.guard import IDLE_S, Wire

# Native downloaders only; ffmpeg and the others would reach the network outside our guard.
_NATIVE = "[protocol~='^(https?|m3u8|m3u8_native|http_dash_segments)$']"
# One ready file where it is good enough for a 360p page, else picture and sound apart, else whatever there is.
_FORMAT = "/".join(
    choice.replace("~", _NATIVE)
    for choice in ("b~[height>=360][height<=720]", "bv*~[height<=720]+ba~", "b~", "bv*~+ba~", "ba~", "bv*~")
)

_log = logging.getLogger(__name__)


class Fetcher(YoutubeDL):  # type: ignore[misc]
    """A yt-dlp that reaches the network through one `Wire` and reads nothing of this machine or its user."""

    def __init__(self, wire: Wire, options: dict[str, Any]) -> None:
        self._wire = wire
        self.file_dates: set[int] = set()
        super().__init__(options)

    def build_request_director(self, *_: Any) -> Any:
        """Offer our handler alone; yt-dlp's others (curl, websockets) would not be metered."""
        return super().build_request_director([functools.partial(_WireRH, wire=self._wire)])

    def urlopen(self, req: Any) -> Response:
        """Open an address; remember dates of files, which yt-dlp's generic extractor mistakes for publication."""
        try:
            response = super().urlopen(req)
        except Exception as error:
            self._wire.failed = error
            raise
        self.file_dates.add(unified_timestamp(response.headers.get("Last-Modified")))
        return response

    def read(self, url: str, headers: dict[str, str]) -> bytes:
        """The bytes of a small file that belongs to the recording: a picture, captions."""
        response = self.urlopen(Request(url, headers=headers))
        with contextlib.closing(response):
            return bytes(response.read())


@contextlib.contextmanager
def fetcher(wire: Wire, **more: Any) -> Iterator[Fetcher]:
    """Open the wire and a yt-dlp upon it; nothing of the environment, no plug-ins, no shared cache."""
    plugin_dirs.value = []
    # With ffmpeg "available" the HLS downloader hands encrypted streams to it instead of taking them itself.
    FFmpegFD.available = _not_available
    with wire, Fetcher(wire, {**_options(), **more}) as opened:
        yield opened


def _options() -> dict[str, Any]:
    return {
        "logger": _Quiet(),
        "quiet": True,
        "noprogress": True,
        "color": "no_color",
        "proxy": "",  # the empty string means: none, whatever the environment says
        "socket_timeout": IDLE_S,
        "cachedir": False,
        "geo_bypass": False,
        "default_search": "error",
        "noplaylist": True,
        "extract_flat": "in_playlist",
        "playlist_items": "1:2",
        "format": _FORMAT,
        "format_sort": ["res:480", "vcodec:h264", "acodec:aac"],
        "external_downloader": {"default": "native"},
        "hls_prefer_native": True,
        "skip_unavailable_fragments": False,  # a talk with holes is worse than none
        "retries": 3,
        "fragment_retries": 3,
        "extractor_retries": 2,
        "fixup": "never",
        "updatetime": False,
        "ffmpeg_location": ffmpeg_path(),
        "postprocessor_args": {"ffmpeg_i": ["-protocol_whitelist", "file,pipe"]},
        "js_runtimes": {"deno": {}, "node": {}},
    }


class _Quiet:
    """Where yt-dlp's talk goes; what matters arrives as an exception."""

    def debug(self, message: str) -> None:
        _log.debug("%s", message)

    info = warning = error = debug


class _Handler(HTTPHandler):  # type: ignore[misc]
    """yt-dlp's own HTTP(S), on metered connections, and with a bound on what compressed answers swell to."""

    def __init__(self, wire: Wire, context: Any) -> None:
        super().__init__(context=context)
        self._wire = wire

    def _make_conn_class(
        self, base: type[http.client.HTTPConnection], _req: object
    ) -> Callable[..., http.client.HTTPConnection]:
        return self._wire.connection(base)

    def http_response(self, _req: object, response: Any) -> Any:
        return (
            inflated(response)
            if response.headers.get("Content-Encoding", "identity") != "identity"
            else response
        )

    https_response = http_response


class _WireRH(UrllibRH):  # type: ignore[misc]
    """The request handler of yt-dlp that knows http and https (and inline data), and no proxy."""

    _SUPPORTED_URL_SCHEMES = ("http", "https", "data")

    def __init__(self, *, wire: Wire, **options: Any) -> None:
        super().__init__(**options)
        self._wire = wire

    def _create_instance(self, *, cookiejar: Any, **_: Any) -> urllib.request.OpenerDirector:
        return opener(
            _Handler(self._wire, self._make_sslcontext()),
            urllib.request.HTTPCookieProcessor(cookiejar),
            urllib.request.DataHandler(),
            RedirectHandler(),
        )


def _not_available(*_: object) -> bool:
    return False
