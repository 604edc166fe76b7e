"""Texts -> unit vectors. One protocol over every model and runtime; which runtime is fastest here is measured once."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import EmbedSettings
from rag.datatypes import ModelIdentity
from rag.errors import ModelError, SettingsError
from rag.models.prefixes import model_prefixes
from rag.vietnamese import nfc
from rag.weights import ModelFolder, resolve

logger = logging.getLogger(__name__)

Precision = Literal["float32", "bfloat16"]


class Embedder(Protocol):
    """Texts to float32 unit vectors (n, dimension), in input order.

    A vector does not depend on what else is in the call beyond float noise. A text longer than the model takes is cut
    short; an empty text has a vector too.
    """

    @property
    def identity(self) -> ModelIdentity:
        """What an embedding depends on."""
        ...

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of passages; the model's passage prefix is put before each."""
        ...

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The vectors of questions; the model's query prefix is put before each."""
        ...


@dataclass(frozen=True, slots=True)
class Runtime:
    """A way to compute embeddings. `unavailable` says why it cannot be used here, None if it can."""

    name: str
    unavailable: str | None


RUNTIMES: dict[str, tuple[Literal["openvino", "torch"], Precision]] = {
    "openvino-bfloat16": ("openvino", "bfloat16"),
    "openvino-float32": ("openvino", "float32"),
    "torch-bfloat16": ("torch", "bfloat16"),
    "torch-float32": ("torch", "float32"),
}
"""In the order in which ties are decided."""


class ModelEmbedder:
    """A real model behind the `Embedder` protocol."""

    def __init__(self, identity: ModelIdentity, encode: Callable[[Sequence[str]], NDArray[np.float32]]) -> None:
        self._identity = identity
        self._encode = encode

    @property
    def identity(self) -> ModelIdentity:
        return self._identity

    def embed_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts, self._identity.passage_prefix)

    def embed_queries(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return self._embed(texts, self._identity.query_prefix)

    def _embed(self, texts: Sequence[str], prefix: str) -> NDArray[np.float32]:
        return normalised(self._encode([prefix + encodable(text) for text in texts]))


def open_embedder(settings: EmbedSettings) -> Embedder:
    """The embedder that the settings name, on the runtime they name or the fastest one here.

    Unpacks or finds the model first. Raises SettingsError for an unknown or unsupported runtime, ModelError for a
    model that cannot be found, read or run.
    """
    if settings.runtime != "auto" and settings.runtime not in RUNTIMES:
        raise SettingsError(
            f"no such runtime: {settings.runtime!r}",
            where="embed.runtime",
            remedy=f"Use auto or one of {', '.join(RUNTIMES)}",
        )
    model = resolve(settings.model)
    if settings.runtime != "auto":
        if reason := unavailable(settings.runtime, model):
            raise SettingsError(
                f"the runtime {settings.runtime} cannot be used: {reason}",
                where="embed.runtime",
                remedy="Use auto, or another runtime listed by `hoibao info`",
            )
        return open_runtime(settings.runtime, model, settings)
    from rag.models.runtime_choice import choose_runtime

    return choose_runtime(model, settings)


def open_runtime(name: str, model: ModelFolder, settings: EmbedSettings) -> Embedder:
    """The embedder of a model on one runtime. Raises ModelError."""
    backend, precision = RUNTIMES[name]
    encode, dimension = (_openvino if backend == "openvino" else _torch)(model.path, precision, settings)
    query_prefix, passage_prefix = model_prefixes(model)
    identity = ModelIdentity(
        name=model.name,
        weights_sha256=model.weights_sha256,
        query_prefix=query_prefix if settings.query_prefix is None else settings.query_prefix,
        passage_prefix=passage_prefix if settings.passage_prefix is None else settings.passage_prefix,
        dimension=dimension,
        runtime=backend,
        precision=precision,
    )
    return ModelEmbedder(identity, encode)


def embedder_available_runtimes(settings: EmbedSettings | None = None) -> tuple[Runtime, ...]:
    """Every runtime, and why it cannot be used where it cannot: on this machine, and for this model if given."""
    model = resolve(settings.model) if settings else None
    return tuple(Runtime(name, unavailable(name, model)) for name in RUNTIMES)


def unavailable(name: str, model: ModelFolder | None = None) -> str | None:
    """Why a runtime cannot be used on this machine or for this model, None if it can."""
    from rag.models import openvino_runtime
    from rag.models.bert import OtherArchitectureError, read_spec

    backend, precision = RUNTIMES[name]
    if precision == "bfloat16" and not openvino_runtime.supports_bfloat16():
        # It would run, many times slower than float32.
        return "this processor has no bfloat16 instructions"
    if backend == "openvino" and model is not None:
        try:
            read_spec(model.path)
        except OtherArchitectureError as error:
            return f"only plain BERT-like models run on it, and this one has {error}"
    return None


def measure_passages_per_second(embedder: Embedder, passages: Sequence[str]) -> float:
    """Passages embedded in a second, tokenisation included, after one warm-up on the first passage."""
    embedder.embed_passages(passages[:1])
    begun = time.perf_counter()
    embedder.embed_passages(passages)
    return len(passages) / (time.perf_counter() - begun)


def encodable(text: str) -> str:
    """NFC, as every tokenizer wants it, without NUL and with lone surrogates replaced: neither is text."""
    text = nfc(text.replace("\0", " "))
    return text.encode("utf-8", "replace").decode("utf-8")


def normalised(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows at length 1. Raises ModelError for a row that has no direction."""
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    if not (np.isfinite(norms).all() and (norms > 0).all()):
        raise ModelError(
            "the model gave a vector without direction", remedy="Use the runtime openvino-float32 or torch-float32"
        )
    return np.asarray(vectors / norms, dtype=np.float32)


def _openvino(
    folder: Path, precision: Precision, settings: EmbedSettings
) -> tuple[Callable[[Sequence[str]], NDArray[np.float32]], int]:
    from rag.models.bert import read_spec
    from rag.models.openvino_runtime import OpenVinoEncoder
    from rag.models.tokens import Tokens

    spec = read_spec(folder)
    # Side by side: a search from a cold start waits for the slower of the two only.
    with ThreadPoolExecutor(1) as pool:
        compiling = pool.submit(OpenVinoEncoder, folder, spec, precision, settings.threads)
        tokens = Tokens(folder / "tokenizer.json", min(settings.max_tokens, spec.max_tokens))
        encoder = compiling.result()
    return lambda texts: encoder.encode(tokens.encode(texts)), spec.hidden


def _torch(
    folder: Path, precision: Precision, settings: EmbedSettings
) -> tuple[Callable[[Sequence[str]], NDArray[np.float32]], int]:
    from rag.models.torch_runtime import TorchEncoder

    encoder = TorchEncoder(folder, precision, settings.max_tokens, settings.threads)
    return encoder.encode, encoder.dimension
