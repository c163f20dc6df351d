"""Claims proposed: what the machine finds in transcripts, kept for editors to decide. How it finds is in `claims`."""

import logging
import secrets
from collections.abc import Iterator, Sequence
from functools import lru_cache
from threading import Thread
from typing import Any

from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.anchors import key_of, split_words
from catalog.claim_places import STANDING, anchor_claim, find_words, label_ids, place_claim
from catalog.claims import Candidate, find_claims
from catalog.db import reading, writing
from catalog.episodes import episode_by_id
from catalog.models import Claim, ClaimStatus, Episode, EpisodeState, Track, TrackKind
from catalog.pulse import Fenced
from catalog.redaction.words import MARK
from catalog.script import Script, script_of
from catalog.transcripts import SpokenTurn, read_turns

log = logging.getLogger(__name__)

HEARD = (EpisodeState.REVIEW, EpisodeState.PUBLISHED, EpisodeState.WITHDRAWN)
SIGNS, ID_LENGTH = "abcdefghjkmnpqrstuvwxyz23456789", 10  # as quotes have them
LIKE = 0.5  # of a sentence: so much of it decided upon is decided upon

Found = tuple[int, int, tuple[str, ...]]  # words [first, last) and why


def new_short_id() -> str:
    return "".join(secrets.choice(SIGNS) for _ in range(ID_LENGTH))


def is_unsought(engine: Engine) -> bool:
    """Is there a talk whose words were not gone through for claims as they are now?"""
    with reading(engine) as session:
        return bool(session.exec(_due(1)).all())


def start_seeking(engine: Engine) -> Thread:
    """Go through one such talk beside whatever else goes on. A failure is tried again by whoever looks next."""
    thread = Thread(target=_seek_quietly, args=(engine,), daemon=True)
    thread.start()
    return thread


def _seek_quietly(engine: Engine) -> None:
    try:
        seek_due(engine)
    except Fenced:  # others do this worker's work; it says so itself
        return
    except Exception:
        log.exception("looking for claims broke off")


def _due(limit: int) -> Any:
    return (
        select(Episode.id)
        .join(Track)
        .where(
            col(Episode.state).in_(HEARD),
            Episode.claims_sought != Episode.revision,
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
        .order_by(col(Episode.id))
        .limit(limit)
    )


def seek_due(engine: Engine, *, limit: int = 1) -> int:
    """Go through talks whose words may have changed since they were last gone through; how many there were. Twice does
    no harm, and what was cut off is due still."""
    with reading(engine) as session:
        due = session.exec(_due(limit)).all()
    for episode_id in due:
        with reading(engine) as session:  # what takes time is done before others are kept from writing
            for turn in read_turns(session, episode_id or 0):
                for passage in turn.passages:
                    _find(passage.text)
        with writing(engine, unseen=True) as session:
            seek_claims(session, episode_by_id(session, episode_id or 0))
    return len(due)


def seek_claims(session: Session, episode: Episode) -> int:
    """Propose what may be claims in a talk and was not decided upon yet; how many are new."""
    episode_id = episode.id or 0
    turns = read_turns(session, episode_id, with_words=True)
    script = script_of(turns)
    taken = list(_taken(session, episode_id, script))
    labels = label_ids(session, episode_id)
    count = 0
    for first, last, reasons in _sentences(turns, script):
        if any(min(last, end) - max(first, begin) >= LIKE * (last - first) for begin, end in taken):
            continue
        claim = Claim(short_id=new_short_id(), episode_id=episode_id, exact="", start_ms=0, end_ms=0)
        anchor_claim(claim, script, first, last, episode.revision)
        place_claim(claim, script, find_words(claim, script), labels, episode.revision)
        claim.reasons = list(reasons)
        if claim.stands:  # the same words twice in a breath cannot be told apart
            session.add(claim)
            count += 1
    episode.claims_sought = episode.revision
    session.add(episode)
    session.flush()
    return count


@lru_cache(maxsize=4096)
def _find(text: str) -> tuple[Candidate, ...]:
    return tuple(find_claims(text))


def _taken(session: Session, episode_id: int, script: Script) -> Iterator[tuple[int, int]]:
    """The words that were proposed or decided upon, where they stand today."""
    for row in session.exec(select(Claim).where(Claim.episode_id == episode_id)):
        found = find_words(row, script)
        if found.landing in STANDING:
            yield found.first, found.last
        elif row.status not in (ClaimStatus.CANDIDATE, ClaimStatus.REJECTED) and found.last:
            yield found.first, found.last  # it waits for an editor's look as it is


def _sentences(turns: Sequence[SpokenTurn], script: Script) -> Iterator[Found]:
    """What may be claims, as words of the script; what was taken out of a sentence is no ground to judge it by."""
    begins: dict[int, int] = {}
    for place, paragraph in enumerate(script.paragraphs):
        begins.setdefault(paragraph, place)
    for turn in turns:
        for passage in turn.passages:
            begin = begins.get(passage.number)
            if begin is None:
                continue
            for one in _find(passage.text):
                first, last = (len(split_words(passage.text[:cut])) for cut in (one.start, one.end))
                said = script.words[begin + first : begin + last]
                if not any(MARK in word.text or not key_of(word.text) for word in said):
                    yield begin + first, begin + last, one.reasons
