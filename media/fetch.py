"""A small page or feed over http(s), under the guard. Recordings and their pages are fetched in `download`."""

import http.client
import io
import urllib.error
import urllib.request
import urllib.response
from typing import Any

from media.errors import MediaError
from media.failures import failure_of
from media.guard import Limits, Wire, inflate, too_large

HEADER_BYTES = 256 * 1024  # of all the answers on the way, redirects included
_HEADERS = {
    "User-Agent": "presstalk (podcast and feed reader)",
    "Accept": "application/rss+xml, application/atom+xml, application/xml;q=0.9, */*;q=0.8",
    "Accept-Encoding": "gzip",
}


def fetch_bytes(url: str, limits: Limits, max_bytes: int) -> bytes:
    """The body behind an address, following at most 10 redirects, each checked like the first.

    Raises `Refused` for more than `max_bytes` (compressed or not) and a private address, else as `download`.
    """
    with Wire(limits, max_bytes + HEADER_BYTES) as wire:
        try:
            request = urllib.request.Request(url, headers=_HEADERS)  # noqa: S310 (the opener knows http and https only)
            with opener(_Handler(wire), urllib.request.HTTPRedirectHandler()).open(request) as response:
                data = inflate(response.read(), response.headers.get("Content-Encoding", ""), max_bytes)
                if len(data) > max_bytes:
                    raise too_large(max_bytes)
                return data
        except (OSError, http.client.HTTPException, ValueError, MediaError) as error:
            if isinstance(error, urllib.error.HTTPError):
                error.close()  # while the wire is open: its body would be flushed into a closed socket later
            raise failure_of(error) from error


def opener(*handlers: urllib.request.BaseHandler) -> urllib.request.OpenerDirector:
    """An opener that knows exactly these handlers: no proxy, no ftp, no file."""
    made = urllib.request.OpenerDirector()
    made.addheaders = []
    for handler in (
        *handlers,
        urllib.request.UnknownHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
    ):
        made.add_handler(handler)
    return made


def inflated(response: Any) -> Any:
    """The same response with its body in memory and its compression undone, within bounds."""
    plain = inflate(response.read(), response.headers.get("Content-Encoding", ""))
    opened: Any = urllib.response.addinfourl(io.BytesIO(plain), response.headers, response.url, response.code)
    opened.msg = response.msg
    return opened


class _Handler(urllib.request.HTTPSHandler, urllib.request.HTTPHandler):
    """http and https on metered connections."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def do_open(self, http_class: Any, req: urllib.request.Request, **options: Any) -> Any:
        return super().do_open(self._wire.connection(http_class), req, **options)
