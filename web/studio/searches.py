"""The searches that whoever is signed in keeps: the list, what is new in one, its name, forgetting it. Nobody else sees
them, and the public pages, which lead here, know of nobody."""

from datetime import UTC, datetime

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from catalog.db import writing
from catalog.models.columns import now
from catalog.saved_searches import (
    SavedLine,
    forget_search,
    list_searches,
    news_of,
    note_seen,
    rename_search,
    save_search,
)
from catalog.search.spellings import known_tables
from catalog.search.tables import Tables
from web.api.asking import base_of
from web.asked import Asked
from web.find import by_talk
from web.research import Search, address_of_search
from web.studio.seat import STUDIO, Anyone, Number, Seat, Sent, go

NOTES = {
    "kept": "Kept. What is published from now on shows here as new.",
    "named": "Its new name is kept.",
    "seen": "Seen. What is published from now on is new.",
    "forgotten": "Forgotten. It stands in the form once more, if that was a slip.",
}
FEEDS = ("atom", "rss")
LATEST = 32_503_680_000_000  # the year 3000: no clock says more
router = APIRouter(prefix="/searches", include_in_schema=False)


@router.api_route("", methods=["GET", "HEAD"])
def searches_page(seat: Anyone, asked: Search, note: str = "") -> Response:
    """The list, and the form that keeps another: filled in by a link of a page of results."""
    lines = list_searches(seat.session, seat.site.index, seat.visitor.user_id, tables_of(seat))
    return seat.show(
        "searches.html",
        lines=[(line, asked_by(line), feeds_of(seat, line)) for line in lines],
        asked=asked,
        note=NOTES.get(note, ""),
    )


@router.post("")
def keep(seat: Anyone, sent: Sent) -> Response:
    with writing(seat.site.newsroom.engine, unseen=True) as session:
        save_search(
            session,
            seat.visitor.user_id,
            sent.get("q", ""),
            name=sent.get("name", ""),
            within=sent.get("in", ""),
            expand=sent.get("expand", "") != "no",
        )
    return go("/searches", "kept")


@router.api_route("/{search_id}", methods=["GET", "HEAD"])
def news_page(seat: Anyone, search_id: Number, note: str = "") -> Response:
    """What was said in talks that were published since they last looked, the newest first."""
    line, found = news_of(seat.session, seat.site.index, seat.visitor.user_id, search_id, tables_of(seat))
    return seat.show(
        "search.html",
        line=line,
        asked=asked_by(line),
        talks=by_talk(found.hits),
        shown=len(found.hits),
        feeds=feeds_of(seat, line),
        until=int(now().timestamp() * 1000),
        note=NOTES.get(note, ""),
    )


@router.post("/{search_id}/seen")
def seen(seat: Anyone, search_id: Number, sent: Sent) -> Response:
    """They have seen what the page showed; `until` is when it was made, in ms."""
    with writing(seat.site.newsroom.engine, unseen=True) as session:
        note_seen(session, seat.visitor.user_id, search_id, moment_of(sent.get("until", "")))
    return go("/searches", "seen")


@router.post("/{search_id}/name")
def rename(seat: Anyone, search_id: Number, sent: Sent) -> Response:
    with writing(seat.site.newsroom.engine, unseen=True) as session:
        rename_search(session, seat.visitor.user_id, search_id, sent.get("name", ""))
    return go(f"/searches/{search_id}", "named")


@router.post("/{search_id}/forget")
def forget(seat: Anyone, search_id: Number) -> Response:
    with writing(seat.site.newsroom.engine, unseen=True) as session:
        row = forget_search(session, seat.visitor.user_id, search_id)
    asked = Asked(row.query, within=row.within, expand=row.expand)
    return RedirectResponse(address_of_search(asked, f"{STUDIO}/searches", note="forgotten"), 303)


def moment_of(told: str) -> datetime | None:
    """
    >>> moment_of("1000"), moment_of("yesterday")
    (datetime.datetime(1970, 1, 1, 0, 0, 1, tzinfo=datetime.timezone.utc), None)
    """
    is_one = told.isascii() and told.isdecimal() and len(told) < 15 and int(told) < LATEST
    return datetime.fromtimestamp(int(told) / 1000, UTC) if is_one else None


def tables_of(seat: Seat) -> Tables:
    return known_tables(seat.session, seat.site.newsroom.settings.home)


def asked_by(line: SavedLine) -> Asked:
    return Asked(line.query, within=line.within, expand=line.expand)


def feeds_of(seat: Seat, line: SavedLine) -> dict[str, str]:
    """Where a feed reader finds it; the feed needs no account."""
    base, asked = base_of(seat.request, seat.site.newsroom.settings), asked_by(line)
    return {kind: base + address_of_search(asked, f"/search.{kind}") for kind in FEEDS}
