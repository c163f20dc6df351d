"""Asking for a redaction: from that moment the talk is not served. Doing it is `carrying_out`'s."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from catalog.acts import REDACT, subject_of
from catalog.audit import actor_of, record_act
from catalog.episodes import find_episode, touch, unfinished_redaction
from catalog.errors import InvalidQuery
from catalog.jobs import finish_job, open_job
from catalog.models import Cover, Episode, EpisodeState, JobState, Redaction, RedactionStage
from catalog.models.columns import storable
from catalog.redaction.rows import also_written, words_within_span
from transcribe.timeline import Span

LONGEST_REASON = 200


@dataclass(frozen=True)
class Order:
    """What is to go: [start_ms, end_ms) of a talk, why, what is heard instead, and whether the picture goes too."""

    start_ms: int
    end_ms: int
    reason: str
    cover: Cover = Cover.SILENCE
    blank_picture: bool = False


@dataclass(frozen=True)
class Preview:
    """The words that would go, as they are printed, and where people wrote one that is said nowhere else."""

    words: tuple[str, ...]
    also_in: tuple[str, ...]


@dataclass(frozen=True)
class RedactionLine:
    """A redaction as the newsroom sees it, without a word of what went."""

    id: int
    episode: str
    start_ms: int
    end_ms: int
    reason: str
    stage: str
    at: datetime


def preview_redaction(session: Session, slug: str, start_ms: int, end_ms: int) -> Preview:
    """What a redaction would take. Raises NotFound, InvalidQuery."""
    episode = find_episode(session, slug)
    spans = [_span(episode, start_ms, end_ms)]
    said, gone = words_within_span(session, episode.id or 0, spans)
    return Preview(said, tuple(also_written(session, episode.id or 0, gone)))


def order_redaction(session: Session, slug: str, order: Order) -> Redaction:
    """Withhold the talk at once, stop work on it, and write down what must go. Raises NotFound, InvalidQuery."""
    episode = find_episode(session, slug)
    span = _span(episode, order.start_ms, order.end_ms)
    if not order.reason.strip():
        raise InvalidQuery(
            "Say why this is taken out: the newsroom's record keeps the reason, never the words."
        )
    pending = unfinished_redaction(session, episode.id or 0)
    redaction = Redaction(
        episode_id=episode.id or 0,
        start_ms=span.start_ms,
        end_ms=span.end_ms,
        reason=storable(order.reason.strip(), LONGEST_REASON),
        by_user_id=actor_of(session).user_id,
        cover=order.cover,
        blank_picture=order.blank_picture,
        was_public=episode.state is EpisodeState.PUBLISHED or bool(pending and pending.was_public),
    )
    session.add(redaction)
    _stop_work(session, episode)
    session.flush()
    told = {"by": actor_of(session).name, "redaction": redaction.id, "start_ms": span.start_ms}
    told |= {"end_ms": span.end_ms, "cover": order.cover.value, "before": episode.state.value}
    record_act(session, REDACT, subject_of(episode.id or 0), told, words={"reason": redaction.reason})
    if episode.state is EpisodeState.PUBLISHED:
        episode.state = EpisodeState.WITHDRAWN
    touch(session, episode)
    return redaction


def order_again(session: Session, episode_id: int) -> bool:
    """Do every redaction of a talk again, from the sound on: its recording was fetched anew. Are there any?"""
    done = select(Redaction).where(Redaction.episode_id == episode_id, Redaction.stage == RedactionStage.DONE)
    rows = session.exec(done.order_by(col(Redaction.id))).all()
    if not rows:
        return False
    episode = session.get_one(Episode, episode_id)
    rows[0].was_public = episode.state is EpisodeState.PUBLISHED
    if rows[0].was_public:
        episode.state = EpisodeState.WITHDRAWN
    for row in rows:
        row.stage, row.finished_at = RedactionStage.WORDS, None
    session.add_all([*rows, episode])
    return True


def _span(episode: Episode, start_ms: int, end_ms: int) -> Span:
    if not 0 <= start_ms < end_ms:
        raise InvalidQuery("What is to go must end after it begins.")
    if episode.duration_ms and start_ms >= episode.duration_ms:
        raise InvalidQuery(f"The talk is {episode.duration_ms} ms long; nothing is said at {start_ms} ms.")
    return Span(start_ms, min(end_ms, episode.duration_ms or end_ms))


def _stop_work(session: Session, episode: Episode) -> None:
    job = open_job(session, episode.id or 0)
    if job is not None:
        finish_job(session, job, JobState.CANCELLED, "Stopped: words are being taken out of this talk.")
        if episode.state is EpisodeState.WORKING:
            episode.state = EpisodeState.NEW


def list_redactions(session: Session, slug: str = "") -> Sequence[RedactionLine]:
    """All redactions, or those of one talk, the newest first."""
    query = select(Redaction, Episode.slug).join(Episode).order_by(col(Redaction.id).desc())
    if slug:
        query = query.where(Redaction.episode_id == find_episode(session, slug).id)
    return [
        RedactionLine(row.id or 0, talk, row.start_ms, row.end_ms, row.reason, row.stage.value, row.at)
        for row, talk in session.exec(query).all()
    ]
