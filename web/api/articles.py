"""Written articles for programs: their list, one of them with its talks, and the same by the address it was published
at, so that a blog can show under each article what was said of it."""

import datetime as dates
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.articles import article_at, count_articles, find_article, list_articles
from catalog.errors import NotFound
from catalog.models import Article, Review
from catalog.passages import Passage
from catalog.relate.reasons import tell_reason
from catalog.related import RelatedTalk, talks_of_article
from catalog.search.cursor import write_cursor
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import (
    STATUS_TOLD,
    SpeakerValue,
    Status,
    Value,
    example,
    speaker_value,
)
from web.articles import address_of, original_of

router = APIRouter(tags=["articles"])
QUESTION = "articles"


class ArticleValue(Value):
    """An article of the newsroom."""

    model_config = example(examples.ARTICLE)

    id: int
    title: str
    summary: str | None = Field(description="The newsroom's own line on it.")
    byline: str | None
    date: dates.date | None = Field(description="When it was published.")
    language: str | None
    url: str | None = Field(description="The original; null where it is not known or was taken down.")
    is_gone: bool = Field(description="Whether it was taken down at its source.")
    page: str = Field(description="Its page here.")


class ArticleList(Value):
    """A page of the list of articles, the newest first."""

    model_config = example({"articles": [examples.ARTICLE], "next": None})

    articles: list[ArticleValue]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class PassageValue(Value):
    """A moment of a talk that the article quotes or reports."""

    start_ms: int
    end_ms: int
    article_says: str = Field(description="The words of the article.")
    said: str = Field(description="What the transcript has there today.")
    speaker: SpeakerValue
    is_quoted: bool = Field(description="Whether the article has them in quotation marks.")
    is_stale: bool = Field(
        description="Whether the transcript was corrected there and no editor looked since."
    )
    url: str = Field(description="The talk, opened and played there.")


class RelatedValue(Value):
    """A published talk that belongs to the article, and why."""

    id: str
    title: str
    url: str
    date: dates.date | None
    reason: str
    is_confirmed: bool = Field(description="Whether an editor confirmed it; else a machine found it.")
    status: Status = Field(description=STATUS_TOLD)
    confidence: float = Field(description="How sure the machine is, from 0 to 1.")
    passages: list[PassageValue]


class ArticleAnswer(ArticleValue):
    """An article with the talks that belong to it, those that editors confirmed first."""

    model_config = example(examples.ARTICLE | {"talks": [examples.RELATED]})

    talks: list[RelatedValue]


@router.get("/articles", response_model=ArticleList, responses=read_answers(400), summary="List articles")
def articles(request: Request, asking: Program, limit: Limit = 20, cursor: Cursor = "") -> Response:
    """Every article on record, the newest first."""
    offset = min(place_of(QUESTION, cursor), count_articles(asking.session))
    found = list_articles(asking.session, limit=limit + 1, offset=offset)
    more = write_cursor(QUESTION, offset + limit) if len(found) > limit else None
    listed = [ArticleValue(**_told(asking, one)) for one in found[:limit]]
    return reply(request, ArticleList(articles=listed, next=more))


@router.get(
    "/articles/{number}",
    response_model=ArticleAnswer,
    responses=read_answers(404),
    summary="Read one article",
)
def article(
    request: Request,
    asking: Program,
    number: Annotated[int, Path(ge=1, le=2**31 - 1, description="The id of an article.", examples=[12])],
) -> Response:
    """An article with its published talks, the reason of each, and the moments it quotes."""
    return reply(request, article_answer(asking, number))


@router.get(
    "/related",
    response_model=ArticleAnswer,
    responses=read_answers(404),
    summary="Find the talks of an article",
)
def related(
    request: Request,
    asking: Program,
    url: Annotated[
        str,
        Query(
            max_length=2000,
            description="Where the article was published; tracking, www and a closing slash do not matter.",
            examples=["https://blog.example/rain"],
        ),
    ],
) -> Response:
    """The same by the article's own address: for the page of the article."""
    found = article_at(asking.session, url.replace("\0", ""))
    if found is None:
        raise NotFound("No article of this address is on record.")
    return reply(request, _whole(asking, found))


def article_answer(asking: Asking, number: int) -> ArticleAnswer:
    """One article with its published talks. Raises NotFound."""
    return _whole(asking, find_article(asking.session, number))


def _whole(asking: Asking, found: Article) -> ArticleAnswer:
    shown_from = asking.site.newsroom.settings.related_from
    talks = talks_of_article(asking.session, found.id or 0, shown_from)
    return ArticleAnswer(**_told(asking, found), talks=[_talk(asking, one) for one in talks])


def _told(asking: Asking, found: Article) -> dict[str, object]:
    return {
        "id": found.id,
        "title": found.title,
        "summary": found.summary or None,
        "byline": found.byline or None,
        "date": found.published_at.date() if found.published_at else None,
        "language": found.language or None,
        "url": original_of(found) or None,
        "is_gone": found.gone_at is not None,
        "page": asking.link(address_of(found)),
    }


def _talk(asking: Asking, talk: RelatedTalk) -> RelatedValue:
    return RelatedValue(
        id=talk.slug,
        title=talk.title,
        url=asking.link(f"/e/{talk.slug}"),
        date=talk.published_at.date() if talk.published_at else None,
        reason=talk.reason or tell_reason(talk.evidence, talk.guests),
        is_confirmed=talk.review is Review.CONFIRMED,
        status=Status(talk.standing),
        confidence=talk.confidence,
        passages=[_passage(asking, talk.slug, one) for one in talk.passages],
    )


def _passage(asking: Asking, slug: str, one: Passage) -> PassageValue:
    return PassageValue(
        start_ms=one.start_ms,
        end_ms=one.end_ms,
        article_says=one.quote,
        said=one.said,
        speaker=speaker_value(asking, one.speaker),
        is_quoted=one.is_quoted,
        is_stale=one.is_stale,
        url=asking.link_to_moment(slug, one.start_ms),
    )
