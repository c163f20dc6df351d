"""The names of the authority file as texts are searched for them, made once for each state of the file."""

from dataclasses import dataclass, field
from functools import cached_property

from sqlmodel import Session

from catalog.authority.entries import CHANGED, Entry, authority_number, read_entries
from catalog.entity_names import Entity, NameIndex
from catalog.models import EntityKind

MOST_KEPT = 2

_kept: dict[tuple[str, int], "Names"] = {}


@dataclass(frozen=True)
class Names:
    """Everything in use that has a name; ids in the index are the numbers of the rows."""

    number: int
    entries: dict[int, Entry] = field(repr=False)

    @cached_property
    def index(self) -> NameIndex:
        ids = {entry.slug: str(one) for one, entry in self.entries.items()}
        return NameIndex(_as_named(one, entry, ids) for one, entry in self.entries.items())

    @cached_property
    def of_people(self) -> dict[str, int]:
        """The entry of each person of the record that has one, by the person's slug."""
        return {entry.person: one for one, entry in self.entries.items() if entry.person}


def known_names(session: Session) -> Names:
    """The names as the file is now; kept in memory until it changes."""
    number = authority_number(session)
    key = (str(session.get_bind().engine.url), number)
    if session.info.get(CHANGED) or key not in _kept:
        entries = {one: entry for one, entry in read_entries(session).items() if entry.is_used}
        names = Names(number, entries)
        if session.info.get(CHANGED):
            return names
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        _kept[key] = names
    return _kept[key]


def _as_named(one: int, entry: Entry, ids: dict[str, str]) -> Entity:
    """A topic is written small as often as not; a person without short forms is called by the last name."""
    names = entry.full_names
    if entry.kind is EntityKind.TOPIC:
        names = tuple(_uncapitalised(name) for name in names)
    is_named_short = entry.short_forms or entry.kind is not EntityKind.PERSON
    return Entity.model_validate(
        {
            "id": str(one),
            "name": names[0],
            "kind": entry.kind.value,
            "aliases": names[1:],
            "short_forms": entry.short_forms if is_named_short else None,
            "not": [ids[slug] for slug in entry.namesakes if slug in ids],
        }
    )


def _uncapitalised(name: str) -> str:
    """
    >>> _uncapitalised("Press freedom"), _uncapitalised("CPEC")
    ('press freedom', 'CPEC')
    """
    return name[:1].lower() + name[1:] if name[1:2].islower() or name[1:2] == " " else name
