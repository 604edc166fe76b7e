"""Hand-written stand-ins for the models: deterministic, instant, and right often enough to build small libraries on."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Hit, ModelIdentity
from rag.question import Question
from rag.reader import Reading


class HashingEmbedder:
    """A bag of hashed syllables: texts that share syllables are near each other.

    Keeps the promises of `rag.embed.Embedder`: float32 unit vectors in input order, a valid vector for a text without
    syllables, and independence of what else is in the call. `passages_embedded` counts the work done, so that a test
    can show that nothing was embedded twice.
    """

    def __init__(self, dimension: int = 256, *, name: str = "hashing") -> None:
        self.identity = ModelIdentity(
            name=name,
            weights_sha256=hashlib.sha256(f"{name}:{dimension}".encode()).hexdigest(),
            query_prefix="query: ",
            passage_prefix="passage: ",
            dimension=dimension,
            runtime="fake",
            precision="float32",
        )
        self.passages_embedded = 0
        self.queries_embedded = 0

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.passages_embedded += len(texts)
        return self._embed(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        self.queries_embedded += len(texts)
        return self._embed(texts)

    def _embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.zeros((len(texts), self.identity.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for syllable in re.findall(r"\w+", unicodedata.normalize("NFC", text).lower()):
                digest = hashlib.blake2b(syllable.encode("utf-8", "surrogatepass"), digest_size=8).digest()
                slot = int.from_bytes(digest, "little")
                vectors[row, slot % self.identity.dimension] += 1.0 if slot >> 63 else -1.0
            norm = float(np.linalg.norm(vectors[row]))
            if norm == 0.0:
                vectors[row, 0] = norm = 1.0
            vectors[row] /= norm
        return vectors


class ScriptedReader:
    """A reader that says what it was told to say, whatever the question."""

    def __init__(self, reading: Reading) -> None:
        self.reading = reading

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        return self.reading
