"""Where a speaker corrected what a claim says: a later moment of a talk, pointed to by an editor. Only words of the
same person can correct it; what was said there is read in its talk."""

import regex
from sqlmodel import Session, select

from catalog.claim_acts import RECORDED, find_claim, record_claim_act
from catalog.claim_context import Later
from catalog.episodes import episode_by_id, find_episode
from catalog.errors import Conflict, InvalidQuery
from catalog.models import Claim, ClaimCorrection, ClaimStatus, Episode
from catalog.script import Script, read_script

_MOMENT = regex.compile(r"/e/(?P<slug>[a-z0-9-]+)\S*?[?&#]t=(?P<s>\d{1,6}(?:\.\d{1,3})?)")


def point_to_correction(session: Session, short_id: str, address: str) -> Claim:
    """Say at which moment, by its address, the speaker corrected a recorded claim; an empty one takes it back."""
    claim = find_claim(session, short_id)
    if claim.status not in RECORDED:
        raise Conflict("This claim is not recorded. Record it first.")
    known = session.get(ClaimCorrection, claim.id)
    if not address.strip():
        if known is not None:
            session.delete(known)
            record_claim_act(session, claim, "correction-off")
        return claim
    episode, at_ms = _read_moment(session, claim, address)
    row = known or ClaimCorrection(claim_id=claim.id or 0, episode_id=0, at_ms=0)
    row.episode_id, row.at_ms = episode.id or 0, at_ms
    claim.status = ClaimStatus.CORRECTED
    session.add_all([row, claim])
    record_claim_act(session, claim, "correction", episode=episode.id, at_ms=at_ms)
    return claim


def _read_moment(session: Session, claim: Claim, address: str) -> tuple[Episode, int]:
    found = _MOMENT.search(address)
    if found is None:
        raise InvalidQuery("Give the address of a moment, as the time beside a turn has it: …/e/TALK#t=83.2")
    episode, at_ms = find_episode(session, found["slug"]), round(float(found["s"]) * 1000)
    if episode.id == claim.episode_id and abs(at_ms - claim.start_ms) < claim.end_ms - claim.start_ms:
        raise InvalidQuery("This is the moment of the claim itself.")
    said, corrected = (
        _who_says(read_script(session, one), when)
        for one, when in ((claim.episode_id, claim.start_ms), (episode.id or 0, at_ms))
    )
    if not said or said != corrected:
        raise InvalidQuery("Somebody else speaks at that moment. Only the speaker can correct what was said.")
    return episode, at_ms


def _who_says(script: Script, at_ms: int) -> str:
    """The slug of who says the word at a moment, or the next one; empty where nobody is known."""
    for word, speaker in zip(script.words, script.speakers, strict=True):
        if word.end_ms > at_ms:
            return speaker.person_slug or ""
    return ""


def correction_of(session: Session, short_id: str) -> Later | None:
    """The moment an editor pointed to, whether readers see it or not."""
    query = select(ClaimCorrection).join(Claim).where(Claim.short_id == short_id)
    row = session.exec(query).first()
    if row is None:
        return None
    episode = episode_by_id(session, row.episode_id)
    return Later(episode.slug, episode.title, episode.language or "", row.at_ms)
