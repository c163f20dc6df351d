"""What can go wrong with the record, each with a sentence for the person who acted. No recovery is decided here."""


class CatalogError(Exception):
    """Root of every failure in `catalog`; keeps the sentence a producer reads."""

    code = "catalog"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotFound(CatalogError):
    """Nothing of that name is in the record."""

    code = "not_found"


class Conflict(CatalogError):
    """The act does not fit the state the record is in."""

    code = "conflict"


class InvalidQuery(CatalogError):
    """A query or a value that cannot be understood."""

    code = "invalid_query"


class NotAllowed(CatalogError):
    """A rule of the newsroom forbids it."""

    code = "not_allowed"


class StepFailed(CatalogError):
    """A step of the pipeline could not be done; `retry` says whether the same act may succeed later.

    Survives pickling, because the queue writes it down. The sentence never holds spoken words.
    """

    def __init__(self, code: str, sentence: str, retry: bool) -> None:
        super().__init__(sentence)
        self.args = (code, sentence, retry)
        self.code = code
        self.retry = retry

    def __str__(self) -> str:
        return self.sentence
