"""Transcripts as files: they pass strict readers, and any site may fetch them."""

import json
import re
from collections.abc import Iterator, Sequence
from random import Random

import jsonschema
import pysubs2
import pytest
from hypothesis import given, settings
from hypothesis.strategies import booleans, integers, sampled_from
from starlette.testclient import TestClient
from webvtt_python import WebVTTParser

from catalog.db import reading
from catalog.newsroom import Newsroom
from catalog.transcripts import Passage, Speaker, SpokenTurn
from transcribe.timeline import Word
from web import copies
from web.copies import CopyShelf, TextCopies, about_sizes, make_copies

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


def test_the_page_gives_about_the_size_of_every_copy(client: TestClient, talks: dict[str, int]) -> None:
    page = client.get("/e/tea").text
    for ending in TYPES:
        told = re.search(rf'href="/e/tea\.{ending}".*?≈\xa0(\d+) KB', page)
        assert told and abs(1000 * int(told[1]) - len(client.get(f"/e/tea.{ending}").content)) < 1000
    assert 'href="/media/tea/web_audio.m4a"' in page and "3 KB" in page


NAMES = ("Asma Green", "Unconfirmed voice", "زرین ٹیسٹ")
TONGUES = {
    "en": ["the", "families", "of", "the", "missing", "wait", "for", "news"],
    "ur": ["لاپتہ", "افراد", "کے", "گھر", "والے", "انتظار", "میں", "ہیں"],
}


@given(
    seed=integers(0, 9_999),  # and not the dice themselves, for those would be loaded until all words are one
    language=sampled_from([*TONGUES]),
    words=integers(8, 150),
    is_timed=booleans(),
)
@settings(max_examples=25, deadline=None, derandomize=True)
def test_sizes_that_are_told_by_rule_of_thumb_are_about_right(
    seed: int, language: str, words: int, is_timed: bool
) -> None:
    """By invented talks of some minutes, of short answers or long speeches."""
    turns = list(_turns(Random(seed), language, words, is_timed))
    copies, told = make_copies(turns, 1).forms, about_sizes(turns)
    for ending, copy in copies.items():
        assert 0.85 < told[ending] / len(copy) < 1.15, ending


def _turns(dice: Random, language: str, words: int, is_timed: bool) -> Iterator[SpokenTurn]:
    at_ms = 0
    for number in range(60):
        name = dice.choice(NAMES)
        begun, said = at_ms, []
        for _ in range(dice.randint(words // 2, words * 3 // 2)):
            text = dice.choice(TONGUES[language]) + dice.choice(("", "", "", "", "", "", "", "", "", "."))
            said.append(Word(at_ms, at_ms + dice.randint(180, 560), text, 0.9))
            at_ms = said[-1].end_ms
        text = " ".join(word.text for word in said)
        timed = tuple(said) if is_timed else ()
        passage = Passage(number, begun, at_ms, text, language, words=timed)
        yield SpokenTurn(Speaker(name, name, "named"), (passage,))


def test_the_copies_of_the_talks_read_last_are_kept(
    room: Newsroom, talks: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf, made = CopyShelf(most=1), []

    def make(turns: Sequence[SpokenTurn], revision: int) -> TextCopies:
        made.append(turns[0].start_ms)
        return make_copies(turns, revision)

    monkeypatch.setattr(copies, "make_copies", make)
    with reading(room.engine) as session:
        kept = [shelf.copies_of(session, talks[slug], 1) for slug in ("tea", "tea", "urdu", "tea")]
        assert kept[0] is kept[1] and len(made) == 3, "the first was let go for the other"
        shelf.copies_of(session, talks["tea"], 2)
        assert len(made) == 4, "what was corrected is made anew"
