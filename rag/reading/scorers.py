"""The networks behind the span reader: its own weights on the fastest runtime here, or a model that was named."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.config import EmbedSettings
from rag.embed import RUNTIMES, unavailable
from rag.errors import ModelError, SettingsError
from rag.models.bert import OtherArchitectureError, read_spec
from rag.models.tokens import Tokens
from rag.reading.facts import REMEDY, WEIGHTS_FILE, Facts, facts_of
from rag.reading.records import Window
from rag.reading.windows import Encoding, Lengths, Row
from rag.weights import ModelFolder, resolve

logger = logging.getLogger(__name__)


class Network(Protocol):
    """Rows of token ids -> logits."""

    def logits(
        self, ids: Sequence[NDArray[np.int32]], seconds: Sequence[int]
    ) -> list[tuple[NDArray[np.float32], NDArray[np.float32]]]:
        """Per row the logits of every token, (length, 2), and of the row, (2,)."""
        ...


class SpanScorer:
    """A `Scorer` over the reader's own weights."""

    def __init__(self, network: Network, encoding: Encoding) -> None:
        self._network = network
        self._encoding = encoding

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        """The windows of each passage, in order."""
        asked = self._encoding.question(question)
        rows = [(index, row) for index, text in enumerate(passages) for row in self._encoding.rows(asked, text)]
        logits = self._network.logits([row.ids for _, row in rows], [row.second for _, row in rows])
        out: list[list[Window]] = [[] for _ in passages]
        for (index, row), (tokens, whole) in zip(rows, logits, strict=True):
            out[index].append(_window(row, tokens, whole))
        return out


def _window(row: Row, tokens: NDArray[np.float32], whole: NDArray[np.float32]) -> Window:
    passage = tokens[row.first : row.first + len(row.offsets)]
    null_start, null_end = (float(logit) for logit in tokens[0])
    return Window(row.offsets, passage[:, 0], passage[:, 1], null_start, null_end, float(whole[0]), float(whole[1]))


def open_scorer(settings: EmbedSettings, weights: Path = WEIGHTS_FILE) -> tuple[SpanScorer, Facts]:
    """The reader's network on the runtime that the settings name, or the embedder's fastest one here, and its facts.

    Raises ModelError for weights that are missing, altered, or made for another encoder, or if no runtime can run them;
    SettingsError for a runtime that cannot be used.
    """
    facts = facts_of(weights)
    encoder, network = open_network((weights,), facts.encoder, facts.encoder_sha256, settings)
    return SpanScorer(network, encoding_of(encoder, facts)), facts


def encoding_of(encoder: ModelFolder, lengths: Lengths) -> Encoding:
    """Rows of these lengths for the encoder."""
    return Encoding(Tokens(encoder.path / "tokenizer.json", read_spec(encoder.path).max_tokens), lengths)


def open_network(
    weights: Sequence[Path], encoder_name: str, encoder_sha256: str, settings: EmbedSettings
) -> tuple[ModelFolder, Network]:
    """The encoder of this name and a network over it, whose tensors are in `weights`: a later file's replace others.

    Raises as `open_scorer` does.
    """
    where = str(weights[-1])
    try:
        encoder = resolve(encoder_name)
        read_spec(encoder.path)
    except OtherArchitectureError as error:
        raise ModelError(f"no reader can be put on this encoder: {error}", where=encoder_name, remedy=REMEDY) from error
    if encoder.weights_sha256 != encoder_sha256:
        raise ModelError(
            f"the weights belong to another version of the encoder {encoder_name}", where=where, remedy=REMEDY
        )
    failures = []
    for name in _runtimes(encoder, settings):
        try:
            return encoder, _network(name, weights, encoder, settings.threads)
        except KeyError as error:
            raise ModelError(f"the weights lack {error.args[0]}", where=where, remedy=REMEDY) from error
        except (ModelError, ImportError, RuntimeError) as error:
            logger.warning("a network over the encoder cannot run on %s: %s", name, error)
            failures.append(f"{name}: {error}")
    raise ModelError("no runtime can run the network: " + "; ".join(failures), where=where, remedy="See `hoibao info`")


def _runtimes(encoder: ModelFolder, settings: EmbedSettings) -> list[str]:
    if settings.runtime == "auto":
        from rag.models.runtime_choice import runtimes_by_speed

        return runtimes_by_speed(encoder, settings.model_copy(update={"model": encoder.name}))
    if settings.runtime not in RUNTIMES:
        raise SettingsError(
            f"no such runtime: {settings.runtime!r}",
            where="embed.runtime",
            remedy=f"Use auto or one of {', '.join(RUNTIMES)}",
        )
    if reason := unavailable(settings.runtime, encoder):
        raise SettingsError(
            f"the runtime {settings.runtime} cannot be used: {reason}",
            where="embed.runtime",
            remedy="Use auto, or another runtime listed by `hoibao info`",
        )
    return [settings.runtime]


def _network(name: str, weights: Sequence[Path], encoder: ModelFolder, threads: int) -> Network:
    backend, precision = RUNTIMES[name]
    spec = read_spec(encoder.path)
    if backend == "openvino":
        from rag.models.openvino_reader import OpenVinoReader

        return OpenVinoReader(weights, encoder.path, spec, precision, threads)
    from rag.models.torch_reader import TorchReader

    return TorchReader(weights, encoder.path, spec, precision, threads)
