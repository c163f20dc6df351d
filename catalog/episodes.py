"""Episodes: adding, finding, publishing, withdrawing, and the values pages read. Bringing one in is `steps`' work."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from catalog.errors import Conflict, NotFound
from catalog.files import FileLine, public_files
from catalog.models import (
    Chapter,
    Episode,
    EpisodeSource,
    EpisodeState,
    MediaFile,
    MediaKind,
    Track,
    TrackKind,
)
from catalog.models.columns import distinct, now, storable
from catalog.people import CastLine, cast_of
from catalog.slugs import free_slug
from catalog.transcripts import SpokenTurn, current_track, read_turns
from media.sources import Source

LONGEST_ID = 500


@dataclass(frozen=True)
class EpisodeCard:
    """An episode as a list shows it."""

    id: int
    slug: str
    title: str
    summary: str
    language: str
    published_at: datetime | None
    duration_ms: int
    revision: int
    cast: tuple[CastLine, ...]
    has_video: bool


@dataclass(frozen=True)
class ChapterLine:
    start_ms: int
    title: str


@dataclass(frozen=True)
class Trust:
    """How the words came to be: engine and model, what they say of themselves, and the hash of the recording."""

    engine: str
    engine_version: str
    model: str
    note: str
    checked_by_human: bool
    original_sha256: str


@dataclass(frozen=True)
class EpisodePage:
    """Everything a reader sees of one published episode."""

    card: EpisodeCard
    aired_at: datetime | None
    recorded_at: datetime | None
    source_url: str
    chapters: tuple[ChapterLine, ...]
    turns: tuple[SpokenTurn, ...]
    files: tuple[FileLine, ...]
    caption_languages: tuple[str, ...]
    trust: Trust | None


def find_episode(session: Session, slug: str) -> Episode:
    episode = session.exec(select(Episode).where(Episode.slug == slug)).first()
    if episode is None:
        raise NotFound(f"No episode is called '{slug}'. `presstalk episodes` lists them.")
    return episode


def episode_by_id(session: Session, episode_id: int) -> Episode:
    episode = session.get(Episode, episode_id)
    if episode is None:
        raise NotFound(f"Episode {episode_id} is no longer in the catalog.")
    return episode


def episode_from(session: Session, source: Source) -> Episode | None:
    """The episode this source leads to, if we have it."""
    return session.exec(
        select(Episode)
        .join(EpisodeSource)
        .where(
            EpisodeSource.provider == source.provider,
            EpisodeSource.external_id == distinct(source.external_id, LONGEST_ID),
        )
    ).first()


def add_episode(
    session: Session,
    source: Source,
    *,
    title: str,
    summary: str = "",
    language: str | None = None,
    aired_at: datetime | None = None,
    provisional: bool = False,
) -> tuple[Episode, bool]:
    """The episode for this source and whether it is new: the same talk added twice is one episode.

    With `provisional` the title only stands in until the source has told its own.
    """
    known = episode_from(session, source)
    if known is not None:
        return known, False
    episode = Episode(
        slug=free_slug(session, Episode.slug, title, fallback="talk"),
        title=storable(title.strip(), 500) or "Untitled talk",
        summary=storable(summary),
        language=language,
        aired_at=aired_at,
        provisional=provisional,
    )
    session.add(episode)
    session.flush()
    remember_source(session, episode, source)
    return episode, True


def remember_source(session: Session, episode: Episode, source: Source) -> None:
    session.add(
        EpisodeSource(
            episode_id=_id(episode),
            url=source.url,
            provider=source.provider,
            external_id=distinct(source.external_id, LONGEST_ID),
        )
    )
    session.flush()


def publish_episode(session: Session, slug: str) -> Episode:
    """Make an episode public. Only one that was heard and brought to review, or was withdrawn, can be,
    and not before the day somebody promised to wait for."""
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.PUBLISHED:
        return episode
    if episode.state not in (EpisodeState.REVIEW, EpisodeState.WITHDRAWN):
        what_next = episode.problem or "Run a worker and wait for review."
        raise Conflict(f"'{slug}' is not ready: it is {episode.state.value}. {what_next}")
    if episode.embargo_until is not None and episode.embargo_until > now():
        day = f"{episode.embargo_until:%d %B %Y, %H:%M} UTC"
        raise Conflict(f"'{slug}' is under embargo until {day}. Publish it then.")
    if current_track(session, _id(episode)) is None:
        raise Conflict(f"'{slug}' has no transcript to publish. `presstalk retry {slug}` hears it again.")
    episode.state = EpisodeState.PUBLISHED
    episode.published_at = episode.published_at or now()
    touch(session, episode)
    return episode


def withdraw_episode(session: Session, slug: str) -> Episode:
    """Take an episode from the public; everything is kept in the house."""
    episode = find_episode(session, slug)
    if episode.state is EpisodeState.WITHDRAWN:
        return episode
    if episode.state is not EpisodeState.PUBLISHED:
        raise Conflict(f"'{slug}' is not published, so there is nothing to withdraw.")
    episode.state = EpisodeState.WITHDRAWN
    touch(session, episode)
    return episode


def touch(session: Session, episode: Episode) -> None:
    """Say that something a reader, the index or a cache could see has changed."""
    episode.revision += 1
    session.add(episode)


def published_cards(session: Session, *, limit: int = 20, offset: int = 0) -> list[EpisodeCard]:
    """Published episodes, the talk that was put out last first."""
    rows = session.exec(
        select(Episode)
        .where(Episode.state == EpisodeState.PUBLISHED)
        .order_by(func.coalesce(Episode.aired_at, Episode.published_at).desc(), col(Episode.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return _cards(session, rows)


def count_published(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(Episode).where(Episode.state == EpisodeState.PUBLISHED)
    ).one()


def cards_by_id(session: Session, episode_ids: Sequence[int]) -> dict[int, EpisodeCard]:
    """The published ones among these episodes; the others are left out."""
    rows = session.exec(
        select(Episode).where(col(Episode.id).in_(episode_ids), Episode.state == EpisodeState.PUBLISHED)
    ).all()
    return {card.id: card for card in _cards(session, rows)}


def read_page(session: Session, slug: str) -> EpisodePage:
    """The page of a published episode; NotFound for anything else, so that nothing unpublished leaks."""
    episode = session.exec(
        select(Episode).where(Episode.slug == slug, Episode.state == EpisodeState.PUBLISHED)
    ).first()
    if episode is None:
        raise NotFound(f"No published episode is called '{slug}'.")
    return _page(session, episode)


def preview_page(session: Session, slug: str) -> EpisodePage:
    """The page of an episode in any state, for the house only."""
    return _page(session, find_episode(session, slug))


def _page(session: Session, episode: Episode) -> EpisodePage:
    episode_id = _id(episode)
    source = session.exec(
        select(EpisodeSource).where(EpisodeSource.episode_id == episode_id).order_by(col(EpisodeSource.id))
    ).first()
    chapters = session.exec(
        select(Chapter).where(Chapter.episode_id == episode_id).order_by(col(Chapter.start_ms))
    ).all()
    return EpisodePage(
        card=_cards(session, [episode])[0],
        aired_at=episode.aired_at,
        recorded_at=episode.recorded_at,
        source_url=source.url if source and source.url.startswith("http") else "",
        chapters=tuple(ChapterLine(chapter.start_ms, chapter.title) for chapter in chapters),
        turns=tuple(read_turns(session, episode_id)),
        files=tuple(public_files(session, episode_id)),
        caption_languages=tuple(_caption_languages(session, episode_id)),
        trust=_trust(session, episode_id),
    )


def _trust(session: Session, episode_id: int) -> Trust | None:
    track = current_track(session, episode_id)
    original = session.exec(
        select(MediaFile).where(MediaFile.episode_id == episode_id, MediaFile.kind == MediaKind.ORIGINAL)
    ).first()
    if track is None:
        return None
    return Trust(
        engine=track.engine,
        engine_version=track.engine_version,
        model=track.model,
        note=track.note,
        checked_by_human=track.by_human,
        original_sha256=original.sha256 if original else "",
    )


def _caption_languages(session: Session, episode_id: int) -> Sequence[str]:
    """Languages in which captions made by a human came with the talk."""
    return session.exec(
        select(Track.language)
        .where(
            Track.episode_id == episode_id, Track.kind == TrackKind.CAPTIONS, col(Track.by_human).is_(True)
        )
        .order_by(Track.language)
    ).all()


def _cards(session: Session, episodes: Sequence[Episode]) -> list[EpisodeCard]:
    ids = [_id(episode) for episode in episodes]
    cast = cast_of(session, ids)
    filmed = set(
        session.exec(
            select(MediaFile.episode_id).where(
                col(MediaFile.episode_id).in_(ids), MediaFile.kind == MediaKind.WEB_VIDEO
            )
        ).all()
    )
    return [
        EpisodeCard(
            id=_id(episode),
            slug=episode.slug,
            title=episode.title,
            summary=episode.summary,
            language=episode.language or "",
            published_at=episode.published_at,
            duration_ms=episode.duration_ms or 0,
            revision=episode.revision,
            cast=tuple(cast.get(_id(episode), ())),
            has_video=episode.id in filmed,
        )
        for episode in episodes
    ]


def _id(episode: Episode) -> int:
    assert episode.id is not None  # noqa: S101  it was stored
    return episode.id
