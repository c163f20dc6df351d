"""The pages of the ledger: what is public is there with its speaker and its sound, what is not is nowhere."""

import csv
import io
import json
import re
from xml.etree import ElementTree as Xml

import pytest
from starlette.testclient import TestClient

from catalog.audit import acting
from catalog.claim_acts import add_claim, reopen_claim, withdraw_claim
from catalog.claim_corrections import correction_of, point_to_correction
from catalog.errors import InvalidQuery
from catalog.models import LabelState
from catalog.newsroom import Newsroom
from catalog.publishing import withdraw_episode
from catalog.search.refresh import heal
from catalog.speakers import withhold_label
from tests.checkers import html_errors
from tests.web.ledger import ASKED, FLOOD, LATER, MILL, MINA, POLICE, YEAR_AFTER, fill_ledger
from tests.web.newsrooms import Line, Talk, Voice, put
from tests.web.test_pages import HOSTILE

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def numbers(room: Newsroom) -> dict[str, str]:
    return fill_ledger(room)


def blocks(text: str) -> list[dict]:
    return [
        json.loads(one) for one in re.findall(r'<script type="application/ld\+json">(.*?)</script>', text)
    ]


def lists(numbers: dict[str, str]) -> list[str]:
    return [
        "/claims",
        "/claims?person=hamid-river&year=2026",
        "/claims/by/hamid-river",
        "/claims/by/hamid-river/about/the-old-road",
        "/claims/about/farzipur",
        "/claims/in/2026",
        "/claims/of/flood",
        "/claims?q=mill",
        "/claims/in/2026.atom",
        "/claims/of/flood.csv",
        "/claims.atom",
        "/claims.csv",
        "/claims.jsonld",
        "/claims/by/hamid-river.atom",
        "/claims/by/hamid-river/about/the-old-road.csv",
        "/claims/about/farzipur.jsonld",
        "/ur/claims",
        f"/ur/claims/{numbers['mill']}",
        f"/claims/{numbers['mill']}",
        f"/claims/{numbers['mill']}.jsonld",
        f"/claims/{numbers['flood']}/beside/{numbers['later']}",
        f"/claims/{numbers['flood']}",
        "/sitemap.xml",
        "/people/hamid-river",
        "/e/flood",
    ]


def test_a_claim_has_its_words_speaker_office_day_question_sound_and_grounds(
    client: TestClient, numbers: dict[str, str]
) -> None:
    page = client.get(f"/claims/{numbers['mill']}").text
    for said in (MILL, ASKED, "Hamid River", "Placeholder Weather Society", "21 November 2026", "Disputed"):
        assert said in page, said
    for said in ("Sohnipur Mill Company writes", "The contract of the mill, page one", "Half shown"):
        assert said in page
    assert re.search(
        r'<audio controls preload="none"[^>]*>\s*<source src="/media/flood/[^"]*#t=10.314,', page
    )
    assert "this site passes no verdict of its own" in page
    assert "Mina Field" not in page, "which editor confirmed it is the house's to know"


def test_everything_somebody_said_of_something_stands_in_order_with_sound(
    client: TestClient, numbers: dict[str, str]
) -> None:
    page = client.get("/claims/by/hamid-river/about/the-old-road").text
    assert "What <bdi>Hamid River</bdi> said about <bdi>The old road</bdi>" in page
    assert page.index(FLOOD) < page.index(LATER)
    assert MILL not in page and POLICE not in page
    assert page.count("<audio") == 2


def test_two_statements_stand_side_by_side_the_earlier_one_first(
    client: TestClient, numbers: dict[str, str]
) -> None:
    for pair in (("flood", "later"), ("later", "flood")):
        page = client.get(f"/claims/{numbers[pair[0]]}/beside/{numbers[pair[1]]}").text
        assert page.index(FLOOD) < page.index(LATER)
        assert 'name="robots" content="noindex"' in page
    assert client.get(f"/claims/{numbers['flood']}/beside/{numbers['flood']}").status_code == 404


def test_a_review_is_told_to_machines_only_where_an_editor_wrote_one(
    client: TestClient, numbers: dict[str, str]
) -> None:
    claim, review = blocks(client.get(f"/claims/{numbers['mill']}").text)
    assert (claim["@type"], claim["text"], claim["author"]["name"]) == ("Claim", MILL, "Hamid River")
    assert claim["firstAppearance"]["@type"] == "Quotation"
    assert claim["firstAppearance"]["isPartOf"]["@id"] == "http://testserver/e/flood"
    assert (review["@type"], review["reviewRating"]["alternateName"]) == ("ClaimReview", "Half shown")
    assert review["author"]["name"] == "South Asia Press"
    assert [one["@type"] for one in blocks(client.get(f"/claims/{numbers['flood']}").text)] == ["Claim"]
    graph = client.get("/claims.jsonld").json()["@graph"]
    assert [one["@type"] for one in graph].count("ClaimReview") == 1
    assert [one["@type"] for one in graph].count("Claim") == 4


def test_the_table_and_the_feed_hold_every_claim(client: TestClient, numbers: dict[str, str]) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get("/claims.csv").text)))
    assert {row["claim"] for row in rows} == set(numbers.values())
    assert next(row for row in rows if row["claim"] == numbers["police"])["text"] == POLICE
    feed = Xml.fromstring(client.get("/claims.atom").content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 4
    assert len({entry.findtext(f"{ATOM}id") for entry in entries}) == 4
    assert MILL in (entries[0].findtext(f"{ATOM}content") or "") + "".join(
        entry.findtext(f"{ATOM}content") or "" for entry in entries
    )


def test_a_corrected_claim_leads_to_the_moment_it_was_corrected_at(
    room: Newsroom, client: TestClient, numbers: dict[str, str]
) -> None:
    address = f"/claims/{numbers['flood']}"
    page = client.get(address).text
    assert ("Corrected in " in page and "/e/year-after?t=3#t=3" in page) or "/e/year-after#t=3" in page
    for wrong, said in (
        ("/e/flood#t=4.9", "moment of the claim itself"),
        ("/e/year-after#t=1", "Somebody else speaks"),
        ("nowhere", "Give the address of a moment"),
    ):
        with acting(room.engine, MINA) as session, pytest.raises(InvalidQuery, match=said):
            point_to_correction(session, numbers["flood"], wrong)
    moment = "http://testserver/e/year-after?t=3#t=3"
    [told] = blocks(page)
    assert (told["correction"]["@type"], told["correction"]["url"]) == ("CorrectionComment", moment)
    assert client.get(f"/api/v1/claims/{numbers['flood']}").json()["corrected_at"] == {
        "episode": "year-after",
        "title": YEAR_AFTER.title,
        "start_ms": 3_000,
        "url": moment,
    }
    assert client.get(f"/api/v1/claims/{numbers['mill']}").json()["corrected_at"] is None
    rows = csv.DictReader(io.StringIO(client.get("/claims.csv").text))
    assert {row["claim"]: row["corrected_at"] for row in rows if row["corrected_at"]} == {
        numbers["flood"]: moment
    }
    with acting(room.engine, MINA) as session:
        withdraw_episode(session, "year-after")
    page = client.get(address).text
    assert FLOOD in page and "year-after" not in page and "a year after" not in page.lower()
    with acting(room.engine, MINA) as session:
        point_to_correction(session, numbers["flood"], "")
        assert correction_of(session, numbers["flood"]) is None


def test_a_correction_is_not_told_when_its_voice_has_no_name_any_more(
    room: Newsroom, client: TestClient, numbers: dict[str, str]
) -> None:
    """It would say whose voice that is."""
    with acting(room.engine, MINA) as session:
        withhold_label(session, "year-after", "B", by="Mina")
    assert "year-after" not in client.get(f"/claims/{numbers['flood']}").text
    assert client.get(f"/api/v1/claims/{numbers['flood']}").json()["corrected_at"] is None
    assert "year-after" not in client.get(f"/claims/{numbers['flood']}.jsonld").text


def test_a_year_and_a_talk_have_their_feed_and_files(client: TestClient, numbers: dict[str, str]) -> None:
    for place in ("/claims/in/2026", "/claims/of/flood"):
        assert f"{place}.atom" in client.get(place).text
        rows = list(csv.DictReader(io.StringIO(client.get(f"{place}.csv").text)))
        entries = Xml.fromstring(client.get(f"{place}.atom").content).findall(f"{ATOM}entry")
        assert len(rows) == len(entries) > 0
    assert client.get("/claims/in/1999.atom").status_code == 404
    assert client.get("/claims/of/nothing.csv").status_code == 404


def test_claims_are_searched_by_their_words_and_by_who_says_them(
    client: TestClient, numbers: dict[str, str]
) -> None:
    def found(words: str) -> set[str]:
        page = client.get("/claims", params={"q": words}).text
        return {number for number in numbers.values() if f'/claims/{number}"' in page}

    word = max(MILL.split(), key=len).strip(".,").upper()
    assert numbers["mill"] in found(word)
    assert found("river") >= {numbers["mill"], numbers["flood"]}
    assert found("nobody-says-this") == found("100%") == found("\\") == set()
    assert "No claim answers that." in client.get("/claims?q=nobody-says-this").text
    told = client.get("/api/v1/claims", params={"q": word}).json()
    assert [one["id"] for one in told["claims"]] == [numbers["mill"]] and told["total"] == 1
    assert client.get("/api/v1/claims?q=nobody-says-this").json()["claims"] == []


@pytest.mark.parametrize("taking", ["withdrawn", "reopened", "voice withheld", "talk withdrawn"])
def test_what_is_taken_back_is_at_once_on_no_address(
    room: Newsroom, client: TestClient, numbers: dict[str, str], taking: str
) -> None:
    def holds(address: str) -> bool:
        text = client.get(address).text
        return MILL in text or "Sohnipur was sold" in text

    about = [address for address in lists(numbers) if not address.startswith(("/e/", "/people"))]
    assert any(holds(address) for address in about)
    with acting(room.engine, MINA) as session:
        match taking:
            case "withdrawn":
                withdraw_claim(session, numbers["mill"], "a test")
            case "reopened":
                reopen_claim(session, numbers["mill"])
            case "voice withheld":
                withhold_label(session, "flood", "B", by="Mina")
            case "talk withdrawn":
                withdraw_episode(session, "flood", "a test")
    assert [address for address in about if holds(address)] == []
    assert numbers["mill"] not in "".join(client.get(address).text for address in ("/claims", "/sitemap.xml"))
    assert client.get(f"/claims/{numbers['mill']}").status_code == (404 if taking == "reopened" else 410)


def test_a_name_nobody_confirmed_is_beside_no_claim(room: Newsroom, client: TestClient) -> None:
    voices = {"B": Voice("Noor Meadow", state=LabelState.SUGGESTED, probability=0.99)}
    put(room, "tea", Talk("Tea", [Line("B", "The mill burned eleven houses.", 0, 5_000)], voices))
    with acting(room.engine, MINA) as session:
        number = add_claim(session, "tea", 0, 5_000).short_id
    assert client.get(f"/claims/{number}").status_code == 410
    assert "No claim is recorded yet." in client.get("/claims").text


@pytest.mark.parametrize(
    "address",
    [
        "/claims/nothing",
        "/claims/by/nobody",
        "/claims/about/nothing",
        "/claims/in/1901",
        "/claims/in/0",
        "/claims/in/99999",
        "/claims/of/nothing",
        "/claims/by/nobody.csv",
        "/claims.exe",
        "/claims?page=9",
        "/claims/nothing/beside/nobody",
        "/claims/" + "x" * 300,
        "/claims/%00",
    ],
)
def test_what_is_not_there_is_not_found(client: TestClient, numbers: dict[str, str], address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "query",
    [
        "person=%00",
        "year=' OR 1=1",
        "year=²",
        "status=candidate",
        "about=" + "x" * 120,
        "talk=<script>",
        "q=%00%25_",
        "q=<script>alert",
    ],
)
def test_any_question_is_answered(client: TestClient, numbers: dict[str, str], query: str) -> None:
    answer = client.get(f"/claims?{query}")
    assert answer.status_code in (200, 404) and "<script>alert" not in answer.text


def test_the_html_checker_finds_no_error_in_the_pages_of_the_ledger(
    room: Newsroom, client: TestClient, numbers: dict[str, str], tmp_path
) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    put(room, "odd", Talk(HOSTILE, [Line("A", HOSTILE, 0, 5_000)], {"A": Voice("Asma Green")}))
    with acting(room.engine, MINA) as session:
        odd = add_claim(session, "odd", 0, 5_000).short_id
    pages = [address for address in lists(numbers) if "." not in address] + [f"/claims/{odd}"]
    for place, address in enumerate(pages):
        answer = client.get(address)
        assert answer.status_code == 200, address
        (folder / f"{place}.html").write_bytes(answer.content)
    assert html_errors(folder) == []


def test_programs_read_the_ledger_page_by_page(client: TestClient, numbers: dict[str, str]) -> None:
    seen: list[str] = []
    cursor = ""
    while cursor is not None:
        answer = client.get("/api/v1/claims", params={"limit": 3, "cursor": cursor}).json()
        assert answer["total"] == 4
        seen += [one["id"] for one in answer["claims"]]
        cursor = answer["next"]
    assert seen == [numbers[name] for name in ("flood", "mill", "later", "police")]
    found = client.get("/api/v1/claims", params={"person": "hamid-river", "about": "the-old-road"}).json()
    assert [one["text"] for one in found["claims"]] == [FLOOD, LATER]
    whole = client.get(f"/api/v1/claims/{numbers['mill']}").json()
    assert (whole["question"]["text"], whole["review"]["rating"], whole["status"]) == (
        ASKED,
        "Half shown",
        "disputed",
    )
    assert {one["stance"] for one in whole["evidence"]} == {"supports", "disputes", "context"}
    assert client.get("/api/v1/claims/nothing").status_code == 404
    assert client.get("/api/v1/claims", params={"cursor": "x" * 24}).status_code == 400


def test_the_search_finds_where_something_of_the_ledger_is_said(
    room: Newsroom, client: TestClient, numbers: dict[str, str]
) -> None:
    def found(query: str) -> list[str]:
        hits = client.get("/api/v1/search", params={"q": query}).json()["hits"]
        return sorted(f"{hit['episode']} {hit['turn_start_ms']}" for hit in hits)

    assert found("is:claim") == ["flood 4000", "year-after 3000", "year-after 9000"]
    assert found("-is:claim road") == ["flood 0"]
    with acting(room.engine, MINA) as session:
        withdraw_claim(session, numbers["later"], "a test")
    heal(room.engine, client.app.state.site.index)
    assert found("is:claim") == ["flood 4000", "year-after 9000"]
