"""Which backups stay and which may go, and the bytes nobody needs any more."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import BLOBS, Inventory, list_backups
from catalog.backups.places import Place

RULE = re.compile(r"(\d{1,4})([dwmy])")
PERIODS = {"d": "%Y-%m-%d", "w": "%G-%V", "m": "%Y-%m", "y": "%Y"}


@dataclass(frozen=True)
class Pruned:
    """What went, or would go."""

    kept: list[str]
    dropped: list[str]
    blobs: int
    size: int


def parse_rule(rule: str) -> dict[str, int]:
    """
    >>> parse_rule("7d4w12m")
    {'d': 7, 'w': 4, 'm': 12}
    """
    found = RULE.findall(rule)
    if not found or "".join(number + unit for number, unit in found) != rule:
        raise BackupFailed(
            "rule", f"'{rule}' is no rule. Say 7d4w12m: of the last 7 days, 4 weeks, 12 months."
        )
    kept = {unit: int(number) for number, unit in found}
    if len(kept) < len(found) or not any(kept.values()):
        raise BackupFailed("rule", f"'{rule}' says one thing twice, or keeps nothing.")
    return kept


def choose_kept(backups: Sequence[Inventory], rule: dict[str, int]) -> set[str]:
    """The last backup of each of the last days, weeks, months and years that have one, and the newest in any case.

    Counted in backups, not from today: a clock that is wrong by years makes nobody's last backup too old.
    """
    newest_first = sorted(backups, key=lambda one: (one.number, one.id), reverse=True)
    kept = {one.id for one in newest_first[:1]}
    for unit, number in rule.items():
        last: dict[str, str] = {}
        for one in newest_first:
            last.setdefault(datetime.fromisoformat(one.made_at).strftime(PERIODS[unit]), one.id)
        kept |= set(list(last.values())[:number])
    return kept


def prune(place: Place, rule: dict[str, int], *, dry_run: bool) -> Pruned:
    """Drop the backups the rule does not keep, then the bytes that no backup names. Raises BackupFailed."""
    with place.alone():
        listing = list_backups(place)
        if listing.damaged:
            raise BackupFailed(
                "damaged",
                f"{listing.damaged[0]} cannot be read, so nobody knows what it needs: nothing is dropped. "
                "Restore that file from elsewhere, or remove it by hand.",
            )
        listing.find()
        kept = choose_kept(listing.backups, rule)
        staying = [one for one in listing.backups if one.id in kept]
        going = [one for one in listing.backups if one.id not in kept]
        needed = {blob.key for one in staying for blob in one.blobs}
        unneeded = {key: size for key, size in place.sizes(BLOBS).items() if key not in needed}
        if not dry_run:
            for key in [*(one.key for one in going), *unneeded]:  # backups first: none is ever left half
                place.drop(key)
    ids = [one.id for one in staying], [one.id for one in going]
    return Pruned(*ids, len(unneeded), sum(unneeded.values()))
