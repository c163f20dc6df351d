"""Where a text names an entity: the longest name wins, namesakes are kept apart, and what is unsure stays unlinked.
Pure. How words are read off the text is in `mention_text`, the names that are looked for in `entity_names`."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from catalog.entity_names import NameIndex, Use, Words
from catalog.mention_text import Text
from catalog.naming_words import (
    AMBIGUOUS,
    DETERMINERS,
    INSTITUTIONS,
    JOINING,
    KIN,
    PEOPLES,
    SPEAKING,
    STARTING,
    TITLES,
    WITHIN,
)

MOST_POSSIBLE = 6  # entities a name may mean: of one that more share, a list is no help


@dataclass(frozen=True)
class Mention:
    """Characters `start` to `end` of the text name the entity."""

    start: int
    end: int
    entity: str


@dataclass(frozen=True)
class Doubt:
    """Characters `start` to `end` of the text may name one of these entities; which, or none, a person must say."""

    start: int
    end: int
    entities: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """Words `first` to `last` of the text may be one of these uses; the name ends at character `end`."""

    first: int
    last: int
    end: int
    uses: tuple[Use, ...]

    @property
    def entities(self) -> frozenset[int]:
        return frozenset(use.entity for use in self.uses)

    @property
    def is_short(self) -> bool:
        return all(use.short for use in self.uses)


def find_mentions(text: str, index: NameIndex) -> list[Mention]:
    """The entities a text names, in its order; spans are of the name alone, without title or possessive.

    >>> from catalog.entity_names import Entity
    >>> names = NameIndex([Entity(id="s", name="Sana Misaal", kind="person")])
    >>> find_mentions("Misaal? Sana Misaal's shop. Ms. Misaal.", names)
    [Mention(start=8, end=19, entity='s'), Mention(start=32, end=38, entity='s')]
    """
    return [one for one in read_names(text, index) if isinstance(one, Mention)]


def read_names(text: str, index: NameIndex, known: Collection[str] = ()) -> list[Mention | Doubt]:
    """The entities a text names and where it may name one, in its order. `known` are the ids of those who were
    named before it begins: the cast of a talk is called by the family name alone.

    >>> from catalog.entity_names import Entity
    >>> names = NameIndex([Entity(id=one, name=f"{one} Misaal", kind="person") for one in ("Sana", "Aliya")])
    >>> read_names("Misaal came.", names), read_names("Misaal came.", names, ["Sana"])
    ([Doubt(start=0, end=6, entities=('Sana', 'Aliya'))], [Mention(start=0, end=6, entity='Sana')])
    """
    met = {index.number[one] for one in known if one in index.number}
    return list(_Reading(Text(text), index, met).names())


class _Reading:
    """One text, read once from its beginning to its end."""

    def __init__(self, text: Text, index: NameIndex, met: set[int]) -> None:
        self.text, self.index = text, index
        self.found = list(self._candidates())
        self.ends = {one.last for one in self.found}
        full = [one for one in self.found if not one.is_short and len(one.entities) == 1]
        self.certain = met | {number for one in full for number in one.entities if self._stands(one)}
        self.met = met  # entities named in full so far
        self.strangers: set[str] = set()  # last names of people who are in no list

    def names(self) -> Iterator[Mention | Doubt]:
        for one in self.found:
            entity = self._short(one) if one.is_short else self._full(one)
            start = self.text.words[one.first].start
            if entity is not None:
                yield Mention(start, one.end, self.index.entities[entity].id)
            elif possible := self._possible(one):
                yield Doubt(start, one.end, tuple(self.index.entities[n].id for n in sorted(possible)))

    def _possible(self, one: _Found) -> frozenset[int]:
        """Whom a name that was left open may mean: nobody where it is a word, somebody else's name or everybody's."""
        key = one.uses[0].key
        alone = one.is_short and self._stands_alone(one, key) and key[-1] not in self.strangers
        stands = alone or (not one.is_short and self._stands(one))
        return one.entities if stands and len(one.entities) <= MOST_POSSIBLE else frozenset()

    def _candidates(self) -> Iterator[_Found]:
        at, count, longest = 0, len(self.text.words), self.index.longest
        while at < count:
            word = self.text.words[at]
            most = max((longest.get(stem, 0) for stem, _ in word.stems), default=0)
            found = next(self._at(at, min(most, count - at)), None) if most else None
            if found:
                yield found
            at = found.last + 1 if found else at + 1

    def _at(self, at: int, most: int) -> Iterator[_Found]:
        """Names that begin at this word, the longest first."""
        for size in range(most, 0, -1):
            run = self.text.words[at : at + size]
            before = tuple(word.folded for word in run[:-1])
            for stem, end in run[-1].stems:
                uses = self.index.uses.get((*before, stem), ())
                fitting = tuple(use for use in uses if self._fits(use, at, size))
                if fitting:
                    yield _Found(at, at + size - 1, end, fitting)

    def _fits(self, use: Use, at: int, size: int) -> bool:
        """Whether it is written as the name is: in one piece, and with its capitals."""
        text = self.text
        if any(not text.joins(here, comma=use.listed) for here in range(at, at + size - 1)):
            return False
        if not any(use.capitals):
            return True
        if text.is_caseless(at):
            return len(use.key) > 1 or not (use.acronym or use.key[0] in AMBIGUOUS)
        if use.acronym and len(use.key) == size:
            return all(text.words[at + k].is_upper for k in range(size) if use.capitals[k])
        wanted = use.capitals if len(use.capitals) == size else use.capitals[:1]
        return all(text.words[at + k].is_capital for k, capital in enumerate(wanted) if capital)

    # ---- names in full -------------------------------------------------------------------------

    def _full(self, one: _Found) -> int | None:
        if not self._stands(one):
            return None
        numbers = frozenset(use.entity for use in one.uses if not use.short)
        if len(numbers) > 1:
            numbers &= self.certain
        # Who is called so in full comes before who is called so for short, unless that one was named.
        called = {use.entity for use in one.uses if use.short} & self.met
        if len(numbers) == 1 and self._is_where(one):
            called = set()
        if len(numbers) != 1 or called:
            return None if not called else self._short(one)
        (number,) = numbers
        self.met.add(number)
        return number

    def _is_where(self, one: _Found) -> bool:
        """Whether somebody is said to be in it: a place, even if somebody who was named is called so too."""
        before = self.text.before(one.first)
        return before is not None and before.folded in WITHIN and not self._is_person_in_full(one)

    def _is_person_in_full(self, one: _Found) -> bool:
        return any(self.index.entities[use.entity].is_person for use in one.uses if not use.short)

    def _stands(self, one: _Found) -> bool:
        """Whether the name is nobody else's longer name, and no common word at the start of a sentence."""
        if self._is_person(one):
            return not self._is_within_longer(one)
        return not self._may_be_a_word(one)

    def _is_person(self, one: _Found) -> bool:
        return any(self.index.entities[number].is_person for number in one.entities)

    def _is_within_longer(self, one: _Found) -> bool:
        before, after = self.text.before(one.first), self.text.after(one.last)
        if after and after.is_capital:
            if after.folded in INSTITUTIONS or (
                after.folded in PEOPLES and not self.text.is_shouted(one.first)
            ):
                return True  # Akhtar Mengal Khan is somebody else
            if after.folded in self.index.given and not self.text.is_shouted(one.first):
                return not self._begins_name(one.last + 1)
        is_behind_given = (
            before is not None and before.folded in self.index.given and before.folded not in TITLES
        )
        return is_behind_given and not self._ends_name(one.first - 1)

    def _begins_name(self, at: int) -> bool:
        return next(self._at(at, self.index.longest.get(self.text.words[at].folded, 0)), None) is not None

    def _ends_name(self, at: int) -> bool:
        return at in self.ends

    def _may_be_a_word(self, one: _Found) -> bool:
        word = self.text.words[one.first]
        if one.first != one.last or word.folded not in AMBIGUOUS or not self.text.begins_sentence(one.first):
            return False
        after = self.text.after(one.last)
        return not (after and after.folded in SPEAKING)

    # ---- short forms ---------------------------------------------------------------------------

    def _short(self, one: _Found) -> int | None:
        key = one.uses[0].key
        numbers = one.entities & self.met
        self._meet_stranger(one, key)
        if len(numbers) != 1 or not self._stands_alone(one, key):
            return None
        (number,) = numbers
        is_shared = bool(self.index.namesakes(number, key) & self.met)
        return None if is_shared or key[-1] in self.strangers else number

    def _meet_stranger(self, one: _Found, key: Words) -> None:
        """Remember that somebody else of that name was named: "Imran Farzi"."""
        if self._is_person(one) and self._follows_given_name(one):
            self.strangers.add(key[-1])

    def _follows_given_name(self, one: _Found) -> bool:
        before = self.text.before(one.first)
        if before is None or before.folded in TITLES | DETERMINERS | JOINING:
            return False
        if self._ends_name(one.first - 1):
            return False
        if not self.text.is_cased(one.first):
            return before.folded in self.index.given
        return before.is_capital and before.folded not in STARTING and not self.text.is_shouted(one.first)

    def _stands_alone(self, one: _Found, key: Words) -> bool:
        before, after = self.text.before(one.first), self.text.after(one.last)
        if not self._is_person(one):
            return True
        titled = bool(before and before.folded in TITLES) or bool(
            after and self._is_title_behind(one, after.folded)
        )
        if key[-1] in PEOPLES and not titled:
            return False
        if after and (after.folded in KIN or (after.is_capital and self._carries_on(one))):
            return False
        if before is None or titled:
            return True
        if before.folded in DETERMINERS:
            return False
        if not self.text.is_cased(one.first):
            return before.folded in JOINING or self._ends_name(one.first - 1)
        return not (before.is_capital and self._follows_given_name(one))

    def _is_title_behind(self, one: _Found, word: str) -> bool:
        return not self.text.is_cased(one.first) and word in TITLES

    def _carries_on(self, one: _Found) -> bool:
        """Whether a capitalised word behind a short form makes it part of another name."""
        after = self.text.after(one.last)
        if after is None or self.text.is_shouted(one.first):
            return False
        return after.folded in INSTITUTIONS or (
            after.folded not in STARTING and not self._begins_name(one.last + 1)
        )


def mention_lines(mentions: Iterable[Mention]) -> list[dict[str, int | str]]:
    """As programs read them."""
    return [{"start": one.start, "end": one.end, "entity": one.entity} for one in mentions]
