"""Which jobs go to the queue next. Decides only: people who wait first, then every source in its turn."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

PERSON, BACK_CATALOGUE = 1, 10  # how the queue orders what it holds: the smaller the sooner


@dataclass(frozen=True)
class Asked:
    """A job as far as its turn depends on it."""

    id: int
    waited_for: bool
    source: str

    @property
    def priority(self) -> int:
        return PERSON if self.waited_for else BACK_CATALOGUE


def choose_next(waiting: Sequence[Asked], in_hand: Sequence[Asked], room: int) -> list[int]:
    """The jobs to hand out now, in order. What a person waits for always goes; of the rest so many as there is room.

    A source that has few in hand comes before one that has many, so that ten years of one show keep no other waiting.

    >>> old = [Asked(n, False, "old show") for n in range(1, 5)]
    >>> choose_next([*old, Asked(5, False, "new show"), Asked(6, True, "")], in_hand=[], room=3)
    [6, 1, 5, 2]
    """
    people = [job.id for job in waiting if job.waited_for]
    turns = Counter(job.source for job in in_hand if not job.waited_for)
    ranked = []
    for job in sorted((job for job in waiting if not job.waited_for), key=lambda job: job.id):
        ranked.append((turns[job.source], job.id))
        turns[job.source] += 1
    free = max(0, room - sum(not job.waited_for for job in in_hand))
    return people + [number for _, number in sorted(ranked)[:free]]
