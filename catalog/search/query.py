"""The query language: what a reader typed becomes a query, whatever it was. Pure; nothing is looked up here.

query  := { ["OR"] chunk }            a chunk after OR is an alternative to the one before; else all must occur
chunk  := ["-"] ( '"' words '"' | word ["*"] )      "-": must not occur; "*": the word goes on in any way
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import regex

from catalog.normalize import words

LONGEST_QUERY = 1_000
MOST_WORDS = 64
SHORTEST_PREFIX = 2

_QUOTES = '"“”„«»'
_CHUNK = regex.compile(
    rf"(?P<minus>[-−](?=\S))?"
    rf"(?:(?P<open>[{_QUOTES}])(?P<phrase>[^{_QUOTES}]*)(?P<close>[{_QUOTES}])?|(?P<bare>[^\s{_QUOTES}]+))"
)


@dataclass(frozen=True)
class Term:
    """Folded words that stand side by side; with `prefix` it is one word, and may go on."""

    words: tuple[str, ...]
    prefix: bool = False

    def matches(self, folded: Sequence[str]) -> Iterator[range]:
        """Where the term stands in a text of folded words.

        >>> list(Term(("b", "c")).matches(["a", "b", "c", "b"]))
        [range(1, 3)]
        """
        size = len(self.words)
        for start in range(len(folded) - size + 1):
            if self._stands_at(folded[start : start + size]):
                yield range(start, start + size)

    def _stands_at(self, folded: Sequence[str]) -> bool:
        return folded[0].startswith(self.words[0]) if self.prefix else tuple(folded) == self.words


@dataclass(frozen=True)
class Note:
    """Something that was not understood, or not done, and where in the query it stands."""

    position: int
    text: str


@dataclass(frozen=True)
class Query:
    """All of `groups` must occur, of each group any one term; none of `excluded` may. No group: nothing to look for."""

    groups: tuple[tuple[Term, ...], ...] = ()
    excluded: tuple[Term, ...] = ()
    notes: tuple[Note, ...] = ()


def parse(text: str) -> Query:
    """Read any text as a query; never fails: what cannot be understood is noted, and the rest is searched.

    >>> parse('missing "سڑک پر" -weath* OR')
    ... # doctest: +NORMALIZE_WHITESPACE
    Query(groups=((Term(words=('missing',), prefix=False),), (Term(words=('سڑک', 'پر'), prefix=False),)),
          excluded=(Term(words=('weath',), prefix=True),),
          notes=(Note(position=25, text='OR needs a word on either side; it was left out.'),))
    """
    reading = _Reading()
    if len(text) > LONGEST_QUERY:
        reading.note(LONGEST_QUERY, f"Only the first {LONGEST_QUERY:,} characters were searched.")
    for chunk in _CHUNK.finditer(text[:LONGEST_QUERY]):
        if not reading.take(chunk):
            break
    return reading.query()


@dataclass
class _Reading:
    """A query while it is being read."""

    groups: list[list[Term]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)  # each thing is said once, at its first place
    open_or: int | None = None
    room: int = MOST_WORDS

    def note(self, position: int, text: str) -> None:
        self.notes.setdefault(text, position)

    def take(self, chunk: regex.Match[str]) -> bool:
        """Add a chunk; False when it no longer fits."""
        if chunk[0] == "OR":
            self._take_or(chunk.start())
            return True
        term = self._term(chunk)
        fitting = Term(term.words[: self.room], term.prefix)
        self.room -= len(fitting.words)
        if fitting.words:
            self._place(fitting, chunk)
        if fitting != term:
            self.note(chunk.start(), f"Only the first {MOST_WORDS} words were searched.")
        return fitting == term

    def _take_or(self, position: int) -> None:
        if not self.groups or self.open_or is not None:
            self._or_is_left_out(position)
        else:
            self.open_or = position

    def _or_is_left_out(self, position: int) -> None:
        self.note(position, "OR needs a word on either side; it was left out.")

    def _place(self, term: Term, chunk: regex.Match[str]) -> None:
        if chunk["minus"]:
            if self.open_or is not None:
                self._or_is_left_out(self.open_or)
            self.excluded.append(term)
        elif self.open_or is not None:
            self.groups[-1].append(term)
        else:
            self.groups.append([term])
        self.open_or = None

    def _term(self, chunk: regex.Match[str]) -> Term:
        written = (chunk["phrase"] if chunk["open"] else chunk["bare"]).strip()
        if chunk["open"] and not chunk["close"]:
            self.note(chunk.start(), "The quotation mark is not closed; the phrase was taken to the end.")
        folded = tuple(word for _, _, word in words(written))
        if not folded:
            self.note(chunk.start(), "There is no letter or digit to look for here.")
        return Term(folded, prefix="*" in written and self._is_prefix(written, folded, chunk.start()))

    def _is_prefix(self, written: str, folded: tuple[str, ...], position: int) -> bool:
        if len(folded) == 1 and written.find("*") == len(written) - 1 and len(folded[0]) >= SHORTEST_PREFIX:
            return True
        self.note(
            position, f"* works at the end of one word of {SHORTEST_PREFIX} letters or more; it was left out."
        )
        return False

    def query(self) -> Query:
        if self.open_or is not None:
            self._or_is_left_out(self.open_or)
        if self.excluded and not self.groups:
            self.note(0, "A search needs a word to look for, not only words to leave out.")
        return Query(
            tuple(tuple(group) for group in self.groups),
            tuple(self.excluded),
            tuple(Note(position, text) for text, position in self.notes.items()),
        )
