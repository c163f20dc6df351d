"""How a name sounds: a skeleton of consonants in Latin letters, the same for its spellings in each of our scripts.
A table of our own: libraries that romanise keep the vowels, which Urdu leaves out. What is asked is not decided here.
"""

import re
from functools import lru_cache

# How a letter is heard. z is j, for Hindi and Bengali write both with one letter once the nukta is left out;
# `w` and `y` stand for letters that are as often a vowel. Everything else is silent, vowels too.
_SOUNDS = {
    "b": "ب ब भ ব ভ ਬ ਭ b",
    "p": "پ प প ਪ p",
    "f": "ف फ ফ ਫ f",
    "t": "ت ٹ ط ټ ट ठ त थ ট ঠ ত থ ਟ ਠ ਤ ਥ t",
    "d": "د ڈ ډ ड ढ द ध ড ঢ দ ধ ਡ ਢ ਦ ਧ d",
    "k": "ک خ ق क ख ক খ ਕ ਖ k q",
    "g": "گ غ ग घ গ ঘ ਗ ਘ g",
    "j": "ج ز ذ ض ظ ژ ځ ږ ज झ জ ঝ য ਜ ਝ j z",
    "ch": "چ च छ চ ছ ਚ ਛ",
    "sh": "ش ښ श ष শ ষ",
    "s": "س ص ث څ स স ਸ s",
    "r": "ر ڑ ړ र ऱ র ড় ਰ ੜ r",
    "l": "ل ल ळ ল ਲ ਲ਼ l",
    "m": "م म ম ਮ m",
    "n": "ن ڼ न ण ङ ञ ं ন ণ ঙ ঞ ং ँ ਨ ਣ ਙ ਞ ਂ n",
    "h": "ہ ح ह হ ਹ h",
    "w": "و व ਵ v w",
    "y": "ی ے य ਯ য় y",
    "a": "ا ع अ आ ा অ আ া ਅ ਆ ਾ a",
    "i": "इ ई ए ऐ ि ी े ै ই ঈ এ ঐ ি ী ে ৈ ਇ ਈ ਏ ਐ ਿ ੀ ੇ ੈ i e",
    "u": "उ ऊ ओ औ ु ू ो ौ ॉ উ ঊ ও ঔ ু ূ ো ৌ ਉ ਊ ਓ ਔ ੁ ੂ ੋ ੌ u o",
    "्": "् ্ ੍",
}
_SOUND = {letter: sound for sound, letters in _SOUNDS.items() for letter in letters.split()}
# Pairs of Latin letters that are one sound, and an English ending that is not spoken.
_LATIN = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (r"sch|sh", "ش"),
        (r"tch|ch", "چ"),
        (r"ph", "f"),
        (r"^x", "k"),
        (r"x", "ks"),
        (r"ck", "k"),
        (r"c(?=[eiy])", "s"),
        (r"c", "k"),
        (r"ore$", "or"),
        (r"(?<=[bcdfgjkmnpqt])h$", ""),  # Singh
        (r"([bdfgjklmnpqrstvz])\1", r"\1"),
    )
)
# Bengali has no letter for w, its letters with a dot are two characters, once folded, and its joined b is hardly heard;
# सिंह is heard as Singh.
_INDIAN = tuple(
    (re.compile(pattern), letter)
    for pattern, letter in (
        ("^ও(?:\u09df|য\u09bc)", "व"),
        ("\u09df|য\u09bc", "य"),
        ("[ডঢ]\u09bc", "র"),
        ("ंह$", "ंघ"),
        ("(?<=[^ম])\u09cdব", ""),
    )
)
_HAS_LATIN = re.compile("[a-z]")
_M_BEFORE = re.compile("n(?=[bp])")
_LONG = 40
_VOWELS = "aiuwy"


@lru_cache(maxsize=65_536)  # an index is built of the same words over and over
def sound_of(word: str) -> str:
    """The skeleton of a folded word in any script; "" when none of its letters is known or it has a digit.

    Its first vowel counts as `a`, its last as a, i or u; those between are left out, as is every h but the first.
    A skeleton is a key, not a word: it has itself another skeleton.

    >>> [sound_of(word) for word in ("siddiqui", "siddiqi", "صدیقی", "सिद्दीकी", "siddiqa")]
    ['sdki', 'sdki', 'sdki', 'sdki', 'sdka']
    >>> {sound_of(word) for word in ("baluchistan", "بلوچستان", "ਬਲੋਚਿਸਤਾਨ", "বেলুচিস্তান")}
    {'blchstn'}
    """
    sounds = [] if any(map(str.isnumeric, word)) else _heard(word[:_LONG])
    if not sounds:
        return ""
    first, last = sounds[0], _ending(sounds)
    inner = [sound for sound in sounds[1:] if sound not in ("h", *_VOWELS)]
    opening = {"w": "v"}.get(first, first) if first not in "aiu" else "a"
    skeleton = "".join([opening, *inner]) + last
    return _M_BEFORE.sub("m", skeleton)


def sounds_of(word: str) -> tuple[str, ...]:
    """The skeleton of a word, and those it has where writers hear otherwise: Bengali writes v as bh, Pashto f as p,
    Gurmukhi without its dots sh as s; the last a of Devendra is not written in India's scripts.

    >>> sounds_of("tanvir"), sounds_of("তানভির"), sounds_of("shaista")
    (('tnr', 'tmbr'), ('tmbr', 'tnr'), ('shsta', 'ssta'))
    """
    written = [word]
    for letter, others in _HEARD_AS.items():
        if letter in word:
            written += [re.sub(f"(?!^){letter}", other, word) for other in others]
    heard = [sound_of(one) for one in written]
    if _SILENT_A.search(word):
        heard.append(heard[0].removesuffix("a"))
    elif _JOINED_END.search(word):
        heard.append(f"{heard[0]}a")
    heard += [one.replace("sh", "s") for one in heard]
    return tuple(dict.fromkeys(filter(None, heard)))


# A letter inside a word, and as what it may be written in another script.
_HEARD_AS = {
    "v": ("bh",),
    "व": ("भ",),
    "ਵ": ("ਭ",),
    "ভ": ("व",),
    "f": ("p",),
    "ف": ("پ",),
    "پ": ("ف",),
    "x": ("ksh",),
    "څ": ("چ",),
}
_SILENT_A = re.compile("[bdgkptv]ra$|shna$|rata$")  # Devendra, Subrata: written in Latin letters only
_JOINED_END = re.compile("[्্੍].$|ব্রত$|ब्रत$")


def _heard(word: str) -> list[str]:
    """The sounds of the letters one by one; a doubled letter of an Indian script is heard once."""
    if _HAS_LATIN.search(word):
        for pattern, sound in _LATIN:
            word = pattern.sub(sound, word)
    else:
        for pattern, letter in _INDIAN:
            word = pattern.sub(letter, word)
    sounds = [_SOUND[letter] for letter in word if letter in _SOUND]
    return [
        sound
        for at, sound in enumerate(sounds)
        if sound != "्" and not (at >= 2 and sounds[at - 1] == "्" and sounds[at - 2] == sound)
    ]


def _ending(sounds: list[str]) -> str:
    """The vowel a word ends in, if it does; a silent h at the end is `a` to Urdu and nothing to the others."""
    spoken = list(sounds)
    if len(spoken) > 1 and spoken[-1] == "h":
        spoken[-1:] = [] if spoken[-2] in _VOWELS else ["a"]
    if len(spoken) < 2:
        return ""
    return {"a": "a", "i": "i", "y": "i", "u": "u", "w": "u"}.get(spoken[-1], "")
