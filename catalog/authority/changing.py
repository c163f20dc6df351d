"""What editors do to entries of the authority file: change, merge, split, retire, and take the last act back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlmodel import Session, col

from catalog.authority.entries import Entry, add_rows, entry_of, read_entries
from catalog.authority.record import FILE, carry_out, subject_of, undo_last
from catalog.authority.sheet import Row, read_sheet, write_sheet
from catalog.errors import Conflict, InvalidQuery
from catalog.models import Entity, EntityKind, EntityState, Mention, MentionVerdict
from catalog.normalize import fold
from catalog.slugs import free_slug


@dataclass(frozen=True)
class Changed:
    """What was done, in a sentence for the editor, and the entry it was about."""

    slug: str
    sentence: str


def add_entity(session: Session, kind: EntityKind, name: str) -> Changed:
    """A new entry with nothing but its name."""
    plain = _checked(Entry("new", kind, " ".join(name.split())))
    slug = free_slug(session, Entity.slug, plain.name, fallback=kind.value)
    ((entity_id, entry),) = add_rows(session, [replace(plain, slug=slug)]).items()
    carry_out(session, "add entity", subject_of(entity_id), {entity_id: None}, {entity_id: entry})
    return Changed(slug, f"Added {entry.name}.")


def edit_entity(session: Session, slug: str, wanted: Entry) -> Changed:
    """Make an entry what the editor wrote; its slug stays, for it is its address."""
    entity_id, before = entry_of(session, slug)
    _check_is_used(before)
    checked = _checked(replace(wanted, slug=slug, merged_into=before.merged_into, person=before.person))
    after = {entity_id: checked} | _told_apart(session, entity_id, before, checked)
    was = read_entries(session, after)
    count = carry_out(session, "edit entity", subject_of(entity_id), was, after)
    return Changed(slug, "Saved." if count else "Nothing was changed.")


def merge_entities(session: Session, slug: str, into: str) -> Changed:
    """One entity instead of two: the first becomes part of the second, with its names and all that was linked to it."""
    gone_id, gone = entry_of(session, slug)
    kept_id, kept = entry_of(session, into)
    _check_is_used(gone)
    _check_is_used(kept)
    if gone_id == kept_id:
        raise InvalidQuery("An entity cannot be merged into itself. Name two.")
    if gone.person and kept.person and gone.person != kept.person:
        raise Conflict(
            f"'{slug}' and '{into}' are two people of the cast. Nobody becomes somebody else here."
        )
    after = {
        kept_id: _with_names_of(kept, gone),
        gone_id: replace(gone, state=EntityState.RETIRED, merged_into=into, person="", namesakes=()),
    }
    verdicts = _verdicts_of(session, gone_id)
    carry_out(
        session,
        "merge entities",
        subject_of(kept_id),
        {kept_id: kept, gone_id: gone},
        after,
        verdicts=verdicts,
    )
    for table in (Mention, MentionVerdict):
        moved = sa.update(table).where(col(table.entity_id) == gone_id).values(entity_id=kept_id)
        session.execute(moved)
    return Changed(into, f"{gone.name} is now part of {kept.name}.")


def split_entity(session: Session, slug: str, name: str, names: Sequence[str]) -> Changed:
    """Two entities instead of one: `name` becomes one of its own and takes these names along; they are told apart."""
    entity_id, entry = entry_of(session, slug)
    _check_is_used(entry)
    name = " ".join(name.split())
    unknown = [one for one in names if one not in (*entry.aliases, *entry.short_forms)]
    if unknown:
        raise InvalidQuery(f"“{unknown[0]}” is none of the other names of {entry.name}.")
    if fold(entry.name) in map(fold, (name, *names)):
        raise InvalidQuery(f"{entry.name} keeps its name. Give the other one another name.")
    taken, left = _parted(entry, {fold(one) for one in (name, *names)})
    new_slug = free_slug(session, Entity.slug, name, fallback=entry.kind.value)
    fresh = replace(_checked(replace(taken, name=name)), slug=new_slug, namesakes=(slug,))
    ((new_id, new),) = add_rows(session, [fresh]).items()
    left = replace(left, namesakes=(*entry.namesakes, new_slug))
    before = {entity_id: entry, new_id: None}
    carry_out(session, "split entity", subject_of(entity_id), before, {entity_id: left, new_id: new})
    return Changed(new_slug, f"{name} is an entity of its own, apart from {entry.name}.")


def _parted(entry: Entry, moved: set[str]) -> tuple[Entry, Entry]:
    """An entry with only these of its other names, and the rest of it."""

    def some(names: Sequence[str], *, taken: bool) -> tuple[str, ...]:
        return tuple(one for one in names if (fold(one) in moved) is taken)

    taken = Entry("new", entry.kind, "", some(entry.aliases, taken=True), some(entry.short_forms, taken=True))
    aliases, short = some(entry.aliases, taken=False), some(entry.short_forms, taken=False)
    return taken, replace(entry, aliases=aliases, short_forms=short)


def retire_entity(session: Session, slug: str) -> Changed:
    """Take an entry out of use: no text is linked to it, no reader sees it. It stays in the file."""
    entity_id, entry = entry_of(session, slug)
    _check_is_used(entry)
    carry_out(
        session,
        "retire entity",
        subject_of(entity_id),
        {entity_id: entry},
        {entity_id: replace(entry, state=EntityState.RETIRED)},
    )
    session.execute(sa.delete(Mention).where(col(Mention.entity_id) == entity_id))
    return Changed(slug, f"{entry.name} is out of use.")


def undo_entity(session: Session, slug: str = "") -> Changed:
    """Take back the last act on an entry or, without one, the last import."""
    subject = subject_of(entry_of(session, slug)[0]) if slug else FILE
    event = undo_last(session, subject)
    if verdicts := event.detail.get("verdicts"):
        gone = next(one for one in event.detail["entities"] if subject_of(one) != subject)
        given_back = sa.update(MentionVerdict).where(col(MentionVerdict.id).in_(verdicts))
        session.execute(given_back.values(entity_id=gone))
    return Changed(slug, f"Undone: {event.act} of {event.at:%d %B %Y, %H:%M} UTC.")


def _check_is_used(entry: Entry) -> None:
    if not entry.is_used:
        where = f" It is part of '{entry.merged_into}' now." if entry.merged_into else " Undo that first."
        raise Conflict(f"'{entry.slug}' is out of use.{where}")


def _checked(entry: Entry) -> Entry:
    """The entry as the file would have it. Raises InvalidQuery with what is wrong."""
    sheet = read_sheet(b"".join(write_sheet([entry])).decode())
    if not sheet.rows:
        raise InvalidQuery(sheet.problems[0].partition(": ")[2].capitalize() or sheet.problems[0])
    row: Row = sheet.rows[0]
    return row.changed(entry)


def _told_apart(session: Session, entity_id: int, before: Entry, after: Entry) -> dict[int, Entry]:
    """The others of whom it was, or is now, said that they must not be confused with this one."""
    told: dict[int, Entry] = {}
    for slug in set(before.namesakes) ^ set(after.namesakes):
        other_id, other = entry_of(session, slug)
        if other_id == entity_id:
            raise InvalidQuery("Nothing is to be told apart from itself.")
        apart = set(other.namesakes) ^ {after.slug}
        told[other_id] = replace(other, namesakes=tuple(sorted(apart)))
    return told


def _with_names_of(kept: Entry, gone: Entry) -> Entry:
    names = dict.fromkeys((*kept.aliases, *gone.full_names))
    apart = {*kept.namesakes, *gone.namesakes} - {kept.slug, gone.slug}
    return replace(
        kept,
        aliases=tuple(name for name in names if name != kept.name),
        short_forms=tuple(dict.fromkeys((*kept.short_forms, *gone.short_forms))),
        description=kept.description or gone.description,
        authority=kept.authority or gone.authority,
        person=kept.person or gone.person,
        namesakes=tuple(sorted(apart)),
    )


def _verdicts_of(session: Session, entity_id: int) -> list[int]:
    query = sa.select(col(MentionVerdict.id)).where(col(MentionVerdict.entity_id) == entity_id)
    return [number or 0 for number in session.scalars(query)]
