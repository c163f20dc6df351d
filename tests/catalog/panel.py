"""A talk of three voices in the record, for the tests of names: cast, labels, turns, timed words."""

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    Fixup,
    LabelState,
    Person,
    PersonAlias,
    Role,
    SpeakerLabel,
    Track,
    Turn,
    Utterance,
)
from catalog.normalize import fold

PARAGRAPH_MS = 10_000
CAST = (("Zarin Test", Role.MODERATOR), ("Kamal Probe", Role.GUEST), ("Mina Field", Role.GUEST))
SAID = (
    ("S1", "Welcome to a talk about rivers. Kamal Probe is with us."),
    ("S2", "Thank you. The old bridge is gone,"),
    ("S2", "and nobody asked Mina Feeld about it."),
    ("S1", "Mina Field, what happened?"),
    ("S3", "It rained for a week and then it fell."),
    ("S2", "I saw it fall. Kamel Probe never lies."),
)
HEARD = {"kind": "self", "text": "introduces himself", "log_odds": 3.0, "at_ms": 10_000, "appearance_id": 2}


def add_panel(session: Session, said: Sequence[tuple[str, str]] = SAID) -> Episode:
    """The talk "panel", published: S1 is suggested to be nobody, S2 Kamal Probe at 0.95, S3 Mina Field at 0.7."""
    episode = Episode(slug="panel", title="Rivers", language="en", state=EpisodeState.PUBLISHED)
    session.add(episode)
    session.flush()
    people = [add_person(session, name) for name, _ in CAST]
    for person, (_, role) in zip(people, CAST, strict=True):
        session.add(Appearance(episode_id=episode.id or 0, person_id=person, role=role))
    session.flush()
    add_run(session, episode.id or 0, said, run=1, current=True)
    rows = labels(session)
    for label, person, probability in (("S2", 1, 0.95), ("S3", 2, 0.7)):
        if label in rows:
            row = rows[label]
            row.state, row.probability = LabelState.SUGGESTED, probability
            row.appearance_id = appearance(session, CAST[person][0])
            row.evidence = [{**HEARD, "appearance_id": row.appearance_id}]
    session.flush()
    return episode


def add_run(
    session: Session, episode_id: int, said: Sequence[tuple[str, str]], *, run: int, current: bool
) -> None:
    track = Track(episode_id=episode_id, language="en", revision=run, current=current, engine="tests")
    session.add(track)
    session.flush()
    rows: dict[str, SpeakerLabel] = {}
    for position, (label, text) in enumerate(said):
        if label not in rows:
            rows[label] = SpeakerLabel(episode_id=episode_id, run=run, label=label)
            session.add(rows[label])
            session.flush()
        start_ms = position * PARAGRAPH_MS
        session.add(
            Turn(speaker_label_id=rows[label].id, start_ms=start_ms, end_ms=start_ms + PARAGRAPH_MS - 500)
        )
        session.add(
            Utterance(
                track_id=track.id,
                position=position,
                start_ms=start_ms,
                end_ms=start_ms + PARAGRAPH_MS - 1000,
                speaker_label_id=rows[label].id,
                language="en",
                text=text,
                words=timed(text, start_ms),
                flags=[{"code": "doubt", "reason": "for a test"}] if position == 1 else [],
            )
        )
    session.flush()


def timed(text: str, start_ms: int) -> list[list[Any]]:
    words = text.split()
    step = (PARAGRAPH_MS - 1000) // max(1, len(words))
    return [[start_ms + n * step, start_ms + (n + 1) * step, word, 0.9] for n, word in enumerate(words)]


def add_person(session: Session, name: str) -> int:
    person = Person(slug=name.lower().replace(" ", "-"), name=name)
    session.add(person)
    session.flush()
    session.add(PersonAlias(person_id=person.id, name=name, folded=fold(name)))
    session.flush()
    return person.id or 0


def appearance(session: Session, name: str) -> int:
    query = select(Appearance.id).join(Person).where(Person.name == name)
    return session.exec(query).one() or 0


def labels(session: Session, run: int = 1) -> dict[str, SpeakerLabel]:
    query = select(SpeakerLabel).where(SpeakerLabel.run == run).order_by(col(SpeakerLabel.id))
    return {row.label: row for row in session.exec(query)}


def everything(session: Session) -> dict[str, Any]:
    """All that is kept of the transcript, to the letter, but for how often it changed."""
    session.flush()
    session.expire_all()
    kinds = (Appearance, SpeakerLabel, Turn, Track, Utterance, Fixup)
    return {
        kind.__name__: [row.model_dump() for row in session.exec(select(kind).order_by(col(kind.id)))]
        for kind in kinds
    }


def words(session: Session) -> list[Any]:
    """Every word of the track that is read, in order, with its times."""
    lines = session.exec(
        select(Utterance).join(Track).where(col(Track.current)).order_by(col(Utterance.position))
    )
    return [tuple(word) for line in lines for word in line.words]
