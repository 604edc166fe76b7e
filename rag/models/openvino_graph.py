"""BERT-like graphs for OpenVINO, written straight from mapped weights: no torch, no conversion, no second file."""

from __future__ import annotations

from typing import Any

import numpy as np
import openvino
from numpy.typing import NDArray
from openvino import Type
from openvino import opset14 as op

from rag.models.bert import BertSpec


def encoder_graph(weights: dict[str, NDArray[Any]], spec: BertSpec) -> Any:
    """Ids (n, length) int32 and mask (n, length) float32 -> the last layer's token vectors (n, length, hidden).

    The mask is 0 for a token and very negative for padding. Raises KeyError for a tensor that is not there.
    """
    write = _Writer(weights, spec)
    ids = op.parameter([-1, -1], Type.i32, "ids")
    mask = op.parameter([-1, -1], Type.f32, "mask")
    # The only token type, 0, is added to the positions.
    types = weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
    words = op.gather(write.matrix("embeddings.word_embeddings"), ids, op.constant(np.int32(0)))
    x = op.add(words, write.positions(op.shape_of(ids, "i32"), types))
    x = write.layers(write.layer_norm(x, "embeddings.LayerNorm"), mask)
    return openvino.Model([op.result(x)], [ids, mask], "encoder")


def reader_graph(weights: dict[str, NDArray[Any]], spec: BertSpec) -> Any:
    """Word vectors (n, length, hidden) float32, token types (n, length) int32 and the mask as above -> span logits
    (n, length, 2) and the two logits of a whole window (n, 2).

    The word vectors are looked up outside, so that the graph holds no copy of their table. Raises KeyError for a tensor
    that is not there.
    """
    write = _Writer(weights, spec)
    words = op.parameter([-1, -1, spec.hidden], Type.f32, "words")
    types = op.parameter([-1, -1], Type.i32, "types")
    mask = op.parameter([-1, -1], Type.f32, "mask")
    typed = op.gather(write.vector("embeddings.token_type_embeddings.weight"), types, op.constant(np.int32(0)))
    x = op.add(op.add(words, typed), write.positions(op.shape_of(types, "i32")))
    x = write.layers(write.layer_norm(x, "embeddings.LayerNorm"), mask)
    first = op.gather(x, op.constant(np.int32(0)), op.constant(np.int32(1)))
    results = [op.result(write.dense(x, "span")), op.result(write.dense(first, "cls"))]
    return openvino.Model(results, [words, types, mask], "reader")


class _Writer:
    """Writes the parts of a graph. Constants point into the mapped weights, which must live as long as the graph."""

    def __init__(self, weights: dict[str, NDArray[Any]], spec: BertSpec) -> None:
        self._weights = weights
        self._spec = spec

    def matrix(self, name: str) -> Any:
        stored = self._weights[f"{name}.weight"]
        if stored.dtype == np.uint16:  # bfloat16, of which numpy knows nothing
            shared = openvino.Tensor(stored, openvino.Shape(stored.shape), Type.bf16)
            return op.convert(op.constant(shared, shared_memory=True), "f32")
        constant = op.constant(stored, shared_memory=True)
        return op.convert(constant, "f32") if stored.dtype != np.float32 else constant

    def vector(self, name: str) -> Any:
        return op.constant(widened(self._weights[name]))

    def dense(self, x: Any, name: str) -> Any:
        return op.add(op.matmul(x, self.matrix(name), False, True), self.vector(f"{name}.bias"))

    def layer_norm(self, x: Any, name: str) -> Any:
        normal = op.mvn(x, _integers(2), True, self._spec.epsilon, "INSIDE_SQRT")
        return op.add(op.multiply(normal, self.vector(f"{name}.weight")), self.vector(f"{name}.bias"))

    def positions(self, shape: Any, added: NDArray[np.float32] | None = None) -> Any:
        """Vectors of the positions 0, 1, 2 … of a row: tokens fill it from the left."""
        table = widened(self._weights["embeddings.position_embeddings.weight"])[self._spec.first_position :]
        table = table if added is None else table + added
        length = op.gather(shape, _integers(1), op.constant(np.int32(0)))
        return op.slice(op.constant(table), _integers(0), length, _integers(1), _integers(0))

    def layers(self, x: Any, mask: Any) -> Any:
        spec = self._spec
        attention_mask = op.unsqueeze(mask, _integers(1, 2))
        split = op.constant(np.array([0, 0, spec.heads, spec.hidden // spec.heads], dtype=np.int64))
        joined = op.constant(np.array([0, 0, spec.hidden], dtype=np.int64))
        heads_first = _integers(0, 2, 1, 3)
        for layer in range(spec.layers):
            name = f"encoder.layer.{layer}"
            query, key, value = (
                op.transpose(op.reshape(self.dense(x, f"{name}.attention.self.{part}"), split, True), heads_first)
                for part in ("query", "key", "value")
            )
            attended = op.scaled_dot_product_attention(query, key, value, attention_mask)
            attended = op.reshape(op.transpose(attended, heads_first), joined, True)
            x = self.layer_norm(
                op.add(x, self.dense(attended, f"{name}.attention.output.dense")), f"{name}.attention.output.LayerNorm"
            )
            wide = op.gelu(self.dense(x, f"{name}.intermediate.dense"), spec.gelu)
            x = self.layer_norm(op.add(x, self.dense(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm")
        return x


def widened(stored: NDArray[Any]) -> NDArray[np.float32]:
    """A float32 copy; what is stored as 16-bit integers are bfloat16 values."""
    if stored.dtype == np.uint16:
        return (stored.astype(np.uint32) << 16).view(np.float32)
    return stored.astype(np.float32)


def _integers(*values: int) -> Any:
    return op.constant(np.array(values, dtype=np.int32))
