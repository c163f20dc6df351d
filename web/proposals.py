"""Where readers propose a correction: no account, a plain form, few a minute. What becomes of it editors decide."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import Response

from catalog.db import writing
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.proposals import mark_of, propose
from catalog.reading import read_page
from web.deps import Published, Reader, Visit
from web.feeds import media_links
from web.forms import Allowance, address_of, is_from_here, read_fields, whole_number

A_MINUTE = 5  # proposals a client address may send
LARGEST = 64_000  # bytes: a long paragraph in any script
HONEYPOT = "homepage"  # no person sees this field, programs fill in what they find

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE)


async def read_proposal(request: Request) -> dict[str, str]:
    if not is_from_here(request):
        raise HTTPException(403)
    return await read_fields(request, LARGEST)


@page("/e/{slug}/propose")
def proposal_page(
    visit: Reader, published: Published, paragraph: Annotated[int, Query(ge=0, le=999_999)]
) -> Response:
    """A paragraph with its sound, and a box to write what one hears in it."""
    return _show(visit, published.slug, paragraph)


@router.post("/e/{slug}/propose")
def send(
    visit: Reader, published: Published, sent: Annotated[dict[str, str], Depends(read_proposal)]
) -> Response:
    """Keep it for the newsroom. Whoever filled in what no person sees is thanked, and nothing is kept."""
    allowance.take(address_of(visit.request))
    number = whole_number(sent.get("paragraph", ""))
    text, remark = sent.get("text", ""), sent.get("remark", "")
    visit.session.rollback()
    try:
        if not sent.get(HONEYPOT):
            with writing(visit.site.newsroom.engine, unseen=True) as session:
                propose(session, published.slug, number, sent.get("seen", ""), text, remark)
    except (Conflict, InvalidQuery) as problem:
        return _show(
            visit, published.slug, number, status=409, problem=problem.sentence, text=text, remark=remark
        )
    return _show(visit, published.slug, number, thanked=True)


def _show(
    visit: Visit,
    slug: str,
    number: int,
    *,
    status: int = 200,
    thanked: bool = False,
    problem: str = "",
    text: str = "",
    remark: str = "",
) -> Response:
    talk = visit.spell(read_page(visit.session, slug))
    found = [(turn.speaker, one) for turn in talk.turns for one in turn.passages if one.number == number]
    if not found:
        raise NotFound("There is no such paragraph.")
    speaker, passage = found[0]
    return visit.show(
        "propose.html",
        status=status,
        kept=False,
        card=talk.card,
        media=media_links(talk),
        speaker=speaker,
        passage=passage,
        seen=mark_of(passage.text),
        thanked=thanked,
        problem=problem,
        text=text or passage.text,
        remark=remark,
        honeypot=HONEYPOT,
    )
