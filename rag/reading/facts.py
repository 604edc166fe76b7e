"""What `rag/data/reader.json` says of the reader's weights: their hash, the encoder they belong to, what was fitted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.errors import ModelError
from rag.models.model_cache import file_sha256
from rag.reading.records import SIGNALS, Signals

DATA = Path(__file__).parent.parent / "data"
WEIGHTS_FILE = DATA / "reader.safetensors"
REMEDY = "Install the program again, or train the reader with `make reader`"


@dataclass(frozen=True, slots=True)
class Fit:
    """What is fitted on development questions, over the signals of a piece of evidence.

    `ranking` orders pieces (one weight a signal), `answerable` and `read` give the logit of the probability that the
    best piece answers, of a library's passages and of one given passage (one weight a signal, then the intercept).
    `relevance` is a passage's worth for re-ranking, by its best piece, of which `rerank_weight` is added to its
    retrieval score. `read_threshold` is the probability from which `hoibao read` answers.
    """

    ranking: NDArray[np.float64]
    answerable: NDArray[np.float64]
    read: NDArray[np.float64]
    relevance: NDArray[np.float64]
    rerank_weight: float
    read_threshold: float


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole file. Windows are of at most `window_tokens` in all and share `overlap_tokens` with the one before; a
    question is cut to `question_tokens`, an answer has at most `answer_tokens`."""

    sha256: str
    encoder: str
    encoder_sha256: str
    window_tokens: int
    overlap_tokens: int
    question_tokens: int
    answer_tokens: int
    fit: Fit


# Until fitted: the span's lead over none, and what the network says of the window, about equally strong.
_UNFITTED = {"difference": 0.25, "answerable": 1.0, "relevant": 0.5}
UNFITTED: dict[str, Any] = {
    "ranking": _UNFITTED,
    "answerable": {**_UNFITTED, "intercept": 0.0},
    "read": {"difference": 0.25, "answerable": 1.0, "intercept": 0.0},
    "relevance": {"difference": 0.1, "answerable": 0.5, "relevant": 1.0},
    "rerank_weight": 0.25,
    "read_threshold": 0.5,
}
"""The section `fit` of the file before anything was fitted; a signal that is not named has weight 0."""


def facts_of(weights: Path = WEIGHTS_FILE) -> Facts:
    """The facts beside a weights file, checked against it. Raises ModelError if either is missing, torn or altered."""
    path = weights.with_suffix(".json")
    if not weights.is_file():
        raise ModelError("the reader's weights are missing", where=str(weights), remedy=REMEDY)
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        facts = Facts(
            sha256=stored["sha256"],
            encoder=stored["encoder"]["name"],
            encoder_sha256=stored["encoder"]["weights_sha256"],
            window_tokens=int(stored["window_tokens"]),
            overlap_tokens=int(stored["overlap_tokens"]),
            question_tokens=int(stored["question_tokens"]),
            answer_tokens=int(stored["answer_tokens"]),
            fit=fit_of(stored["fit"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"what belongs to the reader cannot be read ({error})", where=str(path), remedy=REMEDY) from (
            error
        )
    if file_sha256(weights) != facts.sha256:
        raise ModelError("the reader's weights are altered or of another version", where=str(weights), remedy=REMEDY)
    return facts


def fit_of(stored: dict[str, Any]) -> Fit:
    """The section `fit`. Raises KeyError or ValueError for one that lacks something or names unknown signals."""
    return Fit(
        ranking=_vector(stored["ranking"], SIGNALS),
        answerable=_vector(stored["answerable"], (*SIGNALS, "intercept")),
        read=_vector(stored["read"], (*SIGNALS, "intercept")),
        relevance=_vector(stored["relevance"], SIGNALS),
        rerank_weight=float(stored["rerank_weight"]),
        read_threshold=float(stored["read_threshold"]),
    )


def _vector(named: dict[str, float], names: tuple[str, ...]) -> NDArray[np.float64]:
    if unknown := set(named) - set(names):
        raise ValueError(f"no such signal: {', '.join(sorted(unknown))}")
    return np.array([float(named.get(name, 0.0)) for name in names])


def row(signals: Signals) -> NDArray[np.float64]:
    """(len(SIGNALS),) in the order of the weights."""
    return np.array([getattr(signals, name) for name in SIGNALS], dtype=np.float64)
