"""Entities as readers meet them: which a talk names, what they are called in a language, where each is named."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from catalog.authority.tally import Tally, tally_of
from catalog.models import (
    Entity,
    EntityAlias,
    EntityKind,
    EntityState,
    Episode,
    EpisodeState,
    Mention,
    MentionReading,
    Track,
    Utterance,
)
from catalog.normalize import fold
from catalog.search.forms import script_of
from catalog.sequence import keep, seen_by_all
from catalog.transcripts import IS_READ

# The script a language of ours is written in, by its ISO 15924 code.
SCRIPTS = {"ur": "Arab", "ps": "Arab", "sd": "Arab", "bal": "Arab", "hi": "Deva", "bn": "Beng", "pa": "Guru"}
LONGEST_FOLDED = 200  # characters of a name by which it is known
LISTED = col(Entity.state) == EntityState.LISTED
# What is read of published talks; each needs Track and Episode joined.
SPOKEN = (*IS_READ, col(Episode.state) == EpisodeState.PUBLISHED)


@dataclass(frozen=True)
class Named:
    """An entity as a link: `name` is what it is called in the reader's language."""

    slug: str
    kind: EntityKind
    name: str
    turns: int = 0
    talks: int = 0


def mention_numbers(session: Session) -> dict[int, int]:
    """How often the mentions of each talk were found to be others, by the talk's id."""
    rows = session.exec(
        select(MentionReading.episode_id, MentionReading.number).where(
            col(MentionReading.episode_id).is_not(None)
        )
    )
    return {episode_id or 0: number for episode_id, number in rows}


def slugs_by_passage(session: Session, track_id: int) -> dict[int, tuple[str, ...]]:
    """The entities that each paragraph of a transcript names, by its position."""
    rows = session.execute(_SLUGS, {"track_id": track_id})
    slugs: dict[int, tuple[str, ...]] = {}
    for position, slug in rows:
        slugs[position] = (*slugs.get(position, ()), slug)
    return slugs


def names_of(session: Session, slugs: Collection[str], language: str = "en") -> dict[str, str]:
    """What these entities are called in a language: the first name in its script, else the name."""
    spelled: dict[str, list[str]] = {}
    for slug, name, alias in session.execute(_FULL_NAMES, {"slugs": list(slugs)}) if slugs else ():
        spelled.setdefault(slug, [name]).append(alias)
    return {slug: name_in(names, language) for slug, names in spelled.items()}


def name_in(names: Sequence[str], language: str) -> str:
    """The first of these names that is written as the language is, else the first of all.

    >>> name_in(["Karachi", "कराची", "کراچی"], "ur"), name_in(["Karachi", "कराची"], "ur")
    ('کراچی', 'Karachi')
    """
    script = SCRIPTS.get(language.partition("-")[0])
    return next((name for name in names if script and script_of(fold(name)) == script), names[0])


def public_topics(session: Session) -> dict[str, Named]:
    """Every listed entity that a published talk names, by its slug, with how often; those named most first.

    Only these exist for readers: what else stands in the file is the newsroom's.
    """
    return keep(session, "public topics", _public_topics)


def _public_topics(session: Session) -> dict[str, Named]:
    engine = seen_by_all(session)
    counted = (Tally() if engine is None else tally_of(engine)).count(session)
    rows = session.execute(
        sa.select(col(Entity.id), col(Entity.slug), col(Entity.kind), col(Entity.name)).where(LISTED)
    )
    named = [
        Named(slug, kind, name, *counted[entity]) for entity, slug, kind, name in rows if entity in counted
    ]
    return {one.slug: one for one in sorted(named, key=lambda one: (-one.turns, one.slug))}


def talks_that_name(entity_id: int) -> Any:
    """A query for the ids of the talks whose transcript names an entity, public or not."""
    lines = (
        select(Track.episode_id).join(Utterance).join(Mention, col(Mention.utterance_id) == col(Utterance.id))
    )
    return lines.where(Mention.entity_id == entity_id, col(Track.current).is_(True))


def topics_meant(session: Session, words: str) -> list[str]:
    """The slugs of what readers mean by a slug or by any name; of one that was merged, that of the whole."""
    known = public_topics(session)
    if not known:
        return []
    asked = {"slug": words.casefold().strip(), "folded": fold(words)[:LONGEST_FOLDED]}
    return sorted(set(session.scalars(_MEANT, asked)) & known.keys())


def topics_like(session: Session, words: str, limit: int = 3) -> list[str]:
    """Names that a reader may have meant who wrote one that nothing has."""
    names = {fold(one.name): one.name for one in public_topics(session).values()}
    return [names[one] for one in get_close_matches(fold(words), names, n=limit, cutoff=0.7)]


# Made once: to put a question together takes longer than to answer it, and each page of results, each talk that is
# indexed asks these.
_SLUGS = (
    select(Utterance.position, Entity.slug)
    .join(Mention, col(Mention.utterance_id) == col(Utterance.id))
    .join(Entity, col(Entity.id) == col(Mention.entity_id))
    .where(col(Utterance.track_id) == sa.bindparam("track_id"), LISTED)
    .distinct()
    .order_by(col(Utterance.position), col(Entity.slug))
)
_FULL_NAMES = (
    select(Entity.slug, Entity.name, EntityAlias.name)
    .join(EntityAlias, col(EntityAlias.entity_id) == col(Entity.id))
    .where(col(Entity.slug).in_(sa.bindparam("slugs", expanding=True)), col(EntityAlias.short).is_(False))
    .order_by(col(EntityAlias.id))
)
_WHOLE = aliased(Entity)
_MEANT = (
    select(func.coalesce(_WHOLE.slug, Entity.slug))
    .select_from(Entity)
    .outerjoin(_WHOLE, col(_WHOLE.id) == col(Entity.merged_into_id))
    .where(
        sa.or_(
            col(Entity.slug) == sa.bindparam("slug"),
            col(Entity.id).in_(
                select(EntityAlias.entity_id).where(col(EntityAlias.folded) == sa.bindparam("folded"))
            ),
        )
    )
    .distinct()
)
