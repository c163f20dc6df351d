"""Which sentences assert something that can be checked, and why a machine thinks so. Pure: it proposes, editors decide,
and nothing here says whether a claim is true. The words it goes by are in `claim_words.txt`."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import regex

from catalog.normalize import folded_words

FEWEST_WORDS, MOST_WORDS = 4, 120

_SENTENCE_END = regex.compile(r"(?<=[.!?۔؟।॥…])[\"”’»)\]]*\s+|\n+")
_ASKS = regex.compile(r"[?؟]\s*[\"”’»)]*\s*$")
_NUMBER = regex.compile(r" \d[\d]* ")
_YEAR = regex.compile(r" (?:1[5-9]|20)\d\d ")


class Reason(StrEnum):
    """Why a sentence may be a claim."""

    NUMBER = "number"
    DATE = "date"
    ACCUSATION = "accusation"
    ABSOLUTE = "absolute"
    CAUSE = "cause"
    CHANGE = "change"


SENTENCES = {
    Reason.NUMBER: "it gives a number",
    Reason.DATE: "it gives a date",
    Reason.ACCUSATION: "it says that somebody did harm",
    Reason.ABSOLUTE: "it says so of all, none or never",
    Reason.CAUSE: "it says what caused what",
    Reason.CHANGE: "it says how much, or how it changed",
}


@dataclass(frozen=True)
class Candidate:
    """Characters `start` to `end` of a text assert something, for these reasons."""

    start: int
    end: int
    reasons: tuple[Reason, ...]

    @property
    def why(self) -> str:
        """For the editor who confirms it or not."""
        return say_why(self.reasons)


def say_why(reasons: Sequence[Reason]) -> str:
    """
    >>> say_why([Reason.DATE])
    'May be a claim: it gives a date.'
    """
    return f"May be a claim: {', '.join(SENTENCES[reason] for reason in reasons)}." if reasons else ""


def find_claims(text: str) -> list[Candidate]:
    """The sentences of a text that may be claims, in its order.

    >>> [one.why for one in find_claims("Good evening. The wall cost nine million. Why?")]
    ['May be a claim: it gives a number, it says how much, or how it changed.']
    """
    found = ((start, end, reasons_for(text[start:end])) for start, end in _sentences(text))
    return [Candidate(start, end, reasons) for start, end, reasons in found if reasons]


def reasons_for(sentence: str) -> tuple[Reason, ...]:
    """Why one sentence may be a claim; nothing when it is none: a question, a greeting, a wish, a guess.

    >>> reasons_for("In 2014 the police abducted eleven students.") == (Reason.NUMBER, Reason.DATE, Reason.ACCUSATION)
    True
    >>> reasons_for("Did the police abduct eleven students?")
    ()
    """
    said = folded_words(sentence)
    if not said or not FEWEST_WORDS - (not said[0].isascii()) <= len(said) <= MOST_WORDS:
        return ()
    line = f" {' '.join(said)} "
    if (
        _ASKS.search(sentence)
        or _OPENINGS.match(line)
        or _NO_CLAIM.search(line)
        or _ENDS_IN_FUTURE.search(line)
    ):
        return ()
    return tuple(_reasons(line))


def _reasons(line: str) -> Iterator[Reason]:
    """Weak signs count only where something happened or was measured; harm, causes and changes stand by themselves."""
    is_harm = bool(_HARM.search(line))
    if (_PRIVATE.search(line) or _PRIVATE_OPENINGS.match(line)) and not (is_harm and _WITNESS.search(line)):
        return
    has_happened = bool(_PAST.search(line))
    is_measured = bool(_MEASURED.search(line) or _THERE_ARE.search(line))
    if _has_number(line) and (has_happened or is_measured):
        yield Reason.NUMBER
    if has_happened and (_YEAR.search(line) or _DATES.search(line)):
        yield Reason.DATE
    if is_harm or _says_who_acted(line, has_happened):
        yield Reason.ACCUSATION
    is_told = (has_happened or is_measured) and not _WE.match(line)
    if _FLAT.search(line) or (is_told and _ABSOLUTE.search(line)):
        yield Reason.ABSOLUTE
    if _CAUSE.search(line):
        yield Reason.CAUSE
    if _CHANGE.search(line):
        yield Reason.CHANGE


def _says_who_acted(line: str, has_happened: bool) -> bool:
    if _ACTS_NE.search(line) or _ACTS_AS_A_RULE.match(line):
        return True
    return has_happened and bool(_ACTS.match(line) or _DONE_BY.search(line))


def _has_number(line: str) -> bool:
    counts = _NUMBERS.search(line) or any(not _YEAR.fullmatch(one) for one in _NUMBER.findall(line))
    return bool(counts and not _IDLE.search(line))


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for cut in (*_SENTENCE_END.finditer(text), None):
        end = cut.start() if cut else len(text)
        if text[start:end].strip():
            yield start, end
        start = cut.end() if cut else end


def _read_tables(text: str) -> dict[str, tuple[str, ...]]:
    """The phrases under each heading of `claim_words.txt`."""
    tables: dict[str, tuple[str, ...]] = {}
    heading = ""
    for line in text.splitlines():
        said = line.partition("#")[0].strip()
        if said.startswith("["):
            heading = said.strip("[]")
        elif said:
            tables[heading] = (*tables.get(heading, ()), *(phrase.strip() for phrase in said.split("|")))
    return tables


def _phrases(*phrases: str) -> str:
    """What matches any of the phrases in folded words."""
    patterns = {" ".join(map(_part, phrase.split())) for phrase in phrases} - {""}
    return "|".join(sorted(patterns, key=lambda pattern: (-len(pattern), pattern)))


def _part(part: str) -> str:
    if part == "<n>":
        return rf"(?:\d+|{_NUMBER_WORDS})"
    if part == "*":
        return r"[^ ]+(?: [^ ]+){0,3}"
    letters = " ".join(map(re.escape, folded_words(part.strip("*"))))
    return rf"{'[^ ]{3,}' * part.startswith('*')}{letters}{'[^ ]*' * part.endswith('*')}"


# Long lists of phrases: the standard library is several times quicker with them than `regex`.
def _any_of(*headings: str) -> re.Pattern[str]:
    phrases = _phrases(*(phrase for heading in headings for phrase in _TABLES[heading]))
    return re.compile(f" (?:{phrases})(?= )")


_TABLES = _read_tables(Path(__file__).with_name("claim_words.txt").read_text(encoding="utf-8"))
_NUMBER_WORDS = _phrases(*_TABLES["numbers"], "one")
_HARM, _CAUSE, _CHANGE, _ABSOLUTE, _FLAT, _NUMBERS, _IDLE, _DATES, _PAST, _MEASURED, _PRIVATE, _WITNESS = map(
    _any_of,
    (
        *("harm", "cause", "change", "absolute", "flat", "numbers", "idle numbers"),
        *("dates", "past", "measured", "private", "witness"),
    ),
)
_PRIVATE_OPENINGS = _any_of("private openings")
_OPENINGS = _any_of("question openings", "commands")
_NO_CLAIM = _any_of("address", "unsure", "scheduled")
_ENDS_IN_FUTURE = re.compile(f" (?:{_phrases(*_TABLES['future'])}) $")
_WE = re.compile(f" (?:{_phrases('we', 'ہم', 'हम', 'আমরা')}) ")
_THERE_ARE = re.compile(f"^ there (?:are|is) | (?:{_phrases('میں', 'में')}) .* (?:{_phrases('ہیں', 'हैं')}) $")
# Near the beginning stands who acts; Urdu and Hindi say it with a particle.
_ACTS = re.compile(f"(?: [^ ]+){{0,4}}? (?:{_phrases(*_TABLES['actors'])})(?= )")
_ACTS_AS_A_RULE = re.compile(
    f"(?: [^ ]+){{0,3}}? (?:{_phrases(*_TABLES['actors'])}) (?:{_phrases(*_TABLES['acts'])})(?= )"
)
_DONE_BY = re.compile(f" by (?:the |his |her |its |an? )?(?:[^ ]+ )?(?:{_phrases(*_TABLES['actors'])})(?= )")
_ACTS_NE = re.compile(f" (?:{_phrases(*_TABLES['actors before ne'])}) (?:{_phrases('نے', 'ने', 'ne')})(?= )")
