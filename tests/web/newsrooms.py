"""Newsrooms filled for the tests of pages: real rows, a real shelf, the demo's own sound. No test lives here."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from sqlmodel import Session

from catalog.db import writing
from catalog.files import name_file
from catalog.models import (
    Appearance,
    Chapter,
    Episode,
    EpisodeSource,
    EpisodeState,
    LabelState,
    MediaKind,
    Review,
    Role,
    SpeakerLabel,
    Track,
)
from catalog.newsroom import Newsroom
from catalog.people import add_person, person_named
from catalog.settings import Settings
from catalog.transcripts import write_utterances
from transcribe.guess import Evidence
from transcribe.timeline import Flag, Utterance, Word

TALKS = Path(__file__).parents[1] / "data/demo/talks"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PEAKS = json.dumps({"version": 1, "ms_per_peak": 100, "peaks": [n * 7 % 100 for n in range(1_200)]})


@dataclass(frozen=True)
class Voice:
    """A voice of a talk: cast under `name` unless it is nobody's; `state` as in the record."""

    name: str = ""
    role: Role = Role.GUEST
    affiliation: str = ""
    evidence: str = ""
    state: LabelState = LabelState.CONFIRMED
    probability: float | None = None
    reasons: tuple[Evidence, ...] = ()


@dataclass(frozen=True)
class Line:
    """What a voice says; words are spread evenly over the time when none are given."""

    voice: str
    text: str
    start_ms: int
    end_ms: int
    language: str = "en"
    words: tuple[Word, ...] | None = None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class Talk:
    title: str
    lines: Sequence[Line]
    voices: dict[str, Voice] = field(default_factory=dict)
    summary: str = ""
    language: str = "en"
    chapters: Sequence[tuple[int, str]] = ()
    files: dict[MediaKind, tuple[bytes, str]] = field(default_factory=dict)
    state: EpisodeState = EpisodeState.PUBLISHED
    published_at: datetime = NOON
    by_human: bool = False


def newsroom_at(home: Path, url: str, **settings: Any) -> Newsroom:
    return Newsroom(Settings(home=home, database_url=url, **settings))


def put(room: Newsroom, slug: str, talk: Talk) -> int:
    """Write a whole talk into the record; returns the episode's id."""
    with writing(room.engine) as session:
        return _put(session, room, slug, talk)


def _put(session: Session, room: Newsroom, slug: str, talk: Talk) -> int:
    episode = Episode(
        slug=slug,
        title=talk.title,
        summary=talk.summary,
        language=talk.language,
        state=talk.state,
        published_at=talk.published_at,
        recorded_at=talk.published_at,
        duration_ms=max((line.end_ms for line in talk.lines), default=0),
    )
    session.add(episode)
    session.flush()
    episode_id = episode.id or 0
    session.add(
        EpisodeSource(
            episode_id=episode_id, url=f"https://talks.example/{slug}", provider="web", external_id=slug
        )
    )
    starts = [*talk.chapters, (episode.duration_ms, "")]
    for (start, title), (end, _) in pairwise(starts):
        session.add(Chapter(episode_id=episode_id, start_ms=start, end_ms=end or 0, title=title))
    track = Track(
        episode_id=episode_id,
        language=talk.language,
        current=True,
        by_human=talk.by_human,
        engine="faster-whisper",
        engine_version="1.2.1",
        model="demo",
        note="demo model, synthetic voices only",
    )
    session.add(track)
    session.flush()
    labels = {label: _add_voice(session, episode_id, label, voice) for label, voice in talk.voices.items()}
    write_utterances(session, track, [_utterance(line) for line in talk.lines], labels)
    for kind, (data, mime) in talk.files.items():
        bench = room.shelf.workbench("tests") / kind.value
        bench.write_bytes(data)
        name_file(session, room.shelf, episode_id, kind, room.shelf.put(bench), mime=mime)
    return episode_id


def _add_voice(session: Session, episode_id: int, label: str, voice: Voice) -> int:
    appearance = None
    if voice.name:
        person = person_named(session, voice.name) or add_person(session, voice.name)
        appearance = Appearance(
            episode_id=episode_id,
            person_id=person.id or 0,
            role=voice.role,
            affiliation=voice.affiliation,
            evidence=voice.evidence,
            review=Review.CONFIRMED if voice.state is LabelState.CONFIRMED else Review.SUGGESTED,
        )
        session.add(appearance)
        session.flush()
    row = SpeakerLabel(
        episode_id=episode_id,
        label=label,
        state=voice.state if voice.name or voice.state is LabelState.WITHHELD else LabelState.OPEN,
        appearance_id=appearance.id if appearance else None,
        probability=voice.probability,
        evidence=[asdict(reason) for reason in voice.reasons],
    )
    session.add(row)
    session.flush()
    return row.id or 0


def _utterance(line: Line) -> Utterance:
    words = line.words if line.words is not None else even_words(line.text, line.start_ms, line.end_ms)
    return Utterance(
        line.start_ms, line.end_ms, line.text, line.language, words, line.voice, flags=line.flags
    )


def even_words(text: str, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    parts = text.split()
    step = (end_ms - start_ms) // max(len(parts), 1)
    return tuple(
        Word(start_ms + place * step, start_ms + (place + 1) * step, part, 0.9)
        for place, part in enumerate(parts)
    )


def set_state(room: Newsroom, episode_id: int, state: EpisodeState) -> None:
    with writing(room.engine) as session:
        episode = session.get_one(Episode, episode_id)
        episode.state = state
        episode.revision += 1
        session.add(episode)


def demo_talk(name: str = "tea-cricket-and-rain", **changes: Any) -> Talk:
    """A demo talk with its own sound and the times its words were spoken at; every voice and name is invented."""
    told = json.loads((TALKS / f"{name}.json").read_text(encoding="utf-8"))
    lines = [
        Line(
            sentence["speaker"],
            sentence["text"],
            round(sentence["start"] * 1000),
            round(sentence["end"] * 1000),
            words=tuple(
                Word(round(start * 1000), round(end * 1000), text, 1.0)
                for text, start, end in sentence["words"]
            ),
        )
        for sentence in told["sentences"]
    ]
    voices = {
        member["name"]: Voice(
            member["name"], Role(member["role"]), member["affiliation"], evidence=told["description"]
        )
        for member in told["cast"]
    }
    sound = (TALKS / f"{name}.opus").read_bytes()
    values: dict[str, Any] = {
        "title": told["title"],
        "summary": told["description"],
        "lines": lines,
        "voices": voices,
        "files": {MediaKind.WEB_AUDIO_LOW: (sound, "audio/ogg; codecs=opus")},
    }
    return Talk(**(values | changes))


def an_hour() -> Talk:
    """Nine thousand words in 250 paragraphs by three voices, in six chapters, without its sound."""
    text = "What was said here does not matter, for it is only as long as speech is. " * 3
    lines = [Line(str(at // 3 % 3 + 1), text, at * 14_400, at * 14_400 + 14_000) for at in range(250)]
    chapters = [(part * 576_000, f"Part {part + 1}") for part in range(6)]
    voices = {"1": Voice("Asma Green", Role.HOST), "2": Voice("Hamid River"), "3": Voice()}
    return demo_talk(title="An hour of talk", lines=lines, voices=voices, chapters=chapters, files={})


URDU = Talk(
    title="نقل کرنے والا کیا سنتا ہے اور کیا لکھتا ہے؟",
    summary="نمونے کی ایک گفتگو: ہر نام اور آواز فرضی ہے۔",
    language="ur",
    voices={
        "1": Voice("نمونہ آواز الف", Role.MODERATOR, "نمونہ نیوز روم", "میزبان: نمونہ آواز الف"),
        "2": Voice(
            "Demo Voice E, the Deliberately Long-Named Guest",
            affiliation="Placeholder Foundation",
            state=LabelState.SUGGESTED,
            probability=0.8,
            reasons=(
                Evidence(
                    "address", "addressed by the moderator at 00:00:04 and answers: “خوش آمدید”", 1.7, 4_000
                ),
            ),
        ),
        "3": Voice(state=LabelState.OPEN),
    },
    chapters=((0, "پہلا حصہ"), (25_000, "دوسرا حصہ")),
    lines=(
        Line(
            "1",
            "السلام علیکم، اور ایک ایسی گفتگو میں خوش آمدید جو کبھی ہوئی ہی نہیں۔ BBC کا نام بھی آئے گا۔",
            4_000,
            12_000,
            "ur",
        ),
        Line("2", "Thank you. I will answer in English, since that is what I was asked.", 12_000, 20_000),
        Line(
            "1",
            "لفظ وہی لکھو جو کہا گیا، وہ نہیں جو کہنا چاہیے تھا۔ پھر ترجمہ الگ سطر میں دو۔",
            25_300,
            36_000,
            "ur",
        ),
        Line("3", "بالکل۔", 36_000, 37_000, "ur", flags=(Flag("overlap", "two people talk at once here"),)),
        Line(
            "3",
            "[spoken in Balochi, not yet transcribed]",
            38_000,
            44_000,
            "bal",
            words=(),
            flags=(Flag("not_transcribed", "spoken in Balochi, not yet transcribed"),),
        ),
    ),
)
