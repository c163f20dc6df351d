"""What was found, as readers see it: who, when, in which words, asked what; read from the catalog as it is now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlmodel import Session, col, select

from catalog.models import Episode, EpisodeState, Track, TrackKind, Utterance
from catalog.normalize import words
from catalog.search.asking import lets_pass
from catalog.search.index import Place
from catalog.search.query import Query
from catalog.search.snippet import Pieces, best_match, cut_end, cut_snippet, find_matches
from catalog.transcripts import NOBODY, Speaker, read_speakers

LONGEST_PROMPT = 240


@dataclass(frozen=True)
class Prompt:
    """What was said just before a turn, by somebody else."""

    speaker: str
    certainty: str
    language: str
    text: str
    start_ms: int


@dataclass(frozen=True)
class Hit:
    """A turn that was found. It starts, for the player, at the first word shown as found; `prompt` is what
    somebody else said just before it. `aired_at` is the day of the talk, as far as we know it."""

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
    aired_at: datetime | None = None
    prompt: Prompt | None = None

    @property
    def snippet_text(self) -> str:
        return "".join(text for text, _ in self.snippet)


def read_hits(session: Session, query: Query, places: Sequence[Place]) -> list[Hit]:
    """The hits at these places, in their order, but for what may not be shown or no longer answers the query."""
    heard = _heard(session, places)
    speakers = {episode_id: read_speakers(session, episode_id) for episode_id in heard}
    hits = []
    for place in places:
        if place.episode_id in heard:
            episode, passages = heard[place.episode_id]
            hit = _hit(query, episode, place, passages, speakers[place.episode_id])
            if hit is not None:
                hits.append(hit)
    return hits


def _heard(session: Session, places: Sequence[Place]) -> dict[int, tuple[Episode, dict[int, Utterance]]]:
    """Each published episode among the places with its passages that stand there, and those before the turns,
    by their number."""
    here = [
        sa.and_(
            col(Track.episode_id) == place.episode_id,
            sa.or_(
                col(Utterance.position).between(place.first_passage, place.last_passage),
                col(Utterance.position) == place.opens - 1,
            ),
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
    query: Query,
    episode: Episode,
    place: Place,
    heard: Mapping[int, Utterance],
    speakers: Mapping[int, Speaker],
) -> Hit | None:
    """The hit at this place; None when the words are no longer there, or no longer this speaker's."""
    passages = [heard[n] for n in range(place.first_passage, place.last_passage + 1) if n in heard]
    text = " ".join(passage.text for passage in passages)
    matches = find_matches(query, text)
    if not text or (query.groups and not matches):
        return None
    anchor = best_match(matches) if matches else None
    passage, position = _passage_at(passages, anchor.start if anchor else 0)
    speaker = speakers.get(passage.speaker_label_id or 0, NOBODY)
    if not lets_pass(query.filters, speaker):
        return None
    return Hit(
        episode_slug=episode.slug,
        episode_title=episode.title,
        published_at=episode.published_at,
        speaker=speaker.name,
        speaker_slug=speaker.person_slug,
        certainty=speaker.certainty,
        role=speaker.role,
        language=passage.language,
        start_ms=_moment(passage, anchor.folded, position) if anchor else passage.start_ms,
        end_ms=passages[-1].end_ms,
        snippet=cut_snippet(text, matches, anchor),
        aired_at=episode.aired_at or episode.published_at,
        prompt=_prompt(heard.get(place.opens - 1), speaker, speakers),
    )


def _prompt(before: Utterance | None, speaker: Speaker, speakers: Mapping[int, Speaker]) -> Prompt | None:
    """What another speaker ended with; its end when it is long, for there the question stands."""
    asking = speakers.get(before.speaker_label_id or 0, NOBODY) if before else NOBODY
    if before is None or asking == speaker:
        return None
    return Prompt(
        asking.name, asking.certainty, before.language, cut_end(before.text, LONGEST_PROMPT), before.start_ms
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
