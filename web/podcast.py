"""The show as podcasts: sound, film, one for each person, and chapters. How a feed is written is its template's."""

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from uuid import UUID, uuid5

from fastapi import APIRouter
from starlette.responses import Response

from catalog.errors import NotFound
from catalog.files import FileLine
from catalog.models import MediaKind
from catalog.offers import Offer, Offered, count_offers, read_offers
from catalog.people import find_person, public_name
from catalog.reading import ChapterLine, read_page
from web import linked
from web.answer import OPEN_TO_ALL, answer
from web.copies import FORMS
from web.deps import PageNumber, Published, Reader, Slug, Visit
from web.feeds import media_address, media_links
from web.wording import fit, seconds

A_PAGE = 100  # talks in one answer; RFC 5005 links lead to those before
LONGEST_TEXT = 4000  # signs of a description that directories read
SOUND = (MediaKind.WEB_AUDIO, MediaKind.WEB_AUDIO_LOW)  # MP3 first: it plays everywhere
FILM = (MediaKind.WEB_VIDEO,)
GUIDS = UUID("ead4c236-bf58-58c6-a2c6-a6b28d128cb6")  # the name space that podcast:guid is made in
ROLES = {"moderator": "host", "host": "host", "guest": "guest"}  # as the Podcast Taxonomy calls them
CHAPTERS = "application/json+chapters"

router = APIRouter(include_in_schema=False)
fetched = partial(router.api_route, methods=["GET", "HEAD"])


@dataclass(frozen=True)
class Enclosure:
    """A file of a talk as an app fetches it; `integrity` as browsers write it (SRI)."""

    title: str
    path: str
    mime: str
    size: int
    integrity: str


@dataclass(frozen=True)
class Item:
    """A talk in a feed: the file that plays, and every file there is."""

    offer: Offer
    enclosure: Enclosure
    every: tuple[Enclosure, ...]


@dataclass(frozen=True)
class Feed:
    """What a feed is called and where it and its page are; `medium` as the podcast name space has it."""

    title: str
    told: str
    path: str
    page: str
    medium: str = "podcast"


def as_films(feed: Feed) -> Feed:
    """The edition of a feed for those who watch.

    >>> as_films(Feed("Tea", "All of it.", "/feed.xml", "/")).path
    '/feed-video.xml'
    """
    path = feed.path.removesuffix("feed.xml") + "feed-video.xml"
    return replace(feed, title=f"{feed.title} (video)", path=path, medium="video")


TITLES = {
    MediaKind.WEB_AUDIO: "Sound",
    MediaKind.WEB_AUDIO_LOW: "Sound, low data",
    MediaKind.WEB_VIDEO: "Film",
}


@fetched("/feed.xml")
def sound_feed(visit: Reader, number: PageNumber = 1) -> Response:
    """Every talk as sound."""
    settings = visit.site.newsroom.settings
    feed = Feed(settings.site_title, settings.tagline, "/feed.xml", "/")
    return send_podcast(visit, feed, Offered(SOUND), number)


@fetched("/feed-video.xml")
def film_feed(visit: Reader, number: PageNumber = 1) -> Response:
    """Every talk that has a film."""
    settings = visit.site.newsroom.settings
    feed = as_films(Feed(settings.site_title, settings.tagline, "/feed.xml", "/"))
    return send_podcast(visit, feed, Offered(FILM), number)


@fetched("/people/{slug}/feed.xml")
def person_feed(visit: Reader, slug: Slug, number: PageNumber = 1) -> Response:
    """The talks somebody is named in, as sound."""
    return send_podcast(visit, _feed_of(visit, slug), _offered(visit, slug, SOUND), number)


@fetched("/people/{slug}/feed-video.xml")
def person_films(visit: Reader, slug: Slug, number: PageNumber = 1) -> Response:
    """Those of them that have a film."""
    return send_podcast(visit, as_films(_feed_of(visit, slug)), _offered(visit, slug, FILM), number)


def _feed_of(visit: Visit, slug: str) -> Feed:
    name = public_name(visit.session, slug)
    if not name:
        raise NotFound(f"Nobody heard in a published talk is called '{slug}'.")
    show = visit.site.newsroom.settings.site_title
    return Feed(
        f"{name} in {show}", f"The talks {name} is heard in.", f"/people/{slug}/feed.xml", f"/people/{slug}"
    )


def _offered(visit: Visit, slug: str, kinds: tuple[MediaKind, ...]) -> Offered:
    return Offered(kinds, find_person(visit.session, slug).id)


@fetched("/e/{slug}/chapters.json")
def chapters(visit: Reader, published: Published) -> Response:
    """The parts of a talk, for players."""
    talk = read_page(visit.session, published.slug)
    if not talk.chapters:
        raise NotFound(f"The talk '{published.slug}' has no chapters.")
    told = {
        "version": "1.2.0",
        "title": fit(talk.card.title),
        "podcastName": fit(visit.site.newsroom.settings.site_title),
        "chapters": chapter_list(talk.chapters, talk.card.duration_ms, f"{visit.base}/e/{published.slug}"),
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    return answer(visit.request, body, CHAPTERS, headers=OPEN_TO_ALL)


@fetched("/e/{slug}.jsonld")
def linked_talk(visit: Reader, published: Published) -> Response:
    """A talk in the words of schema.org with the whole transcript, which is too long for the page's own block."""
    talk = read_page(visit.session, published.slug)
    said = " ".join(turn.text for turn in talk.turns)
    settings = visit.site.newsroom.settings
    told = linked.episode(settings, talk, media_links(talk), visit.base, said)
    body = json.dumps(told, ensure_ascii=False).encode()
    return answer(visit.request, body, "application/ld+json", headers=OPEN_TO_ALL)


def chapter_list(chapters: Sequence[ChapterLine], duration_ms: int, page: str) -> list[dict[str, object]]:
    """Chapters as players read them, in seconds; each ends where the next begins.

    >>> chapter_list([ChapterLine(1500, "Rain")], 9000, "/e/tea")
    [{'startTime': 1.5, 'endTime': 9.0, 'title': 'Rain', 'url': '/e/tea?t=1.5#t=1.5'}]
    """
    ends = [*[chapter.start_ms for chapter in chapters[1:]], duration_ms]
    return [
        {
            "startTime": chapter.start_ms / 1000,
            **({"endTime": end / 1000} if end > chapter.start_ms else {}),
            "title": fit(chapter.title),
            "url": f"{page}?t={seconds(chapter.start_ms)}#t={seconds(chapter.start_ms)}",
        }
        for chapter, end in zip(chapters, ends, strict=True)
    ]


def send_podcast(visit: Visit, feed: Feed, wanted: Offered, number: int) -> Response:
    """A page of the talks that are wanted, as a podcast."""
    last = max(1, -(-count_offers(visit.session, wanted) // A_PAGE))
    if number > last:
        raise NotFound("The feed is not that long.")
    offers = read_offers(visit.session, wanted, limit=A_PAGE, offset=(number - 1) * A_PAGE)
    items = [make_item(offer, wanted.kinds) for offer in offers]
    body = visit.site.pages.write(
        visit.request,
        "podcast.xml",
        feed=feed,
        items=items,
        number=number,
        last=last,
        changed=max((offer.changed_at for offer in offers if offer.changed_at), default=None),
        guid=podcast_guid(visit.base + feed.path),
        forms=FORMS,
        roles=ROLES,
        chapters_type=CHAPTERS,
        longest=LONGEST_TEXT,
    )
    return answer(visit.request, body, "application/rss+xml; charset=utf-8", headers=OPEN_TO_ALL)


def make_item(offer: Offer, kinds: Sequence[MediaKind]) -> Item:
    """A talk with the first of these kinds as what plays; the caller has chosen talks that have one."""
    files = {MediaKind(line.kind): line for line in offer.files}
    every = {kind: _enclosure(offer, kind, files[kind]) for kind in TITLES if kind in files}
    return Item(offer, next(every[kind] for kind in kinds if kind in every), tuple(every.values()))


def _enclosure(offer: Offer, kind: MediaKind, line: FileLine) -> Enclosure:
    path = media_address(offer.card.slug, line.kind, line.mime)
    return Enclosure(
        TITLES[kind], path, line.mime.partition(";")[0].strip(), line.size, integrity(line.sha256)
    )


def integrity(sha256: str) -> str:
    """A hash as a browser checks it.

    >>> integrity("00" * 32)
    'sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='
    """
    return f"sha256-{b64encode(bytes.fromhex(sha256)).decode()}"


def podcast_guid(address: str) -> str:
    """The name of a feed that stays when it moves: made of its address without scheme, as the name space asks.

    >>> podcast_guid("https://mp3s.nashownotes.com/pc20rss.xml")
    '917393e3-1b1e-5cef-ace4-edaa54e1f810'
    """
    return str(uuid5(GUIDS, address.partition("://")[2].rstrip("/")))
