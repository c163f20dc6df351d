"""Turns for programs: what one speaker says until somebody else does, page after page, of one talk."""

from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.reading import read_page
from catalog.search.cursor import write_cursor
from catalog.transcripts import Passage, SpokenTurn
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import (
    STATUS_TOLD,
    SpeakerValue,
    Status,
    TalkId,
    Value,
    example,
    speaker_value,
    status_of,
)

FARTHEST_MS = 10**9  # eleven days

router = APIRouter(tags=["turns"])
Moment = Annotated[int, Field(ge=0, le=FARTHEST_MS)]


class ParagraphValue(Value):
    """A paragraph of a turn."""

    start_ms: int
    end_ms: int
    language: str
    text: str
    notes: list[str] = Field(
        description="What a reader must know: two people talk at once, not transcribed..."
    )


class TurnValue(Value):
    """What one speaker says until somebody else does."""

    model_config = example(examples.TURN)

    id: str = Field(description="The talk and the millisecond the turn starts at.")
    url: str = Field(
        description="The permanent link: the talk's page, opened and played where the turn starts."
    )
    start_ms: int
    end_ms: int
    speaker: SpeakerValue
    language: str = Field(description="The language it begins in.")
    text: str
    paragraphs: list[ParagraphValue]


class TurnList(Value):
    """A page of the turns of a talk, as spoken."""

    model_config = example(examples.TURNS)

    episode: str
    title: str
    url: str
    revision: int = Field(description="The revision of the talk these turns are of.")
    status: Status = Field(description=STATUS_TOLD)
    turns: list[TurnValue]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


@router.get(
    "/episodes/{slug}/turns",
    response_model=TurnList,
    responses=read_answers(400, 404, 410),
    summary="Read what was said",
)
def turns(
    request: Request,
    asking: Program,
    slug: TalkId,
    speaker: Annotated[
        str,
        Query(max_length=120, description="Only turns of the person with this id.", examples=["hamid-river"]),
    ] = "",
    from_ms: Annotated[
        Moment | None, Query(description="Turns that end after this moment.", examples=[12_000])
    ] = None,
    to_ms: Annotated[
        Moment | None, Query(description="Turns that start before this moment.", examples=[60_000])
    ] = None,
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """The transcript of a talk as turns, with who says them and how sure that is."""
    told = turn_list(asking, slug, speaker=speaker, from_ms=from_ms, to_ms=to_ms, limit=limit, cursor=cursor)
    return reply(request, told)


def turn_list(
    asking: Asking,
    slug: str,
    *,
    speaker: str = "",
    from_ms: int | None = None,
    to_ms: int | None = None,
    limit: int,
    cursor: str = "",
) -> TurnList:
    """Raises NotFound or Withdrawn for a talk that is not public, InvalidQuery for a cursor that is none, or of
    an earlier revision."""
    asking.published(slug)
    talk = read_page(asking.session, slug)
    question = f"turns {slug} at {talk.card.revision}: {speaker} {from_ms} {to_ms}"
    first = place_of(question, cursor)
    end_ms = FARTHEST_MS if to_ms is None else to_ms
    wanted = [
        turn
        for turn in talk.turns
        if (not speaker or turn.speaker.person_slug == speaker)
        and turn.end_ms > (from_ms or 0)
        and turn.start_ms < end_ms
    ]
    after = first + limit
    return TurnList(
        episode=slug,
        title=talk.card.title,
        url=asking.link(f"/e/{slug}"),
        revision=talk.card.revision,
        status=status_of(talk.trust),
        turns=[_turn_value(asking, slug, turn) for turn in wanted[first:after]],
        next=write_cursor(question, after) if after < len(wanted) else None,
    )


def _turn_value(asking: Asking, slug: str, turn: SpokenTurn) -> TurnValue:
    return TurnValue(
        id=f"{slug}@{turn.start_ms}",
        url=asking.link_to_moment(slug, turn.start_ms),
        start_ms=turn.start_ms,
        end_ms=turn.end_ms,
        speaker=speaker_value(asking, turn.speaker),
        language=turn.passages[0].language,
        text=turn.text,
        paragraphs=[_paragraph_value(passage) for passage in turn.passages],
    )


def _paragraph_value(passage: Passage) -> ParagraphValue:
    return ParagraphValue(
        start_ms=passage.start_ms,
        end_ms=passage.end_ms,
        language=passage.language,
        text=passage.text,
        notes=[flag.reason for flag in passage.flags],
    )
