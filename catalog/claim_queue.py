"""Claims as the newsroom sees them: what waits for a decision or a second look, and why readers do not see one yet."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col, func, select

from catalog.claim_acts import RECORDED
from catalog.claim_places import STANDING, find_words
from catalog.claims import Reason, say_why
from catalog.models import Claim, ClaimStatus, Episode, EpisodeState
from catalog.script import Script, read_script
from catalog.transcripts import NOBODY, Speaker, read_all_speakers

MOST = 200


@dataclass(frozen=True)
class HouseClaim:
    """A claim with what the house alone knows. `now` is what stands there if the words were changed; `hidden` says why
    readers do not see a recorded one, nothing when they do."""

    short_id: str
    slug: str
    title: str
    text: str
    now: str
    language: str
    start_ms: int
    end_ms: int
    status: str
    speaker: Speaker
    why: str
    hidden: str
    decided_by: str

    @property
    def needs_look(self) -> bool:
        return self.status in RECORDED and bool(self.now or self.hidden == CHANGED)


CHANGED = "Its words were changed, or are no longer one person's: an editor must look."
UNNAMED = "The name of this voice is not confirmed."
UNPUBLISHED = "The talk is not published."


def list_claims(
    session: Session, *, slug: str = "", statuses: Collection[ClaimStatus] = (), limit: int = MOST
) -> list[HouseClaim]:
    """Claims of one talk or of all, talk by talk as spoken, the newest talk first."""
    query = select(Claim, Episode).join(Episode).where(Claim.exact != "")
    if slug:
        query = query.where(Episode.slug == slug)
    if statuses:
        query = query.where(col(Claim.status).in_(statuses))
    order = (col(Episode.id).desc(), col(Claim.start_ms), col(Claim.id))
    return _tell(session, session.exec(query.order_by(*order).limit(limit)).all())


def list_changed(session: Session, *, slug: str = "", limit: int = MOST) -> list[HouseClaim]:
    """Recorded claims whose words are not those that were recorded: they wait for an editor's look."""
    query = (
        select(Claim, Episode)
        .join(Episode)
        .where(Claim.exact != "", col(Claim.status).in_(RECORDED))
        .where(sa.or_(col(Claim.stands).is_(False), col(Claim.checked) != col(Episode.revision)))
    )
    if slug:
        query = query.where(Episode.slug == slug)
    rows = session.exec(query.order_by(col(Episode.id).desc(), col(Claim.start_ms)).limit(limit)).all()
    return _tell(session, rows)


def house_claim(session: Session, claim: Claim) -> HouseClaim:
    return _tell(session, [(claim, session.get_one(Episode, claim.episode_id))])[0]


def count_by_status(session: Session, slug: str = "") -> dict[str, int]:
    """How many claims there are of each status, of one talk or of all."""
    query = select(Claim.status, func.count()).join(Episode).where(Claim.exact != "")
    if slug:
        query = query.where(Episode.slug == slug)
    rows = session.exec(query.group_by(col(Claim.status)))
    return {ClaimStatus(status).value: count for status, count in rows}


def _tell(session: Session, rows: Sequence[tuple[Claim, Episode]]) -> list[HouseClaim]:
    talks = list(dict.fromkeys(episode.id or 0 for _, episode in rows))
    voices = read_all_speakers(session, talks)
    scripts = {
        episode.id: read_script(session, episode.id or 0)
        for claim, episode in rows
        if not _stands(claim, episode)
    }
    return [_line(claim, episode, voices, scripts.get(episode.id)) for claim, episode in rows]


def _stands(claim: Claim, episode: Episode) -> bool:
    return claim.stands and claim.checked == episode.revision


def _line(
    claim: Claim, episode: Episode, voices: dict[int, dict[int, Speaker]], script: Script | None
) -> HouseClaim:
    speaker = voices.get(episode.id or 0, {}).get(claim.speaker_label_id or 0, NOBODY)
    return HouseClaim(
        short_id=claim.short_id,
        slug=episode.slug,
        title=episode.title,
        text=claim.exact,
        now=_words_now(claim, script) if script and not _stands(claim, episode) else "",
        language=claim.language,
        start_ms=claim.start_ms,
        end_ms=claim.end_ms,
        status=claim.status.value,
        speaker=speaker,
        why=say_why([Reason(one) for one in claim.reasons if one in tuple(Reason)]),
        hidden=_why_hidden(claim, episode, speaker),
        decided_by=claim.decided_by,
    )


def _words_now(claim: Claim, script: Script) -> str:
    found = find_words(claim, script)
    if found.landing in STANDING:
        return ""
    return " ".join(word.text for word in script.words[found.first : found.last])


def _why_hidden(claim: Claim, episode: Episode, speaker: Speaker) -> str:
    if claim.status not in RECORDED:
        return ""
    if not _stands(claim, episode):
        return CHANGED
    if speaker.certainty != "confirmed":
        return UNNAMED
    return "" if episode.state is EpisodeState.PUBLISHED else UNPUBLISHED
