"""Dense search: inner products over float16 vectors with FAISS, a cache derived from the library.

All vectors are compared while that is quick; from `EXACT_PASSAGES` on a sketch of them says which are worth it.

The file on disk may be an older generation: what came and went since is applied in memory at every open, which takes
milliseconds, and the file is written anew only once that has grown too large.
"""

from __future__ import annotations

import logging
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Scored
from rag.dense_sketch import INDEX_FILE as SKETCH_FILE
from rag.dense_sketch import Measured, Sketch
from rag.errors import LibraryError, LibraryMismatch, ModelError
from rag.store.cache_folder import CacheFolder
from rag.store.cache_stamp import Finding

if TYPE_CHECKING:
    from rag.library import Library

logger = logging.getLogger(__name__)

FILE_NAME = "vectors.faiss"
# Comparing all takes 6 ms here, of the 25 that a search may take, and a sketch less than half of that.
EXACT_PASSAGES = 200_000
_FORMAT = 1
_DELTA_CHUNKS = 2_000
_DELTA_SHARE = 0.05
# A sketch is made anew when this share of it is removed passages, or the library has grown by this factor.
_STALE_SHARE = 0.1
_GROWTH = 2


class DenseIndex:
    """Nearest passages by inner product. Safe to share between threads.

    `notes` (Vietnamese) says what had to be mended when the index was opened.
    """

    name = "dense"

    def __init__(self, library: Library) -> None:
        self._library = library
        self._lock = threading.Lock()
        self._index: Any = None
        self._sketch: Sketch | None = None
        self._rows: tuple[NDArray[np.int64], NDArray[np.int64]] | None = None
        self._generation = 0
        self._file_generation: int | None = None
        self.notes: tuple[str, ...] = ()

    @classmethod
    def open(cls, library: Library) -> DenseIndex:
        """The index of the library's present generation, from the disk where that is sound."""
        dense = cls(library)
        with dense._lock:
            dense._load()
        return dense

    @property
    def generation(self) -> int:
        """The library's generation that this index shows."""
        return self._generation

    @property
    def sketch(self) -> Measured | None:
        """How the passages to compare are chosen; None where all are compared."""
        return self._sketch.measured if self._sketch is not None else None

    def __len__(self) -> int:
        return 0 if self._index is None else int(self._index.ntotal)

    def search(self, vector: NDArray[np.float32], depth: int, *, keys: NDArray[np.int64] | None = None) -> list[Scored]:
        """The `depth` passages with the highest inner product, sorted by (-score, key); fewer if there are fewer.

        With `keys`, only those passages are seen. `vector` has shape (dimension,) or (1, dimension). Raises
        LibraryMismatch for another dimension and ModelError for a vector that is not finite.
        """
        with self._lock:
            if self._index is None or depth < 1 or self._index.ntotal == 0 or (keys is not None and not len(keys)):
                return []
            query = self._checked(vector)
            scores, found = self._nearest(query, depth, keys)
        order = np.lexsort((found, -scores))[:depth]
        return [Scored(int(found[place]), float(scores[place])) for place in order]

    def catch_up(self) -> None:
        """Bring the index to the library's generation; the file too, if it lags far and the lock is free."""
        with self._lock:
            if self._index is None or self._index.d != self._dimension:
                self._load()
            elif self._generation != self._library.generation:
                self._apply_changes()
                self._save_if_due()

    def verify(self) -> list[Finding]:
        """What differs between the library's vectors and this index, and whether the file on disk is sound."""
        findings = []
        found = self._folder().newest()
        if found.state == "unusable":
            findings.append(self._finding("the file is torn, altered, or of another library"))
        elif found.state == "missing" and len(self):
            findings.append(self._finding("it is not there (the next question builds it as well)"))
        with self._lock:
            held = dict(zip(*self._contents(), strict=True))
        missing = different = 0
        for keys, vectors in self._library.vectors_since(0):
            for key, vector in zip(keys.tolist(), vectors, strict=True):
                mine = held.pop(key, None)
                missing += mine is None
                different += mine is not None and mine != vector.tobytes()
        for count, what in ((missing, "lacks"), (different, "differs in"), (len(held), "still holds the removed")):
            if count:
                findings.append(self._finding(f"it {what} {count} vectors"))
        return findings

    # ---- loading and saving -----------------------------------------------------------------------------------------

    @property
    def _dimension(self) -> int:
        """0 where the library is still empty."""
        return self._library.identity.dimension if self._library.identity is not None else 0

    def _folder(self) -> CacheFolder:
        return CacheFolder(self._library, self.name, {"format": _FORMAT, "dimension": self._dimension})

    def _load(self) -> None:
        if not self._dimension:
            self._index, self._generation = None, self._library.generation
            return
        found = self._folder().newest()
        state = found.state
        self._start_empty()
        if found.folder is not None:
            try:
                if FILE_NAME not in found.files:
                    raise ValueError(f"{FILE_NAME} is not stamped")
                self._index = _read(found.folder / FILE_NAME, self._dimension)
                self._generation = self._file_generation = found.generation
                if SKETCH_FILE in found.files:
                    self._sketch = Sketch.read(found.folder, self._dimension)
            except (OSError, RuntimeError, ValueError, MemoryError) as error:
                logger.warning("cannot load %s: %s", found.folder, error)
                state = "unusable"
        self._apply_changes()
        if self._file_generation is not None and not self._complete():
            logger.warning("%s does not hold the library's vectors; building it anew", found.folder)
            state = "unusable"
            self._start_empty()
            self._apply_changes()
        self._save_if_due()
        if len(self):
            self.notes = _NOTES.get(state, ())

    def _start_empty(self) -> None:
        import faiss

        self._index = faiss.IndexIDMap(
            faiss.IndexScalarQuantizer(self._dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT)
        )
        self._sketch, self._rows = None, None
        self._generation = 0
        self._file_generation = None

    def _apply_changes(self) -> None:
        """Apply what the library added and removed since this index's generation; applying twice changes nothing."""
        import faiss

        target = self._library.generation
        dimension = int(self._index.d)
        self._rows = None
        if self._index.ntotal:
            gone = np.ascontiguousarray(self._library.removed_since(self._generation), dtype=np.int64)
            if gone.size:
                self._index.remove_ids(faiss.IDSelectorBatch(gone))
        present = faiss.vector_to_array(self._index.id_map)
        for keys, vectors in self._library.vectors_since(self._generation):
            if vectors.shape != (len(keys), dimension):
                raise LibraryMismatch(
                    f"the library holds vectors of {vectors.shape[1]} dimensions where its model has {dimension}",
                    where=str(self._library.folder),
                    remedy="Run `hoibao verify`, then `hoibao repair`",
                )
            fresh = ~np.isin(keys, present) if present.size else slice(None)
            new_keys = np.ascontiguousarray(keys[fresh], dtype=np.int64)
            self._index.add_with_ids(np.ascontiguousarray(vectors[fresh], dtype=np.float32), new_keys)
            if self._sketch is not None:
                self._sketch.add(new_keys, vectors[fresh])
        self._generation = target

    def _complete(self) -> bool:
        """Whether as many vectors are held as the library has; True also where it has moved on meanwhile."""
        manifest = self._library.manifest()
        return manifest.generation != self._generation or manifest.chunks == len(self)

    def _save_if_due(self) -> None:
        if not (len(self) or self._file_generation) or not (self._lags() or self._needs_sketch()):
            return
        with self._library.try_lock() as held:
            if held and self._generation == self._library.generation:
                if self._needs_sketch():
                    self._sketch = Sketch.make(*self._vectors())
                    logger.info("dense sketch: %s", self._sketch.measured)
                elif len(self) < EXACT_PASSAGES:
                    self._sketch = None
                self._save()

    def _lags(self) -> bool:
        """Whether the file is so much older than this index that it is worth writing again."""
        since = self._file_generation
        if since is None or since == self._generation:
            return since is None
        delta = len(self._library.keys_since(since)) + len(self._library.removed_since(since))
        return delta > min(_DELTA_CHUNKS, _DELTA_SHARE * len(self))

    def _needs_sketch(self) -> bool:
        if len(self) < EXACT_PASSAGES or self._dimension % 4:
            return False
        if self._sketch is None:
            return True
        stale = len(self._sketch) - len(self)
        return stale > _STALE_SHARE * len(self) or len(self) > _GROWTH * self._sketch.measured.vectors

    def _save(self) -> None:
        import faiss

        folder = self._folder()
        try:
            with folder.draft() as draft:
                with (draft / FILE_NAME).open("wb") as handle:
                    faiss.serialize_index(self._index).tofile(handle)
                files = self._sketch.write(draft) if self._sketch is not None else []
                folder.publish(draft, [FILE_NAME, *files])
        except (OSError, LibraryError) as error:
            # The index in memory is right; only the next start is slower.
            logger.warning("the dense index was not written to %s: %s", folder.root, error)
        else:
            self._file_generation = self._generation

    # ---- helpers ----------------------------------------------------------------------------------------------------

    def _checked(self, vector: NDArray[np.float32]) -> NDArray[np.float32]:
        query = np.ascontiguousarray(vector, dtype=np.float32)
        if query.ndim == 1:
            query = query[np.newaxis, :]
        if query.shape != (1, self._index.d):
            raise LibraryMismatch(
                f"the question's vector has the shape {np.shape(vector)}, the library's vectors have {self._index.d} "
                "dimensions",
                where=str(self._library.folder),
                remedy="Use the embedding model the library was built with, or index the articles again",
            )
        if not np.isfinite(query).all():
            raise ModelError("the question's vector is not finite", remedy="Run `hoibao info` to check the model")
        return query

    def _nearest(
        self, query: NDArray[np.float32], depth: int, among: NDArray[np.int64] | None
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """The `depth` best and whatever ties with the last of them, so that the cut does not depend on order."""
        import faiss

        if self._sketch is not None and among is None:
            return self._score(query, self._sketch.candidates(query, depth))
        parameters = None
        if among is not None:
            chosen = faiss.IDSelectorBatch(np.ascontiguousarray(among, dtype=np.int64))
            parameters = faiss.SearchParameters(sel=chosen)  # type: ignore[call-arg]

        # One query is scanned by one thread; waking others costs more than it gives.
        faiss.omp_set_num_threads(1)
        total = int(self._index.ntotal)
        fetch = min(depth + 1, total)
        while True:
            scores, keys = self._index.search(query, fetch, params=parameters)
            if fetch == total or scores[0, -1] < scores[0, depth - 1] or keys[0, -1] < 0:
                real = keys[0] >= 0  # FAISS pads with -1
                return scores[0][real], keys[0][real]
            fetch = min(fetch * 4, total)

    def _score(
        self, query: NDArray[np.float32], keys: NDArray[np.int64]
    ) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
        """Exact scores of those of the keys that are held."""
        held, vectors = self._vectors()
        if self._rows is None:
            order = np.argsort(held, kind="stable")
            self._rows = held[order], order
        ascending, order = self._rows
        places = np.minimum(np.searchsorted(ascending, keys), len(ascending) - 1)
        present = ascending[places] == keys
        rows = vectors[order[places[present]]].astype(np.float32)
        # Not a matrix product: from some size on its threads would cost more than they give.
        scores: NDArray[np.float32] = np.einsum("ij,j->i", rows, query[0])
        return scores, keys[present]

    def _vectors(self) -> tuple[NDArray[np.int64], NDArray[np.float16]]:
        """Keys (n,) and vectors (n, dimension), in FAISS's own memory: gone when the index next changes."""
        import faiss

        quantizer: Any = faiss.downcast_index(self._index.index)
        total, size = int(self._index.ntotal), int(quantizer.code_size)
        if not total:
            return np.empty(0, dtype=np.int64), np.empty((0, self._index.d), dtype=np.float16)
        keys = faiss.rev_swig_ptr(self._index.id_map.data(), total)
        codes = faiss.rev_swig_ptr(quantizer.codes.data(), total * size)
        return keys, codes.view("<f2").reshape(total, -1)

    def _contents(self) -> tuple[list[int], list[bytes]]:
        if self._index is None:
            return [], []
        keys, vectors = self._vectors()
        return keys.tolist(), [row.tobytes() for row in vectors]

    def _finding(self, what: str) -> Finding:
        return Finding(what, str(self._library.folder / self.name), "Run `hoibao repair`")


_NOTES: dict[str, tuple[str, ...]] = {
    "missing": ("Chưa có chỉ mục ngữ nghĩa trên đĩa: đã dựng lại từ cơ sở dữ liệu.",),
    "unusable": ("Chỉ mục ngữ nghĩa trên đĩa bị hỏng hoặc không khớp với thư viện: đã dựng lại từ cơ sở dữ liệu.",),
}


def _read(path: Path, dimension: int) -> Any:
    """The index in a file whose hash was checked. Raises ValueError if it is not of our kind, RuntimeError if torn."""
    import faiss

    data = np.fromfile(path, dtype=np.uint8)
    # No vector in a file is longer than the file: a forged length is refused before anything is allocated.
    faiss.set_deserialization_vector_byte_limit(int(data.size) + 1)
    faiss.set_deserialization_loop_limit(1_000)
    index = faiss.deserialize_index(data)
    if not isinstance(index, faiss.IndexIDMap):
        raise ValueError("not an index with keys")
    inner = faiss.downcast_index(index.index)
    if (
        not isinstance(inner, faiss.IndexScalarQuantizer)
        or inner.sq.qtype != faiss.ScalarQuantizer.QT_fp16
        or index.metric_type != faiss.METRIC_INNER_PRODUCT
        or index.d != dimension
        or inner.ntotal != index.ntotal
        or faiss.vector_to_array(index.id_map).size != index.ntotal
    ):
        raise ValueError("not an index of this library's vectors")
    return index
