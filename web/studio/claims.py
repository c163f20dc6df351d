"""The ledger at the desk: what the machine proposes, what editors record, reject, describe and withdraw."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from sqlmodel import Session
from starlette.responses import Response

from catalog import claim_acts
from catalog.claim_acts import RECORDED, add_claim, describe_claim, find_claim
from catalog.claim_corrections import correction_of, point_to_correction
from catalog.claim_grounds import add_evidence, drop_evidence, evidence_of, set_subjects, subjects_of
from catalog.claim_proposals import seek_claims
from catalog.claim_queue import count_by_status, house_claim, list_changed, list_claims
from catalog.claim_suggestions import suggest_subjects
from catalog.episodes import episode_by_id, find_episode
from catalog.errors import InvalidQuery
from catalog.models import Claim, ClaimStatus, Stance
from catalog.questions import question_before
from web.claim import STATUSES
from web.studio.episode import sound_row
from web.studio.redact import paragraphs_of, whole_ms
from web.studio.seat import Editor, Producer, Sent, Slug, go

ON_QUEUE = 100
NOTES = {
    "recorded": "Recorded. Readers see it where its speaker has a confirmed name and its talk is published.",
    "rejected": "Rejected: it is not proposed again.",
    "withdrawn": "Withdrawn: readers no longer see it.",
    "reopened": "Taken back: it waits for a decision again.",
    "saved": "Saved.",
    "sought": "Looked through the words as they are now.",
    "none": "Tick at least one.",
}
ShortId = Annotated[str, Path(pattern="^[a-z0-9]{1,16}$")]
Ms = Annotated[int | None, Query(ge=0, le=2**31 - 1)]
router = APIRouter(include_in_schema=False)
page = partial(router.api_route, methods=["GET", "HEAD"])


@page("/claims")
def queue(seat: Producer, note: str = "") -> Response:
    """What waits for an editor, in all talks."""
    waiting = list_claims(seat.session, statuses=(ClaimStatus.CANDIDATE,), limit=ON_QUEUE)
    return seat.show(
        "claims.html",
        episode=None,
        changed=list_changed(seat.session),
        waiting=waiting,
        decided=[],
        counts=count_by_status(seat.session),
        with_sound={one.slug for one in waiting if sound_row(seat, one.slug) is not None},
        statuses=STATUSES,
        note=NOTES.get(note, ""),
    )


@page("/e/{slug}/claims")
def of_talk(seat: Producer, slug: Slug, note: str = "") -> Response:
    """All claims of one talk, whatever was decided."""
    episode = find_episode(seat.session, slug)
    decided = [one for one in ClaimStatus if one is not ClaimStatus.CANDIDATE]
    return seat.show(
        "claims.html",
        episode=episode,
        changed=list_changed(seat.session, slug=slug),
        waiting=list_claims(seat.session, slug=slug, statuses=(ClaimStatus.CANDIDATE,)),
        decided=list_claims(seat.session, slug=slug, statuses=decided),
        counts=count_by_status(seat.session, slug),
        with_sound={slug} if sound_row(seat, slug) is not None else set(),
        statuses=STATUSES,
        note=NOTES.get(note, ""),
    )


@router.post("/e/{slug}/claims/seek")
def seek(seat: Producer, slug: Slug) -> Response:
    """Look for claims now, without waiting for a worker."""
    with seat.acting() as session:
        seek_claims(session, find_episode(session, slug))
    return go(f"/e/{slug}/claims", "sought")


@router.post("/claims/decide")
def decide_several(seat: Editor, sent: Sent) -> Response:
    """Record or reject all that are ticked, or none of them."""
    ticked = [name.removeprefix("c-") for name in sent if name.startswith("c-")][:ON_QUEUE]
    act = {"confirm": claim_acts.confirm_claim, "reject": claim_acts.reject_claim}.get(sent.get("act", ""))
    if act is None:
        raise InvalidQuery("Say what to do with the claims that are ticked.")
    slug = sent.get("talk", "")
    with seat.acting() as session:
        if slug:
            find_episode(session, slug)
        talks = {act(session, number).episode_id for number in ticked}
    for episode_id in talks:
        seat.follow(episode_id)
    note = ("recorded" if sent["act"] == "confirm" else "rejected") if ticked else "none"
    return go(f"/e/{slug}/claims" if slug else "/claims", note)


# ---- choosing words -------------------------------------------------------------------------------------


@page("/e/{slug}/claims/words")
def words(
    seat: Editor,
    slug: Slug,
    at: Ms = None,
    begin: Annotated[Ms, Query(alias="from")] = None,
    end: Annotated[Ms, Query(alias="to")] = None,
    claim: Annotated[str, Query(pattern="^[a-z0-9]{0,16}$")] = "",
) -> Response:
    """Choose the first word of a claim, then the last: of a new one, or anew of the one that is named."""
    episode = find_episode(seat.session, slug)
    named = find_claim(seat.session, claim) if claim else None
    return seat.show(
        "claim-words.html",
        episode=episode,
        claim=named,
        paragraphs=paragraphs_of(seat, episode.id or 0, at),
        at=at,
        begin=begin,
        end=end if begin is not None and end is not None and begin < end else None,
        has_sound=sound_row(seat, slug) is not None,
    )


@router.post("/e/{slug}/claims/words")
def add(seat: Editor, slug: Slug, sent: Sent) -> Response:
    """Record words that nobody proposed."""
    find_episode(seat.session, slug)
    with seat.acting() as session:
        claim = add_claim(session, slug, whole_ms(sent, "from"), whole_ms(sent, "to"))
        short_id, episode_id = claim.short_id, claim.episode_id
    seat.follow(episode_id)
    return go(f"/claims/{short_id}", "recorded")


# ---- one claim ------------------------------------------------------------------------------------------


@page("/claims/{short_id}")
def one_claim(seat: Producer, short_id: ShortId, note: str = "") -> Response:
    claim = find_claim(seat.session, short_id)
    episode = episode_by_id(seat.session, claim.episode_id)
    return seat.show(
        "claim.html",
        claim=claim,
        line=house_claim(seat.session, claim),
        episode=episode,
        question=question_before(seat.session, claim.episode_id, claim.position),
        subjects=subjects_of(seat.session, claim),
        suggested=suggest_subjects(seat.session, claim),
        evidence=evidence_of(seat.session, claim),
        later=correction_of(seat.session, short_id),
        statuses=STATUSES,
        stances=tuple(Stance),
        is_recorded=claim.status in RECORDED,
        has_sound=sound_row(seat, episode.slug) is not None,
        note=NOTES.get(note, ""),
    )


@router.post("/claims/{short_id}")
def decide(seat: Editor, short_id: ShortId, sent: Sent) -> Response:
    """Whatever a form of the claim's page asks for, by the button that was pressed."""
    act, note = claim_act(short_id, sent)
    with seat.acting() as session:
        episode_id = find_claim(session, short_id).episode_id
        act(session)
        slug = episode_by_id(session, episode_id).slug
    seat.follow(episode_id)
    back = {"queue": "/claims", "talk": f"/e/{slug}/claims"}.get(sent.get("back", ""), f"/claims/{short_id}")
    return go(back, note)


def claim_act(short_id: str, sent: dict[str, str]) -> tuple[Any, str]:
    """The act a form asks for, and what is told when it is done."""
    match sent.get("act"):
        case "confirm":
            return partial(claim_acts.confirm_claim, short_id=short_id), "recorded"
        case "reject":
            return partial(claim_acts.reject_claim, short_id=short_id), "rejected"
        case "withdraw":
            reason = sent.get("reason", "")
            return partial(claim_acts.withdraw_claim, short_id=short_id, reason=reason), "withdrawn"
        case "reopen":
            return partial(claim_acts.reopen_claim, short_id=short_id), "reopened"
        case "accept":
            return partial(claim_acts.accept_words, short_id=short_id), "saved"
        case "span":
            start_ms, end_ms = whole_ms(sent, "from"), whole_ms(sent, "to")
            return partial(
                claim_acts.respan_claim, short_id=short_id, start_ms=start_ms, end_ms=end_ms
            ), "saved"
        case act if act in _FORMS:
            return partial(_FORMS[act], short_id=short_id, sent=sent), "saved"
    raise InvalidQuery("Say what to do with this claim.")


def _add_evidence(session: Session, short_id: str, sent: dict[str, str]) -> None:
    told = {name: sent.get(name, "") for name in ("title", "note")}
    add_evidence(session, short_id, sent.get("url", ""), sent.get("stance", ""), **told)


def _describe(session: Session, short_id: str, sent: dict[str, str]) -> Claim:
    set_subjects(session, short_id, sent.get("about", "").replace("،", ",").split(","))
    told = {name: sent.get(name, "") for name in ("note", "reply", "review", "rating")}
    return describe_claim(session, short_id, sent.get("status", ""), **told)


def _drop_evidence(session: Session, short_id: str, sent: dict[str, str]) -> None:
    number = sent.get("evidence", "")
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    drop_evidence(session, short_id, int(number) if is_number else 0)


def _point(session: Session, short_id: str, sent: dict[str, str]) -> None:
    point_to_correction(session, short_id, sent.get("later", ""))


# What the forms of a recorded claim ask for beside what one button says.
_FORMS = {"describe": _describe, "evidence": _add_evidence, "drop": _drop_evidence, "later": _point}
