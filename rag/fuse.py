"""Two ranked lists into one: pure functions over scores.

Ties are broken by key everywhere, so a result never depends on the order in which candidates arrive.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from rag.datatypes import Scored


def fuse_standardised(dense: Sequence[Scored], lexical: Sequence[Scored], dense_weight: float) -> list[Scored]:
    """Weighted sum of the two legs' standard scores: `dense_weight * z_dense + (1 - dense_weight) * z_lexical`.

    z = (score - mean) / population standard deviation, over the candidates of that leg. A candidate that a leg did not
    return takes that leg's lowest z. A leg whose candidates all score the same says nothing: its z is 0 for all, and so
    is that of an empty leg. With depth 50 the scale runs from about -2 to about 5; 0 is an average candidate. It has no
    unit and compares passages of one question only. Sorted by (-score, key).

    Raises ValueError for a weight outside 0..1, a score that is not finite, or a key given twice in a leg.
    """
    if not 0.0 <= dense_weight <= 1.0:
        raise ValueError(f"dense_weight must lie in 0..1, not {dense_weight}")
    dense_z, lexical_z = standard_scores(dense), standard_scores(lexical)
    dense_floor, lexical_floor = min(dense_z.values(), default=0.0), min(lexical_z.values(), default=0.0)
    return _ranked(
        {
            key: dense_weight * dense_z.get(key, dense_floor) + (1.0 - dense_weight) * lexical_z.get(key, lexical_floor)
            for key in dense_z.keys() | lexical_z.keys()
        }
    )


def completed(
    leg: Sequence[Scored], other: Sequence[Scored], score: Callable[[list[int]], Sequence[Scored]]
) -> list[Scored]:
    """A leg's candidates and, scored by it too, those of the other one. `score` gets the keys it lacks, ascending.

    Standard scores over all of them compare the legs better than a floor for what a leg did not return.
    """
    missing = {candidate.key for candidate in other}.difference(candidate.key for candidate in leg)
    return [*leg, *score(sorted(missing))] if missing else list(leg)


def reciprocal_rank_fusion(legs: Sequence[Sequence[Scored]], k: int = 60) -> list[Scored]:
    """The sum over the legs of 1 / (k + rank), rank from 1 in the order given (Cormack, Clarke and Büttcher 2009).

    A leg that did not return a candidate adds nothing. Sorted by (-score, key).
    Raises ValueError for a negative k or a key given twice in a leg.
    """
    if k < 0:
        raise ValueError(f"k must not be negative, not {k}")
    shares: dict[int, list[float]] = {}
    for leg in legs:
        _check_unique(leg)
        for rank, candidate in enumerate(leg, start=1):
            shares.setdefault(candidate.key, []).append(1.0 / (k + rank))
    # fsum rounds once, so two candidates with the same ranks in swapped legs tie exactly.
    return _ranked({key: math.fsum(parts) for key, parts in shares.items()})


def standard_scores(leg: Sequence[Scored]) -> dict[int, float]:
    """z by key, over the candidates of the leg. Raises ValueError as `fuse_standardised` does."""
    _check_unique(leg)
    if not leg:
        return {}
    scores = [candidate.score for candidate in leg]
    if not all(map(math.isfinite, scores)):
        raise ValueError("a score is not a finite number")
    # Shifting and scaling first keeps huge or tiny scores from overflowing; z does not change by it.
    low, high = min(scores), max(scores)
    spread = high / 2 - low / 2
    if spread == 0.0:
        return dict.fromkeys((candidate.key for candidate in leg), 0.0)
    units = [(score / 2 - low / 2) / spread for score in scores]
    mean = math.fsum(units) / len(units)
    deviation = math.sqrt(math.fsum((unit - mean) ** 2 for unit in units) / len(units))
    return {candidate.key: (unit - mean) / deviation for candidate, unit in zip(leg, units, strict=True)}


def _check_unique(leg: Sequence[Scored]) -> None:
    if len({candidate.key for candidate in leg}) != len(leg):
        raise ValueError("a leg names the same key twice")


def _ranked(scores: dict[int, float]) -> list[Scored]:
    return [Scored(key, score) for key, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))]
