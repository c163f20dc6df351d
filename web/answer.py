"""Bytes as an HTTP answer: compressed if the reader takes it, and not sent again if unchanged. Makes no bytes."""

import gzip
import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import Request
from starlette.responses import Response

WORTH_COMPRESSING = 800  # bytes; below that a packet is a packet
PACKED = {"image/png"}  # by its own form
OPEN_TO_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}


def answer(
    request: Request,
    body: bytes,
    media_type: str,
    *,
    status: int = 200,
    cache: str = "no-cache",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The response for `body`; 304 when the reader has just these bytes. `no-cache` means: keep, but ask first."""
    common = {"Cache-Control": cache, "Vary": "Accept-Encoding, Cookie", **(headers or {})}
    tag = hashlib.sha256(body).hexdigest()[:32]
    worth = len(body) > WORTH_COMPRESSING and media_type not in PACKED
    if worth and takes_gzip(request.headers.get("accept-encoding", "")):
        body = gzip.compress(body, 6, mtime=0)
        tag += "-gz"
        common["Content-Encoding"] = "gzip"
    if status == 200:
        common["ETag"] = f'"{tag}"'
        if is_known(request.headers.get("if-none-match"), common["ETag"]):
            common.pop("Content-Encoding", None)
            return Response(status_code=304, headers=common)
    return Response(body, status, {**common, "Content-Type": media_type})


def is_known(if_none_match: str | None, etag: str) -> bool:
    """Does the reader hold this version already? Compared weakly, as RFC 9110 section 13.1.2 asks.

    >>> is_known('W/"a", "b"', '"a"'), is_known("*", '"a"'), is_known('"b"', '"a"'), is_known(None, '"a"')
    (True, True, False, False)
    """
    if if_none_match is None:
        return False
    return if_none_match.strip() == "*" or etag in re.findall(r'"[^"]*"', if_none_match)


@lru_cache(maxsize=256)  # browsers are few, and say the same each time
def takes_gzip(accept_encoding: str) -> bool:
    """
    >>> takes_gzip("gzip, br"), takes_gzip("br;q=1.0, gzip;q=0"), takes_gzip(""), takes_gzip("*")
    (True, False, False, False)
    """
    for part in accept_encoding.lower().split(","):
        coding, _, weight = part.partition(";")
        if coding.strip() in ("gzip", "x-gzip"):
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", weight)
    return False
