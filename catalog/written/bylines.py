"""Bylines and datelines: who wrote an article, and where. Pure; lines that hold more than that are read in `heads`."""

from dataclasses import dataclass

import regex

from catalog.normalize import folded_words
from catalog.search.tables import starter_tables

LONGEST_BYLINE, MOST_WORDS = 160, 16
MOST_WORDS_BELOW = 8  # of one that begins with a small letter: it may be the middle of a sentence

_LEADS = (
    r"(?:written|report(?:ed|ing)?|text|story|words|posted|published|interviewed|compiled|text and photos) by"
)
_BY = regex.compile(
    rf"\s*(?P<lead>(?i:by|{_LEADS})(?=[:\s])|(?i:authors?|writers?|reporters?)(?=\s*:))[:\s]\s*(?P<who>\S.*)"
)
_OTHER_BY = regex.compile(
    r"\s*(?P<lead>تحریر|از قلم|رپورٹ|رپورٹر|مصنف|لیکوال|ليکوال|लेखक|रिपोर्ट|रिपोर्टर|লিখেছেন|লেখক|প্রতিবেদক|প্রতিবেদন)"
    r"\s*[:：]?\s+(?P<who>\S.*)"
)
# Written without "By": nobody's name, and in a line of its own nothing else.
_HOUSE = regex.compile(
    r"(?!By )(?:[A-Z][\w']+ ){0,4}(?:Press (?:Team|Staff)|Editorial Team|(?:News|Web|Monitoring|City) ?Desk)|"
    r"(?:Our |Special |A )?(?:Own )?(?:Staff )?(?:Correspondents?|Reporters?)|Staff Report"
)
_AND = regex.compile(r"\s+(?:AND|And|and|&)\s+|\s*[,،]\s*(?:(?:and|AND|&|اور)\s+)?|\s+(?:اور|او|और|এবং|ও)\s+")
# PARIS, France; NEW YORK, USA; KARACHI: a place shouted at the end of the byline or in a line of its own.
_CITY = r"(?!AND\b)\p{Lu}[\p{Lu}.'’-]{2,}(?:[ -]\p{Lu}[\p{Lu}.'’-]+){0,2}"
_PLACE = rf"{_CITY}(?:\s*[,/]\s*\p{{Lu}}[\p{{L}}.]+(?: \p{{Lu}}[\p{{L}}.]+){{0,2}}){{0,2}}"
_DATELINE = regex.compile(rf"\s*[(\[]?(?P<place>{_PLACE})[)\]]?\s*[:—–-]?\s*")
_BEFORE_TEXT = regex.compile(rf"\s*(?P<place>{_PLACE})\s*(?:[:—–]|-(?=\s)|\.-)\s*(?=\p{{Lu}}|[\"“‘'])")
_PLACE_BEHIND = regex.compile(rf"(?<=[\p{{Ll}}.)])[\s,|–—-]+[(\[]?(?P<place>{_PLACE})[)\]]?\s*[:—–-]?\s*$")
_ADDED = regex.compile(r"\s*\(\s*@\w+\s*\)|\s+@\w+|\s*[|–—]\s*[\p{L} ]*(?:Press|Team|Desk|Staff|News)\s*$")
_SAYS = regex.compile(
    r"\b(?:is|was|were|are|has|have|had|will|would|said|says|can|cannot)\b", regex.IGNORECASE
)
_NOBODY = regex.compile(r"(?i)(?:the (?!(?:\w+ )*(?:editors?|newsroom|staff|team|desk|bureau|press)\b)|.*\d)")
_NAME = regex.compile(r"(?:an? (?:\p{L}+ ){0,3}\p{L}+|the \p{L}+|our \p{L}+|.*\p{Lu}.*|.*\p{Lo}.*)")


@dataclass(frozen=True)
class Byline:
    """Who wrote it, in the words of the source without "By", and the place in front of the text."""

    who: str
    dateline: str = ""


def read_byline(line: str) -> Byline | None:
    """A byline in a line of its own; None when it is something else.

    >>> read_byline("By Taha Siddiqui PARIS, France")
    Byline(who='Taha Siddiqui', dateline='PARIS, France')
    >>> read_byline("By a Baloch Reporter AND Taha Siddiqui").who, read_byline("By noon the river was high.")
    ('a Baloch Reporter AND Taha Siddiqui', None)
    """
    if len(line) > LONGEST_BYLINE:
        return None
    if _HOUSE.fullmatch(line.strip()):
        return Byline(line.strip())
    found = _BY.fullmatch(line) or _OTHER_BY.fullmatch(line)
    if found is None:
        return None
    who = _ADDED.sub("", found["who"]).strip()
    behind = _PLACE_BEHIND.search(who)
    who, place = (who[: behind.start()], behind["place"]) if behind else _without_place(who)
    who = who.strip(" ,|–—-")
    is_small = found["lead"][0].islower()
    return Byline(who, place) if _is_name(who, MOST_WORDS_BELOW if is_small else MOST_WORDS) else None


def _is_name(who: str, most: int) -> bool:
    is_sentence = who.endswith(("?", "!")) or (who.endswith(".") and len(who.split()) > 3)
    return (
        bool(_NAME.fullmatch(who))
        and not (is_sentence or _SAYS.search(who) or _NOBODY.match(who))
        and len(who.split()) <= most
    )


def _without_place(who: str) -> tuple[str, str]:
    """Adv. Nasreen Qanun, Lahore: who, and the place behind the last comma, if it is one."""
    before, comma, last = who.rpartition(",")
    if comma and before and _is_place(last):
        return before, last.strip()
    return who, ""


def is_place(words: str) -> bool:
    """Whether this is a place that we know, or one in a country that we know: "Sukkur, Pakistan"."""
    return _is_place(words.rpartition(",")[2])


def _is_place(words: str) -> bool:
    known = starter_tables().concepts.get(tuple(folded_words(words)), ())
    return any(concept.kind == "place" for concept in known)


def goes_on(line: str) -> str:
    """Who else wrote it, where a byline goes on in the next line: "AND Taha Siddiqui"; else nothing.

    >>> goes_on("and Gul Nakli"), goes_on("and so it went on.")
    ('Gul Nakli', '')
    """
    found = regex.fullmatch(r"\s*(?:AND|And|and|&)\s+(?P<who>\S.*)", line)
    return (
        found["who"].strip()
        if found and _is_name(found["who"], MOST_WORDS_BELOW) and not line.endswith(".")
        else ""
    )


def authors_of(byline: str) -> tuple[str, ...]:
    """The people of a byline.

    >>> authors_of("a Baloch Reporter AND Taha Siddiqui")
    ('a Baloch Reporter', 'Taha Siddiqui')
    """
    return tuple(name for name in (part.strip() for part in _AND.split(byline)) if name)


def read_dateline(line: str) -> str:
    """The place of a dateline that has a line of its own; empty when it is something else.

    >>> read_dateline("PARIS, France"), read_dateline("Lahore, Pakistan"), read_dateline("Rain, again")
    ('PARIS, France', 'Lahore, Pakistan', '')
    """
    found = _DATELINE.fullmatch(line)
    if found and len(line) < 60:
        return str(found["place"])
    parts = line.strip(" ()[]:—–-").split(",")
    return ",".join(parts).strip() if len(parts) < 4 and len(line) < 60 and _is_place(parts[-1]) else ""


def take_dateline(paragraph: str) -> tuple[str, str]:
    """The place in front of the first sentence, and the paragraph without it.

    >>> take_dateline("PARIS, France — It rained."), take_dateline("NATO — It rained")
    (('PARIS, France', 'It rained.'), ('', 'NATO — It rained'))
    """
    found = _BEFORE_TEXT.match(paragraph)
    if found and any(_is_place(part) for part in found["place"].split(",")):
        return str(found["place"]), paragraph[found.end() :]
    return "", paragraph
