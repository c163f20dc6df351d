"""A language the pages are read in: its words, numbers, dates, where its pages begin. Speech is not its business."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property, lru_cache, partial
from gettext import NullTranslations
from io import BytesIO
from pathlib import Path
from types import MappingProxyType

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from transcribe.languages import NAMES, is_right_to_left, language_name

CATALOGUES = Path(__file__).parent / "languages"
SOURCE = "en"  # what templates and code are written in
MOST_KEPT = 4_096  # sentences and days said again and again
_PLACE = re.compile(r"%\((\w+)\)s")
_FIGURE = re.compile(r"[0-9][0-9,.]*%?")


def phrase(text: str) -> str:
    """Mark a sentence that is translated later, where the language is known."""
    return text


DIGITS = phrase("0123456789")


@dataclass(frozen=True)
class Language:
    """`root` is what the addresses of its pages begin with, empty for the site's first language.

    `hearsay` are sentences that lower layers write, in English and with `%(name)s` in them, by their expression.
    """

    code: str
    root: str = ""
    catalogue: NullTranslations = field(default_factory=NullTranslations, repr=False, compare=False)
    hearsay: Mapping[str, re.Pattern[str]] = field(
        default_factory=lambda: MappingProxyType({}), repr=False, compare=False
    )

    @cached_property
    def direction(self) -> str:
        return "rtl" if is_right_to_left(self.code) else "ltr"

    @cached_property
    def own_name(self) -> str:
        """
        >>> Language("ur").own_name
        'اردو'
        """
        return Locale.parse(self.code, sep="-").get_language_name() or self.code

    @property
    def invitation(self) -> str:
        """What the front page says to who would rather read this language; in each it names itself."""
        return self.say("Read these pages in English")

    def say(self, text: str, **values: object) -> str:
        """A sentence of ours with its values put in.

        >>> ENGLISH.say("%(name)s in %(talk)s", name="Asma Green", talk="Tea")
        'Asma Green in Tea'
        """
        return self.catalogue.gettext(text) % values

    def many(self, one: str, many: str, number: int, **values: object) -> str:
        """A sentence that counts; `number` is put in as it is written here.

        >>> ENGLISH.many("%(number)s talk", "%(number)s talks", 1200)
        '1,200 talks'
        """
        return self.catalogue.ngettext(one, many, number) % {"number": self.number(number), **values}

    def number(self, value: float, digits: int = 0) -> str:
        """A number in prose. Times, sizes and whatever stands in an address keep 0-9 and do not come here.

        >>> ENGLISH.number(12345.6, 1)
        '12,345.6'
        """
        return self.in_digits(f"{value:,.{digits}f}")

    def in_digits(self, text: str) -> str:
        own = self.catalogue.gettext(DIGITS)
        if own == DIGITS:
            return text
        return text.translate(str.maketrans(DIGITS + ",.", own + "٬٫"))

    def day(self, moment: datetime) -> str:
        """
        >>> ENGLISH.day(datetime(2026, 11, 21))
        '21 November 2026'
        """
        return self._day(moment.date())

    @cached_property
    def _day(self) -> Callable[[date], str]:
        return lru_cache(maxsize=MOST_KEPT)(partial(self._date, pattern="d MMMM y"))

    def weekday(self, moment: datetime) -> str:
        """
        >>> ENGLISH.weekday(datetime(2026, 11, 21))
        'Saturday 21 November 2026'
        """
        return self._date(moment, "EEEE d MMMM y")

    def month(self, moment: datetime) -> str:
        """
        >>> ENGLISH.month(datetime(2026, 11, 21))
        'November 2026'
        """
        return self._date(moment, "MMMM y")

    def short_month(self, moment: datetime) -> str:
        """
        >>> ENGLISH.short_month(datetime(2026, 11, 21))
        'Nov 2026'
        """
        return self._date(moment, "MMM y")

    def _date(self, moment: date, pattern: str) -> str:
        return self.in_digits(format_date(moment, pattern, locale=self.code.replace("-", "_")))

    def minutes(self, ms: int) -> str:
        """A length in prose.

        >>> ENGLISH.minutes(58 * 60_000), ENGLISH.minutes(20_000), ENGLISH.minutes(3_840_000)
        ('58 minutes', 'under a minute', '1 hour 4 minutes')
        """
        whole = round(ms / 60_000)
        if whole < 1:
            return self.say("under a minute")
        hours, rest = divmod(whole, 60)
        parts = []
        if hours:
            parts.append(self.many("%(number)s hour", "%(number)s hours", hours))
        if rest:
            parts.append(self.many("%(number)s minute", "%(number)s minutes", rest))
        return self.say("%(hours)s %(minutes)s", hours=parts[0], minutes=parts[1]) if parts[1:] else parts[0]

    def percent(self, share: float) -> str:
        """A share of one, rounded down, for 99.6 is not all; a trace is not nothing.

        >>> [ENGLISH.percent(share) for share in (0.974, 0.9999, 0.004, 1.0, 0.29)]
        ['97\\xa0%', '99\\xa0%', 'under 1\\xa0%', '100\\xa0%', '29\\xa0%']
        """
        whole = int(share * 100 + 1e-9)
        if not whole and share:
            return self.say("under %(number)s\u00a0%%", number=self.number(1))
        return self.say("%(number)s\u00a0%%", number=self.number(whole))

    def language_name(self, code: str) -> str:
        """What a language is called here; empty when none is known of the talk.

        >>> ENGLISH.language_name("pnb"), ENGLISH.language_name("")
        ('Western Punjabi', '')
        """
        return self._language_names.get(language_name(code), language_name(code)) if code else ""

    @cached_property
    def _language_names(self) -> dict[str, str]:
        """The English name of each language of speech, and its name here where one is known."""
        known = {} if self.code == SOURCE else Locale.parse(self.code, sep="-").languages
        names = {name: known.get(code, name) for code, (name, _) in NAMES.items()}
        return {name: self.catalogue.gettext(name) if own == name else own for name, own in names.items()}

    def listed(self, items: Iterable[str]) -> str:
        return self.say(", ").join(items)

    def told(self, text: str) -> str:
        """A sentence of another layer, which writes English, in this language; as it is when nobody translated it."""
        if not text or self.code == SOURCE:
            return text
        return self._told(text)

    @cached_property
    def _told(self) -> Callable[[str], str]:
        return lru_cache(maxsize=MOST_KEPT)(self._tell)

    def _tell(self, text: str) -> str:
        known = self.catalogue.gettext(text)
        if known != text or "%(" in text:
            return known
        for sentence, expression in self.hearsay.items():
            if found := expression.fullmatch(text):
                values = {name: self._value_told(value) for name, value in found.groupdict().items()}
                return self.catalogue.gettext(sentence) % values
        return text

    def _value_told(self, value: str) -> str:
        """A figure, a language or words of ours inside such a sentence; what anybody else wrote stays as it is."""
        if _FIGURE.fullmatch(value):
            return self.in_digits(value).replace("%", "٪" if self.direction == "rtl" else "%")
        own = self._language_names.get(value)
        return own or (self.catalogue.gettext(value) if value in self.hearsay else value)


ENGLISH = Language(SOURCE)


def expression_of(sentence: str) -> re.Pattern[str]:
    """What recognises a sentence with its values in it.

    >>> expression_of("voice like %(count)s earlier recordings").fullmatch("voice like 3 earlier recordings")["count"]
    '3'
    """
    pieces = _PLACE.split(sentence)
    return re.compile(
        "".join(
            f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece.replace("%%", "%"))
            for place, piece in enumerate(pieces)
        ),
        re.DOTALL,
    )


def read_catalogue(path: Path) -> Translations:
    """The translations of a .po file, made ready when the site starts: what is not kept twice cannot disagree."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=path.stem.replace("-", "_"))
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled)


def open_languages(
    first: str = SOURCE, hearsay: Iterable[str] = (), folder: Path = CATALOGUES
) -> tuple[Language, ...]:
    """Every language the pages can be read in, the site's first one first: English and each with a catalogue."""
    catalogues: dict[str, NullTranslations] = {SOURCE: NullTranslations()}
    catalogues |= {path.stem: read_catalogue(path) for path in sorted(folder.glob("*.po"))}
    first = first if first in catalogues else SOURCE
    known = MappingProxyType({sentence: expression_of(sentence) for sentence in hearsay})
    codes = sorted(catalogues, key=lambda code: (code != first, code != SOURCE, code))
    return tuple(
        Language(code, "" if code == first else f"/{code}", catalogues[code], known) for code in codes
    )
