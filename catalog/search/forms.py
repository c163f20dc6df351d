"""The forms a word takes in a sentence: plurals and cases by their endings, in each of our scripts, and the key that
Latin spellings of one word share. Rough on purpose: a form that nobody writes finds nothing. Tables are not here."""

from functools import lru_cache
from itertools import zip_longest

import regex

from catalog.normalize import fold

MOST_FORMS = 16

# Endings that stand in for each other, the commonest first; _ is none, after a consonant. Written folded.
_ENDINGS = {
    "Deva": "ा े ों|ा ाओं ाएं|ी ियों ियां ीयों|ि ियों ियां|_ ों ें|ु ुओं ुएं|ू ुओं ुएं",
    "Guru": "ਾ ੇ ਿਆਂ|ੀ ੀਆਂ|_ ਾਂ|ਿ ੀਆਂ",
    "Beng": "_ ের ে রা দের কে েরা েদের টি গুলো য়ের|া ার ায় াকে ারা াদের াতে াগুলো|ী ীর ীরা ীদের ীকে ীতে ীগুলো|"
    "ি ির িতে িরা িদের িকে িগুলো|ু ুর ুরা ুদের ুকে ুতে ুগুলো|ো োর োতে|ে ের েদের েরা েকে েতে|ই ইয়ের ইগুলো|ং ংয়ের ংয়ে ংকে|য় য়ের য়ে",
    # Urdu's, then those of Pashto, Persian and Balochi; Latin: English, Urdu, Balochi
    "Arab": "_ ون ین و ہ ان انو انی ونہ ونو ات|ہ ے ون ی و ات|ا ے ون|ی یون یان و یو یانو",
    "Latn": "_ s es e on an en ein ay a ani|a e on ay as|y ies ys|i iyan iyon is|h hs hon hen",
}
_SHORTEST = 3  # letters: of a shorter word an ending makes another word
_LEAST_LEFT = 2  # letters before an ending that is taken off
_VOWEL = regex.compile(r"(?V1)[\p{M}\u0985-\u0994ہایےaeiouy]$|[aeiou][hy]$")
_SCRIPT = regex.compile(r"\p{sc=Deva}|\p{sc=Guru}|\p{sc=Beng}|\p{sc=Arab}|\p{sc=Latn}")


def script_of(word: str) -> str:
    """The script of a word's first letter, by its ISO 15924 code; "" when it is none of ours."""
    found = _SCRIPT.search(word)
    return next((code for code, known in _KNOWN.items() if known.match(found[0])), "") if found else ""


@lru_cache(maxsize=16_384)
def forms_of(word: str) -> tuple[str, ...]:
    """Other forms of a folded word, likely ones first, at most MOST_FORMS; of a short word none.

    >>> forms_of("किताब"), forms_of("نہر")[:2], forms_of("cities")[:3]
    (('किताबों', 'किताबें'), ('نہرون', 'نہرین'), ('citi', 'city', 'citis'))
    """
    if len(word) < _SHORTEST:
        return ()
    families = _FAMILIES.get(script_of(word), ())
    varied = [_varied(word, family) for family in families]
    varied += [_lengthened(word, family) for family in families if "" in family and not _VOWEL.search(word)]
    forms = dict.fromkeys(form for rank in zip_longest(*varied) for form in rank if form not in (None, word))
    return tuple(forms)[:MOST_FORMS]


def _varied(word: str, family: tuple[str, ...]) -> list[str]:
    ending = next((one for one in sorted(family, key=len, reverse=True) if _ends_in(word, one)), None)
    return [] if ending is None else [word[: len(word) - len(ending)] + one for one in family]


def _lengthened(word: str, family: tuple[str, ...]) -> list[str]:
    """What looks like an ending may be part of the word: union, وزیرستان."""
    return [word + one for one in family]


def _ends_in(word: str, ending: str) -> bool:
    if not ending:
        return not _VOWEL.search(word)
    return word.endswith(ending) and len(word) - len(ending) >= _LEAST_LEFT


# Latin letters that are one sound to those who write our languages in them.
_LETTERS = tuple(
    (regex.compile(pattern), letter)
    for pattern, letter in (
        (r"ph", "f"),
        (r"(?<=[bdgjkpt])h", ""),
        (r"q|c(?!h)", "k"),
        (r"v", "w"),
        (r"x", "k"),
        (r"z", "j"),
        (r"e(?=h)", "a"),
        (r"ah$", "a"),
        (r"aa+", "a"),
        (r"ee+|ea|ie|ei|e|y", "i"),
        (r"oo+|ou|o", "u"),
        (r"ii+", "i"),
        (r"([b-df-hj-np-tv-z])\1", r"\1"),
    )
)


@lru_cache(maxsize=16_384)
def letters_of(word: str) -> str:
    """The key that spellings of one word in Latin letters share, vowels and all; other words are their own.

    >>> letters_of("muneer") == letters_of("munir"), letters_of("manner") == letters_of("munir")
    (True, False)
    """
    if not word.isascii():
        return word
    for pattern, letter in _LETTERS:
        word = pattern.sub(letter, word)
    return word


def _families(written: str) -> tuple[tuple[str, ...], ...]:
    return tuple(
        tuple("" if one == "_" else fold(one) for one in family.split()) for family in written.split("|")
    )


_FAMILIES = {script: _families(written) for script, written in _ENDINGS.items()}
_KNOWN = {script: regex.compile(rf"\p{{sc={script}}}") for script in _ENDINGS}
