"""One function a step of bringing an episode in: where network, disk, model and database meet.

Every step looks first whether its work is done, so that doing it twice is doing it once. Hearing has a file of its own.
"""

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from catalog.cast import read_cast
from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.episodes import episode_by_id, remember_source, touch
from catalog.errors import StepFailed
from catalog.files import file_of, name_file, owner_of, shelving
from catalog.jobs import is_open, set_problem
from catalog.models import (
    Appearance,
    Chapter,
    Episode,
    EpisodeSource,
    EpisodeState,
    Job,
    LabelState,
    MediaKind,
    PersonAlias,
    Review,
    SpeakerLabel,
)
from catalog.newsroom import Newsroom
from catalog.people import cast_of, suggest_cast
from catalog.pseudonyms import hides_somebody
from catalog.redaction.carrying_out import finish_redactions
from catalog.redaction.orders import order_again
from catalog.search.refresh import open_index, refresh_episode
from catalog.slugs import free_slug
from catalog.subtitles import keep_captions
from media.sources import Source

WAV_SHARE = 0.2  # of the time of preparing
# Which rows the children's renditions become.
WEB_KINDS = {
    "web_audio": MediaKind.WEB_AUDIO,
    "web_audio_low": MediaKind.WEB_AUDIO_LOW,
    "web_video": MediaKind.WEB_VIDEO,
    "poster": MediaKind.POSTER,
    "peaks": MediaKind.PEAKS,
}


async def fetch(desk: Desk, episode_id: int, job_id: int) -> int:
    """Have the original on the shelf; the id of the episode these bytes belong to, which may be an older one."""
    newsroom = desk.newsroom
    with reading(newsroom.engine) as session:
        job = session.get(Job, job_id)
        if job is not None and job.episode_id != episode_id:
            return job.episode_id  # we were cut off just after it had moved
        if file_of(session, episode_id, MediaKind.ORIGINAL):
            return episode_id
        source = _source(session, episode_id)
    if source.provider == "file":
        raise StepFailed(
            "file_lost",
            "The file that was added is no longer in the store. Add it again with `presstalk add`.",
            False,
        )
    bench = desk.bench("fetch", episode_id)
    request = {"source": asdict(source), "folder": str(bench), "limits": newsroom.settings.limits()}
    async with desk.child("download") as child, desk.progress(job_id) as progress:
        found = await child.ask(request, progress.part())
    owner = await asyncio.to_thread(_keep_download, newsroom, episode_id, job_id, found)
    await asyncio.to_thread(_redact_again, newsroom, owner)
    newsroom.shelf.clear(bench.name)
    return owner


def _redact_again(newsroom: Newsroom, episode_id: int) -> None:
    """A recording that was fetched anew says again what was taken out of the one before."""
    with writing(newsroom.engine) as session:
        redacted = order_again(session, episode_id)
    if redacted:
        finish_redactions(newsroom)


def _source(session: Session, episode_id: int) -> Source:
    row = session.exec(
        select(EpisodeSource).where(EpisodeSource.episode_id == episode_id).order_by(EpisodeSource.id)  # type: ignore[arg-type]
    ).first()
    if row is None:
        raise StepFailed(
            "no_source", "Nobody has said where this episode comes from. Add its link or file.", False
        )
    return Source(row.provider, row.external_id, row.url)


def _keep_download(newsroom: Newsroom, episode_id: int, job_id: int, found: dict[str, Any]) -> int:
    """Store what came and what was said about it, in one act."""
    shelf = newsroom.shelf
    with shelving(newsroom):
        original = shelf.put(Path(found["path"]), move=True)
        with writing(newsroom.engine) as session:
            older = owner_of(session, original)
            if older is not None and older.id == episode_id:
                return episode_id  # a step that was cancelled had still come that far
            if older is not None:
                _fold_into(session, episode_id, older, job_id)
                return older.id or 0
            name_file(
                session, shelf, episode_id, MediaKind.ORIGINAL, original, duration_ms=found["duration_ms"]
            )
            if hides_somebody(session, episode_id):
                return episode_id  # nothing its source says of itself comes back
            info = shelf.put(Path(found["info_path"]))
            name_file(session, shelf, episode_id, MediaKind.INFO, info, mime="application/json")
            if found["thumbnail"]:
                thumbnail = shelf.put(Path(found["thumbnail"]))
                name_file(session, shelf, episode_id, MediaKind.THUMBNAIL, thumbnail)
            for caption in found["captions"]:
                keep_captions(session, shelf, episode_id, **caption)
            _describe(session, episode_by_id(session, episode_id), found)
    return episode_id


def _fold_into(session: Session, episode_id: int, older: Episode, job_id: int) -> None:
    """The same bytes are one episode: the older one takes the new one's address and its job, the new one goes."""
    newer = episode_by_id(session, episode_id)
    source = _source(session, episode_id)
    job = session.get(Job, job_id)
    if job is not None:
        job.episode_id = older.id or 0
        session.add(job)
        session.flush()
    session.delete(newer)
    session.flush()
    remember_source(session, older, source)


def _describe(session: Session, episode: Episode, found: dict[str, Any]) -> None:
    """Take over what the source says of itself; what a person wrote stays."""
    if episode.provisional and found["title"].strip():
        episode.title = found["title"].strip()[:500]
        if episode.published_at is None:
            episode.first_slug = (
                episode.first_slug or episode.slug
            )  # an open page, or a person, knows that one
            episode.slug = free_slug(session, Episode.slug, episode.title, fallback="talk")
        episode.provisional = False
    episode.summary = episode.summary or found["description"]
    episode.language = episode.language or found["language"]
    if episode.aired_at is None and found["published_at"]:
        aired = datetime.fromisoformat(found["published_at"])
        episode.aired_at = aired if aired.tzinfo else aired.replace(tzinfo=UTC)
    for chapter in found["chapters"]:
        session.add(Chapter(episode_id=episode.id or 0, **{**chapter, "title": chapter["title"][:500]}))
    session.add(episode)


async def prepare(desk: Desk, episode_id: int, job_id: int) -> int:
    """Have the recogniser's sound and everything readers are served on the shelf; the length in milliseconds."""
    newsroom = desk.newsroom
    with reading(newsroom.engine) as session:
        wav = file_of(session, episode_id, MediaKind.WAV)
        if wav is not None:
            return wav.duration_ms or 0
        original_row = file_of(session, episode_id, MediaKind.ORIGINAL)
    if original_row is None:
        raise StepFailed("file_lost", "The recording is no longer in the store. Fetch it again.", False)
    original = newsroom.shelf.path(original_row.sha256)
    bench = desk.bench("prepare", episode_id)
    async with desk.child("probe") as child:
        probe = await child.ask({"path": str(original)})
    if probe["duration_ms"] > newsroom.settings.max_duration_ms:
        hours = newsroom.settings.max_hours
        raise StepFailed(
            "too_long",
            f"The recording is longer than {hours:g} hours. PRESSTALK_MAX_HOURS allows more.",
            False,
        )
    target = bench / "sound.wav"
    async with desk.progress(job_id) as progress:
        async with desk.child("to_wav") as child:
            request = {"original": str(original), "target": str(target)}
            await child.ask(request, progress.part(0.0, WAV_SHARE))
        async with desk.child("make_renditions") as child:
            request = {"original": str(original), "folder": str(bench), "probe": probe}
            made = await child.ask(request, progress.part(WAV_SHARE, 1.0))
    await asyncio.to_thread(_keep_prepared, newsroom, episode_id, target, made, probe["duration_ms"])
    newsroom.shelf.clear(bench.name)
    return int(probe["duration_ms"])


def _keep_prepared(
    newsroom: Newsroom, episode_id: int, wav: Path, made: list[dict[str, Any]], duration_ms: int
) -> None:
    shelf = newsroom.shelf
    with shelving(newsroom):
        sound = shelf.put(wav, move=True)
        stored = [(shelf.put(Path(one["path"]), move=True), one) for one in made]
        with writing(newsroom.engine) as session:
            for sha256, one in stored:
                name_file(
                    session,
                    shelf,
                    episode_id,
                    WEB_KINDS[one["kind"]],
                    sha256,
                    mime=one["mime"],
                    duration_ms=one["duration_ms"] or None,
                )
            name_file(
                session, shelf, episode_id, MediaKind.WAV, sound, mime="audio/wav", duration_ms=duration_ms
            )
            episode = episode_by_id(session, episode_id)
            episode.duration_ms = duration_ms
            touch(session, episode)


async def suggest(desk: Desk, episode_id: int) -> int:
    """Read the cast from title and description; how many people were found."""
    newsroom = desk.newsroom

    def act() -> int:
        with writing(newsroom.engine) as session:
            episode = episode_by_id(session, episode_id)
            settings = newsroom.settings
            members = read_cast(episode.title, episode.summary, show_titles=(settings.site_title,))
            suggest_cast(session, episode_id, members)
            touch(session, episode)
            return len(members)

    return await asyncio.to_thread(act)


async def index(desk: Desk, episode_id: int) -> int:
    """Bring the word index in step with the record; the episode's revision."""
    newsroom = desk.newsroom

    def act() -> int:
        words = open_index(newsroom.settings.index_folder, newsroom.engine)
        with reading(newsroom.engine) as session:
            refresh_episode(session, words, episode_id)
            return episode_by_id(session, episode_id).revision

    return await asyncio.to_thread(act)


def names_to_expect(session: Session, episode_id: int, moderator: str) -> tuple[str, ...]:
    """Names the recogniser should be ready for: this episode's cast, the usual moderator, then what else the people
    of the cast are called, in other spellings or in earlier episodes."""
    cast = [line.name for line in cast_of(session, [episode_id]).get(episode_id, [])]
    in_cast = select(Appearance.person_id).where(
        Appearance.episode_id == episode_id, Appearance.review != Review.REJECTED
    )
    spellings = (
        select(PersonAlias.name).where(col(PersonAlias.person_id).in_(in_cast)).order_by(PersonAlias.name)
    )
    printed = (
        select(SpeakerLabel.shown_as)
        .join(Appearance, col(SpeakerLabel.appearance_id) == col(Appearance.id))
        .where(col(Appearance.person_id).in_(in_cast), SpeakerLabel.state == LabelState.CONFIRMED)
        .order_by(SpeakerLabel.shown_as)
    )
    others = [*session.exec(spellings).all(), *session.exec(printed).all()]
    return tuple(dict.fromkeys(name for name in [*cast, moderator, *others] if name))


def begin(session: Session, job_id: int) -> bool:
    """Put the episode to work, unless the job was cancelled before; one that is further keeps its state."""
    job = session.get(Job, job_id)
    if job is None or not is_open(job):
        return False
    episode = episode_by_id(session, job.episode_id)
    if episode.state is EpisodeState.NEW:
        episode.state = EpisodeState.WORKING
    set_problem(episode, "", "", False)
    session.add(episode)
    return True
