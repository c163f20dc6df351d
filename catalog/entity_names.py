"""The names of entities as they are looked for in text: folded words, how they are capitalised, whether they may stand
alone. What a found name means is decided in `mentions`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import regex
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from catalog.normalize import fold, words
from catalog.search.forms import script_of

Words = tuple[str, ...]
LONGEST_NAME = 12  # words

_BRACKETED = regex.compile(r"\s*\([^()]*\)\s*$")


class Entity(BaseModel):
    """What the newsroom knows of one entity; `namesakes` are those it must not be confused with."""

    model_config = ConfigDict(coerce_numbers_to_str=True, populate_by_name=True, frozen=True)

    id: str
    name: str
    kind: str = ""
    aliases: tuple[str, ...] = ()
    short_forms: tuple[str, ...] | None = None
    namesakes: tuple[str, ...] = Field((), alias="not")

    @property
    def is_person(self) -> bool:
        return self.kind.casefold() == "person"

    @property
    def full_names(self) -> tuple[str, ...]:
        """The name and its aliases; "Kamal Sayah (poet)" is no name that anybody writes, unless it is a party's."""
        named = _BRACKETED.sub("", self.name) if self.is_person else ""
        return tuple(dict.fromkeys(name for name in (self.name, named, *self.aliases) if name))

    @property
    def short_names(self) -> tuple[str, ...]:
        """What it is called once it was named in full: as listed, else a person's last name."""
        if self.short_forms is not None:
            return self.short_forms
        several = [name.split() for name in self.full_names if self.is_person]
        return tuple(dict.fromkeys(parts[-1] for parts in several if len(parts) > 1))


@dataclass(frozen=True, slots=True)
class Use:
    """One way to write one entity. `capitals` says for each word whether it begins with a capital, `acronym`
    whether it has nothing else; `key` are its folded words."""

    entity: int
    key: Words
    short: bool
    capitals: tuple[bool, ...]
    acronym: bool
    listed: bool  # written with a comma or brackets between its words


class NameIndex:
    """Every name of every entity by its folded words."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self.entities = tuple(entities)
        self.uses: dict[Words, tuple[Use, ...]] = {}
        self.longest: dict[str, int] = {}
        self.given: set[str] = set()  # first words of people's names
        for number, entity in enumerate(self.entities):
            self._add_all(number, entity)
        self.number = {entity.id: number for number, entity in enumerate(self.entities)}

    def namesakes(self, number: int, key: Words) -> frozenset[int]:
        """Who else this short form may mean: whoever is called so too and, for a family name, whoever the newsroom
        says must not be confused."""
        entity = self.entities[number]
        sharing = {use.entity for use in self.uses.get(key, ()) if use.entity != number}
        if not any(_folded(name)[:1] == key for name in entity.full_names):
            others = (self.number[other] for other in entity.namesakes if other in self.number)
            sharing |= {other for other in others if self._may_be_called(other, key)}
        return frozenset(sharing)

    def _may_be_called(self, number: int, key: Words) -> bool:
        """Whether a word of this short form is in a name of the entity, or it has none in that script."""
        parts = {part for name in self.entities[number].full_names for part in _folded(name)}
        written_so = [part for part in parts if script_of(part) == script_of(key[-1])]
        return not written_so or not parts.isdisjoint(key)

    def _add_all(self, number: int, entity: Entity) -> None:
        for name in entity.full_names:
            self._add(number, name, short=False)
            parts = _folded(name)
            if entity.is_person and len(parts) > 1:
                self.given.add(parts[0])
        for name in entity.short_names:
            self._add(number, name, short=True)

    def _add(self, number: int, name: str, *, short: bool) -> None:
        spans = words(name)[:LONGEST_NAME]
        if not spans:
            return
        key = tuple(folded for _, _, folded in spans)
        use = Use(
            number, key, short, _capitals(name, spans), _is_acronym(name), bool(regex.search(r"[,(،]", name))
        )
        self._enter(key, use)
        if len(key) > 1 and not name.isascii():
            self._enter(("".join(key),), use)  # اسلام‌آباد, written with a joiner for the blank

    def _enter(self, key: Words, use: Use) -> None:
        known = self.uses.get(key, ())
        if not any(one.entity == use.entity and one.short <= use.short for one in known):
            self.uses[key] = (*known, use)
            self.longest[key[0]] = max(self.longest.get(key[0], 0), len(key))


def _folded(name: str) -> Words:
    return tuple(fold(name).split())


def _capitals(name: str, spans: Sequence[tuple[int, int, str]]) -> tuple[bool, ...]:
    return tuple(name[start].isupper() for start, _, _ in spans)


def _is_acronym(name: str) -> bool:
    letters = [letter for letter in name if letter.isalpha()]
    return 1 < len(letters) <= 6 and all(letter.isupper() for letter in letters)


class EntityFile(BaseModel):
    """Entities as a file holds them: `{"entities": [...]}`."""

    entities: tuple[Entity, ...]

    @model_validator(mode="after")
    def _has_each_once(self) -> Self:
        ids = [entity.id for entity in self.entities]
        if len(set(ids)) < len(ids):
            twice = next(one for one in ids if ids.count(one) > 1)
            raise PydanticCustomError("twice", "two entities have the id “{id}”", {"id": twice})
        return self
