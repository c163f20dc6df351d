"""Sealed bytes: opened by who holds a key, by nobody else, and never taken for whole when they are not."""

import errno
import io
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.sealing import SealFailed, check_recipients, new_identity, seal, unseal

SECRET, PUBLIC = new_identity()
WORDS = random.Random(8).randbytes(200_000)  # more than three of age's pieces of 64 KiB


def sealed(words: bytes, *recipients: str) -> bytes:
    out = io.BytesIO()
    seal(io.BytesIO(words), out, recipients or (PUBLIC,))
    return out.getvalue()


def opened(kept: bytes, identity: str = SECRET) -> bytes:
    out = io.BytesIO()
    unseal(io.BytesIO(kept), out, identity)
    return out.getvalue()


@settings(max_examples=40, derandomize=True, deadline=None)
@given(st.binary(max_size=3000))
def test_what_is_sealed_comes_back_and_cannot_be_read_meanwhile(words: bytes) -> None:
    kept = sealed(words)
    assert opened(kept) == words
    assert len(words) < 8 or words not in kept


def test_each_recipient_opens_it_alone_and_key_files_may_hold_remarks() -> None:
    other_secret, other_public = new_identity()
    kept = sealed(WORDS, PUBLIC, f" {other_public}\n")
    assert opened(kept) == WORDS
    assert opened(kept, f"# created today\n# public key: {other_public}\n{other_secret}\n") == WORDS


def test_a_key_that_is_none_of_the_recipients_is_told_so() -> None:
    with pytest.raises(SealFailed, match="not sealed for this key") as told:
        opened(sealed(WORDS), new_identity()[0])
    assert told.value.code == "not_for_key"


@settings(max_examples=60, derandomize=True, deadline=None)
@given(st.integers(min_value=0, max_value=200_000))
def test_cut_off_or_changed_anywhere_it_is_never_taken_for_whole(place: int) -> None:
    kept = KEPT
    for broken in (
        kept[:place],
        kept[:place] + bytes([kept[place] ^ 1]) + kept[place + 1 :],
        kept + kept[:place],
    ):
        if broken == kept:
            continue
        with pytest.raises(SealFailed) as told:
            opened(broken)
        assert told.value.code in {"damaged", "not_for_key"}


KEPT = sealed(WORDS)


@pytest.mark.parametrize(
    "key", ["", "age1", PUBLIC[:-1], "ssh-ed25519 AAAA", "\0", "زندہ"], ids=lambda _key: ""
)
def test_what_is_no_key_is_refused_in_a_sentence(key: str) -> None:
    with pytest.raises(SealFailed) as told:
        check_recipients([PUBLIC, key])
    assert told.value.code == "bad_key"
    with pytest.raises(SealFailed) as told:
        opened(KEPT, key)
    assert told.value.code == "bad_key"


def test_sealing_for_nobody_is_refused() -> None:
    with pytest.raises(SealFailed, match="Nobody to seal it for"):
        seal(io.BytesIO(b"words"), io.BytesIO(), [])


def test_a_secret_key_given_for_a_public_one_is_not_repeated() -> None:
    with pytest.raises(SealFailed, match="secret key") as told:
        check_recipients([SECRET])
    assert SECRET not in told.value.sentence


class Full(io.BytesIO):
    def write(self, piece: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


class Unreadable(io.BytesIO):
    def read(self, size: int = -1) -> bytes:
        raise OSError(errno.EIO, "Input/output error")


def test_a_full_disk_and_a_failing_one_are_not_called_a_bad_key_or_damage() -> None:
    for act in (
        lambda: seal(io.BytesIO(WORDS), Full(), [PUBLIC]),
        lambda: unseal(io.BytesIO(KEPT), Full(), SECRET),
    ):
        with pytest.raises(OSError) as told:
            act()
        assert told.value.errno == errno.ENOSPC
    for act in (
        lambda: seal(Unreadable(), io.BytesIO(), [PUBLIC]),
        lambda: unseal(Unreadable(), io.BytesIO(), SECRET),
    ):
        with pytest.raises(OSError) as told:
            act()
        assert told.value.errno == errno.EIO
