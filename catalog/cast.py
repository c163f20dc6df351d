"""From an episode's title and description to the people who take part, with the words that prove it.

Nothing is looked up and nobody is guessed: a person merely talked about is never cast. Wordings are tables, one a
language (`casting.patterns`); cues are found in `casting.cues`, names read in `casting.names`, spellings joined in
`casting.merge`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import regex

from catalog.casting.cues import Cue, find_cues
from catalog.casting.merge import Candidate, Mention, merge
from catalog.casting.names import PeopleReader, Person
from catalog.casting.page import make_readable
from catalog.casting.wordings import GUEST, HOST
from catalog.casting.words import ARTICLES, HONORIFICS, OPENINGS, ROLES, Token, name_in_run, run_at, tokenise
from catalog.normalize import fold

# Work is capped: what stands behind these limits is not read.
_TITLE_MOST, _DESCRIPTION_MOST = 500, 20_000
_LABEL_REACH, _SENTENCE_REACH, _EVIDENCE_MOST = 2_000, 600, 400

_PRONOUN = regex.compile(r"(?i)\s*(?:him|her|he|she)\b")
# What may stand between a person and a cue: "A, who also joins us".
_BETWEEN = frozenset({"also", "now", "again", "today", "then", "who", "will", "has"})
# Who holds such an office talks to others in the news, not as the host of a show.
_POWERFUL = frozenset(
    {
        "prime",
        "president",
        "minister",
        "general",
        "king",
        "queen",
        "chief",
        "pm",
        "army",
        "premier",
        "governor",
        "pope",
    }
)


@dataclass(frozen=True)
class CastMember:
    """A person who takes part: `evidence` are the exact words of the title or description that say so."""

    name: str
    role: str
    affiliation: str
    evidence: str


def read_cast(title: str, description: str, *, show_titles: Sequence[str] = ()) -> tuple[CastMember, ...]:
    """Read who takes part from a title and a description, in the order of the text.

    `show_titles` are the show's own names: they are no people, and "with NAME" behind one names the host.

    >>> read_cast("Salt", "Guest: Sana Misaal, geologist. Hosted by Bilal Farzi")[0].affiliation
    'geologist'
    >>> [(m.name, m.role) for m in read_cast("Exclusive talk with Sana Misaal", "On the arrest of Gul Nakli.")]
    [('Sana Misaal', 'guest')]
    """
    pages = (
        _Page(title[:_TITLE_MOST], show_titles, place=0),
        _Page(description[:_DESCRIPTION_MOST], show_titles, place=1),
    )
    mentions = [mention for page in pages for mention in page.mentions]
    found = [c for page in pages for c in page.candidates(mentions, hosts=frozenset())]
    hosts = frozenset(fold(word) for c in found if c.role != GUEST for word in c.name.split())
    found += [c for page in pages for c in page.candidates(mentions, hosts=hosts)] if hosts else []
    return tuple(CastMember(c.name, c.role, c.affiliation, c.evidence) for c in merge(found))


class _Page:
    """One text with its cues: reads candidates for the cast off it."""

    def __init__(self, original: str, show_titles: Sequence[str], place: int) -> None:
        self.original, self.place = original, place
        self.text = make_readable(original, show_titles)
        self.cues = find_cues(self.text, is_title=place == 0)
        self.mentions = list(self._find_mentions())

    def _find_mentions(self) -> Iterator[Mention]:
        tokens = tokenise(self.text)
        i = 0
        while i < len(tokens):
            run = run_at(tokens, i)
            found = name_in_run(run, shouting=False) if len(run) > 1 else None
            if found and found[1] - found[0] > 1:
                start, end = run[found[0]].start, run[found[1] - 1].end
                yield Mention(self._name((start, end)), self.place, start)
            i += len(run) or 1

    def candidates(self, mentions: Sequence[Mention], hosts: frozenset[str]) -> Iterator[Candidate]:
        """Everybody a cue proves; with `hosts` (folded words of their names) the cues that need a known host."""
        for number, cue in enumerate(self.cues):
            if (
                (cue.wording.needs == "host" or cue.wording.needs == "both")
                and hosts
                and self._subject_is(cue, hosts)
            ):
                yield from self._after(cue, number, mentions)
            elif cue.wording.needs == "host" or hosts:
                continue
            else:
                yield from self._both_sides(cue, number, mentions)

    def _both_sides(self, cue: Cue, number: int, mentions: Sequence[Mention]) -> Iterator[Candidate]:
        before = list(self._before(cue, number, mentions)) if cue.wording.before else []
        after = list(self._after(cue, number, mentions)) if cue.wording.after else []
        if cue.wording.needs != "both" or (before and after and not _is_news(before + after)):
            yield from before
            yield from after

    def _after(self, cue: Cue, number: int, mentions: Sequence[Mention]) -> Iterator[Candidate]:
        end = self._reach(cue)
        reader = PeopleReader(tokenise(self.text, cue.end, end), label=cue.label, plural=cue.plural)
        people = reader.read()
        for person in people:
            yield self._candidate(person, cue.wording.after, cue, number, (cue.start, person.end))
        if not people and not cue.label:
            yield from self._resolve(
                tokenise(self.text, cue.end, end)[:3], cue.wording.after, cue, number, mentions
            )

    def _before(self, cue: Cue, number: int, mentions: Sequence[Mention]) -> Iterator[Candidate]:
        tokens = self._clause_before(cue)
        if tokens and tokens[-1].kind in ("dash", "colon"):
            return
        while tokens and tokens[-1].folded in _BETWEEN:
            tokens = tokens[:-1]
        for start in _beginnings(tokens):
            reader = PeopleReader(tokens[start:])
            people = reader.read()
            if people and reader.at_end:
                for person in people:
                    yield self._candidate(person, cue.wording.before, cue, number, (person.name[0], cue.end))
                return
        yield from self._resolve(tokens[-2:], cue.wording.before, cue, number, mentions)

    def _clause_before(self, cue: Cue) -> list[Token]:
        tokens = tokenise(self.text, max(0, cue.start - _SENTENCE_REACH), cue.start)
        ends = [k for k, t in enumerate(tokens) if t.kind in ("stop", "newline", "bullet") or t.text == "|"]
        return tokens[ends[-1] + 1 :] if ends else tokens

    def _subject_is(self, cue: Cue, hosts: frozenset[str]) -> bool:
        tokens = self._clause_before(cue)
        words = [t.folded for t in tokens[-3:]]
        return (
            bool(words)
            and words[-1] in hosts
            and (len(tokens) < 4 or any(t.folded in OPENINGS for t in tokens))
        )

    def _reach(self, cue: Cue) -> int:
        """Where the list behind a cue ends at the latest: its line (or block of lines) and the next label."""
        later = [
            c.start
            for c in self.cues
            if c.start >= cue.end
            and c.wording.after
            and c.wording.strength == 3
            and self.text[cue.end : c.start].strip()
        ]
        most = cue.end + (_LABEL_REACH if cue.label else _SENTENCE_REACH)
        return min([len(self.text), most, self._end_of_lines(cue), *later[:1]])

    def _end_of_lines(self, cue: Cue) -> int:
        line = regex.compile(r"[^\n]*\n?")
        position, taken = cue.end, ""
        while position < len(self.text):
            match = line.match(self.text, position)
            here = match.group() if match else ""
            if taken.strip() and not self._goes_on(cue, taken, here):
                break
            taken, position = taken + here, position + len(here)
            if len(taken) > _LABEL_REACH:
                break
        return position

    def _goes_on(self, cue: Cue, taken: str, line: str) -> bool:
        """Whether the next line belongs to the list: nothing after a blank line, bullets, or an open end."""
        if not line.strip():
            return False
        is_open = bool(regex.search(r"(?:[,;،&]|\band|\baur|اور|और)\s*$", taken))
        if not cue.label:
            return is_open or bool(regex.match(r"\s*\p{Ll}", line))
        is_block = not self.text[cue.end :].split("\n", 1)[0].strip()
        return is_block or (
            cue.plural and (is_open or bool(regex.match(r"\s*(?:[•●▪◦‣·►▶✦✓→–—-]|\d{1,2}[.)])", line)))
        )

    def _resolve(
        self, tokens: list[Token], role: str, cue: Cue, number: int, mentions: Sequence[Mention]
    ) -> Iterator[Candidate]:
        """ "Mr. SURNAME" and "him" stand for somebody the text introduced by full name, if only one fits."""
        if not tokens:
            return
        earlier = [m for m in mentions if (m.place, m.start) < (self.place, tokens[0].start)]
        if _PRONOUN.match(tokens[0].text):
            end, names = tokens[0].end, {m.name for m in earlier}
        elif len(tokens) > 1 and tokens[0].folded in HONORIFICS and tokens[1].is_capital:
            end = tokens[1].end
            names = {m.name for m in earlier if fold(m.name.split()[-1]) == tokens[1].folded}
        else:
            return
        if len(names) == 1:
            stretch = (min(cue.start, tokens[0].start), max(cue.end, end))
            evidence = self.original[slice(*stretch)].strip()
            yield Candidate(
                names.pop(),
                role,
                "",
                evidence,
                cue.wording.strength,
                (self.place, number),
                self.place,
                stretch[0],
            )

    def _candidate(
        self, person: Person, role: str, cue: Cue, number: int, stretch: tuple[int, int]
    ) -> Candidate:
        if stretch[1] - stretch[0] > _EVIDENCE_MOST:
            stretch = (person.before[0] if person.before else person.name[0], person.end)
        told = [self._before_name(person), self._after_name(person)]
        return Candidate(
            self._name(person.name),
            role,
            ", ".join(filter(None, told)),
            self.original[slice(*stretch)].strip(),
            cue.wording.strength,
            (self.place, number),
            self.place,
            person.name[0],
        )

    def _name(self, stretch: tuple[int, int]) -> str:
        name = " ".join(self.original[slice(*stretch)].split()).rstrip("'’`-")
        return regex.sub(r"\p{L}+", lambda m: m.group().capitalize(), name) if name.isupper() else name

    def _before_name(self, person: Person) -> str:
        words = self.original[slice(*person.before)].strip(" ,").split() if person.before else []
        while words and fold(words[0].rstrip(".")) in ARTICLES | (HONORIFICS - ROLES):
            words.pop(0)
        while words and fold(words[-1].rstrip(".")) in HONORIFICS - ROLES:
            words.pop()
        return regex.sub(r"['’]s$", "", " ".join(words))

    def _after_name(self, person: Person) -> str:
        words = " ".join(self.original[slice(*person.after)].split()) if person.after else ""
        return regex.sub(r"(?i)^(?:an?|the)\s+", "", words).strip(" ,;:.-–—")


def _is_news(people: list[Candidate]) -> bool:
    """Whether whoever would be the host holds an office whose talks are news."""
    return any(fold(word) in _POWERFUL for c in people if c.role == HOST for word in c.affiliation.split())


def _beginnings(tokens: list[Token]) -> list[int]:
    """Where the people before a cue may begin: at the start of the clause, after a comma, after "today"."""
    inside = [
        k + 1
        for k, t in enumerate(tokens)
        if t.kind in ("comma", "dash", "colon", "semi") or t.folded in OPENINGS
    ]
    return [0, *inside][-40:]
