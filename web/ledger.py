"""The ledger for readers: claims by person, subject, year and talk, as pages, a feed, files. One claim is in `claim`;
what is public the catalog decides."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import Response

from catalog.errors import NotFound
from catalog.ledger import (
    ON_PAGE,
    PUBLIC_CLAIMS,
    LedgerLine,
    Wanted,
    count_claims,
    read_claims,
)
from catalog.ledger_choices import Choice, ledger_choices
from web import ledger_files
from web.answer import OPEN_TO_ALL, answer
from web.claim import STATUSES, sounds_of, spell
from web.deps import PageNumber, Reader, Slug, Visit
from web.language import phrase
from web.ledger_files import Stretch
from web.making import pages_of
from web.spelling import names_for

LATEST, EARLIEST_YEAR = 50, 1900
KINDS = {
    "topic": phrase("Topics"),
    "place": phrase("Places"),
    "person": phrase("People"),
    "organisation": phrase("Organisations"),
    "outlet": phrase("Outlets"),
}
Year = Annotated[int, Path(ge=EARLIEST_YEAR, le=9999)]
Text = Annotated[str, Query(max_length=120)]

router = APIRouter(include_in_schema=False)
page = pages_of(router)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


# ---- as files: before the pages, for their addresses are theirs with an ending -------------------------------------


@fetched("/claims.{ending}")
def files(visit: Reader, ending: str) -> Response:
    return _send(visit, Wanted(), ending)


@fetched("/claims/by/{person}.{ending}")
def files_by(visit: Reader, person: str, ending: str) -> Response:
    return _send(visit, Wanted(person=person), ending)


@fetched("/claims/by/{person}/about/{about}.{ending}")
def files_by_about(visit: Reader, person: str, about: str, ending: str) -> Response:
    return _send(visit, Wanted(person=person, about=about), ending)


@fetched("/claims/about/{about}.{ending}")
def files_about(visit: Reader, about: str, ending: str) -> Response:
    return _send(visit, Wanted(about=about), ending)


@fetched("/claims/in/{year}.{ending}")
def files_in(visit: Reader, year: Year, ending: str) -> Response:
    return _send(visit, Wanted(year=year), ending)


@fetched("/claims/of/{talk}.{ending}")
def files_of(visit: Reader, talk: str, ending: str) -> Response:
    return _send(visit, Wanted(talk=talk), ending)


def _send(visit: Visit, wanted: Wanted, ending: str) -> Response:
    """The claims as a feed of those recorded last, or all of them as CSV or JSON-LD."""
    if ending not in ledger_files.FORMS or (
        wanted.asks_something and not count_claims(visit.session, wanted)
    ):
        raise HTTPException(404)
    is_feed = ending == "atom"
    lines = read_claims(
        visit.session,
        wanted,
        limit=LATEST if is_feed else None,
        as_spoken=not is_feed,
        newest_decided=is_feed,
    )
    stretch = Stretch(visit.base, visit.site.newsroom.settings, address_of(wanted))
    media_type, write = ledger_files.FORMS[ending]
    return answer(visit.request, write(lines, stretch), media_type, headers=OPEN_TO_ALL)


# ---- lists ----------------------------------------------------------------------------------------------


@page("/claims")
def ledger(
    visit: Reader,
    person: Text = "",
    about: Text = "",
    talk: Text = "",
    status: Text = "",
    year: Annotated[str, Query(max_length=10)] = "",
    q: Text = "",
    number: PageNumber = 1,
) -> Response:
    """All claims, or those the form asks for."""
    when = int(year) if year.isascii() and year.isdecimal() and EARLIEST_YEAR <= int(year) <= 9999 else 0
    wanted = Wanted(person, about, talk, status if status in PUBLIC_CLAIMS else "", when, " ".join(q.split()))
    return _show_list(visit, wanted, number, must_be=False)


@page("/claims/by/{person}")
def by_person(visit: Reader, person: Slug, number: PageNumber = 1) -> Response:
    return _show_list(visit, Wanted(person=person), number)


@page("/claims/by/{person}/about/{about}")
def by_person_about(visit: Reader, person: Slug, about: Slug, number: PageNumber = 1) -> Response:
    """Everything somebody said about something, in order, with sound."""
    return _show_list(visit, Wanted(person=person, about=about), number)


@page("/claims/about/{about}")
def about_subject(visit: Reader, about: Slug, number: PageNumber = 1) -> Response:
    return _show_list(visit, Wanted(about=about), number)


@page("/claims/in/{year}")
def in_year(visit: Reader, year: Year, number: PageNumber = 1) -> Response:
    return _show_list(visit, Wanted(year=year), number)


@page("/claims/of/{talk}")
def of_talk(visit: Reader, talk: Slug, number: PageNumber = 1) -> Response:
    return _show_list(visit, Wanted(talk=talk), number)


def _show_list(visit: Visit, wanted: Wanted, number: int, *, must_be: bool = True) -> Response:
    count = count_claims(visit.session, wanted)
    last = max(1, -(-count // ON_PAGE))
    if (must_be and not count) or number > last:
        raise NotFound("No claim that readers may see is there.")
    as_spoken = bool(wanted.person or wanted.about or wanted.talk)
    lines = spell(
        visit,
        read_claims(visit.session, wanted, offset=(number - 1) * ON_PAGE, as_spoken=as_spoken),
    )
    choices = ledger_choices(visit.session, wanted)
    return visit.show(
        "claims.html",
        wanted=wanted,
        lines=lines,
        sounds=sounds_of(visit, lines),
        statuses=STATUSES,
        kinds=KINDS,
        facets=choices,
        names=_names(visit, wanted, choices, lines),
        count=count,
        number=number,
        last=last,
        place=address_of(wanted),
        as_spoken=as_spoken,
    )


def _names(
    visit: Visit, wanted: Wanted, choices: dict[str, list[Choice]], lines: Sequence[LedgerLine]
) -> dict[str, str]:
    """What is printed for the values that are asked for."""
    people = {one.value: one.name for one in choices["person"]}
    people |= names_for(visit.session, visit.language, people.items())
    about = {one.value: one.name for one in choices["about"]}
    return {
        **people,
        "person": people.get(wanted.person, ""),
        "about": about.get(wanted.about, ""),
        "talk": lines[0].episode_title if wanted.talk and lines else "",
    }


def address_of(wanted: Wanted) -> str:
    """Where a list stands: by a path where it can, so that copies without a server have it.

    >>> address_of(Wanted()), address_of(Wanted(person="a", about="b")), address_of(Wanted(year=2024))
    ('/claims', '/claims/by/a/about/b', '/claims/in/2024')
    >>> address_of(Wanted(person="a", year=2024))
    '/claims?person=a&year=2024'
    """
    asked = {name: value for name, value in vars(wanted).items() if value}
    ways = {"person": "by", "about": "about", "year": "in", "talk": "of"}
    if asked.keys() == {"person", "about"}:
        return f"/claims/by/{wanted.person}/about/{wanted.about}"
    if len(asked) == 1 and (name := next(iter(asked))) in ways:
        return f"/claims/{ways[name]}/{asked[name]}"
    return f"/claims?{urlencode(asked)}" if asked else "/claims"
