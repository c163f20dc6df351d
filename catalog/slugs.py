"""Readable addresses: a title becomes a slug that nobody else has. The words of a page live elsewhere."""

import re
import unicodedata
from typing import Any

from sqlmodel import Session, select

from catalog.normalize import fold

LONGEST = 80

# Urdu writes few vowels, so this is what people type who write Urdu in Latin letters in a hurry.
_LATIN = {
    "a": "اع",
    "b": "ب",
    "p": "پ",
    "t": "تٹط",
    "s": "ثسص",
    "j": "ج",
    "ch": "چ",
    "h": "حہ",
    "kh": "خ",
    "d": "دڈ",
    "z": "ذزضظ",
    "r": "رڑ",
    "zh": "ژ",
    "sh": "ش",
    "gh": "غ",
    "f": "ف",
    "q": "ق",
    "k": "ک",
    "g": "گ",
    "l": "ل",
    "m": "م",
    "n": "ن",
    "o": "و",
    "i": "ی",
    "e": "ے",
}
_URDU = {letter: latin for latin, letters in _LATIN.items() for letter in letters}
# The scripts of India name their letters by their sound; the inherent vowel falls silent at the end of a word.
_INDIC = re.compile(r"\w+ (?:LETTER|(VOWEL SIGN|SIGN)) (\w+)")
_SILENT = "ə"
_SIGNS = {
    "VIRAMA": "",
    "NUKTA": "",
    "VISARGA": "h",
    "ANUSVARA": "n",
    "CANDRABINDU": "n",
    "BINDI": "n",
    "TIPPI": "n",
}


def slugify(text: str, fallback: str) -> str:
    """Letters and digits of `text` in lower-case ASCII, joined by hyphens; `fallback` when none is left.

    >>> slugify("Tea, cricket & rain: a talk", "talk"), slugify("北京", "talk")
    ('tea-cricket-rain-a-talk', 'talk')
    """
    words = re.findall(r"[a-z0-9]+", romanise(text))
    slug = "-".join(words)[:LONGEST].strip("-")
    return slug or fallback


def romanise(text: str) -> str:
    """Lower-case Latin letters for those of our languages, near enough for an address and for nothing else.

    >>> romanise("کراچی پاکستان"), romanise("हिन्दी कमला दिल्ली"), romanise("বাংলা"), romanise("Défi")
    ('krachi pakstan', 'hindi kamala dilli', 'banla', 'defi')
    """
    latin = ""
    for char in fold(text):
        indic = _INDIC.fullmatch(unicodedata.name(char, "")) if char > "\u08ff" else None
        if indic is None:
            latin += _URDU.get(char, char)
        elif indic[1] == "SIGN":
            latin = latin.removesuffix(_SILENT) if indic[2] == "VIRAMA" else latin + _SIGNS.get(indic[2], "")
        elif indic[1]:
            latin = latin.removesuffix(_SILENT) + _sound(indic[2])
        else:
            sound = _sound(indic[2])
            latin += sound[:-1] + _SILENT if len(sound) > 1 and sound.endswith("a") else sound
    return re.sub(rf"{_SILENT}\b", "", latin).replace(_SILENT, "a")


def _sound(name: str) -> str:
    """The sound in a letter's name: TTHA is tha, AA is a.

    >>> _sound("TTHA"), _sound("AA"), _sound("KHA")
    ('tha', 'a', 'kha')
    """
    return re.sub(r"^(.)\1", r"\1", name.lower())


def free_slug(session: Session, column: Any, text: str, fallback: str) -> str:
    """A slug for `text` that `column` does not hold yet: the plain one, else with the next free number."""
    wanted = slugify(text, fallback)
    taken = set(session.exec(select(column).where(column.like(f"{wanted}%"))).all())
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
