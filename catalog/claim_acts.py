"""What editors do to claims: record, reject, word, describe, withdraw. Each act is on record; none says whether it is
true. Evidence and subjects are in `claim_grounds`, what readers see in `ledger`."""

from typing import Any

from sqlmodel import Session, select

from catalog.anchors import words_within
from catalog.audit import actor_of, record_act
from catalog.claim_places import anchor_claim, find_words, label_ids, place_claim
from catalog.claim_proposals import new_short_id
from catalog.episodes import episode_by_id, find_episode
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Claim, ClaimStatus, Episode
from catalog.models.columns import now, storable
from catalog.redaction.words import MARK
from catalog.script import read_script

RECORDED = (ClaimStatus.RECORDED, ClaimStatus.SUPPORTED, ClaimStatus.DISPUTED, ClaimStatus.CORRECTED)
LONGEST_MS, MOST_WORDS = 120_000, 150
LONGEST_NOTE, LONGEST_REVIEW, LONGEST_RATING = 2_000, 8_000, 80


def find_claim(session: Session, short_id: str) -> Claim:
    claim = session.exec(select(Claim).where(Claim.short_id == short_id[:16])).first()
    if claim is None:
        raise NotFound(f"No claim has the number '{short_id[:16]}'. `presstalk claims list` shows them.")
    return claim


def add_claim(session: Session, slug: str, start_ms: int, end_ms: int) -> Claim:
    """Record words of a talk that no machine proposed. Raises InvalidQuery where no words are spoken then."""
    episode = find_episode(session, slug)
    claim = Claim(short_id=new_short_id(), episode_id=episode.id or 0, exact="", start_ms=0, end_ms=0)
    _span(session, episode, claim, start_ms, end_ms)
    claim.status = ClaimStatus.RECORDED
    _decide(session, claim)
    _record(session, claim, "add", {"exact": claim.exact})
    return claim


def confirm_claim(session: Session, short_id: str) -> Claim:
    """Record a candidate: an editor stands by it that this was said. Readers see it where its speaker has a confirmed
    name and its talk is published."""
    claim = find_claim(session, short_id)
    if claim.status in RECORDED:
        return claim
    _need_words(claim)
    if not claim.stands:
        raise Conflict("The words were changed since this was proposed. Choose them again in the transcript.")
    claim.status = ClaimStatus.RECORDED
    _decide(session, claim)
    _record(session, claim, "confirm", {"exact": claim.exact})
    return claim


def reject_claim(session: Session, short_id: str) -> Claim:
    """It is no claim: it is not proposed again. One that was recorded is withdrawn, not rejected."""
    claim = find_claim(session, short_id)
    if claim.status in RECORDED:
        raise Conflict("This claim is recorded. Withdraw it, and say why.")
    if claim.status is ClaimStatus.CANDIDATE:
        claim.status = ClaimStatus.REJECTED
        _decide(session, claim)
        _record(session, claim, "reject")
    return claim


def withdraw_claim(session: Session, short_id: str, reason: str) -> Claim:
    """Take a recorded claim from readers; why stays in the house."""
    claim = find_claim(session, short_id)
    if not reason.strip():
        raise InvalidQuery("Say why it is withdrawn. Readers are not told; the newsroom's record is.")
    if claim.status not in RECORDED:
        raise Conflict("This claim is not recorded, so there is nothing to withdraw.")
    claim.status = ClaimStatus.WITHDRAWN
    _decide(session, claim)
    _record(session, claim, "withdraw", {"reason": storable(reason.strip(), LONGEST_NOTE)})
    return claim


def reopen_claim(session: Session, short_id: str) -> Claim:
    """Take a decision back: the claim waits for one again, and is seen by nobody outside."""
    claim = find_claim(session, short_id)
    _need_words(claim)
    if claim.status is not ClaimStatus.CANDIDATE:
        claim.status = ClaimStatus.CANDIDATE
        _decide(session, claim)
        _record(session, claim, "reopen")
    return claim


def respan_claim(session: Session, short_id: str, start_ms: int, end_ms: int) -> Claim:
    """Let a claim be the words spoken in another span; so one whose words were changed comes to stand again."""
    claim = find_claim(session, short_id)
    _need_words(claim)
    before = claim.exact
    _span(session, episode_by_id(session, claim.episode_id), claim, start_ms, end_ms)
    _decide(session, claim)
    _record(session, claim, "span", {"before": before, "exact": claim.exact})
    return claim


def accept_words(session: Session, short_id: str) -> Claim:
    """An editor has looked at the words as they stand now, and the claim is these."""
    claim = find_claim(session, short_id)
    _need_words(claim)
    script = read_script(session, claim.episode_id)
    found = find_words(claim, script)
    if not found.last:
        raise Conflict("No words stand there that could be the claim. Choose them in the transcript.")
    words = script.words[found.first : found.last]
    return respan_claim(session, short_id, words[0].start_ms, max(word.end_ms for word in words))


def describe_claim(
    session: Session, short_id: str, status: str, *, note: str, reply: str, review: str, rating: str
) -> Claim:
    """What the ledger says beside a recorded claim. A review needs its rating in words, and a rating a review."""
    claim = find_claim(session, short_id)
    if claim.status not in RECORDED:
        raise Conflict("This claim is not recorded. Record it first.")
    if status not in RECORDED:
        raise InvalidQuery(f"A claim is {', '.join(RECORDED[:-1])} or {RECORDED[-1]}.")
    texts = {
        "note": storable(note.strip(), LONGEST_NOTE),
        "reply": storable(reply.strip(), LONGEST_NOTE),
        "review": storable(review.strip(), LONGEST_REVIEW),
        "rating": storable(rating.strip(), LONGEST_RATING),
    }
    if bool(texts["review"]) != bool(texts["rating"]):
        raise InvalidQuery(
            "A review has words and a rating in words, such as “Misleading”. Give both or none."
        )
    if (texts["review"], texts["rating"]) != (claim.review, claim.rating):
        is_there = bool(texts["review"])
        claim.reviewed_by = actor_of(session).name if is_there else ""
        claim.reviewed_at = now() if is_there else None
    for name, text in texts.items():
        setattr(claim, name, text)
    claim.status = ClaimStatus(status)
    session.add(claim)
    _record(session, claim, "describe", texts)
    return claim


def _need_words(claim: Claim) -> None:
    if not claim.exact:
        raise Conflict("The words of this claim were taken out for good.")


def _span(session: Session, episode: Episode, claim: Claim, start_ms: int, end_ms: int) -> None:
    if not 0 <= start_ms < end_ms:
        raise InvalidQuery("The claim ends before it begins.")
    script = read_script(session, episode.id or 0)
    places = words_within(script.words, start_ms, end_ms)
    if places is None:
        raise InvalidQuery("No words are written for that moment.")
    first, last = places
    if last - first > MOST_WORDS or end_ms - start_ms > LONGEST_MS:
        raise InvalidQuery(f"A claim has at most {MOST_WORDS} words. Choose fewer.")
    if len(set(script.speakers[first:last])) > 1:
        raise InvalidQuery("These words are two people's. A claim is one person's.")
    if any(MARK in word.text for word in script.words[first:last]):
        raise InvalidQuery("Words were taken out of there. Choose others.")
    anchor_claim(claim, script, first, last, episode.revision)
    place_claim(
        claim, script, find_words(claim, script), label_ids(session, episode.id or 0), episode.revision
    )


def _decide(session: Session, claim: Claim) -> None:
    claim.decided_by, claim.decided_at = storable(actor_of(session).name, 200), now()
    session.add(claim)
    session.flush()


def _record(session: Session, claim: Claim, act: str, words: dict[str, Any] | None = None) -> None:
    record_claim_act(session, claim, act, words=words)


def record_claim_act(
    session: Session, claim: Claim, act: str, *, words: dict[str, Any] | None = None, **detail: Any
) -> None:
    """The act in the log; whatever people said or wrote lies beside it, where redaction reaches it."""
    told = {"claim": claim.short_id, "status": claim.status.value, **detail}
    subject = f"episode/{claim.episode_id}/claims"
    record_act(
        session, f"claim-{act}", subject, told, words={k: v for k, v in (words or {}).items() if v} or None
    )
    session.flush()
