"""The public pages, one short function each. Captions, media and what else machines fetch is in `feeds`."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import RedirectResponse, Response

from catalog.articles import count_articles, list_articles
from catalog.authority.reading import public_topics
from catalog.authority.topics import leading_topics, topics_in_talk, topics_of_people
from catalog.changes import read_changes
from catalog.errors import NotFound
from catalog.glosses import lay_beside, list_translations, read_translation
from catalog.labels import list_voices as list_labels
from catalog.ledger import Wanted, count_claims
from catalog.models import Article, Person
from catalog.offers import Offered, has_any
from catalog.people import find_person, joined_into, public_appearances, public_people
from catalog.reading import EpisodeCard, EpisodePage, count_published, published_cards, read_page
from catalog.remembered import version_of
from catalog.transcripts import read_turns
from web.articles import address_of, related_values
from web.copies import FORMS, about_sizes
from web.deps import PageNumber, Reader, Slug, Visit, published_episode
from web.feeds import media_links
from web.heard import heard_in
from web.making import pages_of
from web.podcast import FILM
from web.said import Said, passage_of
from web.spelling import names_for
from web.strip import draw_strip
from web.transcript import lay_out, unknowns
from web.trust import trust_facts
from web.voices import list_voices, share_speech

ON_HOME, ON_PAGE, ON_PERSON, ON_HOME_TOPICS, ON_HOME_ARTICLES = 7, 20, 5, 12, 3
ON_HOME_SAID, SAID_OF = 3, 6  # passages, and the talks they are looked for in

router = APIRouter(include_in_schema=False)
page = pages_of(router)


@page("/")
def home(visit: Reader) -> Response:
    cards = visit.spell_all(published_cards(visit.session, limit=ON_HOME))
    lead = visit.spell(read_page(visit.session, cards[0].slug)) if cards else None
    listed = public_people(visit.session)
    moment, *others = [_said(visit, card) for card in cards[:SAID_OF]] or [None]
    said = [one for one in others if one]
    return visit.show(
        "home.html",
        lead=lead,
        moment=moment,
        said=said[:ON_HOME_SAID] if len(said) >= ON_HOME_SAID else [],
        changes=read_changes(visit.session, limit=2, most_read=10),
        strip=lead and draw_strip(lead.turns, lead.card.duration_ms),
        media=lead and media_links(lead),
        cards=cards[1:],
        count=count_published(visit.session),
        people=listed,
        names=_names(visit, listed),
        topics=leading_topics(visit.session, visit.language.code, ON_HOME_TOPICS),
        topic_count=len(public_topics(visit.session)),
        articles=_newest_articles(visit),
        article_count=count_articles(visit.session),
    )


def _said(visit: Visit, card: EpisodeCard) -> Said | None:
    """The passage of a talk that stands on the front page, under a name as this reader reads it."""
    version = version_of(visit.session, card.id, card.revision)
    found = visit.site.said.get(version, lambda: passage_of(read_turns(visit.session, card.id)))
    if found is None:
        return None
    speaker, passage = found
    names = names_for(visit.session, visit.language, [(speaker.person_slug, speaker.name)])
    return Said(card, replace(speaker, name=names.get(speaker.person_slug, speaker.name)), passage)


def _newest_articles(visit: Reader) -> list[tuple[Article, str]]:
    """Those that can still be read at their source, each with its address here."""
    listed = list_articles(visit.session, limit=4 * ON_HOME_ARTICLES)
    return [(one, address_of(one)) for one in listed if not one.gone_at][:ON_HOME_ARTICLES]


@page("/episodes")
def episodes(visit: Reader, number: PageNumber = 1) -> Response:
    count = count_published(visit.session)
    cards = visit.spell_all(published_cards(visit.session, limit=ON_PAGE, offset=(number - 1) * ON_PAGE))
    if not cards and number > 1:
        raise NotFound("The list of talks is not that long.")
    return visit.show("episodes.html", cards=cards, count=count, number=number, last=-(-count // ON_PAGE))


@page("/people")
def people(visit: Reader) -> Response:
    listed = public_people(visit.session)
    return visit.show("people.html", people=listed, names=_names(visit, listed))


def _names(visit: Reader, people: Sequence[Person]) -> dict[str, str]:
    """How this reader reads the names of those who are spelled in another script."""
    return names_for(visit.session, visit.language, ((one.slug, one.name) for one in people))


@page("/people/{slug}")
def person(visit: Reader, slug: Slug) -> Response:
    somebody = find_person(visit.session, slug)
    if (other := joined_into(visit.session, somebody)) is not None:
        return RedirectResponse(f"{visit.language.root}/people/{other.slug}", 301)
    appearances = public_appearances(visit.session, somebody.id or 0)
    if not appearances:
        raise NotFound(f"Nobody heard in a published talk is called '{slug}'.")
    heard = [
        voice
        for talk in (line.episode_slug for line in appearances[:ON_PERSON])
        for voice in heard_in(
            visit.spell(read_page(visit.session, talk)),
            list_labels(visit.session, talk),
            slug,
            visit.language,
        )
    ]
    return visit.show(
        "person.html",
        name=_names(visit, [somebody]).get(slug, somebody.name),
        person=somebody,
        has_films=has_any(visit.session, Offered(FILM, somebody.id)),
        appearances=appearances,
        heard=heard,
        claims=count_claims(visit.session, Wanted(person=slug)),
        topic=public_topics(visit.session).get(topics_of_people(visit.session, [slug]).get(slug, "")),
    )


@page("/about")
def about(visit: Reader) -> Response:
    return visit.show("about.html")


@page("/e/{slug}")
def episode(
    visit: Reader,
    slug: Slug,
    t: Annotated[float | None, Query(ge=0, le=1_000_000)] = None,
    only: Annotated[str, Query(max_length=40)] = "",
    beside: Annotated[str, Query(alias="with", max_length=20)] = "",
) -> Response:
    """`t` marks the passage at that second, `only` shows the turns of one voice (by its anchor), `with` puts a
    translation into that language beside the words."""
    talk = read_page(visit.session, published_episode(visit, slug).slug)
    at_ms = None if t is None else round(t * 1000)
    values = episode_values(visit, visit.spell(talk), at_ms, only, beside)
    values["related"] = related_values(visit, talk)
    return visit.show("episode.html", **values)


def episode_values(
    visit: Visit, talk: EpisodePage, at_ms: int | None = None, only: str = "", beside: str = ""
) -> dict[str, Any]:
    """All that "episode.html" is made of, also for who looks at a talk before it is published."""
    strip = draw_strip(talk.turns, talk.card.duration_ms)
    voices = list_voices(talk, strip, list_labels(visit.session, talk.card.slug), visit.language)
    sizes = about_sizes(talk.turns)
    return {
        "talk": talk,
        "card": talk.card,
        "blocks": lay_out(talk, voices, at_ms),
        "strip": strip,
        "voices": voices,
        "shares": share_speech(voices, visit.language),
        "media": media_links(talk),
        "forms": [(ending, form, sizes[ending]) for ending, form in FORMS.items()],
        "trust": trust_facts(talk, voices, visit.language),
        "unknowns": unknowns(talk, visit.language),
        "claims": count_claims(visit.session, Wanted(talk=talk.card.slug)),
        "topics": topics_in_talk(visit.session, talk.card.id, visit.language.code),
        **_beside(visit, talk, beside),
        "related": (),
        "only": only if any(voice.anchor == only and voice.speaker for voice in voices) else "",
    }


def _beside(visit: Visit, talk: EpisodePage, language: str) -> dict[str, Any]:
    """The translation the reader asked for, by paragraph, and which others there are."""
    passages = [passage for turn in talk.turns for passage in turn.passages]
    lines = read_translation(visit.session, talk.card.id, language) if language else []
    translations = list_translations(visit.session, talk.card.id)
    return {
        "translations": translations,
        "translation": next((one for one in translations if lines and one.language == language), None),
        "glosses": lay_beside(passages, lines),
        "is_public": True,
    }


@page("/accessibility")
def accessibility(visit: Reader) -> Response:
    return visit.show("accessibility.html")
