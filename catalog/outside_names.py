"""Names that people wrote into a talk in which somebody is hidden behind another name, and that are none of its cast.

The real name is kept nowhere, so nothing here can know it: every name on record that should not be needed is told, and
a person looks whether it gives somebody away.
"""

from collections import defaultdict
from collections.abc import Iterator

from sqlmodel import Session, col, select

from catalog.errors import Conflict
from catalog.models import (
    Appearance,
    Chapter,
    Correction,
    Entity,
    EntityAlias,
    EntityKind,
    Episode,
    Person,
    PersonAlias,
    Track,
    TrackKind,
    Utterance,
)
from catalog.name_words import Parts, parts_of
from catalog.pseudonyms import hides_somebody

MOST_TOLD = 3


class NameWritten(Conflict):
    """A name was written that may be the one that is hidden."""

    code = "name_written"


def refuse_outside_names(session: Session, episode: Episode, before: str, after: str) -> None:
    """Where somebody is hidden: raises NameWritten for a name outside the cast that was not there before."""
    if not hides_somebody(session, episode.id or 0):
        return
    known = _known(session, episode)
    new = sorted(_in_text(known, after) - _in_text(known, before))
    if new:
        raise NameWritten(
            f"“{'”, “'.join(new[:MOST_TOLD])}” is written there now, and somebody in this talk appears under another "
            "name. If it is them, take it out. If it is not, tick “No name in it is theirs” and keep it again."
        )


def outside_names(session: Session, episode: Episode) -> dict[str, tuple[str, ...]]:
    """Each such name, and the places in which it was written; a name counts when all of its parts stand there."""
    known = _known(session, episode)
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for place, text in _written(session, episode):
        for name in _in_text(known, text):
            found[name][place] = None
    return {name: tuple(places) for name, places in sorted(found.items())}


Known = dict[str, list[tuple[str, Parts]]]


def _known(session: Session, episode: Episode) -> Known:
    """Names on record that are not made of those of the cast, each under its longest part, which is rarest."""
    cast = _names_of_cast(session, episode.id or 0)
    known: Known = defaultdict(list)
    for name in set(_names_on_record(session)):
        whole = parts_of([name])
        if not whole <= cast:
            known[max(whole, key=len)].append((name, whole))
    return known


def _in_text(known: Known, text: str) -> set[str]:
    said = parts_of([text])
    return {name for part in said & known.keys() for name, whole in known[part] if whole <= said}


def _names_of_cast(session: Session, episode_id: int) -> Parts:
    """What names of the cast are made of: who is called partly the same is told, who is called just the same not."""
    here = select(Appearance.person_id).where(Appearance.episode_id == episode_id)
    names = session.exec(select(Person.name).where(col(Person.id).in_(here)))
    aliases = session.exec(select(PersonAlias.name).where(col(PersonAlias.person_id).in_(here)))
    return parts_of([*names, *aliases])


def _names_on_record(session: Session) -> Iterator[str]:
    """People in talks, and those the authority file knows; of the latter no short forms, which are anybody's."""
    yield from session.exec(select(Person.name))
    yield from session.exec(select(PersonAlias.name))
    people = select(Entity.id).where(Entity.kind == EntityKind.PERSON)
    known = select(EntityAlias.name).where(
        col(EntityAlias.entity_id).in_(people), col(EntityAlias.short).is_(False)
    )
    yield from session.exec(known)


def _written(session: Session, episode: Episode) -> Iterator[tuple[str, str]]:
    """What people wrote that readers see, or will see: not what was heard, from which the name was taken."""
    yield "the title", episode.title
    yield "the description", episode.summary
    for title in session.exec(select(Chapter.title).where(Chapter.episode_id == episode.id)):
        yield "a chapter", title
    lines = select(Utterance.text).join(Track).where(Track.episode_id == episode.id)
    for text in session.exec(lines.where(Track.kind == TrackKind.TRANSLATION)):
        yield "a translation", text
    mended = col(Utterance.id).in_(select(Correction.utterance_id))
    for text in session.exec(lines.where(Track.kind == TrackKind.ORIGINAL, mended)):
        yield "mended words", text
