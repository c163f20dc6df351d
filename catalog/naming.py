"""The step that names voices: gathers what the record knows of a talk, has it weighed, writes the guesses down.

Weighing is `transcribe.naming`'s; what people decided about names is in `speakers` and is never touched here.
"""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from sqlmodel import Session, col, func, select

from catalog.db import reading, writing
from catalog.desk import Desk
from catalog.episodes import episode_by_id, touch
from catalog.files import sound_of
from catalog.fixups import store_fixups
from catalog.glossary import terms_for
from catalog.guesses import carry_names, write_guesses
from catalog.listening import Named, NamingCase, write_said
from catalog.models import (
    Appearance,
    Person,
    PersonAlias,
    Review,
    SpeakerLabel,
    Track,
    TrackKind,
    Utterance,
)
from catalog.newsroom import Newsroom
from catalog.separating import turns_of, voices_file
from catalog.steps import names_to_expect
from catalog.transcripts import resolve_merged
from catalog.voices import lend_prints, prints_of
from transcribe.names import Member
from transcribe.naming import UNKNOWN_AND_OTHERS, UNKNOWN_FULL_CAST
from transcribe.timeline import Utterance as Spoken
from transcribe.timeline import Word
from transcribe.voice_model import VoiceModelMissing, find_voice_model
from transcribe.voice_print import VoicePrint

_NAMED, _CASE = TypeAdapter(Named), TypeAdapter(NamingCase)
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class CastMember:
    """A person of the cast as naming needs them; `member.person` is the appearance's id as text."""

    member: Member
    appearance_id: int
    person_id: int
    confirmed: bool


async def name(desk: Desk, track_id: int, job_id: int) -> int:
    """Have a guess for every label of the run that no person has decided on; how many labels there are."""
    newsroom = desk.newsroom
    gathered = await asyncio.to_thread(_gather, desk, track_id)
    if gathered is None:
        return 0
    case, prints, request = gathered
    with _lent(newsroom, prints) as lent:
        request["case"] = _CASE.dump_python(replace(case, prints=lent), mode="json")
        async with desk.progress(job_id) as progress, desk.child("name") as child:
            found = _NAMED.validate_python(await child.ask(request, progress.part()))
    return await asyncio.to_thread(_keep_names, newsroom, track_id, found)


@contextmanager
def _lent(newsroom: Newsroom, prints: Sequence[VoicePrint]) -> Iterator[Path | None]:
    """The prints as a private file for the child, while it runs; None when nobody of the cast has any."""
    if not prints:
        yield None
        return
    with lend_prints(newsroom, prints) as path:
        yield path


def _gather(desk: Desk, track_id: int) -> tuple[NamingCase, list[VoicePrint], dict[str, Any]] | None:
    """What the child weighs, the prints of the cast, and the rest of its request; None where nobody was heard."""
    newsroom, settings = desk.newsroom, desk.newsroom.settings
    with reading(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        turns = turns_of(session, track.episode_id, track.revision)
        if not turns:
            return None
        bench = desk.bench("separate", track.episode_id)
        cast = cast_to_name(session, track.episode_id)
        said = bench / f"said-{track_id}.jsonl"
        write_said(said, _said(session, track))
        case = NamingCase(
            cast=tuple(one.member for one in cast),
            turns=turns,
            said=said,
            voices=voices_file(bench, track_id),
            prints=None,
            unknown=UNKNOWN_FULL_CAST if all(one.confirmed for one in cast) else UNKNOWN_AND_OTHERS,
            names=names_to_expect(session, track.episode_id, settings.moderator),
            glossary=terms_for(settings.home, settings.glossary, track.language or None),
        )
        prints = _prints_of_cast(newsroom, session, cast)
        wav = sound_of(newsroom.shelf, session, track.episode_id)
    try:
        model = str(find_voice_model(settings.models_folder))
    except VoiceModelMissing:  # separating has said so
        model = None
    return case, prints, {"wav": str(wav), "model": model}


def cast_to_name(session: Session, episode_id: int) -> list[CastMember]:
    """Everybody whose voice may be heard, under every spelling we know."""
    rows = session.exec(
        select(Appearance, Person)
        .join(Person)
        .where(Appearance.episode_id == episode_id, Appearance.review != Review.REJECTED)
        .order_by(col(Appearance.id))
    ).all()
    aliases = session.exec(
        select(PersonAlias.person_id, PersonAlias.name).where(
            col(PersonAlias.person_id).in_([person.id for _, person in rows])
        )
    ).all()
    return [
        CastMember(
            Member(
                str(appearance.id),
                tuple(dict.fromkeys([person.name, *(name for of, name in aliases if of == person.id)])),
                appearance.role.value,
            ),
            appearance.id or 0,
            person.id or 0,
            appearance.review is Review.CONFIRMED,
        )
        for appearance, person in rows
    ]


def _said(session: Session, track: Track) -> Iterator[Spoken]:
    """What the track says, an utterance at a time, under the labels as they are read."""
    labels = session.exec(select(SpeakerLabel).where(SpeakerLabel.episode_id == track.episode_id)).all()
    roots = resolve_merged(labels)
    names = {label.id or 0: label.label for label in labels}
    query = select(Utterance).where(Utterance.track_id == track.id).order_by(col(Utterance.position))
    for row in session.exec(query.execution_options(yield_per=200)):
        label = names.get(roots.get(row.speaker_label_id or 0, 0), "")
        words = tuple(Word(*word) for word in row.words)
        yield Spoken(row.start_ms, row.end_ms, row.text, row.language, words, label)


def _prints_of_cast(newsroom: Newsroom, session: Session, cast: Sequence[CastMember]) -> list[VoicePrint]:
    """The prints there are of the cast, under the keys naming knows people by."""
    appearances = {str(one.person_id): str(one.appearance_id) for one in cast}
    prints, problems = prints_of(newsroom, session, [one.person_id for one in cast])
    for problem in problems:
        log.warning(problem)
    return [replace(known, person=appearances[known.person]) for known in prints]


def _keep_names(newsroom: Newsroom, track_id: int, found: Named) -> int:
    with writing(newsroom.engine) as session:
        track = session.get_one(Track, track_id)
        appearances = {
            str(one.appearance_id): one.appearance_id for one in cast_to_name(session, track.episode_id)
        }
        write_guesses(session, track.episode_id, track.revision, found.guesses, appearances)
        before = _run_before(session, track)
        if before is not None:
            carry_names(session, track.episode_id, before, track.revision)
        store_fixups(session, track_id, found.fixups)
        touch(session, episode_by_id(session, track.episode_id))
        return len(found.guesses)


def _run_before(session: Session, track: Track) -> int | None:
    """The newest earlier run: it has what people decided in it, and what it took over itself."""
    return session.exec(
        select(func.max(Track.revision)).where(
            Track.episode_id == track.episode_id,
            Track.kind == TrackKind.ORIGINAL,
            Track.revision < track.revision,
        )
    ).one()
