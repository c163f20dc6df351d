"""What a language's table of cues holds. The reader is in `reading`; a new language is a new table and its tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from transcribe.spellings import plain


class Kind(StrEnum):
    """What a phrase tells, and of whom."""

    SELF = "self"  # this voice is NAME
    OPENING = "opening"  # this voice moderates; the phrase has no NAME
    INTRODUCTION = "introduction"  # the next new voice is NAME
    ADDRESS = "address"  # the next voice is NAME
    THANKS = "thanks"  # the voice before is NAME
    REPORTED = "reported"  # this voice is not NAME


@dataclass(frozen=True)
class Table:
    """The phrases of one language, in the letters of one script.

    A phrase is a regular expression over a sentence's words as `spellings.plain` leaves them (no case, no marks:
    "im" for "I'm"). NAME stands for one name or several, joined; a blank also matches a comma; `^` and `$` are the
    ends of the sentence. `honorifics` may stand before or behind a name, `joiners` between two names, and
    `questions` are words that begin or mark a question where the recogniser writes no question mark.
    """

    language: str
    phrases: Mapping[Kind, tuple[str, ...]]
    honorifics: frozenset[str]
    joiners: frozenset[str]
    questions: frozenset[str]


def word_set(text: str) -> frozenset[str]:
    """The words of a text as sentences are compared with them."""
    return frozenset(plain(word) for word in text.split())
