"""The query language: what a reader typed becomes a query, whatever it was. Pure; nothing is looked up here.

query  := { ["OR"] chunk }           a chunk after OR is an alternative to the one before; else all must occur
chunk  := ["-"] ( field | term )     "-": must not be so
term   := ["="] ( word ["*" | "~" ["2"]] | '"' words '"' ["~" number] )
          "=": no other spellings; word*: goes on in any way; word~: one letter (word~2: two) may differ;
          "two words"~5: so many other words may stand between
field  := name ":" ( word | '"' words '"' )      names are listed in `fields`; of one field, any value will do

What does not fit is noted with its place, and the rest is searched. Parentheses mean nothing.
"""

from dataclasses import dataclass, field
from functools import lru_cache

import regex

from catalog.normalize import words
from catalog.search.fields import FIELDS, read_field

LONGEST_QUERY = 1_000
MOST_WORDS = 64
MOST_WILD = 8  # terms with * or ~: each looks through the whole vocabulary
MOST_SLOP = 20
SHORTEST_PREFIX = 2
SHORTEST_FUZZY = (0, 3, 5)  # letters a word needs for so many edits: a shorter one would be nearly any word

_QUOTES = '"“”„«»'
_CHUNK = regex.compile(
    rf"(?P<minus>[-−](?=\S))?(?:(?P<field>[A-Za-z]+):(?=\S))?(?P<exact>=(?=\S))?"
    rf"(?:(?P<open>[{_QUOTES}])(?P<phrase>[^{_QUOTES}]*)(?:(?P<close>[{_QUOTES}])(?P<slop>~[0-9]*)?)?"
    rf"|(?P<bare>[^\s{_QUOTES}]+))"
)
_FUZZY = regex.compile(r"~(?P<edits>[0-9]*)$")


@dataclass(frozen=True)
class Term:
    """Folded words that stand side by side, and how far a text may depart from them."""

    words: tuple[str, ...]
    prefix: bool = False  # word*
    edits: int = 0  # word~, word~2: one word only
    slop: int = 0  # "two words"~5
    exact: bool = False  # =word: never expanded
    sound: bool = False  # the words are skeletons, looked for in the field `sound`
    weight: float = 1.0  # below 1 for what an expansion added


Clause = tuple[Term, ...]  # all of them
Group = tuple[Clause, ...]  # any of them


@dataclass(frozen=True)
class Filter:
    """What a turn must be, or with `unwanted` must not be. Days are `after` (that day or later) and `before`,
    as YYYY-MM-DD; other values are as typed."""

    field: str
    value: str
    unwanted: bool = False


@dataclass(frozen=True)
class Note:
    """Something that was not understood, or not done, and where in the query it stands."""

    position: int
    text: str


def piece_at(text: str, note: Note) -> str:
    """What a note is about, as it was written; "" when it is about all of it.

    >>> piece_at("road before:2021-02-31 rail", Note(5, "no such day"))
    'before:2021-02-31'
    """
    pieces = text[note.position :].split(maxsplit=1) if note.position else ()
    return pieces[0][:60] if pieces else ""


@dataclass(frozen=True)
class Query:
    """All of `groups` must occur, none of `excluded` may, and the turn must pass the filters. Of several wanted
    filters on one field any will do. `also` lists, as readers write them, spellings that an expansion added."""

    groups: tuple[Group, ...] = ()
    excluded: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    notes: tuple[Note, ...] = ()
    also: tuple[str, ...] = ()

    @property
    def asks_something(self) -> bool:
        """Whether there is anything to look for; what is only left out is no question."""
        return bool(self.groups) or any(not one.unwanted for one in self.filters)


@lru_cache(maxsize=64)  # one page asks some times over
def parse(text: str) -> Query:
    """Read any text as a query; never fails: what cannot be understood is noted, and the rest is searched.

    >>> parse('missing "سڑک پر"~3 -weath* lang:ur').groups
    ... # doctest: +NORMALIZE_WHITESPACE
    (((Term(words=('missing',), prefix=False, edits=0, slop=0, exact=False, sound=False, weight=1.0),),),
     ((Term(words=('سڑک', 'پر'), prefix=False, edits=0, slop=3, exact=False, sound=False, weight=1.0),),))
    >>> parse("after:2021-02-31 road OR").notes
    ... # doctest: +NORMALIZE_WHITESPACE
    (Note(position=0, text='“2021-02-31” is no date; write 2020, 2020-12 or 2020-12-31. It was left out.'),
     Note(position=22, text='OR needs a word on either side; it was left out.'))
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

    groups: list[list[Clause]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)  # each thing is said once, at its first place
    open_or: int | None = None
    room: int = MOST_WORDS
    wild: int = MOST_WILD

    def note(self, position: int, text: str) -> None:
        self.notes.setdefault(text, position)

    def take(self, chunk: regex.Match[str]) -> bool:
        """Add a chunk; False when it no longer fits."""
        if chunk[0] == "OR":
            self._take_or(chunk.start())
            return True
        if chunk[0] == "NOT":
            self.note(chunk.start(), "NOT was searched as a word; a minus right before a word leaves it out.")
        name = (chunk["field"] or "").lower()
        if name in FIELDS:
            return self._take_field(name, chunk)
        if name:
            self.note(chunk.start(), f"“{name[:40]}:” is no field; it was searched as words.")
        return self._take_term(chunk)

    def _take_term(self, chunk: regex.Match[str]) -> bool:
        term = self._term(chunk)
        fits = len(term.words) <= self.room
        if not fits:
            self.note(chunk.start(), f"Only the first {MOST_WORDS} words were searched.")
            term = Term(term.words[: self.room])
        self.room -= len(term.words)
        if term.words:
            self._place(term, chunk)
        return fits

    def _take_field(self, name: str, chunk: regex.Match[str]) -> bool:
        if self.open_or is not None:
            self._or_is_left_out(self.open_or)
            self.open_or = None
        value = chunk["phrase"] if chunk["open"] else chunk["bare"].strip("(),;")
        field_name, meant, problem = read_field(name, " ".join(value.split()))
        if problem:
            self.note(chunk.start(), problem)
        if meant and self.room:
            self.room -= 1
            self.filters.append(Filter(field_name, meant, bool(chunk["minus"])))
        return self.room > 0

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
            self.groups[-1].append((term,))
        else:
            self.groups.append([(term,)])
        self.open_or = None

    def _term(self, chunk: regex.Match[str]) -> Term:
        position = chunk.start()
        written = (chunk["phrase"] if chunk["open"] else chunk["bare"]).strip()
        if chunk["open"] and not chunk["close"]:
            self.note(position, "The quotation mark is not closed; the phrase was taken to the end.")
        if chunk["field"]:
            written = f"{chunk['field']} {written}"
        fuzzy = None if chunk["open"] else _FUZZY.search(written)
        folded = tuple(word for _, _, word in words(written[: fuzzy.start()] if fuzzy else written))
        if not folded:
            self.note(position, "There is no letter or digit to look for here.")
        return Term(
            folded,
            prefix="*" in written and self._is_prefix(written, folded, position),
            edits=self._edits(fuzzy["edits"], folded, position) if fuzzy and folded else 0,
            slop=self._slop(chunk["slop"], position) if chunk["slop"] and len(folded) > 1 else 0,
            exact=bool(chunk["exact"]),
        )

    def _is_prefix(self, written: str, folded: tuple[str, ...], position: int) -> bool:
        if len(folded) == 1 and written.find("*") == len(written) - 1 and len(folded[0]) >= SHORTEST_PREFIX:
            return self._is_within_wild(position)
        self.note(
            position, f"* works at the end of one word of {SHORTEST_PREFIX} letters or more; it was left out."
        )
        return False

    def _edits(self, written: str, folded: tuple[str, ...], position: int) -> int:
        wanted = min(max(int(written[:3] or 1), 1), 2)
        allowed = max(n for n in (0, 1, 2) if n <= wanted and len(folded[0]) >= SHORTEST_FUZZY[n])
        if len(folded) > 1 or not allowed:
            self.note(
                position,
                f"~ works at the end of one word of {SHORTEST_FUZZY[1]} letters or more; it was left out.",
            )
            return 0
        if allowed < wanted:
            self.note(position, f"~2 needs {SHORTEST_FUZZY[2]} letters; one letter was allowed to differ.")
        return allowed if self._is_within_wild(position) else 0

    def _is_within_wild(self, position: int) -> bool:
        if not self.wild:
            self.note(position, f"* and ~ work for at most {MOST_WILD} words; the others were left out.")
            return False
        self.wild -= 1
        return True

    def _slop(self, written: str, position: int) -> int:
        asked = int(written[1:5] or 1)
        if asked > MOST_SLOP:
            self.note(position, f"At most {MOST_SLOP} words may stand between.")
        return min(asked, MOST_SLOP)

    def query(self) -> Query:
        if self.open_or is not None:
            self._or_is_left_out(self.open_or)
        query = Query(tuple(tuple(group) for group in self.groups), tuple(self.excluded), tuple(self.filters))
        if not query.asks_something and (query.excluded or query.filters):
            self.note(0, "A search needs a word to look for, not only words to leave out.")
        notes = tuple(Note(position, text) for text, position in self.notes.items())
        return Query(query.groups, query.excluded, query.filters, notes)
