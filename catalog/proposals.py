"""Corrections that readers propose: taken in without an account, shown to the newsroom only, accepted by an editor.

What is accepted becomes an ordinary correction (`editing`); how a proposal comes in from the web is `web.proposals`.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from catalog.audit import record_act
from catalog.editing import LONGEST_NOTE, LONGEST_TEXT, edit_paragraph, stamp_of
from catalog.episodes import find_episode
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import Episode, EpisodeState, Proposal, ProposalState, Utterance
from catalog.models.columns import now, storable
from catalog.transcripts import current_track, read_turns

MOST_OPEN, MOST_OPEN_OF_ONE = 2_000, 200  # proposals that wait: in all, and on one talk
LONGER_BY = (
    600  # characters a proposal may have beyond what stands there: a paragraph is mended, not replaced
)
ACT = "proposal"


@dataclass(frozen=True)
class ProposalLine:
    """A proposal beside what stands there now; `utterance_id` is None where no paragraph is at that moment any more."""

    id: int
    episode: str
    title: str
    language: str
    start_ms: int
    end_ms: int
    before: str
    now: str
    text: str
    remark: str
    state: str
    made_at: datetime
    decided_by: str
    utterance_id: int | None

    @property
    def is_stale(self) -> bool:
        """Do other words stand there than the reader saw?"""
        return self.now != self.before


def mark_of(text: str) -> str:
    """What tells one text of a paragraph from another, short enough for a form.

    >>> mark_of("Hello") == mark_of("Hello"), mark_of("Hello") == mark_of("hello")
    (True, False)
    """
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def propose(
    session: Session, slug: str, number: int, seen: str, text: str, remark: str = ""
) -> Proposal | None:
    """Keep what a reader heard for an editor; `seen` marks the text they had before them.

    None when it says what stands there, or somebody sent the same. Raises NotFound, InvalidQuery for what no
    correction is, Conflict where the paragraph reads otherwise by now.
    """
    episode = find_episode(session, slug)
    turns = read_turns(session, episode.id or 0) if episode.state is EpisodeState.PUBLISHED else []
    passage = next((one for turn in turns for one in turn.passages if one.number == number), None)
    if passage is None:
        raise NotFound("There is no such paragraph in a published talk.")
    wanted = " ".join(storable(text, LONGEST_TEXT + 1).split())
    if seen != mark_of(passage.text):
        raise Conflict("This paragraph was corrected while you wrote. Look at what it says now.")
    if not wanted:
        raise InvalidQuery("Write what you hear in place of the words, and leave the others as they are.")
    if len(wanted) > min(len(passage.text) + LONGER_BY, LONGEST_TEXT):
        raise InvalidQuery(
            "That is much longer than what is said here. Mend the words that are wrong, and send those."
        )
    known = select(Proposal.id).where(
        Proposal.episode_id == episode.id, Proposal.start_ms == passage.start_ms, Proposal.text == wanted
    )
    if wanted == passage.text or session.exec(known.where(Proposal.before == passage.text)).first():
        return None
    if _count(session) >= MOST_OPEN or _count(session, episode.id) >= MOST_OPEN_OF_ONE:
        raise Conflict("More corrections wait than the newsroom can read. Please come back in some days.")
    proposal = Proposal(
        episode_id=episode.id or 0,
        start_ms=passage.start_ms,
        language=passage.language,
        before=passage.text,
        text=wanted,
        remark=storable(" ".join(remark.split()), LONGEST_NOTE),
    )
    session.add(proposal)
    session.flush()
    return proposal


def _count(session: Session, episode_id: int | None = None) -> int:
    query = select(func.count()).select_from(Proposal).where(Proposal.state == ProposalState.OPEN)
    return session.exec(query if episode_id is None else query.where(Proposal.episode_id == episode_id)).one()


def count_open(session: Session) -> int:
    """How many wait for an editor."""
    return _count(session)


def list_proposals(session: Session, slug: str = "", *, every: bool = False) -> list[ProposalLine]:
    """What readers propose, the oldest first; with `every`, what was decided too, the latest first."""
    query = select(Proposal, Episode).join(Episode)
    if slug:
        query = query.where(Episode.id == find_episode(session, slug).id)
    if not every:
        query = query.where(Proposal.state == ProposalState.OPEN)
    order = col(Proposal.id).desc() if every else col(Proposal.id)
    return [
        _line(session, proposal, episode)
        for proposal, episode in session.exec(query.order_by(order).limit(500))
    ]


def read_proposal(session: Session, proposal_id: int) -> ProposalLine:
    proposal = _find(session, proposal_id)
    return _line(session, proposal, session.get_one(Episode, proposal.episode_id))


def accept_proposal(
    session: Session, proposal_id: int, *, by: str, text: str = "", public_note: str = "", seen: str = ""
) -> str:
    """Make it a correction, as it is or as the editor wrote it; returns the talk's slug.

    `seen` marks the text the editor had before them. Raises NotFound, Conflict, ChangedMeanwhile.
    """
    proposal = _find(session, proposal_id)
    line = read_proposal(session, proposal_id)
    if proposal.state is not ProposalState.OPEN:
        raise Conflict(f"This was {proposal.state.value} already.")
    utterance = session.get(Utterance, line.utterance_id) if line.utterance_id else None
    if utterance is None:
        raise Conflict(
            "No paragraph begins there any more. Mend the words in the transcript, and reject this."
        )
    is_as_seen = mark_of(utterance.text) == (seen or mark_of(proposal.before))
    edit_paragraph(
        session,
        line.episode,
        utterance.id or 0,
        text or proposal.text,
        stamp_of(utterance) if is_as_seen else "",
        by=by,
        public_note=public_note,
    )
    _decide(session, proposal, ProposalState.ACCEPTED, by)
    return line.episode


def reject_proposal(session: Session, proposal_id: int, *, by: str) -> str:
    """Leave the words as they are; returns the talk's slug."""
    proposal = _find(session, proposal_id)
    if proposal.state is ProposalState.ACCEPTED:
        raise Conflict("This was accepted already. Undo that in the transcript.")
    _decide(session, proposal, ProposalState.REJECTED, by)
    return session.get_one(Episode, proposal.episode_id).slug


def _decide(session: Session, proposal: Proposal, state: ProposalState, by: str) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, storable(by, 200), now()
    session.add(proposal)
    detail = {"proposal": proposal.id, "state": state.value}
    record_act(session, ACT, f"episode/{proposal.episode_id}", detail, who=by)


def _find(session: Session, proposal_id: int) -> Proposal:
    proposal = session.get(Proposal, proposal_id)
    if proposal is None:
        raise NotFound(f"There is no proposal {proposal_id}.")
    return proposal


def _line(session: Session, proposal: Proposal, episode: Episode) -> ProposalLine:
    track = current_track(session, proposal.episode_id)
    there = select(Utterance).where(
        Utterance.track_id == (track.id if track else 0),
        Utterance.start_ms <= proposal.start_ms,
        Utterance.end_ms > proposal.start_ms,
    )
    here = session.exec(there.order_by(col(Utterance.start_ms).desc(), col(Utterance.position))).first()
    return ProposalLine(
        id=proposal.id or 0,
        episode=episode.slug,
        title=episode.title,
        language=proposal.language,
        start_ms=proposal.start_ms,
        end_ms=here.end_ms if here else proposal.start_ms,
        before=proposal.before,
        now=here.text if here else "",
        text=proposal.text,
        remark=proposal.remark,
        state=proposal.state.value,
        made_at=proposal.made_at,
        decided_by=proposal.decided_by,
        utterance_id=here.id if here else None,
    )
