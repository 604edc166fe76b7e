"""The networks of the reader's kind on OpenVINO."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.models.bert import BertSpec, map_overlaid, map_weights
from rag.models.openvino_runtime import Compiled, Precision, batches_of_like_length, padded

_WORDS = "embeddings.word_embeddings.weight"
# Two rows a batch: as fast for each as four, and the requests that run side by side end nearer to each other.
_BATCH_ROWS = 2


class OpenVinoReader:
    """Rows of token ids -> logits. Safe to share between threads."""

    def __init__(
        self, weights: Sequence[Path], encoder: Path, spec: BertSpec, precision: Precision, threads: int = 0
    ) -> None:
        """`weights` are the reader's file and what lies over it, `encoder` the folder whose word vectors it uses.

        Raises KeyError for a tensor that is not there, ModelError for files that cannot be read or run.
        """
        from rag.models.openvino_graph import reader_graph

        self._spec = spec
        # All stay mapped: the graph points into the weights, word vectors are looked up in the encoder.
        self._weights = map_overlaid(weights, widen=False)
        self._words = map_weights(encoder / "model.safetensors")[_WORDS]
        self._compiled = Compiled(reader_graph(self._weights, spec), precision, threads)

    def logits(
        self, ids: Sequence[NDArray[np.int32]], seconds: Sequence[int]
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Per row the logits of every token, (length, 2), and of the row, (2,). A row's tokens from its number in
        `seconds` on are of type 1. Padding has no influence."""
        out: list[Any] = [None] * len(ids)

        def inputs(rows: Sequence[int]) -> list[NDArray[Any]]:
            batch, mask = padded([ids[row] for row in rows], self._spec)
            types = np.arange(batch.shape[1], dtype=np.int32) >= np.array([[seconds[row]] for row in rows])
            return [self._words[batch].astype(np.float32), types.astype(np.int32), mask]

        def take(rows: Sequence[int], outputs: Sequence[NDArray[np.float32]]) -> None:
            for position, row in enumerate(rows):
                out[row] = outputs[0][position, : len(ids[row])].copy(), outputs[1][position].copy()

        batches = batches_of_like_length([len(one) for one in ids], self._spec.positions, _BATCH_ROWS)
        self._compiled.run(batches, inputs, take)
        return out
