"""Everybody on record: found by any spelling, what they were over time, two records joined and parted again."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from catalog.joining import (
    join_people,
    likely_same,
    list_directory,
    list_joins,
    list_offices,
    part_people,
    talks_of,
)
from catalog.members import read_written
from catalog.people import find_person, spellings_of
from catalog.voices import list_prints
from web.studio import voice_prints
from web.studio.seat import Editor, Producer, Seat, Sent, Slug, go

ON_A_PAGE = 60
NOTES = {
    "joined": "Joined. Everything on record stands under one name now.",
    "parted": "Parted again.",
    "forgotten": voice_prints.ALL_FORGOTTEN,
}
router = APIRouter(prefix="/directory", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def directory_page(
    seat: Producer, q: str = "", number: Annotated[int, Query(alias="page", ge=1, le=10_000)] = 1
) -> Response:
    lines = list_directory(seat.session, q[:200], ON_A_PAGE + 1, (number - 1) * ON_A_PAGE)
    return seat.show(
        "directory.html", lines=lines[:ON_A_PAGE], typed=q[:200], number=number, more=len(lines) > ON_A_PAGE
    )


@router.api_route("/{person}", methods=["GET", "HEAD"])
def person_page(seat: Producer, person: Slug, note: str = "") -> Response:
    row = find_person(seat.session, person)
    return seat.show(
        "person.html",
        person=row,
        offices=list_offices(seat.session, row.id or 0),
        spellings=spellings_of(seat.session, [person]).get(person, []),
        same=likely_same(seat.session, row),
        joins=list_joins(seat.session, row.id or 0),
        prints=list_prints(seat.site.newsroom, person_id=row.id or 0),
        note=NOTES.get(note, ""),
    )


@router.post("/{person}/join")
def join(seat: Editor, person: Slug, sent: Sent) -> Response:
    """Let this record be another's; the other keeps its name and address."""
    name, slug = read_written(sent.get("into", ""))
    with seat.acting() as session:
        join_people(session, person, slug or name)
        row = find_person(session, slug or name)
    _follow(seat, row.id or 0)
    return go(f"/directory/{row.slug}", "joined")


@router.post("/{person}/part")
def part(seat: Editor, person: Slug) -> Response:
    """Take a join back; `person` is the record that was joined."""
    with seat.acting() as session:
        into = find_person(session, person).joined_into_id or 0
        part_people(session, person)
        row = find_person(session, person)
    for one in (into, row.id or 0):
        _follow(seat, one)
    return go(f"/directory/{row.slug}", "parted")


def _follow(seat: Seat, person_id: int) -> None:
    for episode_id in talks_of(seat.session, person_id):
        seat.follow(episode_id)
