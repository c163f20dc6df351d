"""Transcripts as files: they pass strict readers, and any site may fetch them."""

import json
from collections.abc import Sequence

import jsonschema
import pysubs2
import pytest
from starlette.testclient import TestClient
from webvtt_python import WebVTTParser

from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.transcripts import SpokenTurn
from web import copies
from web.copies import CopyShelf, TextCopies, make_copies

PODCAST_TRANSCRIPT = {
    "type": "object",
    "required": ["version", "segments"],
    "properties": {
        "version": {"const": "1.0.0"},
        "segments": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["speaker", "startTime", "endTime", "body"],
                "properties": {
                    "speaker": {"type": "string"},
                    "startTime": {"type": "number"},
                    "endTime": {"type": "number"},
                    "body": {"type": "string"},
                },
            },
        },
    },
}
TYPES = {
    "vtt": "text/vtt; charset=utf-8",
    "srt": "application/x-subrip; charset=utf-8",
    "json": "application/json",
    "txt": "text/plain; charset=utf-8",
}


@pytest.mark.parametrize("slug", ["tea", "urdu"])
@pytest.mark.parametrize("ending", TYPES)
def test_a_copy_says_what_it_is_and_is_open_to_every_site(
    client: TestClient, talks: dict[str, int], slug: str, ending: str
) -> None:
    answer = client.get(f"/e/{slug}.{ending}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == TYPES[ending]
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-disposition"] == f'inline; filename="{slug}.{ending}"'


@pytest.mark.parametrize("slug", ["tea", "urdu"])
def test_captions_name_who_speaks_in_every_form(client: TestClient, talks: dict[str, int], slug: str) -> None:
    vtt = client.get(f"/e/{slug}.vtt").text
    WebVTTParser(strict=True).parse(vtt)
    assert "<v " in vtt
    assert len(pysubs2.SSAFile.from_string(client.get(f"/e/{slug}.srt").text, format_="srt")) > 3
    transcript = client.get(f"/e/{slug}.json").json()
    jsonschema.validate(transcript, PODCAST_TRANSCRIPT)
    assert transcript["segments"][0]["speaker"] in client.get(f"/e/{slug}.txt").text


def test_word_times_stand_where_the_words_are_printed(client: TestClient, talks: dict[str, int]) -> None:
    told = client.get("/e/tea/words.json").json()
    bodies = [segment["body"] for segment in client.get("/e/tea.json").json()["segments"]]
    assert len(told["passages"]) == len(bodies)
    begin, end, start_ms, end_ms = told["passages"][0][:4]
    assert (bodies[0][begin:end], start_ms, end_ms) == ("Good", 600, 784)


def test_word_times_are_for_our_own_pages(client: TestClient, talks: dict[str, int]) -> None:
    answer = client.get("/e/tea/words.json")
    assert "access-control-allow-origin" not in answer.headers
    assert json.loads(answer.content)["revision"] == 1


def test_the_page_gives_the_size_of_every_copy(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/tea").text
    for ending in TYPES:
        assert f'href="/e/tea.{ending}"' in page
    assert 'href="/media/tea/web_audio.m4a"' in page and "3 KB" in page


def test_how_long_copies_are_is_known_when_they_themselves_were_let_go(
    room: Newsroom, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page that offers them must not cost what it costs to make them."""
    shelf, made = CopyShelf(most=1), []

    def make(turns: Sequence[SpokenTurn], revision: int) -> TextCopies:
        made.append(turns[0].start_ms)
        return make_copies(turns, revision)

    monkeypatch.setattr(copies, "make_copies", make)
    with reading(room.engine) as session:
        sizes = [shelf.sizes_of(session, talks[slug], 1) for slug in ("tea", "urdu", "tea")]
        assert (len(made), sizes[0] == sizes[2] != sizes[1]) == (2, True)
        forms = shelf.copies_of(session, talks["tea"], 1).forms
        assert {ending: len(copy) for ending, copy in forms.items()} == sizes[0]
        assert len(made) == 3
        shelf.sizes_of(session, talks["tea"], 2)
        assert len(made) == 4, "what was corrected is measured anew"
