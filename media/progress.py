"""How far an act on a file has come, told to whoever asked for it. Nothing is shown or stored here."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """How much is done of how much (`None`: nobody knows), in `unit` ("bytes" or "ms" of sound).

    `speed` is units per second of wall time; for "ms" a thousand is as fast as the talk itself.
    """

    done: int
    total: int | None
    unit: str
    speed: float | None


Report = Callable[[Progress], None]
