"""A talk or an article as it is compared with others: what it names and what it is about, each as a key with its
weight. What two of them have in common is judged in `scoring`.

A key begins with its kind. A name of several words is known by its sound, so that other spellings and scripts of it
are the same; a family name alone counts for the person named in full before, never for namesakes.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from catalog.mention_text import Text
from catalog.naming_words import INSTITUTIONS, PEOPLES, TITLES
from catalog.normalize import fold, folded_words
from catalog.relate.wording import says_nothing, stem_of
from catalog.search.forms import forms_of
from catalog.search.sound import sound_of
from catalog.search.tables import Concept, starter_tables

TITLE_COUNTS = 2.0  # as often as a word of the title counts
SURELY = 0.5  # what may be a name counts half
LONGEST_RUN = 4  # words of one concept
SHORTEST_SOUND, SHORTEST_PAIR = 4, 6
LONGEST_NAME = 5  # words
SHORTEST_FORM = 4  # letters: of a shorter word a form is another word

_SIDES = frozenset(
    folded_words("north south east west northern southern eastern western upper lower old new greater")
)


class Kind(StrEnum):
    """What a key stands for: a person named in full, another name, a name as it sounds, a place or body that the
    tables know, a subject that they know, a word, two words side by side."""

    PERSON = "n"
    NAME = "p"
    SOUND = "s"
    PLACE = "g"
    TOPIC = "c"
    WORD = "w"
    PAIR = "b"


@dataclass(frozen=True)
class Reading:
    """`counts` is how often each key occurs, `written` one way it is written. `is_cased`: its script has capitals."""

    counts: Mapping[str, float]
    written: Mapping[str, str]
    is_cased: bool


def kind_of(key: str) -> Kind:
    return Kind(key[0])


def read_text(title: str, text: str) -> Reading:
    """Read a title and what stands below it.

    >>> sorted(read_text("Rain", "Then Hamid River spoke of rain. River smiled.").counts.items())
    [('c:rain', 3.0), ('n:hmd rr', 2.0), ('w:smile', 1.0)]
    """
    return _Reader(title, text).reading()


def person_key(name: str) -> str:
    """The key of a person by their full name, the same in each spelling and script of it.

    >>> person_key("Hamid River") == person_key("Hameed River")
    True
    """
    return _person_key(fold(name).split())


def _person_key(name: Sequence[str]) -> str:
    first, last = (sound_of(part) or part for part in (name[0], name[-1]))
    return f"{Kind.PERSON}:{first} {last}" if len(name) > 1 else f"{Kind.NAME}:{name[0]}"


class _Reader:
    def __init__(self, title: str, text: str) -> None:
        self.text = Text(f"{title}\n\n{text}")
        self.title_ends = len(title)
        self.words = self.text.words
        self.shouted = _shouted(self.text)
        self.cased = [self.text.is_cased(at) for at in range(len(self.words))]
        self.lower = {
            word.folded for at, word in enumerate(self.words) if self.cased[at] and not word.is_capital
        }
        self.full, self.short, self.alone = _Names(self).found()
        self.longest: dict[str, int] = {}
        for name in self.full:
            self.longest[name[0]] = max(len(name), self.longest.get(name[0], 0))
        self.counts: dict[str, float] = defaultdict(float)
        self.written: dict[str, str] = {}

    def reading(self) -> Reading:
        at = 0
        while at < len(self.words):
            at += self._name(at) or self._concept(at) or self._word(at)
        is_cased = 2 * sum(self.cased) >= len(self.cased)
        return Reading(dict(self.counts), self.written, is_cased)

    def _count(self, key: str, first: int, size: int = 1, share: float = 1.0) -> None:
        start, end = self.words[first].start, self.words[first + size - 1].end
        self.counts[key] += share * (TITLE_COUNTS if end <= self.title_ends else 1.0)
        self.written.setdefault(key, " ".join(self.text.text[start:end].split()))

    # ---- names -----------------------------------------------------------------------------------

    def _name(self, at: int) -> int:
        """How many words from here on are a name; 0 for none."""
        if not self.cased[at]:
            return 0
        longest = self.longest.get(self.words[at].folded, 0)
        for size in range(min(longest, len(self.words) - at), 1, -1):
            name = tuple(word.folded for word in self.words[at : at + size])
            if name in self.full:
                self._person(self.full[name], at, size)
                return size
        word = self.words[at]
        if word.is_capital and (whole := self.short.get(word.folded)):
            self._person(whole, at, 1)
            return 1
        is_name = word.is_capital and word.folded in self.alone and word.folded not in self.lower
        if is_name and _concept_of((word.folded,)) is None:
            self._count(f"{Kind.NAME}:{word.folded}", at)
            self._sound(word.folded, at)
            return 1
        return 0

    def _person(self, name: tuple[str, ...], at: int, size: int) -> None:
        key = _person_key(name)
        self._count(key, at, size)
        if size >= len(name):  # without its title
            whole = self.text.text[self.words[at + size - len(name)].start : self.words[at + size - 1].end]
            self.written[key] = max(
                self.written[key] if self.written[key][0].isupper() else "", whole, key=len
            )
        if len(name) > 2:
            self._count(_person_key(name[-2:]), at, size, SURELY)

    def _sound(self, word: str, at: int) -> None:
        sound = sound_of(word)
        if len(sound) >= SHORTEST_SOUND:
            self._count(f"{Kind.SOUND}:{sound}", at)

    # ---- subjects --------------------------------------------------------------------------------

    def _concept(self, at: int) -> int:
        longest = min(_longest().get(self.words[at].folded, 1), len(self.words) - at)
        for size in range(longest, 0, -1):
            run = tuple(word.folded for word in self.words[at : at + size])
            if size == 1 and says_nothing(run[0]):
                return 0
            if any(not self.text.joins(here, comma=False) for here in range(at, at + size - 1)):
                continue
            concept = _concept_of(run)
            if concept:
                kind = Kind.PLACE if concept.is_name or concept.kind == "organisation" else Kind.TOPIC
                self._count(f"{kind}:{fold(concept.spellings[0])}", at, size)
                if size > 1:
                    self._parts(at, size)
                return size
        return 0

    def _parts(self, at: int, size: int) -> None:
        for here in range(at, at + size):
            if not says_nothing(self.words[here].folded):
                self._count(f"{Kind.WORD}:{stem_of(self.words[here].folded)}", here, 1, SURELY)

    def _word(self, at: int) -> int:
        word = self.words[at]
        if says_nothing(word.folded):
            return 1
        self._count(f"{Kind.WORD}:{stem_of(word.folded)}", at)
        after = self.words[at + 1].folded if at + 1 < len(self.words) and self.text.gap(at) == " " else ""
        is_pair = bool(after) and not says_nothing(after)
        if is_pair:
            self._count(f"{Kind.PAIR}:{stem_of(word.folded)} {stem_of(after)}", at, 2)
        if not self.cased[at]:
            self._sound(word.folded, at)
            if is_pair and (sounds := _sounds(word.folded, after)):
                self._count(f"{Kind.PERSON}:{sounds}", at, 2, SURELY)
        return 1


def _sounds(*name: str) -> str:
    sounds = [sound_of(part) for part in name]
    return " ".join(sounds) if all(sounds) and len("".join(sounds)) >= SHORTEST_PAIR else ""


@lru_cache(maxsize=65_536)
def _concept_of(run: tuple[str, ...]) -> Concept | None:
    """What the tables call by these words, or by a form of a single one."""
    known = starter_tables().concepts
    varied = forms_of(run[0]) if len(run) == 1 and len(run[0]) >= SHORTEST_FORM else ()
    forms = [run, *((form,) for form in varied)]
    return next((known[form][0] for form in forms if form in known), None)


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """How many words the longest spelling has that begins with a word."""
    longest: dict[str, int] = {}
    for run in starter_tables().concepts:
        longest[run[0]] = min(LONGEST_RUN, max(len(run), longest.get(run[0], 1)))
    return longest


def _shouted(text: Text) -> list[bool]:
    """For each word, whether its line is written in capitals, or each of its words with one."""
    said: list[bool] = []
    line, is_shouted = -1, False
    for at, word in enumerate(text.words):
        here = text.text.rfind("\n", 0, word.start) if line < 0 or "\n" in text.gap(at - 1) else line
        if here != line or not at:
            line, is_shouted = here, text.is_cased(at) and text.is_shouted(at)
        said.append(is_shouted)
    return said


Name = tuple[str, ...]


class _Names:
    """The names a text writes with capitals: people in full, each with what is short for them, and single ones."""

    def __init__(self, reader: _Reader) -> None:
        self.reader, self.words, self.text = reader, reader.words, reader.text

    def found(self) -> tuple[dict[Name, Name], dict[str, Name], set[str]]:
        full: dict[Name, Name] = {}
        parts: dict[str, set[Name]] = defaultdict(set)
        alone: set[str] = set()
        for first, size in self._runs():
            name = tuple(word.folded for word in self.words[first : first + size])
            bare = self._without_titles(name)
            if len(bare) > 1 and not self._is_no_person(bare):
                full[name] = full[bare] = bare
                for part in (bare[0], bare[-1]):
                    parts[part].add((bare[0], bare[-1]))
                continue
            alone |= {part for part in name if not (says_nothing(part) or part in _SIDES)}
        short = {part: next(iter(names)) for part, names in parts.items() if len(names) == 1}
        return full, {part: name for part, name in short.items() if part not in self.reader.lower}, alone

    def _runs(self) -> Iterator[tuple[int, int]]:
        at = 0
        while at < len(self.words):
            if not self._is_capital(at):
                at += 1
                continue
            size = 1
            while at + size < len(self.words) and size < LONGEST_NAME and self._goes_on(at + size - 1):
                size += 1
            first = at + 1 if self._is_plain_start(at, size) else at
            if first < at + size:
                yield first, at + size - first
            at += size

    def _goes_on(self, at: int) -> bool:
        gap = self.text.gap(at)
        return self._is_capital(at + 1) and (
            gap == " " or (gap == ". " and len(self.words[at].folded) < 4) or gap == "-"
        )

    def _is_capital(self, at: int) -> bool:
        word = self.words[at]
        return (
            word.is_capital and self.reader.cased[at] and not self.reader.shouted[at] and len(word.folded) > 1
        )

    def _is_plain_start(self, at: int, size: int) -> bool:
        """Whether the first word has its capital only for beginning a sentence."""
        folded = self.words[at].folded
        if says_nothing(folded):
            return True
        return self.text.begins_sentence(at) and (size == 1 or folded in self.reader.lower)

    def _without_titles(self, name: Name) -> Name:
        while len(name) > 1 and (name[0] in TITLES or says_nothing(name[0])):
            name = name[1:]
        return name

    def _is_no_person(self, name: Name) -> bool:
        if name[0] in _SIDES or any(part in INSTITUTIONS for part in name):
            return True
        parts = [name[at : at + 1] for at in range(len(name)) if name[at] not in PEOPLES]
        return any(
            (found := _concept_of(part)) and found.kind in ("place", "organisation")
            for part in (name, *parts)
        )
