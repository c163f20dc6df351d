"""Editions: each published revision of a transcript, kept as readers saw it. What must not be read any more, a name
or words, is taken out of all of them here; what is read today is `transcripts`' and `reading`'s work."""

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlmodel import Session, col, select

from catalog.db import reading, writing
from catalog.errors import NotFound
from catalog.models import (
    Appearance,
    Edition,
    Episode,
    EpisodeState,
    LabelState,
    Person,
    PersonAlias,
    SpeakerLabel,
    Track,
    TrackKind,
)
from catalog.models.columns import now
from catalog.people import cast_of
from catalog.standing import Standing, standings
from catalog.transcripts import Speaker, SpokenTurn, current_track, read_turns

WITHHELD = Speaker(label="", name="Name withheld", certainty="unconfirmed")

Content = dict[str, Any]
Span = tuple[int, int]


@dataclass(frozen=True)
class EditionLine:
    """An edition as a list shows it; `edited_for_safety` means that something was taken out of it since."""

    number: int
    made_at: datetime
    digest: str
    edited_for_safety: bool


# ---- making and reading -----------------------------------------------------------------------------


def record_edition(session: Session, episode: Episode) -> None:
    """Keep what readers see of an episode from now on, if they see it at all; and see to it that no earlier edition
    names a voice whose name is withheld now. To be called whenever `Episode.revision` has risen."""
    _hide_withheld(session, episode.id or 0)
    if episode.state is EpisodeState.PUBLISHED:
        session.add(_make(session, episode))
        session.flush()


def edition_now(engine: Engine, episode_id: int) -> Edition:
    """The edition that is read today, recorded if it was not: talks published by an earlier version have none.

    Raises NotFound for a talk that is not public.
    """
    with writing(engine) as session:
        episode = session.get(Episode, episode_id)
        if episode is None or episode.state is not EpisodeState.PUBLISHED:
            raise NotFound("No published episode is here.")
        edition = find_edition(session, episode_id, episode.revision)
        if edition is None:
            edition = _make(session, episode)
            session.add(edition)
        return edition


def record_missing(engine: Engine) -> int:
    """Record today's edition of every published talk that has none; how many there were."""
    recorded = select(Edition.id).where(Edition.episode_id == Episode.id, Edition.number == Episode.revision)
    with reading(engine) as session:
        missing = session.exec(
            select(Episode.id).where(Episode.state == EpisodeState.PUBLISHED, ~recorded.exists())
        ).all()
    for episode_id in missing:
        edition_now(engine, episode_id or 0)
    return len(missing)


def find_edition(session: Session, episode_id: int, number: int) -> Edition | None:
    """An edition by its number. Whether the talk may be shown at all is the caller's to ask."""
    return session.exec(
        select(Edition).where(Edition.episode_id == episode_id, Edition.number == number)
    ).first()


def list_editions(session: Session, episode_id: int) -> list[EditionLine]:
    """The editions of a talk, the first first."""
    rows = session.exec(
        select(Edition.number, Edition.made_at, Edition.digest, Edition.edited_at)
        .where(Edition.episode_id == episode_id)
        .order_by(col(Edition.number))
    )
    return [
        EditionLine(number, made_at, digest, edited_at is not None)
        for number, made_at, digest, edited_at in rows
    ]


def canonical(content: Content) -> str:
    """The one way a content is written: its UTF-8 is what the digest is made of.

    >>> canonical({"b": 1, "a": "گ"})
    '{"a":"گ","b":1}'
    """
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _make(session: Session, episode: Episode) -> Edition:
    text = canonical(read_content(session, episode))
    return Edition(episode_id=episode.id or 0, number=episode.revision, digest=digest_of(text), content=text)


def read_content(session: Session, episode: Episode) -> Content:
    """What readers see of a transcript now: names as they are printed, nothing withheld, no number of ours.
    Times in milliseconds; what is not known is empty."""
    episode_id = episode.id or 0
    track = current_track(session, episode_id)
    spoken_at = episode.recorded_at or episode.aired_at or episode.published_at
    return {
        "episode": episode.slug,
        "title": episode.title,
        "summary": episode.summary,
        "language": episode.language or "",
        "date": spoken_at.date().isoformat() if spoken_at else "",
        "published": episode.published_at.date().isoformat() if episode.published_at else "",
        "duration_ms": episode.duration_ms or 0,
        "status": standings(session, [episode_id]).get(episode_id, Standing.MACHINE).value,
        "engine": " ".join(filter(None, (track.engine, track.engine_version))) if track else "",
        "model": track.model if track else "",
        "cast": [
            {
                "name": line.name,
                "person": line.person_slug,
                "role": line.role,
                "affiliation": line.affiliation,
                "confirmed": line.confirmed,
            }
            for line in cast_of(session, [episode_id], public=True).get(episode_id, ())
        ],
        "turns": [_turn(turn) for turn in read_turns(session, episode_id)],
    }


def _turn(turn: SpokenTurn) -> Content:
    return {
        "speaker": _speaker(turn.speaker),
        "start_ms": turn.start_ms,
        "end_ms": turn.end_ms,
        "passages": [
            {
                "start_ms": passage.start_ms,
                "end_ms": passage.end_ms,
                "language": passage.language,
                "text": passage.text,
                "flags": [flag.code for flag in passage.flags],
            }
            for passage in turn.passages
        ],
    }


def _speaker(speaker: Speaker) -> Content:
    return {
        "name": speaker.name,
        "certainty": speaker.certainty,
        "person": speaker.person_slug,
        "role": speaker.role,
        "affiliation": speaker.affiliation,
    }


# ---- taking out -------------------------------------------------------------------------------------


def empty_words(session: Session, episode_id: int, start_ms: int, end_ms: int) -> int:
    """Take the words spoken in a span out of every edition of a talk; how many editions had any.

    An edition has times for paragraphs, not for words: a paragraph that the span touches is emptied whole.
    """

    def take_out(content: Content) -> None:
        for turn in content["turns"]:
            for passage in turn["passages"]:
                if passage["start_ms"] < end_ms and passage["end_ms"] > start_ms:
                    passage["text"] = ""

    return _edit(session, episode_id, take_out)


def rename_in_editions(session: Session, episode_id: int, change: Callable[[Any], Any]) -> int:
    """Change every text of every edition of a talk, names of people and of their pages too."""

    def rename(content: Content) -> None:
        content.update(change(content))

    return _edit(session, episode_id, rename)


def hide_speakers(content: Content, names: frozenset[str], spans: Sequence[Span]) -> None:
    """Print "Name withheld" for whoever has one of the `names` (names or slugs of people), in the cast too, and for
    whoever is named for a turn that lies mostly in the `spans`."""
    content["cast"] = [line for line in content["cast"] if not {line["name"], line["person"]} & names]
    for turn in content["turns"]:
        speaker = turn["speaker"]
        is_named = speaker["certainty"] != "unconfirmed"
        if is_named and ({speaker["name"], speaker["person"]} & names or _lies_in(turn, spans)):
            turn["speaker"] = _speaker(WITHHELD)


def _lies_in(turn: Content, spans: Sequence[Span]) -> bool:
    """
    >>> _lies_in({"start_ms": 0, "end_ms": 10}, [(4, 20)]), _lies_in({"start_ms": 0, "end_ms": 10}, [(6, 20)])
    (True, False)
    """
    start, end = turn["start_ms"], turn["end_ms"]
    covered = sum(max(0, min(end, last) - max(start, first)) for first, last in spans)
    return bool(covered > 0 and 2 * covered >= end - start)


def _hide_withheld(session: Session, episode_id: int) -> None:
    """Spans besides names: an earlier run, or an earlier decision, may have given the voice another name."""
    if _withheld_rows(session, episode_id):
        spans = [
            (turn.start_ms, turn.end_ms)
            for turn in read_turns(session, episode_id)
            if turn.speaker.name == WITHHELD.name and turn.speaker.certainty == WITHHELD.certainty
        ]
        names = withheld_names(session, episode_id)
        _edit(session, episode_id, lambda content: hide_speakers(content, names, spans))


def withheld_names(session: Session, episode_id: int) -> frozenset[str]:
    """All that a voice which is withheld in the transcript that is read could be named by. Never to be printed."""
    return frozenset(name for row in _withheld_rows(session, episode_id) for name in row if name)


def _withheld_rows(session: Session, episode_id: int) -> Sequence[Any]:
    """For each voice that is withheld in the transcript that is read: all it could be named by."""
    query = (
        sa.select(col(SpeakerLabel.shown_as), col(Person.name), col(Person.slug), col(PersonAlias.name))
        .join(Track, col(Track.episode_id) == col(SpeakerLabel.episode_id))
        .outerjoin(Appearance, col(SpeakerLabel.appearance_id) == col(Appearance.id))
        .outerjoin(Person, col(Appearance.person_id) == col(Person.id))
        .outerjoin(PersonAlias, col(PersonAlias.person_id) == col(Person.id))
        .where(
            col(SpeakerLabel.episode_id) == episode_id,
            col(SpeakerLabel.state) == LabelState.WITHHELD,
            col(SpeakerLabel.run) == col(Track.revision),
            col(Track.kind) == TrackKind.ORIGINAL,
            col(Track.current).is_(True),
        )
    )
    return session.execute(query).all()


def _edit(session: Session, episode_id: int, change: Callable[[Content], None]) -> int:
    """Change every edition of a talk; one that is other than before says so and has a digest anew."""
    edited = 0
    for edition in _each(session, episode_id):
        content = json.loads(edition.content)
        change(content)
        text = canonical(content)
        if text != edition.content:
            edition.content, edition.digest, edition.edited_at = text, digest_of(text), now()
            session.add(edition)
            edited += 1
    session.flush()
    return edited


def _each(session: Session, episode_id: int) -> Iterator[Edition]:
    numbers = session.exec(select(Edition.id).where(Edition.episode_id == episode_id)).all()
    yield from (session.get_one(Edition, number) for number in numbers)
