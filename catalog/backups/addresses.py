"""Which place an address names: a folder, or a bucket. How each keeps its bytes is known there."""

import re
from pathlib import Path

from catalog.backups.failures import BackupFailed
from catalog.backups.objects import ObjectPlace
from catalog.backups.places import FolderPlace, Place
from catalog.setting_values import OBJECTS

BUCKET = re.compile(OBJECTS + r"[a-z0-9][a-z0-9.-]{1,62}(/[^?#]*)?")


def place_at(address: str) -> Place:
    """The place of this address. Raises BackupFailed("place")."""
    if BUCKET.fullmatch(address):
        return ObjectPlace(address)
    if "://" in address:
        raise BackupFailed(
            "place", f"'{address}' is neither a folder nor s3://bucket/prefix; backups go to one of those."
        )
    return FolderPlace(Path(address).expanduser().absolute())
