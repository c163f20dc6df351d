"""TEI: well formed whatever the words are, and every pointer in it leads somewhere."""

from typing import Any
from xml.etree import ElementTree

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.tei import NAMESPACE, NO_LICENCE, Imprint, write_tei

XML = "{http://www.w3.org/XML/1998/namespace}"
IMPRINT = Imprint("Demo Press", "The demo show", base_url="https://talk.example")
HOSTILE = '\u202eA "title" <b>& \x00\x0b\x1f\ufffe ]]> <!-- گفتگو'


def speaker(name: str, role: str = "", affiliation: str = "", certainty: str = "confirmed") -> dict[str, Any]:
    return {"name": name, "certainty": certainty, "person": "", "role": role, "affiliation": affiliation}


def content(turns: list[dict[str, Any]], **other: Any) -> dict[str, Any]:
    return {
        "episode": "tea",
        "title": "Tea",
        "language": "en",
        "date": "2026-03-02",
        "published": "2026-03-04",
        "duration_ms": 61_500,
        "status": "machine",
        "engine": "faster-whisper 1.2",
        "model": "demo",
        "turns": turns,
    } | other


def turn(who: dict[str, Any], *said: tuple[int, int, str, str]) -> dict[str, Any]:
    passages = [
        {"start_ms": start, "end_ms": end, "text": text, "language": language}
        for start, end, text, language in said
    ]
    return {"speaker": who, "passages": passages}


def read(told: dict[str, Any], imprint: Imprint = IMPRINT) -> ElementTree.Element:
    return ElementTree.fromstring(write_tei(told, 7, imprint))


def every(root: ElementTree.Element, name: str) -> list[ElementTree.Element]:
    return root.findall(f".//{{{NAMESPACE}}}{name}")


def text_of(root: ElementTree.Element, name: str) -> str:
    return every(root, name)[0].text or ""


def test_every_speaker_and_moment_an_utterance_points_at_is_there() -> None:
    host, guest = speaker("Zarin", "host", "The Demo"), speaker("Hamid", "guest", certainty="probable")
    root = read(
        content(
            [
                turn(host, (0, 900, "Good morning.", "en"), (900, 2_000, "خوش آمدید", "ur")),
                turn(guest, (1_900, 2_500, "Thank you.", "en")),
                turn(host, (2_500, 3_000, "Well.", "")),
            ]
        )
    )
    people = {f"#{one.get(XML + 'id')}": one for one in every(root, "person")}
    moments = {f"#{one.get(XML + 'id')}": one for one in every(root, "when")}
    spoken = every(root, "u")
    assert len(spoken) == 4 and len(people) == 2
    for one in spoken:
        assert one.get("who") in people
        assert one.get("start") in moments and one.get("end") in moments
    assert moments["#T900"].get("interval") == "900"
    assert [one.get(XML + "lang") for one in spoken] == ["en", "ur", "en", None]
    assert [one.get("role") for one in people.values()] == ["host", "guest"]
    assert text_of(root, "affiliation") == "The Demo"
    assert [one.get("cert") for one in every(root, "persName")] == ["high", "medium"]


def test_the_header_says_how_it_was_made_and_how_it_may_be_used() -> None:
    root = read(content([]))
    assert text_of(root, "resp") == "Transcribed by machine"
    assert text_of(root, "idno") == "https://talk.example/e/tea/r/7.json"
    assert every(root, "availability")[0][0].text == NO_LICENCE
    assert every(root, "recording")[0].get("dur") == "PT61.500S"
    licensed = read(content([]), Imprint("Demo Press", "The demo show", "CC BY 4.0"))
    assert text_of(licensed, "licence") == "CC BY 4.0"


def test_hostile_titles_and_names_are_words_and_nothing_else() -> None:
    who = speaker(HOSTILE, "guest", HOSTILE)
    root = read(content([turn(who, (0, 10, HOSTILE, 'en" x="'))], title=HOSTILE, model=HOSTILE))
    kept = 'A "title" <b>& ]]> <!-- گفتگو'
    assert text_of(root, "title") == text_of(root, "persName") == text_of(root, "u") == kept
    assert every(root, "u")[0].get(XML + "lang") is None


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.text(), st.text(), st.text())
def test_any_text_is_well_formed(title: str, name: str, words: str) -> None:
    title, name, words = (text.encode("utf-8", "replace").decode() for text in (title, name, words))
    root = read(
        content([turn(speaker(name, "guest", name), (0, 10, words, title))], title=title, engine=name)
    )
    assert len(every(root, "u")) == 1
