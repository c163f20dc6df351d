"""What servers, networks and yt-dlp say went wrong, as our own errors: pure translation, nothing is fetched here."""

import errno
import http.client
import re
import socket
import ssl
import urllib.error
from collections.abc import Iterator

from yt_dlp.networking.exceptions import HTTPError, IncompleteRead, NoSupportingHandlers
from yt_dlp.utils import ContentTooShortError, DownloadError, GeoRestrictedError, UnsupportedError

from media.errors import Gone, MediaError, Refused, Unreachable, Unreadable
from media.guard import Tripped

_ADVICE = "Upload the recording, or give a direct link to it."

_REASONS: dict[str, tuple[type[MediaError], str]] = {
    "private": (Refused, f"The recording is private. {_ADVICE}"),
    "sign_in": (Refused, f"The site wants a sign-in before it shows this recording. {_ADVICE}"),
    "protected": (Refused, f"The recording is copy-protected and cannot be taken from there. {_ADVICE}"),
    "geo_blocked": (
        Refused,
        f"The site does not show this recording in the country of this server. {_ADVICE}",
    ),
    "upcoming": (Refused, "This has not been broadcast yet. Add it again when it is over."),
    "live": (Refused, "This is a live broadcast. Add it again when it is over."),
    "gone": (Gone, "The recording is no longer there. Check the link."),
    "empty": (Unreadable, "The site sent an empty file. Check the link."),
    "no_media": (
        Unreadable,
        "There is no video or sound behind this address. Give the page of the talk itself.",
    ),
}

_SCHEME = re.compile(r"unsupported url scheme|unknown url type", re.IGNORECASE)

# What yt-dlp's extractors say in words only; the first that matches wins.
_WORDS = [
    (re.compile(pattern), code)
    for pattern, code in (
        (r"private (video|recording)|is private", "private"),
        (r"not a bot|confirm your age|password", "sign_in"),
        (r"removed|deleted|no longer|not exist|terminated|recording is not available", "gone"),
        (r"\bdrm\b|copy.?protected", "protected"),
        (r"premieres? in|will begin|upcoming|not (yet )?started", "upcoming"),
        (r"live (event|stream)|livestream|(is|currently) live", "live"),
        (r"geo.?restrict|available (in|from) your (country|location|region)", "geo_blocked"),
        (r"sign in|log ?in|logged.in|authenticat|cookies|members.only|subscriber|premium", "sign_in"),
        (r"video unavailable|not available anymore", "gone"),
        (r"did not get any data", "empty"),
        (r"no (video )?formats|requested format is not available|unsupported url", "no_media"),
    )
]


def failure_of_status(status: int) -> MediaError:
    """What an HTTP status means for a producer.

    >>> failure_of_status(404).code, failure_of_status(503).retry
    ('not_found', True)
    """
    answers: dict[int, MediaError] = {
        401: _reason("sign_in"),
        403: Refused("forbidden", f"The site does not let this server have the recording. {_ADVICE}"),
        404: Gone("not_found", "There is nothing at this address any more. Check the link."),
        407: _reason("sign_in"),
        408: _too_slow(),
        410: _reason("gone"),
        429: Unreachable("busy", "The site asks us to slow down. It is tried again later."),
        451: Refused("geo_blocked", f"The site withholds the recording for legal reasons here. {_ADVICE}"),
    }
    if status in answers:
        return answers[status]
    if status >= 500:
        return Unreachable("server_error", f"The site failed (HTTP {status}). It is tried again later.")
    if 300 <= status < 400:
        return Refused(
            "redirect", "The site sends us round in circles, or to an address that is no web page."
        )
    return Refused("http_error", f"The site refused the request (HTTP {status}). {_ADVICE}")


def failure_of(error: BaseException, before: BaseException | None = None) -> MediaError:
    """The one of our errors that a failure of the network or of yt-dlp amounts to; the deepest known cause wins.

    `before` is the last failure on the wire: where yt-dlp gives up after retries, it no longer says on what.
    """
    for causes in (list(_causes(error)), list(_causes(before))):
        for read in (_from_guard, _from_status, _from_network, _from_extractor):
            for cause in causes:
                found = read(cause)
                if found is not None:
                    return found
    if "giving up after" in str(error).lower():
        return _cut()
    return _reason("no_media")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error and everything it was caused by; yt-dlp keeps causes in attributes of its own."""
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        one = waiting.pop(0)
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        yield one
        waiting += (getattr(one, "exc_info", None) or ())[1:2]
        waiting += [getattr(one, "cause", None), getattr(one, "reason", None), one.__cause__, one.__context__]
        waiting += getattr(one, "unexpected_errors", [])


def _from_guard(error: BaseException) -> MediaError | None:
    if isinstance(error, Tripped):
        return error.refusal
    return error if isinstance(error, MediaError) else None


def _from_status(error: BaseException) -> MediaError | None:
    if isinstance(error, HTTPError | urllib.error.HTTPError):
        return failure_of_status(error.status or 0)
    return None


def _from_network(error: BaseException) -> MediaError | None:
    number = getattr(error, "errno", None)
    if isinstance(error, NoSupportingHandlers | urllib.error.URLError) and _SCHEME.search(str(error)):
        return Refused("not_http", "The site leads to an address that is no web page.")
    if isinstance(error, socket.gaierror):
        return Unreachable("no_such_host", "The site's name is not known on the internet. Check the link.")
    if isinstance(error, ssl.SSLError):
        return Unreachable("tls", "The site's secure connection could not be trusted (bad certificate).")
    if isinstance(error, TimeoutError):
        return _too_slow()
    if number in (errno.ECONNREFUSED, errno.EHOSTUNREACH, errno.ENETUNREACH):
        return Unreachable("unreachable", "The site does not answer. It is tried again later.")
    if number in (errno.ENOSPC, errno.EDQUOT):
        return Refused("disk_full", "There is too little room left on the disk. Free some and try again.")
    if isinstance(error, IncompleteRead | http.client.HTTPException | ContentTooShortError | ConnectionError):
        return _cut()
    return None


def _from_extractor(error: BaseException) -> MediaError | None:
    if isinstance(error, GeoRestrictedError):
        return _reason("geo_blocked")
    if isinstance(error, UnsupportedError | DownloadError):
        text = str(error).lower()
        return next((_reason(code) for pattern, code in _WORDS if pattern.search(text)), None)
    return None


def _reason(code: str) -> MediaError:
    kind, sentence = _REASONS[code]
    return kind(code, sentence)


def _cut() -> Unreachable:
    return Unreachable("cut", "The connection broke off. The download goes on where it stopped.")


def _too_slow() -> Unreachable:
    return Unreachable("timeout", "The site took too long to answer.")
