"""Folding text so that one word is one key in every script and from every keyboard, and finding words in text.
Pure; tables of names, concepts and spellings across scripts do not live here."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import accumulate

import regex

LONGEST_WORD = 100

# NFKC knows presentation forms and full-width digits, but not that an Arabic and an Urdu keyboard write one
# word with different letters. Urdu's own letters are the targets. Do-chashmi heh and noon ghunna join them:
# an Arabic keyboard has neither, and writers of Urdu use both heh for each other.
_LETTERS = {
    "ا": "ٱٲٳ",
    "ک": "كڪ",
    "گ": "ګ",
    "ہ": "هھەۿةۃ",
    "ی": "يىۍېێ",
    "ن": "ں",
    "ं": "ँ",  # चाँद, चांद
    "ত্": "ৎ",  # before Unicode 4.1 khanda ta was written ta + virama + joiner
    "ਂ": "ੰ",
    "ae": "æ",
    "d": "đð",
    "i": "ı",
    "l": "ł",
    "o": "ø",
    "oe": "œ",
    "th": "þ",
    " ": "\u200b",  # the one invisible character that parts words
    "": "ـءٴʾʿʼ",  # tatweel, the hamza Urdu leaves out (علماء, علما), the hamza and ayn of scholars (Qurʾān)
}
_DIGIT_ZEROES = "٠۰०০੦૦୦௦౦೦൦"

LETTERS = {ord(variant): letter for letter, variants in _LETTERS.items() for variant in variants}
LETTERS |= {ord(zero) + value: str(value) for zero in _DIGIT_ZEROES for value in range(10)}

# Accents, harakat, hamza and madda above; the nukta of Devanagari and Gurmukhi, which writers leave out.
# Bengali's stays: there it makes another letter. Vowel signs and viramas belong to the word and stay.
_MARKS = regex.compile(r"(?V1)[\p{Mn}&&[\p{sc=Inherited}\p{sc=Arabic}\p{sc=Latin}]]|[\u093C\u0A3C]")
# Joiners, direction marks, soft hyphens, and halves of surrogate pairs, which no UTF-8 can carry.
_INVISIBLE = regex.compile(r"(?V1)[\p{Cf}\p{Cs}--\u200b]")
_PIECE = re.compile(r"\S+")  # as `str.split` cuts
_BLANKS = regex.compile(r"[\s\p{Cc}]+")
# हिन्दी and हिंदी: a nasal before a letter of its own row may be written as a dot.
NASALS = "ङ्(?=[क-घ])|ञ्(?=[च-झ])|ण्(?=[ट-ढ])|न्(?=[त-ध])|म्(?=[प-भ])"
_NASALS = regex.compile(NASALS)

# Python's own `\w` cuts Hindi and Bengali words at their vowel signs.
_WORD = regex.compile(r"(?V1)[\p{L}\p{M}\p{N}]+(?:[\p{Cf}--\u200b]+[\p{L}\p{M}\p{N}]+)*")


def fold(text: str) -> str:
    """The key under which text is found: one for all its spellings in a script; folding twice changes nothing.

    >>> fold("  Naïve  STRASSE ")
    'naive strasse'
    >>> fold("كراچي") == fold("کراچی"), fold("۱۹۷۱") == fold("১৯৭১") == "1971"
    (True, True)
    """
    if not text.isascii():
        text = _decompose(_decompose(text).casefold())
        text = _NASALS.sub("ं", _MARKS.sub("", _INVISIBLE.sub("", text)).translate(LETTERS))
        text = unicodedata.normalize("NFC", text)
    return _BLANKS.sub(" ", text.casefold()).strip()


def words(text: str) -> list[tuple[int, int, str]]:
    """The words of a text as (start, end, folded); the half-open span counts characters of the text as given.

    A sign that stands for several words gives several with one span; the folded word has no blank in it.

    >>> words("Don't, कि।")
    [(0, 3, 'don'), (4, 5, 't'), (7, 9, 'कि')]
    """
    folded, starts, ends = place_words(text)
    return list(zip(starts, ends, folded, strict=True))


def place_words(text: str) -> tuple[list[str], list[int], list[int]]:
    """The same as three lists: the folded words, where they start, where they end."""
    pieces = text.split()
    cut = _cut_all(pieces)
    placed = list(zip(_places(text, pieces), cut, strict=True))
    folded = [word for words in cut for _, _, word in words]
    starts = [at + start for at, words in placed for start, _, _ in words]
    ends = [at + stop for at, words in placed for _, stop, _ in words]
    return folded, starts, ends


def _places(text: str, pieces: list[str]) -> Iterable[int]:
    """Where each of the pieces between blanks begins."""
    if len(text) == sum(map(len, pieces)) + len(pieces) - 1:  # one blank before each but the first
        return accumulate([len(piece) + 1 for piece in pieces[:-1]], initial=0)
    return (found.start() for found in _PIECE.finditer(text))


def word_starts(text: str, position: int) -> Iterator[int]:
    """Where words begin, from a position on that is not within one.

    >>> list(word_starts("Don't go", 4))
    [4, 6]
    """
    return (found.start() for found in _WORD.finditer(text, position))


def folded_words(text: str) -> list[str]:
    """The words of a text as keys alone, for whoever need not know where they stand.

    >>> folded_words("Don't, कि।")
    ['don', 't', 'कि']
    """
    return [word for words in _cut_all(text.split()) for _, _, word in words]


def _decompose(text: str) -> str:
    return unicodedata.normalize("NFKD", text)


_Cut = tuple[tuple[int, int, str], ...]


def _cut_all(pieces: list[str]) -> list[_Cut]:
    """The words of pieces of text without blanks, which no word has in it. Those of a language are few, said often."""
    is_usual = max(map(len, pieces), default=0) <= LONGEST_WORD
    return list(map(_cut if is_usual else _cut.__wrapped__, pieces))


@lru_cache(maxsize=65_536)
def _cut(piece: str) -> _Cut:
    return tuple(
        (*found.span(), part[:LONGEST_WORD])
        for found in _WORD.finditer(piece)
        for part in _WORD.findall(fold(found[0]))
    )
