"""The ledger for programs: recorded claims, and one of them with the question that prompted it."""

import datetime as dates
from enum import StrEnum
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.errors import NotFound
from catalog.ledger import LedgerLine, Wanted, count_claims, read_claim, read_claims, was_recorded
from catalog.search.cursor import write_cursor
from catalog.transcripts import Speaker
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import Slug, SpeakerValue, Value, example, speaker_value
from web.deps import Withdrawn

router = APIRouter(tags=["claims"])
STATUS_TOLD = (
    "What is known of the claim, not whether it is true: `recorded` (an editor confirms that it was said), `supported` "
    "or `disputed` (by what lies beside it), `corrected` (by the speaker, since)."
)


class ClaimState(StrEnum):
    """What is known of a claim."""

    RECORDED = "recorded"
    SUPPORTED = "supported"
    DISPUTED = "disputed"
    CORRECTED = "corrected"


class SubjectValue(Value):
    """What a claim is about, as an editor says."""

    model_config = example(examples.SUBJECT)

    id: str
    name: str
    kind: str = Field(description="topic, person, place, organisation or outlet.")


class GroundValue(Value):
    """A page that an editor put beside a claim."""

    model_config = example(examples.GROUND)

    url: str
    title: str | None
    stance: str = Field(description="supports, disputes or context.")
    note: str | None


class AskedValue(Value):
    """What another voice said just before the claim."""

    model_config = example(examples.ASKED)

    text: str
    speaker: str
    certainty: str
    language: str
    start_ms: int


class ReviewValue(Value):
    """A review of the claim by the newsroom's editors."""

    model_config = example(examples.REVIEW)

    rating: str
    text: str
    date: dates.date | None


class CorrectedValue(Value):
    """The moment at which the speaker corrected a claim."""

    model_config = example(examples.CORRECTED)

    episode: str = Field(description="The talk's id.")
    title: str
    start_ms: int
    url: str = Field(description="The moment in that talk.")


class ClaimValue(Value):
    """Words that assert something, with who said them, when, and what lies beside them."""

    model_config = example(examples.CLAIM)

    id: str
    url: str = Field(description="The permanent link.")
    text: str = Field(description="The exact words, as the transcript has them today.")
    language: str
    status: ClaimState = Field(description=STATUS_TOLD)
    speaker: SpeakerValue = Field(description="Always a name that an editor confirmed.")
    episode: str = Field(description="The talk's id.")
    title: str
    moment_url: str = Field(description="The words in their talk.")
    start_ms: int
    end_ms: int
    date: dates.date | None = Field(description="The day it was said, as far as that is known.")
    about: list[SubjectValue]
    evidence: list[GroundValue]
    note: str | None = Field(description="What the editors say beside it.")
    reply: str | None = Field(description="What those who are spoken of replied, where that is recorded.")
    review: ReviewValue | None = Field(description="Only where an editor wrote one.")
    corrected_at: CorrectedValue | None = Field(
        description="Where the speaker corrected it, if an editor pointed to that moment and readers may hear it."
    )
    recorded_on: dates.date | None


class ClaimAnswer(ClaimValue):
    """One claim, with what was asked before it."""

    model_config = example(examples.CLAIM_WHOLE)

    question: AskedValue | None


class ClaimList(Value):
    """A page of the ledger, as the claims were spoken."""

    model_config = example({"claims": [examples.CLAIM], "total": 1, "next": None})

    claims: list[ClaimValue]
    total: int
    next: str | None = Field(description="The cursor of the next page; null at the end.")


@router.get("/claims", response_model=ClaimList, responses=read_answers(400), summary="List claims")
def claims(
    request: Request,
    asking: Program,
    person: Annotated[
        Slug | None, Query(description="Said by this person.", examples=["hamid-river"])
    ] = None,
    about: Annotated[
        Slug | None, Query(description="About this topic, place, person ...", examples=["rain"])
    ] = None,
    episode: Annotated[Slug | None, Query(description="Said in this talk.", examples=[examples.TALK])] = None,
    status: Annotated[ClaimState | None, Query(description=STATUS_TOLD, examples=["recorded"])] = None,
    year: Annotated[
        int | None, Query(ge=1900, le=9998, description="Said in this year.", examples=[2026])
    ] = None,
    q: Annotated[
        str,
        Query(
            max_length=200,
            description="With all of these words, in what was said or in the name of who said it.",
            examples=["river"],
        ),
    ] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """Recorded claims, the talk of longest ago first, as they were spoken."""
    words = " ".join(q.replace("\0", "").split())
    wanted = Wanted(
        person or "", about or "", episode or "", status.value if status else "", year or 0, words
    )
    return reply(request, claim_list(asking, wanted, limit=limit, cursor=cursor))


@router.get(
    "/claims/{claim_id}",
    response_model=ClaimAnswer,
    responses=read_answers(404, 410),
    summary="Read one claim",
)
def claim(
    request: Request,
    asking: Program,
    claim_id: Annotated[
        str,
        Path(
            pattern="^[a-z0-9]{1,16}$",
            description="The id of a claim: the last part of its link.",
            examples=["k3w9x2mtqa"],
        ),
    ],
) -> Response:
    """One claim, with what was asked before it. 410: it was withdrawn, or its words changed and wait for an editor."""
    return reply(request, claim_answer(asking, claim_id))


def claim_list(asking: Asking, wanted: Wanted, *, limit: int, cursor: str = "") -> ClaimList:
    """Raises InvalidQuery for a cursor of another list."""
    question = f"claims {wanted}"
    reached = place_of(question, cursor)
    lines = read_claims(asking.session, wanted, limit=limit + 1, offset=reached, as_spoken=True)
    return ClaimList(
        claims=[ClaimValue(**_fields(asking, line)) for line in lines[:limit]],
        total=count_claims(asking.session, wanted),
        next=write_cursor(question, reached + limit) if len(lines) > limit else None,
    )


def claim_answer(asking: Asking, claim_id: str) -> ClaimAnswer:
    """Raises NotFound for what never was in the ledger, Withdrawn for what is not in it any more."""
    try:
        line = read_claim(asking.session, claim_id)
    except NotFound:
        if was_recorded(asking.session, claim_id):
            raise Withdrawn from None
        raise
    asked = line.question
    return ClaimAnswer(
        **_fields(asking, line),
        question=AskedValue(
            text=asked.text,
            speaker=asked.speaker,
            certainty=asked.certainty,
            language=asked.language,
            start_ms=asked.start_ms,
        )
        if asked
        else None,
    )


def _fields(asking: Asking, line: LedgerLine) -> dict[str, object]:
    speaker = Speaker("", line.speaker, line.certainty, line.person_slug, line.role, line.affiliation)
    return {
        "id": line.short_id,
        "url": asking.link(f"/claims/{line.short_id}"),
        "text": line.text,
        "language": line.language,
        "status": line.status,
        "speaker": speaker_value(asking, speaker),
        "episode": line.episode_slug,
        "title": line.episode_title,
        "moment_url": asking.link_to_moment(line.episode_slug, line.start_ms),
        "start_ms": line.start_ms,
        "end_ms": line.end_ms,
        "date": line.spoken_at and line.spoken_at.date(),
        "about": [SubjectValue(id=one.slug, name=one.name, kind=one.kind) for one in line.subjects],
        "evidence": [
            GroundValue(url=one.url, title=one.title or None, stance=one.stance, note=one.note or None)
            for one in line.grounds
        ],
        "note": line.note or None,
        "reply": line.reply or None,
        "review": ReviewValue(
            rating=line.rating, text=line.review, date=line.reviewed_at and line.reviewed_at.date()
        )
        if line.review
        else None,
        "corrected_at": CorrectedValue(
            episode=line.later.slug,
            title=line.later.title,
            start_ms=line.later.at_ms,
            url=asking.link_to_moment(line.later.slug, line.later.at_ms),
        )
        if line.later
        else None,
        "recorded_on": line.confirmed_at and line.confirmed_at.date(),
    }
