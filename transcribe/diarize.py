"""Who speaks when: sound to turns under labels, by our own voice encoder. Which person a label is, `naming` says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from transcribe.clustering import count_voices, middles_of, sort_voices
from transcribe.resegment import change_costs, likeliest_path, path_posteriors, to_turns
from transcribe.speech import find_speech, speech_probabilities
from transcribe.timeline import VoiceTurn
from transcribe.tracks import are_people, frame_levels_db, gain_for, length_ms, own_spans, track_count
from transcribe.turns import Diarization, in_order, mark_overlaps
from transcribe.voice_model import VOICE_MODEL
from transcribe.voices import Floats, VoiceEncoder, unit
from transcribe.windows import Windows, embed_speech

MOST_VOICES = 8  # looked for without a cast; smaller clusters are too short to be told from one another
# In less speech than this a guest may not come to say anything: what the cast says is an upper bound then.
SHORT_MS = 60_000
ROUNDS = 2
SURE = 0.8


def diarize(
    wav: Path,
    model: Path,
    *,
    speakers: int | None = None,
    at_most: bool = False,
    threads: int = 1,
    report: Callable[[int], None] = lambda _ms: None,
) -> Diarization:
    """Turns in a 16 kHz 16-bit WAV of one or two channels, and the voice of each label; the same every time.

    `model` is the encoder's file (`voice_model.find_voice_model`). `speakers` is how many people take part, or
    with `at_most` how many may; None finds the number, up to 8. Two channels with a person each are used as such.
    Without speech there are no turns. `report` gets ms done. Raises AudioUnreadable.
    """
    if speakers is not None and speakers < 1:
        raise ValueError(f"{speakers} people cannot take part")
    return Local(model, threads).separate(wav, speakers, at_most, report)


@dataclass(frozen=True)
class Local:
    """The diarizer of the house; see `turns.Diarizer`."""

    model: Path
    threads: int = 1

    def separate(
        self, wav: Path, speakers: int | None, at_most: bool, report: Callable[[int], None]
    ) -> Diarization:
        encoder = VoiceEncoder(self.model, self.threads)
        found = None
        if track_count(wav) == 2 and speakers in (None, 2):
            found = _by_channel(wav, encoder, report)
        if found is None:
            found = _by_voice(wav, encoder, speakers, at_most, report)
        return found


def _by_voice(
    wav: Path, encoder: VoiceEncoder, speakers: int | None, at_most: bool, report: Callable[[int], None]
) -> Diarization:
    gain = gain_for(wav)
    activity = speech_probabilities(wav, gain)
    spans = find_speech(activity, length_ms(wav))
    windows = embed_speech(wav, spans, encoder, gain=gain, report=report)
    if not len(windows):
        return Diarization((), model=VOICE_MODEL)
    middles = _find_people(windows, speakers, at_most)
    costs = change_costs(windows.cells, activity)
    likeness = windows.vectors @ middles.T
    path = likeliest_path(likeness, costs)
    for _ in range(ROUNDS):
        middles = _recentred(windows, path, middles)
        likeness = windows.vectors @ middles.T
        path = likeliest_path(likeness, costs)
    posteriors = path_posteriors(likeness, costs)
    return _labelled(to_turns(windows.cells, path, posteriors, activity), windows, path, posteriors)


def _find_people(windows: Windows, speakers: int | None, at_most: bool) -> Floats:
    """One voice for each person: as many as the cast has, or as are heard."""
    clear = windows.are_clear
    vectors, spoken = windows.smoothed()[clear], windows.spoken_ms[clear]
    if speakers is None or at_most or spoken.sum() < SHORT_MS:
        people = count_voices(vectors, spoken, speakers or MOST_VOICES)
    else:
        people = speakers
    return middles_of(vectors, sort_voices(vectors, spoken, people), spoken)


def _recentred(windows: Windows, path: NDArray[np.int64], middles: Floats) -> Floats:
    """The voices as the path has them; one that the path left out keeps its place."""
    sums = np.zeros_like(middles)
    np.add.at(sums, path, windows.vectors * windows.spoken_ms[:, None].astype(np.float32))
    return np.where(np.isin(np.arange(len(middles)), path)[:, None], unit(sums), middles)


def _labelled(
    turns: list[VoiceTurn], windows: Windows, path: NDArray[np.int64], posteriors: NDArray[np.float64]
) -> Diarization:
    """The turns under labels in order of speech, with the voice of each made of its surest windows."""
    ordered = in_order(turns)
    names = {raw.label: turn.label for raw, turn in zip(sorted(turns), ordered, strict=True)}
    sure = windows.are_clear & (posteriors[np.arange(len(path)), path] >= SURE)
    voices = {}
    for raw, name in names.items():
        mine = path == int(raw)
        chosen = mine & sure if (mine & sure).any() else mine
        weights = windows.spoken_ms[chosen, None].astype(np.float32)
        voices[name] = tuple(float(x) for x in unit((windows.vectors[chosen] * weights).sum(0)))
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
        if not len(windows) or count_voices(windows.smoothed(), windows.spoken_ms, 2) > 1:
            return None
        turns += [VoiceTurn(span.start_ms, span.end_ms, str(channel)) for span in spans]
        voices[str(channel)] = unit(windows.vectors[windows.are_clear].sum(0))
    marked = mark_overlaps(turns)
    ordered = in_order(marked)
    names = {raw.label: turn.label for raw, turn in zip(sorted(marked), ordered, strict=True)}
    return Diarization(ordered, {names[c]: tuple(map(float, v)) for c, v in voices.items()}, VOICE_MODEL)
