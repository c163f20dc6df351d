"""The ledger: claims are proposed, decided, follow their words, and are public while all that makes them so holds."""

import random

import pytest
from sqlalchemy.engine import Engine
from sqlmodel import select

from catalog.acts import Done
from catalog.audit import Actor, acting, verify_log
from catalog.claim_acts import (
    accept_words,
    add_claim,
    confirm_claim,
    describe_claim,
    find_claim,
    reject_claim,
    reopen_claim,
    respan_claim,
    withdraw_claim,
)
from catalog.claim_grounds import add_evidence, check_address, drop_evidence, set_subjects, subjects_of
from catalog.claim_proposals import seek_claims, seek_due
from catalog.claim_queue import CHANGED, UNNAMED, UNPUBLISHED, list_changed, list_claims
from catalog.db import reading, writing
from catalog.editing import edit_paragraph, stamp_of
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.ledger import Wanted, count_claims, read_claim, read_claims, was_recorded
from catalog.ledger_choices import ledger_choices
from catalog.models import AuditEvent, AuditWords, Claim, ClaimStatus, Track, Utterance
from catalog.moving import reassign_turn, split_label
from catalog.publishing import publish_episode, withdraw_episode
from catalog.speakers import open_label, withhold_label
from catalog.undoing import undo_last
from tests.catalog.conftest import MakeEpisode

LINES = [
    ("Zarin Test", "en", "How many houses did the flood take from the village that year?"),
    (
        "Hamid Test",
        "en",
        "The flood destroyed forty houses. Good evening to all of you. The mill was sold in 1994.",
    ),
    ("Zarin Test", "en", "Thank you for coming tonight to talk to us about it"),
    (None, "en", "The police burned the harvest of nine families in that valley"),
]
MINA = Actor("Mina")


@pytest.fixture
def talk(record: Engine, make_episode: MakeEpisode) -> Engine:
    with writing(record) as session:
        make_episode(session, slug="tea", turns=LINES)
    return record


def propose(engine: Engine) -> list[Claim]:
    with writing(engine) as session:
        seek_claims(session, find_episode(session, "tea"))
        return list(session.exec(select(Claim).order_by(Claim.start_ms)).all())


def recorded(engine: Engine) -> str:
    """The claim about the flood, recorded."""
    flood = propose(engine)[0]
    with acting(engine, MINA) as session:
        return confirm_claim(session, flood.short_id).short_id


def texts(engine: Engine, wanted: Wanted = Wanted()) -> list[str]:
    with reading(engine) as session:
        lines = read_claims(session, wanted, as_spoken=True)
        assert len(lines) == count_claims(session, wanted)
        return [line.text for line in lines]


def edit(engine: Engine, position: int, text: str) -> Done:
    with acting(engine, MINA) as session:
        query = select(Utterance).join(Track).where(Utterance.position == position)
        line = session.exec(query).one()
        return edit_paragraph(session, "tea", line.id or 0, text, stamp_of(line), by="Mina")


def test_what_may_be_a_claim_is_proposed_once_with_the_reason_and_seen_by_no_reader(talk: Engine) -> None:
    found = propose(talk)
    assert [one.exact for one in found] == [
        "The flood destroyed forty houses.",
        "The mill was sold in 1994.",
        "The police burned the harvest of nine families in that valley",
    ]
    assert [one.short_id for one in propose(talk)] == [one.short_id for one in found]
    with reading(talk) as session:
        waiting = list_claims(session, statuses=(ClaimStatus.CANDIDATE,))
        assert waiting[0].why.startswith("May be a claim: it gives a number")
        assert (waiting[0].speaker.name, waiting[0].start_ms) == ("Hamid Test", 10_000)
    assert texts(talk) == []


def test_a_recorded_claim_has_its_words_speaker_moment_and_the_question_before_it(talk: Engine) -> None:
    short_id = recorded(talk)
    with reading(talk) as session:
        line = read_claim(session, short_id)
    assert (line.text, line.speaker, line.person_slug, line.role, line.status) == (
        "The flood destroyed forty houses.",
        "Hamid Test",
        "hamid-test",
        "guest",
        "recorded",
    )
    assert (line.start_ms, line.end_ms) == (10_000, 12_940)
    assert line.question is not None
    assert (line.question.speaker, line.question.text) == ("Zarin Test", LINES[0][2])


def test_what_was_rejected_is_not_proposed_again_and_neither_is_what_overlaps_a_claim(talk: Engine) -> None:
    flood, mill, _ = propose(talk)
    with acting(talk, MINA) as session:
        reject_claim(session, flood.short_id)
        respan_claim(session, mill.short_id, mill.start_ms, mill.end_ms - 600)
    assert {one.short_id: one.status for one in propose(talk)}[flood.short_id] is ClaimStatus.REJECTED
    assert len(propose(talk)) == 3
    with acting(talk, MINA) as session:
        assert reopen_claim(session, flood.short_id).status is ClaimStatus.CANDIDATE


def test_a_voice_without_a_confirmed_name_keeps_its_claim_in_the_house(talk: Engine) -> None:
    police = propose(talk)[2]
    with acting(talk, MINA) as session:
        confirm_claim(session, police.short_id)
    assert texts(talk) == []
    with reading(talk) as session:
        assert [one.hidden for one in list_claims(session, statuses=(ClaimStatus.RECORDED,))] == [UNNAMED]
        with pytest.raises(NotFound):
            read_claim(session, police.short_id)


def test_a_name_that_is_withheld_or_taken_back_takes_the_claim_along_at_once(talk: Engine) -> None:
    recorded(talk)
    with acting(talk, MINA) as session:
        withhold_label(session, "tea", "V1", by="Mina")
    assert texts(talk) == []
    with acting(talk, MINA) as session:
        undo_last(session, "tea", by="Mina")
    assert texts(talk) == ["The flood destroyed forty houses."]
    with acting(talk, MINA) as session:
        open_label(session, "tea", "V1", by="Mina")
    assert texts(talk) == []


def test_claims_follow_their_words_to_another_voice(talk: Engine) -> None:
    recorded(talk)
    with acting(talk, MINA) as session:
        reassign_turn(session, "tea", 11_000, "V0", by="Mina")
    with reading(talk) as session:
        assert [line.speaker for line in read_claims(session)] == ["Zarin Test"]


def test_words_that_become_two_peoples_wait_for_an_editor(record: Engine, make_episode: MakeEpisode) -> None:
    lines = [("Hamid Test", "en", "The flood destroyed"), ("Hamid Test", "en", "forty houses in a night")]
    with acting(record, MINA) as session:
        make_episode(session, slug="tea", turns=[*lines, ("Hamid Test", "en", "and nobody came")])
        add_claim(session, "tea", 0, 20_000)
    assert texts(record) == ["The flood destroyed forty houses in a night"]
    with acting(record, MINA) as session:
        split_label(session, "tea", "V0", 10_000, "rest", by="Mina")
    assert texts(record) == []
    with reading(record) as session:
        assert [one.hidden for one in list_changed(session)] == [CHANGED]


def test_changed_words_go_back_to_an_editor_and_are_shown_again_once_looked_at(talk: Engine) -> None:
    short_id = recorded(talk)
    edit(
        talk, 1, "The flood destroyed fourteen houses. Good evening to all of you. The mill was sold in 1994."
    )
    assert texts(talk) == []
    with reading(talk) as session:
        assert was_recorded(session, short_id)
        changed = list_changed(session)
        assert [(one.text, one.now) for one in changed] == [
            ("The flood destroyed forty houses.", "The flood destroyed fourteen houses.")
        ]
    with acting(talk, MINA) as session:
        accept_words(session, short_id)
    assert texts(talk) == ["The flood destroyed fourteen houses."]


def test_an_edit_that_is_undone_brings_the_claim_back(talk: Engine) -> None:
    recorded(talk)
    edit(talk, 1, "Something else was said there altogether and nobody counted")
    assert texts(talk) == []
    with acting(talk, MINA) as session:
        undo_last(session, "tea", by="Mina")
    assert texts(talk) == ["The flood destroyed forty houses."]


def test_an_edit_elsewhere_leaves_the_claim_and_moves_it_with_its_words(talk: Engine) -> None:
    recorded(talk)
    edit(talk, 0, "How many houses did it take?")
    edit(talk, 1, "Well then. The flood destroyed forty houses. The mill was sold in 1994.")
    assert texts(talk) == ["The flood destroyed forty houses."]


def test_candidates_of_words_that_changed_are_dropped_and_proposed_anew(talk: Engine) -> None:
    propose(talk)
    edit(talk, 1, "The flood destroyed sixty houses. The mill was sold in 1994.")
    with reading(talk) as session:
        assert len(list_claims(session, statuses=(ClaimStatus.CANDIDATE,))) == 2
    assert seek_due(talk) == 1
    assert seek_due(talk) == 0
    with reading(talk) as session:
        waiting = [one.text for one in list_claims(session, statuses=(ClaimStatus.CANDIDATE,))]
    assert "The flood destroyed sixty houses." in waiting and len(waiting) == 3


def test_a_withdrawn_talk_takes_its_claims_along_and_brings_them_back(talk: Engine) -> None:
    short_id = recorded(talk)
    with acting(talk, MINA) as session:
        withdraw_episode(session, "tea", "a reason")
    assert texts(talk) == []
    with reading(talk) as session:
        hidden = [one.hidden for one in list_claims(session, statuses=(ClaimStatus.RECORDED,))]
        assert hidden == [UNPUBLISHED]
    with acting(talk, MINA) as session:
        publish_episode(session, "tea")
    assert texts(talk) == ["The flood destroyed forty houses."]
    with acting(talk, MINA) as session:
        withdraw_claim(session, short_id, "she asked")
    assert texts(talk) == []
    with reading(talk) as session:
        assert was_recorded(session, short_id)


def test_a_revision_nobody_looked_claims_up_at_shows_none(talk: Engine) -> None:
    recorded(talk)
    with writing(talk) as session:
        find_episode(session, "tea").revision += 1
    assert texts(talk) == []


def test_every_act_is_on_record_and_its_words_lie_beside_the_chain(talk: Engine) -> None:
    short_id = recorded(talk)
    with acting(talk, MINA) as session:
        describe_claim(
            session,
            short_id,
            "disputed",
            note="A note",
            reply="They say no",
            review="Checked",
            rating="Unproven",
        )
        row = add_evidence(session, short_id, "https://press.example/a", "disputes", title="A report")
        set_subjects(session, short_id, ["Floods", "floods", "The mill"])
        drop_evidence(session, short_id, row.id or 0)
        withdraw_claim(session, short_id, "she asked")
    with reading(talk) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.act.startswith("claim-"))).all()  # type: ignore[attr-defined]
        assert [event.act.removeprefix("claim-") for event in acts] == [
            "confirm",
            "describe",
            "evidence",
            "about",
            "evidence-off",
            "withdraw",
        ]
        assert {event.who for event in acts} == {"Mina"}
        assert not any("flood" in str(event.detail).lower() for event in acts)
        assert session.exec(select(AuditWords)).first() is not None
        assert verify_log(session).broken is None


def test_filters_and_counts_say_the_same(talk: Engine, make_episode: MakeEpisode) -> None:
    with writing(talk) as session:
        make_episode(
            session, slug="two", turns=[("Hamid Test", "en", "Nobody was ever tried for the fire of 1999.")]
        )
    flood = recorded(talk)
    with acting(talk, MINA) as session:
        other = add_claim(session, "two", 0, 10_000).short_id
        set_subjects(session, flood, ["Floods"])
        set_subjects(session, other, ["Fire", "Courts"])
        describe_claim(session, other, "supported", note="", reply="", review="", rating="")
    assert texts(talk, Wanted(person="hamid-test", about="fire")) == [
        "Nobody was ever tried for the fire of 1999."
    ]
    assert texts(talk, Wanted(status="supported", year=2024)) == texts(talk, Wanted(talk="two"))
    assert texts(talk, Wanted(year=2023)) == texts(talk, Wanted(person="nobody")) == []
    with reading(talk) as session:
        choices = ledger_choices(session)
    assert [(one.name, one.count) for one in choices["person"]] == [("Hamid Test", 2)]
    assert [one.name for one in choices["about"]] == ["Courts", "Fire", "Floods"]
    assert [(one.value, one.count) for one in choices["year"]] == [("2024", 2)]
    assert [one.value for one in choices["status"]] == ["recorded", "supported"]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "//x",
        "https://",
        "https://a b",
        "https://u@x/",
        "ftp://x/",
        "http://[",
        'https://x/"',
    ],
)
def test_evidence_is_an_address_readers_may_follow(address: str) -> None:
    with pytest.raises(InvalidQuery):
        check_address(address)


def test_what_makes_no_sense_is_refused_with_a_sentence(talk: Engine) -> None:
    flood = propose(talk)[0].short_id
    with acting(talk, MINA) as session:
        with pytest.raises(Conflict, match="not recorded"):
            describe_claim(session, flood, "recorded", note="", reply="", review="", rating="")
        with pytest.raises(InvalidQuery, match="Say why"):
            withdraw_claim(session, flood, " ")
        confirm_claim(session, flood)
        with pytest.raises(Conflict, match="Withdraw it"):
            reject_claim(session, flood)
        with pytest.raises(InvalidQuery, match="Give both or none"):
            describe_claim(session, flood, "recorded", note="", reply="", review="Wrong", rating="")
        with pytest.raises(InvalidQuery, match="A claim is"):
            describe_claim(session, flood, "true", note="", reply="", review="", rating="")
        with pytest.raises(InvalidQuery, match="two people"):
            add_claim(session, "tea", 5_000, 15_000)
        for span in ((-1, 5), (5, 5), (999_000, 1_000_000)):
            with pytest.raises(InvalidQuery):
                add_claim(session, "tea", *span)
        with pytest.raises(NotFound):
            find_claim(session, "x" * 400)
        assert subjects_of(session, find_claim(session, flood)) == []


def test_through_random_edits_a_public_claim_is_always_words_that_stand_there(talk: Engine) -> None:
    """What readers see of the ledger stands, word by word, in the transcript they read, or is not shown."""
    recorded(talk)
    with acting(talk, MINA) as session:
        for claim in session.exec(select(Claim).where(Claim.status == ClaimStatus.CANDIDATE)).all():
            confirm_claim(session, claim.short_id)
    dice = random.Random(7)
    words = ["tea", "road", "mill", "flood", "forty", "houses", "sold", "1994", "burned"]
    for _ in range(25):
        with reading(talk) as session:
            position = dice.randrange(4)
            said = session.exec(select(Utterance.text).where(Utterance.position == position)).one().split()
        place = dice.randrange(len(said))
        if dice.random() < 0.5 and len(said) > 3:
            del said[place]
        else:
            said.insert(place, dice.choice(words))
        edit(talk, position, " ".join(said))
        if dice.random() < 0.4:
            with acting(talk, MINA) as session:
                undo_last(session, "tea", by="Mina")
        with reading(talk) as session:
            lines = session.exec(select(Utterance.text)).all()
            for claim in read_claims(session):
                assert any(claim.text in line for line in lines), (claim.text, lines)
                assert claim.speaker == "Hamid Test"
