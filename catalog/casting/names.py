"""Reading lists of people from a stretch of text: names, and the words before and behind them that say who they are.

Which stretch may hold the cast, and in which role, is decided in `cast`; what a name is, in `casting.words`.
"""

from dataclasses import dataclass, replace

from catalog.casting.words import (
    ARTICLES,
    BREAKS,
    CONNECTS,
    HONORIFICS,
    ORGANISATIONS,
    TOPICS,
    Token,
    name_in_run,
    run_at,
    standing,
)

Stretch = tuple[int, int]
_BELONGING = frozenset({"of", "from", "at"})
_AGAIN = frozenset({"to", "with", "by"})  # "talks to A and to B"
_RELATIVE = frozenset({"who", "whose", "which"})
_SEPARATORS = {"comma": "comma", "join": "and"} | dict.fromkeys(("semi", "newline", "bullet", "dash"), "hard")
_PREFIX_MOST, _AFFILIATION_MOST = 16, 40


@dataclass(frozen=True)
class Person:
    """The stretches of a text that hold a name, what stands before it, and what after it says who that is."""

    name: Stretch
    before: Stretch | None
    after: Stretch | None
    end: int


class PeopleReader:
    """Reads a list of people from tokens: "A, role, B (role) and C of D".

    `label`: the list stands behind a label ("Guests:"), so one-word names and free affiliations count;
    `plural`: that label may hold several people divided by commas.
    """

    def __init__(self, tokens: list[Token], *, label: bool = False, plural: bool = True) -> None:
        self.tokens = tokens if label else [t for t in tokens if t.kind != "newline"]
        self.label, self.plural, self.pos = label, plural, 0
        letters = "".join(t.text for t in tokens if t.kind == "word")
        self.shouting = len(letters) > 7 and letters.isupper()
        self.people: list[Person] = []

    @property
    def at_end(self) -> bool:
        return self.pos >= len(self.tokens)

    def read(self) -> list[Person]:
        """Read people until the text goes on about something else; `at_end` tells whether it did."""
        while True:
            separator = self._skip_separators()
            self._skip_a_first_name()
            if self.at_end or (self.people and not separator):
                return self.people
            if person := self._person(separator):
                self.people.append(person)
                self.pos = self._index(person.end)
                self._read_what_is_attached()
            elif not (self.people and self._read_affiliation(divided=separator == "hard")):
                return self.people

    def _index(self, offset: int) -> int:
        return next(
            (k for k in range(self.pos, len(self.tokens)) if self.tokens[k].start >= offset), len(self.tokens)
        )

    def _peek(self, ahead: int = 0) -> Token | None:
        at = self.pos + ahead
        return self.tokens[at] if at < len(self.tokens) else None

    def _skip_separators(self) -> str:
        strongest = "" if self.people else "start"
        order = ["", "and", "comma", "hard", "start"]
        while token := self._peek():
            found = "and" if token.joins else _SEPARATORS.get(token.kind, "")
            if not found or (found == "and" and not self.people):
                break
            strongest = max(strongest, found, key=order.index)
            self.pos += 1
        following = self._peek()
        if strongest in ("and", "comma") and following and following.folded in _AGAIN:
            self.pos += 1
        return strongest

    def _skip_a_first_name(self) -> None:
        """Pass over "Yasmin and" before "Rafay Roshnai": one word alone is not enough to cast her."""
        first, second = self._peek(), self._peek(1)
        if self.label or not (first and first.is_capital and second and second.joins):
            return
        if not standing(first, self.shouting) and self._someone_follows(self.pos + 2):
            self.pos += 2

    def _person(self, separator: str) -> Person | None:
        """The person who begins here, if the words before the name say what a person is and nothing else."""
        i, stop = self.pos, min(len(self.tokens), self.pos + _PREFIX_MOST)
        while i < stop:
            token = self.tokens[i]
            if token.is_capital:
                run = run_at(self.tokens, i)
                found = name_in_run(run, self.shouting)
                if found and not self._describes(i, found, run):
                    return self._checked(i + found[0], i + found[1], separator)
                i += len(run)
            elif token.kind == "comma" and separator == "start" and self._tells_a_role(self.pos, i):
                i += 1
            elif token.kind != "word" or (token.folded in BREAKS and token.folded not in CONNECTS):
                return None
            else:
                i += 1
        return None

    def _describes(self, i: int, found: tuple[int, int], run: list[Token]) -> bool:
        """Whether a single capitalised word goes with the role behind it: "exiled Baloch leader NAME"."""
        following = self.tokens[i + len(run)] if i + len(run) < len(self.tokens) else None
        return found[1] - found[0] == 1 and following is not None and following.is_role

    def _tells_a_role(self, start: int, end: int) -> bool:
        words = [t for t in self.tokens[start:end] if t.kind == "word"]
        return any(t.is_role or t.folded in HONORIFICS for t in words)

    def _checked(self, start: int, end: int, separator: str) -> Person | None:
        name, prefix = self.tokens[start:end], self.tokens[self.pos : start]
        if prefix and not self._may_stand_before(prefix):
            return None
        if len(name) == 1 and not self._one_word_will_do(end, separator, bool(prefix)):
            return None
        if not self._may_end_at(end, separator):
            return None
        if separator == "comma" and self.label and not self.plural and not self._is_surely_next(end):
            return None
        before = (prefix[0].start, prefix[-1].end) if prefix else None
        return Person((name[0].start, name[-1].end), before, None, name[-1].end)

    def _may_stand_before(self, prefix: list[Token]) -> bool:
        last = prefix[-1]
        if last.kind == "word" and (last.joins or last.folded in CONNECTS | ARTICLES):
            return False
        belongs = [k for k, t in enumerate(prefix) if t.folded in CONNECTS]
        if belongs and not self._named_something(prefix[belongs[-1] + 1 :]):
            return False
        told = any(t.is_role or t.folded in HONORIFICS for t in prefix)
        return told or (last.is_possessive and len(prefix) <= 3)

    def _named_something(self, words: list[Token]) -> bool:
        """After "of" must stand what the role belongs to, before the name: not "colleagues of reporter NAME"."""
        return any(t.kind == "comma" or standing(t, False) in ("organisation", "acronym") for t in words)

    def _one_word_will_do(self, end: int, separator: str, prefixed: bool) -> bool:
        closing = self.tokens[end] if end < len(self.tokens) else None
        closed = closing is None or closing.joins or closing.kind in (*_SEPARATORS, "stop", "open")
        alone = all(p.name[1] - p.name[0] < 25 and self._is_one_word(p) for p in self.people)
        listed = separator in ("start", "hard") or (self.plural and bool(self.people) and alone)
        word = self.tokens[end - 1]
        return self.label and closed and listed and not prefixed and len(word.text) > 2

    def _is_one_word(self, person: Person) -> bool:
        return sum(person.name[0] <= t.start < person.name[1] for t in self.tokens) == 1

    def _may_end_at(self, end: int, separator: str) -> bool:
        token = self.tokens[end] if end < len(self.tokens) else None
        if token is None or token.kind != "word" or token.joins or token.folded in _BELONGING | _RELATIVE:
            return not (token and token.kind == "colon" and self._holds_a_credit(end + 1))
        if token.is_role or standing(token, self.shouting) in ("role", "honorific"):
            return True
        return separator == "start" or (not self.label and token.folded in TOPICS)

    def _holds_a_credit(self, i: int) -> bool:
        """Whether a colon is followed by a name: then what stands before it is a label, not a person."""
        run = run_at(self.tokens, i)
        return bool(run) and name_in_run(run, self.shouting) is not None and len(run) > 1

    def _is_surely_next(self, end: int) -> bool:
        """Behind "Guest:" a second name after a comma may be an organisation, unless a role told it apart."""
        told = self.people and self.people[-1].after is not None
        following = self.tokens[end] if end < len(self.tokens) else None
        return bool(told and following and following.kind in ("comma", "open", "dash"))

    def _extend(self, start: int, end: int, stop: int) -> None:
        last = self.people[-1]
        after = (last.after[0] if last.after else start, end)
        self.people[-1] = replace(last, after=after, end=stop)

    def _read_what_is_attached(self) -> None:
        """Take "(role)", "- role", ": role", "of an organisation" or a trailing role into the person just read."""
        token = self._peek()
        if token is None:
            return
        if token.kind == "open":
            self._read_brackets()
        elif token.kind in ("dash", "colon") or token.folded in _BELONGING:
            self.pos += 1
            if self.at_end or not self._read_affiliation(attached=True):
                self.pos -= 1
        elif standing(token, self.shouting) == "honorific":
            self.pos += 1
            self._read_what_is_attached()
        elif token.is_role:
            self._read_affiliation(attached=True)

    def _read_brackets(self) -> None:
        for k in range(self.pos + 1, min(len(self.tokens), self.pos + _AFFILIATION_MOST)):
            if self.tokens[k].kind == "close":
                if k > self.pos + 1:
                    self._extend(self.tokens[self.pos + 1].start, self.tokens[k - 1].end, self.tokens[k].end)
                self.pos = k + 1
                return

    def _read_affiliation(self, attached: bool = False, divided: bool = False) -> bool:
        """Take the words up to the next comma or person as what the last person is; False if they are not that."""
        start = self.pos
        relative = self.tokens[start].folded in _RELATIVE
        if not relative and self.tokens[start].folded in BREAKS - CONNECTS:
            return False
        end = self._affiliation_end(start, relative)
        words = self.tokens[start:end]
        if divided and not (self.tokens[start - 1].text == "|" and self._sounds_like_a_role(words)):
            return False
        if not words or not (self.label or relative or attached or self._sounds_like_a_role(words)):
            return False
        self.pos = end
        if relative:
            self.people[-1] = replace(self.people[-1], end=words[-1].end)
        else:
            self._extend(words[0].start, words[-1].end, words[-1].end)
        return True

    def _affiliation_end(self, start: int, relative: bool) -> int:
        for k in range(start, min(len(self.tokens), start + _AFFILIATION_MOST)):
            token = self.tokens[k]
            if token.kind in ("comma", "semi", "newline", "bullet", "stop", "open"):
                return k
            if token.joins and k > start and self._someone_follows(k + 1):
                return k
            if not (self.label or relative) and self._turns_to_the_topic(k):
                return k
        return min(len(self.tokens), start + _AFFILIATION_MOST)

    def _someone_follows(self, i: int) -> bool:
        ahead = PeopleReader([], label=self.label, plural=self.plural)
        ahead.tokens, ahead.pos, ahead.people, ahead.shouting = self.tokens, i, self.people, self.shouting
        return ahead._person("and") is not None

    def _turns_to_the_topic(self, k: int) -> bool:
        token, before = self.tokens[k], self.tokens[k - 1] if k else None
        if token.folded not in BREAKS or token.folded in CONNECTS:
            return False
        return not (
            token.folded in ("on", "to") and before and (before.is_role or before.folded in ORGANISATIONS)
        )

    def _sounds_like_a_role(self, words: list[Token]) -> bool:
        if words[0].folded in ("a", "an") or any(t.is_role or t.folded in ORGANISATIONS for t in words):
            return True
        plain = all(t.text.islower() and t.folded not in ARTICLES for t in words)
        return plain and len(words) < 4 and self.tokens[self.pos - 1].kind == "comma"
