"""Passwords and other secrets: made, judged, kept as digests. Whose they are is not known here."""

import hashlib
import secrets
import threading

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from catalog.errors import InvalidQuery

SHORTEST = 12  # characters; NIST SP 800-63B-4 asks for 15 without a second factor and 8 with one
LONGEST = 256
DIFFERENT = 6  # letters that must differ
# One check takes 64 MB for a moment; a crowd at the door must not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(2)
_HASHES = PasswordHash((Argon2Hasher(),))
_NOBODYS = _HASHES.hash(secrets.token_urlsafe())
# Letters and digits that are not mistaken for one another when they are read out or copied by hand.
_PLAIN = "abcdefghjkmnpqrstuvwxyz23456789"


def check_choice(password: str, name: str) -> str:
    """The password, if it may be chosen. Raises InvalidQuery that says what is missing."""
    if len(password) < SHORTEST:
        raise InvalidQuery(
            f"The password is too short: {SHORTEST} characters or more, several words are good."
        )
    if len(password) > LONGEST or "\0" in password:
        raise InvalidQuery(f"The password is too long: {LONGEST} characters at most.")
    if len(set(password.casefold())) < DIFFERENT or name.casefold() in password.casefold():
        raise InvalidQuery(
            "The password is too easy to guess. Take several words that have nothing to do with you."
        )
    return password


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _HASHES.hash(password)


def matches(password: str, password_hash: str) -> bool:
    """Whether it is the password. Without a hash it takes just as long, so that nobody learns who has an account."""
    with _AT_ONCE:
        return _HASHES.verify(password[:LONGEST], password_hash or _NOBODYS) and bool(password_hash)


def make_password() -> str:
    """A password nobody can guess, to be typed by hand: about 98 bits.

    >>> len(make_password())
    24
    """
    return make_code(groups=5, letters=4)


def make_code(groups: int = 3, letters: int = 4) -> str:
    return "-".join("".join(secrets.choice(_PLAIN) for _ in range(letters)) for _ in range(groups))


def make_token() -> str:
    """What a cookie or a link holds: 256 bits."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """How a token or a code is kept. They are random and long, so that one round is enough.

    >>> digest_of("abcd")[:8]
    '88d4266f'
    """
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
