"""Talks that stand among articles: how their entries are known. Who takes part is read by `catalog.cast`."""

import posixpath
from collections.abc import Sequence
from urllib.parse import urlsplit

import regex

from catalog.cast import read_cast
from catalog.written.asides import is_cross_link, is_embed
from catalog.written.found import EpisodeCandidate
from catalog.written.heads import read_head
from media.errors import MediaError
from media.sources import MEDIA_EXTENSIONS, recognise

LONGEST_DESCRIPTION = 4000  # characters: what is longer is an article about a talk

_TITLE = regex.compile(
    r"(?i)\b(?:press talk|talk show|exclusive (?:talk|interview|conversation)|in conversation with|podcast|"
    r"episode (?:no\.? ?)?#?\d+)\b|\bEp\.? ?#?\d+\b"
)
# So are written interviews called too: the description must say that it is a talk.
_MAY_BE_TITLE = regex.compile(
    r"(?i)\b(?:(?:live|special|full) (?:talk|interview|conversation|discussion|session)|webinar|panel discussion|"
    r"(?:talk|interview|conversation|discussion|session) with)\b"
)
_CAST = r"(?:guests?|moderators?|hosts?|anchors?|panell?ists?|speakers?|participants?)"
# What the description of a talk says, and an article hardly, in front of a sentence.
_SAYS = regex.compile(
    rf"(?i)(?:^|[.!?:۔।…|]\s+|\s[–—-]\s)(?:{_CAST}\s*[:：]\s*\S|(?:moderated|hosted|presented|anchored) by\b|"
    r"(?:today |here |now |this week )?we (?:discuss|debate|explore|ask|interview(?:ed)?|are joined by|sit down with|"
    r"(?:talk|speak) (?:to|with|about))\b|"
    r"(?:joined by|in conversation with|a (?:conversation|discussion|talk|chat) (?:with|about|on|between)|"
    r"in this (?:episode|talk|show|conversation|interview|edition))\b|(?:our|today['’]s|this week['’]s) guests?\b|"
    r"(?:please |do |kindly )*(?:subscribe|like and subscribe)\b|"
    r"watch (?:the|our) (?:full )?(?:talk|show|episode|interview|discussion)\b|"
    r"(?:مہمان|میزبان|मेहमान|मेज़बान|অতিথি|সঞ্চালক)\s*[:：]\s*\S)"
)
# The same, wherever it stands, of an entry that calls itself a talk.
_TELLS = regex.compile(
    rf"(?i)\b{_CAST}\s*:|\b(?:moderated|hosted|anchored) by\b|\bwe (?:discuss|talk (?:to|with)|speak (?:to|with))\b|"
    r"\bin conversation with\b|\bin this episode\b|"
    r"\bsubscribe to (?:the|our) channel\b|\bwatch the (?:full )?(?:talk|show|episode|interview)\b|(?:#\w+\s*){2,}"
)
_HASHTAGS = regex.compile(r"(?:^|\s)(?:#\w+[\s,.]*){2,}$")


def is_talk_title(line: str) -> bool:
    """
    >>> is_talk_title("Rain: Exclusive Talk with Hamid Darya"), is_talk_title("Rain and what it took")
    (True, False)
    """
    return bool(_TITLE.search(line))


def calls_itself_talk(title: str, below: Sequence[str]) -> bool:
    """Whether an entry of this title, with these lines below it, is a talk by its own words.

    >>> calls_itself_talk("Interview with a potter", ["He talks to us of clay."])
    False
    >>> calls_itself_talk("Interview with a potter", ["Guest: Hamid Darya. Moderated by Sana Misaal."])
    True
    """
    if is_talk_title(title):
        return tells_of_talk(" ".join(below))
    return bool(_MAY_BE_TITLE.search(title)) and any(describes_talk(line) for line in below)


def tells_of_talk(text: str) -> bool:
    """Whether the words of an entry that calls itself a talk are its description: guests, moderator, channel."""
    return bool(_TELLS.search(text)) or describes_talk(text)


def describes_talk(text: str) -> bool:
    """Whether a line can only be the description of a talk, whatever stands above it.

    >>> describes_talk("We discuss the rain. Guest: Hamid Darya"), describes_talk("“We discuss it daily,” she said.")
    (True, False)
    """
    return bool(_SAYS.search(text) or _HASHTAGS.search(text))


def is_talk(title: str, lines: Sequence[str]) -> bool:
    """Whether a whole entry is a talk: called one and described as one, with nobody's byline."""
    if any(read_head(line).who for line in lines[:3]) or sum(map(len, lines)) > LONGEST_DESCRIPTION:
        return False
    return calls_itself_talk(title, lines[:6])


def candidate(
    title: str, lines: Sequence[str], show_titles: Sequence[str], addresses: Sequence[str] = ()
) -> EpisodeCandidate:
    """The talk with its description, its cast, and which of the addresses in its entry is its sound or film."""
    told = [line for line in lines if not (read_head(line).day or is_embed(line) or is_cross_link(line))]
    description = "\n".join(told)
    cast = read_cast(title, description, show_titles=show_titles)
    return EpisodeCandidate(title, description, cast, next(filter(None, map(_heard_at, addresses)), ""))


def _heard_at(address: str) -> str:
    try:
        source = recognise(address)
    except MediaError:
        return ""
    is_media = posixpath.splitext(urlsplit(source.url).path)[1].lower() in MEDIA_EXTENSIONS
    return source.url if is_media or source.provider != "web" else ""
