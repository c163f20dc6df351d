"""What a voice print is: figures, and the model that made them. Making and comparing them is `prints`, which loads
heavy libraries; who only keeps prints needs none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VECTOR = 256
# The name of the model goes with every print made by it: prints of two models cannot be compared.
VOICE_MODEL = "resemblyzer-0.1.4"


@dataclass(frozen=True)
class VoicePrint:
    """What a person sounds like over one channel ("studio", "phone"...): a vector of length one made by `model`.

    `over` is the same voice as simulated lines would carry it (see `lines`), by line.
    """

    person: str
    channel: str
    vector: tuple[float, ...]
    model: str = VOICE_MODEL
    over: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
