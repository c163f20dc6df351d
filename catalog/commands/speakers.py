"""The commands that tell and name the voices of a file, without a catalog."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any

import typer
from pydantic import TypeAdapter, ValidationError

from catalog import settings
from catalog.commands.output import AsJson, clock, print_json, print_table, say
from catalog.errors import InvalidQuery
from media.audio import to_wav
from transcribe.align import align
from transcribe.diarize import diarize as separate
from transcribe.diarize import voices_of
from transcribe.guess import Guess
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.print_files import read_print
from transcribe.prints import compare_voices, make_print
from transcribe.rttm import Imported, to_rttm
from transcribe.spellings import plain
from transcribe.timeline import Segment, Utterance, Word
from transcribe.turns import Diarization
from transcribe.voice_model import find_voice_model
from transcribe.voice_print import VoicePrint

app = typer.Typer()

File = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="A sound or video file.")]
AtMost = Annotated[
    int | None, typer.Option(min=1, help="How many people may be heard at most, where that is not sure.")
]


@app.command()
def diarize(
    file: File,
    rttm: Annotated[Path | None, typer.Option(help="Where the turns are written, as RTTM.")] = None,
    speakers: Annotated[
        int | None, typer.Option(min=1, help="How many people take part; otherwise it is found out.")
    ] = None,
    at_most: AtMost = None,
    as_json: AsJson = False,
) -> None:
    """Separate the voices of a file: who speaks when, under labels."""
    model = find_voice_model(settings.current().models_folder)
    with _as_wav(file) as wav:
        found = separate(wav, model, speakers=speakers, at_most=at_most)
    if rttm is not None:
        rttm.write_text(to_rttm(found.turns, file.stem), encoding="utf-8")
    if as_json:
        print_json(
            {"turns": [vars(turn) for turn in found.turns], "voices": found.voices, "model": found.model}
        )
    elif rttm is not None:
        say(f"{len(found.labels)} voices in {len(found.turns)} turns, written to {rttm}.")
    else:
        rows = ((clock(t.start_ms), clock(t.end_ms), t.label, f"{t.posterior:.2f}") for t in found.turns)
        print_table(("from", "to", "voice", "sure"), rows, empty="Nobody speaks in this file.")


@app.command()
def name(
    file: File,
    cast: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help='[{"name", "role", "aliases"?}, ...] as JSON.')
    ],
    out: Annotated[Path, typer.Option("--json", help="Where the named turns are written, as JSON.")],
    prints: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            file_okay=False,
            help="A folder with a voice print (.json) or a recording of each known voice, named after the person.",
        ),
    ] = None,
    rttm: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Turns another tool made; else our own.")
    ] = None,
    transcript: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="What `presstalk transcribe --json` wrote of the file."
        ),
    ] = None,
    at_most: AtMost = None,
) -> None:
    """Name the voices of a file after its cast: who speaks when, how sure, and why."""
    members = _read_cast(cast)
    spoken = _read_transcript(transcript) if transcript else ()
    model = find_voice_model(settings.current().models_folder)
    known = _read_prints(prints, members, model) if prints else []
    found = _tell_apart(file, rttm, model, len(members), at_most)
    utterances = align(spoken, found.turns)
    guesses = _weigh(members, found, known, utterances)
    written = _as_json(file.stem, found, guesses, utterances)
    out.write_text(json.dumps(written, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    rows = ((g.label, g.person, f"{g.probability:.2f}", g.standing, _reason(g)) for g in guesses)
    print_table(("voice", "who", "sure", "", "above all because"), rows, empty="Nobody speaks in this file.")


def _weigh(
    members: Sequence[Member],
    found: Diarization,
    known: Sequence[VoicePrint],
    utterances: Sequence[Utterance],
) -> Sequence[Guess]:
    scores = compare_voices(found, known)
    ratios = {pair: score.log_likelihood for pair, score in scores.items()}
    notes = {pair: score.note for pair, score in scores.items()}
    return name_voices(members, found.turns, utterances, ratios, notes)


def _tell_apart(file: Path, rttm: Path | None, model: Path, people: int, at_most: int | None) -> Diarization:
    with _as_wav(file) as wav:
        if rttm is None:
            return separate(wav, model, speakers=people, at_most=at_most)
        turns = Imported(rttm).separate(wav, None, None, lambda _ms: None).turns
        return voices_of(wav, turns, model)


@contextmanager
def _as_wav(file: Path) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        wav = Path(folder) / "sound.wav"
        to_wav(file, wav, lambda _done: None)
        yield wav


def _read_cast(path: Path) -> tuple[Member, ...]:
    """Everybody under the name as it is given, which is also what the print's file is named after."""
    try:
        rows = TypeAdapter(list[dict[str, str | list[str]]]).validate_json(path.read_bytes())
        people = [(str(row["name"]), str(row.get("role", "guest")), row.get("aliases", [])) for row in rows]
    except (ValidationError, KeyError) as error:
        raise InvalidQuery(
            f'{path.name} is no cast: it must be JSON as [{{"name": "...", "role": "moderator"}}, ...].'
        ) from error
    if not people:
        raise InvalidQuery(f"{path.name} lists nobody. Say who takes part.")
    return tuple(Member(who, (who, *aliases), role) for who, role, aliases in people)


def _read_transcript(path: Path) -> tuple[Segment, ...]:
    try:
        rows = json.loads(path.read_bytes())["utterances"]
        return tuple(
            Segment(
                row["start_ms"],
                row["end_ms"],
                row["text"],
                row["language"],
                tuple(Word(*word) for word in row["words"]),
            )
            for row in rows
        )
    except (ValueError, KeyError, TypeError) as error:
        raise InvalidQuery(
            f"{path.name} is no transcript: make it with `presstalk transcribe FILE --json`."
        ) from error


def _read_prints(folder: Path, members: Sequence[Member], model: Path) -> list[VoicePrint]:
    """The prints of the cast in a folder: each file is named after a person, underscores being spaces."""
    people = {plain(spelling): member.person for member in members for spelling in member.spellings}
    found = []
    for path in sorted(folder.iterdir()):
        person = people.get(plain(path.stem.replace("_", " ")))
        if person is None or not path.is_file():
            continue
        if path.suffix == ".json":
            known = read_print(path)
            found.append(VoicePrint(person, known.channel, known.vector, known.model, known.over))
        else:
            with _as_wav(path) as wav:
                found.append(make_print(wav, person, "studio", model))
    return found


def _as_json(
    episode: str, found: Diarization, guesses: Sequence[Guess], utterances: Sequence[Utterance]
) -> dict[str, Any]:
    """Times in seconds and names only where one may be printed, sure or probable, as scorers read them."""
    by_label = {guess.label: guess for guess in guesses}
    names = {label: _printed(guess) for label, guess in by_label.items()}
    return {
        "episode": episode,
        "segments": [
            {
                "start": turn.start_ms / 1000,
                "end": turn.end_ms / 1000,
                "speaker": names[turn.label],
                "cluster": turn.label,
                "confidence": round(by_label[turn.label].probability, 4),
            }
            for turn in found.turns
        ],
        "words": [
            {
                "start": word.start_ms / 1000,
                "end": word.end_ms / 1000,
                "text": word.text,
                "speaker": names.get(utterance.label),
            }
            for utterance in utterances
            for word in utterance.words
        ],
        "evidence": {label: [vars(reason) for reason in guess.evidence] for label, guess in by_label.items()},
    }


def _printed(guess: Guess) -> str | None:
    return None if guess.standing == "unconfirmed" else guess.person


def _reason(guess: Guess) -> str:
    return guess.evidence[0].text if guess.evidence else ""
