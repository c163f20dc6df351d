"""Talks for programs: the list, and one talk with its cast, its chapters, its files and how it was transcribed."""

import datetime as dates
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.glosses import list_translations
from catalog.listing import Line, Wanted, list_episodes
from catalog.people import CastLine
from catalog.reading import EpisodeCard, EpisodePage, read_page
from catalog.search.cursor import write_cursor
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import STATUS_TOLD, Day, Status, TalkId, Value, example, status_of
from web.copies import FORMS
from web.feeds import media_links

router = APIRouter(tags=["episodes"])


class CastValue(Value):
    """Somebody who is in a talk."""

    name: str
    person: str = Field(description="The person's id.")
    role: str = Field(description="moderator, host or guest.")
    affiliation: str | None = Field(description="Whom the person spoke for, on that day.")
    confirmed: bool = Field(
        description="Whether an editor has agreed; else it was read from the description."
    )
    url: str


class EpisodeValue(Value):
    """A talk, as a list shows it."""

    model_config = example(examples.EPISODE)

    id: str
    url: str = Field(description="The permanent link to the talk's page.")
    title: str
    summary: str
    language: str | None = Field(description="The main language, as BCP 47 writes it.")
    date: dates.date | None = Field(description="The day it was put out, as far as that is known.")
    published_at: dates.datetime | None = Field(description="When this site published it.")
    duration_ms: int
    has_video: bool
    revision: int = Field(description="Rises with every change a reader could see.")
    status: Status = Field(description=STATUS_TOLD)
    cast: list[CastValue]


class EpisodeList(Value):
    """A page of the list of talks, the newest first."""

    model_config = example({"episodes": [examples.EPISODE], "next": None})

    episodes: list[EpisodeValue]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class ChapterValue(Value):
    """A chapter of a talk."""

    start_ms: int
    title: str
    url: str


class FileValue(Value):
    """A recording or a picture of a talk."""

    kind: str
    mime: str
    bytes: int
    url: str


class TranscriptValue(Value):
    """How the words came to be, and where to have them whole."""

    status: Status = Field(description=STATUS_TOLD)
    engine: str
    model: str
    note: str | None = Field(description="What the engine says of itself.")
    recording_sha256: str | None = Field(description="The hash of the recording that was heard.")
    turns: int = Field(description="How many turns there are.")
    turns_url: str = Field(description="The turns, from this interface.")
    copies: dict[str, str] = Field(description="The transcript as a file, by the ending of its name.")


class TranslationValue(Value):
    """The talk in another language than was spoken."""

    language: str
    checked: bool = Field(description="Whether a person wrote or checked it; else it is a machine's alone.")
    engine: str
    model: str | None
    copies: dict[str, str] = Field(description="It as a file, by the ending of its name.")


class EpisodeAnswer(EpisodeValue):
    """One talk, with all a page shows of it but the words."""

    model_config = example(examples.TALK_WHOLE)

    recorded_at: dates.datetime | None
    source_url: str | None = Field(description="Where the newsroom put the talk out, if that is public.")
    chapters: list[ChapterValue]
    files: list[FileValue]
    transcript: TranscriptValue | None = Field(description="Null while nothing is written down.")
    translations: list[TranslationValue] = Field(description="Translations, apart from what was spoken.")


@router.get("/episodes", response_model=EpisodeList, responses=read_answers(400), summary="List talks")
def episodes(
    request: Request,
    asking: Program,
    language: Annotated[
        str, Query(max_length=20, description="Only talks in this language.", examples=["ur"])
    ] = "",
    after: Annotated[Day | None, Query(description="From this day on.", examples=["2020-12-01"])] = None,
    before: Annotated[Day | None, Query(description="Before this day.", examples=["2030-01-01"])] = None,
    q: Annotated[str, Query(max_length=200, description="What the title holds.", examples=["tea"])] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """Published talks, the newest first."""
    wanted = Wanted(language.replace("\0", ""), after, before, q.replace("\0", ""))
    return reply(request, episode_list(asking, wanted, limit=limit, cursor=cursor))


@router.get(
    "/episodes/{slug}",
    response_model=EpisodeAnswer,
    responses=read_answers(404, 410),
    summary="Read one talk",
)
def episode(request: Request, asking: Program, slug: TalkId) -> Response:
    """One talk: who is in it, its chapters, its files, how it was transcribed."""
    return reply(request, episode_answer(asking, slug))


def episode_list(asking: Asking, wanted: Wanted, *, limit: int, cursor: str = "") -> EpisodeList:
    """Raises InvalidQuery for a cursor of another list."""
    question = f"episodes {wanted}"
    lines = list_episodes(asking.session, wanted, limit=limit + 1, beyond=place_of(question, cursor))
    shown = lines[:limit]
    return EpisodeList(
        episodes=[_as_value(asking, line) for line in shown],
        next=write_cursor(question, shown[-1].card.id) if len(lines) > limit else None,
    )


def episode_answer(asking: Asking, slug: str) -> EpisodeAnswer:
    """Raises NotFound or Withdrawn for a talk that is not public."""
    asking.published(slug)
    talk = read_page(asking.session, slug)
    day = talk.aired_at or talk.card.published_at
    status = status_of(talk.trust)
    files = media_links(talk).values()
    return EpisodeAnswer(
        **_fields(asking, talk.card, day and day.date(), status),
        recorded_at=talk.recorded_at,
        source_url=talk.source_url or None,
        chapters=[
            ChapterValue(
                start_ms=one.start_ms, title=one.title, url=asking.link_to_moment(slug, one.start_ms)
            )
            for one in talk.chapters
        ],
        files=[
            FileValue(kind=one.kind, mime=one.mime, bytes=one.size, url=asking.link(one.address))
            for one in files
        ],
        transcript=_transcript(asking, talk, status),
        translations=_translations(asking, talk.card),
    )


def _translations(asking: Asking, card: EpisodeCard) -> list[TranslationValue]:
    return [
        TranslationValue(
            language=one.language,
            checked=one.by_human,
            engine=one.engine,
            model=one.model or None,
            copies={
                ending: asking.link(f"/e/{card.slug}/translations/{one.language}.{ending}")
                for ending in FORMS
            },
        )
        for one in list_translations(asking.session, card.id)
    ]


def _as_value(asking: Asking, line: Line) -> EpisodeValue:
    status = Status(line.standing)
    return EpisodeValue(**_fields(asking, line.card, line.day.date(), status))


def _fields(asking: Asking, card: EpisodeCard, day: dates.date | None, status: Status) -> dict[str, Any]:
    return {
        "id": card.slug,
        "url": asking.link(f"/e/{card.slug}"),
        "title": card.title,
        "summary": card.summary,
        "language": card.language or None,
        "date": day,
        "published_at": card.published_at,
        "duration_ms": card.duration_ms,
        "has_video": card.has_video,
        "revision": card.revision,
        "status": status,
        "cast": [_cast_value(asking, member) for member in card.cast],
    }


def _cast_value(asking: Asking, member: CastLine) -> CastValue:
    return CastValue(
        name=member.name,
        person=member.person_slug,
        role=member.role,
        affiliation=member.affiliation or None,
        confirmed=member.confirmed,
        url=asking.link(f"/people/{member.person_slug}"),
    )


def _transcript(asking: Asking, talk: EpisodePage, status: Status) -> TranscriptValue | None:
    slug, trust = talk.card.slug, talk.trust
    if trust is None:
        return None
    return TranscriptValue(
        status=status,
        engine=trust.engine,
        model=trust.model,
        note=trust.note or None,
        recording_sha256=trust.original_sha256 or None,
        turns=len(talk.turns),
        turns_url=asking.link(f"/api/v1/episodes/{slug}/turns"),
        copies={ending: asking.link(f"/e/{slug}.{ending}") for ending in FORMS},
    )
