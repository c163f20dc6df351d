"""Sentences as vectors whose nearness is nearness of meaning: the engines that make them. What they are compared with
is `meaning`'s work."""

import hashlib
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
EVERY_LANGUAGE: frozenset[str] = frozenset()
MODEL_FILES, TOKENIZER = ("model.onnx", "onnx/model.onnx"), "tokenizer.json"
MOST_TOKENS, AT_ONCE = 256, 32


class Embedder(Protocol):
    """An engine; `name` tells its vectors from another's, `languages` are those it understands, or EVERY_LANGUAGE."""

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


class OnnxEmbedder:
    """A model of sentences on this machine, as the hubs give them: `model.onnx` and `tokenizer.json` in one folder."""

    languages = EVERY_LANGUAGE

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        found = [folder / name for name in (*MODEL_FILES, TOKENIZER) if (folder / name).is_file()]
        if len(found) < 2 or found[-1].name != TOKENIZER:
            raise InvalidQuery(self._sentence(f"it needs {MODEL_FILES[0]} and {TOKENIZER}"))
        self._model = found[0]
        marks = [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in found]
        self.name = f"onnx-{hashlib.sha256(repr(marks).encode()).hexdigest()[:16]}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Shape (texts, what the model gives). Raises InvalidQuery for a model that does not work."""
        rows = [self._embed(texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]
        return np.concatenate(rows) if rows else np.zeros((0, 1), np.float32)

    def _embed(self, texts: Sequence[str]) -> Vectors:
        tokenizer, session = self._engine
        read = tokenizer.encode_batch([text or " " for text in texts])
        given = {
            "input_ids": np.array([one.ids for one in read], np.int64),
            "attention_mask": np.array([one.attention_mask for one in read], np.int64),
            "token_type_ids": np.array([one.type_ids for one in read], np.int64),
        }
        wanted = {one.name for one in session.get_inputs()}
        try:
            output = session.run(None, {name: rows for name, rows in given.items() if name in wanted})[0]
        except Exception as problem:  # onnxruntime raises its own for each thing that may be wrong
            raise InvalidQuery(self._sentence(f"it does not run ({type(problem).__name__})")) from problem
        return pool(np.asarray(output, np.float32), given["attention_mask"])

    @cached_property
    def _engine(self) -> tuple[Any, Any]:
        import onnxruntime  # both here, for only who searches by meaning waits for them
        from tokenizers import Tokenizer

        try:
            tokenizer = Tokenizer.from_file(str(self._folder / TOKENIZER))
            session = onnxruntime.InferenceSession(str(self._model), providers=["CPUExecutionProvider"])
        except Exception as problem:  # both raise bare exceptions of their own
            raise InvalidQuery(self._sentence(f"it cannot be read ({type(problem).__name__})")) from problem
        tokenizer.enable_truncation(MOST_TOKENS)
        tokenizer.enable_padding()
        return tokenizer, session

    def _sentence(self, reason: str) -> str:
        return f"The embedder in {self._folder} cannot be used: {reason}. PRESSTALK_EMBEDDER names another, or none."


def pool(output: Vectors, mask: NDArray[np.int64]) -> Vectors:
    """One row of length 1 for each sentence: the mean of its tokens' vectors, where a model gives those.

    >>> pool(np.array([[[3.0, 0.0], [9.0, 9.0]]], np.float32), np.array([[1, 0]])).tolist()
    [[1.0, 0.0]]
    """
    if output.ndim == 3:
        weights = mask[:, :, None].astype(np.float32)
        output = (output * weights).sum(axis=1) / np.maximum(weights.sum(axis=1), np.float32(1e-9))
    unit: Vectors = output / np.maximum(np.linalg.norm(output, axis=1, keepdims=True), np.float32(1e-9))
    return unit


def understands(embedder: Embedder, language: str) -> bool:
    return embedder.languages == EVERY_LANGUAGE or language.casefold() in embedder.languages


def load_embedder(name: str) -> Embedder | None:
    """The engine of that name, or in the folder of that name; None for OFF, or when it is not installed. InvalidQuery
    for a name we do not know, or a folder without a model."""
    if name == OFF:
        return None
    if name == WordLlamaEmbedder.name:
        return WordLlamaEmbedder() if find_spec("wordllama") else None
    folder = Path(name).expanduser()
    if folder.is_dir():
        return OnnxEmbedder(folder)
    raise InvalidQuery(
        f"There is no embedder called '{name}': set PRESSTALK_EMBEDDER to wordllama, to none, or to a folder with "
        f"{MODEL_FILES[0]} and {TOKENIZER}, as model hubs offer for download."
    )
