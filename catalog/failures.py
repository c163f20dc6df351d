"""What went wrong in a step, as a producer reads it. Whether and when it is tried again is the pipeline's to do."""

import errno
import logging

from catalog.errors import StepFailed

log = logging.getLogger(__name__)

NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
GIVEN_UP = StepFailed("given_up", "A part of the sound was given up. Retry goes on from there.", True)


def may_pass(problem: BaseException) -> bool:
    """Is trying again right, with nobody changing anything?"""
    return bool(getattr(problem, "retry", False))


def as_failure(problem: Exception) -> StepFailed:
    """The producer's sentence for whatever went wrong."""
    tries = getattr(problem, "errors", None)  # what dbos raises when every attempt failed carries them all
    if tries:
        problem = tries[-1]
    if isinstance(problem, StepFailed):
        return problem
    sentence = getattr(problem, "sentence", "")
    if sentence:
        return StepFailed(getattr(problem, "code", "failed"), sentence, may_pass(problem))
    if isinstance(problem, OSError) and problem.errno in NO_ROOM:
        return StepFailed(
            "disk_full", "The disk is full. What was done so far is kept: make room, then retry.", True
        )
    log.error("an unexpected fault", exc_info=problem)
    return StepFailed(
        "fault", f"An unexpected fault ({type(problem).__name__}); the worker's log says more.", False
    )
