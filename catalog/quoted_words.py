"""Words of a quotation and of what was said, as they are compared: numbers as one word, forms of a verb as one, and
what each word weighs. Where a quotation stands is found in `quotations`. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache

import regex

from catalog.naming_words import JOINING
from catalog.normalize import folded_words, words
from catalog.relate.wording import stem_of, stems_that_say_nothing

JOINS, COMMON, TELLS = 0.25, 0.5, 1.0  # what a word weighs
SMALL = 12  # numbers up to it are said of anything

_APART = (
    (regex.compile(r"(?i)\bcan['’]t\b|\bwon['’]t\b|n['’]t\b"), " not"),
    (regex.compile(r"(?<=\d)[,٬٫](?=\d{2,3}\b)"), ""),
)
_SHORT = {"m": "am", "re": "are", "ve": "have", "ll": "will", "cannot": "not"}
_JOINING = JOINING | frozenset(
    folded_words("""
    a an the and or but so as at by for from in into of on onto to with that which who whom whose this these those it
    its he his him she her they their them we our us i my me you your is are was were be been being am have has had
    do does did will would shall should can could may might must than then there here if because since while when
    where what how s t d too also just only even very
    تھیں ہوں ہو ہوا ہوئی ہوئے رہا رہی رہے گیا گئی گئے جا جاتا جاتی کر کرتے کرتا کرتی لیکن بلکہ بس ہمارا ہماری
    میرا میری میرے
    """)
)
NOT = frozenset(
    folded_words("not no never nobody none nothing nor neither without نہیں نہ مت بغیر نہيں नहीं मत না নেই নয়")
)
# The forms of verbs that no stemmer brings together.
_VERBS = """
am is are was were be been being/have has had/do does did done/will would/can could/shall should/go goes went gone/
come came/take took taken/give gave given/get got gotten/make made/say said/tell told/see saw seen/know knew known/
think thought/find found/leave left/keep kept/bring brought/buy bought/build built/send sent/lose lost/pay paid/
stand stood/hold held/hear heard/run ran/sit sat/sleep slept/speak spoke spoken/write wrote written/read/eat ate eaten/
drink drank drunk/drive drove driven/fall fell fallen/feel felt/fight fought/fly flew flown/forget forgot forgotten/
grow grew grown/hide hid hidden/lead led/lie lay lain/meet met/rise rose risen/sell sold/show showed shown/
sing sang sung/sink sank sunk/spend spent/steal stole stolen/swim swam swum/teach taught/tear tore torn/throw threw
thrown/understand understood/wake woke woken/wear wore worn/win won/begin began begun/break broke broken/choose chose
chosen/draw drew drawn/freeze froze frozen/ride rode ridden/shake shook shaken/shoot shot/swear swore sworn/become
became/bear bore borne born/bite bit bitten/blow blew blown/catch caught/deal dealt/dig dug/feed fed/flee fled/
mean meant/seek sought/strike struck/weave wove woven/bend bent/burn burnt/learn learnt/dream dreamt
"""
_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen",
    "صفر ایک دو تین چار پانچ چھ سات آٹھ نو دس گیارہ بارہ تیرہ چودہ پندرہ سولہ سترہ اٹھارہ انیس بیس اکیس بائیس تئیس "
    "چوبیس پچیس چھبیس ستائیس اٹھائیس انتیس تیس اکتیس بتیس تینتیس چونتیس پینتیس چھتیس سینتیس اڑتیس انتالیس چالیس "
    "اکتالیس بیالیس تینتالیس چوالیس پینتالیس چھیالیس سینتالیس اڑتالیس انچاس پچاس",
)
_TENS = ("twenty thirty forty fifty sixty seventy eighty ninety",)
_POWERS = {100: "hundred سو सौ", 1_000: "thousand ہزار हज़ार", 100_000: "lakh lakhs لاکھ लाख"}
_POWERS |= {1_000_000: "million millions", 10_000_000: "crore crores کروڑ करोड़"}


def _one_form() -> Mapping[str, str]:
    forms = [form.split() for form in " ".join(_VERBS.split()).split("/")]
    return {word: stem_of(first) for first, *others in forms for word in (first, *others)}


def _numbers() -> Mapping[str, int]:
    known = {word: n for line in _UNITS for n, word in enumerate(folded_words(line))}
    known |= {word: 10 * n for line in _TENS for n, word in enumerate(folded_words(line), 2)}
    known |= {word: 10 * n for n, word in enumerate(folded_words("ساٹھ ستر"), 6)}
    return known | {folded_words("نوے")[0]: 90, folded_words("چھے")[0]: 6}


_FORMS, _NUMBERS = _one_form(), _numbers()
_POWER = {word: power for power, line in _POWERS.items() for word in folded_words(line)}


def keys_of(text: str) -> list[str]:
    """The words of a text as they are compared; a number is one of them, the rest of its words are empty.

    >>> keys_of("He didn't pay three hundred and ten.") == ["he", "do", "not", "pay", "310", "", "", ""]
    True
    """
    for pattern, instead in _APART:
        text = pattern.sub(instead, text)
    return list(_read([folded for _, _, folded in words(text)]))


def keys_and_places(said: Iterable[str]) -> tuple[list[str], list[int]]:
    """The same of words as they were printed, and for each key the place of its word."""
    folded: list[str] = []
    places: list[int] = []
    for place, printed in enumerate(said):
        parts = _parts(printed)
        folded += parts
        places += [place] * len(parts)
    return list(_read(folded)), places


@lru_cache(maxsize=32_768)
def _parts(printed: str) -> tuple[str, ...]:
    for pattern, instead in _APART:
        printed = pattern.sub(instead, printed)
    return tuple(folded for _, _, folded in words(printed)) or ("",)


@lru_cache(maxsize=131_072)
def _key(word: str) -> str:
    word = _SHORT.get(word, word)
    return _FORMS.get(word) or stem_of(word)


_JOIN, NO = frozenset(map(_key, _JOINING)), frozenset(map(_key, NOT))


@lru_cache(maxsize=131_072)
def weight_of(key: str) -> float:
    """What a word says: much, something, or only how others are joined."""
    if key.isdigit():
        return TELLS if int(key) > SMALL else COMMON
    if key in _JOIN or len(key) < 2:
        return JOINS if key else 0.0
    return COMMON if key in stems_that_say_nothing() else TELLS


def _read(folded: list[str]) -> Iterator[str]:
    """The key of each word. Of words that make a number together, the first is the number."""
    at = 0
    while at < len(folded):
        length, number = _number_at(folded, at)
        if length:
            yield str(number)
            yield from [""] * (length - 1)
        else:
            yield _key(folded[at])
        at += length or 1


def _number_at(folded: list[str], at: int) -> tuple[int, int]:
    """How many words from here are one number, and which: "three hundred and ten", "nineteen seventy one", "4 lakh"."""
    whole = part = 0
    last, end = -1, at
    for place in range(at, len(folded)):
        word = folded[place]
        known = _NUMBERS.get(word)
        if word in _POWER and (last >= 0 or place == at):
            power = _POWER[word]
            if place == at:
                return 0, 0
            if power == 100:
                part *= 100
            else:
                whole, part = whole + part * power, 0
            last = power
        elif word == "and" and last >= 100 and place + 1 < len(folded) and folded[place + 1] in _NUMBERS:
            continue
        elif known is None and word.isdecimal() and place == at and len(word) < 15:
            part, last = int(word), 1
        elif known is None:
            break
        elif last < 0 or last >= 100 or (20 <= last <= 90 and last % 10 == 0 and known < 10):
            part, last = part + known, known
        elif 10 <= last <= 20 and known >= 10 and part < 100:
            part, last = part * 100 + known, known
        else:
            break
        end = place + 1
    return end - at, whole + part
