"""Searching as readers do: text in, hits out, with names, times and snippets from the catalog as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.models import Episode, EpisodeState, Track, TrackKind, Utterance
from catalog.normalize import words
from catalog.search.index import Place, TurnIndex
from catalog.search.query import Note, Query, parse
from catalog.search.snippet import Pieces, best_match, cut_snippet, find_matches
from catalog.transcripts import NOBODY, Speaker, read_speakers

MOST_HITS = 200
FARTHEST = 10_000


@dataclass(frozen=True)
class Hit:
    """A turn that was found. It starts, for the player, at the first word shown as found."""

    episode_slug: str
    episode_title: str
    published_at: datetime | None
    speaker: str
    speaker_slug: str
    certainty: str
    role: str
    language: str
    start_ms: int
    end_ms: int
    snippet: Pieces

    @property
    def snippet_text(self) -> str:
        return "".join(text for text, _ in self.snippet)


@dataclass(frozen=True)
class Results:
    """`total` counts all hits, of which `hits` are those asked for; `notes` say what was not understood."""

    total: int
    hits: tuple[Hit, ...]
    notes: tuple[Note, ...]


def search_turns(
    session: Session,
    index: TurnIndex,
    text: str,
    *,
    limit: int = 20,
    offset: int = 0,
    episode: str | None = None,
) -> Results:
    """Find turns of published episodes, best first; `episode` is the slug of the only one to look in.

    The index is believed about where to look, never about what may be shown: an episode withdrawn, or words
    taken out, since it was last refreshed are not found. At most MOST_HITS come at a time, of the first FARTHEST.
    """
    query = parse(text)
    only = _published_id(session, episode) if episode is not None else None
    if not query.groups or (episode is not None and only is None):
        return Results(0, (), query.notes)
    found = index.search(
        query,
        limit=min(max(limit, 1), MOST_HITS),
        offset=min(max(offset, 0), FARTHEST),
        only=only,
        without=_hidden_ids(session),
    )
    hits = _hits(session, query, found.places)
    return Results(found.total - len(found.places) + len(hits), tuple(hits), query.notes)


def _published_id(session: Session, slug: str) -> int | None:
    return session.exec(
        select(Episode.id).where(Episode.slug == slug, Episode.state == EpisodeState.PUBLISHED)
    ).first()


def _hidden_ids(session: Session) -> list[int]:
    rows = session.exec(select(Episode.id).where(Episode.state != EpisodeState.PUBLISHED))
    return [episode_id for episode_id in rows if episode_id is not None]


def _hits(session: Session, query: Query, places: Sequence[Place]) -> list[Hit]:
    heard = _heard(session, places)
    speakers = {episode_id: read_speakers(session, episode_id) for episode_id in heard}
    hits = []
    for place in places:
        episode, passages = heard.get(place.episode_id, (None, {}))
        here = [passages[n] for n in range(place.first_passage, place.last_passage + 1) if n in passages]
        hit = _hit(query, episode, here, speakers[place.episode_id]) if episode and here else None
        if hit is not None:
            hits.append(hit)
    return hits


def _heard(session: Session, places: Sequence[Place]) -> dict[int, tuple[Episode, dict[int, Utterance]]]:
    """Each published episode among the places with its passages that stand there, by their number."""
    here = [
        sa.and_(
            col(Track.episode_id) == place.episode_id,
            col(Utterance.position).between(place.first_passage, place.last_passage),
        )
        for place in places
    ]
    rows = session.exec(
        select(Episode, Utterance)
        .join(Track, col(Track.episode_id) == col(Episode.id))
        .join(Utterance, col(Utterance.track_id) == col(Track.id))
        .where(
            Episode.state == EpisodeState.PUBLISHED,
            Track.kind == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
            sa.or_(sa.false(), *here),
        )
    )
    heard: dict[int, tuple[Episode, dict[int, Utterance]]] = {}
    for episode, passage in rows:
        heard.setdefault(episode.id or 0, (episode, {}))[1][passage.position] = passage
    return heard


def _hit(
    query: Query, episode: Episode, passages: Sequence[Utterance], speakers: dict[int, Speaker]
) -> Hit | None:
    """The hit in these passages; None when the words are no longer there."""
    text = " ".join(passage.text for passage in passages)
    matches = find_matches(query, text)
    if not matches:
        return None
    anchor = best_match(matches)
    passage, position = _passage_at(passages, anchor.start)
    speaker = speakers.get(passage.speaker_label_id or 0, NOBODY)
    return Hit(
        episode_slug=episode.slug,
        episode_title=episode.title,
        published_at=episode.published_at,
        speaker=speaker.name,
        speaker_slug=speaker.person_slug,
        certainty=speaker.certainty,
        role=speaker.role,
        language=passage.language,
        start_ms=_moment(passage, anchor.folded, position),
        end_ms=passages[-1].end_ms,
        snippet=cut_snippet(text, matches, anchor),
    )


def _passage_at(passages: Sequence[Utterance], position: int) -> tuple[Utterance, int]:
    """The passage in which a place of the joined text lies, and where in it."""
    for passage in passages:
        if position < len(passage.text):
            return passage, position
        position -= len(passage.text) + 1
    raise IndexError("the place is not in these passages")


def _moment(passage: Utterance, folded: str, position: int) -> int:
    """When the word at a position is said. Edited text may no longer be the words that were timed: unless both
    have this word equally often, the passage's own start is as near as we can honestly say."""
    written = [start for start, _, word in words(passage.text) if word == folded]
    spoken = [
        start_ms for start_ms, _, timed, _ in passage.words for *_, word in words(timed) if word == folded
    ]
    return spoken[written.index(position)] if len(spoken) == len(written) else passage.start_ms
