"""Names and what speaks for them, as a reader meets them: page, captions, downloads, search, the person's own page."""

import re

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from catalog.db import writing
from catalog.models import Appearance, LabelState, Person, SpeakerLabel
from catalog.newsroom import Newsroom
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.panel import PANEL
from transcribe.guess import Evidence

FORMS = ("vtt", "srt", "json", "txt")
PRINTED = {
    "/e/panel": '<span class="prob">probably</span> <bdi>{name}</bdi>',
    "/e/panel.vtt": "<v {name} (probably)>",
    "/e/panel.srt": "{name} (probably): ",
    "/e/panel.json": '"speaker": "{name} (probably)"',
    "/e/panel.txt": "{name} (probably)",
    "/search?q=when+I+know": '<span class="prob">probably</span> <bdi>{name}</bdi>',
}


@pytest.fixture
def panel(room: Newsroom) -> int:
    return put(room, "panel", PANEL)


def voice_in_cast(page: str, name: str) -> str:
    """What the cast holds of the voice that is printed so."""
    entries = re.findall(r'<li id="voice-\d+">.*?\n</li>', page, re.DOTALL)
    return next(entry for entry in entries if name in entry.partition("</span>\n")[0])


def words_of(html: str) -> str:
    return " ".join(re.sub("<[^>]+>", "", html).replace("\u00a0", " ").split())


def test_every_name_in_the_transcript_leads_to_its_evidence(client: TestClient, panel: int) -> None:
    page = client.get("/e/panel").text
    names = re.findall(r'<h3><a href="#(voice-\d+)">(.*?)</a></h3>', page)
    assert len(names) == page.count('<div class="who">') == 8
    for anchor, name in names:
        assert f'<li id="{anchor}"><span class="name">' in page
        assert words_of(name) in words_of(page[page.index(f'<li id="{anchor}">') :][:400])


def test_a_confirmed_name_says_that_an_editor_confirmed_it(client: TestClient, panel: int) -> None:
    entry = words_of(voice_in_cast(client.get("/e/panel").text, "Asma Green"))
    assert "Moderator, the Demo Newsroom. Confirmed by an editor." in entry
    assert "Introduces themselves: I am Asma Green and this is a test." in entry
    assert "sure" not in entry


def test_a_name_given_on_evidence_says_how_sure_and_why(client: TestClient, panel: int) -> None:
    entry = voice_in_cast(client.get("/e/panel").text, "Zarin Lake")
    assert "97 % sure: known voice, introduced by name, thanked by name." in words_of(entry)
    assert "No editor has confirmed it." in entry
    assert '<a class="t" href="#t=6"><bdi>0:06</bdi></a>' in entry
    assert 'Introduced by the moderator: <q lang="ur" dir="rtl">ہمارے ساتھ' in entry
    assert "00:00:06" not in entry


def test_what_speaks_against_a_name_is_told_as_such(client: TestClient, panel: int) -> None:
    speaks_for, against = voice_in_cast(client.get("/e/panel").text, "Zarin Lake").split("Speaks against it")
    assert "once wrote that" in against and "once wrote that" not in speaks_for


def test_a_voice_without_a_name_has_no_evidence_and_the_page_says_why(client: TestClient, panel: int) -> None:
    page = client.get("/e/panel").text
    nobody, unsaid = voice_in_cast(page, "Unconfirmed voice 4"), voice_in_cast(page, "Name withheld")
    assert "we do not guess" in nobody and "We do not say who this is." in unsaid
    assert "reasons" not in nobody + unsaid
    assert "never to be printed" not in page


def test_every_moment_of_the_evidence_is_an_address_in_the_transcript(client: TestClient, panel: int) -> None:
    page = client.get("/e/panel?t=30").text
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(ids)
    assert {"t=6", "t=30", "t=80"} <= set(ids)


def test_a_role_stands_beside_the_first_turn_only(client: TestClient, panel: int) -> None:
    transcript = client.get("/e/panel").text.partition('id="transcript"')[2]
    assert transcript.count("Moderator, <bdi>the Demo Newsroom</bdi>") == 1
    assert transcript.index("Moderator, ") < transcript.index("I am Asma Green")
    assert words_of(transcript).count("97 % sure") == 1


def test_the_page_says_what_share_of_speech_has_a_name(client: TestClient, panel: int) -> None:
    page = words_of(client.get("/e/panel").text)
    assert (
        "Of all speech 30 % confirmed by an editor 47 % named on evidence 9 % named with a “probably”" in page
    )
    assert "10 % by nobody we can name 4 % by somebody we do not name" in page


def test_shares_of_speech_make_a_hundred(room: Newsroom, client: TestClient) -> None:
    voices = {
        "1": Voice("One Lake"),
        "2": Voice("Two Stone", state=LabelState.SUGGESTED, probability=0.95),
        "3": Voice(),
    }
    put(
        room,
        "thirds",
        Talk("Thirds", [Line(at, "words", int(at) * 1000, int(at) * 1000 + 999) for at in "123"], voices),
    )
    shares = re.findall(r"<b>(\d+)\u00a0%</b>", client.get("/e/thirds").text)
    assert len(shares) == 3 and sum(map(int, shares)) == 100


def test_a_machine_is_never_wholly_sure(room: Newsroom, client: TestClient) -> None:
    voices = {"1": Voice("One Lake", state=LabelState.SUGGESTED, probability=1.0)}
    put(room, "sure", Talk("Sure", [Line("1", "words", 0, 1000)], voices))
    page = words_of(client.get("/e/sure").text)
    assert "99 % sure" in page and "100 % sure" not in page


@pytest.mark.parametrize("ending", FORMS)
def test_a_copy_prints_a_name_by_the_same_rule_as_the_page(
    client: TestClient, panel: int, ending: str
) -> None:
    copy = client.get(f"/e/panel.{ending}").text
    assert "Zarin Lake" in copy and "Zarin Lake (probably)" not in copy
    assert "Bilal Stone (probably)" in copy
    assert "Unconfirmed voice 4" in copy and "Name withheld" in copy
    assert "Noor Meadow" not in copy and "never to be printed" not in copy


def test_the_plain_text_opens_with_who_is_heard_and_as_what(client: TestClient, panel: int) -> None:
    head = client.get("/e/panel.txt").text.partition("[00:00:00]")[0]
    assert head.splitlines() == [
        "Who is heard",
        "Asma Green: moderator; the Demo Newsroom; confirmed by an editor",
        "Zarin Lake: guest; a lawyer for people who have no papers, Demo Institute of Invented Law; named on evidence",
        "Bilal Stone (probably): guest; reporter",
        "Unconfirmed voice 4",
        "Name withheld",
        "",
    ]


def test_one_change_renames_everything_at_once(room: Newsroom, client: TestClient, panel: int) -> None:
    for path, form in PRINTED.items():
        assert form.format(name="Bilal Stone") in client.get(path).text, path
    with writing(room.engine) as session:
        row = session.exec(select(SpeakerLabel).where(SpeakerLabel.label == "C")).one()
        row.shown_as = "Bina Hill"
    for path, form in PRINTED.items():
        page = client.get(path).text
        assert form.format(name="Bina Hill") in page, path
        if not path.startswith("/e/panel") or "." in path:
            assert "Bilal Stone" not in page, path


def test_a_name_taken_back_is_gone_from_everywhere_at_once(
    room: Newsroom, client: TestClient, panel: int
) -> None:
    assert "The rain it is." in client.get("/people/zarin-lake").text + client.get("/e/panel").text
    with writing(room.engine) as session:
        session.exec(select(SpeakerLabel).where(SpeakerLabel.label == "B")).one().state = LabelState.WITHHELD
    for path in ("/e/panel.vtt", "/e/panel.srt", "/e/panel.json", "/e/panel.txt", "/search?q=promise"):
        answer = client.get(path).text.replace("Zarin Lake once wrote", "")
        assert "Zarin" not in answer.replace("Shukriya Zarin", ""), path
    page = client.get("/e/panel").text
    assert "earlier recordings" not in page and page.count("Name withheld") > 3


def test_a_person_page_holds_their_words_where_they_are_named(client: TestClient, panel: int) -> None:
    named, probable = client.get("/people/zarin-lake").text, client.get("/people/bilal-stone").text
    assert "a name is a promise" in named and 'href="/e/panel?t=20#t=20"' in named
    assert (
        '<a href="/e/panel#voice-2">97\u00a0%\u00a0sure who speaks</a>' in named
        and "prob" not in named.partition("<main")[2].partition("How we know")[0]
    )
    assert "who said it, when I know" in probable and '<span class="prob">probably</span>' in probable


def test_a_person_page_holds_no_words_of_a_voice_that_is_not_printed_with_the_name(
    client: TestClient, panel: int
) -> None:
    page = client.get("/people/noor-meadow").text
    assert 'href="/e/panel"' in page
    assert "somebody whose name" not in page and "Said</h2>" not in page


def test_two_voices_printed_as_one_person_are_one_in_the_cast(
    room: Newsroom, client: TestClient, panel: int
) -> None:
    with writing(room.engine) as session:
        asma = session.exec(select(Appearance).join(Person).where(Person.slug == "asma-green")).one()
        row = session.exec(select(SpeakerLabel).where(SpeakerLabel.label == "D")).one()
        row.appearance_id, row.state = asma.id, LabelState.CONFIRMED
    page = client.get("/e/panel").text
    cast = page.partition('<ul class="cast">')[2].partition('id="transcript"')[0]
    assert cast.count(">Asma Green<") == 1 and '<span class="len">0:32</span>' in cast


def test_thirty_greetings_by_name_do_not_fill_the_page(room: Newsroom, client: TestClient) -> None:
    reasons = tuple(
        Evidence(
            "address",
            f"addressed by the moderator at 00:00:{at:02} and answers: “Lake {at}?”",
            1.7,
            at * 1000,
        )
        for at in range(30)
    )
    voice = Voice("One Lake", state=LabelState.SUGGESTED, probability=0.95, reasons=reasons)
    put(room, "greeted", Talk("Greeted", [Line("1", "words", 0, 40_000)], {"1": voice}))
    entry = voice_in_cast(client.get("/e/greeted").text, "One Lake")
    assert entry.count('<q lang="en" dir="ltr">Lake') == 6
    assert "Addressed by the moderator and answers" in entry


@pytest.mark.parametrize(
    "text",
    [
        "voice like “",
        "",
        "a: b at 00:00:01",
        "said “one” and “two”",
        "<b>“</b>”",
        "“only a quote”",
        "at 00:00:01: “x”",
    ],
)
def test_no_wording_of_evidence_breaks_the_page(room: Newsroom, client: TestClient, text: str) -> None:
    voice = Voice("One Lake", reasons=(Evidence("new kind", text, 1.0, 1000),))
    put(room, "odd", Talk("Odd", [Line("1", "words", 0, 2000)], {"1": voice}))
    answer = client.get("/e/odd")
    assert answer.status_code == 200 and "<b>“" not in answer.text
