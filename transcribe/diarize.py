"""Who speaks when: sound to turns under labels, by our own voice encoder. Which person a label is, `naming` says."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.clustering import SURELY_SAME_VOICE, count_voices, middles_of, sort_voices
from transcribe.resegment import change_costs, likeliest_path, path_posteriors, to_turns
from transcribe.speech import find_speech, speech_probabilities
from transcribe.timeline import Span, VoiceTurn
from transcribe.tracks import are_people, frame_levels_db, gain_for, length_ms, own_spans, track_count
from transcribe.turns import Diarization, in_order, mark_overlaps
from transcribe.voice_print import VOICE_MODEL
from transcribe.voices import Floats, VoiceEncoder, unit
from transcribe.windows import SHORTEST_MS, Edges, Windows, embed_edges, embed_speech

MOST_VOICES = 8  # looked for without a cast; smaller clusters are too short to be told from one another
# In less speech than this a guest may not come to say anything: what the cast says is an upper bound then.
SHORT_MS = 60_000
ROUNDS = 2
# As much of a label as tells what the voice is like; more makes it no surer.
ENOUGH_MS = 120_000


def diarize(
    wav: Path,
    model: Path,
    *,
    speakers: int | None = None,
    at_most: int | None = None,
    threads: int = 1,
    report: Callable[[int], None] = lambda _ms: None,
) -> Diarization:
    """Turns in a 16 kHz 16-bit WAV of one or two channels, and the voice of each label; the same every time.

    `model` is the encoder's file (`voice_model.find_voice_model`). `speakers` is how many people take part; with
    `at_most` it is how many are announced, and so many may be heard. Without either the number is found, up to 8.
    Two channels with a person each are used as such.
    Without speech there are no turns. `report` gets ms done. Raises AudioUnreadable.
    """
    if speakers is not None and speakers < 1:
        raise ValueError(f"{speakers} people cannot take part")
    return Local(model, threads).separate(wav, speakers, at_most, report)


def voices_of(
    wav: Path,
    turns: Collection[VoiceTurn],
    model: Path,
    *,
    threads: int = 1,
    report: Callable[[int], None] = lambda _ms: None,
) -> Diarization:
    """The turns as they are, with the voice of each label: listens to turns another tool or an earlier run made.

    A label that is never heard alone for 200 ms inside the sound has no voice. `report` gets ms done. Raises
    AudioUnreadable.
    """
    gain, total = gain_for(wav), length_ms(wav)
    encoder = VoiceEncoder(model, threads)
    ordered = tuple(sorted(turns))
    voices = {}
    labels = list(dict.fromkeys(turn.label for turn in ordered))
    for done, label in enumerate(labels, 1):
        spans = _heard_alone([turn for turn in ordered if turn.label == label], total)
        windows = embed_speech(wav, spans, encoder, gain=gain)
        if len(windows):
            voices[label] = _plain(windows.middle(windows.are_clear))
        report(total * done // len(labels))
    return Diarization(ordered, voices, VOICE_MODEL)


def _heard_alone(turns: Sequence[VoiceTurn], total_ms: int) -> list[Span]:
    """The longest stretches in which nobody else is heard, up to ENOUGH_MS, in order of time."""
    inside = [Span(0, total_ms) & turn.span for turn in turns if not turn.overlap] if total_ms else []
    longest = sorted((span for span in inside if span), key=lambda span: -span.duration_ms)
    chosen: list[Span] = []
    for span in longest:
        if span.duration_ms < SHORTEST_MS or sum(one.duration_ms for one in chosen) >= ENOUGH_MS:
            break
        chosen.append(span)
    return sorted(chosen)


@dataclass(frozen=True)
class Local:
    """The diarizer of the house; see `turns.Diarizer`."""

    model: Path
    threads: int = 1

    def separate(
        self, wav: Path, speakers: int | None, at_most: int | None, report: Callable[[int], None]
    ) -> Diarization:
        encoder = VoiceEncoder(self.model, self.threads)
        found = None
        if track_count(wav) == 2 and speakers in (None, 2):
            found = _by_channel(wav, encoder, report)
        if found is None:
            found = _by_voice(wav, encoder, speakers, at_most, report)
        return found


def _by_voice(
    wav: Path, encoder: VoiceEncoder, speakers: int | None, at_most: int | None, report: Callable[[int], None]
) -> Diarization:
    gain = gain_for(wav)
    activity = speech_probabilities(wav, gain)
    spans = find_speech(activity, length_ms(wav))
    windows = embed_speech(wav, spans, encoder, gain=gain, report=report)
    if not len(windows):
        return Diarization((), model=VOICE_MODEL)
    edges = embed_edges(wav, spans, encoder, gain=gain)
    middles = _find_people(windows, speakers, at_most)
    costs = change_costs(windows.cells, activity)
    likeness = _likeness(windows, edges, middles)
    path = likeliest_path(likeness, costs)
    for _ in range(ROUNDS):
        middles = _recentred(windows, path, middles)
        likeness = _likeness(windows, edges, middles)
        path = likeliest_path(likeness, costs)
    posteriors = path_posteriors(likeness, costs)
    turns = to_turns(windows.cells, path, posteriors, activity, frame_levels_db(wav))
    return _labelled(turns, windows, path)


def _find_people(windows: Windows, speakers: int | None, at_most: int | None) -> Floats:
    """One voice for each person: as many as the cast has, or as are heard."""
    places = windows.sample()
    vectors, spoken = windows.smoothed(places), windows.spoken_ms[places]
    if speakers is None or at_most is not None or spoken.sum() < SHORT_MS:
        most = at_most or speakers or MOST_VOICES
        people = count_voices(vectors, spoken, most, announced=speakers or 0)
    else:
        people = speakers
    middles = middles_of(vectors, sort_voices(vectors, spoken, people), spoken)
    while len(middles) > 1 and _hold_one_twice(middles):  # somebody of the cast does not speak
        people -= 1
        middles = middles_of(vectors, sort_voices(vectors, spoken, people), spoken)
    return middles


def _hold_one_twice(middles: Floats) -> bool:
    return bool(np.triu(middles @ middles.T, 1).max() >= SURELY_SAME_VOICE)


def _likeness(windows: Windows, edges: Edges, middles: Floats) -> Floats:
    """How like each voice every cell sounds: cosines, cells x voices."""
    likeness = windows.vectors.likeness(middles)
    likeness[edges.places] = edges.vectors.likeness(middles)
    return likeness


def _recentred(windows: Windows, path: NDArray[np.int64], middles: Floats) -> Floats:
    """The voices as the path has them; one that the path left out keeps its place."""
    sums = windows.vectors.sums(path, windows.spoken_ms.astype(np.float32), len(middles))
    return np.where(np.isin(np.arange(len(middles)), path)[:, None], unit(sums), middles)


def _labelled(turns: list[VoiceTurn], windows: Windows, path: NDArray[np.int64]) -> Diarization:
    """The turns under labels in order of speech, with the voice of each label."""
    ordered = in_order(turns)
    names = {raw.label: turn.label for raw, turn in zip(sorted(turns), ordered, strict=True)}
    voices = {}
    for raw, name in names.items():
        mine = path == int(raw)
        clear = mine & windows.are_clear
        voices[name] = _plain(windows.middle(clear if clear.any() else mine))
    return Diarization(ordered, voices, VOICE_MODEL)


def _by_channel(wav: Path, encoder: VoiceEncoder, report: Callable[[int], None]) -> Diarization | None:
    """Turns by channel, or None when the channels are not one person each."""
    levels = [frame_levels_db(wav, channel) for channel in (0, 1)]
    if not are_people(*levels):
        return None
    turns: list[VoiceTurn] = []
    voices = {}
    for channel in (0, 1):
        gain = gain_for(wav, channel)
        activity = speech_probabilities(wav, gain, channel)
        heard = find_speech(activity, length_ms(wav))
        spans = own_spans(heard, levels[channel], levels[1 - channel])
        windows = embed_speech(wav, spans, encoder, gain=gain, channel=channel, report=report)
        if not len(windows) or _are_two(windows):
            return None
        turns += [VoiceTurn(span.start_ms, span.end_ms, str(channel)) for span in spans]
        voices[str(channel)] = windows.middle(windows.are_clear)
    marked = mark_overlaps(turns)
    ordered = in_order(marked)
    names = {raw.label: turn.label for raw, turn in zip(sorted(marked), ordered, strict=True)}
    return Diarization(ordered, {names[c]: _plain(v) for c, v in voices.items()}, VOICE_MODEL)


def _are_two(windows: Windows) -> bool:
    places = windows.sample()
    return count_voices(windows.smoothed(places), windows.spoken_ms[places], 2) > 1


def _plain(vector: Floats) -> tuple[float, ...]:
    return tuple(float(x) for x in vector)
