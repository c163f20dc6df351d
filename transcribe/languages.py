"""What the recogniser knows of the world's languages, their scripts and directions. Detects nothing by itself."""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from transcribe.timeline import Flag, Span, Utterance

# Whisper's own table (openai/whisper tokenizer.py, MIT); a test compares it with faster-whisper's.
WHISPER_CODES = frozenset(
    """
    af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu hy id
    is it ja jw ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt ro ru sa sd
    si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo zh yue
    """.split()  # noqa: SIM905
)

# Codes the newsroom may meet that are another name for a language Whisper writes.
SAME_AS = {
    "prs": "fa",
    "pbt": "ps",
    "pbu": "ps",
    "pst": "ps",
    "pnb": "pa",
    "npi": "ne",
    "nb": "no",
    "jv": "jw",
}

# The languages of the show's world: English name and the ISO 15924 scripts they are properly written in.
NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    "en": ("English", ("Latn",)),
    "ur": ("Urdu", ("Arab",)),
    "hi": ("Hindi", ("Deva",)),
    "bn": ("Bengali", ("Beng",)),
    "ps": ("Pashto", ("Arab",)),
    "pa": ("Punjabi", ("Guru", "Arab")),
    "pnb": ("Western Punjabi", ("Arab",)),
    "sd": ("Sindhi", ("Arab", "Deva")),
    "fa": ("Persian", ("Arab",)),
    "prs": ("Dari", ("Arab",)),
    "ar": ("Arabic", ("Arab",)),
    "tg": ("Tajik", ("Cyrl",)),
    "uz": ("Uzbek", ("Latn", "Cyrl", "Arab")),
    "tr": ("Turkish", ("Latn",)),
    "fr": ("French", ("Latn",)),
    "de": ("German", ("Latn",)),
    "es": ("Spanish", ("Latn",)),
    "ne": ("Nepali", ("Deva",)),
    "mr": ("Marathi", ("Deva",)),
    "sa": ("Sanskrit", ("Deva",)),
    "as": ("Assamese", ("Beng",)),
    "gu": ("Gujarati", ("Gujr",)),
    "ta": ("Tamil", ("Taml",)),
    "te": ("Telugu", ("Telu",)),
    "kn": ("Kannada", ("Knda",)),
    "ml": ("Malayalam", ("Mlym",)),
    "si": ("Sinhala", ("Sinh",)),
    "my": ("Burmese", ("Mymr",)),
    "bo": ("Tibetan", ("Tibt",)),
    "he": ("Hebrew", ("Hebr",)),
    "yi": ("Yiddish", ("Hebr",)),
    "ru": ("Russian", ("Cyrl",)),
    "zh": ("Chinese", ("Hani",)),
    "bal": ("Balochi", ("Arab",)),
    "bcc": ("Southern Balochi", ("Arab",)),
    "bgn": ("Western Balochi", ("Arab",)),
    "bgp": ("Eastern Balochi", ("Arab",)),
    "brh": ("Brahui", ("Arab",)),
    "skr": ("Saraiki", ("Arab",)),
    "hno": ("Northern Hindko", ("Arab",)),
    "hnd": ("Southern Hindko", ("Arab",)),
    "khw": ("Khowar", ("Arab",)),
    "scl": ("Shina", ("Arab",)),
    "bft": ("Balti", ("Arab", "Tibt")),
    "bsk": ("Burushaski", ("Arab",)),
    "ks": ("Kashmiri", ("Arab", "Deva")),
    "haz": ("Hazaragi", ("Arab",)),
    "ku": ("Kurdish", ("Latn", "Arab")),
    "ug": ("Uyghur", ("Arab",)),
    "dv": ("Dhivehi", ("Thaa",)),
    "dz": ("Dzongkha", ("Tibt",)),
    "syl": ("Sylheti", ("Beng", "Sylo")),
    "rhg": ("Rohingya", ("Latn", "Arab", "Rohg")),
    "bho": ("Bhojpuri", ("Deva",)),
    "mai": ("Maithili", ("Deva",)),
    "doi": ("Dogri", ("Deva", "Arab")),
    "or": ("Odia", ("Orya",)),
}

# The first word of a letter's Unicode name tells its script well enough for these; Python has no script property.
SCRIPT_OF_NAME = {
    "LATIN": "Latn", "ARABIC": "Arab", "DEVANAGARI": "Deva", "BENGALI": "Beng", "GURMUKHI": "Guru",
    "GUJARATI": "Gujr", "ORIYA": "Orya", "TAMIL": "Taml", "TELUGU": "Telu", "KANNADA": "Knda",
    "MALAYALAM": "Mlym", "SINHALA": "Sinh", "MYANMAR": "Mymr", "TIBETAN": "Tibt", "HEBREW": "Hebr",
    "CYRILLIC": "Cyrl", "THAANA": "Thaa", "CJK": "Hani", "SYLOTI": "Sylo", "HANIFI": "Rohg",
}  # fmt: skip
SCRIPT_NAMES = {
    "Latn": "Latin", "Arab": "Arabic", "Deva": "Devanagari", "Beng": "Bengali", "Guru": "Gurmukhi",
    "Gujr": "Gujarati", "Orya": "Odia", "Taml": "Tamil", "Telu": "Telugu", "Knda": "Kannada",
    "Mlym": "Malayalam", "Sinh": "Sinhala", "Mymr": "Burmese", "Tibt": "Tibetan", "Hebr": "Hebrew",
    "Cyrl": "Cyrillic", "Thaa": "Thaana", "Hani": "Chinese", "Sylo": "Syloti Nagri", "Rohg": "Hanifi Rohingya",
}  # fmt: skip
RIGHT_TO_LEFT = frozenset({"Arab", "Hebr", "Thaa", "Rohg"})

# Below this many letters of the other script a turn may simply quote a name or a foreign word.
FEW_LETTERS = 12
NOT_TRANSCRIBED = "not_transcribed"


@dataclass(frozen=True)
class Language:
    """A language tag as the newsroom wrote it, taken apart: `code` in lower case, `script` if the tag names one."""

    code: str
    script: str = ""

    @property
    def name(self) -> str:
        """Its English name, or the code where we have none."""
        return NAMES.get(self.code, (self.code, ()))[0]

    @property
    def scripts(self) -> tuple[str, ...]:
        """ISO 15924 scripts it may be written in; empty when we do not know."""
        return (self.script,) if self.script else NAMES.get(self.code, ("", ()))[1]


def parse_language(tag: str) -> Language:
    """Take a BCP 47 tag apart.

    >>> parse_language("pa-Guru-IN")
    Language(code='pa', script='Guru')
    >>> parse_language("UR_PK").name
    'Urdu'
    """
    code, *rest = tag.strip().replace("_", "-").split("-")
    script = next((part.title() for part in rest if len(part) == 4 and part.isalpha()), "")
    return Language(code.lower(), script)


def whisper_code(tag: str) -> str | None:
    """The code by which Whisper knows this language, or None when it does not know it.

    >>> whisper_code("prs"), whisper_code("ur-PK"), whisper_code("bal")
    ('fa', 'ur', None)
    """
    code = parse_language(tag).code
    code = SAME_AS.get(code, code)
    return code if code in WHISPER_CODES else None


def known(language: str) -> bool:
    """Does the recogniser write this language at all?"""
    return whisper_code(language) is not None


def language_name(tag: str) -> str:
    """The English name of a language.

    >>> language_name("brh")
    'Brahui'
    """
    return parse_language(tag).name


@lru_cache(maxsize=1_024)  # asked for every piece of text on a page
def is_right_to_left(language: str) -> bool:
    """Is this language read from right to left in the script it is first written in?

    >>> is_right_to_left("ur"), is_right_to_left("pa"), is_right_to_left("pa-Arab")
    (True, False, True)
    """
    scripts = parse_language(language).scripts
    return bool(scripts) and scripts[0] in RIGHT_TO_LEFT


@lru_cache(maxsize=4096)  # a page asks it of each of its letters
def script_of(character: str) -> str:
    """The ISO 15924 script of one letter; empty for marks, digits, spaces and scripts we do not name.

    >>> script_of("ک"), script_of("क"), script_of("7")
    ('Arab', 'Deva', '')
    """
    if not character.isalpha():
        return ""
    return SCRIPT_OF_NAME.get(unicodedata.name(character, "").partition(" ")[0].partition("-")[0], "")


def check_script(text: str, language: str) -> Flag | None:
    """A flag when a turn is mostly written in a script its language is not written in, else None.

    Whisper now and then writes Urdu in Devanagari or Latin letters; names and quoted words may be foreign.

    >>> check_script("میں آپ کا شکریہ ادا کرتی ہوں", "ur") is None
    True
    >>> check_script("मैं आपका शुक्रिया अदा करती हूँ", "ur").code
    'unexpected_script'
    """
    expected = parse_language(language).scripts
    letters = Counter(script for character in text if (script := script_of(character)))
    if not expected or not letters:
        return None
    foreign = sum(count for script, count in letters.items() if script not in expected)
    if foreign < FEW_LETTERS or foreign * 2 <= letters.total():
        return None
    most = max((script for script in letters if script not in expected), key=lambda script: letters[script])
    wanted = " or ".join(SCRIPT_NAMES[script] for script in expected)
    reason = f"{language_name(language)} written in {SCRIPT_NAMES[most]} letters instead of {wanted}"
    return Flag("unexpected_script", reason)


def not_transcribed_note(language: str) -> str:
    """What stands in place of words we cannot write.

    >>> not_transcribed_note("bal")
    '[spoken in Balochi, not yet transcribed]'
    """
    return f"[spoken in {language_name(language)}, not yet transcribed]"


def not_transcribed(span: Span, language: str) -> Utterance:
    """One honest utterance without words for speech in a language the recogniser does not know."""
    note = not_transcribed_note(language)
    flag = Flag(NOT_TRANSCRIBED, note.strip("[]"))
    return Utterance(span.start_ms, span.end_ms, note, language, flags=(flag,))
