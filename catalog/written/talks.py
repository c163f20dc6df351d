"""Talks that stand among articles: how their entries are known. Who takes part is read by `catalog.cast`."""

from collections.abc import Sequence

import regex

from catalog.cast import read_cast
from catalog.written.bylines import is_cross_link, is_embed, read_byline, read_date
from catalog.written.found import EpisodeCandidate

LONGEST_DESCRIPTION = 4000  # characters: what is longer is an article about a talk

_TITLE = regex.compile(
    r"(?i)\b(?:press talk|talk show|exclusive (?:talk|interview|conversation)|in conversation with|podcast|"
    r"episode \d+)\b"
)
_WORDS = regex.compile(
    r"(?i)\b(?:guests?|moderator|moderated by|hosts?|hosted by)\s*:|\b(?:moderated|hosted) by\b|"
    r"\bwe (?:discuss|talk (?:to|with)|speak (?:to|with))\b|\bin conversation with\b|\bin this episode\b|"
    r"\bsubscribe to (?:the|our) channel\b|\bwatch the (?:full )?(?:talk|show|episode|interview)\b|(?:#\w+\s*){2,}"
)


def is_talk_title(line: str) -> bool:
    return bool(_TITLE.search(line))


def tells_of_talk(text: str) -> bool:
    """Whether the words are those of a talk's description: its guests, its moderator, its channel."""
    return bool(_WORDS.search(text))


def is_talk(title: str, lines: Sequence[str]) -> bool:
    """Whether a whole entry is a talk: called one and described as one, with nobody's byline."""
    if any(read_byline(line) for line in lines[:3]) or sum(map(len, lines)) > LONGEST_DESCRIPTION:
        return False
    return is_talk_title(title) and tells_of_talk(" ".join(lines[:6]))


def candidate(title: str, lines: Sequence[str], show_titles: Sequence[str]) -> EpisodeCandidate:
    """The talk with its description and its cast."""
    told = [line for line in lines if not (read_date(line) or is_embed(line) or is_cross_link(line))]
    description = "\n".join(told)
    return EpisodeCandidate(title, description, read_cast(title, description, show_titles=show_titles))
