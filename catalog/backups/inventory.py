"""What a backup says of itself: in clear, which bytes it needs; sealed, what they are. No bytes move here."""

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any

from catalog.backups.failures import BackupFailed
from catalog.backups.places import Place

FORMAT = 1
FOLDER, BLOBS = "backups", "blobs"


@dataclass(frozen=True)
class Blob:
    """Bytes as they lie there: under `name`, of this size and SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def key(self) -> str:
        return key_of(self.name)


def key_of(name: str) -> str:
    return f"{BLOBS}/{name[:2]}/{name}"


@dataclass(frozen=True)
class Inventory:
    """One backup, readable without a key. `number` grows by one with each, whatever the clock says."""

    id: str
    number: int
    made_at: str
    schema: str
    sequence: int
    recipients: list[str]
    contents: str
    blobs: list[Blob]
    redactions: int = 0
    lacks: list[str] = field(default_factory=list)
    format: int = FORMAT

    @property
    def key(self) -> str:
        return f"{FOLDER}/{self.id}.json"

    @property
    def sealed(self) -> bool:
        return bool(self.recipients)

    @property
    def size(self) -> int:
        return sum(blob.size for blob in self.blobs)

    def as_bytes(self) -> bytes:
        return _signed("inventory", asdict(self))


@dataclass(frozen=True)
class Table:
    name: str
    columns: list[str]
    rows: int
    parts: list[str]


@dataclass(frozen=True)
class File:
    """A file of the newsroom: `path` below its home, or empty for one on the shelf, which is known by its hash."""

    sha256: str
    size: int
    blob: str
    path: str = ""


@dataclass(frozen=True)
class Contents:
    """What a backup holds; sealed with the rest. `left_out` names what was not asked for."""

    schema: str
    tables: list[Table]
    files: list[File]
    left_out: list[str]

    def as_bytes(self) -> bytes:
        return _signed("contents", asdict(self))


def _signed(name: str, value: dict[str, Any]) -> bytes:
    body = json.dumps(value, sort_keys=True)
    return json.dumps(
        {"digest": hashlib.sha256(body.encode()).hexdigest(), name: value}, sort_keys=True
    ).encode()


def _opened(name: str, content: bytes) -> dict[str, Any]:
    told = json.loads(content)
    value: dict[str, Any] = told[name]
    body = json.dumps(value, sort_keys=True)
    if told["digest"] != hashlib.sha256(body.encode()).hexdigest():
        raise ValueError("its digest does not fit")
    return value


def read_inventory(place: Place, key: str) -> Inventory:
    """Raises BackupFailed("missing"), ("damaged"), ("newer")."""
    with place.open(key) as file:
        content = file.read()
    try:
        value = _opened("inventory", content)
        if value["format"] != FORMAT:
            raise BackupFailed("newer", f"{key} was made by a newer presstalk. Install that one.")
        return Inventory(**{**value, "blobs": [Blob(**blob) for blob in value["blobs"]]})
    except (ValueError, TypeError, KeyError) as problem:
        raise BackupFailed(
            "damaged", f"{key} in {place.name} is damaged: it is not what was written."
        ) from problem


def read_contents(content: bytes) -> Contents:
    try:
        value = _opened("contents", content)
        tables = [Table(**table) for table in value["tables"]]
        return Contents(value["schema"], tables, [File(**one) for one in value["files"]], value["left_out"])
    except (ValueError, TypeError, KeyError) as problem:
        raise BackupFailed(
            "damaged", "The contents of this backup are damaged. Restore another."
        ) from problem


@dataclass(frozen=True)
class Listing:
    """Every backup of a place, the oldest first, and the keys of those that cannot be read."""

    backups: list[Inventory]
    damaged: list[str]

    def find(self, wanted: str = "") -> Inventory:
        """The one of this name, or the newest. Raises BackupFailed("missing")."""
        found = [one for one in self.backups if wanted in ("", one.id)]
        if not found:
            what = f"no backup '{wanted}'" if wanted else "no whole backup"
            raise BackupFailed(
                "missing", f"There is {what} there. `presstalk backup list` tells which there are."
            )
        return found[-1]


def list_backups(place: Place) -> Listing:
    backups, damaged = [], []
    for key in place.sizes(FOLDER):
        try:
            backups.append(read_inventory(place, key))
        except BackupFailed as problem:
            if problem.code == "newer":
                raise
            damaged.append(key)
    return Listing(sorted(backups, key=lambda one: (one.number, one.id)), damaged)
