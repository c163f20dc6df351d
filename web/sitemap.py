"""How crawlers find their way: the site map with its films, and robots.txt. What is public is asked of the catalog."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from catalog.articles import count_articles, list_articles
from catalog.authority.reading import public_topics
from catalog.errors import NotFound
from catalog.ledger import count_claims, read_claims
from catalog.offers import Offered, count_offers, read_offers
from catalog.people import public_people
from web.answer import answer
from web.articles import address_of
from web.deps import Reader, Visit
from web.feeds import media_address

MOST = (
    1000  # of each kind in one map: its limits are 50,000 addresses and 50 MB, and descriptions may be long
)
PAGES = (
    "/",
    "/episodes",
    "/people",
    "/topics",
    "/articles",
    "/about",
    "/claims",
    "/corrections",
    "/search/help",
    "/data/",
    "/api",
)
LONGEST_TITLE, LONGEST_TEXT, LONGEST_FILM_MS = 100, 2048, 28_800_000  # what the video extension allows

# What fetches a page because somebody shares it: it shows the card of a quote, and catalogues nothing.
SHARERS = (
    "Twitterbot",
    "facebookexternalhit",
    "LinkedInBot",
    "Slackbot",
    "TelegramBot",
    "WhatsApp",
    "Discordbot",
)
NOT_LISTED = (
    "/search?",
    "/search.",
    "/search/concordance",
    "/search/timeline",
    "/embed/",
    "/oembed",
    "/e/*/cite",
    "/claims?",
    "/claims/*/beside/",
)

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


@fetched("/sitemap.xml")
def sitemap(visit: Reader) -> Response:
    """Every public page; where there are too many for one map, the maps."""
    last = _count_maps(visit)
    if last == 1:
        return _map(visit, 1)
    body = visit.site.pages.write(visit.request, "sitemaps.xml", last=last)
    return answer(visit.request, body, "application/xml")


@fetched("/sitemap-{number}.xml")
def part_of_sitemap(visit: Reader, number: Annotated[int, Path(ge=1, le=50_000)]) -> Response:
    """One of the maps."""
    if number > _count_maps(visit):
        raise NotFound("There are not that many maps of this site.")
    return _map(visit, number)


@fetched("/robots.txt")
def robots(visit: Reader) -> Response:
    body = write_robots(visit.base)
    return answer(visit.request, body.encode(), "text/plain; charset=utf-8")


def write_robots(base: str) -> str:
    """What crawlers may read: talks and people, not what readers make. Quotes have cards that sharers may fetch."""
    closed = ["Allow: /search/help", *(f"Disallow: {path}" for path in NOT_LISTED)]
    sharers = [f"User-agent: {name}" for name in SHARERS]
    everybody = ["User-agent: *", *closed, "Disallow: /q/"]
    return "\n".join([*everybody, "", *sharers, *closed, "", f"Sitemap: {base}/sitemap.xml", ""])


def _count_maps(visit: Visit) -> int:
    """As many as the commonest kind of page needs."""
    session = visit.session
    counts = (
        count_offers(session, Offered()),
        count_articles(session),
        count_claims(session),
        len(public_topics(session)),
        len(public_people(session)),
    )
    return max(1, -(-max(counts) // MOST))


def _map(visit: Visit, number: int) -> Response:
    """A share of each kind; the pages there is one of stand in the first map."""
    session, start = visit.session, (number - 1) * MOST
    body = visit.site.pages.write(
        visit.request,
        "sitemap.xml",
        pages=PAGES if number == 1 else (),
        people=public_people(session)[start : start + MOST],
        articles=list_articles(session, limit=MOST, offset=start),
        article_address=address_of,
        claims=read_claims(session, limit=MOST, offset=start, newest_decided=True),
        topics=list(public_topics(session))[start : start + MOST],
        offers=read_offers(session, Offered(), limit=MOST, offset=start),
        media_address=media_address,
        longest_title=LONGEST_TITLE,
        longest_text=LONGEST_TEXT,
        longest_film_ms=LONGEST_FILM_MS,
    )
    return answer(visit.request, body, "application/xml")
