"""Pages and feeds of what talks name: people talked about, places, organisations and topics. Which those are, the
authority file of the catalog says."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from catalog.authority.reading import public_topics
from catalog.authority.topics import (
    Spoken,
    Topic,
    named_beside,
    read_topic,
    spoken_of,
    topics_of_kind,
    written_of,
)
from catalog.errors import NotFound
from catalog.ledger import Wanted, count_claims
from catalog.models import EntityKind
from catalog.offers import Offered, has_any
from catalog.search.answering import Sort
from catalog.search.hits import search_turns
from catalog.search.timeline import FEW_TURNS, read_timeline
from web.articles import address_of
from web.asked import Asked
from web.chart import Chart, draw_chart, period_name
from web.deps import PageNumber, Reader, Slug, Visit
from web.making import pages_of
from web.podcast import FILM, SOUND, as_films, send_podcast
from web.podcast import Feed as Podcast
from web.saved import NEWEST, Feed, send_feed
from web.spelling import names_for

FIRST, ON_LIST, ON_PAGE = 12, 200, 20
ORDER = (EntityKind.TOPIC, EntityKind.PERSON, EntityKind.PLACE, EntityKind.ORGANISATION, EntityKind.OUTLET)

router = APIRouter(include_in_schema=False)
page = pages_of(router, search=True)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


@page("/topics")
def topics(visit: Reader) -> Response:
    counts = {kind: sum(one.kind is kind for one in public_topics(visit.session).values()) for kind in ORDER}
    listed = {
        kind: topics_of_kind(visit.session, kind, visit.language.code, limit=FIRST)
        for kind in ORDER
        if counts[kind]
    }
    return visit.show("topics.html", listed=listed, counts=counts)


@page("/topics/all/{kind}")
def topics_all(visit: Reader, kind: EntityKind, number: PageNumber = 1) -> Response:
    """Every one of a kind, the ones named most first."""
    count = sum(one.kind is kind for one in public_topics(visit.session).values())
    offset = (number - 1) * ON_LIST
    listed = topics_of_kind(visit.session, kind, visit.language.code, limit=ON_LIST, offset=offset)
    if not listed:
        raise NotFound("The list is not that long.")
    last = -(-count // ON_LIST)
    return visit.show("topics-all.html", kind=kind, listed=listed, count=count, number=number, last=last)


@page("/topics/{slug}")
def topic(visit: Reader, slug: Slug, number: PageNumber = 1) -> Response:
    found = read_topic(visit.session, slug, visit.language.code)
    if found.slug != slug:
        return RedirectResponse(f"{visit.language.root}/topics/{found.slug}", 301)
    spoken = spoken_of(visit.session, found, limit=ON_PAGE, offset=(number - 1) * ON_PAGE)
    if not spoken:
        raise NotFound("Nothing more is said of it.")
    beside = named_beside(visit.session, found, visit.language.code, limit=40)
    return visit.show(
        "topic.html",
        topic=found,
        has_films=has_any(visit.session, Offered(FILM, entity_id=found.id)),
        talks=_by_talk(_spelled(visit, spoken)),
        number=number,
        last=-(-found.turns // ON_PAGE),
        people=[one for one in beside if one.topic.kind is EntityKind.PERSON][:FIRST],
        others=[one for one in beside if one.topic.kind is not EntityKind.PERSON][:FIRST],
        articles=[(one, address_of(one)) for one in written_of(visit.session, found)] if number == 1 else (),
        chart=_chart(visit, found) if number == 1 else None,
        few=FEW_TURNS,
        claims=count_claims(visit.session, Wanted(about=found.slug)),
        period_name=partial(period_name, language=visit.language),
    )


@fetched("/topics/{slug}/feed.xml")
def podcast(visit: Reader, slug: Slug, number: PageNumber = 1) -> Response:
    """The talks that name it, as sound."""
    found = read_topic(visit.session, slug)
    return send_podcast(visit, _feed_of(visit, found), Offered(SOUND, entity_id=found.id), number)


@fetched("/topics/{slug}/feed-video.xml")
def films(visit: Reader, slug: Slug, number: PageNumber = 1) -> Response:
    """Those of them that have a film."""
    found = read_topic(visit.session, slug)
    feed = as_films(_feed_of(visit, found))
    return send_podcast(visit, feed, Offered(FILM, entity_id=found.id), number)


def _feed_of(visit: Visit, found: Topic) -> Podcast:
    show = visit.site.newsroom.settings.site_title
    return Podcast(
        f"{found.name} in {show}",
        f"The talks in which {found.name} is named.",
        f"/topics/{found.slug}/feed.xml",
        f"/topics/{found.slug}",
    )


@fetched("/topics/{slug}/feed-moments.xml")
def moments(visit: Reader, slug: Slug) -> Response:
    """Each time it is named, the newest first, as Atom."""
    found = read_topic(visit.session, slug)
    settings = visit.site.newsroom.settings
    asked = Asked(f"topic:{found.slug}")
    hits = search_turns(visit.session, visit.site.index, asked.text, limit=NEWEST, sort=Sort.NEWEST).hits
    feed = Feed(
        asked,
        visit.base,
        settings.site_title,
        settings.publisher,
        title=f"{found.name} in {settings.site_title}",
        page=f"/topics/{found.slug}",
        here=f"/topics/{found.slug}/feed-moments.xml",
    )
    return send_feed(visit, feed, hits, "atom")


def _chart(visit: Visit, topic: Topic) -> Chart | None:
    """How often it is named over time; none while there is but one month to tell of."""
    told = read_timeline(visit.session, visit.site.index, f"topic:{topic.slug}")
    if not told.everybody.found or len(told.periods) < 2:
        return None
    return draw_chart(told, (told.everybody,), visit.language)


def _spelled(visit: Visit, spoken: Sequence[Spoken]) -> list[Spoken]:
    """Speakers under the names this reader's language has for them."""
    names = names_for(
        visit.session, visit.language, {(one.speaker.person_slug, one.speaker.name) for one in spoken}
    )
    return [
        replace(one, speaker=replace(one.speaker, name=names.get(one.speaker.person_slug, one.speaker.name)))
        for one in spoken
    ]


def _by_talk(spoken: Sequence[Spoken]) -> list[list[Spoken]]:
    talks: dict[str, list[Spoken]] = {}
    for one in spoken:
        talks.setdefault(one.episode_slug, []).append(one)
    return list(talks.values())
