"""Whether what a sentence says is supported at all: its cover, its nearness in meaning and entailment, joined by a
logistic regression whose weights are in `rag/data/checker.json`."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from rag.errors import ModelError
from rag.generation.checks.covering import COVER

WEIGHTS_FILE = Path(__file__).parent.parent.parent / "data" / "checker.json"
MEANING = ("similarity", "worst_similarity", "entailed")
FEATURES = (*COVER, *MEANING)
"""In the order of the weights; `entailed` is the logit of `rag.reading.entailing`, 0 where it is not asked."""


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight a feature, the intercept, and the probability from which a sentence is supported."""

    weights: Mapping[str, float]
    intercept: float
    threshold: float

    def probability(self, features: Sequence[float]) -> float:
        total = self.intercept + sum(self.weights[name] * value for name, value in zip(FEATURES, features, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-60.0, min(60.0, total))))


@lru_cache(4)
def weights_of(path: Path = WEIGHTS_FILE) -> Weights:
    """The weights of a file. Raises ModelError where it is missing or not of this version."""
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        weights = {name: float(stored["weights"][name]) for name in FEATURES}
        if unknown := set(stored["weights"]) - set(FEATURES):
            raise ValueError(f"no such feature: {', '.join(sorted(unknown))}")
        return Weights(weights, float(stored["intercept"]), float(stored["threshold"]))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"the weights of the checker cannot be read ({error})",
            where=str(path),
            remedy="Install the program again, or fit them with `python -m eval.checker fit`",
        ) from error
