"""What a page is, in the words of schema.org: the data blocks of pages (JSON-LD). How a page looks is in templates."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from catalog.authority.topics import Topic
from catalog.models import EntityKind, Person
from catalog.people import CastLine
from catalog.reading import EpisodePage
from catalog.settings import Settings
from web.wording import fit, seconds

if TYPE_CHECKING:
    from web.feeds import MediaLink

Data = dict[str, Any]

# The best of each sort: what search engines are told is the sound, or the film, of a talk.
RENDITIONS = (("AudioObject", ("web_audio", "web_audio_low")), ("VideoObject", ("web_video",)))


def series(settings: Settings, base: str) -> Data:
    """The show."""
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "PodcastSeries",
            "@id": f"{base}/#series",
            "name": settings.site_title,
            "description": settings.tagline,
            "url": f"{base}/",
            "webFeed": f"{base}/feed.xml",
            "image": f"{base}/cover.png",
            "inLanguage": list(settings.languages),
            "publisher": {"@type": "NewsMediaOrganization", "name": settings.publisher, "url": f"{base}/"},
            "license": settings.licence,
        }
    )


def episode(
    settings: Settings, talk: EpisodePage, media: Mapping[str, "MediaLink"], base: str, transcript: str = ""
) -> Data:
    """A talk with its sound and film. The transcript is told by its address unless it is given whole."""
    card = talk.card
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode",
            "@id": f"{base}/e/{card.slug}",
            "url": f"{base}/e/{card.slug}",
            "name": card.title,
            "description": card.summary,
            "datePublished": card.published_at.isoformat(timespec="seconds") if card.published_at else "",
            "dateCreated": talk.recorded_at.date().isoformat() if talk.recorded_at else "",
            "inLanguage": card.language,
            "duration": _length(card.duration_ms),
            "version": card.revision,
            "image": f"{base}/e/{card.slug}/card.png",
            "sameAs": talk.source_url,
            "license": settings.licence,
            "partOfSeries": {"@type": "PodcastSeries", "@id": f"{base}/#series", "name": settings.site_title},
            "contributor": [_part(line, base) for line in card.cast],
            "associatedMedia": [
                _recording(kind, next(media[name] for name in names if name in media), talk, base, transcript)
                for kind, names in RENDITIONS
                if any(name in media for name in names)
            ],
        }
    )


def person(somebody: Person, base: str) -> Data:
    """Somebody who is heard: only what the record knows."""
    known = somebody.wikidata or ""
    return _known(
        {
            "@context": "https://schema.org",
            "@type": "Person",
            "@id": f"{base}/people/{somebody.slug}",
            "url": f"{base}/people/{somebody.slug}",
            "name": somebody.name,
            "description": somebody.bio,
            "sameAs": f"https://www.wikidata.org/entity/{known}" if known else "",
        }
    )


# What schema.org calls an entity of each kind.
ENTITIES = {
    EntityKind.TOPIC: "DefinedTerm",
    EntityKind.PERSON: "Person",
    EntityKind.PLACE: "Place",
    EntityKind.ORGANISATION: "Organization",
    EntityKind.OUTLET: "NewsMediaOrganization",
}


def topic(named: Topic, base: str) -> Data:
    """What talks name: only what the authority file says of it."""
    return _known(
        {
            "@context": "https://schema.org",
            "@type": ENTITIES[named.kind],
            "@id": f"{base}/topics/{named.slug}",
            "url": f"{base}/topics/{named.slug}",
            "name": named.name,
            "alternateName": list(named.also),
            "description": named.description,
        }
    )


def _recording(kind: str, link: "MediaLink", talk: EpisodePage, base: str, transcript: str) -> Data:
    card = talk.card
    text = f"{base}/e/{card.slug}"
    return {
        "@type": kind,
        "name": card.title,
        "description": card.summary or card.title,
        "uploadDate": card.published_at.isoformat(timespec="seconds") if card.published_at else "",
        "thumbnailUrl": f"{base}/e/{card.slug}/card.png",
        "contentUrl": base + link.address,
        "encodingFormat": link.mime.partition(";")[0],
        "contentSize": str(link.size),
        "sha256": next((line.sha256 for line in talk.files if line.kind == link.kind), ""),
        "duration": _length(card.duration_ms),
        "inLanguage": card.language,
        "transcript": (transcript or f"{text}.txt") if talk.turns else "",
        "caption": {"@type": "MediaObject", "contentUrl": f"{text}.vtt", "encodingFormat": "text/vtt"}
        if talk.turns
        else "",
        "hasPart": _clips(talk, base),
    }


def _clips(talk: EpisodePage, base: str) -> list[Data]:
    """A part for each chapter; the last ends with the talk."""
    starts = [chapter.start_ms for chapter in talk.chapters]
    ends = [*starts[1:], max(talk.card.duration_ms, *starts)] if starts else []
    return [
        {
            "@type": "Clip",
            "name": chapter.title,
            "startOffset": chapter.start_ms / 1000,
            "endOffset": end / 1000,
            "url": f"{base}/e/{talk.card.slug}?t={seconds(chapter.start_ms)}",
        }
        for chapter, end in zip(talk.chapters, ends, strict=True)
    ]


def _part(line: CastLine, base: str) -> Data:
    """Somebody in a role that was theirs in this talk."""
    page = f"{base}/people/{line.person_slug}"
    somebody = {"@type": "Person", "@id": page, "name": line.name, "url": page}
    return {"@type": "Role", "roleName": line.role, "contributor": somebody}


def _length(ms: int) -> str:
    """
    >>> _length(3_725_400), _length(0)
    ('PT3725S', '')
    """
    return f"PT{ms // 1000}S" if ms else ""


def _known(data: Data) -> Data:
    """Without what is not known; text on one line, without what would turn the words beside it around.

    >>> _known({"a": "", "b": [], "c": {"d": "x\\u202e\\n y", "e": 0}})
    {'c': {'d': 'x y', 'e': 0}}
    """
    return {name: _tell(value) for name, value in data.items() if value not in ("", None, [], {})}


def _tell(value: Any) -> Any:
    if isinstance(value, str):
        return fit(value)
    if isinstance(value, dict):
        return _known(value)
    if isinstance(value, Sequence):
        return [_tell(one) for one in value]
    return value
