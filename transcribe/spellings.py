"""Do two spellings sound like one word, across romanisations and between Urdu and Latin letters? Knows no names."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

import regex

LETTERS_AN_EDIT = 5

# Writers of Urdu and their keyboards use these for each other.
_ONE_LETTER = str.maketrans({"ك": "ک", "ي": "ی", "ى": "ی", "ه": "ہ", "ۃ": "ہ", "ة": "ہ", "ں": "ن", "ٱ": "ا"})
_ARABIC = regex.compile(r"\p{sc=Arabic}")
_NO_PART_OF_A_WORD = regex.compile(r"[^\p{L}\p{M}\p{N}]+")

_DOUBLED = regex.compile(r"(\p{L})\1+")

# Romanised Urdu has no one spelling: Siddiqui and Siddiqi, Mehmood and Mahmud, Yousaf and Yusuf.
_SAME_SOUND = [
    (regex.compile(pattern), sound)
    for pattern, sound in (
        ("ee", "i"),
        ("oo|ou", "u"),
        ("ph", "f"),
        ("ck", "k"),
        (_DOUBLED.pattern, r"\1"),
        ("[ey]", "i"),
        ("o", "u"),
        ("q", "k"),
        ("w", "v"),
        (r"(?<=[aiu])h$", ""),
    )
]

# What each Urdu letter may be in the sounds above; short vowels are not written and may stand after a consonant.
_CONSONANTS = dict(zip("بپتٹثجدڈرڑزسصطفقکگلمن", "bpttsjddrrzsstfkkglmn", strict=True))
_CONSONANTS |= {"چ": "ch", "خ": "kh", "ش": "sh", "غ": "gh?", "ذ": "(?:z|dh)", "ظ": "(?:z|dh)"}
_CONSONANTS |= {"ض": "(?:z|dh?)", "ژ": "(?:zh|j)", "ح": "h?", "ہ": "h?", "ھ": "h?"}
_VOWELS = {"ا": "[aiu]+", "و": "(?:v[aiu]?|u+)", "ی": "i+[aiu]?", "ے": "[ai]+"}
_VOWELS |= {"ع": "[aiu]*", "ء": ""}
_AT_THE_START = {"ا": "[aiu]+", "ع": "[aiu]*", "ی": "i[aiu]?", "و": "v[aiu]?"}
_AT_THE_END = {"ہ": "[ai]?", "ح": "", "ی": "[ai]+"}


@lru_cache(maxsize=65_536)
def plain(word: str) -> str:
    """A word's letters and digits without case, accents, punctuation and the letters keyboards confuse.

    >>> plain("“Gulalaï,”"), plain("كريمہ،") == plain("کریمہ")
    ('gulalai', True)
    """
    parted = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return _NO_PART_OF_A_WORD.sub("", bare).translate(_ONE_LETTER)


@lru_cache(maxsize=65_536)
def sound_key(word: str) -> str:
    """One key for the romanisations of a name; empty for a word in Urdu letters.

    >>> sound_key("Ismael") == sound_key("Ismail"), sound_key("Siddiqui"), sound_key("Karim") == sound_key("Karima")
    (True, 'sidikui', False)
    """
    key = plain(word)
    if _ARABIC.search(key):
        return ""
    for pattern, sound in _SAME_SOUND:
        key = pattern.sub(sound, key)
    return key


@lru_cache(maxsize=65_536)
def edits_between(one: str, other: str) -> int | None:
    """How many letters apart two words sound; None when they do not: more than one letter in five, or two scripts.

    >>> edits_between("Karima", "کریمہ"), edits_between("Ismael", "Ismail"), edits_between("Gulaly", "Gulalai")
    (0, 0, 1)
    >>> edits_between("Stone", "River") is None, edits_between("Asma", "Osma") is None
    (True, True)
    """
    one_key, other_key = sound_key(one), sound_key(other)
    if one_key and other_key:
        edits = edit_distance(one_key, other_key)
        return edits if edits <= max(len(one_key), len(other_key)) // LETTERS_AN_EDIT else None
    if one_key or other_key:
        urdu, latin = (other, one_key) if one_key else (one, other_key)
        return 0 if _sounds_of(urdu).fullmatch(latin) else None
    return 0 if plain(one) and plain(one) == plain(other) else None


def edit_distance(one: str, other: str) -> int:
    """Levenshtein's distance: insertions, deletions and substitutions that turn one into the other.

    >>> edit_distance("karima", "karim"), edit_distance("", "abc")
    (1, 3)
    """
    row = list(range(len(other) + 1))
    for number, letter in enumerate(one, 1):
        corner, row[0] = row[0], number
        for at, facing in enumerate(other, 1):
            corner, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, corner + (letter != facing))
    return row[-1]


@lru_cache(maxsize=65_536)
def _sounds_of(urdu: str) -> regex.Pattern[str]:
    """A word in Urdu letters as a pattern over `sound_key`s."""
    letters = _DOUBLED.sub(r"\1", plain(urdu))
    parts: list[str] = []
    for at, letter in enumerate(letters):
        if at == 0 and letter in _AT_THE_START:
            parts.append(_AT_THE_START[letter])
        elif at == len(letters) - 1 and letter in _AT_THE_END:
            parts.append(_AT_THE_END[letter])
        elif letter in _CONSONANTS:
            parts.append(_CONSONANTS[letter] + ("[aiu]?" if at < len(letters) - 1 else ""))
        else:
            parts.append(_VOWELS.get(letter, regex.escape(letter)))
    return regex.compile("".join(parts))
