"""What was made of the record and holds beyond its next change, because it is known by all that it was made of. What
holds until the next change only is in `sequence`."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from sqlmodel import Session

from catalog.transcripts import Speaker, read_speakers

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")


@dataclass(frozen=True)
class Version:
    """What the words of a talk and the names of who says them are known by: its revision rises with every change a
    reader could see, and a name changed is another version at once, whoever changed it."""

    episode_id: int
    revision: int
    speakers: frozenset[tuple[int, Speaker]]


def version_of(session: Session, episode_id: int, revision: int) -> Version:
    return Version(episode_id, revision, frozenset(read_speakers(session, episode_id).items()))


class Remembered(Generic[Key, Made]):
    """So many of a kind, for any number of threads; what was not asked for longest makes room."""

    def __init__(self, most: int) -> None:
        self._most, self._held, self._lock = most, OrderedDict[Key, Made](), Lock()

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """What `make` gave for this key, or gives now: two who ask at once may both make it, and it is the same."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
                return self._held[key]
        made = make()
        with self._lock:
            self._held[key] = made
            while len(self._held) > self._most:
                self._held.popitem(last=False)
        return made
