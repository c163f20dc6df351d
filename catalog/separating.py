"""The step that tells voices apart: sound to labelled turns in the record. Whose voices they are, `naming` asks."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, func, select

from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.episodes import episode_by_id
from catalog.files import file_of, sound_of
from catalog.given_turns import given_to
from catalog.jobs import set_problem
from catalog.models import Chunk, Job, MediaKind, Role, SpeakerLabel, Track, Turn
from catalog.newsroom import Newsroom
from catalog.people import CastLine, cast_of
from catalog.transcripts import resolve_merged
from transcribe.timeline import VoiceTurn
from transcribe.voice_model import VoiceModelMissing, find_voice_model

TWO_TRACKS_SHARE = 0.2  # of the time of separating, where a person may sit on each channel
ONE_VOICE = "S1"


async def separate(desk: Desk, track_id: int, job_id: int) -> int:
    """Have the labels and turns of a track's run in the record; how many voices there are.

    Without the voice model all speech is one unnamed voice, and the episode says what to do about it.
    """
    newsroom = desk.newsroom
    with reading(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        if done := _voices(session, track):
            return done
        if not session.exec(select(func.count()).select_from(Chunk).where(Chunk.track_id == track_id)).one():
            return 0  # in a language we cannot write down: nobody is quoted
        wav = sound_of(newsroom.shelf, session, track.episode_id)
        original = file_of(session, track.episode_id, MediaKind.ORIGINAL)
        speakers, at_most = voices_to_expect(cast_of(session, [track.episode_id]).get(track.episode_id, []))
        episode_id, job = track.episode_id, session.get_one(Job, job_id)
    try:
        model = find_voice_model(newsroom.settings.models_folder)
    except VoiceModelMissing as missing:
        return await asyncio.to_thread(_keep_one_voice, newsroom, track_id, missing)
    bench = desk.bench("separate", episode_id)
    async with desk.progress(job_id) as progress:
        begin = 0.0
        given = given_to(newsroom, job)
        if given is None and speakers in (None, 2) and original is not None:
            begin = TWO_TRACKS_SHARE
            part = progress.part(0.0, begin)
            wav = await _with_both_tracks(desk, newsroom.shelf.path(original.sha256), wav, bench, part)
        request = {
            "wav": str(wav),
            "model": str(model),
            "speakers": speakers,
            "at_most": at_most,
            "diarizer": newsroom.settings.diarizer,
            "given": str(given) if given else None,
            "target": str(voices_file(bench, track_id)),
        }
        async with desk.child("separate") as child:
            found = await child.ask(request, progress.part(begin, 1.0))
    turns = [VoiceTurn(**turn) for turn in found["turns"]]
    return await asyncio.to_thread(_keep_turns, newsroom, track_id, turns)


def voices_file(bench: Path, track_id: int) -> Path:
    """Where the likeness of each voice lies while the job runs, and no longer."""
    return bench / f"track-{track_id}.json"


def voices_to_expect(cast: Sequence[CastLine]) -> tuple[int | None, int | None]:
    """How many people are announced, and how many may be heard at most; the cast is exact where that is None.

    Only a cast that people confirmed, moderator included, is believed to be whole. One that was read from a
    description may lack somebody, so there is room for one more.
    """
    if not cast:
        return None, None
    moderated = any(line.role in (Role.MODERATOR, Role.HOST) for line in cast)
    if moderated and all(line.confirmed for line in cast):
        return len(cast), None
    announced = len(cast) + (not moderated)
    return announced, announced + 1


async def _with_both_tracks(desk: Desk, original: Path, wav: Path, bench: Path, part: Any) -> Path:
    """The sound with two channels where the recording has two: perhaps each is a person's own microphone."""
    async with desk.child("probe") as child:
        probe = await child.ask({"path": str(original)})
    if probe["channels"] != 2:
        return wav
    target = bench / "both-tracks.wav"
    async with desk.child("to_wav") as child:
        await child.ask({"original": str(original), "target": str(target), "tracks": 2}, part)
    return target


def _voices(session: Session, track: Track) -> int:
    query = select(func.count()).where(
        SpeakerLabel.episode_id == track.episode_id, SpeakerLabel.run == track.revision
    )
    return session.exec(query).one()


def _keep_turns(newsroom: Newsroom, track_id: int, turns: Sequence[VoiceTurn]) -> int:
    with writing(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        if done := _voices(session, track):
            return done  # a step that was cancelled had still come that far
        in_order = dict.fromkeys(turn.label for turn in sorted(turns))
        labels = {label: _new_label(session, track, label) for label in in_order}
        session.add_all(
            Turn(
                speaker_label_id=labels[turn.label],
                start_ms=turn.start_ms,
                end_ms=turn.end_ms,
                posterior=round(turn.posterior, 3),
                overlap=turn.overlap,
            )
            for turn in turns
        )
        return len(labels)


def _new_label(session: Session, track: Track, label: str) -> int:
    row = SpeakerLabel(episode_id=track.episode_id, run=track.revision, label=label)
    session.add(row)
    session.flush()
    return row.id or 0


def _keep_one_voice(newsroom: Newsroom, track_id: int, missing: VoiceModelMissing) -> int:
    with writing(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        episode = episode_by_id(session, track.episode_id)
        sentence = f"{missing.sentence} Then `presstalk retry {episode.slug} --from separate`."
        set_problem(episode, missing.code, sentence, False)
        session.add(episode)
        if not _voices(session, track):
            _new_label(session, track, ONE_VOICE)
        return 1


def turns_of(session: Session, episode_id: int, run: int) -> tuple[VoiceTurn, ...]:
    """The turns of a run, each under the label it is read as: of merged ones, that which they were merged into."""
    of_run = (SpeakerLabel.episode_id == episode_id, SpeakerLabel.run == run)
    labels = session.exec(select(SpeakerLabel).where(*of_run)).all()
    roots, names = resolve_merged(labels), {label.id or 0: label.label for label in labels}
    rows = session.exec(
        select(Turn).join(SpeakerLabel).where(*of_run).order_by(col(Turn.start_ms), col(Turn.id))
    ).all()
    return tuple(
        VoiceTurn(
            turn.start_ms, turn.end_ms, names[roots[turn.speaker_label_id]], turn.posterior, turn.overlap
        )
        for turn in rows
    )
