import hashlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from tests.web.conftest import SOUND

ADDRESS = "/media/tea/web_audio_low.opus"
TAG = f'"{hashlib.sha256(SOUND).hexdigest()}"'


@pytest.fixture(autouse=True)
def a_talk(talks: dict[str, int]) -> None:
    """Every test here reads the sound of one talk."""


def test_a_whole_file_says_what_it_is_and_that_it_may_be_had_in_parts(client: TestClient) -> None:
    answer = client.get(ADDRESS)
    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == "audio/ogg; codecs=opus"
    assert answer.headers["content-length"] == str(len(SOUND))
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["etag"] == TAG
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "content-encoding" not in answer.headers


def test_a_head_has_the_headers_and_no_bytes(client: TestClient) -> None:
    answer = client.head(ADDRESS, headers={"Range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(SOUND))


@settings(max_examples=100, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
@given(first=st.none() | st.integers(0, 1500), last=st.none() | st.integers(0, 1500))
def test_a_range_is_what_slicing_the_bytes_gives(
    client: TestClient, first: int | None, last: int | None
) -> None:
    answer = client.get(ADDRESS, headers={"Range": f"bytes={'' if first is None else first}-{last or ''}"})
    size = len(SOUND)
    last = last or None  # an empty or zero end is written as none, but for a suffix of zero
    if first is None and last is None:
        assert (answer.status_code, answer.content) == (200, SOUND)
    elif first is None:
        assert last is not None
        assert (answer.status_code, answer.content) == (206, SOUND[-last:])
        assert answer.headers["content-range"] == f"bytes {max(size - last, 0)}-{size - 1}/{size}"
    elif last is not None and last < first:
        assert (answer.status_code, answer.content) == (200, SOUND)
    elif first >= size:
        assert (answer.status_code, answer.content) == (416, b"")
        assert answer.headers["content-range"] == f"bytes */{size}"
    else:
        end = size - 1 if last is None else min(last, size - 1)
        assert (answer.status_code, answer.content) == (206, SOUND[first : end + 1])
        assert answer.headers["content-range"] == f"bytes {first}-{end}/{size}"
        assert answer.headers["content-length"] == str(end + 1 - first)


@pytest.mark.parametrize(
    "asked", ["bytes=0-1,5-9", "bytes=a-b", "lines=0-1", "bytes", "bytes=1-0", "bytes=٠-٣"]
)
def test_a_range_that_is_not_one_range_is_answered_with_the_whole(client: TestClient, asked: str) -> None:
    answer = client.get(ADDRESS, headers={"Range": asked.encode()})
    assert (answer.status_code, answer.content) == (200, SOUND)


def test_no_bytes_at_the_end_are_more_than_can_be_given(client: TestClient) -> None:
    assert client.get(ADDRESS, headers={"Range": "bytes=-0"}).status_code == 416


@pytest.mark.parametrize(
    ("version", "status"),
    [(TAG, 206), ('"another"', 200), ("W/" + TAG, 200), ("Wed, 21 Oct 2026 07:28:00 GMT", 200)],
)
def test_a_range_of_another_version_is_answered_with_the_whole(
    client: TestClient, version: str, status: int
) -> None:
    answer = client.get(ADDRESS, headers={"Range": "bytes=0-9", "If-Range": version})
    assert (answer.status_code, len(answer.content)) == (status, 10 if status == 206 else len(SOUND))


@pytest.mark.parametrize("known", [TAG, f'"other", W/{TAG}', "*"])
def test_what_a_reader_has_is_not_sent_again(client: TestClient, known: str) -> None:
    answer = client.get(ADDRESS, headers={"If-None-Match": known, "Range": "bytes=0-1"})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == TAG
