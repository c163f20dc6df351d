"""Talks with a ledger of claims, for tests and pictures of its pages. All people, places and facts are invented."""

from dataclasses import replace
from datetime import timedelta

from catalog.audit import Actor, acting
from catalog.claim_acts import add_claim, describe_claim
from catalog.claim_corrections import point_to_correction
from catalog.claim_grounds import add_evidence, set_subjects
from catalog.models import MediaKind, Role
from catalog.newsroom import Newsroom
from tests.web.newsrooms import NOON, Line, Talk, Voice, demo_talk, put

MINA = Actor("Mina Field")
ASKED = "How much of the old road was left after the flood?"
FLOOD = "The July flood took eleven kilometres of the old road to Farzipur."
MILL = "The mill at Sohnipur was sold for nine million in 1994, and nobody has seen the contract."
POLICE = "پولیس نے اُس رات فرضی پور کے گیارہ گھر جلا دیے، اور آج تک کوئی گرفتار نہیں ہوا۔"
LATER = "I said eleven kilometres then; it was seven, and I should have checked."

FLOODS = Talk(
    title="What the flood left of the road",
    summary="An invented talk about an invented road.",
    voices={
        "A": Voice("Asma Green", Role.MODERATOR, "the Demo Newsroom"),
        "B": Voice("Hamid River", Role.GUEST, "Placeholder Weather Society"),
    },
    lines=(
        Line("A", ASKED, 0, 4_000),
        Line("B", f"Good evening. {FLOOD} {MILL}", 4_000, 18_000),
        Line("A", "Thank you for that.", 18_000, 20_000),
    ),
    files={
        MediaKind.WEB_AUDIO_LOW: (demo_talk().files[MediaKind.WEB_AUDIO_LOW][0], "audio/ogg; codecs=opus")
    },
)
YEAR_AFTER = replace(
    FLOODS,
    title="The road, a year after",
    published_at=NOON + timedelta(days=200),
    lines=(
        Line("A", "You have counted again, have you not?", 0, 3_000),
        Line("B", LATER, 3_000, 9_000),
        Line("C", POLICE, 9_000, 16_000, "ur"),
    ),
    voices={**FLOODS.voices, "C": Voice("نمونہ آواز الف", Role.GUEST, "نمونہ نیوز روم")},
)


def fill_ledger(room: Newsroom) -> dict[str, str]:
    """Two talks with four claims: their numbers by what they are about."""
    put(room, "flood", FLOODS)
    put(room, "year-after", YEAR_AFTER)
    with acting(room.engine, MINA) as session:
        flood = add_claim(session, "flood", 4_900, 10_310).short_id
        mill = add_claim(session, "flood", 10_310, 18_000).short_id
        later = add_claim(session, "year-after", 3_000, 9_000).short_id
        police = add_claim(session, "year-after", 9_000, 16_000).short_id
        describe_claim(
            session,
            flood,
            "corrected",
            note="The speaker gave another figure a year later; both are kept.",
            reply="",
            review="",
            rating="",
        )
        describe_claim(
            session,
            mill,
            "disputed",
            note="",
            reply="The Sohnipur Mill Company writes that the contract was filed in the district office on 3 May 1994.",
            review="We asked for the contract twice and were shown its first page.",
            rating="Half shown",
        )
        point_to_correction(session, flood, "https://talks.example/e/year-after?t=3#t=3")
        evidence = (
            (
                "https://press.example/mill",
                "disputes",
                "The contract of the mill, page one",
                "Dated 3 May 1994.",
            ),
            ("https://press.example/auction", "supports", "A notice of the auction", ""),
            ("https://press.example/farzipur", "context", "Farzipur: a short history", ""),
        )
        for url, stance, title, note in evidence:
            add_evidence(session, mill, url, stance, title=title, note=note)
        set_subjects(session, flood, ["The old road", "Floods", "Farzipur"])
        set_subjects(session, later, ["The old road"])
        set_subjects(session, mill, ["The mill at Sohnipur"])
        set_subjects(session, police, ["Farzipur"])
    return {"flood": flood, "mill": mill, "later": later, "police": police}
