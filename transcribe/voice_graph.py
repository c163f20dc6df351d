"""The voice encoder as an ONNX file: the same bytes from the same weights, always. Reads nothing, runs nothing.

The file is written field by field (onnx.proto, IR version 8): it needs forty lines, the onnx package needs 20 MB
and pulls in versions of its own. GE2E encoder (Wan et al. 2018): mel frames -> three LSTMs -> linear -> unit length.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

HIDDEN = 256
MELS = 40
LAYERS = 3
FLOAT, INT64 = 1, 7  # TensorProto.DataType
IR_VERSION, OPSET = 8, 17


def write_graph(weights: Mapping[str, NDArray[np.float32]]) -> bytes:
    """The ONNX model: input `mels` (windows, frames, 40), output `embedding` (windows, 256), rows of length 1."""
    nodes = [_node("Transpose", ["mels"], ["x0"], _ints("perm", [1, 0, 2]))]
    arrays = [_tensor("direction", np.array([1], np.int64)), _tensor("layer", np.array([0], np.int64))]
    for n in range(LAYERS):
        arrays += _layer_arrays(weights, n)
        inputs = [f"x{n}", f"W{n}", f"R{n}", f"B{n}"]
        nodes.append(_node("LSTM", inputs, [f"y{n}", f"h{n}"], _int("hidden_size", HIDDEN)))
        if n < LAYERS - 1:
            nodes.append(_node("Squeeze", [f"y{n}", "direction"], [f"x{n + 1}"]))
    arrays += [_tensor("LW", weights["linear.weight"]), _tensor("LB", weights["linear.bias"])]
    nodes += [
        _node("Squeeze", [f"h{LAYERS - 1}", "layer"], ["last"]),
        _node("Gemm", ["last", "LW", "LB"], ["projected"], _int("transB", 1)),
        _node("Relu", ["projected"], ["positive"]),
        _node("LpNormalization", ["positive"], ["embedding"], _int("axis", 1), _int("p", 2)),
    ]
    graph = b"".join(
        [
            *(_field(1, node) for node in nodes),
            _field(2, b"voice encoder"),
            *(_field(5, array) for array in arrays),
            _field(11, _value("mels", ["windows", "frames", MELS])),
            _field(12, _value("embedding", ["windows", HIDDEN])),
        ]
    )
    return _number(1, IR_VERSION) + _field(7, graph) + _field(8, _field(1, b"") + _number(2, OPSET))


def _layer_arrays(weights: Mapping[str, NDArray[np.float32]], n: int) -> list[bytes]:
    inward, recurrent, inward_bias, recurrent_bias = (
        _reorder(weights[f"lstm.{name}_l{n}"]) for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
    )
    bias = np.concatenate([inward_bias, recurrent_bias])
    return [_tensor(f"W{n}", inward[None]), _tensor(f"R{n}", recurrent[None]), _tensor(f"B{n}", bias[None])]


def _reorder(gates: NDArray[np.float32]) -> NDArray[np.float32]:
    """Gates from torch's order (input, forget, cell, output) to ONNX's (input, output, forget, cell)."""
    i, f, c, o = np.split(gates, 4)
    return np.concatenate([i, o, f, c])


# ---- the wire format of protocol buffers: a key (field number, kind), then a number or a length and bytes ------


def _varint(number: int) -> bytes:
    """
    >>> _varint(300).hex()
    'ac02'
    """
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    return bytes([*out, number])


def _number(field: int, number: int) -> bytes:
    return _varint(field << 3) + _varint(number)


def _field(field: int, content: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(content)) + content


def _node(kind: str, inputs: Sequence[str], outputs: Sequence[str], *attributes: bytes) -> bytes:
    return b"".join(
        [
            *(_field(1, name.encode()) for name in inputs),
            *(_field(2, name.encode()) for name in outputs),
            _field(4, kind.encode()),
            *(_field(5, attribute) for attribute in attributes),
        ]
    )


def _int(name: str, number: int) -> bytes:
    return _field(1, name.encode()) + _number(3, number) + _number(20, 2)


def _ints(name: str, numbers: Sequence[int]) -> bytes:
    return _field(1, name.encode()) + b"".join(_number(8, number) for number in numbers) + _number(20, 7)


def _tensor(name: str, array: NDArray[np.float32] | NDArray[np.int64]) -> bytes:
    kind, raw = (INT64, "<i8") if array.dtype == np.int64 else (FLOAT, "<f4")
    shape = b"".join(_number(1, size) for size in array.shape)
    return shape + _number(2, kind) + _field(8, name.encode()) + _field(9, array.astype(raw).tobytes())


def _value(name: str, shape: Sequence[int | str]) -> bytes:
    sizes = (_number(1, size) if isinstance(size, int) else _field(2, size.encode()) for size in shape)
    dimensions = b"".join(_field(1, size) for size in sizes)
    return _field(1, name.encode()) + _field(2, _field(1, _number(1, FLOAT) + _field(2, dimensions)))
