"""What a mirror consists of, signed: every file with its size and SHA-256. How files come about is not known here."""

import hashlib
import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from catalog.errors import CatalogError

MANIFEST, SIGNATURE = "mirror.json", "mirror.json.sig"
FORMAT = "presstalk-mirror-1"
PIECE_BYTES = 1 << 20
ONLY_US = 0o600


class MirrorUnusable(CatalogError):
    """The folder is no mirror, or one that cannot be believed."""

    code = "mirror"


@dataclass(frozen=True)
class Listed:
    """A file of a mirror, by content."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Difference:
    """A file that is not as it was signed: altered, missing or added."""

    what: str
    name: str


def digest(content: bytes) -> Listed:
    return Listed(len(content), hashlib.sha256(content).hexdigest())


def digest_file(path: Path) -> Listed:
    hashed, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(PIECE_BYTES):
            hashed.update(piece)
            size += len(piece)
    return Listed(size, hashed.hexdigest())


def write_manifest(
    folder: Path, files: Mapping[str, Listed], key: Ed25519PrivateKey, about: Mapping[str, str]
) -> None:
    """Sign the list of files. It goes last: until it stands there, nobody takes the mirror for whole."""
    listed = {name: [one.size, one.sha256] for name, one in sorted(files.items())}
    content = json.dumps({"format": FORMAT, **about, "files": listed}, indent=0, ensure_ascii=False).encode()
    put(folder / SIGNATURE, key.sign(content).hex().encode())
    put(folder / MANIFEST, content)


def read_files(folder: Path) -> dict[str, Listed]:
    """What a mirror says it consists of, believed or not; empty when it says nothing that can be read."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        return {str(name): Listed(int(size), str(sha256)) for name, (size, sha256) in told["files"].items()}
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def find_differences(folder: Path, key: Ed25519PublicKey) -> list[Difference]:
    """Every file of the mirror that was altered, is missing or was added. Raises MirrorUnusable when the list itself is
    missing, or was not signed with this key: then nothing it says can be believed."""
    try:
        if not (is_plain(folder / MANIFEST) and is_plain(folder / SIGNATURE)):
            raise FileNotFoundError
        content = (folder / MANIFEST).read_bytes()
        signature = bytes.fromhex((folder / SIGNATURE).read_text(encoding="ascii"))
    except (OSError, ValueError) as problem:
        raise MirrorUnusable(
            f"{folder} is not a whole mirror: {MANIFEST} and {SIGNATURE} are needed, and one cannot be read."
        ) from problem
    try:
        key.verify(signature, content)
    except InvalidSignature as problem:
        raise MirrorUnusable(
            f"{MANIFEST} was altered, or signed with another key than the one given: nothing in {folder} is to be "
            "believed."
        ) from problem
    listed = read_files(folder)
    there = {
        path.relative_to(folder).as_posix(): path
        for path in sorted(folder.rglob("*"))
        if not _is_folder(path)
    }
    differing = [Difference("missing", name) for name in listed if name not in there]
    differing += [
        Difference("altered", name)
        for name, one in listed.items()
        if name in there and not holds(there[name], one)
    ]
    added = there.keys() - listed.keys() - {MANIFEST, SIGNATURE}
    return sorted([*differing, *(Difference("added", name) for name in added)], key=lambda one: one.name)


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def is_plain(path: Path) -> bool:
    """Whether a file with bytes in it lies there; no link is followed, and a pipe would be waited for without end."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def holds(path: Path, listed: Listed) -> bool:
    """Whether these bytes lie there, whatever a list says of it."""
    try:
        return is_plain(path) and path.stat().st_size == listed.size and digest_file(path) == listed
    except OSError:
        return False


def put(path: Path, content: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    part.write_bytes(content)
    part.replace(path)


def signing_key(path: Path) -> Ed25519PrivateKey:
    """The newsroom's own key, made when it is first wanted; nobody else may read the file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate().private_bytes_raw()
        part = path.with_name(f".{path.name}.{os.getpid()}.part")  # half a key would be none, for ever
        with os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, ONLY_US), "wb") as file:
            file.write(made)
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):
            os.link(part, path)
        part.unlink()
    return Ed25519PrivateKey.from_private_bytes(path.read_bytes())


def public_hex(key: Ed25519PrivateKey) -> str:
    return key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw).hex()


def read_public_key(given: str) -> Ed25519PublicKey:
    """A public key as 64 hexadecimal digits, or the name of a file that holds them."""
    path = Path(given)
    try:
        text = path.read_text(encoding="ascii") if len(given) != 64 and path.is_file() else given
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text.strip()))
    except (OSError, ValueError) as problem:
        raise MirrorUnusable(
            "The key is none: it is 64 hexadecimal digits, as `presstalk mirror` prints them, or a file with them."
        ) from problem
