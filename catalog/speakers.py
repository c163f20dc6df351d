"""Whose voice a label is: what producers decide. What the machine guesses is in `guesses`, how it is read in
`transcripts`; words that go from one voice to another are in `moving`."""

from collections.abc import Sequence
from typing import Literal

from sqlmodel import Session, col, select

from catalog.acts import Act, Done, begin_act, recorded
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.labels import find_label, labels_of
from catalog.models import Appearance, LabelState, Person, Review, Role, SpeakerLabel
from catalog.models.columns import now, storable
from catalog.namesakes import person_meant
from catalog.people import LONGEST_NAME, add_person, people_named
from catalog.transcripts import resolve_merged

AddAs = Literal["guest", "moderator", "host"]


def name_label(
    session: Session,
    slug: str,
    label: str,
    person: str = "",
    *,
    by: str,
    shown_as: str = "",
    add_as: AddAs | None = None,
) -> Done:
    """Say whose voice a label is: a person of the cast by slug or name, or for somebody without a record what to print.

    Somebody who is not in the cast is refused, unless `add_as` says as what they take part.
    """
    if bool(person.strip()) == bool(shown_as.strip()):
        raise InvalidQuery("Give either a person of the cast or, with --as, what to print instead of a name.")
    act, row = _begin(session, slug, label, by)
    _refuse_withheld(row)
    if person.strip():
        appearance, name = _take_part(act, person.strip(), add_as)
        if row.appearance_id != appearance.id:
            row.probability = None  # it was another person's
        row.appearance_id, row.shown_as = appearance.id, ""
    else:
        name = storable(shown_as.strip(), LONGEST_NAME)
        row.appearance_id, row.shown_as, row.probability = None, name, None
    _decide(act, row, LabelState.CONFIRMED)
    return act.finish("name", f"{row.label} is {name}, everywhere in this talk.", row.label)


def confirm_label(session: Session, slug: str, label: str, *, by: str) -> Done:
    """Accept the machine's suggestion for a label as it is."""
    act, row = _begin(session, slug, label, by)
    if row.state is LabelState.CONFIRMED:
        raise Conflict(f"{row.label} is confirmed already.")
    _refuse_withheld(row)
    if row.state is not LabelState.SUGGESTED or not _name(session, row):
        raise Conflict(
            f"Nobody is suggested for {row.label}. `presstalk speakers name {slug} {row.label} PERSON` names it."
        )
    appearance = session.get(Appearance, row.appearance_id) if row.appearance_id else None
    if appearance is not None:
        _refuse_rejected(appearance, _name(session, row))
    _decide(act, row, LabelState.CONFIRMED)
    return act.finish("confirm", f"{row.label} is {_name(session, row)}, confirmed.", row.label)


def withhold_label(session: Session, slug: str, label: str, *, by: str) -> Done:
    """Do not name a voice, here or after a new run of the machine; nor is any other voice guessed to be that person."""
    act, row = _begin(session, slug, label, by)
    if row.state is LabelState.WITHHELD:
        raise Conflict(f"The name of {row.label} is withheld already.")
    _decide(act, row, LabelState.WITHHELD)
    told = ""
    for other in labels_of(session, act.track):
        if (
            other.state is LabelState.SUGGESTED
            and other.appearance_id
            and other.appearance_id == row.appearance_id
        ):
            other.state, other.appearance_id, other.probability = LabelState.OPEN, None, None
            session.add(other)
            told += f" {other.label} is no longer guessed to be the same person."
    return act.finish("withhold", f"{row.label} is printed as “Name withheld”.{told}", row.label)


def open_label(session: Session, slug: str, label: str, *, by: str) -> Done:
    """Take back what people decided of a label: a merged one is a voice of its own again, any other is what the
    machine last guessed."""
    act = begin_act(session, slug, by)
    row = find_label(labels_of(session, act.track), label)
    if row.merged_into_id is not None:
        row.merged_into_id, row.reviewed_by, row.reviewed_at = None, "", None
        session.add(row)
        return act.finish("reopen", f"{row.label} is a voice of its own again.", row.label)
    if row.state not in (LabelState.CONFIRMED, LabelState.WITHHELD):
        raise Conflict(f"Nobody has decided who {row.label} is, so there is nothing to reopen.")
    row.state, row.appearance_id, row.shown_as, row.probability = _last_guess(act, row)
    row.reviewed_by, row.reviewed_at = "", None
    session.add(row)
    session.flush()
    guess = _name(session, row)
    told = f"a guess again: {guess}" if guess else "an unconfirmed voice again"
    return act.finish("reopen", f"{row.label} is {told}.", row.label)


def merge_labels(session: Session, slug: str, label: str, into: str, *, by: str) -> Done:
    """Read one label as another: both are the same voice."""
    act, row = _begin(session, slug, label, by)
    labels = labels_of(session, act.track)
    given = find_label(labels, into)
    target = next(one for one in labels if one.id == resolve_merged(labels)[given.id or 0])
    if target.id == row.id:
        raise Conflict(f"{row.label} and {given.label} are one voice already.")
    _refuse_withheld(row)
    names = _name(session, row), _name(session, target)
    if row.state is target.state is LabelState.CONFIRMED and names[0] != names[1]:
        raise Conflict(
            f"{row.label} is confirmed as {names[0]} and {target.label} as {names[1]}. Reopen the one that is wrong."
        )
    row.merged_into_id = target.id
    _decide(act, row, row.state)
    whose = names[1] if target.state is LabelState.CONFIRMED else "not confirmed as anybody"
    return act.finish("merge", f"{row.label} is read as {target.label}, {whose}.", target.label)


# ---- what every act asks and says -------------------------------------------------------------------


def _begin(session: Session, slug: str, label: str, by: str) -> tuple[Act, SpeakerLabel]:
    """An act on a label that is read as itself."""
    act = begin_act(session, slug, by)
    labels = labels_of(session, act.track)
    row = find_label(labels, label)
    root = resolve_merged(labels)[row.id or 0]
    if root != row.id:
        other = next(one.label for one in labels if one.id == root)
        raise Conflict(f"{row.label} is read as {other}. Decide on {other}, or reopen {row.label} first.")
    return act, row


def _refuse_withheld(row: SpeakerLabel) -> None:
    if row.state is LabelState.WITHHELD:
        raise Conflict(f"The name of {row.label} is withheld. If that may end, reopen {row.label} first.")


def _refuse_rejected(appearance: Appearance, name: str) -> None:
    if appearance.review is Review.REJECTED:
        raise Conflict(f"An editor said that {name} is not in this talk.")


def _decide(act: Act, row: SpeakerLabel, state: LabelState) -> None:
    row.state, row.reviewed_by, row.reviewed_at = state, act.by, now()
    act.session.add(row)


def _name(session: Session, row: SpeakerLabel) -> str:
    query = select(Person.name).join(Appearance).where(Appearance.id == row.appearance_id)
    return row.shown_as or session.exec(query).first() or ""


def _last_guess(act: Act, row: SpeakerLabel) -> tuple[LabelState, int | None, str, float | None]:
    """What the machine held the label to be before people decided."""
    for event in recorded(act.session, act.track):
        before, _ = event.detail["changes"].get("label", {}).get(str(row.id), (None, None))
        if before is not None and before[0] in (LabelState.OPEN, LabelState.SUGGESTED):
            state, appearance_id, shown_as, probability, *_ = before
            if appearance_id is None or act.session.get(Appearance, appearance_id) is not None:
                return LabelState(state), appearance_id, shown_as, probability
    return LabelState.OPEN, None, "", None


# ---- the cast ---------------------------------------------------------------------------------------


def _take_part(act: Act, said: str, add_as: AddAs | None) -> tuple[Appearance, str]:
    """The appearance of the person somebody means, added if they ask for it, and the person's name."""
    session, episode_id = act.session, act.track.episode_id
    cast = session.exec(
        select(Appearance, Person)
        .join(Person)
        .where(Appearance.episode_id == episode_id)
        .order_by(col(Appearance.id))
    ).all()
    person = _find_person(session, said, [person for _, person in cast], may_be_new=add_as is not None)
    for appearance, member in cast:
        if member.id == person.id:
            _refuse_rejected(appearance, member.name)
            return appearance, member.name
    if add_as is None:
        names = ", ".join(
            member.name for appearance, member in cast if appearance.review is not Review.REJECTED
        )
        raise Conflict(
            f"{person.name} is not in the cast of this talk ({names or 'nobody is yet'}). "
            "With --add-as guest, moderator or host they are added."
        )
    appearance = Appearance(
        episode_id=episode_id, person_id=person.id or 0, role=Role(add_as), review=Review.CONFIRMED
    )
    session.add(appearance)
    session.flush()
    return appearance, person.name


def _find_person(session: Session, said: str, cast: Sequence[Person], *, may_be_new: bool) -> Person:
    """Somebody of the cast before a namesake who is not; a person nobody knows is added where that is asked for."""
    namesakes = people_named(session, said)
    here = [one for one in cast if one.slug == said] or [one for one in cast if one in namesakes]
    if len(here) == 1:
        return here[0]
    if namesakes or session.exec(select(Person.id).where(Person.slug == said)).first() is not None:
        return person_meant(session, said)
    if not may_be_new:
        raise NotFound(f"Nobody in the catalog is called '{said}'. With --add-as guest they are added.")
    return add_person(session, said)
