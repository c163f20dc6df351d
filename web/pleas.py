"""Where somebody who is named contests it, or asks to be taken out: no account, a form, an address for the answer.

What is done about it the newsroom decides, in `studio.pleas`.
"""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request
from starlette.responses import RedirectResponse, Response

from catalog.db import writing
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import EpisodeState, PleaKind
from catalog.pleas import plead, read_reply
from web.deps import Reader, Visit
from web.forms import Allowance, address_of, is_from_here, read_fields
from web.language import phrase

A_MINUTE = 5
LARGEST = 64_000
HONEYPOT = "homepage"  # no person sees this field, programs fill in what they find
UNKEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
KINDS = {
    PleaKind.NOT_ME: phrase("A name that stands there is wrong: this is not me, or not who you say"),
    PleaKind.REMOVE: phrase("Take me, or something about me, out"),
    PleaKind.OTHER: phrase("Something else about my safety or my name"),
}
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,64}$")]
router = APIRouter(prefix="/about-you", include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE)


async def read_plea(request: Request) -> dict[str, str]:
    if not is_from_here(request):
        raise HTTPException(403)
    return await read_fields(request, LARGEST)


@page("")
def plea_page(visit: Reader, talk: Annotated[str, Query(max_length=120)] = "") -> Response:
    return _show(visit, talk, {})


def _show(visit: Visit, talk: str, sent: dict[str, str], *, status: int = 200, problem: str = "") -> Response:
    shown = visit.show(
        "plea.html",
        status=status,
        kept=False,
        kinds=KINDS,
        talk=talk,
        title=_title(visit, talk),
        sent=sent,
        problem=problem,
        honeypot=HONEYPOT,
        days=visit.site.newsroom.settings.answer_days,
    )
    shown.headers.update(UNKEPT)
    return shown


def _title(visit: Visit, slug: str) -> str:
    """The title of a talk that anybody may read; "" for any other."""
    try:
        episode = find_episode(visit.session, slug)
    except NotFound:
        return ""
    return episode.title if episode.state is EpisodeState.PUBLISHED else ""


@router.post("")
def send(visit: Reader, sent: Annotated[dict[str, str], Depends(read_plea)]) -> Response:
    """Keep it for the newsroom. Whoever filled in what no person sees is told it was taken in, and nothing is kept."""
    allowance.take(address_of(visit.request))
    talk = sent.get("talk", "")[:120]
    if sent.get(HONEYPOT):
        return _show(visit, "", {}, problem=str(phrase("Thank you.")))
    visit.session.rollback()
    try:
        with writing(visit.site.newsroom.engine, unseen=True) as session:
            token = plead(
                session,
                sent.get("kind", ""),
                talk,
                sent.get("said", ""),
                name=sent.get("name", ""),
                contact=sent.get("contact", ""),
                days=visit.site.newsroom.settings.answer_days,
            )
    except (Conflict, InvalidQuery) as problem:
        return _show(visit, talk, sent, status=409, problem=problem.sentence)
    return RedirectResponse(f"{visit.language.root}/about-you/{token}", 303, headers=UNKEPT)


@page("/{token}")
def reply_page(visit: Reader, token: Token) -> Response:
    """How it stands, for whoever has this address."""
    reply = read_reply(visit.session, token)
    shown = visit.show("plea-reply.html", kept=False, reply=reply, kinds=KINDS)
    shown.headers.update(UNKEPT)
    return shown
