"""What can go wrong with a source or a file, each with a sentence for the producer. No recovery is decided here."""


class MediaError(Exception):
    """Root of every failure in `media`; keeps the fact (`code`) and the sentence a producer reads.

    `retry` says whether the same act may succeed later without anybody changing anything.
    """

    retry = False

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(code, sentence)  # both, so that the error survives pickling
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


class Unreachable(MediaError):
    """The source did not answer this time; trying again is right."""

    retry = True


class Gone(MediaError):
    """The source answered that it does not exist, or no longer exists."""


class Refused(MediaError):
    """A policy, theirs or ours, forbids it: sign-in walls, geo-blocks, private addresses, limits."""


class Unreadable(MediaError):
    """The bytes arrived but hold no sound we can read."""
