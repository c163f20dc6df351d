"""One claim for readers: who said it, when, asked what, with its sound and what is beside it; and two side by side.
Lists are in `ledger`; a status is no verdict of the site."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path
from starlette.responses import Response

from catalog.cite import fragment
from catalog.errors import NotFound
from catalog.files import public_files
from catalog.ledger import LedgerLine, Wanted, read_claim, read_claims, was_recorded
from web import ledger_files
from web.answer import OPEN_TO_ALL, answer
from web.deps import Reader, Visit
from web.feeds import MediaLink, media_address
from web.language import phrase
from web.ledger_files import Stretch
from web.making import pages_of
from web.spelling import names_for

MOST_BESIDE = 6  # claims offered to be set beside one
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
Number = Annotated[str, Path(pattern="^[a-z0-9]{1,16}$")]

router = APIRouter(include_in_schema=False)
page = pages_of(router)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


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


@fetched("/claims/{short_id}.jsonld")
def claim_as_data(visit: Reader, short_id: Number) -> Response:
    line = find_line(visit, short_id)
    if line is None:
        raise HTTPException(410)
    stretch = Stretch(visit.base, visit.site.newsroom.settings)
    media_type, write = ledger_files.FORMS["jsonld"]
    return answer(visit.request, write([line], stretch), media_type, headers=OPEN_TO_ALL)


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
