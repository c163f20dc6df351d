"""Citations say who, what, where and when in each form, and no word can break out of its field."""

import json
import re
import warnings
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
import rispy
from citeproc import Citation, CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from pybtex.database import parse_string

from catalog.cite import STYLES, Moment, as_annotation, as_bibtex, as_csl, as_ris, as_text
from transcribe.caption_cards import clean

TODAY = date(2026, 11, 24)
PLAIN = Moment(
    short_id="abcdefghjk",
    url="https://talk.example/q/abcdefghjk",
    talk_url="https://talk.example/e/tea",
    text="Tea is late.",
    now="Tea is late.",
    speakers=("Hamid River",),
    hosts=("Asma Green",),
    title="Tea, cricket & rain",
    show="The demo show",
    publisher="Demo Press",
    language="en",
    filmed=False,
    spoken_on=date(2026, 3, 5),
    start_ms=1_834_200,
    end_ms=1_861_700,
    revision=3,
    prefix="They say",
    suffix="again",
    offices=("guest, River Institute",),
)
NASTY = replace(
    PLAIN,
    text="50% of\nER  - \r\nTY  - BOOK } \\input{x} $5 #1 a_b ~ ^ & <script>\0\u2028\ud800",
    now="50% of\nER  - \r\nTY  - BOOK } \\input{x} $5 #1 a_b ~ ^ & <script>\0\u2028\ud800",
    speakers=('O\'Neil, "Test"\r\nUR  - https://evil.example', "probably {Brace} and \\Slash"),
    title="A } title {",
    offices=("", "guest\r\nTY  - BOOK } \\input{x} <script>"),
)
ODD = "</title> <!-- \"A\" & 'b' \u202eright to left\u202c --> 🙂\n\nER  - \n@book{a,} " + "x" * 240
LONG = replace(PLAIN, title=ODD, text=ODD, now=ODD, show=ODD, speakers=(ODD[:190], "Zarin, von and Others"))
URDU = replace(PLAIN, text="لفظ وہی لکھو", now="لفظ وہی لکھو", speakers=("نمونہ آواز",), language="ur")
MOMENTS = [
    PLAIN,
    NASTY,
    LONG,
    URDU,
    replace(PLAIN, spoken_on=None, filmed=True),
    replace(PLAIN, now="Tea is early."),
]

# Names of CSL-JSON fields that may be used, and what each holds (the CSL data schema).
NAMES, DATES = {"author", "host", "interviewer", "guest"}, {"issued", "accessed"}
STRINGS = {
    *("id", "type", "title", "container-title", "publisher", "URL", "medium", "dimensions", "language"),
    *("locator", "abstract", "note"),
}


def read_ris(text: str) -> dict[str, Any]:
    assert text.endswith("\r\nER  - \r\n")
    (record,) = rispy.loads(text)
    return record


def read_bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Type, key and fields of the only entry; names as the file has them, each kept whole."""
    (entry,) = parse_string(text, "bibtex").entries.values()
    names = " and ".join(str(person) for person in entry.persons["author"])
    assert all(not person.first_names for person in entry.persons["author"])
    return entry.type, entry.key, {**entry.fields, "author": names}


def cite_csl(text: str) -> str:
    """What a program that cites makes of the item, in the manner of Harvard."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it knows no "host" and says so
        source = CiteProcJSON(json.loads(text))
        style = CitationStylesStyle("harvard-cite-them-right", validate=False)
    works = CitationStylesBibliography(style, source, formatter.plain)
    works.register(Citation([CitationItem(key) for key in source]))
    return "".join(map(str, works.bibliography()))


def plain(tex: str) -> str:
    for name, sign in (("slash", "\\"), ("tilde", "~"), ("circum", "^"), ("left", "{"), ("right", "}")):
        tex = re.sub(rf"\\text[a-z]+{name}\{{\}}", lambda _, sign=sign: f"\0{sign}", tex)
    return re.sub(r"\\([$&#%_])", r"\1", tex).replace("\0", "")


@pytest.mark.parametrize("moment", MOMENTS)
def test_ris_reads_back_as_one_record_with_every_field_on_its_line(moment: Moment) -> None:
    fields = read_ris(as_ris(moment, TODAY))
    assert fields["type_of_reference"] == ("VIDEO" if moment.filmed else "SOUND")
    assert fields["authors"] == [clean(name) for name in moment.speakers]
    assert (fields["title"], fields["abstract"]) == (clean(moment.title), clean(moment.text))
    assert fields["urls"] == [moment.url]
    assert fields["notes"][0].startswith("at 00:30:34.")
    assert ("date" in fields) is (moment.spoken_on is not None)


@pytest.mark.parametrize("moment", MOMENTS)
def test_biblatex_reads_back_as_one_entry_with_the_words_as_given(moment: Moment) -> None:
    kind, key, fields = read_bibtex(as_bibtex(moment, TODAY))
    assert (kind, key) == ("video" if moment.filmed else "audio", "quote-abcdefghjk")
    assert plain(fields["title"]) == clean(moment.title)
    assert plain(fields["abstract"]) == clean(moment.text)
    assert plain(fields["author"]) == " and ".join(f"{{{clean(name)}}}" for name in moment.speakers)
    assert (fields["url"], fields["urldate"]) == (moment.url, "2026-11-24")
    assert "at 00:30:34." in fields["note"]
    assert fields.get("langid") == {"en": "english", "ur": "urdu"}.get(moment.language)


@pytest.mark.parametrize("moment", MOMENTS)
def test_csl_json_holds_known_fields_of_the_right_kind_only(moment: Moment) -> None:
    (item,) = json.loads(as_csl(moment, TODAY))
    assert item["type"] == "broadcast"
    assert set(item) <= NAMES | DATES | STRINGS
    assert all(isinstance(item[name], str) and item[name] for name in STRINGS & set(item))
    assert all(set(name) == {"literal"} for field in NAMES & set(item) for name in item[field])
    assert all(len(item[field]["date-parts"][0]) == 3 for field in DATES & set(item))
    assert item["note"] == clean(moment.note)
    assert "label" not in item  # belongs to the citation, not to the item
    assert item["locator"] == "00:30:34"
    cited = cite_csl(as_csl(moment, TODAY))
    assert all(clean(part).rstrip("x") in cited for part in (moment.title, *moment.speakers))


def test_the_annotation_points_at_the_span_and_the_words_that_stand_there_now() -> None:
    told = json.loads(as_annotation(replace(PLAIN, now="Tea is early."), TODAY))
    selector = told["target"]["selector"]
    assert (told["@context"], told["type"]) == ("http://www.w3.org/ns/anno.jsonld", "Annotation")
    assert (selector["type"], selector["value"]) == ("FragmentSelector", "t=1834.2,1861.7")
    assert selector["refinedBy"] == {
        "type": "TextQuoteSelector",
        "exact": "Tea is early.",
        "prefix": "They say",
        "suffix": "again",
    }


def test_the_text_is_one_line_in_the_manner_of_apa() -> None:
    assert as_text(PLAIN, TODAY) == (
        "Hamid River (guest, River Institute). (2026, March 5). “Tea is late.” [00:30:34–00:31:01]. "
        "In Tea, cricket & rain [Audio]. "
        "The demo show. Retrieved November 24, 2026, from https://talk.example/q/abcdefghjk\n"
    )
    assert "(n.d.)" in as_text(replace(PLAIN, spoken_on=None), TODAY)
    assert as_text(NASTY, TODAY).count("\n") == 1


def test_right_to_left_words_are_kept_from_turning_the_rest() -> None:
    assert "“\u2068لفظ وہی لکھو\u2069”" in as_text(URDU, TODAY)
    assert "\u2068" not in as_text(PLAIN, TODAY)
    turned = replace(URDU, text="لفظ\u202e\u2069")
    assert "“\u2068لفظ\u2069”" in as_text(turned, TODAY)


@pytest.mark.parametrize("style", ["text", "bibtex", "ris", "csl"])
def test_a_citation_says_when_the_transcript_was_corrected_since(style: str) -> None:
    assert "corrected since" in STYLES[style].write(replace(PLAIN, now="Tea is early."), TODAY)
    assert "corrected since" not in STYLES[style].write(PLAIN, TODAY)


@pytest.mark.parametrize("style", STYLES)
def test_every_form_can_be_sent(style: str) -> None:
    for moment in MOMENTS:
        STYLES[style].write(moment, TODAY).encode("utf-8", "replace")


@pytest.mark.parametrize("style", STYLES)
def test_every_form_says_when_and_in_which_office_the_speaker_spoke(style: str) -> None:
    told = STYLES[style].write(PLAIN, TODAY)
    assert "00:30:34" in told
    assert "Hamid River" in told
    assert "guest, River Institute" in told
    assert "()" not in STYLES[style].write(replace(PLAIN, offices=("",)), TODAY)


def test_the_annotation_cites_the_moment_in_its_body() -> None:
    told = json.loads(as_annotation(PLAIN, TODAY))
    assert (told["body"]["type"], told["body"]["purpose"]) == ("TextualBody", "describing")
    assert told["body"]["value"] == as_text(PLAIN, TODAY).strip()
