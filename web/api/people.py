"""People for programs: everybody who is in a published talk, and where each of them appeared."""

import datetime as dates
from typing import Annotated

from fastapi import APIRouter, Path, Query, Request
from pydantic import Field
from starlette.responses import Response

from catalog.errors import NotFound
from catalog.models import Person
from catalog.people import find_person, public_appearances, public_people
from catalog.search.cursor import write_cursor
from web.api import examples
from web.api.answers import read_answers, reply
from web.api.asking import Asking, Program
from web.api.paging import Cursor, Limit, place_of
from web.api.values import Slug, Value, example

router = APIRouter(tags=["people"])


class PersonValue(Value):
    """Somebody who is in a published talk."""

    model_config = example(examples.PERSON)

    id: str
    name: str
    url: str = Field(description="The permanent link to the person's page.")


class PersonList(Value):
    """A page of the list of people, by name."""

    model_config = example({"people": [examples.PERSON], "next": None})

    people: list[PersonValue]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


class AppearanceValue(Value):
    """A talk somebody was in, and as what."""

    episode: str = Field(description="The talk's id.")
    title: str
    date: dates.date | None = Field(description="When this site published it.")
    duration_ms: int | None
    role: str
    affiliation: str | None = Field(description="Whom the person spoke for, on that day.")
    url: str


class PersonAnswer(PersonValue):
    """Somebody, with every talk they were in."""

    model_config = example(examples.PERSON_WHOLE)

    bio: str | None
    appearances: list[AppearanceValue] = Field(description="The newest first.")


@router.get("/people", response_model=PersonList, responses=read_answers(400), summary="List people")
def people(
    request: Request,
    asking: Program,
    q: Annotated[str, Query(max_length=200, description="What the name holds, in any spelling known.")] = "",
    limit: Limit = 20,
    cursor: Cursor = "",
) -> Response:
    """Everybody who is in a published talk, by name."""
    return reply(request, person_list(asking, q, limit=limit, cursor=cursor))


@router.get(
    "/people/{slug}", response_model=PersonAnswer, responses=read_answers(404), summary="Read one person"
)
def person(
    request: Request,
    asking: Program,
    slug: Annotated[Slug, Path(description="The id of a person.", examples=["hamid-river"])],
) -> Response:
    """Somebody, with every published talk they were in."""
    return reply(request, person_answer(asking, slug))


def person_list(asking: Asking, named: str, *, limit: int, cursor: str = "") -> PersonList:
    """Raises InvalidQuery for a cursor of another list."""
    named = named.replace("\0", "").strip()
    question = f"people {named}"
    found = public_people(asking.session, named=named, beyond=place_of(question, cursor), limit=limit + 1)
    shown = found[:limit]
    return PersonList(
        people=[_person_value(asking, somebody) for somebody in shown],
        next=write_cursor(question, shown[-1].id or 0) if len(found) > limit else None,
    )


def person_answer(asking: Asking, slug: str) -> PersonAnswer:
    """Raises NotFound for everybody who is in no published talk."""
    nobody = NotFound(f"Nobody heard in a published talk is called '{slug}'.")
    try:
        somebody = find_person(asking.session, slug)
    except NotFound as problem:
        raise nobody from problem
    lines = public_appearances(asking.session, somebody.id or 0)
    if not lines:
        raise nobody
    return PersonAnswer(
        **_person_value(asking, somebody).model_dump(),
        bio=somebody.bio or None,
        appearances=[
            AppearanceValue(
                episode=line.episode_slug,
                title=line.episode_title,
                date=line.published_at and line.published_at.date(),
                duration_ms=line.duration_ms,
                role=line.role,
                affiliation=line.affiliation or None,
                url=asking.link(f"/e/{line.episode_slug}"),
            )
            for line in lines
        ],
    )


def _person_value(asking: Asking, somebody: Person) -> PersonValue:
    return PersonValue(id=somebody.slug, name=somebody.name, url=asking.link(f"/people/{somebody.slug}"))
