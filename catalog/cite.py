"""A moment as a citation: text, CSL-JSON, BibLaTeX, RIS, Web Annotation. Pure; finding the words is `quotes`' work."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from transcribe.caption_cards import clean
from transcribe.languages import RIGHT_TO_LEFT, script_of

# Languages as BibLaTeX knows them, by babel's names; of others it is told nothing.
BABEL = {
    "ar": "arabic",
    "bn": "bengali",
    "en": "english",
    "fa": "persian",
    "hi": "hindi",
    "ne": "nepali",
    "pa": "punjabi",
    "ta": "tamil",
    "ur": "urdu",
}


@dataclass(frozen=True)
class Moment:
    """Words somebody said, and all a citation tells of them.

    `speakers` are printed names, with their doubt ("probably ..."). `text` is what was quoted; `now` is what the
    transcript says where it was corrected since, else the same. `prefix` and `suffix` stand around `now`. `offices`
    are role and affiliation of each speaker on that day, "" where none is known. `voices` are names and what each says
    of `text`, where several speak and the words stand as quoted.
    """

    short_id: str
    url: str
    talk_url: str
    text: str
    now: str
    speakers: tuple[str, ...]
    hosts: tuple[str, ...]
    title: str
    show: str
    publisher: str
    language: str
    filmed: bool
    spoken_on: date | None
    start_ms: int
    end_ms: int
    revision: int
    prefix: str = ""
    suffix: str = ""
    offices: tuple[str, ...] = ()
    voices: tuple[tuple[str, str], ...] = ()

    @property
    def attributed(self) -> str:
        """The words as a citation writes them: where several speak, each one's after the name."""
        return " ".join(f"{name}: {words}" for name, words in self.voices) or self.text

    @property
    def is_corrected(self) -> bool:
        return self.now != self.text

    @property
    def times(self) -> str:
        return f"{_clock(self.start_ms)}–{_clock(self.end_ms)}"

    @property
    def by(self) -> str:
        """Who held which office on that day, where any is known."""
        held = [
            f"{name} ({office})" for name, office in zip(self.speakers, self.offices, strict=False) if office
        ]
        return f" by {' and '.join(held)}" if held else ""

    @property
    def note(self) -> str:
        said = f"Said at {self.times}{self.by}; transcript revision {self.revision}."
        return f"{said} The transcript was corrected since this was quoted." if self.is_corrected else said


def fragment(start_ms: int, end_ms: int) -> str:
    """A span as a media fragment.

    >>> fragment(1_834_200, 1_861_000)
    't=1834.2,1861'
    """
    return "t=" + ",".join(f"{ms / 1000:.3f}".rstrip("0").rstrip(".") for ms in (start_ms, end_ms))


def as_text(moment: Moment, accessed: date) -> str:
    """In the manner of APA, for a footnote."""
    day = moment.spoken_on
    when = f"{day.year}, {day:%B} {day.day}" if day else "n.d."
    medium = "Video" if moment.filmed else "Audio"
    offices = (*moment.offices, *[""] * len(moment.speakers))
    speakers = " & ".join(
        f"{_isolate(name)} ({_isolate(office)})" if office else _isolate(name)
        for name, office in zip(moment.speakers, offices, strict=False)
    )
    note = " The transcript was corrected since this was quoted." if moment.is_corrected else ""
    return (
        f"{speakers}. ({when}). “{_isolate(moment.attributed)}” [{moment.times}]. "
        f"In {_isolate(moment.title)} [{medium}]. {_isolate(moment.show)}.{note} "
        f"Retrieved {accessed:%B} {accessed.day}, {accessed.year}, from {moment.url}\n"
    )


def as_csl(moment: Moment, accessed: date) -> str:
    """CSL-JSON: a list with one item. Names are literal: South Asian names have no family part to count on."""
    item: dict[str, Any] = {
        "id": moment.short_id,
        "type": "broadcast",
        "title": clean(moment.title),
        "author": [{"literal": clean(name)} for name in moment.speakers],
        "host": [{"literal": clean(name)} for name in moment.hosts],
        "container-title": clean(moment.show),
        "publisher": clean(moment.publisher),
        "issued": _date_parts(moment.spoken_on),
        "accessed": _date_parts(accessed),
        "URL": moment.url,
        "medium": "Video" if moment.filmed else "Audio",
        "dimensions": moment.times,
        "locator": _clock(moment.start_ms),
        "language": moment.language,
        "abstract": clean(moment.attributed),
        "note": clean(moment.note),
    }
    return _json([{name: value for name, value in item.items() if value}])


def as_bibtex(moment: Moment, accessed: date) -> str:
    """A BibLaTeX entry; each name stands in braces of its own, so that it is not taken apart."""
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in moment.speakers),
        "title": _tex(moment.title),
        "organization": _tex(moment.show),
        "publisher": _tex(moment.publisher),
        "date": moment.spoken_on.isoformat() if moment.spoken_on else "",
        "url": moment.url,
        "urldate": accessed.isoformat(),
        "langid": BABEL.get(moment.language, ""),
        "note": _tex(f"at {_clock(moment.start_ms)}. {moment.note}"),
        "abstract": _tex(moment.attributed),
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    return f"@{'video' if moment.filmed else 'audio'}{{quote-{moment.short_id},\n{lines}}}\n"


def as_ris(moment: Moment, accessed: date) -> str:
    """An RIS record; a value never leaves its line, for a line break would begin another field."""
    day = moment.spoken_on
    pairs = [
        ("TY", "VIDEO" if moment.filmed else "SOUND"),
        *(("AU", name) for name in moment.speakers),
        *(("A2", name) for name in moment.hosts),
        ("TI", moment.title),
        ("T2", moment.show),
        ("PB", moment.publisher),
        ("PY", str(day.year) if day else ""),
        ("DA", f"{day:%Y/%m/%d}" if day else ""),
        ("AB", moment.attributed),
        ("LA", moment.language),
        ("UR", moment.url),
        ("Y2", f"{accessed:%Y/%m/%d}"),
        ("N1", f"at {_clock(moment.start_ms)}. {moment.note}"),
    ]
    lines = [f"{tag}  - {clean(value)}" for tag, value in pairs if clean(value)]
    return "\r\n".join([*lines, "ER  - ", ""])


def as_annotation(moment: Moment, accessed: date) -> str:
    """A W3C Web Annotation: the span of the talk, refined by the words that stand there now; cited in its body."""
    quote = {
        "type": "TextQuoteSelector",
        "exact": moment.now,
        "prefix": moment.prefix,
        "suffix": moment.suffix,
    }
    selector = {
        "type": "FragmentSelector",
        "conformsTo": "http://www.w3.org/TR/media-frags/",
        "value": fragment(moment.start_ms, moment.end_ms),
        "refinedBy": {name: value for name, value in quote.items() if value},
    }
    return _json(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": moment.url,
            "type": "Annotation",
            "motivation": "highlighting",
            "body": {
                "type": "TextualBody",
                "purpose": "describing",
                "format": "text/plain",
                "value": as_text(moment, accessed).strip(),
            },
            "target": {"source": moment.talk_url, "selector": selector},
        }
    )


@dataclass(frozen=True)
class Style:
    """A way of citing: its name for readers, the ending of its file, its type, and how it is written."""

    name: str
    ending: str
    media_type: str
    write: Callable[[Moment, date], str]


STYLES = {
    "text": Style("Text", "txt", "text/plain; charset=utf-8", as_text),
    "bibtex": Style("BibLaTeX", "bib", "application/x-bibtex; charset=utf-8", as_bibtex),
    "ris": Style("RIS", "ris", "application/x-research-info-systems; charset=utf-8", as_ris),
    "csl": Style("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", as_csl),
    "annotation": Style(
        "Web Annotation",
        "annotation.json",
        'application/ld+json; profile="http://www.w3.org/ns/anno.jsonld"',
        as_annotation,
    ),
}

_TEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    # BibTeX counts braces whether a backslash stands before them or not.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    **{sign: f"\\{sign}" for sign in "$&#%_"},
}


def _tex(text: str) -> str:
    """
    >>> print(_tex("50% of {R&D}\\n@home"))
    50\\% of \\textbraceleft{}R\\&D\\textbraceright{} @home
    """
    return "".join(_TEX.get(sign, sign) for sign in clean(text))


def _isolate(text: str) -> str:
    """Right-to-left words between marks that keep them from turning the stops and digits beside them."""
    line = clean(text)
    return f"\u2068{line}\u2069" if any(script_of(c) in RIGHT_TO_LEFT for c in line) else line


def _date_parts(day: date | None) -> dict[str, Any]:
    return {"date-parts": [[day.year, day.month, day.day]]} if day else {}


def _clock(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"
