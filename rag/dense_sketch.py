"""A small copy of many vectors that is scanned in their stead: product quantisation, 4 bits for every two dimensions.

The best of the scan are scored again with the vectors themselves, so scores are exact and only the choice of passages
that are looked at is approximate. How many of them that takes is measured when the sketch is made, and kept with it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

INDEX_FILE = "sketch.faiss"
MEASURED_FILE = "sketch.json"
WANTED_RECALL = 0.995

_DEPTH = 50
_RECALL_AT = 10
_FETCHES = (200, 400, 800, 1_600, 3_200, 6_400)
_TRAINED_ON = 4_096
_STAND_INS = 200
_STAND_IN_COSINE = 0.9
_SEED = 20_220_131
_BATCH = 65_536


@dataclass(frozen=True, slots=True)
class Measured:
    """`fetch` passages are taken from the scan; the shares of the true nearest 10 and 50 that were among them.

    Measured on `vectors` vectors, with stand-ins for questions: vectors at cosine .9 to a passage's.
    """

    fetch: int
    recall_at_10: float
    recall_at_50: float
    vectors: int


class Sketch:
    """Finds the keys of vectors that may be the nearest. Keys that were removed since it was made are still named."""

    def __init__(self, index: Any, measured: Measured) -> None:
        self._index = index
        self.measured = measured

    @classmethod
    def make(cls, keys: NDArray[np.int64], vectors: NDArray[np.float16]) -> Sketch:
        """Of L2-normalised vectors (n, dimension), n in the thousands at least; about 10 s for 100,000."""
        import faiss

        dimension = vectors.shape[1]
        faiss.omp_set_num_threads(1)  # its threads wait for each other at every one of many small steps
        coarse = faiss.IndexPQFastScan(dimension, dimension // 2, 4, faiss.METRIC_INNER_PRODUCT)
        coarse.train(vectors[_evenly(len(vectors), _TRAINED_ON)].astype(np.float32))
        sketch = cls(faiss.IndexIDMap(coarse), Measured(0, 0.0, 0.0, 0))
        for at in range(0, len(keys), _BATCH):
            sketch.add(keys[at : at + _BATCH], vectors[at : at + _BATCH])
        sketch.measured = sketch._measure(keys, vectors)
        return sketch

    @classmethod
    def read(cls, folder: Path, dimension: int) -> Sketch:
        """From files whose hashes were checked. Raises ValueError if they are not of our kind, RuntimeError if torn."""
        import faiss

        data = np.fromfile(folder / INDEX_FILE, dtype=np.uint8)
        # No vector in a file is longer than the file: a forged length is refused before anything is allocated.
        faiss.set_deserialization_vector_byte_limit(int(data.size) + 1)
        faiss.set_deserialization_loop_limit(1_000)
        index = faiss.deserialize_index(data)
        inner = faiss.downcast_index(index.index) if isinstance(index, faiss.IndexIDMap) else None
        if not isinstance(inner, faiss.IndexPQFastScan) or index.d != dimension or inner.ntotal != index.ntotal:
            raise ValueError("not a sketch of this library's vectors")
        try:
            measured = Measured(**json.loads((folder / MEASURED_FILE).read_text(encoding="utf-8")))
        except TypeError as error:
            raise ValueError(str(error)) from error
        return cls(index, measured)

    def write(self, folder: Path) -> list[str]:
        """The names of the files written."""
        import faiss

        with (folder / INDEX_FILE).open("wb") as handle:
            faiss.serialize_index(self._index).tofile(handle)
        (folder / MEASURED_FILE).write_text(
            json.dumps({name: getattr(self.measured, name) for name in Measured.__slots__}), encoding="utf-8"
        )
        return [INDEX_FILE, MEASURED_FILE]

    def __len__(self) -> int:
        return int(self._index.ntotal)

    def add(self, keys: NDArray[np.int64], vectors: NDArray[np.float16] | NDArray[np.float32]) -> None:
        self._index.add_with_ids(
            np.ascontiguousarray(vectors, dtype=np.float32), np.ascontiguousarray(keys, dtype=np.int64)
        )

    def candidates(self, query: NDArray[np.float32], depth: int) -> NDArray[np.int64]:
        """Keys among which the `depth` nearest to the query (1, dimension) are likely to be."""
        return self._scan(query, max(self.measured.fetch, self.measured.fetch * depth // _DEPTH))

    def _scan(self, query: NDArray[np.float32], fetch: int) -> NDArray[np.int64]:
        import faiss

        faiss.omp_set_num_threads(1)
        _, keys = self._index.search(query, min(fetch, len(self)))
        found: NDArray[np.int64] = keys[0][keys[0] >= 0]
        return found

    def _measure(self, keys: NDArray[np.int64], vectors: NDArray[np.float16]) -> Measured:
        """The smallest fetch that finds `WANTED_RECALL` of the nearest 50."""
        stand_ins = _stand_ins(vectors)
        near = _nearest(stand_ins, keys, vectors, min(_DEPTH, len(keys)))
        at_10 = at_50 = 0.0
        for fetch in _FETCHES:
            found = [self._scan(query[np.newaxis, :], fetch) for query in stand_ins]
            hits = np.array([np.isin(true, some) for true, some in zip(near, found, strict=True)])
            at_10, at_50 = float(hits[:, :_RECALL_AT].mean()), float(hits.mean())
            if at_50 >= WANTED_RECALL:
                break
        return Measured(fetch, round(at_10, 4), round(at_50, 4), len(keys))


def _nearest(
    queries: NDArray[np.float32], keys: NDArray[np.int64], vectors: NDArray[np.float16], depth: int
) -> NDArray[np.int64]:
    """Keys of the truly nearest, (queries, depth), best first; block by block, so that little memory is used."""
    scores = np.empty((len(queries), 0), dtype=np.float32)
    best = np.empty((len(queries), 0), dtype=np.int64)
    for at in range(0, len(keys), _BATCH):
        block = queries @ vectors[at : at + _BATCH].astype(np.float32).T
        scores = np.hstack([scores, block])
        best = np.hstack([best, np.broadcast_to(keys[at : at + _BATCH], block.shape)])
        order = np.argsort(-scores, axis=1, kind="stable")[:, :depth]
        scores, best = np.take_along_axis(scores, order, axis=1), np.take_along_axis(best, order, axis=1)
    return best


def _stand_ins(vectors: NDArray[np.float16]) -> NDArray[np.float32]:
    """At cosine .9 to a vector each, in a direction drawn from the differences of others."""
    generator = np.random.default_rng(_SEED)
    chosen = vectors[_evenly(len(vectors), _STAND_INS)].astype(np.float32)
    one, other = generator.integers(0, len(vectors), size=(2, len(chosen)))
    away = vectors[one].astype(np.float32) - vectors[other].astype(np.float32)
    away -= np.sum(away * chosen, axis=1, keepdims=True) * chosen
    away /= np.maximum(np.linalg.norm(away, axis=1, keepdims=True), 1e-9)
    stand_ins = _STAND_IN_COSINE * chosen + np.sqrt(1 - _STAND_IN_COSINE**2) * away
    return np.ascontiguousarray(stand_ins, dtype=np.float32)


def _evenly(count: int, wanted: int) -> NDArray[np.int64]:
    """At most `wanted` places of `count`, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(count, wanted)).astype(np.int64))
