"""Working with results on pages: words in context, how often over time. The catalog finds, sorts and counts."""

from functools import partial
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import Response

from catalog.search.concordance import Line, Order, read_concordance, sort_lines, times_of
from catalog.search.export import FORMATS, permalink
from catalog.search.query import parse
from catalog.search.spellings import known_tables
from catalog.search.tables import Tables
from catalog.search.timeline import FEW_TURNS, read_timeline
from catalog.tabular import csv_lines
from web.api.asking import base_of
from web.asked import Asked
from web.chart import draw_chart, period_name
from web.deps import PageNumber, Reader, Visit
from web.forms import Allowance, address_of
from web.language import phrase
from web.wording import clock

A_MINUTE = 60  # pages of research for a client address: each reads many turns
LINES_ON_PAGE = 50
ORDERS = {
    Order.LEFT: phrase("what comes before"),
    Order.RIGHT: phrase("what comes after"),
    Order.DATE: phrase("day"),
    Order.SPEAKER: phrase("speaker"),
}
LINE_COLUMNS = ("before", "keyword", "after", "speaker", "certainty", "title", "date", "time", "permalink")

router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])
allowance = Allowance(A_MINUTE, "research")


def read_asked(
    q: Annotated[str, Query(max_length=20_000)] = "",
    inside: Annotated[str, Query(alias="in", max_length=200)] = "",
    expand: Annotated[str, Query(max_length=20)] = "",
) -> Asked:
    """The search an address asks for, as `/search` reads it."""
    return Asked(" ".join(q.replace("\0", " ").split()), within=inside, expand=expand != "no")


def count_reader(request: Request) -> None:
    allowance.take(address_of(request))


Search = Annotated[Asked, Depends(read_asked)]
Sorted = Annotated[str, Query(alias="sort", max_length=20)]
counted = [Depends(count_reader)]


@page("/search/concordance", dependencies=counted)
def concordance(visit: Reader, asked: Search, sort: Sorted = "", number: PageNumber = 1) -> Response:
    """Each time it was said, with the words around it."""
    order = order_of(sort)
    lines, is_cut = _lines(visit, asked, order)
    shown = lines[(number - 1) * LINES_ON_PAGE :][:LINES_ON_PAGE]
    return visit.show(
        "concordance.html",
        asked=asked,
        lines=[
            (line, set_apart(line.before, line.after), ms)
            for line, ms in zip(shown, times_of(visit.session, shown), strict=True)
        ],
        count=len(lines),
        is_cut=is_cut,
        order=order,
        orders=ORDERS,
        addresses={one: address_of_search(asked, "/search/concordance", sort=one) for one in ORDERS},
        file=address_of_search(asked, "/search/concordance.csv", sort=order),
        number=number,
        last=max(1, -(-len(lines) // LINES_ON_PAGE)),
        has_words=bool(parse(asked.text).groups),
    )


@page("/search/concordance.csv", dependencies=counted)
def concordance_file(visit: Reader, asked: Search, sort: Sorted = "") -> Response:
    """The lines of all pages as a table."""
    lines, _ = _lines(visit, asked, order_of(sort))
    base = base_of(visit.request, visit.site.newsroom.settings)
    cells = (_cells(line, ms, base) for line, ms in zip(lines, times_of(visit.session, lines), strict=True))
    body = b"".join(csv_lines(LINE_COLUMNS, cells))
    return Response(body, headers=as_file("concordance.csv"), media_type=FORMATS["csv"].media_type)


@page("/search/timeline", dependencies=counted)
def timeline(visit: Reader, asked: Search, by: Annotated[str, Query(max_length=20)] = "") -> Response:
    """How often it was said, month by month."""
    told = read_timeline(
        visit.session,
        visit.site.index,
        asked.text,
        episode=asked.within or None,
        expand=asked.expand,
        tables=tables_for(visit, asked),
    )
    by_speaker = by == "speaker"
    courses = (told.everybody, *(told.speakers if by_speaker else ()))
    return visit.show(
        "timeline.html",
        asked=asked,
        chart=draw_chart(told, courses, visit.language) if told.everybody.found else None,
        by_speaker=by_speaker,
        by_year=told.by_year,
        other=address_of_search(asked, "/search/timeline", by="" if by_speaker else "speaker"),
        few=FEW_TURNS,
        period_name=partial(period_name, language=visit.language),
        has_words=bool(parse(asked.text).groups),
    )


def order_of(sort: str) -> Order:
    """
    >>> order_of("date"), order_of("sideways")
    (<Order.DATE: 'date'>, <Order.LEFT: 'left'>)
    """
    return Order(sort) if sort in ORDERS else Order.LEFT


def address_of_search(asked: Asked, path: str, **more: str) -> str:
    """
    >>> address_of_search(Asked("old road", within="tea"), "/search.csv", sort="left")
    '/search.csv?q=old+road&in=tea&sort=left'
    """
    parts = {"q": asked.text, "in": asked.within, "expand": "" if asked.expand else "no", **more}
    return f"{path}?{urlencode({name: value for name, value in parts.items() if value})}"


def set_apart(before: str, after: str) -> tuple[str, str, str, str]:
    """The words before a keyword, the brackets and the stops that stand right at it, the words after it.

    >>> set_apart("Do you like (", "), or coffee?")
    ('Do you like', '(', '),', 'or coffee?')
    """
    words, rest = before.rstrip("([“«"), after.lstrip(".,;:!?%)]”»…،؛؟۔।")
    return words.rstrip(), before[len(words) :], after[: len(after) - len(rest)], rest.lstrip()


def as_file(name: str) -> dict[str, str]:
    """What an answer says that is to be kept as a file, and is for nobody's catalogue of the web."""
    return {"Content-Disposition": f'attachment; filename="{name}"', "X-Robots-Tag": "noindex"}


def tables_for(visit: Visit, asked: Asked) -> Tables | None:
    """The tables to look for other spellings with; none when the reader wants none."""
    return known_tables(visit.session, visit.site.newsroom.settings.home) if asked.expand else None


def _lines(visit: Visit, asked: Asked, order: Order) -> tuple[list[Line], bool]:
    found = read_concordance(
        visit.session,
        visit.site.index,
        asked.text,
        episode=asked.within or None,
        expand=asked.expand,
        tables=tables_for(visit, asked),
    )
    return sort_lines(found.lines, order), found.is_cut


def _cells(line: Line, ms: int, base: str) -> tuple[str, ...]:
    """A line in LINE_COLUMNS."""
    hit = line.hit
    return (
        line.before,
        line.keyword,
        line.after,
        hit.speaker,
        hit.certainty,
        hit.episode_title,
        hit.aired_at.date().isoformat() if hit.aired_at else "",
        clock(ms),
        permalink(hit.episode_slug, ms, base),
    )
