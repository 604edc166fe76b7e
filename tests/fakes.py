"""Hand-written stand-ins for the models: deterministic, instant, and right often enough to build small libraries on."""

from __future__ import annotations

import hashlib
import re
import threading
import unicodedata
from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Hit, ModelIdentity
from rag.generation.records import Message
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


class ScriptedGenerator:
    """A language model that writes what it was told to, one text a call, the last one again and again.

    Tokens are words. `prompts` holds what it was asked; `failure` is raised behind the text, `endless` repeats it until
    somebody stops it, and `on_piece` is called before each piece.
    """

    def __init__(
        self,
        *texts: str,
        context_tokens: int = 4096,
        failure: Exception | None = None,
        endless: bool = False,
        on_piece: Callable[[], None] | None = None,
    ) -> None:
        self.texts = texts
        self.name = "kịch-bản"
        self.context_tokens = context_tokens
        self.failure = failure
        self.endless = endless
        self.on_piece = on_piece
        self.prompts: list[tuple[Message, ...]] = []
        self.max_tokens: list[int] = []
        self.counted = 0
        self.pieces = 0
        self.closed = False

    def count_tokens(self, messages: Sequence[Message]) -> int:
        self.counted += 1
        return sum(len(message.text.split()) for message in messages)

    def stream(self, messages: Sequence[Message], *, max_tokens: int, stop: threading.Event) -> Iterator[str]:
        text = self.texts[min(len(self.prompts), len(self.texts) - 1)]
        self.prompts.append(tuple(messages))
        self.max_tokens.append(max_tokens)
        while True:
            for piece in re.findall(r"\S+\s*|\s+", text):
                if stop.is_set():
                    return
                if self.on_piece:
                    self.on_piece()
                self.pieces += 1
                yield piece
            if not self.endless:
                break
        if self.failure:
            raise self.failure

    def close(self) -> None:
        self.closed = True
