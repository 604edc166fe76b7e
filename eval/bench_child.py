"""The process that `eval.bench` measures and kills: it indexes one corpus and tells what it does, a JSON line an event.

{"event": "opened", "seconds": …}               the model is loaded
{"event": "embedding", "passages": …}           before each batch is embedded
{"event": "committed", "articles": …, "passages": …}   after a batch is stored; totals of this run
{"event": "done", …}                            the report, the time spent embedding, the peak memory
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.config import Settings
from rag.embed import Embedder, open_embedder
from rag.indexing import IndexState
from rag.pipeline import build
from rag.weights import resolve

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from rag.datatypes import ModelIdentity

_SAMPLED_PASSAGES = 2_000


class ToldEmbedder:
    """An embedder that tells of every batch of passages, times it, and keeps some texts for counting tokens."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.seconds = 0.0
        self.sample: list[str] = []

    @property
    def identity(self) -> ModelIdentity:
        return self._inner.identity

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        tell("embedding", passages=len(texts))
        if len(self.sample) < _SAMPLED_PASSAGES:
            self.sample += texts[:: max(1, len(texts) // 25)]
        started = time.perf_counter()
        vectors = self._inner.embed_passages(texts)
        self.seconds += time.perf_counter() - started
        return vectors

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._inner.embed_queries(texts)


def tell(event: str, **values: Any) -> None:
    print(json.dumps({"event": event, **values}), flush=True)  # noqa: T201 (this is its output)


def peak_memory_bytes() -> int:
    """The most memory that this process has held.

    Linux's own figure where there is one: `getrusage` also counts what the parent held at the time of the fork.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def tokens_per_passage(texts: Sequence[str], settings: Settings, identity: ModelIdentity) -> float | None:
    """The mean length in tokens as the model is given it, prefix included; None where nothing was embedded."""
    from rag.models.tokens import Tokens

    if not texts:
        return None
    tokens = Tokens(resolve(settings.embed.model).path / "tokenizer.json", settings.embed.max_tokens)
    return sum(map(len, tokens.encode([identity.passage_prefix + text for text in texts]))) / len(texts)


def embedder_named(name: str) -> Embedder:
    """What `module:callable` makes."""
    module, _, attribute = name.partition(":")
    made: Embedder = getattr(import_module(module), attribute)()
    return made


def index(corpus: Path, library: Path, settings: Settings, embedder_name: str) -> None:
    """Index the corpus; `embedder_name` is `module:callable` of another embedder, or empty for the settings' model."""
    started = time.perf_counter()
    embedder = ToldEmbedder(embedder_named(embedder_name) if embedder_name else open_embedder(settings.embed))
    tell("opened", seconds=time.perf_counter() - started)

    def show(state: IndexState) -> None:
        tell("committed", articles=state.articles, passages=state.chunks)

    report = build([corpus], library, settings, progress=show, embedder=embedder)
    tell(
        "done",
        articles=report.new + report.updated + report.unchanged,
        failures=report.failures,
        passages=report.chunks_embedded,
        seconds=report.seconds,
        embedding_seconds=embedder.seconds,
        peak_memory_bytes=peak_memory_bytes(),
        tokens_per_passage=None if embedder_name else tokens_per_passage(embedder.sample, settings, embedder.identity),
        runtime=embedder.identity.runtime,
        precision=embedder.identity.precision,
    )


if __name__ == "__main__":
    index(Path(sys.argv[1]), Path(sys.argv[2]), Settings.model_validate_json(sys.argv[3]), sys.argv[4])
