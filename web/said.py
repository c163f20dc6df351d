"""The passage of a talk that stands on the front page: short, whole, without doubts, by somebody surely named. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from catalog.claims import Reason, find_claims
from catalog.reading import EpisodeCard
from catalog.transcripts import Passage, Speaker, SpokenTurn
from web.wording import readable

SHORTEST, WANTED, LONGEST = 50, 130, 240  # characters
ENDS = '.!?…۔؟।॥”"'
SURE = ("confirmed", "named")


@dataclass(frozen=True)
class Said:
    card: EpisodeCard
    speaker: Speaker
    passage: Passage

    @property
    def text(self) -> str:
        return readable(self.passage.text)


def passage_of(turns: Iterable[SpokenTurn]) -> tuple[Speaker, Passage] | None:
    """The passage nearest to the wanted length, the first of several, and who says it; None where none may stand
    alone."""
    fit = [
        (turn.speaker, passage)
        for turn in turns
        if turn.speaker.certainty in SURE
        for passage in turn.passages
        if not passage.flags and stands_alone(readable(passage.text))
    ]
    return min(fit, key=lambda one: abs(len(readable(one[1].text)) - WANTED), default=None)


def stands_alone(text: str) -> bool:
    """
    >>> stands_alone("The river was over the road, and the bridge was closed for days."), stands_alone("Yes.")
    (True, False)
    >>> stands_alone("And then we went to the river, where nobody had been for all these")
    False
    """
    return SHORTEST <= len(text) <= LONGEST and text[-1] in ENDS and not accuses(text)


def accuses(text: str) -> bool:
    """Does it say that somebody did wrong? No machine puts that on a front page: an editor would have to.

    >>> accuses("Police burned eleven houses in that village."), accuses("It rained for nine days.")
    (True, False)
    """
    return any(Reason.ACCUSATION in claim.reasons for claim in find_claims(text))
