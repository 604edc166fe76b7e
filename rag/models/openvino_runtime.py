"""BERT-like encoders on OpenVINO: what is compiled, and how batches are run on it."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
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
    """Token ids -> pooled vectors, not yet normalised. Safe to share between threads."""

    def __init__(self, folder: Path, spec: BertSpec, precision: Precision, threads: int = 0) -> None:
        from rag.models.openvino_graph import encoder_graph

        self._spec = spec
        # The graph points into the mapped file, which must live as long as the graph.
        self._weights = map_weights(folder / "model.safetensors")
        try:
            graph = encoder_graph(self._weights, spec)
        except KeyError as error:
            raise ModelError(
                f"the weights lack {error.args[0]}", where=str(folder), remedy="Save the model again"
            ) from error
        self._compiled = Compiled(graph, precision, threads)

    def encode(self, token_ids: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """(n, hidden) float32, in input order. Padding has no influence: it is masked and left out of the mean."""
        out = np.empty((len(token_ids), self._spec.hidden), dtype=np.float32)

        def inputs(rows: Sequence[int]) -> list[NDArray[Any]]:
            return list(padded([token_ids[row] for row in rows], self._spec))

        def pool(rows: Sequence[int], outputs: Sequence[NDArray[np.float32]]) -> None:
            for position, row in enumerate(rows):
                tokens = outputs[0][position, : len(token_ids[row])]
                out[row] = tokens[0] if self._spec.pooling == "cls" else tokens.mean(axis=0)

        batches = batches_of_like_length([len(ids) for ids in token_ids], self._spec.positions)
        self._compiled.run(batches, inputs, pool)
        return out


class Compiled:
    """A graph made ready for this processor. Safe to share between threads: a call takes what requests are free,
    and leaves those that it needs no more to whoever waits.

    Several requests of one thread each waste less than one on all threads, which wait for each other at every layer.
    """

    def __init__(self, graph: Any, precision: Precision, threads: int = 0) -> None:
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
            requests = [compiled.create_infer_request() for _ in range(parallel)]
        except RuntimeError as error:
            raise ModelError(
                f"OpenVINO cannot run the model here ({error})", remedy="Set embed.runtime to torch-float32"
            ) from error
        self._outputs = len(compiled.outputs)
        self._free: queue.SimpleQueue[Any] = queue.SimpleQueue()
        for request in requests:
            self._free.put(request)

    def run(
        self,
        batches: Sequence[Sequence[int]],
        inputs: Callable[[Sequence[int]], list[NDArray[Any]]],
        take: Callable[[Sequence[int], Sequence[NDArray[np.float32]]], None],
    ) -> None:
        """Run each batch of rows on its `inputs` and give its outputs, valid during the call only, to `take`."""
        running: deque[tuple[Any, Sequence[int]]] = deque()

        def finish() -> Any:
            request, rows = running.popleft()
            try:
                request.wait()
                take(rows, [request.get_output_tensor(index).data for index in range(self._outputs)])
            except BaseException:
                self._free.put(request)
                raise
            return request

        try:
            for rows in batches:
                request = self._free_one() or (finish() if running else self._free.get())
                try:
                    request.start_async(inputs(rows))
                except BaseException:
                    self._free.put(request)
                    raise
                running.append((request, rows))
            while running:
                self._free.put(finish())
        finally:
            # After a failure or an interruption: a request must not outlive its inputs.
            for request, _ in running:
                with suppress(RuntimeError):
                    request.wait()
                self._free.put(request)

    def _free_one(self) -> Any:
        """A request that nobody uses; None where all are in use."""
        try:
            return self._free.get_nowait()
        except queue.Empty:
            return None


def batches_of_like_length(lengths: Sequence[int], limit: int, texts: int = _BATCH_TEXTS) -> list[list[int]]:
    """Rows grouped by similar length, longest first, so that a batch too large for the memory shows at once."""
    order = sorted(range(len(lengths)), key=lambda row: (-lengths[row], row))
    batches = []
    start = 0
    while start < len(order):
        size = max(1, min(texts, _BATCH_TOKENS // padded_length(lengths[order[start]], limit)))
        batches.append(order[start : start + size])
        start += size
    return batches


def padded_length(length: int, limit: int) -> int:
    return min(-(-length // _LENGTH_STEP) * _LENGTH_STEP, limit)


def padded(
    batch: Sequence[Sequence[int] | NDArray[np.int32]], spec: BertSpec
) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Ids (n, length) int32 and the mask (n, length) float32: 0 for a token, very negative for padding."""
    length = padded_length(max(len(ids) for ids in batch), spec.positions)
    ids = np.full((len(batch), length), spec.pad_id, dtype=np.int32)
    mask = np.full((len(batch), length), _MASKED, dtype=np.float32)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 0.0
    return ids, mask
