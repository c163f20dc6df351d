"""Enrolling a voice: no print without consent, none twice of one sound. Where the sound is from is `samples`; what is
done with prints, and how they go, is `voices`."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from catalog.asking import ask_child
from catalog.audit import NOBODY, Actor, acting, record_act
from catalog.db import reading
from catalog.errors import Conflict, InvalidQuery, NotFound, StepFailed
from catalog.models import Person, VoiceReference
from catalog.models.columns import now, storable
from catalog.newsroom import Newsroom
from catalog.private_files import PrivateFolder
from catalog.pseudonyms import is_pseudonymous
from catalog.samples import Sample
from catalog.voices import ACT, PRINT, PrintUnusable, drawer, read_print
from transcribe.voice_print import VoicePrint

SAME_SOUND = 0.9999  # cosine: two recordings of one person stay below, whatever they say
LONGEST_S = 300.0  # half a minute of speech takes seconds, on an old machine too
EARLIEST_DAY = timedelta(hours=14)  # it is tomorrow already east of us


class Channel(StrEnum):
    """What a voice was recorded over: it sounds different on each."""

    STUDIO = "studio"
    ZOOM = "zoom"
    LAPTOP = "laptop"
    PHONE = "phone"


@dataclass(frozen=True)
class Consent:
    """Who agreed to a voice print, in which way and when. There is no print without it: InvalidQuery."""

    by: str
    how: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.by.strip() or not self.how.strip():
            raise InvalidQuery(
                "A voice print is made only with the consent of the person: say who gave it and how, "
                "in writing on which day or in which recording."
            )
        if self.at > now() + EARLIEST_DAY:
            raise InvalidQuery(f"Consent cannot have been given on {self.at:%d %B %Y}: that day is to come.")


def enrol_voice(
    newsroom: Newsroom,
    person: Person,
    sample: Sample,
    channel: Channel | None,
    consent: Consent,
    by: Actor = NOBODY,
) -> tuple[VoiceReference, bool]:
    """Make and keep a print of a person's voice; the row and whether it is new: one sound is enrolled once.

    Without a channel, being unlike the print will prove nothing: it may have been made over a telephone.
    Raises StepFailed (no encoder, less than 3 s of speech), Conflict (the sound is somebody else's voice, or the
    name stands in another's place).
    """
    with reading(newsroom.engine) as session:
        refuse_pseudonym(session, person.id or 0)
    made = _ask_for_print(newsroom, person, sample, channel)
    return keep_print(newsroom, person.id or 0, made, sample, consent, by)


def _ask_for_print(newsroom: Newsroom, person: Person, sample: Sample, channel: Channel | None) -> VoicePrint:
    """The print, made by a process of its own: whoever serves pages loads nothing that listens."""
    asked = {
        "wav": str(sample.wav),
        "spans": [{"start_ms": span.start_ms, "end_ms": span.end_ms} for span in sample.spans],
        "person": person.name,
        "channel": channel.value if channel else "",
        "models": str(newsroom.settings.models_folder),
    }
    try:
        return PRINT.validate_python(ask_child("print", asked, LONGEST_S))
    except TimeoutError:
        sentence = "Making the print took too long and was given up: this machine is busy. Try again later."
        raise StepFailed("too_long", sentence, True) from None


def refuse_pseudonym(session: Session, person_id: int) -> None:
    """A voice that is hidden behind another name must never be known again. Raises Conflict."""
    if is_pseudonymous(session, person_id):
        raise Conflict("This name stands in another's place: the voice behind it must never be known again.")


def keep_print(
    newsroom: Newsroom,
    person_id: int,
    made: VoicePrint,
    sample: Sample,
    consent: Consent,
    by: Actor = NOBODY,
) -> tuple[VoiceReference, bool]:
    """Keep a print: the file first, then the row. A file left alone by a crash names nobody and is swept."""
    folder = drawer(newsroom)
    with folder.alone():
        with reading(newsroom.engine) as session:
            known = _enrolled_from(session, folder, made)
        if known is not None:
            return _must_be(known, person_id), False
        name = folder.put(PRINT.dump_json(replace(made, person="")))
        row = VoiceReference(
            person_id=person_id,
            episode_id=sample.episode_id,
            file_name=name,
            channel=made.channel,
            model=made.model,
            made_from=storable(sample.made_from, 500),
            spoken_ms=sample.spoken_ms,
            consent_by=storable(consent.by.strip(), 200),
            consent_how=storable(consent.how.strip(), 500),
            consent_at=consent.at,
        )
        try:
            _write_row(newsroom, row, by)
        except BaseException:
            folder.wipe(name)
            raise
    return row, True


def _write_row(newsroom: Newsroom, row: VoiceReference, by: Actor) -> None:
    with acting(newsroom.engine, by) as session:
        if session.get(Person, row.person_id) is None:
            raise NotFound("The person is no longer in the catalog.")
        refuse_pseudonym(session, row.person_id)
        session.add(row)
        session.flush()
        record_act(session, ACT, f"person/{row.person_id}", {"act": "enrol", "print": row.id})


def _enrolled_from(session: Session, folder: PrivateFolder, made: VoicePrint) -> VoiceReference | None:
    """The print that was made of this very sound before."""
    for row in session.exec(select(VoiceReference).order_by(col(VoiceReference.id))).all():
        try:
            known = read_print(folder, row)
        except PrintUnusable:
            continue
        if known.model == made.model and _cosine(known, made) > SAME_SOUND:
            return row
    return None


def _cosine(one: VoicePrint, other: VoicePrint) -> float:
    return sum(a * b for a, b in zip(one.vector, other.vector, strict=True))


def _must_be(row: VoiceReference, person_id: int) -> VoiceReference:
    if row.person_id != person_id:
        raise Conflict(
            "This very sound is enrolled as the voice of somebody else: `presstalk voices list` shows whose. "
            "Forget that print first if it was the mistake."
        )
    return row
