import errno
import socket
import ssl

import pytest
from yt_dlp.utils import DownloadError, ExtractorError, GeoRestrictedError

from media.failures import failure_of, failure_of_status


def downloaded(message: str, cause: Exception | None = None) -> DownloadError:
    """The error as yt-dlp hands it over: words, and at best what was caught before."""
    return DownloadError(f"ERROR: {message}", (type(cause), cause, None) if cause else (None, None, None))


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ("[youtube] x: Sign in to confirm you\u2019re not a bot. Use --cookies-from-browser", "sign_in"),
        ("[youtube] x: Sign in to confirm your age. This video may be inappropriate for some users.", "sign_in"),
        ("[youtube] x: Private video. Sign in if you've been granted access to this video", "private"),
        ("[youtube] x: Join this channel to get access to members-only content like this video", "sign_in"),
        ("[youtube] x: Video unavailable. This video has been removed by the uploader", "gone"),
        ("[youtube] x: Video unavailable. This video is no longer available because the account was closed.", "gone"),
        ("[youtube] x: Video unavailable", "gone"),
        ("[youtube] x: This video has been removed for violating YouTube's Terms of Service", "gone"),
        ("[youtube] x: The uploader has not made this video available in your country", "geo_blocked"),
        ("[youtube] x: Premieres in 3 hours", "upcoming"),
        ("[youtube] x: This live event will begin in 2 days.", "upcoming"),
        ("[youtube] x: This live stream recording is not available.", "gone"),
        ("[youtube] x: Requested format is not available. Use --list-formats", "no_media"),
        ("[youtube] x: No video formats found!", "no_media"),
        ("[vimeo] 1: This video is DRM protected", "protected"),
        ("[vimeo] 1: This video is protected by a password, use the --video-password option", "sign_in"),
        ("[vimeo] 1: The web client only works when logged-in. Use --cookies", "sign_in"),
        ("[dailymotion] x: something entirely new", "no_media"),
        ("[download] Got error: 9 bytes read, 4 more expected. Giving up after 3 retries", "cut"),
    ],
)  # fmt: skip
def test_the_words_of_a_site_become_a_reason(message: str, code: str) -> None:
    failure = failure_of(downloaded(message))
    assert failure.code == code
    assert failure.sentence.endswith(".")
    assert "--" not in failure.sentence


def test_a_sign_in_wall_comes_with_advice() -> None:
    sentence = failure_of(downloaded("Sign in to confirm you're not a bot")).sentence
    assert "Upload the recording" in sentence


def test_the_cause_counts_more_than_the_words() -> None:
    assert (
        failure_of(downloaded("Unable to download webpage", socket.gaierror(-2, "unknown"))).code
        == "no_such_host"
    )
    inner = ExtractorError("Unable to download JSON", cause=TimeoutError())
    assert failure_of(downloaded("sign in", inner)).code == "timeout"


def test_what_was_last_seen_on_the_wire_explains_an_error_without_words() -> None:
    gave_up = downloaded("Got error: something. Giving up after 3 retries")
    assert failure_of(gave_up, OSError(errno.ECONNREFUSED, "refused")).code == "unreachable"


@pytest.mark.parametrize(
    ("error", "code", "retry"),
    [
        (ssl.SSLCertVerificationError("bad"), "tls", True),
        (ConnectionResetError(), "cut", True),
        (OSError(errno.ENETUNREACH, "no way"), "unreachable", True),
        (OSError(errno.ENOSPC, "full"), "disk_full", False),
        (GeoRestrictedError("no", countries=["PK"]), "geo_blocked", False),
        (KeyError("an extractor stumbled"), "no_media", False),
    ],
)
def test_foreign_errors_are_told_apart(error: Exception, code: str, retry: bool) -> None:
    failure = failure_of(error)
    assert (failure.code, failure.retry) == (code, retry)


@pytest.mark.parametrize("status", [300, 304, 400, 404, 429, 500, 599])
def test_every_status_has_a_sentence(status: int) -> None:
    assert failure_of_status(status).sentence.endswith(".")
