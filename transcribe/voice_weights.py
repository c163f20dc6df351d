"""Reading the voice encoder's weights out of the file they were published in, without torch. Trusts no pickle."""

from __future__ import annotations

import pickle
import struct
from collections import OrderedDict
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

MAGIC = (
    0x1950A86A20F9469CFC6C  # torch's old stream format: magic, version, machine, object, keys, raw numbers
)
KINDS = {"FloatStorage": "<f4", "LongStorage": "<i8"}


@dataclass
class Storage:
    """A run of numbers that the pickle promises and the end of the stream delivers."""

    kind: str
    length: int
    numbers: NDArray[Any] | None = None


@dataclass
class Tensor:
    """A view of a storage: where it begins, its shape and its steps, in numbers."""

    storage: Storage
    offset: int
    shape: tuple[int, ...]
    steps: tuple[int, ...]

    def as_array(self) -> NDArray[np.float32]:
        numbers = self.storage.numbers
        if numbers is None:
            raise pickle.UnpicklingError("a tensor has no numbers")
        strides = [step * numbers.itemsize for step in self.steps]
        view = np.lib.stride_tricks.as_strided(numbers[self.offset :], self.shape, strides, writeable=False)
        return np.array(view, np.float32)


class _Reader(pickle.Unpickler):
    """An unpickler that can build dictionaries and tensors, and refuses everything else."""

    def __init__(self, file: IO[bytes]) -> None:
        super().__init__(file)
        self.storages: dict[str, Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, steps, *_rest: Tensor(storage, offset, shape, steps)
        if module == "torch" and name in KINDS:
            return KINDS[name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a file of weights")

    def persistent_load(self, promise: Any) -> Storage:
        _word, kind, key, _device, length = promise[:5]
        return self.storages.setdefault(key, Storage(kind, length))


def read_weights(file: IO[bytes]) -> dict[str, NDArray[np.float32]]:
    """The arrays of the model by their names. Raises pickle.UnpicklingError when the file is something else."""
    if _Reader(file).load() != MAGIC:
        raise pickle.UnpicklingError("this is no file of weights")
    for _version_then_machine in range(2):
        _Reader(file).load()
    reader = _Reader(file)
    model = reader.load()["model_state"]
    for key in _Reader(file).load():
        storage = reader.storages[key]
        (length,) = struct.unpack("<q", file.read(8))
        if length != storage.length:
            raise pickle.UnpicklingError("the file of weights is cut short")
        width = np.dtype(storage.kind).itemsize
        storage.numbers = np.frombuffer(file.read(length * width), storage.kind)
    return {name: tensor.as_array() for name, tensor in model.items()}
