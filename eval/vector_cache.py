"""An embedder that remembers: the vectors of texts met before come from a folder, so a second run embeds nothing."""

from __future__ import annotations

import hashlib
import logging
import secrets
import zipfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import ModelIdentity
from rag.embed import Embedder
from rag.models.model_cache import cache_folder

logger = logging.getLogger(__name__)

_DIGEST_BYTES = 16
_WRITE_AFTER = 4096

Vector = NDArray[np.float32]


def default_folder() -> Path:
    """Where vectors are kept unless a command says otherwise: in the user's cache."""
    return cache_folder() / "vectors"


class CachedEmbedder(AbstractContextManager["CachedEmbedder"]):
    """An `Embedder` over another one and a folder.

    A vector is known by the model's weights, the prefix and the text. New ones are written every few thousand, and when
    this is closed. Each file is whole or absent and a damaged one is left unused, so several processes may share the
    folder. Without a folder nothing is kept beyond this object's life.
    """

    def __init__(self, embedder: Embedder, folder: Path | None) -> None:
        self._embedder = embedder
        identity = embedder.identity
        model = hashlib.sha256(f"{identity.weights_sha256}\0{identity.dimension}".encode()).hexdigest()[:16]
        self._folder = folder / model if folder is not None else None
        self._known: dict[bytes, Vector] = {}
        self._unwritten: list[bytes] = []
        if self._folder is not None:
            for file in sorted(self._folder.glob("*.npz")):
                self._read(file)

    @property
    def identity(self) -> ModelIdentity:
        return self._embedder.identity

    def embed_passages(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts, self.identity.passage_prefix, self._embedder.embed_passages)

    def embed_queries(self, texts: Sequence[str]) -> Vector:
        return self._embed(texts, self.identity.query_prefix, self._embedder.embed_queries)

    def remember(self, prefix: str, texts: Sequence[str], vectors: Vector) -> None:
        """Take over vectors, (n, dimension), that were computed elsewhere."""
        for text, vector in zip(texts, vectors, strict=True):
            digest = _digest(prefix, text)
            if digest not in self._known:
                self._unwritten.append(digest)
            self._known[digest] = np.asarray(vector, dtype=np.float32)
        if len(self._unwritten) >= _WRITE_AFTER:
            self.write()

    def write(self) -> None:
        """Write what is new to the folder."""
        if self._folder is None or not self._unwritten:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"{len(self._known):08d}-{secrets.token_hex(4)}"
        beside = self._folder / f"{name}.part"
        digests = np.frombuffer(b"".join(self._unwritten), dtype=np.uint8).reshape(-1, _DIGEST_BYTES)
        with beside.open("wb") as file:
            np.savez(file, digests=digests, vectors=np.stack([self._known[digest] for digest in self._unwritten]))
        beside.replace(self._folder / f"{name}.npz")
        self._unwritten.clear()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.write()

    def _embed(self, texts: Sequence[str], prefix: str, compute: Callable[[Sequence[str]], Vector]) -> Vector:
        digests = [_digest(prefix, text) for text in texts]
        missing = {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in self._known}
        if missing:
            self.remember(prefix, list(missing.values()), compute(list(missing.values())))
        if not digests:
            return np.zeros((0, self.identity.dimension), dtype=np.float32)
        return np.stack([self._known[digest] for digest in digests])

    def _read(self, file: Path) -> None:
        try:
            with file.open("rb") as handle, np.load(handle, allow_pickle=False) as stored:
                digests, vectors = stored["digests"], stored["vectors"]
            if digests.shape != (len(vectors), _DIGEST_BYTES) or vectors.shape[1:] != (self.identity.dimension,):
                raise ValueError("digests and vectors do not fit each other")
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
            logger.warning("%s is left unused: %s", file, error)
            return
        known = (bytes(digest) for digest in digests)
        self._known.update(zip(known, vectors.astype(np.float32, copy=False), strict=True))


def _digest(prefix: str, text: str) -> bytes:
    return hashlib.blake2b(f"{prefix}\0{text}".encode("utf-8", "surrogatepass"), digest_size=_DIGEST_BYTES).digest()
