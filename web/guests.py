"""The page by which a guest checks a talk before everybody sees it. Links are made in the studio."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Path, Query
from starlette.responses import RedirectResponse, Response

from catalog.audit import Actor, acting
from catalog.errors import InvalidQuery
from catalog.files import PUBLIC_KINDS, file_of
from catalog.guests import answer_guest_link, open_guest_link
from catalog.models import Episode, GuestLink, MediaKind
from catalog.reading import EpisodePage, page_as_readers_will_see_it
from web.deps import Reader, Visit
from web.feeds import MediaLink, ending_of
from web.forms import Allowance, Sent, address_of
from web.sending import send_file
from web.site import episode_values

A_MINUTE = 10
UNKEPT = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow", "Referrer-Policy": "no-referrer"}
Token = Annotated[str, Path(pattern="^[A-Za-z0-9_-]{20,64}$")]
router = APIRouter(prefix="/check/{token}", include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE)


@fetched("")
def check_page(
    visit: Reader, token: Token, beside: Annotated[str, Query(alias="with", max_length=20)] = ""
) -> Response:
    link, episode = open_guest_link(visit.session, token)
    return _page(visit, token, link, episode, beside=beside)


def _page(
    visit: Visit,
    token: str,
    link: GuestLink,
    episode: Episode,
    *,
    beside: str = "",
    status: int = 200,
    wrong: str = "",
) -> Response:
    talk = visit.spell(page_as_readers_will_see_it(visit.session, episode.slug))
    values = preview_values(visit, talk, f"/check/{token}", beside)
    page = visit.show(
        "preview.html", status=status, kept=False, guest=link, token=token, wrong=wrong, **values
    )
    page.headers.update(UNKEPT)
    return page


def preview_values(visit: Visit, talk: EpisodePage, at: str, beside: str = "") -> dict[str, Any]:
    """What the page of a talk is made of while its files are to be had below the address `at` only."""
    media = {
        line.kind: MediaLink(line.kind, f"{at}/{line.kind}.{ending_of(line.mime)}", line.mime, line.size)
        for line in talk.files
    }
    return {**episode_values(visit, talk, beside=beside), "media": media, "is_public": False}


@router.post("")
def answer(visit: Reader, token: Token, sent: Sent) -> Response:
    """What the guest says of it, for the newsroom alone."""
    allowance.take(address_of(visit.request))
    link, episode = open_guest_link(visit.session, token)
    visit.session.rollback()
    try:
        with acting(visit.site.newsroom.engine, Actor("a guest, by link")) as session:
            answer_guest_link(session, token, sent.get("answer", ""), sent.get("said", ""))
    except InvalidQuery as problem:
        wrong = visit.language.told(problem.sentence)
        return _page(visit, token, link, episode, status=400, wrong=wrong)
    return RedirectResponse(f"{visit.language.root}/check/{token}", 303, headers=UNKEPT)


@fetched("/{kind}.{ending}")
def media(visit: Reader, token: Token, kind: MediaKind, ending: str) -> Response:
    """A file of the talk, for as long as the link holds."""
    _, episode = open_guest_link(visit.session, token)
    return send_unpublished(visit, episode, kind, ending)


def send_unpublished(visit: Visit, episode: Episode, kind: MediaKind, ending: str) -> Response:
    row = file_of(visit.session, episode.id or 0, kind) if kind in PUBLIC_KINDS else None
    shelf = visit.site.newsroom.shelf
    if row is None or ending_of(row.mime) != ending or not shelf.has(row.sha256):
        raise HTTPException(404)
    answered = send_file(visit.request, shelf.path(row.sha256), f'"{row.sha256}"', row.mime, to={})
    answered.headers.update(UNKEPT)
    return answered
