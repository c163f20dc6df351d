"""What people said a name means in one talk or article: kept, and obeyed whenever the text is read anew. What waits for
such a word is in `queue`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from catalog.mentions import Doubt, Mention
from catalog.models import MentionVerdict
from catalog.normalize import fold


@dataclass(frozen=True)
class Verdict:
    """Wherever the text says this, folded, it means the entity; or, not `accepted`, it does not."""

    folded: str
    entity: int
    accepted: bool


def verdicts_on(session: Session, **place: int | None) -> list[Verdict]:
    """Everything that was decided in `episode_id=...` or `article_id=...`, in one order."""
    rows = session.exec(select(MentionVerdict).filter_by(**place).order_by(col(MentionVerdict.id))).all()
    return [Verdict(row.folded, row.entity_id, row.accepted) for row in rows]


def apply_verdicts(
    text: str, found: Sequence[Mention | Doubt], verdicts: Iterable[Verdict]
) -> list[Mention | Doubt]:
    """What was found in a text, as people have it: their word stands above the machine's.

    >>> apply_verdicts("Chai left", [Doubt(0, 4, ("1", "2"))], [Verdict("chai", 1, False)])
    [Doubt(start=0, end=4, entities=('2',))]
    >>> apply_verdicts("Chai left", [Mention(0, 4, "1")], [Verdict("chai", 2, True)])
    [Mention(start=0, end=4, entity='2')]
    """
    meant: dict[str, str] = {}
    never: dict[str, set[str]] = {}
    for one in verdicts:
        if one.accepted:
            meant[one.folded] = str(one.entity)
        else:
            never.setdefault(one.folded, set()).add(str(one.entity))
    if not meant and not never:
        return list(found)
    decided = (_decided(one, fold(text[one.start : one.end]), meant, never) for one in found)
    return [one for one in decided if one is not None]


def _decided(
    one: Mention | Doubt, words: str, meant: dict[str, str], never: dict[str, set[str]]
) -> Mention | Doubt | None:
    if words in meant:
        return Mention(one.start, one.end, meant[words])
    refused = never.get(words, set())
    if isinstance(one, Mention):
        return None if one.entity in refused else one
    left = tuple(entity for entity in one.entities if entity not in refused)
    return Doubt(one.start, one.end, left) if left else None
