"""People's names in the script a page is read in, where the record knows such a spelling. Quoted words keep theirs."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sqlmodel import Session

from catalog.people import spellings_of
from catalog.reading import EpisodeCard, EpisodePage
from catalog.search.moments import Hit
from web.language import Language
from web.wording import direction


def names_for(session: Session, language: Language, people: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of people given as (slug, name), the names to print otherwise, by slug. Scripts are told by their direction:
    who reads Urdu reads Pashto's letters, who reads English is helped by any Latin spelling."""
    foreign = {slug: name for slug, name in people if slug and direction(name) != language.direction}
    if not foreign:
        return {}
    spellings = spellings_of(session, foreign)
    fitting = {
        slug: next((one for one in spellings.get(slug, ()) if direction(one) == language.direction), "")
        for slug in foreign
    }
    return {slug: name for slug, name in fitting.items() if name}


def people_of(card: EpisodeCard) -> list[tuple[str, str]]:
    return [(line.person_slug, line.name) for line in card.cast]


def people_in(page: EpisodePage) -> list[tuple[str, str]]:
    speakers = dict.fromkeys(turn.speaker for turn in page.turns)
    return people_of(page.card) + [(one.person_slug, one.name) for one in speakers]


def spell_card(card: EpisodeCard, names: Mapping[str, str]) -> EpisodeCard:
    cast = (replace(line, name=names.get(line.person_slug, line.name)) for line in card.cast)
    return replace(card, cast=tuple(cast)) if names else card


def spell_page(page: EpisodePage, names: Mapping[str, str]) -> EpisodePage:
    """The whole page, so that one voice is one name in its strip, cast and turns."""
    if not names:
        return page
    speakers = {
        one: replace(one, name=names.get(one.person_slug, one.name))
        for one in {turn.speaker for turn in page.turns}
    }
    turns = tuple(replace(turn, speaker=speakers[turn.speaker]) for turn in page.turns)
    return replace(page, card=spell_card(page.card, names), turns=turns)


def spell_hit(hit: Hit, names: Mapping[str, str]) -> Hit:
    name = names.get(hit.speaker_slug, hit.speaker)
    return hit if name == hit.speaker else replace(hit, speaker=name)
