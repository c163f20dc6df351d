"""What is called what: people, places, organisations and topics with their spellings, read from the authority file
(`catalog.authority`) and from text that editors can write. How a query uses them is in `expand`.

A line holds the spellings of one thing, parted by |. A heading in brackets says of what kind the lines below it are:
person, name (that many people share), place, organisation, topic. Under everyday stand words that are never taken
for names, under joining those that only hold others together.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from pathlib import Path

from catalog.authority.sheet import starter_sheet
from catalog.normalize import words
from catalog.search.forms import forms_of, letters_of
from catalog.search.sound import sound_of

STARTER = Path(__file__).with_name("starter.txt")
GLOSSARY = "glossary.txt"  # in the home folder: the editors' own lines
KINDS = ("person", "name", "place", "organisation", "topic")
MOST_SPELLINGS = 80
LONGEST_SPELLING = 6  # words
SHORTEST_WRITTEN = 4
SHORTEST_RUN = 6  # letters of what may be written with blanks or without: پناہ گزین, loadshedding
SHORTEST_HEARD = 5  # letters of the skeletons together: shorter ones are shared by too many words

Words = tuple[str, ...]


@dataclass(frozen=True)
class Concept:
    """One thing and all its spellings, as written; `is_told` when readers may be told that these were searched."""

    kind: str
    spellings: tuple[str, ...]
    is_told: bool = True

    @property
    def is_name(self) -> bool:
        """Whether other spellings of it are to be known by their sound."""
        return self.kind in ("person", "name", "place")


Table = Mapping[Words, tuple[Concept, ...]]


@dataclass(frozen=True)
class Tables:
    """Every concept by the folded words of each of its spellings, by the letters that Latin spellings share, by sound,
    and as it is written without blanks; `everyday` words are no names, and `joining` ones say nothing alone. What is
    never asked for is never made."""

    told: tuple[Concept, ...] = ()
    everyday: frozenset[str] = frozenset()
    joining: frozenset[str] = frozenset()

    @cached_property
    def concepts(self) -> Table:
        return self._by(_as_written)

    @cached_property
    def by_letters(self) -> Table:
        return self._by(_in_letters)

    @cached_property
    def by_sound(self) -> Table:
        return self._by(_in_sounds)

    @cached_property
    def by_run(self) -> Table:
        return self._by(_in_one)

    def _by(self, key_of: Callable[[Concept, Words], Words]) -> Table:
        found: dict[Words, tuple[Concept, ...]] = {}
        for concept in self.told:
            for spelling, _ in spellings_of([concept]):
                if key := key_of(concept, spelling):
                    found[key] = tuple(dict.fromkeys((*found.get(key, ()), concept)))
        return found

    def find(self, asked: Words) -> tuple[Concept, ...]:
        """What these folded words are a spelling of; failing that, a form of one (farmers, किसानों); failing that,
        what is spelled to sound like them: each writes Urdu in Latin letters as he hears it (laapta afraad)."""
        known = self.concepts.get(asked, ())
        if not asked or not self.everyday.isdisjoint(asked):
            return known
        if len(asked) > 1:
            known = tuple(dict.fromkeys((*known, *self.by_run.get(("".join(asked),), ()))))
        if known:
            return self._with_same_head(known)
        too_short = asked[-1].isascii() and len(asked[-1]) < SHORTEST_WRITTEN  # FIR is not fire
        for form in (
            *_with_another_end(asked[-1]),
            *(() if too_short else forms_of(asked[-1])),
        ):
            known = known or self.concepts.get((*asked[:-1], form), ())
        return (
            known
            or self.by_run.get(("".join(asked),), ())
            or self.by_letters.get(tuple(map(letters_of, asked)), ())
            or self.by_sound.get(tuple(map(sound_of, asked)), ())
        )

    def _with_same_head(self, known: tuple[Concept, ...]) -> tuple[Concept, ...]:
        """And what has its first spelling elsewhere: a place in the authority file and in a list of spellings."""
        same = (
            one
            for concept in known
            for one in self.concepts.get(_folded(concept.spellings[0]), ())
            if one.kind == concept.kind and _folded(one.spellings[0]) == _folded(concept.spellings[0])
        )
        return tuple(dict.fromkeys((*known, *same)))

    def __add__(self, other: "Tables") -> "Tables":
        """Both; what has a spelling in both has the spellings of both."""
        return Tables(
            (*self.told, *other.told),
            self.everyday | other.everyday,
            self.joining | other.joining,
        )


def _as_written(_concept: Concept, spelling: Words) -> Words:
    return spelling if len(spelling) <= LONGEST_SPELLING else ()


def _in_one(_concept: Concept, spelling: Words) -> Words:
    letters = "".join(spelling)
    return (letters,) if len(letters) >= SHORTEST_RUN else ()


def _in_letters(_concept: Concept, spelling: Words) -> Words:
    letters = tuple(map(letters_of, spelling))
    is_known = len("".join(letters)) >= SHORTEST_WRITTEN and all(word.isascii() for word in spelling)
    return letters if is_known else ()


def _in_sounds(concept: Concept, spelling: Words) -> Words:
    skeletons = tuple(map(sound_of, spelling))
    is_english = not concept.is_name and len(spelling) == 1 and spelling[0].isascii()
    is_known = all(skeletons) and len("".join(skeletons)) >= SHORTEST_HEARD and not is_english
    return skeletons if is_known else ()


def _with_another_end(word: str) -> tuple[str, ...]:
    """Urdu writes the same long vowel at the end with either letter: ڈھاکا, ڈھاکہ."""
    other = {"ا": "ہ", "ہ": "ا"}.get(word[-1])
    return (word[:-1] + other,) if other and len(word) > SHORTEST_WRITTEN - 1 else ()


@dataclass(frozen=True)
class Known:
    """What the record knows the names of: people by the name and its aliases, and the entries of the authority file,
    by their id, each with its kind and full names."""

    people: Sequence[Sequence[str]] = ()
    entities: Mapping[str, tuple[str, Sequence[str]]] = field(default_factory=dict)


@lru_cache(maxsize=1)
def starter_tables() -> Tables:
    """The tables every newsroom begins with: South Asia's places, its offices and parties, what is talked about."""
    return _read_file(STARTER) + entity_tables(starter_entities().values())


def newsroom_tables(home: Path, known: Known) -> Tables:
    """The starter tables, the lines of `glossary.txt` in the home folder if it is there, and what the record knows:
    an entry of the authority file that a newsroom has of its own takes the place of the starter's. People written into
    the glossary alone are not told: the recogniser may wait there for a guest whom nobody is to know of yet."""
    own = home / GLOSSARY
    entities = {**starter_entities(), **known.entities}
    tables = _read_file(STARTER) + entity_tables(entities.values()) + people_tables(known.people)
    if not own.is_file():
        return tables
    return tables + _not_telling(read_tables(own.read_text(encoding="utf-8", errors="replace")), tables.told)


def _not_telling(own: Tables, known: Iterable[Concept]) -> Tables:
    """The same, told of people only whom readers know of already."""
    people = {_folded(name) for one in known if one.kind == "person" for name in one.spellings}
    told = (
        replace(one, is_told=one.kind != "person" or not people.isdisjoint(map(_folded, one.spellings)))
        for one in own.told
    )
    return replace(own, told=tuple(told))


def starter_entities() -> dict[str, tuple[str, Sequence[str]]]:
    """The starter's entries of the authority file, by their id: the kind and the full names of each."""
    return {
        row.slug: (row.cells["kind"], (row.cells["name"], *row.names("aliases")))
        for row in starter_sheet().rows
    }


def entity_tables(entities: Iterable[tuple[str, Sequence[str]]]) -> Tables:
    """Entries of the authority file as a table. Of a person only the whole name counts; outlets are houses."""
    return Tables(
        tuple(
            Concept(
                "organisation" if kind == "outlet" else kind,
                tuple(one for one in names if len(_folded(one)) > (kind == "person"))[:MOST_SPELLINGS],
            )
            for kind, names in entities
        )
    )


def people_tables(people: Iterable[Sequence[str]]) -> Tables:
    """People as a table: of each the spellings of the whole name. One word alone means nobody: it has namesakes."""
    return Tables(
        tuple(Concept("person", tuple(n for n in names if len(_folded(n)) > 1)) for names in people)
    )


def read_tables(text: str) -> Tables:
    """Read lines in the form this module describes; a line before any heading is a topic.

    >>> tables = read_tables("lapata | missing\\n[everyday]\\nthe of")
    >>> tables.concepts[("missing",)][0].spellings, sorted(tables.everyday)
    (('lapata', 'missing'), ['of', 'the'])
    """
    concepts, listed, kind = (
        list[Concept](),
        {"everyday": set[str](), "joining": set[str]()},
        "topic",
    )
    for line in text.splitlines():
        stripped = line.partition("#")[0].strip()
        if stripped.startswith("[") and stripped.endswith("]"):
            kind = stripped[1:-1].strip().casefold()
        elif kind in listed:
            listed[kind] |= set(_folded(stripped))
        elif kind in KINDS:
            spellings = [one.strip() for one in stripped.split("|")]
            concepts.append(
                Concept(
                    kind,
                    tuple(one for one in spellings if _folded(one))[:MOST_SPELLINGS],
                )
            )
    return Tables(tuple(_with_one_head(concepts)), *map(frozenset, listed.values()))


def _with_one_head(concepts: Iterable[Concept]) -> Iterator[Concept]:
    """Lines of one kind that begin with the same spelling are one."""
    lines: dict[tuple[str, Words], dict[str, None]] = {}
    for one in concepts:
        if one.spellings:
            lines.setdefault((one.kind, _folded(one.spellings[0])), {}).update(dict.fromkeys(one.spellings))
    return (Concept(kind, tuple(spellings)) for (kind, _), spellings in lines.items())


def spellings_of(concepts: Iterable[Concept]) -> Iterator[tuple[Words, str]]:
    """Each spelling once: folded, and as readers are told it, "" where they are not."""
    folded: dict[Words, str] = {}
    for concept in concepts:
        for one in reversed(concept.spellings):
            folded[_folded(one)] = one if concept.is_told else folded.get(_folded(one), "")
    yield from reversed(folded.items())


@lru_cache(maxsize=65_536)
def _folded(text: str) -> Words:
    return tuple(word for _, _, word in words(text))


@lru_cache(maxsize=1)
def _read_file(path: Path) -> Tables:
    return read_tables(path.read_text(encoding="utf-8"))
