"""What can go wrong with a backup, in sentences. No recovery is decided here."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from catalog.errors import CatalogError


class BackupFailed(CatalogError):
    """A backup could not be made, read or restored; `code` says why for programs."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


@contextmanager
def telling(what: str) -> Iterator[None]:
    """A disk that is full, read-only or failing is told in a sentence."""
    try:
        yield
    except OSError as problem:
        raise BackupFailed(*_told(problem, what)) from problem


def _told(problem: OSError, what: str) -> tuple[str, str]:
    where = problem.filename or what
    if problem.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return "full", (
            f"There is no room left for {what}. What is there is whole; free some space and do it again: "
            "it goes on from there."
        )
    if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return "read_only", f"{where} cannot be written or read ({problem.strerror}). Check whose it is."
    return "disk", f"{where} cannot be used: {problem.strerror or problem}."
