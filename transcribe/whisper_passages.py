"""faster-whisper's batched pipeline with our language gate put between detection and decoding. Decides nothing."""

from __future__ import annotations

from typing import Any

from faster_whisper import BatchedInferencePipeline

from transcribe.switching import Gate

# How many of the detected languages are kept as evidence for a passage.
KEPT = 3


class GatedPipeline(BatchedInferencePipeline):  # type: ignore[misc]
    """Hears each passage (up to 30 s of speech) in the language the gate chose for it.

    faster-whisper's `multilingual=True` detects from the encoder's output that it decodes next, so going
    between the two costs no second pass over the sound.
    """

    def __init__(self, whisper: Any) -> None:
        super().__init__(whisper)
        self._gated = _GatedModel(whisper.model)
        whisper.model = self._gated
        self._passages: dict[int, dict[str, Any]] = {}

    @property
    def main(self) -> str:
        """The main language the gate stands on; empty while there is none."""
        return self._gated.gate.main if self._gated.gate else ""

    def open_gate(self, gate: Gate | None) -> None:
        """Use this gate for the passages that follow; None lets the model's own first guess through."""
        self._gated.gate = gate
        self._passages = {}

    def forward(self, features: Any, tokenizer: Any, chunks_metadata: Any, options: Any) -> Any:
        """One batch of passages; notes about each, under the frame that its text will carry as `seek`."""
        self._gated.choices = []
        outputs = super().forward(features, tokenizer, chunks_metadata, options)
        choices = self._gated.choices or [{} for _ in outputs]
        for passage, output, choice in zip(chunks_metadata, outputs, choices, strict=True):
            ends = passage["offset"] + passage["duration"]
            unheard = ends - max((segment["end"] for segment in output), default=ends)
            for segment in output:
                self._passages[segment["seek"]] = {"unheard": round(float(unheard), 2), **choice}
        return outputs

    def language_of(self, segment: Any, otherwise: str) -> str:
        """The language this segment was heard in."""
        return str(self._passages.get(segment.seek, {}).get("language", otherwise))

    def unheard_of(self, segment: Any) -> float:
        """Seconds of speech in its passage after the last word written down: decoding may stop too early."""
        return float(self._passages.get(segment.seek, {}).get("unheard", 0.0))

    def passages(self) -> list[dict[str, Any]]:
        """Each passage's frame, what was left unheard, its language and the beliefs behind that, JSON-able."""
        return [{"seek": seek, **choice} for seek, choice in sorted(self._passages.items())]


class _GatedModel:
    """A CTranslate2 Whisper model whose first-named language is the gate's choice; all else passes through."""

    def __init__(self, model: Any) -> None:
        self._model = model
        self.gate: Gate | None = None
        self.choices: list[dict[str, Any]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model, name)

    def detect_language(self, encoder_output: Any) -> list[list[tuple[str, float]]]:
        found: list[list[tuple[str, float]]] = self._model.detect_language(encoder_output)
        return found if self.gate is None else [self._choose(self.gate, beliefs) for beliefs in found]

    def _choose(self, gate: Gate, beliefs: list[tuple[str, float]]) -> list[tuple[str, float]]:
        by_code = {token.strip("<|>"): float(probability) for token, probability in beliefs}
        language = gate.decide(by_code)
        likely = sorted(by_code.items(), key=lambda belief: -belief[1])[:KEPT]
        self.choices.append({"language": language, "probabilities": dict(likely)})
        return [(f"<|{language}|>", by_code.get(language, 0.0))]
