"""What people decided of an earlier run's voices, carried over to those of a new one. Pure; rows are in `guesses`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from catalog.models import LabelState
from transcribe.timeline import Span

# So much of each one's speech is the other's, and nobody else has a substantial part: the same voice for sure.
SURE_FROM = 0.8
SUBSTANTIAL = 0.2
# Less of the new voice's speech than this says nothing of who it is.
SUGGESTED_FROM = 0.5
# A suggestion stays below what is printed without a doubt, so that a person looks.
MOST_PROBABLE = 0.89
SAME_VOICE = 0.5


@dataclass(frozen=True)
class HeldLabel:
    """A voice of an earlier run of which people decided: confirmed or withheld, and when it speaks."""

    label: str
    state: LabelState
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class NewLabel:
    """A voice of the new run and when it speaks."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class Carried:
    """What a new label takes over from `held`: `probability` is 1 where the decision itself stands."""

    label: str
    held: str
    state: LabelState
    probability: float = 1.0


def carry_over(
    before: Sequence[HeldLabel],
    after: Sequence[NewLabel],
    likeness: Mapping[tuple[str, str], float] | None = None,
) -> tuple[Carried, ...]:
    """The decisions that hold for labels of the new run, at most one a label, in the order of `after`.

    A name that was withheld is withheld from every voice with a substantial part of that speech, of its own or of
    the earlier voice's. A confirmed one stays confirmed for the same voice and is suggested where that is unsure.
    `likeness[held, new]` in [0, 1] is the probability that both are one voice, where somebody compared them.
    """
    shared = {(old.label, new.label): _Shared.of(old, new) for old in before for new in after}
    found = (_carry(new, before, shared, likeness or {}) for new in after)
    return tuple(carried for carried in found if carried is not None)


@dataclass(frozen=True)
class _Shared:
    """The part of the earlier and of the new voice's speech that is in the other."""

    of_old: float
    of_new: float

    @classmethod
    def of(cls, old: HeldLabel, new: NewLabel) -> "_Shared":
        both = shared_ms(old.spans, new.spans)
        return cls(both / (spoken_ms(old.spans) or 1), both / (spoken_ms(new.spans) or 1))


def _carry(
    new: NewLabel,
    before: Sequence[HeldLabel],
    shared: Mapping[tuple[str, str], _Shared],
    likeness: Mapping[tuple[str, str], float],
) -> Carried | None:
    def part(old: HeldLabel) -> _Shared:
        return shared[old.label, new.label]

    def is_like(old: HeldLabel, otherwise: bool) -> bool:
        return (
            likeness[old.label, new.label] >= SAME_VOICE if (old.label, new.label) in likeness else otherwise
        )

    withheld = [
        old
        for old in before
        if old.state is LabelState.WITHHELD
        and (max(part(old).of_new, part(old).of_old) >= SUBSTANTIAL or is_like(old, otherwise=False))
    ]
    if withheld:
        first = max(withheld, key=lambda old: part(old).of_new)
        return Carried(new.label, first.label, LabelState.WITHHELD)
    confirmed = [old for old in before if old.state is LabelState.CONFIRMED]
    if not confirmed:
        return None
    best = max(confirmed, key=lambda old: (_belief(old, new, part(old), likeness), part(old).of_old))
    if (
        min(part(best).of_new, part(best).of_old) >= SURE_FROM
        and is_like(best, otherwise=True)
        and not _is_contested(best, new, shared)
    ):
        return Carried(new.label, best.label, LabelState.CONFIRMED)
    belief = _belief(best, new, part(best), likeness)
    if belief < SUGGESTED_FROM:
        return None
    return Carried(new.label, best.label, LabelState.SUGGESTED, min(belief, MOST_PROBABLE))


def _belief(old: HeldLabel, new: NewLabel, part: _Shared, likeness: Mapping[tuple[str, str], float]) -> float:
    """How likely the new voice is the earlier one: the part of its speech that was, and how alike they are."""
    alike = likeness.get((old.label, new.label))
    return part.of_new if alike is None else (part.of_new + alike) / 2


def _is_contested(old: HeldLabel, new: NewLabel, shared: Mapping[tuple[str, str], _Shared]) -> bool:
    """Has another earlier voice a substantial part of the new one, or another new one of the earlier?"""
    return any(
        (has_new == new.label and has_old != old.label and part.of_new >= SUBSTANTIAL)
        or (has_old == old.label and has_new != new.label and part.of_old >= SUBSTANTIAL)
        for (has_old, has_new), part in shared.items()
    )


def spoken_ms(spans: Sequence[Span]) -> int:
    """How long it is in all, time in two spans counted once.

    >>> spoken_ms([Span(0, 10), Span(5, 20)])
    20
    """
    return sum(span.duration_ms for span in _apart(spans))


def shared_ms(one: Sequence[Span], other: Sequence[Span]) -> int:
    """The time that lies in both.

    >>> shared_ms([Span(0, 10), Span(20, 30)], [Span(5, 25)])
    10
    """
    return spoken_ms(one) + spoken_ms(other) - spoken_ms([*one, *other])


def _apart(spans: Sequence[Span]) -> list[Span]:
    """The same time in spans that neither meet nor overlap, in order."""
    edges = sorted([(span.start_ms, 1) for span in spans] + [(span.end_ms, -1) for span in spans])
    inside, covered = 0, list[Span]()
    for (at_ms, step), (until_ms, _) in pairwise(edges):
        inside += step
        if inside and at_ms < until_ms:
            covered.append(Span(at_ms, until_ms))
    return covered
