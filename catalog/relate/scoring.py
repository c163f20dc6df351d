"""How sure it is that a talk and an article belong together, from what they have in common. What that is, is found in
`library`; nothing is looked up here. The same for many at once, with numpy, is in `likely`.

The weights lie between two fits to the tuning half of the labelled set, whole and cut to a few lines, the second of
which is `python -m tests.bench.relate fit`; nothing was fitted to the other half.
"""

from dataclasses import dataclass
from math import exp, log1p, sqrt

from catalog.relate.reading import Kind

# How much a key says, by its kind, beside how rare it is.
KIND_SAYS = {
    Kind.PERSON: 1.3,
    Kind.NAME: 1.1,
    Kind.SOUND: 0.8,
    Kind.PLACE: 0.9,
    Kind.TOPIC: 1.0,
    Kind.WORD: 1.0,
    Kind.PAIR: 0.6,
}
SHOWN_FROM = 0.6  # readers are shown a link from here on
LINKED, QUOTES, WROTE, NEAR_IN_TIME = 9.0, 6.0, 2.5, 0.4
NEAR_DAYS = 45
MOST_MEANING = 0.6  # where no embedder reads both, their words are taken for their meaning, so far
MEANING_OF_WORDS = 1.3


@dataclass(frozen=True)
class Common:
    """What two texts have in common, each as a share of what they are about; `meaning` is None where the embedder
    does not read both, `words` counts different words and topics."""

    subject: float = 0.0
    people: float = 0.0
    places: float = 0.0
    meaning: float | None = None
    words: int = 0
    is_linked: bool = False
    is_by_guest: bool = False
    quotations: int = 0
    days_apart: int | None = None


@dataclass(frozen=True)
class Weights:
    subject: float
    people: float
    places: float
    meaning: float
    words: float
    begins: float


FITTED = Weights(subject=3.8, people=2.7, places=1.2, meaning=5.6, words=1.5, begins=-5.4)


def features(common: Common) -> tuple[float, ...]:
    """What the weights apply to. A place alone says little: it counts as far as the subject is shared too."""
    all_of_it = common.subject + common.people + common.places
    meaning = min(MOST_MEANING, MEANING_OF_WORDS * all_of_it) if common.meaning is None else common.meaning
    return (
        sqrt(common.subject),
        sqrt(common.people),
        sqrt(min(common.places, common.subject)),
        max(0.0, meaning),
        log1p(common.words),
    )


def confidence(common: Common, weights: Weights = FITTED) -> float:
    """How likely it is that they are related, from 0 to 1.

    >>> confidence(Common()) < 0.01 < 0.99 < confidence(Common(is_linked=True, subject=0.1))
    True
    """
    said = (weights.subject, weights.people, weights.places, weights.meaning, weights.words)
    total = weights.begins + sum(weight * value for weight, value in zip(said, features(common), strict=True))
    total += QUOTES * (common.quotations > 0) + LINKED * common.is_linked + WROTE * common.is_by_guest
    if common.days_apart is not None and common.days_apart <= NEAR_DAYS and common.words:
        total += NEAR_IN_TIME
    return 1 / (1 + exp(-total))
