"""Which language a passage is heard in when a talk moves between languages. Decides; measures nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from transcribe.languages import whisper_code

# Spoken Urdu and Hindi are hardly told apart by ear: Whisper spreads its belief over both.
TWINS = {"ur": "hi", "hi": "ur"}
GATE = 0.8


@dataclass(frozen=True)
class Gate:
    """Lets a passage leave the main language only when the recogniser is sure, and only for a plausible one.

    Whisper's own per-passage detection takes whatever comes first, so that one noisy passage of an Urdu talk
    turns Norwegian. A probability of 0.8 leaves at most 0.2 to any rival: no further margin is needed.

    >>> gate = Gate("ur", ("ur", "en"))
    >>> gate.decide({"en": 0.93, "ur": 0.05}), gate.decide({"en": 0.6, "ur": 0.3}), gate.decide({"no": 0.99})
    ('en', 'ur', 'ur')
    >>> Gate("en", ("en", "ur")).decide({"hi": 0.5, "ur": 0.45})
    'ur'
    """

    main: str
    plausible: tuple[str, ...]
    at_least: float = GATE

    def decide(self, probabilities: Mapping[str, float]) -> str:
        """The language to hear a passage in, given the recogniser's belief in each."""
        belief = {code: self._belief(code, probabilities) for code in self.plausible}
        best = max(belief, key=lambda code: belief[code], default=self.main)
        return best if belief.get(best, 0.0) >= self.at_least else self.main

    def _belief(self, code: str, probabilities: Mapping[str, float]) -> float:
        twin = TWINS.get(code)
        shared = probabilities.get(twin, 0.0) if twin and twin not in self.plausible else 0.0
        return probabilities.get(code, 0.0) + shared


def choose_gate(main: str, detected: bool, others: tuple[str, ...]) -> Gate:
    """The gate for a talk: its main language, English, and what the newsroom says may be spoken.

    A main language that was only detected gives way to its twin when the newsroom expects just the twin.

    >>> choose_gate("hi", True, ("ur",))
    Gate(main='ur', plausible=('ur', 'en'), at_least=0.8)
    """
    expected = [code for other in others if (code := whisper_code(other))]
    twin = TWINS.get(main)
    if detected and twin in expected and main not in expected:
        main = twin
    return Gate(main, tuple(dict.fromkeys([main, *expected, "en"])))
