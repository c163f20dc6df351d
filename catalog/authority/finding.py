"""Where talks and articles name entities: read whenever their words or the authority file change, and kept in the
record. How a name is recognised is in `catalog.mentions`, what people decided about one in `verdicts`."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, func, select

from catalog.authority.entries import authority_number
from catalog.authority.names import Names, known_names
from catalog.authority.verdicts import Verdict, apply_verdicts, verdicts_on
from catalog.db import reading, writing
from catalog.mentions import Doubt, read_names
from catalog.mentions import Mention as Named
from catalog.models import (
    Appearance,
    Article,
    Episode,
    EpisodeRelated,
    EpisodeState,
    Mention,
    MentionDoubt,
    MentionReading,
    Person,
    Review,
    Track,
    Utterance,
)
from catalog.transcripts import current_track

PARTING = "\n\n"  # no name goes across it
CLEARED = "withdrawn"

Spot = tuple[int, int, int, int]  # entity, paragraph (0 in an article), start, end


@dataclass(frozen=True)
class _Read:
    """What was found in a text: what is sure, and what a person must say."""

    mentions: frozenset[Spot]
    doubts: frozenset[Spot]


def find_in_episode(session: Session, episode: Episode) -> bool:
    """Bring the mentions of a talk in step with its words; was anything different? A withdrawn talk has none.

    To be called in the act that changed it, so that no reader sees the one without the other.
    """
    number = authority_number(session)
    known = _reading_of(session, episode_id=episode.id)
    if not number and known is None:
        return False
    if episode.state is EpisodeState.WITHDRAWN:
        return _keep(
            session, known or MentionReading(episode_id=episode.id, digest=""), number, CLEARED, _NOTHING
        )
    track = current_track(session, episode.id or 0)
    lines = _lines(session, track.id) if track is not None else []
    names = known_names(session)
    people = _cast(session, episode.id or 0)
    here = [str(names.of_people[slug]) for slug in people if slug in names.of_people]
    verdicts = _in_use(verdicts_on(session, episode_id=episode.id), names)
    preface = f"{episode.title}\n{episode.summary}"
    digest = _digest([preface, *(text for _, text in lines)], here, verdicts)
    if known is not None and (known.digest, known.authority) == (digest, number):
        return False
    read = _read_lines(lines, preface, names, here, verdicts)
    return _keep(session, known or MentionReading(episode_id=episode.id, digest=""), number, digest, read)


def find_in_article(session: Session, article: Article) -> bool:
    """The same for an article's text."""
    number = authority_number(session)
    known = _reading_of(session, article_id=article.id)
    if not number and known is None:
        return False
    names = known_names(session)
    verdicts = _in_use(verdicts_on(session, article_id=article.id), names)
    digest = _digest([article.title, article.text], [], verdicts)
    if known is not None and (known.digest, known.authority) == (digest, number):
        return False
    read = _read_lines([(0, article.text)], article.title, names, [], verdicts)
    return _keep(session, known or MentionReading(article_id=article.id, digest=""), number, digest, read)


def follow_authority(engine: Engine) -> int:
    """Read anew whatever was read with an older authority file, or never, the newest talk first; how many had other
    mentions. Each is an act of its own, so that it may be broken off, and goes on where it was."""
    changed = 0
    for table in (Episode, Article):
        for one in _behind(engine, table):
            with writing(engine, unseen=True) as session:
                row: Any = session.get(table, one)
                find = find_in_episode if table is Episode else find_in_article
                is_other = row is not None and find(session, row)
                if is_other:
                    session.execute(sa.text("UPDATE change_sequence SET number = number + 1"))
                    _relate_anew(session, row)
            changed += is_other
    return changed


def _relate_anew(session: Session, row: Episode | Article) -> None:
    """What a text names is what it has in common with others: they are looked for again."""
    if isinstance(row, Article):
        row.related_at = None
        session.add(row)
    else:
        session.execute(sa.delete(EpisodeRelated).where(col(EpisodeRelated.episode_id) == row.id))


def texts_behind(engine: Engine) -> int:
    """How many texts were not read since the file changed."""
    return sum(len(_behind(engine, table)) for table in (Episode, Article))


def is_behind(engine: Engine) -> bool:
    return texts_behind(engine) > 0


def _behind(engine: Engine, table: Any) -> list[int]:
    which = MentionReading.episode_id if table is Episode else MentionReading.article_id
    with reading(engine) as session:
        number = authority_number(session)
        query = (
            select(table.id)
            .outerjoin(MentionReading, col(which) == table.id)
            .where(func.coalesce(col(MentionReading.authority), 0) < number)
            .order_by(table.id.desc())
        )
        return [one or 0 for one in session.exec(query)]


def _reading_of(session: Session, **place: int | None) -> MentionReading | None:
    return session.exec(select(MentionReading).filter_by(**place)).first()


def _lines(session: Session, track_id: int | None) -> list[tuple[int, str]]:
    query = select(Utterance.id, Utterance.text).where(Utterance.track_id == track_id)
    return [(one or 0, text) for one, text in session.exec(query.order_by(col(Utterance.position)))]


def _cast(session: Session, episode_id: int) -> list[str]:
    query = (
        select(Person.slug)
        .join(Appearance)
        .where(Appearance.episode_id == episode_id, Appearance.review != Review.REJECTED)
    )
    return sorted(session.exec(query))


def _digest(texts: Sequence[str], known: Sequence[str], verdicts: Sequence[Verdict]) -> str:
    digest = hashlib.sha256(repr((known, verdicts)).encode())
    for text in texts:
        digest.update(b"\0" + text.encode())
    return digest.hexdigest()


def _in_use(verdicts: Sequence[Verdict], names: Names) -> list[Verdict]:
    return [one for one in verdicts if one.entity in names.entries]


_NOTHING = _Read(frozenset(), frozenset())


def _read_lines(
    lines: Sequence[tuple[int, str]],
    preface: str,
    names: Names,
    known: Sequence[str],
    verdicts: Sequence[Verdict],
) -> _Read:
    """The paragraphs read as one text, for who is named in one is called by the last name in the next."""
    text = PARTING.join([preface, *(line for _, line in lines)])
    found = apply_verdicts(text, read_names(text, names.index, known), verdicts)
    mentions: set[Spot] = set()
    doubts: set[Spot] = set()
    for one, line, start in _in_lines(found, lines, len(preface) + len(PARTING)):
        end = start + one.end - one.start
        if isinstance(one, Doubt):
            doubts |= {(int(entity), line, start, end) for entity in one.entities}
        else:
            mentions.add((int(one.entity), line, start, end))
    return _Read(frozenset(mentions), frozenset(doubts))


def _in_lines(
    found: Sequence[Named | Doubt], lines: Sequence[tuple[int, str]], begins: int
) -> Iterator[tuple[Named | Doubt, int, int]]:
    """What was found, each with the paragraph it is in and where it begins there; the preface is none."""
    at = 0
    for number, text in lines:
        ends = begins + len(text)
        while at < len(found) and found[at].start < ends:
            if found[at].start >= begins:
                yield found[at], number, found[at].start - begins
            at += 1
        begins = ends + len(PARTING)


def _keep(session: Session, row: MentionReading, number: int, digest: str, read: _Read) -> bool:
    before = _stored(session, Mention, row)
    is_other = before != read.mentions
    if is_other:
        _replace(session, Mention, row, read.mentions)
        row.number += 1
    if _stored(session, MentionDoubt, row) != read.doubts:
        _replace(session, MentionDoubt, row, read.doubts)
    row.digest, row.authority = digest, number
    session.add(row)
    session.flush()
    return is_other


def _stored(session: Session, table: Any, row: MentionReading) -> frozenset[Spot]:
    query = select(table.entity_id, table.utterance_id, table.start, table.end).where(_here(table, row))
    return frozenset((entity, line or 0, start, end) for entity, line, start, end in session.exec(query))


def _replace(session: Session, table: Any, row: MentionReading, spots: frozenset[Spot]) -> None:
    session.execute(sa.delete(table).where(_here(table, row)))
    article = row.article_id
    session.add_all(
        table(entity_id=entity, utterance_id=line or None, article_id=article, start=start, end=end)
        for entity, line, start, end in sorted(spots, key=lambda one: one[1:])
    )
    session.flush()


def _here(table: Any, row: MentionReading) -> Any:
    """All of a talk, earlier transcripts too: what is not read any more is linked to nothing."""
    if row.article_id is not None:
        return table.article_id == row.article_id
    lines = sa.select(col(Utterance.id)).join(Track).where(col(Track.episode_id) == row.episode_id)
    return table.utterance_id.in_(lines)
