"""Sentences as vectors whose nearness is nearness of meaning: the engines that make them. What they are compared with
is `meaning`'s work."""

from collections.abc import Sequence
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from catalog.errors import InvalidQuery

Vectors = NDArray[np.float32]
OFF = "none"


class Embedder(Protocol):
    """An engine; `name` tells its vectors from another's, `languages` are those it understands."""

    name: str
    languages: frozenset[str]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """A row of length 1 for each text, of zeros for one without meaning."""
        ...


class WordLlamaEmbedder:
    """Vectors of words, averaged: English, coarse, without a model to fetch, for its wheel carries the weights."""

    name = "wordllama"
    languages = frozenset({"en"})

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, 256)."""
        if not texts:
            return np.zeros((0, 256), np.float32)
        vectors = np.asarray(self._engine.embed([text or " " for text in texts]), np.float32)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        unit: Vectors = vectors / np.maximum(lengths, np.float32(1e-9))
        return unit

    @cached_property
    def _engine(self) -> Any:
        import wordllama  # here, for only who searches by meaning waits for it

        # Its own idea of where its files lie is wrong, and it would ask a hub for them.
        folder = Path(wordllama.__file__).parent
        return wordllama.WordLlama.load(cache_dir=folder, disable_download=True)


def load_embedder(name: str) -> Embedder | None:
    """The engine of that name; None for OFF, or when it is not installed. InvalidQuery for a name we do not know."""
    if name == OFF:
        return None
    if name != WordLlamaEmbedder.name:
        raise InvalidQuery(
            f"There is no embedder called '{name}': set PRESSTALK_EMBEDDER to wordllama or none."
        )
    return WordLlamaEmbedder() if find_spec("wordllama") else None
