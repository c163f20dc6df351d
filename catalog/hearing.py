"""The steps of hearing: cut a talk into chunks, hear each durably, compose. Recognising is `transcribe`'s, telling
voices apart is `separating`'s."""

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from sqlmodel import Session, col, func, select

from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.ear import HeardChunk, ear_settings, read_chunk
from catalog.episodes import episode_by_id, touch
from catalog.files import name_file, shelving, sound_of
from catalog.glossary import terms_for
from catalog.jobs import set_problem
from catalog.models import (
    Begin,
    Chunk,
    Episode,
    EpisodeState,
    Job,
    JobState,
    MediaFile,
    MediaKind,
    SpeakerLabel,
    Track,
    TrackKind,
)
from catalog.newsroom import Newsroom
from catalog.redaction.files import spans_of, thin_chunk_file
from catalog.separating import turns_of
from catalog.steps import names_to_expect
from catalog.transcripts import current_track, write_utterances
from transcribe.align import align
from transcribe.guards import judge
from transcribe.languages import known, not_transcribed
from transcribe.sentences import to_utterances
from transcribe.timeline import Span, Utterance, VoiceTurn

UNKNOWN_TO_MODEL = "not heard: the language is one the recogniser does not know"
NOTHING_HEARD = (
    "No speech was heard in this recording. Listen to it; if somebody speaks, name the language and retry."
)


async def cut(desk: Desk, episode_id: int, job_id: int) -> tuple[int, int]:
    """A track to be heard and in how many chunks: (track id, chunks).

    The one begun before, unless a job has come to its end with it: then a new hearing is what was asked for, or
    with `Begin.SEPARATE` a new track of what was heard, or with `Begin.NAME` the track that is read.
    A language the recogniser does not know has no chunks: its sound is not turned into nonsense.
    """
    newsroom = desk.newsroom
    with writing(newsroom.engine) as session:
        begins = session.get_one(Job, job_id).begins
        begun = _begun_track(session, episode_id) or _track_again(session, episode_id, begins)
        if begun is not None:
            return begun
        language = episode_by_id(session, episode_id).language
        wav = sound_of(newsroom.shelf, session, episode_id)
    spans: list[dict[str, int]] = []
    if language is None or known(language):
        async with desk.child("cut") as child:
            spans = await child.ask({"wav": str(wav), "target_ms": newsroom.settings.chunk_ms})

    def act() -> tuple[int, int]:
        with writing(newsroom.engine) as session:
            begun = _begun_track(session, episode_id)
            return begun or _new_track(session, episode_id, language or "", [Span(**span) for span in spans])

    return await asyncio.to_thread(act)


def _begun_track(session: Session, episode_id: int) -> tuple[int, int] | None:
    """The newest track, when no job has come to its end with it."""
    track = session.exec(
        select(Track)
        .where(Track.episode_id == episode_id, Track.kind == TrackKind.ORIGINAL)
        .order_by(col(Track.id).desc())
    ).first()
    if track is None:
        return None
    ended = select(Job.id).where(
        Job.episode_id == episode_id,
        Job.state == JobState.DONE,
        Job.begins != Begin.TRANSLATE,
        col(Job.updated_at) >= track.created_at,
    )
    if track.engine and session.exec(ended.limit(1)).first() is not None:
        return None
    return _counted(session, track)


def _counted(session: Session, track: Track) -> tuple[int, int]:
    chunks = session.exec(select(func.count()).select_from(Chunk).where(Chunk.track_id == track.id)).one()
    return track.id or 0, chunks


def _track_again(session: Session, episode_id: int, begins: Begin) -> tuple[int, int] | None:
    """What was heard, to be worked on again without hearing it; None when that is not what was asked for."""
    before = current_track(session, episode_id)
    if begins is Begin.OPEN or before is None:
        return None
    if begins is Begin.NAME:
        return _counted(session, before)
    chunks = session.exec(
        select(Chunk).where(Chunk.track_id == before.id).order_by(col(Chunk.position))
    ).all()
    spans = [Span(chunk.start_ms, chunk.end_ms) for chunk in chunks]
    track_id, count = _new_track(session, episode_id, before.language, spans)
    for old, new in zip(chunks, session.exec(select(Chunk).where(Chunk.track_id == track_id)), strict=True):
        new.media_file_id = old.media_file_id
    return track_id, count


def _new_track(session: Session, episode_id: int, language: str, spans: list[Span]) -> tuple[int, int]:
    earlier = session.exec(select(func.max(Track.revision)).where(Track.episode_id == episode_id)).one()
    track = Track(episode_id=episode_id, language=language, revision=(earlier or 0) + 1)
    session.add(track)
    session.flush()
    session.add_all(
        Chunk(track_id=track.id or 0, position=position, start_ms=span.start_ms, end_ms=span.end_ms)
        for position, span in enumerate(spans)
    )
    return track.id or 0, len(spans)


async def hear(desk: Desk, track_id: int, position: int, job_id: int) -> int:
    """Hear one chunk and keep the engine's own result; how many segments it has."""
    newsroom, settings = desk.newsroom, desk.newsroom.settings
    with reading(newsroom.engine) as session:
        chunk = _chunk(session, track_id, position)
        if chunk.media_file_id is not None:
            return 0
        track = session.get_one(Track, track_id)
        episode_id, translates = track.episode_id, track.kind is TrackKind.TRANSLATION
        episode = episode_by_id(session, episode_id)
        wav = sound_of(newsroom.shelf, session, episode_id)
        hints = {
            "language": episode.language,
            "names": names_to_expect(session, episode_id, settings.moderator),
            "glossary": terms_for(
                settings.home, settings.glossary, track.language if translates else episode.language
            ),
            "other_languages": settings.languages,
            "translate": translates,
        }
    target = desk.bench("hear", episode_id) / f"track-{track_id}-chunk-{position}.json"
    request = {
        "ear": asdict(ear_settings(settings, translates=translates)),
        "wav": str(wav),
        "span": {"start_ms": chunk.start_ms, "end_ms": chunk.end_ms},
        "hints": hints,
        "target": str(target),
    }
    whole_ms = max(1, chunk.end_ms, episode.duration_ms or 0)
    async with desk.ear_in_use, desk.progress(job_id) as progress:
        span_ms = chunk.end_ms - chunk.start_ms
        part = progress.part(chunk.start_ms / whole_ms, chunk.end_ms / whole_ms, total=span_ms)
        count = await desk.ear.ask(request, part)
    await asyncio.to_thread(_keep_heard, newsroom, episode_id, track_id, position, target)
    return int(count["segments"])


def _chunk(session: Session, track_id: int, position: int) -> Chunk:
    return session.exec(select(Chunk).where(Chunk.track_id == track_id, Chunk.position == position)).one()


def _keep_heard(newsroom: Newsroom, episode_id: int, track_id: int, position: int, file: Path) -> None:
    with reading(newsroom.engine) as session:
        thin_chunk_file(file, spans_of(session, episode_id))
    with shelving(newsroom):
        sha256 = newsroom.shelf.put(file, move=True)
        with writing(newsroom.engine) as session:
            chunk = _chunk(session, track_id, position)
            if chunk.media_file_id is not None:
                return  # a step that was cancelled had still come that far
            row = name_file(
                session,
                newsroom.shelf,
                episode_id,
                MediaKind.RAW_OUTPUT,
                sha256,
                mime="application/json",
                name=f"track-{track_id}-chunk-{position}",
            )
            chunk.media_file_id = row.id
            session.add(chunk)


async def compose(desk: Desk, track_id: int) -> int:
    """Make the transcript from what was heard and bring the episode to review; how many utterances it has."""
    return await asyncio.to_thread(_compose, desk.newsroom, track_id)


def _compose(newsroom: Newsroom, track_id: int) -> int:
    with writing(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        if track.engine:
            return 0  # composed before
        episode = episode_by_id(session, track.episode_id)
        labels = _labels(session, track)
        turns = turns_of(session, track.episode_id, track.revision)
        rows = session.exec(
            select(MediaFile.sha256)
            .join(Chunk, col(Chunk.media_file_id) == col(MediaFile.id))
            .where(Chunk.track_id == track_id)
            .order_by(col(Chunk.position))
        ).all()
        count, spoken_ms = 0, dict[str, int]()
        for sha256 in rows:  # one chunk at a time: memory stays flat however long the talk is
            chunk = read_chunk(newsroom.shelf.path(sha256).read_bytes())
            utterances = _take_over(track, chunk, turns)
            write_utterances(session, track, utterances, labels, first=count)
            session.flush()
            count += len(utterances)
            for utterance in utterances:
                spoken_ms[utterance.language] = (
                    spoken_ms.get(utterance.language, 0) + utterance.span.duration_ms
                )
        if not rows:
            note = [not_transcribed(Span(0, episode.duration_ms or 0), track.language)]
            write_utterances(session, track, note, {}, first=0)
            track.engine, track.note, count = "none", UNKNOWN_TO_MODEL, 1
        if not count:
            set_problem(episode, "nothing_heard", NOTHING_HEARD, False)
        _make_current(session, episode, track, spoken_ms)
    return count


def _take_over(track: Track, chunk: HeardChunk, turns: Sequence[VoiceTurn]) -> tuple[Utterance, ...]:
    """The utterances of one chunk, under the labels of the turns; who heard it and what was dropped is noted on
    the track."""
    info = chunk.info
    track.engine, track.engine_version, track.model = info.engine, info.version[:40], info.model
    track.engine_options = {**info.options, "device": info.device, "compute_type": info.compute_type}
    track.note = info.note
    judgement = judge(chunk.heard.segments)
    track.dropped = [
        *track.dropped,
        *(
            {
                "start_ms": dropped.segment.start_ms,
                "end_ms": dropped.segment.end_ms,
                "text": dropped.segment.text,
                "code": dropped.flag.code,
                "reason": dropped.flag.reason,
            }
            for dropped in judgement.dropped
        ),
    ]
    return align(judgement.kept, turns) if turns else to_utterances(judgement.kept)


def _labels(session: Session, track: Track) -> dict[str, int]:
    """The row of each label of the run. Where voices were not told apart, all words belong to the only one."""
    rows = session.exec(
        select(SpeakerLabel)
        .where(SpeakerLabel.episode_id == track.episode_id, SpeakerLabel.run == track.revision)
        .order_by(col(SpeakerLabel.id))
    ).all()
    labels = {row.label: row.id or 0 for row in rows}
    return labels | {"": rows[0].id or 0} if len(rows) == 1 else labels


def _make_current(session: Session, episode: Episode, track: Track, spoken_ms: dict[str, int]) -> None:
    """The new track is the one that is read, unless a person worked on the one before."""
    before = session.exec(
        select(Track).where(
            Track.episode_id == track.episode_id,
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
    ).all()
    if not any(earlier.by_human for earlier in before):
        for earlier in before:
            earlier.current = False
        track.current = True
    if spoken_ms:
        track.language = max(spoken_ms, key=lambda language: spoken_ms[language])
    episode.language = episode.language or track.language or None
    if episode.state in (EpisodeState.NEW, EpisodeState.WORKING):
        episode.state = EpisodeState.REVIEW
    touch(session, episode)
