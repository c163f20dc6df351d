"""What readers see of an episode: cards for lists, the page with turns, files and trust. Changes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session, col, func, select

from catalog.episodes import find_episode
from catalog.errors import NotFound
from catalog.files import FileLine, public_files
from catalog.models import (
    Chapter,
    Correction,
    Episode,
    EpisodeSource,
    EpisodeState,
    MediaFile,
    MediaKind,
    Track,
    TrackKind,
    Utterance,
)
from catalog.models.columns import now
from catalog.people import CastLine, cast_of
from catalog.standing import Standing, read_by_people, standing_of
from catalog.transcripts import SpokenTurn, current_track, read_turns

# Addresses a reader is shown. Any other may be a private link: whoever holds it could take the raw talk.
PUBLIC_SOURCES = ("https://www.youtube.com/watch?v=",)


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
    """How the words came to be: engine and model, what they say of themselves, and the hash of the recording.

    `checked` of `paragraphs` were written or read by a person; `corrections` were made since the talk was published,
    the latest at `corrected_at`.
    """

    engine: str
    engine_version: str
    model: str
    note: str
    corrected_by_human: bool
    original_sha256: str
    paragraphs: int = 0
    checked: int = 0
    standing: Standing = Standing.MACHINE
    corrections: int = 0
    corrected_at: datetime | None = None


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


def published_cards(session: Session, *, limit: int = 20, offset: int = 0) -> list[EpisodeCard]:
    """Published episodes, the talk that was put out last first."""
    rows = session.exec(
        select(Episode)
        .where(Episode.state == EpisodeState.PUBLISHED)
        .order_by(func.coalesce(Episode.aired_at, Episode.published_at).desc(), col(Episode.id).desc())
        .limit(limit)
        .offset(offset)
    ).all()
    return cards_of(session, rows)


def published_slugs(session: Session) -> list[str]:
    """Every published episode by its slug, in the order of `published_cards`."""
    newest = func.coalesce(Episode.aired_at, Episode.published_at).desc()
    shown = select(Episode.slug).where(Episode.state == EpisodeState.PUBLISHED)
    return list(session.exec(shown.order_by(newest, col(Episode.id).desc())))


def count_published(session: Session) -> int:
    return session.exec(
        select(func.count()).select_from(Episode).where(Episode.state == EpisodeState.PUBLISHED)
    ).one()


def read_page(session: Session, slug: str) -> EpisodePage:
    """The page of a published episode; NotFound for anything else, so that nothing unpublished leaks."""
    episode = session.exec(
        select(Episode).where(Episode.slug == slug, Episode.state == EpisodeState.PUBLISHED)
    ).first()
    if episode is None:
        raise NotFound(f"No published episode is called '{slug}'.")
    return _without_private_source(_page(session, episode))


def _without_private_source(page: EpisodePage) -> EpisodePage:
    return page if page.source_url.startswith(PUBLIC_SOURCES) else replace(page, source_url="")


def page_as_readers_will_see_it(session: Session, slug: str) -> EpisodePage:
    """The page of an episode in any state, without anything that readers are not shown."""
    return _without_private_source(preview_page(session, slug))


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
        card=cards_of(session, [episode])[0],
        aired_at=episode.aired_at,
        recorded_at=episode.recorded_at,
        source_url=source.url if source and source.url.startswith("http") else "",
        chapters=tuple(ChapterLine(chapter.start_ms, chapter.title) for chapter in chapters),
        turns=tuple(read_turns(session, episode_id)),
        files=tuple(public_files(session, episode_id)),
        caption_languages=tuple(_caption_languages(session, episode_id)),
        trust=_trust(session, episode),
    )


def _trust(session: Session, episode: Episode) -> Trust | None:
    episode_id = _id(episode)
    track = current_track(session, episode_id)
    original = session.exec(
        select(MediaFile).where(MediaFile.episode_id == episode_id, MediaFile.kind == MediaKind.ORIGINAL)
    ).first()
    if track is None:
        return None
    paragraphs, checked = read_by_people(session, track.id or 0)
    corrections, corrected_at = _corrected(session, track, episode.published_at)
    return Trust(
        engine=track.engine,
        engine_version=track.engine_version,
        model=track.model,
        note=track.note,
        corrected_by_human=track.by_human,
        original_sha256=original.sha256 if original else "",
        paragraphs=paragraphs,
        checked=checked,
        standing=standing_of(by_human=track.by_human, paragraphs=paragraphs, checked=checked),
        corrections=corrections,
        corrected_at=corrected_at,
    )


def _corrected(session: Session, track: Track, since: datetime | None) -> tuple[int, datetime | None]:
    """How often words were corrected after readers could see them, and when last."""
    query = (
        select(Correction.made_at)
        .join(Utterance)
        .where(Utterance.track_id == track.id, col(Correction.made_at) > (since or now()))
    )
    made = session.exec(query).all()
    return len(made), max(made, default=None)


def _caption_languages(session: Session, episode_id: int) -> Sequence[str]:
    """Languages in which captions made by a human came with the talk."""
    return session.exec(
        select(Track.language)
        .where(
            Track.episode_id == episode_id, Track.kind == TrackKind.CAPTIONS, col(Track.by_human).is_(True)
        )
        .order_by(Track.language)
    ).all()


def cards_of(session: Session, episodes: Sequence[Episode]) -> list[EpisodeCard]:
    """The cards of these episodes, which the caller knows to be public, in their order."""
    ids = [_id(episode) for episode in episodes]
    cast = cast_of(session, ids, public=True)
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
