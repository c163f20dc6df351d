"""Readable addresses: a title becomes a slug that nobody else has. The words of a page live elsewhere."""

import re
import unicodedata
from typing import Any

from sqlmodel import Session, select

LONGEST = 80


def slugify(text: str, fallback: str) -> str:
    """Letters and digits of `text` in lower-case ASCII, joined by hyphens; `fallback` when none is left.

    >>> slugify("Tea, cricket & rain: a talk", "talk")
    'tea-cricket-rain-a-talk'
    >>> slugify("گفتگو", "talk")
    'talk'
    """
    ascii_only = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    words = re.findall(r"[a-z0-9]+", ascii_only.lower())
    slug = "-".join(words)[:LONGEST].strip("-")
    return slug or fallback


def free_slug(session: Session, column: Any, text: str, fallback: str) -> str:
    """A slug for `text` that `column` does not hold yet: the plain one, else with the next free number."""
    wanted = slugify(text, fallback)
    taken = set(session.exec(select(column).where(column.like(f"{wanted}%"))).all())
    if wanted not in taken:
        return wanted
    number = 2
    while f"{wanted}-{number}" in taken:
        number += 1
    return f"{wanted}-{number}"
