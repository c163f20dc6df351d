"""A form with a file that comes damaged or in any pieces is taken as it was sent or refused in words."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from tests.damage import damaged
from web.studio.upload import Arrival, receive

SOUND = bytes(range(256))
FORM = (
    b'--seam\r\nContent-Disposition: form-data; name="title"\r\n\r\nThe lake\r\n'
    b'--seam\r\nContent-Disposition: form-data; name="file"; filename="../lake.opus"\r\n'
    b"Content-Type: audio/ogg\r\n\r\n" + SOUND + b"\r\n--seam--\r\n"
)
sizes = st.lists(st.integers(1, 90), max_size=30)


def send(folder: Path, body: bytes, pieces: list[int]) -> Arrival:
    waiting = _cut(body, pieces)

    async def next_piece() -> dict[str, Any]:
        piece = next(waiting, None)
        return {"type": "http.request", "body": piece or b"", "more_body": piece is not None}

    headers = [(b"content-type", b"multipart/form-data; boundary=seam")]
    arrival = Arrival(folder, 10_000)
    asyncio.run(receive(Request({"type": "http", "headers": headers}, next_piece), arrival))
    return arrival


def _cut(body: bytes, pieces: list[int]) -> Iterator[bytes]:
    for size in pieces:
        yield body[:size]
        body = body[size:]
    yield body


@settings(max_examples=40, derandomize=True, deadline=None)
@given(sizes)
def test_in_whatever_pieces_it_comes_it_is_what_was_sent(pieces: list[int]) -> None:
    with TemporaryDirectory() as name:
        arrival = send(Path(name), FORM, pieces)
        assert arrival.fields["title"] == "The lake"
        assert arrival.path is not None and arrival.path.parent == Path(name)
        assert arrival.path.read_bytes() == SOUND


@settings(max_examples=80, derandomize=True, deadline=None)
@given(damaged(FORM), sizes)
def test_damaged_it_is_taken_or_refused_and_leads_nowhere(body: bytes, pieces: list[int]) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name) / "arrivals"
        folder.mkdir()
        try:
            arrival = send(folder, body, pieces)
        except HTTPException as refused:
            assert refused.status_code in (400, 413) and refused.detail
        else:
            assert arrival.is_whole
        assert [path for path in Path(name).iterdir() if path != folder] == []
