"""Voice prints of people who consented: read for naming, listed, forgotten for real. Making one is `enrolling`,
comparing them `transcribe.prints`."""

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlmodel import Session, col, select

from catalog.audit import NOBODY, Actor, acting, record_act
from catalog.db import erase_deleted, reading, writing
from catalog.errors import CatalogError, NotFound
from catalog.models import Person, VoiceReference
from catalog.newsroom import Newsroom
from catalog.private_files import PrivateFolder
from transcribe.voice_print import VECTOR, VOICE_MODEL, VoicePrint

TABLE = "voice_reference"
ACT = "voice"  # on record with numbers only: print and consent go for good
PRINT = TypeAdapter(VoicePrint)
PRINTS = TypeAdapter(tuple[VoicePrint, ...])


class PrintUnusable(CatalogError):
    """A print that cannot serve for naming any more: the person must be enrolled again."""

    code = "print_unusable"


@dataclass(frozen=True)
class PrintLine:
    """A print as it is listed, never with what the voice is like; `problem` says why it is of no use."""

    number: int
    person: str
    name: str
    channel: str
    made_from: str
    spoken_ms: int
    model: str
    consent_by: str
    consent_how: str
    consent_at: datetime
    enrolled_at: datetime
    problem: str = ""


def drawer(newsroom: Newsroom) -> PrivateFolder:
    """Where the prints lie."""
    return PrivateFolder(newsroom.settings.voices_folder)


# ---- using ----------------------------------------------------------------------------------------


def prints_of(
    newsroom: Newsroom, session: Session, person_ids: Collection[int]
) -> tuple[list[VoicePrint], list[str]]:
    """The prints of these people that can be compared today, `person` being the id as text; and a sentence for
    everybody who has prints, but none that can be used, so that a producer enrols them again."""
    rows = session.exec(
        select(VoiceReference, Person)
        .join(Person)
        .where(col(VoiceReference.person_id).in_(person_ids))
        .order_by(col(VoiceReference.id))
    ).all()
    folder = drawer(newsroom)
    prints: list[VoicePrint] = []
    problems: dict[int, str] = {}
    for row, person in rows:
        try:
            prints.append(read_print(folder, row))
        except PrintUnusable as problem:
            problems[row.person_id] = (
                f"The voice print of {person.name} cannot be used: {problem.sentence}. "
                f"Enrol {person.name} again (`presstalk voices enrol {person.slug}`)."
            )
    usable = {voice.person for voice in prints}
    return prints, [note for person_id, note in problems.items() if str(person_id) not in usable]


def read_print(folder: PrivateFolder, row: VoiceReference) -> VoicePrint:
    """The print a row names. Raises PrintUnusable with the reason."""
    if row.model != VOICE_MODEL:
        raise PrintUnusable(f"it was made by {row.model}, voices are now heard by {VOICE_MODEL}")
    try:
        voice = PRINT.validate_json(folder.read(row.file_name))
    except NotFound as problem:
        raise PrintUnusable("its file is gone") from problem
    except OSError as problem:
        raise PrintUnusable(f"its file cannot be read ({problem.strerror})") from problem
    except ValidationError:
        raise PrintUnusable("its file is damaged") from None  # its cause would show what is in the file
    if voice.model != row.model or not all(map(_is_whole, (voice.vector, *voice.over.values()))):
        raise PrintUnusable("its file is damaged")
    return replace(voice, person=str(row.person_id))


@contextmanager
def lend_prints(newsroom: Newsroom, prints: Iterable[VoicePrint]) -> Iterator[Path]:
    """One private file with these prints, for a child process to read; it is wiped when that is over.

    It lies among the prints, so that forgetting and sweeping reach it, also when nobody lived to take it back.
    """
    folder = drawer(newsroom)
    with folder.alone():
        name = folder.put(PRINTS.dump_json(tuple(prints)))
    try:
        yield folder.path(name)
    finally:
        with folder.alone():
            folder.wipe(name)


def _is_whole(vector: tuple[float, ...]) -> bool:
    return len(vector) == VECTOR and math.isclose(math.hypot(*vector), 1, abs_tol=1e-3)


def list_prints(
    newsroom: Newsroom, *, person_id: int | None = None, episode_id: int | None = None
) -> list[PrintLine]:
    """Every print there is, of one person or made from one talk if so asked, by name of the person."""
    query = select(VoiceReference, Person).join(Person).order_by(Person.name, col(VoiceReference.id))
    if person_id is not None:
        query = query.where(VoiceReference.person_id == person_id)
    if episode_id is not None:
        query = query.where(VoiceReference.episode_id == episode_id)
    with reading(newsroom.engine) as session:
        rows = session.exec(query).all()
    folder = drawer(newsroom)
    return [_line(folder, row, person) for row, person in rows]


def _line(folder: PrivateFolder, row: VoiceReference, person: Person) -> PrintLine:
    try:
        read_print(folder, row)
        problem = ""
    except PrintUnusable as why:
        problem = why.sentence
    return PrintLine(
        number=row.id or 0,
        person=person.slug,
        name=person.name,
        channel=row.channel,
        made_from=row.made_from,
        spoken_ms=row.spoken_ms,
        model=row.model,
        consent_by=row.consent_by,
        consent_how=row.consent_how,
        consent_at=row.consent_at,
        enrolled_at=row.enrolled_at,
        problem=problem,
    )


# ---- forgetting -----------------------------------------------------------------------------------


def forget_voice(newsroom: Newsroom, person_id: int, by: Actor = NOBODY) -> int:
    """Remove every print of a person for good; how many there were. Raises DatabaseUnusable."""
    return _forget(newsroom, by, person_id, VoiceReference.person_id == person_id)


def forget_print(newsroom: Newsroom, number: int, by: Actor = NOBODY) -> None:
    """Remove one print for good. Raises NotFound, DatabaseUnusable."""
    with reading(newsroom.engine) as session:
        row = session.get(VoiceReference, number)
    if row is None or not _forget(newsroom, by, row.person_id, VoiceReference.id == number):
        raise NotFound("This voice print is not kept any more.")


def _forget(newsroom: Newsroom, by: Actor, person_id: int, which: Any) -> int:
    """Remove prints, files and rows, and what the database still holds of the rows; how many.

    The files go first: bytes never outlive the row that says who consented. What a crash leaves is a row without
    a file, which a second time removes, as does the sweep. Copy-on-write disks, snapshots and backups keep what
    they keep. Raises DatabaseUnusable when the rows are deleted but not yet erased.
    """
    folder = drawer(newsroom)
    with folder.alone(), acting(newsroom.engine, by) as session:
        rows = session.exec(select(VoiceReference).where(which)).all()
        _remove(session, folder, rows)
        if rows:
            record_act(session, ACT, f"person/{person_id}", {"act": "forget", "prints": len(rows)})
        _wipe_unnamed(session, folder)
    erase_deleted(newsroom.engine, TABLE)
    return len(rows)


def _wipe_unnamed(session: Session, folder: PrivateFolder) -> int:
    """Remove files no row names, copies that are lent out among them; how many."""
    unnamed = folder.names() - set(session.exec(select(VoiceReference.file_name)).all())
    for name in unnamed:
        folder.wipe(name)
    return len(unnamed)


def _remove(session: Session, folder: PrivateFolder, rows: Sequence[VoiceReference]) -> None:
    for row in rows:
        folder.wipe(row.file_name)
        session.delete(row)


def sweep_voices(newsroom: Newsroom) -> int:
    """Remove prints whose row is gone, a deleted person's for instance, and rows whose file is gone; how many.

    With no folder at all nothing is touched: it may be a disk that is not mounted, or a backup made without it.
    """
    folder = drawer(newsroom)
    if not folder.exists:
        return 0
    with folder.alone(), writing(newsroom.engine) as session:
        swept = _wipe_unnamed(session, folder)
        lying = folder.names()
        lost = [row for row in session.exec(select(VoiceReference)).all() if row.file_name not in lying]
        _remove(session, folder, lost)
    swept += len(lost)
    if swept:
        erase_deleted(newsroom.engine, TABLE)
    return swept
