"""The ledger for readers: claims by person, subject and year, one claim with its sound, two side by side, as a feed, as
files. What is public the catalog decides; a status is no verdict of the site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import Response

from catalog.cite import fragment
from catalog.errors import NotFound
from catalog.files import public_files
from catalog.ledger import (
    ON_PAGE,
    PUBLIC_CLAIMS,
    LedgerLine,
    Wanted,
    count_claims,
    read_claim,
    read_claims,
    was_recorded,
)
from catalog.ledger_choices import Choice, ledger_choices
from web import ledger_files
from web.answer import OPEN_TO_ALL, answer
from web.deps import PageNumber, Reader, Slug, Visit
from web.feeds import MediaLink, media_address
from web.language import phrase
from web.ledger_files import Stretch
from web.spelling import names_for

MOST_BESIDE = 6  # claims offered to be set beside one
LATEST, EARLIEST_YEAR = 50, 1900
# What each status says, and what it does not.
STATUSES = {
    "recorded": (
        phrase("Recorded"),
        phrase("An editor confirms that this was said. No evidence is beside it yet."),
    ),
    "supported": (
        phrase("Evidence supports it"),
        phrase("An editor put evidence beside it that supports it."),
    ),
    "disputed": (phrase("Disputed"), phrase("Evidence or a reply beside it disputes it.")),
    "corrected": (
        phrase("Corrected by the speaker"),
        phrase("The speaker has since corrected it or taken it back."),
    ),
}
STANCES = {
    "supports": phrase("Supports it"),
    "disputes": phrase("Disputes it"),
    "context": phrase("Gives context"),
}
KINDS = {
    "topic": phrase("Topics"),
    "place": phrase("Places"),
    "person": phrase("People"),
    "organisation": phrase("Organisations"),
    "outlet": phrase("Outlets"),
}
Number = Annotated[str, Path(pattern="^[a-z0-9]{1,16}$")]
Year = Annotated[int, Path(ge=EARLIEST_YEAR, le=9999)]
Text = Annotated[str, Query(max_length=120)]

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


# ---- as files: before the pages, for their addresses are theirs with an ending -------------------------------------


@page("/claims.{ending}")
def files(visit: Reader, ending: str) -> Response:
    return _send(visit, Wanted(), ending)


@page("/claims/by/{person}.{ending}")
def files_by(visit: Reader, person: str, ending: str) -> Response:
    return _send(visit, Wanted(person=person), ending)


@page("/claims/by/{person}/about/{about}.{ending}")
def files_by_about(visit: Reader, person: str, about: str, ending: str) -> Response:
    return _send(visit, Wanted(person=person, about=about), ending)


@page("/claims/about/{about}.{ending}")
def files_about(visit: Reader, about: str, ending: str) -> Response:
    return _send(visit, Wanted(about=about), ending)


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


@page("/claims/{short_id}.jsonld")
def claim_as_data(visit: Reader, short_id: Number) -> Response:
    line = find_line(visit, short_id)
    if line is None:
        raise HTTPException(410)
    stretch = Stretch(visit.base, visit.site.newsroom.settings)
    media_type, write = ledger_files.FORMS["jsonld"]
    return answer(visit.request, write([line], stretch), media_type, headers=OPEN_TO_ALL)


# ---- lists ----------------------------------------------------------------------------------------------


@page("/claims")
def ledger(
    visit: Reader,
    person: Text = "",
    about: Text = "",
    talk: Text = "",
    status: Text = "",
    year: Annotated[str, Query(max_length=10)] = "",
    number: PageNumber = 1,
) -> Response:
    """All claims, or those the form asks for."""
    when = int(year) if year.isascii() and year.isdecimal() and EARLIEST_YEAR <= int(year) <= 9999 else 0
    wanted = Wanted(person, about, talk, status if status in PUBLIC_CLAIMS else "", when)
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
    return "/claims" + "".join(
        f"{'&' if n else '?'}{key}={value}" for n, (key, value) in enumerate(asked.items())
    )


# ---- one claim ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Sound:
    """What plays just the words of a claim."""

    media: dict[str, MediaLink]
    span: str


@page("/claims/{short_id}")
def claim(visit: Reader, short_id: Number) -> Response:
    """One claim: who said it, when, asked what; its sound; what speaks for and against it."""
    line = find_line(visit, short_id)
    if line is None:
        return visit.show("claim-gone.html", status=410)
    stretch = Stretch(visit.base, visit.site.newsroom.settings)
    return visit.show(
        "claim.html",
        line=line,
        sound=sounds_of(visit, [line])[short_id],
        statuses=STATUSES,
        stances=STANCES,
        beside=_beside(visit, line),
        data=[ledger_files.claim_data(line, stretch), *ledger_files.review_data(line, stretch)],
    )


@page("/claims/{short_id}/beside/{other_id}")
def beside(visit: Reader, short_id: Number, other_id: Number) -> Response:
    """Two statements side by side, the earlier one first; whether they agree is the reader's to say."""
    pair = [find_line(visit, one) for one in (short_id, other_id)]
    lines = [line for line in pair if line is not None]
    if len(lines) < 2 or short_id == other_id:
        return visit.show("claim-gone.html", status=410 if short_id != other_id else 404)
    lines.sort(key=lambda one: (one.spoken_at is None, one.spoken_at, one.episode_id, one.start_ms))
    return visit.show("claims-beside.html", lines=lines, sounds=sounds_of(visit, lines), statuses=STATUSES)


def find_line(visit: Visit, short_id: str) -> LedgerLine | None:
    """A public claim; None for one that was public. Raises NotFound for any other."""
    try:
        return spell(visit, [read_claim(visit.session, short_id)])[0]
    except NotFound:
        if was_recorded(visit.session, short_id):
            return None
        raise


def _beside(visit: Visit, line: LedgerLine) -> list[LedgerLine]:
    """What else the same person said of the same things, else of anything, else what others said of them."""
    asked = [
        *(Wanted(person=line.person_slug, about=one.slug) for one in line.subjects if line.person_slug),
        *([Wanted(person=line.person_slug)] if line.person_slug else []),
        *(Wanted(about=one.slug) for one in line.subjects),
    ]
    found: dict[str, LedgerLine] = {}
    for wanted in asked:
        if len(found) <= MOST_BESIDE:
            found |= {one.short_id: one for one in read_claims(visit.session, wanted, limit=MOST_BESIDE + 1)}
    return spell(visit, [one for one in found.values() if one.short_id != line.short_id][:MOST_BESIDE])


def spell(visit: Visit, lines: Sequence[LedgerLine]) -> list[LedgerLine]:
    """Names as this reader reads them, where we know how."""
    names = names_for(visit.session, visit.language, ((one.person_slug, one.speaker) for one in lines))
    return [replace(one, speaker=names.get(one.person_slug, one.speaker)) for one in lines]


def sounds_of(visit: Visit, lines: Sequence[LedgerLine]) -> dict[str, Sound]:
    """What plays each of the claims, by its number."""
    talks = {line.episode_id: line.episode_slug for line in lines}
    media = {
        episode_id: {
            file.kind: MediaLink(file.kind, media_address(slug, file.kind, file.mime), file.mime, file.size)
            for file in public_files(visit.session, episode_id)
        }
        for episode_id, slug in talks.items()
    }
    return {one.short_id: Sound(media[one.episode_id], fragment(one.start_ms, one.end_ms)) for one in lines}
