"""A machine's translation of a talk into English: Whisper's own, chunk by chunk, from the sound that was heard. It
waits in the newsroom until a person shows it to readers. Translations that come as files are in `translations`."""

import asyncio
from collections.abc import Sequence

from sqlmodel import Session, col, delete, func, select

from catalog.audit import record_act
from catalog.db import writing
from catalog.desk import Desk
from catalog.ear import read_chunk
from catalog.episodes import episode_by_id, find_episode
from catalog.errors import InvalidQuery, StepFailed
from catalog.jobs import retry_job
from catalog.models import Begin, Chunk, Episode, Job, MediaFile, Redaction, Track, TrackKind
from catalog.newsroom import Newsroom
from catalog.transcripts import write_utterances
from catalog.translations import ACT, check_target, leave_out, new_translation, translatable
from transcribe.guards import judge
from transcribe.languages import check_script
from transcribe.timeline import Span
from transcribe.timeline import Utterance as Cue

INTO = "en"
NOT_HEARD = "The recogniser does not know the language of this talk, so it cannot translate it. Bring a translation in."
NOT_ENGLISH = (
    "What came out is {reason}: this model does not translate. Set PRESSTALK_TRANSLATOR to one that does, such as "
    "large-v3, and try again."
)
NOTHING = "Nothing was understood that could be translated."


def ask_for_translation(session: Session, slug: str) -> Job:
    """Have a talk translated into English. Raises Conflict, InvalidQuery where that cannot be done."""
    episode = find_episode(session, slug)
    source = translatable(session, episode)
    check_target(episode, source, INTO)
    if not _count_chunks(session, source):
        raise InvalidQuery(NOT_HEARD)
    return retry_job(session, slug, Begin.TRANSLATE)


def work_again(session: Session, slug: str, begins: Begin) -> Job:
    """Whatever a talk is to be worked on for once more."""
    if begins is Begin.TRANSLATE:
        return ask_for_translation(session, slug)
    return retry_job(session, slug, begins)


async def prepare(desk: Desk, episode_id: int) -> tuple[int, int]:
    """A translation to be made of the transcript that is read, and of how many chunks: (track id, chunks). The one that
    was begun before, if it was not finished."""
    return await asyncio.to_thread(_prepare, desk.newsroom, episode_id)


def _prepare(newsroom: Newsroom, episode_id: int) -> tuple[int, int]:
    with writing(newsroom.engine, unseen=True) as session:
        episode = episode_by_id(session, episode_id)
        source = translatable(session, episode)
        begun = select(Track).where(
            Track.kind == TrackKind.TRANSLATION, Track.source_track_id == source.id, Track.engine == ""
        )
        track = session.exec(begun).first()
        if track is None:
            track = new_translation(session, episode, source, INTO, by_human=False)
            chunks = select(Chunk).where(Chunk.track_id == source.id).order_by(col(Chunk.position))
            for chunk in session.exec(chunks).all():
                span = {"start_ms": chunk.start_ms, "end_ms": chunk.end_ms}
                session.add(Chunk(track_id=track.id or 0, position=chunk.position, **span))
            session.flush()
        return track.id or 0, _count_chunks(session, track)


def _count_chunks(session: Session, track: Track) -> int:
    return session.exec(select(func.count()).select_from(Chunk).where(Chunk.track_id == track.id)).one()


async def compose(desk: Desk, track_id: int) -> int:
    """Make the translation from what the model wrote; how many lines it has. Raises StepFailed when that is none."""
    return await asyncio.to_thread(_compose, desk.newsroom, track_id)


def _compose(newsroom: Newsroom, track_id: int) -> int:
    with writing(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        if track.engine:
            return 0  # composed before
        rows = session.exec(
            select(MediaFile)
            .join(Chunk, col(Chunk.media_file_id) == col(MediaFile.id))
            .where(Chunk.track_id == track.id)
            .order_by(col(Chunk.position))
        ).all()
        cues = _read_cues(newsroom, session, track, rows)
        problem = why_no_translation(cues)
        if problem is None:
            _keep(session, track, cues)
        else:
            _drop(session, track, rows)
    if problem is not None:
        raise problem
    return len(cues)


def _read_cues(newsroom: Newsroom, session: Session, track: Track, rows: Sequence[MediaFile]) -> list[Cue]:
    """One line for each stretch the model wrote that can be speech; who made it stands on the track."""
    ends_ms = session.get_one(Episode, track.episode_id).duration_ms
    cues: list[Cue] = []
    for row in rows:
        chunk = read_chunk(newsroom.shelf.path(row.sha256).read_bytes())
        info = chunk.info
        track.engine, track.engine_version, track.model = info.engine, info.version[:40], info.model
        track.engine_options = {**info.options, "device": info.device, "task": "translate"}
        track.note = info.note
        for one in judge(chunk.heard.segments).kept:
            until = max(one.start_ms, min(one.end_ms, ends_ms or one.end_ms))
            cues.append(Cue(one.start_ms, until, one.text, INTO, flags=one.flags))
    return cues


def why_no_translation(cues: Sequence[Cue]) -> StepFailed | None:
    """What is wrong with what a model wrote, when it is no English."""
    if not cues:
        return StepFailed("nothing_heard", NOTHING, False)
    flag = check_script(" ".join(cue.text for cue in cues), INTO)
    return StepFailed("untranslated", NOT_ENGLISH.format(reason=flag.reason), False) if flag else None


def _keep(session: Session, track: Track, cues: Sequence[Cue]) -> None:
    redacted = session.exec(select(Redaction).where(Redaction.episode_id == track.episode_id)).all()
    kept = leave_out(cues, [Span(row.start_ms, row.end_ms) for row in redacted])
    write_utterances(session, track, kept, labels={})
    act = {"act": "made", "track": track.id, "language": INTO, "lines": len(kept)}
    record_act(session, ACT, f"episode/{track.episode_id}", act)


def _drop(session: Session, track: Track, rows: Sequence[MediaFile]) -> None:
    """Nothing of it is gone on with: another model must hear it all."""
    session.exec(delete(Chunk).where(col(Chunk.track_id) == track.id))
    for row in rows:
        session.delete(row)
    session.delete(track)
