"""Newsrooms in which people are enrolled, with invented prints or the panel of real voices. No test lives here."""

import math
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from catalog.db import reading, writing
from catalog.enrolling import Consent, keep_print
from catalog.files import name_file
from catalog.models import (
    Appearance,
    Episode,
    EpisodeState,
    LabelState,
    MediaKind,
    Person,
    Role,
    SpeakerLabel,
    Track,
    Turn,
    VoiceReference,
)
from catalog.newsroom import Newsroom
from catalog.people import add_person
from catalog.samples import Sample
from catalog.voices import drawer
from tests.transcribe.conftest import write_wav
from tests.transcribe.panel import MODERATOR, samples, truth, voice_model
from transcribe.timeline import Span
from transcribe.voice_model import voice_model_path
from transcribe.voice_print import VOICE_MODEL, VoicePrint

YES = Consent("the person herself", "a signed form", datetime(2026, 3, 2, tzinfo=UTC))


def with_encoder(house: Newsroom) -> Newsroom:
    """The newsroom with the voice encoder."""
    path = voice_model_path(house.settings.models_folder)
    path.parent.mkdir(parents=True)
    path.symlink_to(voice_model())
    return house


def add(house: Newsroom, name: str) -> Person:
    with writing(house.engine) as session:
        return add_person(session, name)


def vector(seed: int) -> tuple[float, ...]:
    figures = random.Random(seed)
    drawn = [figures.gauss(0, 1) for _ in range(256)]
    return tuple(one / math.hypot(*drawn) for one in drawn)


def made(seed: int = 1, model: str = VOICE_MODEL) -> VoicePrint:
    return VoicePrint("somebody", "studio", vector(seed), model)


SOUND = Sample(Path("sample.wav"), (Span(0, 9000),), "the file interview-of-march.wav, 0 to 9 s")


def keep(house: Newsroom, person: Person, seed: int = 1, consent: Consent = YES, **other: Any) -> str:
    """Keep an invented print of somebody; its file's name."""
    row, is_new = keep_print(house, person.id or 0, made(seed, **other), SOUND, consent)
    assert is_new
    return row.file_name


def rows(house: Newsroom) -> list[VoiceReference]:
    with reading(house.engine) as session:
        return list(session.exec(select(VoiceReference).order_by(col(VoiceReference.id))).all())


def lying(house: Newsroom) -> set[str]:
    return drawer(house).names() if drawer(house).exists else set()


def secrets_of(house: Newsroom, person: Person, seed: int) -> set[str]:
    """Keep a print of somebody under words of its own; all that must be gone afterwards."""
    by, how = f"agreed-by-{seed}x", f"in-letter-{seed}x"
    name = keep(house, person, seed, Consent(by, f"{how}{' of a long talk' * (seed % 20)}", YES.at))
    return {name, by, how, *(repr(figure) for figure in vector(seed)[:3])}


def with_panel(house: Newsroom, folder: Path) -> Newsroom:
    """The newsroom with the panel of three as an episode; its moderator is confirmed as Bashir, and two labels more."""
    with_encoder(house)
    wav = write_wav(folder / "panel.wav", samples("panel"))
    people = {voice: add(house, voice.replace("_", " ")) for voice in {turn.label for turn in truth()}}
    sha256 = house.shelf.put(wav)
    with writing(house.engine) as session:
        episode = Episode(slug="panel", title="A panel", state=EpisodeState.REVIEW)
        session.add(episode)
        session.flush()
        assert episode.id
        session.add(Track(episode_id=episode.id, revision=3, current=True))
        name_file(session, house.shelf, episode.id, MediaKind.WAV, sha256)
        for number, (voice, person) in enumerate(sorted(people.items())):
            appearance = Appearance(episode_id=episode.id, person_id=person.id or 0, role=Role.GUEST)
            session.add(appearance)
            session.flush()
            label = SpeakerLabel(
                episode_id=episode.id, run=3, label=f"S{number}", appearance_id=appearance.id
            )
            label.state = LabelState.CONFIRMED if voice == MODERATOR else LabelState.SUGGESTED
            session.add(label)
            session.flush()
            session.add_all(
                Turn(
                    speaker_label_id=label.id or 0,
                    start_ms=turn.start_ms,
                    end_ms=turn.end_ms,
                    overlap=turn.overlap,
                )
                for turn in truth()
                if turn.label == voice
            )
    return house
