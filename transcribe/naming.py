"""Who is speaking: voices, cues and habits weighed together into one guess a label, with evidence to check.

A diarizer's label is not an identity, and neither is a guess: a person confirms. Hears nothing, stores nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from transcribe.assignments import Posterior, weigh
from transcribe.cues.placing import Cue, place_cues
from transcribe.cues.reading import HONORIFICS, read_phrases, to_turns
from transcribe.cues.table import Kind
from transcribe.guess import MOST_LOG_ODDS, Evidence, Guess
from transcribe.names import Member, Roll, gather
from transcribe.roles import Trait, read_traits
from transcribe.timeline import Utterance, VoiceTurn

# How likely a voice belongs to nobody listed, before anything is heard.
UNKNOWN_FULL_CAST, UNKNOWN_AND_OTHERS, UNKNOWN_PHONE_INS = 0.05, 0.2, 0.5
# Cues of one talk repeat each other: their sum counts for less, and no kind of evidence is ever beyond doubt.
CUES_DAMPED = 0.7
# Taken off every voice's log likelihood ratio. Whoever speaks in an absent person's place is met as the voice most
# like theirs, not as any voice; and that the cast is full must not name a voice that its own print does not. In
# open-set trials on real voices (tests/bench/open_set.py) it takes names wrongly printed from 2 to 0.3 % and costs
# 1 to 2 % of right ones.
LOOKALIKES = 3.5
# How much likelier than by evidence for it alone a name must be to have come from what is known of the others.
ELIMINATED = 0.1
_LONGEST_QUOTE = 160


def name_voices(
    cast: Sequence[Member],
    turns: Sequence[VoiceTurn],
    utterances: Sequence[Utterance] = (),
    voices: Mapping[tuple[str, str], float] | None = None,
    voice_notes: Mapping[tuple[str, str], str] | None = None,
    unknown: float = UNKNOWN_FULL_CAST,
) -> tuple[Guess, ...]:
    """One guess for every label, in order of first speech.

    `utterances` are labelled as the turns are (see `align`). `voices[label, person]` is a calibrated log likelihood
    ratio, absent without a print; `voice_notes` says in words what it rests on. `unknown` is the prior that a
    voice is nobody's of the cast. A person listed twice under two spellings is guessed as the first listed.
    """
    people = gather(cast, HONORIFICS)
    said = to_turns(utterances)
    labels = tuple(dict.fromkeys(turn.label for turn in sorted(turns)))
    cues = place_cues(said, read_phrases(said, Roll(people, HONORIFICS)))
    traits = read_traits(turns, said)
    case = _Case(people, labels, cues, traits, dict(voices or {}), dict(voice_notes or {}))
    scores = [[case.score(label, member) for member in people] for label in labels]
    posterior = weigh(scores, len(people), unknown)
    return tuple(_guess(case, row, scores[row], posterior, unknown) for row in range(len(labels)))


@dataclass(frozen=True)
class _Case:
    """All that speaks for or against each pair of a label and a person."""

    people: tuple[Member, ...]
    labels: tuple[str, ...]
    cues: Sequence[Cue]
    traits: Sequence[Trait]
    voices: Mapping[tuple[str, str], float]
    voice_notes: Mapping[tuple[str, str], str]

    def score(self, label: str, member: Member) -> float:
        told = sum(self._cue_odds(cue) for cue in self._cues_on(label, member))
        shown = sum(self._trait_odds(trait) for trait in self._traits_of(label, member))
        voice = self._voice(label, member)
        return _clipped(CUES_DAMPED * told) + _clipped(CUES_DAMPED * shown) + (voice[0] if voice else 0.0)

    def evidence(self, label: str, member: Member, moderators: frozenset[str]) -> list[Evidence]:
        """Each reason apart, strongest first."""
        found = [
            Evidence(cue.kind, _sentence(cue, moderators), CUES_DAMPED * self._cue_odds(cue), cue.at_ms)
            for cue in self._cues_on(label, member)
        ]
        found += [
            Evidence("role", f"{trait.text}, as moderators do", CUES_DAMPED * self._trait_odds(trait))
            for trait in self._traits_of(label, member)
        ]
        if voice := self._voice(label, member):
            found.append(Evidence("voice", voice[1], voice[0]))
        return sorted(found, key=lambda reason: -abs(reason.log_odds))

    def _cues_on(self, label: str, member: Member) -> list[Cue]:
        return [
            cue
            for cue in self.cues
            if cue.label == label
            and (member.moderates if cue.kind is Kind.OPENING else member.person in cue.people)
        ]

    def _cue_odds(self, cue: Cue) -> float:
        """ln(p (N - 1) / (1 - p)) for one person of N, shared where a cue means several."""
        right, wrong = cue.precision, 1 - cue.precision
        if cue.against:
            return math.log(wrong / right)
        everybody = max(2, len(self.people))
        meant = max(
            1,
            sum(member.moderates for member in self.people) if cue.kind is Kind.OPENING else len(cue.people),
        )
        return 0.0 if meant >= everybody else math.log(right / meant * (everybody - meant) / wrong)

    def _traits_of(self, label: str, member: Member) -> list[Trait]:
        return [trait for trait in self.traits if trait.label == label and member.moderates]

    def _trait_odds(self, trait: Trait) -> float:
        return math.log(trait.precision * (len(self.labels) - 1) / (1 - trait.precision))

    def _voice(self, label: str, member: Member) -> tuple[float, str] | None:
        """The best log likelihood ratio under any key of the person, less that of look-alikes, and its reason."""
        keys = [(label, key) for key in (member.person, *member.also) if (label, key) in self.voices]
        if not keys:
            return None
        best = max(keys, key=lambda key: self.voices[key])
        ratio = _clipped(self.voices[best] - LOOKALIKES)
        return ratio, self.voice_notes.get(
            best, f"voice {'like' if ratio > 0 else 'unlike'} earlier recordings"
        )


def _guess(case: _Case, row: int, scores: Sequence[float], posterior: Posterior, unknown: float) -> Guess:
    label, column = case.labels[row], posterior.best[row]
    if column is None:
        return Guess(label, None, posterior.shares[row][-1])
    member, share = case.people[column], posterior.shares[row][column]
    moderators = frozenset(
        case.labels[at]
        for at, chosen in enumerate(posterior.best)
        if chosen is not None and case.people[chosen].moderates
    )
    evidence = case.evidence(label, member, moderators)
    own = [score if at == column else 0.0 for at, score in enumerate(scores)]
    alone = weigh([own], len(case.people), unknown).shares[0][column]
    if share > alone + ELIMINATED:
        text = "named by elimination: the other voices are other people of the cast"
        evidence.append(Evidence("elimination", text, _log_odds(share) - _log_odds(alone)))
    return Guess(label, member.person, share, tuple(evidence))


_SAYS = {
    Kind.SELF: "introduces themselves at {at}: “{quote}”",
    Kind.OPENING: "opens or closes the talk at {at}: “{quote}”",
    Kind.INTRODUCTION: "introduced by {by} at {at}: “{quote}”",
    Kind.ADDRESS: "addressed by {by} at {at} and answers: “{quote}”",
    Kind.THANKS: "thanked by {by} at {at}, just after speaking: “{quote}”",
}
_AGAINST = "but speaks of this name at {at}: “{quote}”"


def _sentence(cue: Cue, moderators: frozenset[str]) -> str:
    pattern = _AGAINST if cue.against else _SAYS[cue.kind]
    quote = cue.quote if len(cue.quote) <= _LONGEST_QUOTE else cue.quote[:_LONGEST_QUOTE].rstrip() + "…"
    by = "the moderator" if cue.speaker in moderators else "another voice"
    return pattern.format(at=_clock(cue.at_ms), by=by, quote=quote)


def _clock(at_ms: int) -> str:
    seconds = at_ms // 1000
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _clipped(log_odds: float) -> float:
    return max(-MOST_LOG_ODDS, min(MOST_LOG_ODDS, log_odds))


def _log_odds(probability: float) -> float:
    within = min(max(probability, 1e-6), 1 - 1e-6)
    return math.log(within / (1 - within))
