"""A guess at whose voice a label is, the reasons for it, and what may be printed of it. `naming` makes it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

NAMED, PROBABLY = 0.9, 0.6
MOST_LOG_ODDS = 6.0  # no kind of evidence is ever beyond doubt


class Standing(StrEnum):
    """What may be printed of a guess."""

    NAMED = "named"
    PROBABLY = "probably"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True)
class Evidence:
    """One reason, as a sentence a person can check; `log_odds` says for or against and how much; `at_ms` where."""

    kind: str
    text: str
    log_odds: float
    at_ms: int | None = None


@dataclass(frozen=True)
class Guess:
    """Who a label is, None for nobody of the cast, with the probability of just that, strongest evidence first."""

    label: str
    person: str | None
    probability: float
    evidence: tuple[Evidence, ...] = ()

    @property
    def standing(self) -> Standing:
        """The answer rule: print a name only when at least 0.9 sure, "probably" from 0.6, else never a name."""
        if self.person is None or self.probability < PROBABLY:
            return Standing.UNCONFIRMED
        return Standing.NAMED if self.probability >= NAMED else Standing.PROBABLY
