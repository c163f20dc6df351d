"""Citable moments for programs: reading one, and making the permanent link to words that were said."""

import datetime as dates
from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BeforeValidator, ConfigDict, Field
from starlette.responses import Response

from catalog.cite import STYLES
from catalog.db import reading, writing
from catalog.quotes import QuoteCard, moment_of, print_name, quote_moment, read_quote
from web import quotes as forms
from web.api import examples
from web.api.answers import made_answers, read_answers, reply
from web.api.asking import Asking, Program, base_of
from web.api.turns import FARTHEST_MS
from web.api.values import STATUS_TOLD, Slug, SpeakerValue, Status, Value, example, speaker_value, status_of
from web.deps import Site, site_of
from web.forms import address_of

router = APIRouter(tags=["quotes"])


class VoiceValue(Value):
    """What one speaker says of the words, in the order they were said."""

    speaker: str = Field(description="The name as it is printed, with its doubt.")
    text: str


class QuoteValue(Value):
    """Words somebody said, with the permanent link to them."""

    model_config = example(examples.QUOTE)

    id: str
    url: str = Field(
        description="The permanent link: it still leads to these words when the transcript is edited."
    )
    state: str = Field(
        description="`exact` or `moved`: the words stand as they were quoted. `changed`: the transcript was corrected "
        "since; `now` is what it says today."
    )
    quoted: str | None = Field(description="The words as they were quoted; null where they were taken back.")
    now: str = Field(description="The words as the transcript has them today.")
    speakers: list[SpeakerValue]
    turns: list[VoiceValue] = Field(description="Who says which of the words in `now`.")
    episode: str = Field(description="The talk's id.")
    title: str
    moment_url: str = Field(description="The words in their talk.")
    date: dates.date | None = Field(description="The day they were said, as far as that is known.")
    language: str
    start_ms: int
    end_ms: int
    quoted_revision: int
    revision: int
    status: Status = Field(description=STATUS_TOLD)
    citation: str = Field(description="The citation in the manner of APA, with the time.")
    citations: dict[str, str] = Field(description="Where to have it in each style.")


def _without_point(value: object) -> object:
    """JSON has one kind of number: 3000.0 is the whole number 3000."""
    return int(value) if isinstance(value, float) and value.is_integer() else value


Moment = Annotated[int, BeforeValidator(_without_point)]


class QuoteWanted(Value):
    """The words of a talk that are spoken in a span of time."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        json_schema_extra={"examples": [{"episode": examples.TALK, "start_ms": 12_400, "end_ms": 17_900}]},
    )

    episode: Slug = Field(description="The talk's id.")
    start_ms: Moment = Field(ge=0, le=FARTHEST_MS, description="Where the words begin.")
    end_ms: Moment = Field(ge=1, le=FARTHEST_MS, description="Where they end: at most three minutes later.")


@router.get(
    "/quotes/{quote_id}",
    response_model=QuoteValue,
    responses=read_answers(404, 410),
    summary="Read a quote",
)
def quote(
    request: Request,
    asking: Program,
    quote_id: Annotated[
        str,
        Path(
            pattern="^[a-z0-9]{1,16}$",
            description="The id of a quote: the last part of its link.",
            examples=["h7kq2mzw4p"],
        ),
    ],
) -> Response:
    """The words of a quote as they were and as they are, who said them, and how to cite them."""
    return reply(request, quote_value(asking, quote_id))


@router.post(
    "/quotes",
    response_model=QuoteValue,
    responses=made_answers(400, 404, 410),
    summary="Make a quote",
)
def make_quote(request: Request, wanted: QuoteWanted) -> Response:
    """Make the permanent link to words that were said. The same words have the same link; at most 20 a minute."""
    site = site_of(request)
    told = cite_moment(site, base_of(request, site.newsroom.settings), wanted, address_of(request))
    return reply(request, told)


def cite_moment(site: Site, base: str, wanted: QuoteWanted, address: str | None) -> QuoteValue:
    """The quote of these words, made unless it is there. `address` is whose allowance it takes; None for nobody's.

    Raises NotFound or Withdrawn for a talk that is not public, InvalidQuery where no words can be quoted, and 429.
    """
    if address is not None:
        forms.allowance.take(address)
    engine = site.newsroom.engine
    with writing(engine) as session:
        Asking(session, site, base).published(wanted.episode)
        short_id = quote_moment(session, wanted.episode, wanted.start_ms, wanted.end_ms)
    with reading(engine) as session:
        return quote_value(Asking(session, site, base), short_id)


def quote_value(asking: Asking, short_id: str) -> QuoteValue:
    """Raises NotFound for an id nobody was given, WordsGone where the words are no longer public."""
    return _as_value(asking, read_quote(asking.session, short_id))


def _as_value(asking: Asking, card: QuoteCard) -> QuoteValue:
    settings = asking.site.newsroom.settings
    moment = moment_of(card, base_url=asking.base, show=settings.site_title, publisher=settings.publisher)
    talk = card.talk
    return QuoteValue(
        id=card.short_id,
        url=moment.url,
        state=card.landing.value,
        quoted=card.quoted or None,
        now=card.now,
        speakers=[speaker_value(asking, speaker) for speaker in card.speakers],
        turns=[VoiceValue(speaker=print_name(speaker), text=words) for speaker, words in card.turns],
        episode=talk.card.slug,
        title=talk.card.title,
        moment_url=asking.link_to_moment(talk.card.slug, card.start_ms),
        date=moment.spoken_on,
        language=card.language,
        start_ms=card.start_ms,
        end_ms=card.end_ms,
        quoted_revision=card.revision,
        revision=talk.card.revision,
        status=status_of(talk.trust),
        citation=STYLES["text"].write(moment, dates.datetime.now(dates.UTC).date()).strip(),
        citations={name: f"{moment.url}.{style.ending}" for name, style in STYLES.items()},
    )
