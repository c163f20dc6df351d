"""An edition as TEI P5, Transcriptions of Speech: who spoke, when, in which words. Reads no record."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from transcribe.caption_cards import clean

NAMESPACE = "http://www.tei-c.org/ns/1.0"
NO_LICENCE = "no licence stated"
MEDIA_TYPE = "application/tei+xml"
STATUSES = {
    "machine": "Transcribed by machine",
    "corrected": "Transcribed by machine, corrected in places by a person",
    "reviewed": "Transcribed by machine, every paragraph written or found right by a person",
}
CERTAINTIES = {"confirmed": "high", "named": "high", "probable": "medium", "unconfirmed": "unknown"}
_TONGUE = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")

Content = dict[str, Any]


@dataclass(frozen=True)
class Imprint:
    """Who puts an edition out: the publisher, the show, the licence ("" for none stated), and the site's address."""

    publisher: str
    show: str
    licence: str = ""
    base_url: str = ""


def write_tei(content: Content, number: int, imprint: Imprint) -> bytes:
    """The document of an edition, whose content is as `editions.read_content` makes it.

    Each paragraph is a `u` from one moment of the timeline (milliseconds) to another, by one of the `person`s.
    """
    people = _people(content)
    root = Element("TEI", {"xmlns": NAMESPACE, "xml:lang": "en"})
    header = SubElement(root, "teiHeader")
    _describe_file(SubElement(header, "fileDesc"), content, number, imprint)
    _describe_people(header, content, people)
    text = SubElement(root, "text")
    moments = _moments(content)
    line = SubElement(text, "timeline", {"unit": "ms", "origin": "#T0"})
    for moment in moments:
        since = {"interval": str(moment), "since": "#T0"} if moment else {}
        SubElement(line, "when", {"xml:id": f"T{moment}", **since})
    body = SubElement(text, "body")
    for turn in content["turns"]:
        who = people.index(turn["speaker"])
        for passage in turn["passages"]:
            span = {"who": f"#v{who}", "start": f"#T{passage['start_ms']}", "end": f"#T{passage['end_ms']}"}
            _add(body, "u", passage["text"], {**span, **_tongue(passage["language"])})
    indent(root, " ")
    written: bytes = tostring(root, encoding="utf-8")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + written + b"\n"


def _describe_file(file: Element, content: Content, number: int, imprint: Imprint) -> None:
    title = SubElement(file, "titleStmt")
    _add(title, "title", content["title"], _tongue(content["language"]))
    made = SubElement(title, "respStmt")
    _add(made, "resp", STATUSES[content["status"]])
    _add(made, "name", ", ".join(filter(None, (content["engine"], content["model"]))) or "unknown")
    _add(SubElement(file, "editionStmt"), "edition", f"Revision {number}", {"n": str(number)})
    published = SubElement(file, "publicationStmt")
    _add(published, "publisher", imprint.publisher)
    if content["published"]:
        _add(published, "date", content["published"], {"when": content["published"]})
    _add(published, "idno", f"{imprint.base_url}/e/{content['episode']}/r/{number}.json", {"type": "URI"})
    terms = SubElement(published, "availability")
    _add(terms, "licence" if imprint.licence else "p", imprint.licence or NO_LICENCE)
    source = SubElement(SubElement(file, "sourceDesc"), "recordingStmt")
    recording = SubElement(source, "recording", {"dur": f"PT{content['duration_ms'] / 1000:.3f}S"})
    _add(recording, "p", imprint.show)
    if content["date"]:
        _add(recording, "date", content["date"], {"when": content["date"]})


def _describe_people(header: Element, content: Content, people: Sequence[Content]) -> None:
    profile = SubElement(header, "profileDesc")
    tongues = sorted({passage["language"] for turn in content["turns"] for passage in turn["passages"]})
    if any(map(_tongue, tongues)):
        used = SubElement(profile, "langUsage")
        for tongue in filter(_tongue, tongues):
            _add(used, "language", tongue, {"ident": tongue})
    listed = SubElement(SubElement(profile, "particDesc"), "listPerson")
    if not people:
        _add(listed, "head", "Nobody is heard.")
    for number, person in enumerate(people):
        role = {"role": person["role"]} if person["role"] else {}
        entry = SubElement(listed, "person", {"xml:id": f"v{number}", **role})
        _add(entry, "persName", person["name"], {"cert": CERTAINTIES[person["certainty"]]})
        if person["affiliation"]:
            _add(entry, "affiliation", person["affiliation"])


def _people(content: Content) -> list[Content]:
    """Everybody heard, in the order they are, each once for each certainty of the name."""
    people: list[Content] = []
    for turn in content["turns"]:
        if turn["speaker"] not in people:
            people.append(turn["speaker"])
    return people


def _moments(content: Content) -> list[int]:
    ends = {
        passage[end]
        for turn in content["turns"]
        for passage in turn["passages"]
        for end in ("start_ms", "end_ms")
    }
    return sorted({0} | ends)


def _tongue(language: str) -> dict[str, str]:
    return {"xml:lang": language} if _TONGUE.fullmatch(language) else {}


def _add(parent: Element, name: str, text: str, attributes: dict[str, str] | None = None) -> None:
    """An element with text, without characters that no XML can hold or that turn round the text after them."""
    told = {key: clean(value) for key, value in (attributes or {}).items()}
    SubElement(parent, name, told).text = clean(text)
