"""The cast of a talk under a producer's hand: somebody added, told from namesakes, changed, confirmed, taken out.

What is read from the description by itself is in `people` and `cast`.
"""

import re
from dataclasses import dataclass

from sqlmodel import Session, col, select

from catalog.audit import record_act
from catalog.episodes import find_episode, touch
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Appearance, Episode, Person, PersonAlias, Review, Role, SpeakerLabel
from catalog.models.columns import storable
from catalog.namesakes import known_from
from catalog.normalize import fold
from catalog.people import LONGEST_NAME, add_person, find_person, people_named

LONGEST_AFFILIATION = 500
SUGGESTED = 8
SOMEBODY_NEW = "new"
_WITH_SLUG = re.compile(r"(.+) \(([a-z0-9-]{1,120})\)")


@dataclass(frozen=True)
class PersonLine:
    """Somebody, with what tells them from others of that name."""

    slug: str
    name: str
    known_from: str


class WhichOne(Conflict):
    """Somebody of that name is in the catalog: whether it is them only a person can say."""

    code = "which_one"

    def __init__(self, name: str, people: list[PersonLine]) -> None:
        super().__init__(
            f"Somebody called '{name}' is in the catalog already. Say whether it is the same person."
        )
        self.people = people


def suggest_people(session: Session, typed: str, limit: int = SUGGESTED) -> list[PersonLine]:
    """Who may be meant by what is typed so far, in any spelling on record."""
    folded = fold(typed)
    if len(folded) < 2:
        return []
    spelled = select(PersonAlias.person_id).where(
        col(PersonAlias.folded).contains(folded[:LONGEST_NAME], autoescape=True)
    )
    query = select(Person).where(col(Person.id).in_(spelled), col(Person.joined_into_id).is_(None))
    query = query.order_by(Person.name, col(Person.id)).limit(limit)
    return [_line(session, person) for person in session.exec(query)]


def _line(session: Session, person: Person) -> PersonLine:
    return PersonLine(person.slug, person.name, known_from(session, person))


def add_member(
    session: Session, slug: str, written: str, role: Role, affiliation: str = "", *, who: str = ""
) -> Appearance:
    """Put somebody into the cast. `who` is the slug of the person meant, or "new" for somebody else of that name.

    Raises WhichOne where the name alone leaves a doubt, Conflict for who is in the cast already.
    """
    episode = find_episode(session, slug)
    name, meant = read_written(written)
    person = _person(session, name, who or meant)
    row = _row(session, episode, person)
    if row is not None and row.review is not Review.REJECTED:
        raise Conflict(f"{person.name} is in the cast already.")
    before = row is not None
    row = row or Appearance(episode_id=episode.id or 0, person_id=person.id or 0, role=role)
    row.role, row.affiliation, row.review = role, _affiliation(affiliation), Review.CONFIRMED
    session.add(row)
    session.flush()
    _record(session, episode, "cast", row, "taken in again" if before else "added", person)
    touch(session, episode)
    return row


def read_written(written: str) -> tuple[str, str]:
    """A name as typed or as picked from the suggestions, where the slug stands behind it.

    >>> read_written(" Asma  Green (asma-green-2)"), read_written("Asma Green")
    (('Asma Green', 'asma-green-2'), ('Asma Green', ''))
    """
    plain = " ".join(storable(written).split())
    found = _WITH_SLUG.fullmatch(plain)
    return (found[1], found[2]) if found else (plain, "")


def _person(session: Session, name: str, who: str) -> Person:
    if who and who != SOMEBODY_NEW:
        return find_person(session, who)
    if not name:
        raise InvalidQuery("Write the name of who takes part.")
    if len(name) > LONGEST_NAME:
        raise InvalidQuery(f"A name has at most {LONGEST_NAME} characters.")
    namesakes = people_named(session, name)
    if namesakes and who != SOMEBODY_NEW:
        raise WhichOne(name, [_line(session, one) for one in namesakes])
    return add_person(session, name)


def change_member(
    session: Session, slug: str, person_slug: str, role: Role, affiliation: str, *, takes_part: bool = True
) -> None:
    """What somebody is in this talk, agreed to by a person; or that they take no part in it."""
    episode = find_episode(session, slug)
    person = find_person(session, person_slug)
    row = _row(session, episode, person)
    if row is None:
        raise NotFound(f"{person.name} is not in the cast of '{slug}'.")
    if not takes_part and _has_voice(session, row):
        raise Conflict(f"A voice of this talk is {person.name}'s. Say first whose it is, then take them out.")
    row.role, row.affiliation = role, _affiliation(affiliation)
    row.review = Review.CONFIRMED if takes_part else Review.REJECTED
    session.add(row)
    _record(session, episode, "cast", row, "confirmed" if takes_part else "taken out", person)
    touch(session, episode)


def _has_voice(session: Session, row: Appearance) -> bool:
    query = select(SpeakerLabel.id).where(SpeakerLabel.appearance_id == row.id)
    return session.exec(query.limit(1)).first() is not None


def _row(session: Session, episode: Episode, person: Person) -> Appearance | None:
    query = select(Appearance).where(Appearance.episode_id == episode.id, Appearance.person_id == person.id)
    return session.exec(query).first()


def _affiliation(text: str) -> str:
    return storable(" ".join(text.split()), LONGEST_AFFILIATION)


def _record(session: Session, episode: Episode, act: str, row: Appearance, what: str, person: Person) -> None:
    detail = {"appearance": row.id, "what": what, "role": row.role.value}
    record_act(session, act, f"episode/{episode.id}", detail, words={"name": person.name})
