"""Claims by words of theirs, or of who says them: the search inside the ledger. All that was said is searched in the
index."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import col

from catalog.models import Claim, Person, SpeakerLabel

MOST_WORDS = 12
# Keyboards give different letters for the same one.
_LETTERS = (("ي", "ی"), ("ك", "ک"), ("ه", "ہ"), ("ى", "ی"), ("ة", "ہ"))


def say(words: str) -> list[Any]:
    """Conditions for claims in which each of these words stands, or in the name of who says it."""
    return [
        sa.or_(*(where.icontains(one, autoescape=True) for one in written(word) for where in _PLACES))
        for word in words.replace("\0", "").split()[:MOST_WORDS]
    ]


_PLACES = (col(Claim.exact), col(Person.name), col(SpeakerLabel.shown_as))


def written(word: str) -> list[str]:
    """The word as each keyboard writes it.

    >>> "پاني" in written("پانی"), written("tea")
    (True, ['tea'])
    """
    found = [word]
    for arabic, urdu in _LETTERS:
        found += [one.replace(a, b) for one in found for a, b in ((arabic, urdu), (urdu, arabic)) if a in one]
    return list(dict.fromkeys(found))[:16]
