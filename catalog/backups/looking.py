"""Is what lies there what was written? Reads every byte of every backup, and changes nothing."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass

from catalog.backups.failures import BackupFailed
from catalog.backups.inventory import Blob, Inventory, Listing, list_backups, read_contents
from catalog.backups.ledger import read_ledger
from catalog.backups.packing import Unpacker
from catalog.backups.places import Place

Report = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Fault:
    """Something that is `missing` or `damaged`, and the backups that need it."""

    key: str
    what: str
    backups: tuple[str, ...]


def verify_backups(place: Place, report: Report, identity: str = "") -> tuple[Listing, list[Fault]]:
    """Every fault. With the secret key, sealed backups are opened too. Raises BackupFailed("missing") without any."""
    listing = list_backups(place)
    faults = [Fault(key, "damaged", ()) for key in listing.damaged]
    if not faults:
        listing.find()
    needed: dict[Blob, list[str]] = {}
    for backup in listing.backups:
        for blob in backup.blobs:
            needed.setdefault(blob, []).append(backup.id)
    for number, (blob, backups) in enumerate(needed.items()):
        report("files", number, len(needed))
        what = _fault_of(place, blob)
        if what:
            faults.append(Fault(blob.key, what, tuple(backups)))
    report("files", len(needed), len(needed))
    if not faults:
        for backup in listing.backups:
            if identity or not backup.sealed:
                _open(place, backup, identity)
    read_ledger(place)
    return listing, faults


def _fault_of(place: Place, blob: Blob) -> str:
    try:
        with place.open(blob.key) as file:
            return "" if hashlib.file_digest(file, "sha256").hexdigest() == blob.sha256 else "damaged"
    except BackupFailed:
        return "missing"
    except OSError:  # the disk itself fails there
        return "damaged"


def _open(place: Place, backup: Inventory, identity: str) -> None:
    read_contents(Unpacker(place, backup, identity).bytes_of(backup.contents))
