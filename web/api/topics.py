"""What talks name, for programs: topics, people talked about, places, organisations. The moments themselves are found
by the search, with `topic:`."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.authority.reading import Named, public_topics
from catalog.authority.topics import Topic, named_beside, read_topic, written_of
from catalog.models import EntityKind
from catalog.normalize import fold
from catalog.search.cursor import write_cursor
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import Slug, Value, example

router = APIRouter(tags=["topics"])


class TopicValue(Value):
    """Somebody or something that published talks name."""

    model_config = example(examples.TOPIC)

    id: str
    kind: EntityKind
    name: str
    turns: int = Field(description="How many paragraphs of published talks name it.")
    talks: int
    url: str = Field(description="The permanent link to its page.")
    search_url: str = Field(description="Every turn that names it, as the search tells it.")


class TopicList(Value):
    """A page of the list, what is named most first."""

    model_config = example({"topics": [examples.TOPIC], "next": None})

    topics: list[TopicValue]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class BesideValue(Value):
    """What is named in the same paragraphs."""

    id: str
    kind: EntityKind
    name: str
    together: int = Field(description="How many paragraphs name both.")


class ArticleValue(Value):
    """A written article that names it."""

    title: str
    url: str | None = Field(description="Null when it is no longer at its source.")
    times: int = Field(description="How often it is named.")


class TopicAnswer(TopicValue):
    """One of them, with all that is known of it."""

    model_config = example(examples.TOPIC_WHOLE)

    also: list[str] = Field(description="Other names and spellings, in every script.")
    description: str | None
    person: str | None = Field(
        description="The id of the person, where somebody is heard in published talks too."
    )
    not_to_be_confused_with: list[str] = Field(description="The names of others.")
    beside: list[BesideValue]
    articles: list[ArticleValue]


@router.get("/topics", response_model=TopicList, responses=read_answers(400), summary="List what talks name")
def topics(
    request: Request,
    asking: Program,
    kind: Annotated[EntityKind | None, Query(description="Only those of this kind.")] = None,
    q: Annotated[str, Query(max_length=200, description="What the name holds.")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """Everybody and everything that published talks name, what is named most first."""
    return reply(request, topic_list(asking, kind, q, limit=limit, cursor=cursor))


@router.get(
    "/topics/{slug}", response_model=TopicAnswer, responses=read_answers(404), summary="Read one topic"
)
def topic(
    request: Request,
    asking: Program,
    slug: Annotated[Slug, Path(description="The id of a topic.", examples=["lake-market"])],
) -> Response:
    """What it is called, what is named beside it, which articles name it. One that was merged is told as the whole."""
    return reply(request, topic_answer(asking, slug))


def topic_list(
    asking: Asking, kind: EntityKind | None, named: str, *, limit: int, cursor: str = ""
) -> TopicList:
    """Raises InvalidQuery for a cursor of another list, or when the list has changed since."""
    folded = fold(named.replace("\0", ""))
    found = [
        one
        for one in public_topics(asking.session).values()
        if kind in (None, one.kind) and folded in fold(one.name)
    ]
    question = f"topics {kind} {folded} {len(found)}"
    place = place_of(question, cursor)
    shown = found[place : place + limit]
    more = place + limit < len(found)
    return TopicList(
        topics=[TopicValue(**_told(asking, one)) for one in shown],
        next=write_cursor(question, place + limit) if more else None,
    )


def topic_answer(asking: Asking, slug: str) -> TopicAnswer:
    """Raises NotFound for what no published talk names."""
    found = read_topic(asking.session, slug)
    return TopicAnswer(
        **_told(asking, found),
        also=list(found.also),
        description=found.description or None,
        person=found.person or None,
        not_to_be_confused_with=[one.name for one in found.namesakes],
        beside=[
            BesideValue(id=one.topic.slug, kind=one.topic.kind, name=one.topic.name, together=one.together)
            for one in named_beside(asking.session, found, "en")
        ],
        articles=[
            ArticleValue(title=one.title, url=None if one.is_gone else one.url, times=one.times)
            for one in written_of(asking.session, found)
        ],
    )


def _told(asking: Asking, one: Topic | Named) -> dict[str, object]:
    return {
        "id": one.slug,
        "kind": one.kind,
        "name": one.name,
        "turns": one.turns,
        "talks": one.talks,
        "url": asking.link(f"/topics/{one.slug}"),
        "search_url": asking.link(f"/api/v1/search?q=topic:{one.slug}"),
    }
