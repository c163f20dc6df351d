"""Bytes that only the holder of a key can read: age files, which the `age` program opens too. Where keys are kept, and
what is sealed, is not known here."""

from collections.abc import Sequence
from typing import BinaryIO

import pyrage

from catalog.errors import CatalogError


class SealFailed(CatalogError):
    """Something could not be sealed or opened; `code` is bad_key, not_for_key or damaged."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def new_identity() -> tuple[str, str]:
    """A new pair: the secret that opens (AGE-SECRET-KEY-1...), and the public key that seals (age1...)."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def check_recipients(recipients: Sequence[str]) -> None:
    """Raises SealFailed("bad_key") when one of them is no public key of age, or there is none."""
    _public_keys(recipients)


def seal(source: BinaryIO, to: BinaryIO, recipients: Sequence[str]) -> None:
    """Write `source` so that the holder of any recipient's secret, and nobody else, can read it; piece by piece.

    Raises SealFailed("bad_key"), and the OSError of whichever file cannot be read or written.
    """
    keys, reader, writer = _public_keys(recipients), _Reader(source), _Writer(to)
    try:
        pyrage.encrypt_io(reader, writer, keys)
    except (pyrage.EncryptError, OSError) as problem:
        _raise_own(reader, writer)
        raise SealFailed("bad_key", f"Nothing could be sealed: {problem}.") from problem


def unseal(source: BinaryIO, to: BinaryIO, identity: str) -> None:
    """Write what was sealed; what was written before a failure is to be thrown away, it may be a beginning only.

    Raises SealFailed("bad_key"), ("not_for_key"), ("damaged"), and the OSError of either file.
    """
    secret, reader, writer = _secret_key(identity), _Reader(source), _Writer(to)
    try:
        pyrage.decrypt_io(reader, writer, [secret])
    except (pyrage.DecryptError, OSError) as problem:
        _raise_own(reader, writer)
        if "No matching keys" in str(problem):
            raise SealFailed(
                "not_for_key", "It was not sealed for this key. Use the secret key of one of its recipients."
            ) from problem
        raise SealFailed(
            "damaged", "What was sealed is damaged or cut off: it is not what was written. Use another copy."
        ) from problem


def _public_keys(recipients: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    if not recipients:
        raise SealFailed("bad_key", "Nobody to seal it for: give a public key of age, age1... .")
    return [_public_key(recipient.strip()) for recipient in recipients]


def _public_key(recipient: str) -> pyrage.x25519.Recipient:
    if recipient.upper().startswith("AGE-SECRET-KEY-"):  # never repeated in the sentence
        raise SealFailed(
            "bad_key", "That is a secret key. Sealing takes the public one, age1...; keep the secret away."
        )
    try:
        return pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as problem:
        raise SealFailed("bad_key", f"'{recipient[:80]}' is no public key of age (age1...).") from problem


def _secret_key(identity: str) -> pyrage.x25519.Identity:
    """The key in the text of a key file, whose lines that begin with # are remarks."""
    lines = [line.strip() for line in identity.splitlines()]
    found = [line for line in lines if line and not line.startswith("#")]
    try:
        return pyrage.x25519.Identity.from_str(found[0] if len(found) == 1 else "")
    except pyrage.IdentityError as problem:
        raise SealFailed("bad_key", "That is no secret key of age (AGE-SECRET-KEY-1...).") from problem


def _raise_own(*ends: "_Reader | _Writer") -> None:
    """age tells of a full disk and of damage alike; which it was is known to the file that failed."""
    for end in ends:
        if end.problem is not None:
            raise end.problem


class _Reader:
    """Reads for age, and remembers why it could not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problem: OSError | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            return self._file.read(size)
        except OSError as problem:
            self.problem = problem
            raise


class _Writer:
    """Writes for age, and remembers why it could not."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.problem: OSError | None = None

    def write(self, piece: bytes) -> int:
        try:
            return self._file.write(piece)
        except OSError as problem:
            self.problem = problem
            raise

    def flush(self) -> None:
        self._file.flush()
