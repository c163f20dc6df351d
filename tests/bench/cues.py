"""How often talks are named right by what is said in them: synthetic voices through the whole chain.

Sound, diarization, our own recogniser, alignment and naming are the real ones; of voice prints there is only the
moderator's, or none. Words to the wrong speaker are counted on the same talks. Needs espeak-ng: see `synthetic`.
"""

import random
import subprocess
import wave
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from media.audio import to_wav
from media.ffmpeg import ffmpeg_path
from tests.bench.cue_talks import WORDINGS, Talk, write_talk
from tests.bench.figures import Figure
from tests.bench.naming import MODEL
from tests.bench.synthetic import VOICES, say
from transcribe.align import align
from transcribe.diarize import diarize
from transcribe.engine import Engine, Hints, load
from transcribe.guess import NAMED, PROBABLY, Guess
from transcribe.names import Member
from transcribe.naming import name_voices
from transcribe.prints import make_print, score_voices
from transcribe.timeline import Segment, Span, VoiceTurn, Word
from transcribe.turns import Diarization
from transcribe.voice_model import fetch_voice_model
from transcribe.voice_print import VoicePrint
from transcribe.wav import duration_ms

TALKS, TALKS_WITH_AN_ABSENT_GUEST = 12, 8
JITTER_S, NEAR_CHANGE_MS = 0.12, 1_000
STEP_MS = 10
# What the moderator's print is made from: said in another recording, half as long as what consent asks for.
ENROLMENT = "The best part of my job is the silence after a good answer. We need an honest newspaper in every village."


@dataclass(frozen=True)
class Recorded:
    """A talk spoken: its script, the sound as the recogniser gets it, who says which words when."""

    talk: Talk
    wav: Path
    print_wav: Path
    turns: tuple[VoiceTurn, ...]
    words: tuple[tuple[str, Word], ...]

    @property
    def cast(self) -> list[Member]:
        return [Member(name, (name,), role) for name, role in self.talk.cast]


@dataclass(frozen=True)
class Observed:
    """What the machine made of a talk, before it names anybody."""

    recorded: Recorded
    segments: tuple[Segment, ...]
    found: Diarization
    moderator: VoicePrint


def record(talk: Talk, seed: str, work: Path) -> Recorded:
    """The talk spoken by the five voices, a little other in rate and pitch each time; people sometimes cut in."""
    chance = random.Random(seed)
    voices = {
        name: replace(
            voice, rate=voice.rate + chance.randint(-12, 18), pitch=voice.pitch + chance.randint(-5, 5)
        )
        for name, voice in zip(talk.speaking, chance.sample(VOICES, len(talk.speaking)), strict=True)
    }
    at_s, before = 0.6, talk.lines[0][0]
    placed, turns, words = [], [], []
    for name, sentence in talk.lines:
        spoken = say(sentence, voices[name])
        if placed:
            at_s += chance.uniform(0.15, 0.6) if name == before else chance.uniform(-0.2, 0.9)
        placed.append((at_s, spoken.samples * chance.uniform(0.4, 0.6)))
        turns.append(VoiceTurn(ms(at_s), ms(at_s + spoken.end_s), name))
        words += [(name, Word(ms(at_s + start), ms(at_s + end), text)) for text, start, end in spoken.words]
        at_s, before = at_s + spoken.end_s, name
    samples = (
        np.random.default_rng(chance.randrange(2**32)).standard_normal(round((at_s + 1) * spoken.hertz))
        * 3e-4
    )
    for start_s, piece in placed:
        start = round(start_s * spoken.hertz)
        samples[start : start + len(piece)] += piece
    wav = _published(samples, spoken.hertz, work / "talk")
    enrolment = say(ENROLMENT, voices[talk.cast[0][0]])
    return Recorded(
        talk,
        wav,
        _published(enrolment.samples * 0.5, enrolment.hertz, work / "moderator"),
        tuple(turns),
        tuple(words),
    )


def _published(samples: np.ndarray, hertz: int, path: Path) -> Path:
    """The sound as it comes from the net, Opus at 24 kbit/s, made ready for the recogniser."""
    path.parent.mkdir(parents=True, exist_ok=True)
    raw, opus, wav = (path.with_suffix(ending) for ending in (".raw.wav", ".opus", ".wav"))
    with wave.open(str(raw), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(hertz)
        sound.writeframes(np.clip(samples * 32_767, -32_768, 32_767).astype("<i2").tobytes())
    words = ["-v", "error", "-y", "-i", str(raw), "-c:a", "libopus", "-b:a", "24k", str(opus)]
    subprocess.run([ffmpeg_path(), *words], check=True)
    raw.unlink()
    to_wav(opus, wav, lambda _progress: None)
    opus.unlink()
    return wav


def ms(seconds: float) -> int:
    return round(seconds * 1000)


def observe(recorded: Recorded, engine: Engine, voice_model: Path) -> Observed:
    """Heard and separated, with what the episode's page tells: names and how many people."""
    names = tuple(name for name, _ in recorded.talk.cast)
    span = Span(0, duration_ms(recorded.wav))
    heard = engine.hear(recorded.wav, span, Hints("en", names), lambda _ms: None)
    found = diarize(recorded.wav, voice_model, speakers=len(names))
    moderator = make_print(recorded.print_wav, names[0], "studio", voice_model)
    return Observed(recorded, heard.segments, found, moderator)


def name(observed: Observed, *, with_print: bool) -> tuple[Guess, ...]:
    """The guess for every label, from the words and the moderator's voice alone."""
    utterances = align(observed.segments, observed.found.turns)
    voices = score_voices(observed.found, [observed.moderator]) if with_print else {}
    return name_voices(observed.recorded.cast, observed.found.turns, utterances, voices=voices)


@dataclass(frozen=True)
class Named:
    """Time in ms of speech by one person alone: in all, under a label, printed under a name right or wrong, and so
    at 0.9 or more; and how many labels were printed at 0.9 or more under a name that is mostly another's."""

    spoken: int = 0
    labelled: int = 0
    right: int = 0
    wrong: int = 0
    surely_right: int = 0
    surely_wrong: int = 0
    wrong_names: int = 0

    def __add__(self, other: "Named") -> "Named":
        return Named(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def score(observed: Observed, guesses: Sequence[Guess]) -> Named:
    """Swapped names are seen here: each moment's printed name is compared with who really speaks."""
    shown = {guess.label: guess for guess in guesses if guess.person and guess.probability >= PROBABLY}
    total, shares = Counter[str](), {guess.label: Counter[bool]() for guess in guesses}
    heard = _on_grid(observed.found.turns)
    for moment, (*people,) in _on_grid(observed.recorded.turns).items():
        if len(people) > 1:
            continue
        labels = heard.get(moment, set())
        printed = [shown[label] for label in labels if label in shown]
        right = [guess.probability for guess in printed if guess.person in people]
        wrong = [guess.probability for guess in printed if guess.person not in people]
        total.update(spoken=STEP_MS, labelled=STEP_MS * bool(labels), right=STEP_MS * bool(right))
        total.update(
            wrong=STEP_MS * (bool(wrong) and not right), surely_right=STEP_MS * any(p >= NAMED for p in right)
        )
        total.update(surely_wrong=STEP_MS * (not right and any(p >= NAMED for p in wrong)))
        for guess in printed:
            shares[guess.label][guess.person in people] += 1
    wrong_names = sum(
        shares[label][False] > shares[label][True] and guess.probability >= NAMED
        for label, guess in shown.items()
    )
    return Named(**total, wrong_names=wrong_names)


def _on_grid(turns: Sequence[VoiceTurn]) -> dict[int, set[str]]:
    grid: dict[int, set[str]] = {}
    for turn in turns:
        for step in range(round(turn.start_ms / STEP_MS), round(turn.end_ms / STEP_MS)):
            grid.setdefault(step, set()).add(turn.label)
    return grid


@dataclass(frozen=True)
class Words:
    """Words outside overlap given to the wrong voice, of all and of those within 1 s of a change of speaker."""

    wrong: int = 0
    all: int = 0
    wrong_near: int = 0
    near: int = 0

    def __add__(self, other: "Words") -> "Words":
        return Words(*(a + b for a, b in zip(vars(self).values(), vars(other).values(), strict=True)))


def score_words(observed: Observed, turns: Sequence[VoiceTurn], seed: str) -> Words:
    """The true words, each edge moved by 0.12 s more or less, over turns whose labels go to whom they fit best."""
    chance = random.Random(seed)
    moved = []
    for number, (_name, word) in enumerate(observed.recorded.words):
        start = max(0, word.start_ms + ms(chance.gauss(0, JITTER_S)))
        moved.append(Word(start, max(start + 20, word.end_ms + ms(chance.gauss(0, JITTER_S))), str(number)))
    moved.sort(key=lambda word: word.start_ms)
    segment = Segment(moved[0].start_ms, max(word.end_ms for word in moved), "", "en", tuple(moved))
    owner = _owners(observed.recorded.turns, turns)
    given = {int(w.text): owner.get(u.label) for u in align([segment], turns) for w in u.words}
    truth = observed.recorded.turns
    edges = [(a.end_ms + b.start_ms) / 2 for a, b in pairwise(truth) if a.label != b.label]
    total = Counter[str]()
    for number, (who, word) in enumerate(observed.recorded.words):
        if any(turn.label != who and turn.span & word.span for turn in truth):
            continue
        near = any(
            edge - NEAR_CHANGE_MS <= (word.start_ms + word.end_ms) / 2 <= edge + NEAR_CHANGE_MS
            for edge in edges
        )
        wrong = given[number] != who
        total.update(all=1, near=near, wrong=wrong, wrong_near=wrong and near)
    return Words(**total)


def _owners(truth: Sequence[VoiceTurn], found: Sequence[VoiceTurn]) -> dict[str, str]:
    """Whom each label shares most time with."""
    shared: dict[str, Counter[str]] = {}
    for turn in found:
        for one in truth:
            if both := turn.span & one.span:
                shared.setdefault(turn.label, Counter())[one.label] += both.duration_ms
    return {label: people.most_common(1)[0][0] for label, people in shared.items()}


def observe_all(
    work: Path, wording: str, seeds: Iterable[int], *, absent_listed: bool = False
) -> Iterator[Observed]:
    """Talks of one wording, spoken, heard and separated."""
    engine, voice_model = load(str(MODEL)), fetch_voice_model(work / "models", print)
    for seed in seeds:
        talk = write_talk(WORDINGS[wording], seed, absent_listed=absent_listed)
        yield observe(record(talk, f"{wording} {seed}", work / "cues"), engine, voice_model)


def measure(work: Path) -> list[Figure]:
    """The figures of `make bench`, on the wordings kept aside."""
    observed = list(observe_all(work, "kept aside", range(TALKS)))
    enrolled = sum((score(one, name(one, with_print=True)) for one in observed), Named())
    alone = sum((score(one, name(one, with_print=False)) for one in observed), Named())
    words = sum((score_words(one, one.found.turns, str(at)) for at, one in enumerate(observed)), Words())
    fewer = observe_all(work, "kept aside", range(TALKS_WITH_AN_ABSENT_GUEST), absent_listed=True)
    absent = sum((score(one, name(one, with_print=True)) for one in fewer), Named())
    return [
        _share(
            "speech not named right by cues, moderator enrolled",
            enrolled.labelled - enrolled.right,
            enrolled.labelled,
            10,
        ),
        _share("... nobody enrolled", alone.labelled - alone.right, alone.labelled, 10),
        _share("... printed under a wrong name at 0.9", enrolled.surely_wrong, enrolled.spoken, 3),
        _share("... the same with a listed guest who never came", absent.surely_wrong, absent.spoken, 3),
        _share("words to the wrong speaker", words.wrong, words.all, 0.6),
        _share("... within 1 s of a change", words.wrong_near, words.near, 2.5),
    ]


def _share(what: str, part: int, whole: int, most: float) -> Figure:
    return Figure(what, 100 * part / whole, "%", most)
