"""Who and what the newsroom's own file knows of a text, from where its mentions are kept, put beside what was read off
the words: so are spellings that only an editor knew the same person or place to both."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlmodel import Session, col

from catalog.models import Article, Entity, EntityKind, Mention, Utterance
from catalog.normalize import fold
from catalog.relate.reading import Kind, Reading, person_key
from catalog.transcripts import current_track

_KINDS = {EntityKind.TOPIC: Kind.TOPIC, EntityKind.PERSON: Kind.PERSON}


@dataclass(frozen=True)
class Known:
    """An entry of the file as a text names it: its key, how often, and how it is written there first."""

    key: str
    count: int
    written: str


def known_in_articles(session: Session, articles: Sequence[Article]) -> dict[int, list[Known]]:
    """What each of these articles names, by its id."""
    texts = {article.id or 0: article.text for article in articles}
    rows = session.execute(
        sa.select(
            col(Mention.article_id),
            col(Entity.kind),
            col(Entity.name),
            col(Mention.start),
            col(Mention.end),
        )
        .join(Entity, col(Entity.id) == col(Mention.entity_id))
        .where(col(Mention.article_id).in_(texts))
        .order_by(col(Mention.start))
    )
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for one, kind, name, start, end in rows:
        found[one or 0].append((_key(kind, name), texts[one or 0][start:end]))
    return {one: _counted(told) for one, told in found.items()}


def known_in_talk(session: Session, episode_id: int) -> list[Known]:
    """What the transcript of a talk that is read names."""
    track = current_track(session, episode_id)
    rows = session.execute(
        sa.select(
            col(Entity.kind),
            col(Entity.name),
            col(Utterance.text),
            col(Mention.start),
            col(Mention.end),
        )
        .join(Mention, col(Entity.id) == col(Mention.entity_id))
        .join(Utterance, col(Utterance.id) == col(Mention.utterance_id))
        .where(col(Utterance.track_id) == (track.id if track else None))
        .order_by(col(Utterance.position), col(Mention.start))
    )
    return _counted((_key(kind, name), text[start:end]) for kind, name, text, start, end in rows)


def with_known(reading: Reading, known: Iterable[Known]) -> Reading:
    """The reading with what the file knows of the text. What was read off the words already is not counted twice."""
    counts, written = dict(reading.counts), dict(reading.written)
    for one in known:
        counts[one.key] = max(counts.get(one.key, 0.0), float(one.count))
        written.setdefault(one.key, one.written)
    return Reading(counts, written, reading.is_cased)


def _key(kind: EntityKind, name: str) -> str:
    wanted = _KINDS.get(kind, Kind.PLACE)
    return person_key(name.partition(" (")[0]) if wanted is Kind.PERSON else f"{wanted}:{fold(name)}"


def _counted(told: Iterable[tuple[str, str]]) -> list[Known]:
    written: dict[str, list[str]] = defaultdict(list)
    for key, words in told:
        written[key].append(" ".join(words.split()))
    return [Known(key, len(words), words[0]) for key, words in written.items()]
