"""Telling voices apart, naming them, making prints of them, from files: the tasks of child processes. They know no
database.

What is a voice's likeness stays in the file on the bench and goes with it: rows get turns, never voices.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from pydantic import TypeAdapter

from transcribe.diarize import Local, voices_of
from transcribe.fixups import Suggestion, suggest_fixups
from transcribe.guess import Guess
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.prints import Score, compare_voices, make_print
from transcribe.pyannote_turns import Pyannote
from transcribe.rttm import Imported
from transcribe.timeline import Span, Utterance, VoiceTurn
from transcribe.turns import Diarization, Diarizer
from transcribe.voice_model import find_voice_model
from transcribe.voice_print import VoicePrint


@dataclass(frozen=True)
class Separated:
    """Who spoke when, under labels."""

    turns: tuple[VoiceTurn, ...]


@dataclass(frozen=True)
class NamingCase:
    """Everything that naming weighs: files of what was said and of the prints, and what the record knows.

    `said` has an utterance a line; `voices` is what `separate_to_file` left, if it is still there.
    """

    cast: tuple[Member, ...]
    turns: tuple[VoiceTurn, ...]
    said: Path
    voices: Path
    prints: Path | None
    unknown: float
    names: tuple[str, ...]
    glossary: tuple[str, ...]


@dataclass(frozen=True)
class Named:
    """A guess a label, and where words sound like a name or term that is spelt otherwise."""

    guesses: tuple[Guess, ...]
    fixups: tuple[Suggestion, ...]


_VOICES = TypeAdapter(Diarization)
_UTTERANCE = TypeAdapter(Utterance)
_PRINTS = TypeAdapter(tuple[VoicePrint, ...])


def separate_to_file(
    wav: Path,
    model: Path,
    speakers: int | None,
    at_most: int | None,
    diarizer: str,
    given: Path | None,
    target: Path,
    report: Callable[[int], None],
) -> Separated:
    """Tell the voices of a sound apart, or take the turns `given` as RTTM; what each voice is like is left in
    `target`, whole or not at all."""
    found = _choose(diarizer, given, model).separate(wav, speakers, at_most, report)
    if found.turns and not found.voices:  # another tool's voices cannot be compared with our prints
        found = voices_of(wav, found.turns, model)
    _write(target, _VOICES.dump_json(found))
    return Separated(found.turns)


def _choose(diarizer: str, given: Path | None, model: Path) -> Diarizer:
    if given is not None:
        return Imported(given)
    return Pyannote() if diarizer == "pyannote" else Local(model)


def name_from_files(case: NamingCase, wav: Path, model: Path | None, report: Callable[[int], None]) -> Named:
    """Weigh voices, cues and habits. `wav` is listened to again only for prints whose voices are gone."""
    said = read_said(case.said)
    scores = dict[tuple[str, str], Score]()
    if case.prints is not None and model is not None:
        prints = _PRINTS.validate_json(case.prints.read_bytes())
        scores = compare_voices(_voices(case, wav, model, report), prints)
    ratios = {pair: score.log_likelihood for pair, score in scores.items()}
    notes = {pair: score.note for pair, score in scores.items()}
    guesses = name_voices(case.cast, case.turns, said, ratios, notes, case.unknown)
    return Named(guesses, suggest_fixups(said, case.names, case.glossary))


def _voices(case: NamingCase, wav: Path, model: Path, report: Callable[[int], None]) -> Diarization:
    if case.voices.exists():
        return _VOICES.validate_json(case.voices.read_bytes())
    return voices_of(wav, case.turns, model, report=report)


def print_of(wav: Path, spans: tuple[Span, ...], person: str, channel: str, models: Path) -> VoicePrint:
    """A print of the one person who speaks in these spans. Raises VoiceModelMissing, PrintRefused."""
    return make_print(wav, person, channel, find_voice_model(models), spans=spans)


def write_said(target: Path, utterances: Iterable[Utterance]) -> None:
    """An utterance a line, one at a time: a long talk never stands in memory whole."""
    with target.open("wb") as file:
        for utterance in utterances:
            file.write(_UTTERANCE.dump_json(utterance) + b"\n")


def read_said(path: Path) -> list[Utterance]:
    with path.open("rb") as file:
        return [_UTTERANCE.validate_json(line) for line in file]


def _write(target: Path, content: bytes) -> None:
    partial = target.with_suffix(".part")
    partial.touch(mode=0o600)
    partial.write_bytes(content)
    partial.replace(target)
