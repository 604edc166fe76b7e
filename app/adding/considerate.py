"""An embedder that lets questions in between: a model embeds one call at a time, and a long one would hold them up."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.datatypes import ModelIdentity
    from rag.embed import Embedder

PORTION = 8
# Long enough for whoever waits to have its turn.
_PAUSE_SECONDS = 0.002


class ConsiderateEmbedder:
    """Another embedder in small portions. `told` hears how many of how many passages of a batch are done; may raise."""

    def __init__(self, embedder: Embedder, told: Callable[[int, int], None]) -> None:
        self._embedder, self._told = embedder, told

    @property
    def identity(self) -> ModelIdentity:
        return self._embedder.identity

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        import numpy as np

        portions = []
        for at in range(0, len(texts), PORTION):
            self._told(at, len(texts))
            portions.append(self._embedder.embed_passages(texts[at : at + PORTION]))
            time.sleep(_PAUSE_SECONDS)
        self._told(len(texts), len(texts))
        return np.concatenate(portions) if portions else self._embedder.embed_passages(texts)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embedder.embed_queries(texts)
