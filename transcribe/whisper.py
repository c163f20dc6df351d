"""faster-whisper behind the Engine protocol. Its seconds become milliseconds here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import ctranslate2
import faster_whisper
import numpy as np
from faster_whisper.transcribe import Segment as WhisperSegment
from numpy.typing import NDArray

from transcribe.device import count_cores
from transcribe.engine import EngineInfo, Heard, Hints
from transcribe.errors import CannotTranslate, ModelMissing
from transcribe.languages import NOT_TRANSCRIBED, language_name, not_transcribed_note, whisper_code
from transcribe.model_hub import missing_sentence, obtain
from transcribe.models import find_hub_model, missing_files, read_note, shown_name
from transcribe.switching import choose_gate
from transcribe.timeline import Flag, Segment, Span, Word
from transcribe.wav import RATE, read_span
from transcribe.whisper_passages import GatedPipeline
from transcribe.whisper_start import is_out_of_memory, out_of_memory, start_model

ENGLISH = "en"  # all that Whisper translates into
BATCH_SIZE = 8
BEAM_SIZE = 5
# Names and glossary share the decoder's 448 places with the words heard: half a minute of Urdu needs over 300.
HINT_TOKENS = 100
# Radford et al. 2022, section 4.5: when a decoding counts as failed.
REPETITIVE, LOW_LOGPROB, NO_SPEECH = 2.4, -1.0, 0.6
# The VAD leaves up to 0.4 s of silence behind speech, and the aligner may be half a second early.
MOST_UNHEARD = 2.0
# Whisper writes these without spaces; every "word" is a character or two and must not be glued together.
UNSPACED = frozenset({"zh", "yue", "ja", "th", "lo", "my"})

Sound: TypeAlias = NDArray[np.float32]
# A stretch of text and the language it was heard in.
Passage: TypeAlias = tuple[WhisperSegment, str]


def load_whisper(
    model: str, *, device: str, compute_type: str, threads: int, models_folder: Path | None
) -> WhisperEngine:
    """Load a CTranslate2 Whisper model; see `engine.load`."""
    folder = obtain(model, models_folder)
    if missing := missing_files(folder):
        raise ModelMissing(missing_sentence(model, f"the folder has no {', '.join(missing)}"))
    whisper, why = start_model(folder, device, compute_type, threads or count_cores())
    notes = [note for note in (read_note(folder), why) if note]
    return WhisperEngine(whisper, model, "; ".join(notes))


class WhisperEngine:
    """A loaded Whisper model that hears span by span. One `hear` at a time: it keeps state while it listens."""

    def __init__(self, whisper: Any, model: str, note: str) -> None:
        self._whisper = whisper
        self._multilingual: bool = whisper.model.is_multilingual
        self._pipeline = GatedPipeline(whisper)
        self.info = EngineInfo(
            engine="faster-whisper",
            model=shown_name(model),
            version=f"{faster_whisper.__version__} (ctranslate2 {ctranslate2.__version__})",
            device=whisper.model.device,
            compute_type=whisper.model.compute_type,
            note=note,
            options={
                "batch_size": BATCH_SIZE,
                "beam_size": BEAM_SIZE,
                "vad_filter": True,
                "word_timestamps": True,
            },
        )

    def hear(self, wav: Path, span: Span, hints: Hints, report: Callable[[int], None]) -> Heard:
        """See `Engine.hear`. A language the model cannot write gives one segment that says so, without words."""
        given = whisper_code(hints.language) if hints.language else None
        if hints.translate:
            self._must_translate()
        if hints.language and not self._writes(given):
            return self._decline(span, hints.language)
        try:
            return self._listen(wav, span, hints, given, report)
        except (RuntimeError, MemoryError) as error:
            if is_out_of_memory(error):
                raise out_of_memory(self.info.device) from error
            raise

    def _must_translate(self) -> None:
        listed = find_hub_model(self.info.model)
        if not self._multilingual or (listed is not None and not listed.translates):
            raise CannotTranslate(
                f"The model “{self.info.model}” writes only what is spoken. To translate, set PRESSTALK_TRANSLATOR to "
                "one that can: large-v3, medium or small."
            )

    def _writes(self, code: str | None) -> bool:
        return code is not None and (self._multilingual or code == "en")

    def _decline(self, span: Span, language: str) -> Heard:
        note = not_transcribed_note(language)
        reason = f"this recogniser model does not know {language_name(language)}"
        segment = Segment(
            span.start_ms,
            span.end_ms,
            note,
            language,
            flags=(Flag(NOT_TRANSCRIBED, f"{note.strip('[]')}: {reason}"),),
        )
        return Heard((segment,), language, None, {"declined": reason})

    def _listen(
        self, wav: Path, span: Span, hints: Hints, given: str | None, report: Callable[[int], None]
    ) -> Heard:
        hotwords = self.choose_hotwords(hints)
        sound = read_span(wav, span)
        how = self._how(hotwords, translate=hints.translate)
        segments, facts = self._start(sound, given, how)
        if self._multilingual:
            self._pipeline.open_gate(choose_gate(facts.language, given is None, hints.other_languages))
        first = []
        for segment in segments:
            first.append((segment, self._pipeline.language_of(segment, facts.language)))
            report(min(span.duration_ms, round(segment.end * 1000)))
        heard = self._hear_failures_again(sound, first, how)
        report(span.duration_ms)
        # The newsroom's own tag (Dari, "ur-PK") stays where Whisper's code for it was heard.
        tags = {given: hints.language} if given and hints.language else {}
        spoken = hints.language or self._pipeline.main or facts.language
        written = {code: ENGLISH if hints.translate else tags.get(code, code) for _, code in heard}
        return Heard(
            tuple(_to_segment(segment, span.start_ms, written[code]) for segment, code in heard),
            ENGLISH if hints.translate else spoken,
            None if given else float(facts.language_probability),
            {
                "span_ms": [span.start_ms, span.end_ms],
                "language": facts.language,
                "language_probability": float(facts.language_probability),
                "hotwords": hotwords,
                "task": how["task"],
                "duration": float(facts.duration),
                "duration_after_vad": float(facts.duration_after_vad),
                "passages": self._pipeline.passages(),
                "segments": [_copy(*pair) for pair in heard],
                "replaced": [_copy(*pair) for pair in first if not any(pair[0] is kept for kept, _ in heard)],
            },
        )

    def _how(self, hotwords: str, *, translate: bool) -> dict[str, Any]:
        """How sound is decoded, the first time and again. Words of a translation cannot be laid on the sound, so the
        model is asked for the times of its sentences instead."""
        return {
            "beam_size": BEAM_SIZE,
            "vad_filter": True,
            "hotwords": hotwords or None,
            "task": "translate" if translate else "transcribe",
            "word_timestamps": not translate,
            "without_timestamps": not translate,
        }

    def _start(
        self, sound: Sound, given: str | None, how: dict[str, Any]
    ) -> tuple[Iterable[WhisperSegment], Any]:
        """Find the speech and the main language; the segments are decoded batch by batch as they are taken."""
        self._pipeline.open_gate(None)
        segments, facts = self._pipeline.transcribe(
            sound,
            language=given,
            batch_size=BATCH_SIZE,
            multilingual=self._multilingual,
            **how,
        )
        return segments, facts

    def _hear_failures_again(self, sound: Sound, first: list[Passage], how: dict[str, Any]) -> list[Passage]:
        """Where batched decoding ran into a loop the passage is heard again, where it broke off only the rest.

        Whisper's own remedy (decode again, warmer) is left out of faster-whisper's batched mode, and a loop
        swallows the words spoken after it. Costs nothing where nothing failed.
        """
        heard: list[Passage] = []
        for at, (segment, code) in enumerate(first):
            looped = failed(segment)
            if not looped:
                heard.append((segment, code))
            if looped or self._broke_off(segment):
                before = first[at - 1][0].end if at else 0.0
                start = before if looped else segment.end
                end = first[at + 1][0].start if at + 1 < len(first) else len(sound) / RATE
                heard += [(again, code) for again in self._hear_again(sound, start, end, code, how)]
        return heard

    def _broke_off(self, segment: WhisperSegment) -> bool:
        return bool(segment.text.strip()) and self._pipeline.unheard_of(segment) > MOST_UNHEARD

    def _hear_again(
        self, sound: Sound, start: float, end: float, code: str, how: dict[str, Any]
    ) -> list[WhisperSegment]:
        ctranslate2.set_random_seed(0)  # warmer means sampling; the same sound shall give the same words
        segments, _ = self._whisper.transcribe(
            sound[int(start * RATE) : int(end * RATE)],
            language=code,
            condition_on_previous_text=False,
            **how | {"without_timestamps": False},
        )
        return [_moved(segment, start) for segment in segments]

    def choose_hotwords(self, hints: Hints) -> str:
        """Names, then glossary, as many as fit HINT_TOKENS; the first ones count most."""
        chosen = ""
        for word in dict.fromkeys([*hints.names, *hints.glossary]):
            longer = f"{chosen}, {word}" if chosen else word
            if len(self._whisper.hf_tokenizer.encode(longer, add_special_tokens=False).ids) > HINT_TOKENS:
                break
            chosen = longer
        return chosen


def failed(segment: WhisperSegment) -> bool:
    """Did decoding go wrong by Whisper's own measures? Silence is not a failure."""
    if not segment.text.strip() or (segment.no_speech_prob > NO_SPEECH and segment.avg_logprob < LOW_LOGPROB):
        return False
    return bool(segment.compression_ratio > REPETITIVE or segment.avg_logprob < LOW_LOGPROB)


def _moved(segment: WhisperSegment, by: float) -> WhisperSegment:
    words = [replace(word, start=word.start + by, end=word.end + by) for word in segment.words or ()]
    return replace(segment, start=segment.start + by, end=segment.end + by, words=words)


def _copy(segment: WhisperSegment, code: str) -> dict[str, Any]:
    """The engine's own segment, JSON-able: seconds from the start of the span, tokens and figures as they are."""
    return {
        "id": segment.id,
        "seek": segment.seek,
        "start": float(segment.start),
        "end": float(segment.end),
        "text": segment.text,
        "language": code,
        "tokens": list(segment.tokens),
        "avg_logprob": float(segment.avg_logprob),
        "no_speech_prob": float(segment.no_speech_prob),
        "compression_ratio": float(segment.compression_ratio),
        "temperature": segment.temperature,
        "words": [[float(w.start), float(w.end), w.word, float(w.probability)] for w in segment.words or ()],
    }


def _to_segment(segment: WhisperSegment, offset_ms: int, language: str) -> Segment:
    pieces = glue(segment.words or (), spaced=(whisper_code(language) not in UNSPACED))
    words = _to_words(pieces, offset_ms)
    start = words[0].start_ms if words else offset_ms + round(segment.start * 1000)
    end = max(word.end_ms for word in words) if words else offset_ms + round(segment.end * 1000)
    return Segment(
        start_ms=start,
        end_ms=max(start, end),
        text=segment.text.strip(),
        language=language,
        words=words,
        average_logprob=float(segment.avg_logprob),
        no_speech_probability=float(segment.no_speech_prob),
        compression_ratio=float(segment.compression_ratio),
        temperature=segment.temperature,
    )


def glue(words: Iterable[Any], spaced: bool) -> list[tuple[float, float, str, float]]:
    """Whisper's pieces as (start, end, text, probability) words: "well", "-known" is one word to a reader."""
    glued: list[tuple[float, float, str, float]] = []
    for word in words:
        text, probability = word.word.strip(), float(word.probability)
        if not text:
            continue
        if glued and spaced and not word.word[0].isspace():
            start, _, before, sure = glued[-1]
            glued[-1] = (start, float(word.end), before + text, min(sure, probability))
        else:
            glued.append((float(word.start), float(word.end), text, probability))
    return glued


def _to_words(pieces: Iterable[tuple[float, float, str, float]], offset_ms: int) -> tuple[Word, ...]:
    """Milliseconds from the start of the recording; the aligner's small steps backward are levelled out."""
    words: list[Word] = []
    for start, end, text, probability in pieces:
        earliest = words[-1].start_ms if words else offset_ms
        start_ms = max(earliest, offset_ms + round(start * 1000))
        words.append(
            Word(start_ms, max(start_ms, offset_ms + round(end * 1000)), text, round(probability, 4))
        )
    return tuple(words)
