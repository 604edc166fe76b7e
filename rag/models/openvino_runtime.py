"""BERT-like encoders on OpenVINO. The only module that imports it.

The graph is written straight from the weights file: no torch, no conversion, no second copy of the weights on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.bert import BertSpec, map_weights

Precision = Literal["float32", "bfloat16"]

# Lengths are padded to a multiple of this, so that few different shapes are prepared and kept.
_LENGTH_STEP = 16
# A batch is at most this large. Passages per processor second at 1, 2, 4, 8, 16 texts: 32.6, 34.6, 34.5, 33.2, 29.4.
_BATCH_TEXTS = 4
_BATCH_TOKENS = 1024
_MASKED = -1e9


def supports_bfloat16() -> bool:
    """Whether this processor multiplies bfloat16 matrices natively."""
    import openvino

    return "BF16" in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES")


class OpenVinoEncoder:
    """Token ids -> pooled vectors, not yet normalised. Safe to share between threads: calls wait for each other."""

    def __init__(self, folder: Path, spec: BertSpec, precision: Precision, threads: int = 0) -> None:
        self._spec = spec
        self._lock = threading.Lock()
        # The graph points into the mapped file, which must live as long as the graph.
        self._weights = map_weights(folder / "model.safetensors")
        try:
            graph = _build(self._weights, spec)
        except KeyError as error:
            raise ModelError(
                f"the weights lack {error.args[0]}", where=str(folder), remedy="Save the model again"
            ) from error
        self._requests = _compile(graph, precision, threads)

    def encode(self, token_ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """(n, hidden) float32, in input order. Padding has no influence: it is masked and left out of the mean."""
        out = np.empty((len(token_ids), self._spec.hidden), dtype=np.float32)
        with self._lock:
            running: list[tuple[Any, list[int]] | None] = [None] * len(self._requests)
            try:
                for turn, rows in enumerate(_batches([len(ids) for ids in token_ids], self._spec.positions)):
                    slot = turn % len(self._requests)
                    self._finish(running[slot], token_ids, out)
                    running[slot] = None
                    request = self._requests[slot]
                    request.start_async(_padded([token_ids[row] for row in rows], self._spec))
                    running[slot] = (request, rows)
            finally:
                # Also after an interruption: a request must not outlive its inputs.
                for started in running:
                    self._finish(started, token_ids, out)
        return out

    def _finish(
        self,
        started: tuple[Any, list[int]] | None,
        token_ids: Sequence[Sequence[int]],
        out: NDArray[np.float32],
    ) -> None:
        """Wait for a batch and pool its token vectors into the rows of `out`."""
        if started is None:
            return
        request, rows = started
        request.wait()
        hidden = request.get_output_tensor(0).data
        for position, row in enumerate(rows):
            tokens = hidden[position, : len(token_ids[row])]
            out[row] = tokens[0] if self._spec.pooling == "cls" else tokens.mean(axis=0)


def _compile(graph: Any, precision: Precision, threads: int) -> list[Any]:
    """Requests that can run side by side.

    Several requests of one thread each waste less than one on all threads, which wait for each other at every layer.
    """
    import openvino

    settings: dict[str, Any] = {
        "PERFORMANCE_HINT": "THROUGHPUT",
        "INFERENCE_PRECISION_HINT": "bf16" if precision == "bfloat16" else "f32",
    }
    if threads:
        settings["INFERENCE_NUM_THREADS"] = threads
    try:
        compiled = openvino.Core().compile_model(graph, "CPU", settings)
        parallel = compiled.get_property("OPTIMAL_NUMBER_OF_INFER_REQUESTS")
        return [compiled.create_infer_request() for _ in range(parallel)]
    except RuntimeError as error:
        raise ModelError(
            f"OpenVINO cannot run the model here ({error})", remedy="Set embed.runtime to torch-float32"
        ) from error


def _batches(lengths: Sequence[int], limit: int) -> list[list[int]]:
    """Rows grouped by similar length, longest first, so that a batch too large for the memory shows at once."""
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    batches = []
    start = 0
    while start < len(order):
        size = max(1, min(_BATCH_TEXTS, _BATCH_TOKENS // _padded_length(lengths[order[start]], limit)))
        batches.append(order[start : start + size])
        start += size
    return batches


def _padded_length(length: int, limit: int) -> int:
    return min(-(-length // _LENGTH_STEP) * _LENGTH_STEP, limit)


def _padded(batch: Sequence[Sequence[int]], spec: BertSpec) -> list[NDArray[Any]]:
    """Ids (n, length) int32 and the mask (n, length) float32: 0 for a token, very negative for padding."""
    length = _padded_length(max(len(ids) for ids in batch), spec.positions)
    ids = np.full((len(batch), length), spec.pad_id, dtype=np.int32)
    mask = np.full((len(batch), length), _MASKED, dtype=np.float32)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 0.0
    return [ids, mask]


def _build(weights: dict[str, NDArray[Any]], spec: BertSpec) -> Any:
    """The graph: ids and mask -> the last layer's token vectors (n, length, hidden)."""
    import openvino
    from openvino import Type
    from openvino import opset14 as op

    def integers(*values: int) -> Any:
        return op.constant(np.array(values, dtype=np.int32))

    def matrix(name: str) -> Any:
        # Shared, not copied: the pages of the mapped file are the constant.
        constant = op.constant(weights[f"{name}.weight"], shared_memory=True)
        return op.convert(constant, "f32") if weights[f"{name}.weight"].dtype != np.float32 else constant

    def vector(name: str) -> Any:
        return op.constant(weights[name].astype(np.float32))

    def dense(x: Any, name: str) -> Any:
        return op.add(op.matmul(x, matrix(name), False, True), vector(f"{name}.bias"))

    def layer_norm(x: Any, name: str) -> Any:
        normal = op.mvn(x, integers(2), True, spec.epsilon, "INSIDE_SQRT")
        return op.add(op.multiply(normal, vector(f"{name}.weight")), vector(f"{name}.bias"))

    ids = op.parameter([-1, -1], Type.i32, "ids")
    mask = op.parameter([-1, -1], Type.f32, "mask")

    # Tokens fill a row from the left, so the positions are 0, 1, 2 …; the only token type, 0, is added to them.
    positions = weights["embeddings.position_embeddings.weight"][spec.first_position :].astype(np.float32)
    positions = positions + weights["embeddings.token_type_embeddings.weight"][0].astype(np.float32)
    length = op.gather(op.shape_of(ids, "i32"), integers(1), op.constant(np.int32(0)))
    used_positions = op.slice(op.constant(positions), integers(0), length, integers(1), integers(0))
    words = op.gather(matrix("embeddings.word_embeddings"), ids, op.constant(np.int32(0)))
    x = layer_norm(op.add(words, used_positions), "embeddings.LayerNorm")

    attention_mask = op.unsqueeze(mask, integers(1, 2))
    split = op.constant(np.array([0, 0, spec.heads, spec.hidden // spec.heads], dtype=np.int64))
    joined = op.constant(np.array([0, 0, spec.hidden], dtype=np.int64))
    heads_first = integers(0, 2, 1, 3)
    for layer in range(spec.layers):
        name = f"encoder.layer.{layer}"
        query, key, value = (
            op.transpose(op.reshape(dense(x, f"{name}.attention.self.{part}"), split, True), heads_first)
            for part in ("query", "key", "value")
        )
        attended = op.scaled_dot_product_attention(query, key, value, attention_mask)
        attended = op.reshape(op.transpose(attended, heads_first), joined, True)
        x = layer_norm(
            op.add(x, dense(attended, f"{name}.attention.output.dense")), f"{name}.attention.output.LayerNorm"
        )
        wide = op.gelu(dense(x, f"{name}.intermediate.dense"), spec.gelu)
        x = layer_norm(op.add(x, dense(wide, f"{name}.output.dense")), f"{name}.output.LayerNorm")
    return openvino.Model([op.result(x)], [ids, mask], "encoder")
