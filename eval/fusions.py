"""Ways to make one ranked list of two, for comparing with the product's: pure functions over scores."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rag.datatypes import Scored

Leg = Sequence[Scored]


def min_max(dense: Leg, lexical: Leg, dense_weight: float) -> list[Scored]:
    """Weighted sum of scores scaled to 0..1 over each leg's candidates; one that a leg did not return has 0 there."""
    return _weighted(_scaled(dense), _scaled(lexical), dense_weight)


def rank_blend(dense: Leg, lexical: Leg, dense_weight: float, sharpness: float = 1.0) -> list[Scored]:
    """Weighted sum of 1 / rank ** sharpness; one that a leg did not return has 0 there."""
    return _weighted(_by_rank(dense, sharpness), _by_rank(lexical, sharpness), dense_weight)


def standardised_over_all(
    dense: Leg,
    lexical: Leg,
    dense_weight: float,
    dense_of: Callable[[list[int]], Leg],
    lexical_of: Callable[[list[int]], Leg],
) -> list[Scored]:
    """Weighted standard scores over the candidates of both legs, each scored by both.

    `dense_of` and `lexical_of` score the keys that the leg did not return by itself.
    """
    legs = []
    for own, other, score in ((dense, lexical, dense_of), (lexical, dense, lexical_of)):
        scores = {item.key: item.score for item in own}
        missing = sorted({item.key for item in other} - scores.keys())
        scores |= dict.fromkeys(missing, 0.0) | ({item.key: item.score for item in score(missing)} if missing else {})
        legs.append(_standard(scores))
    return _weighted(legs[0], legs[1], dense_weight)


def _scaled(leg: Leg) -> dict[int, float]:
    low, high = min((item.score for item in leg), default=0.0), max((item.score for item in leg), default=0.0)
    return {item.key: (item.score - low) / (high - low) if high > low else 1.0 for item in leg}


def _by_rank(leg: Leg, sharpness: float) -> dict[int, float]:
    return {item.key: rank**-sharpness for rank, item in enumerate(leg, start=1)}


def _standard(scores: dict[int, float]) -> dict[int, float]:
    if not scores:
        return {}
    mean = math.fsum(scores.values()) / len(scores)
    deviation = math.sqrt(math.fsum((score - mean) ** 2 for score in scores.values()) / len(scores))
    return {key: (score - mean) / deviation if deviation else 0.0 for key, score in scores.items()}


def _weighted(dense: dict[int, float], lexical: dict[int, float], dense_weight: float) -> list[Scored]:
    scores = {
        key: dense_weight * dense.get(key, 0.0) + (1.0 - dense_weight) * lexical.get(key, 0.0)
        for key in dense.keys() | lexical.keys()
    }
    return [Scored(key, score) for key, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
