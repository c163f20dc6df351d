"""A guest under another name: in one act the real one leaves every row, file and word of a talk. It is kept nowhere.

The words go as in any redaction, so that the talk is not served until the last copy is clean, and a crash half way is
gone on with. What was said before cannot come back: there is no undo.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, SQLModel, col, select

from catalog.audit import empty_words, record_act
from catalog.editions import rename_in_editions
from catalog.episodes import find_episode, touch
from catalog.errors import Conflict, InvalidQuery, NotFound
from catalog.models import (
    Appearance,
    AuditEvent,
    AuditWords,
    Episode,
    EpisodeSource,
    MediaFile,
    MediaKind,
    Person,
    PersonAlias,
    Redaction,
    RedactionStage,
    Review,
    Track,
    Utterance,
    VoiceReference,
)
from catalog.models.columns import distinct, now, storable
from catalog.name_words import Parts, holds_name, parts_of, put_name, put_name_in
from catalog.people import LONGEST_NAME, add_person, find_person, people_named
from catalog.redaction.orders import Order, order_redaction
from catalog.redaction.rows import take_out_words
from catalog.redaction.words import MARK
from catalog.saved_searches import follow_slug, take_out_name
from catalog.slugs import free_slug
from transcribe.timeline import Span

REASON = "a guest's safety"
# Told apart elsewhere, or without words of anybody's.
APART = {"utterance", "edition", "audit_event", "audit_words", "voice_reference", "episode_source"}


@dataclass(frozen=True)
class Hiding:
    """What giving somebody another name would take: the times at which the name is said, and the words."""

    spans: tuple[Span, ...]
    words: tuple[str, ...]
    places: tuple[str, ...]


def preview_pseudonym(session: Session, slug: str, person_slug: str) -> Hiding:
    """What would go; nothing is changed. Raises NotFound."""
    episode = find_episode(session, slug)
    parts = parts_of(_names(session, _appearance(session, episode, person_slug)))
    found = list(_said(session, episode.id or 0, parts))
    places = {"the title": episode.title, "the description": episode.summary, "its address": episode.slug}
    told = tuple(place for place, text in places.items() if holds_name(text.replace("-", " "), parts))
    return Hiding(tuple(span for span, _ in found), tuple(word for _, word in found), told)


def give_pseudonym(session: Session, slug: str, person_slug: str, pseudonym: str) -> Redaction:
    """Let somebody appear in a talk under another name; the redaction that is then carried out.

    Whoever appears elsewhere under the real name stays there, and nothing leads from one to the other.
    """
    episode = find_episode(session, slug)
    appearance = _appearance(session, episode, person_slug)
    person = session.get_one(Person, appearance.person_id)
    parts = parts_of(_names(session, appearance))
    other = _check(session, pseudonym, parts)
    spans = [span for span, _ in _said(session, episode.id or 0, parts)]
    redaction = _order(session, episode, spans or [Span(0, 1)])
    hidden = add_person(session, other)
    appearance.person_id, appearance.pseudonymous = hidden.id or 0, True
    appearance.affiliation, appearance.evidence, appearance.review = "", "", Review.CONFIRMED
    session.add(appearance)
    session.flush()
    _rename(session, episode, parts, other)
    _part_from(session, episode, person)
    record_act(session, "pseudonym", f"episode/{episode.id}", {"appearance": appearance.id})
    touch(session, episode)
    return redaction


def is_pseudonymous(session: Session, person_id: int) -> bool:
    """Whether this is nobody's real name: its voice must never be known again."""
    query = select(Appearance.id).where(
        Appearance.person_id == person_id, col(Appearance.pseudonymous).is_(True)
    )
    return session.exec(query.limit(1)).first() is not None


def hides_somebody(session: Session, episode_id: int) -> bool:
    """Whether somebody appears in a talk under another name: what its source says of it must not come back."""
    query = select(Appearance.id).where(
        Appearance.episode_id == episode_id, col(Appearance.pseudonymous).is_(True)
    )
    return session.exec(query.limit(1)).first() is not None


def _appearance(session: Session, episode: Episode, person_slug: str) -> Appearance:
    person = find_person(session, person_slug)
    query = select(Appearance).where(Appearance.episode_id == episode.id, Appearance.person_id == person.id)
    appearance = session.exec(query).first()
    if appearance is None:
        raise NotFound(f"'{person_slug}' is not in the cast of '{episode.slug}'.")
    if appearance.pseudonymous:
        raise Conflict("This is a name that was put in another's place already.")
    return appearance


def _names(session: Session, appearance: Appearance) -> list[str]:
    return _names_of(session, session.get_one(Person, appearance.person_id))


def _names_of(session: Session, person: Person) -> list[str]:
    aliases = session.exec(select(PersonAlias.name).where(PersonAlias.person_id == person.id)).all()
    return [person.name, *aliases]


def _check(session: Session, pseudonym: str, parts: Parts) -> str:
    other = " ".join(storable(pseudonym, LONGEST_NAME).split())
    if not other:
        raise InvalidQuery("Write the name under which they appear.")
    if not parts:
        raise InvalidQuery(
            "The name is too short to be told from other words. Withhold the voice's name instead."
        )
    if holds_name(other, parts):
        raise InvalidQuery("The other name still holds a part of the real one.")
    if people_named(session, other):
        raise Conflict("Somebody in the catalog is called so. Choose a name that is nobody's.")
    return other


def _order(session: Session, episode: Episode, spans: list[Span]) -> Redaction:
    """One redaction that is carried out for all spans: the words go at once, the sound and the files after it."""
    first, *others = spans
    redaction = order_redaction(session, episode.slug, Order(first.start_ms, first.end_ms, REASON))
    redaction.stage = RedactionStage.WORDS
    for span in others:
        done = Redaction(
            episode_id=episode.id or 0,
            start_ms=span.start_ms,
            end_ms=span.end_ms,
            reason=REASON,
            stage=RedactionStage.DONE,
            finished_at=now(),
            by_user_id=redaction.by_user_id,
        )
        session.add(done)
    session.add(redaction)
    take_out_words(session, episode.id or 0, spans)
    return redaction


# ---- where the name stands ------------------------------------------------------------------------------


def _said(session: Session, episode_id: int, parts: Parts) -> Iterator[tuple[Span, str]]:
    """Each time the name is said, in the transcript of any run, and how."""
    query = select(Utterance).join(Track).where(Track.episode_id == episode_id)
    for line in session.exec(query.order_by(col(Utterance.start_ms), col(Utterance.id))):
        if not holds_name(line.text, parts):
            continue
        timed = [row for row in line.words if holds_name(str(row[2]), parts)]
        for start_ms, end_ms, word, _ in timed:
            yield Span(start_ms, max(end_ms, start_ms + 1)), str(word)
        if not timed and line.end_ms > line.start_ms:
            yield Span(line.start_ms, line.end_ms), line.text


def _rename(session: Session, episode: Episode, parts: Parts, other: str) -> None:
    """The other name wherever the real one stood beside the words that were said."""
    episode_id = episode.id or 0
    for table in SQLModel.metadata.sorted_tables:
        if table.name not in APART and (here := _of_episode(table, episode_id)) is not None:
            _rename_rows(session, table, here, parts, other)
    session.expire_all()
    _hide_sources(session, episode_id, parts)
    if holds_name(episode.slug.replace("-", " "), parts):
        before = episode.slug
        episode.slug = free_slug(session, Episode.slug, episode.title, fallback="talk")
        follow_slug(session, before, episode.slug)
    for line in session.exec(select(Utterance).join(Track).where(Track.episode_id == episode_id)):
        if holds_name(line.text, parts):  # words nobody timed, in captions that came along
            line.text, line.words = put_name(line.text, parts, MARK), []
            session.add(line)
    info = MediaFile.kind.in_((MediaKind.INFO, MediaKind.THUMBNAIL))  # type: ignore[attr-defined]
    for row in session.exec(select(MediaFile).where(MediaFile.episode_id == episode_id, info)):
        session.delete(row)
    rename_in_editions(session, episode_id, lambda content: put_name_in(content, parts, other))
    _empty_log(session, episode_id, parts)
    session.flush()


def _of_episode(table: sa.Table, episode_id: int) -> sa.ColumnElement[bool] | None:
    """Which rows of a table are of an episode; None for a table that knows none."""
    columns = table.columns
    if table.name == "episode":
        return columns.id == episode_id
    if "episode_id" in columns:
        return columns.episode_id == episode_id
    tracks = sa.select(col(Track.id)).where(col(Track.episode_id) == episode_id)
    if "track_id" in columns:
        return columns.track_id.in_(tracks)
    if "utterance_id" in columns:
        return columns.utterance_id.in_(
            sa.select(col(Utterance.id)).where(col(Utterance.track_id).in_(tracks))
        )
    return None


def _rename_rows(
    session: Session, table: sa.Table, here: sa.ColumnElement[bool], parts: Parts, other: str
) -> None:
    for row in session.execute(sa.select(table).where(here)).mappings().all():
        changed: dict[str, Any] = {}
        for name, value in row.items():
            if type(value) in (str, dict, list) and name != "slug":
                renamed = put_name_in(value, parts, other)
                if renamed != value:
                    changed[name] = _fitting(table.columns[name], renamed)
        if changed:
            session.execute(sa.update(table).where(table.columns.id == row["id"]).values(**changed))


def _fitting(column: sa.Column[Any], value: Any) -> Any:
    longest = getattr(column.type, "length", None)
    return value[:longest] if isinstance(value, str) and longest else value


def _hide_sources(session: Session, episode_id: int, parts: Parts) -> None:
    """Where it came from would tell who it is. An address that holds the name is not known again, if it is added."""
    for source in session.exec(select(EpisodeSource).where(EpisodeSource.episode_id == episode_id)):
        source.url = ""
        if holds_name(source.external_id, parts):
            source.external_id = distinct(f"\0{source.external_id}", 500)
        session.add(source)


def _empty_log(session: Session, episode_id: int, parts: Parts) -> None:
    subject = f"episode/{episode_id}"
    mine = sa.or_(col(AuditEvent.subject) == subject, col(AuditEvent.subject).startswith(f"{subject}/"))
    for event_id, words in session.exec(select(AuditEvent.id, AuditWords.words).join(AuditWords).where(mine)):
        if words and put_name_in(words, parts, "") != words:
            empty_words(session, event_id or 0)


def _part_from(session: Session, episode: Episode, person: Person) -> None:
    """Nothing leads from the real person to this talk; who appears nowhere else leaves the record."""
    for print_ in session.exec(select(VoiceReference).where(VoiceReference.person_id == person.id)):
        if print_.episode_id == episode.id:
            session.delete(print_)  # the sweep wipes its file
    session.flush()
    left = select(Appearance.id).where(Appearance.person_id == person.id)
    if session.exec(left.limit(1)).first() is None:
        _forget(session, person)
    session.flush()


def _forget(session: Session, person: Person) -> None:
    """Who appears nowhere leaves the record, and what people with an account keep searching for: a name of theirs, or
    a part of it that is nobody else's."""
    names = _names_of(session, person)
    session.delete(person)
    session.flush()
    others = [*session.exec(select(Person.name)).all(), *session.exec(select(PersonAlias.name)).all()]
    own = parts_of(names) - parts_of(others)
    wholes = [parts_of([name]) for name in names]

    def holds(text: str) -> bool:
        said = parts_of([text])
        return not own.isdisjoint(said) or any(whole and whole <= said for whole in wholes)

    take_out_name(session, holds)
