"""Initials: FIR, and the names of its letters as other scripts write them, ایف آئی آر, एफ़आईआर. Pure; what other
things are called is in `tables`."""

from collections.abc import Iterator
from functools import lru_cache

import regex

from catalog.normalize import fold

LEAST, MOST = 3, 4  # letters; two are as often two words
_LATIN = "abcdefghijklmnopqrstuvwxyz"
# The letters' names from A to Z; Urdu, Hindi, Bengali, Punjabi.
_NAMES = (
    "اے بی سی ڈی ای ایف جی ایچ آئی جے کے ایل ایم این او پی کیو آر ایس ٹی یو وی ڈبلیو ایکس وائی زیڈ",
    "ए बी सी डी ई एफ जी एच आई जे के एल एम एन ओ पी क्यू आर एस टी यू वी डब्ल्यू एक्स वाई जेड",
    "এ বি সি ডি ই এফ জি এইচ আই জে কে এল এম এন ও পি কিউ আর এস টি ইউ ভি ডব্লিউ এক্স ওয়াই জেড",
    "ਏ ਬੀ ਸੀ ਡੀ ਈ ਐੱਫ ਜੀ ਐੱਚ ਆਈ ਜੇ ਕੇ ਐੱਲ ਐੱਮ ਐੱਨ ਓ ਪੀ ਕਿਊ ਆਰ ਐੱਸ ਟੀ ਯੂ ਵੀ ਡਬਲਿਊ ਐਕਸ ਵਾਈ ਜੈੱਡ",
)
_ALPHABETS = tuple(dict(zip(_LATIN, fold(names).split(), strict=True)) for names in _NAMES)
_READ = {name: letter for alphabet in _ALPHABETS for letter, name in alphabet.items()}
_SPELLED = regex.compile(rf"(?P<name>{'|'.join(sorted(_READ, key=len, reverse=True))}){{{LEAST},{MOST}}}")


def initials_in(words: tuple[str, ...]) -> str:
    """The Latin initials that these folded words spell, written as one or letter by letter; "" when they spell none.

    >>> initials_in(("سی", "پی", "ایم")), initials_in(("एफआईआर",)), initials_in(("بی", "بی")), initials_in(("एक",))
    ('cpm', 'fir', '', '')
    """
    if words[0].isascii() or (len(words) > 1 and not all(word in _READ for word in words)):
        return ""
    found = _SPELLED.fullmatch("".join(words))
    return "".join(_READ[name] for name in found.captures("name")) if found else ""


@lru_cache(maxsize=1_024)
def spelled_out(initials: str) -> tuple[tuple[str, ...], ...]:
    """How each script writes them: letter by letter, and as one.

    >>> spelled_out("cpm")[:3], spelled_out("of")
    ((('سی', 'پی', 'ایم'), ('सी', 'पी', 'एम'), ('सीपीएम',)), ())
    """
    return tuple(_spell(initials)) if LEAST <= len(initials) <= MOST and set(initials) <= set(_LATIN) else ()


def _spell(initials: str) -> Iterator[tuple[str, ...]]:
    for number, alphabet in enumerate(_ALPHABETS):
        names = tuple(alphabet[letter] for letter in initials)
        yield names
        if number:  # Urdu's letters would join
            yield ("".join(names),)
