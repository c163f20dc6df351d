"""What can go wrong when a newsroom moves, in a sentence. No recovery is decided here."""

from catalog.errors import CatalogError


class MoveFailed(CatalogError):
    """The record was not moved; the old one is as it was. `code` says why for programs."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
