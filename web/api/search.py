"""Searching what was said, for programs: the same search as the page's, one hit a turn."""

import datetime as dates
from dataclasses import replace
from enum import StrEnum
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.search.answering import Sort
from catalog.search.facets import Facet
from catalog.search.fusion import Mode, search_in_mode
from catalog.search.hits import Results
from catalog.search.moments import Hit, Prompt
from catalog.search.query import LONGEST_QUERY
from catalog.search.spellings import known_tables
from catalog.search.written import FoundArticles, asks_for_articles_only
from catalog.transcripts import Speaker
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.found import FoundArticleValue, SnippetPiece, article_value, find_articles
from web.api.paging import Cursor, Limit
from web.api.values import (
    CERTAINTY_TOLD,
    STATUS_TOLD,
    Certainty,
    SpeakerValue,
    Status,
    Value,
    example,
    speaker_value,
)
from web.asked import Asked

LONGEST = 20_000  # signs of a query that are read; what of it is searched, a note says

MODE_TOLD = (
    "By the words, by their meaning, or by both (hybrid). By meaning there is one page, by relevance, without facets; "
    "English only."
)

router = APIRouter(tags=["search"])


class Spellings(StrEnum):
    """Whether other spellings that mean the same are looked for too."""

    YES = "yes"
    NO = "no"


class PromptValue(Value):
    """What somebody else said just before."""

    text: str
    speaker: str
    certainty: Certainty = Field(description=CERTAINTY_TOLD)
    language: str
    start_ms: int
    url: str


class HitValue(Value):
    """A turn in which it was said."""

    model_config = example(examples.HIT)

    turn_id: str = Field(description="The turn: the talk and the millisecond it starts at.")
    episode: str = Field(description="The talk's id.")
    title: str
    date: dates.date | None = Field(description="The day of the talk, as far as that is known.")
    url: str = Field(description="The permanent link: the talk's page, opened and played at the words found.")
    start_ms: int = Field(description="Where the words found begin.")
    end_ms: int
    turn_start_ms: int
    speaker: SpeakerValue
    language: str
    text: str = Field(description="All words of the stretch that was found.")
    snippet: list[SnippetPiece]
    prompt: PromptValue | None = Field(description="What somebody else said just before.")
    status: Status = Field(description=STATUS_TOLD)
    by_meaning: bool = Field(description="Whether it was found by its meaning, with none of the words.")


class NoteValue(Value):
    """Something in the query that was not understood."""

    position: int = Field(description="Where in the query, counted in signs.")
    text: str


class CountValue(Value):
    """How many turns have a value."""

    value: str
    label: str
    turns: int


class FacetValue(Value):
    """How the hits are spread over speakers, roles, years..."""

    field: str
    about: bool = Field(description="Whether the counts are estimated from a part of the hits.")
    counts: list[CountValue]


class SearchAnswer(Value):
    """A page of the turns that were found."""

    model_config = example(examples.FOUND)

    q: str = Field(description="The query as it was searched.")
    url: str = Field(description="The same search as a page.")
    total: int = Field(description="How many turns were found in all.")
    total_estimated: bool = Field(
        description="Everybody says these words: the total is from a sample of the turns."
    )
    hits: list[HitValue]
    notes: list[NoteValue] = Field(description="What of the query was not understood; the rest was searched.")
    also: list[str] = Field(description="Other spellings that were looked for too.")
    suggestions: list[str] = Field(description="Queries that may have been meant.")
    facets: list[FacetValue]
    articles: list[FoundArticleValue] = Field(
        description="Written articles that answer, with `in:articles` or `in:both` in the query: the likeliest. "
        "With `in:articles` the cursor, the order and the facets are theirs."
    )
    articles_total: int = Field(description="How many articles were found in all.")
    next: str | None = Field(description="The cursor of the next page; null at the end.")


@router.get(
    "/search", response_model=SearchAnswer, responses=read_answers(400), summary="Search what was said"
)
async def search(
    request: Request,
    asking: Program,
    q: Annotated[
        str,
        Query(
            max_length=LONGEST,
            description='Words, "phrases", OR, -not, word*, speaker:, role:, after:... as on the page /search/help.',
            examples=['"old road" role:guest'],
        ),
    ],
    sort: Annotated[Sort, Query(description="The order of the hits.")] = Sort.RELEVANCE,
    expand: Annotated[
        Spellings, Query(description="Whether other spellings are looked for.")
    ] = Spellings.YES,
    mode: Annotated[Mode, Query(description=MODE_TOLD)] = Mode.WORDS,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """Turns of published talks in which something was said, with who said it, when, in which words, asked what."""
    wanted = partial(search_answer, asking, q, sort=sort, expand=expand is Spellings.YES, mode=mode)
    return reply(request, await asking.site.search_in_turn(partial(wanted, limit=limit, cursor=cursor)))


def search_answer(
    asking: Asking,
    text: str,
    *,
    sort: Sort = Sort.RELEVANCE,
    expand: bool = True,
    mode: Mode = Mode.WORDS,
    limit: int,
    cursor: str = "",
    episode: str = "",
) -> SearchAnswer:
    """Search as the page does; `episode` is the id of the only talk to look in. InvalidQuery for a cursor that is
    none of this search."""
    text = " ".join(text.replace("\0", " ").split())
    home = asking.site.newsroom.settings.home
    tables = known_tables(asking.session, home) if expand else None
    alone = asks_for_articles_only(text)
    written = find_articles(asking, text, limit, cursor, sort, tables, expand=expand)
    results = search_in_mode(
        asking.session,
        asking.site.index,
        text,
        mode=mode,
        meanings=None if mode is Mode.WORDS else asking.site.read_meanings(),
        limit=limit,
        after="" if alone else cursor,
        episode=episode or None,
        sort=sort,
        expand=expand,
        tables=tables,
    )
    results = replace(results, notes=(*results.notes, *written.notes))
    if alone:
        results = replace(results, next=written.next, facets=written.facets)
    asked = Asked(text[:LONGEST_QUERY], within=episode, sort=sort, expand=expand, mode=mode)
    return _as_value(asking, asked, results, written)


def _as_value(asking: Asking, asked: Asked, results: Results, written: FoundArticles) -> SearchAnswer:
    return SearchAnswer(
        q=asked.text,
        url=asking.link(asked.address),
        total=results.total,
        total_estimated=results.about,
        hits=[_hit_value(asking, hit) for hit in results.hits],
        notes=[NoteValue(position=note.position, text=note.text) for note in results.notes],
        also=list(results.also),
        suggestions=list(results.suggestions),
        facets=[_facet_value(facet) for facet in results.facets],
        articles=[article_value(asking, hit) for hit in written.hits],
        articles_total=written.total,
        next=results.next or None,
    )


def _hit_value(asking: Asking, hit: Hit) -> HitValue:
    speaker = Speaker(
        label="",
        name=hit.speaker,
        certainty=hit.certainty,
        person_slug=hit.speaker_slug,
        role=hit.role,
        affiliation=hit.affiliation,
    )
    return HitValue(
        turn_id=hit.turn_id,
        episode=hit.episode_slug,
        title=hit.episode_title,
        date=hit.aired_at and hit.aired_at.date(),
        url=asking.link_to_moment(hit.episode_slug, hit.start_ms),
        start_ms=hit.start_ms,
        end_ms=hit.end_ms,
        turn_start_ms=hit.turn_start_ms,
        speaker=speaker_value(asking, speaker),
        language=hit.language,
        text=hit.text,
        snippet=[SnippetPiece(text=piece, found=found) for piece, found in hit.snippet],
        prompt=hit.prompt and _prompt_value(asking, hit.episode_slug, hit.prompt),
        status=Status(hit.status),
        by_meaning=hit.by_meaning,
    )


def _prompt_value(asking: Asking, slug: str, prompt: Prompt) -> PromptValue:
    return PromptValue(
        text=prompt.text,
        speaker=prompt.speaker,
        certainty=Certainty(prompt.certainty),
        language=prompt.language,
        start_ms=prompt.start_ms,
        url=asking.link_to_moment(slug, prompt.start_ms),
    )


def _facet_value(facet: Facet) -> FacetValue:
    return FacetValue(
        field=facet.field,
        about=facet.about,
        counts=[CountValue(value=one.value, label=one.label, turns=one.turns) for one in facet.counts],
    )
