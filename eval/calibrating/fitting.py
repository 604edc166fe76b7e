"""Regressions with known signs, and the figures of refusing. Pure functions over arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Bools = NDArray[np.bool_]

RIDGE = 1.0


@dataclass(frozen=True, slots=True)
class Prior:
    """What is known of the weights before anything is fitted, by feature.

    `signs` are +1 for a feature that can only speak for an answer, -1 for one that can only speak against it, 0 for
    either, and None for one that is left out. `means` are where weights are drawn to, in the features' own units, and
    `fixed` are weights that are not fitted at all.
    """

    signs: Mapping[str, int | None]
    means: Mapping[str, float]
    fixed: Mapping[str, float] = field(default_factory=dict)

    def bounds(self, names: Sequence[str], scale: Array) -> list[tuple[float | None, float | None]]:
        """Of the weights times `scale`."""
        limits: dict[int | None, tuple[float | None, float | None]] = {
            1: (0.0, None), -1: (None, 0.0), 0: (None, None), None: (0.0, 0.0),
        }  # fmt: skip
        return [
            (self.fixed[name] * by, self.fixed[name] * by) if name in self.fixed else limits[self.signs.get(name, 0)]
            for name, by in zip(names, scale.tolist(), strict=True)
        ]

    def vector(self, names: Sequence[str]) -> Array:
        return np.array([self.fixed.get(name, self.means.get(name, 0.0)) for name in names])


def fit_logistic(
    rows: Array, labels: Bools, weights: Array, names: Sequence[str], prior: Prior, *, ridge: float = RIDGE
) -> Array:
    """(d + 1,): coefficients of rows (n, d) and, last, the intercept, minimising weighted log loss within the signs.

    `weights` (n,) count observations. The penalty is ridge / 2 times the squared distance, in standard deviations of
    the features, from the prior.
    """
    scale = _scale(rows)
    scaled = rows / scale
    target = prior.vector(names) * scale
    sign = np.where(labels, 1.0, -1.0)

    def loss(parameters: Array) -> tuple[float, Array]:
        margins = sign * (scaled @ parameters[:-1] + parameters[-1])
        value = float(weights @ np.logaddexp(0.0, -margins))
        slope = -weights * sign * np.exp(-np.logaddexp(0.0, margins))
        away = parameters[:-1] - target
        gradient = np.append(scaled.T @ slope + ridge * away, slope.sum())
        return value + 0.5 * ridge * float(away @ away), gradient

    found = _minimise(loss, np.append(target, 0.0), [*prior.bounds(names, scale), (None, None)])
    return np.append(found[:-1] / scale, found[-1])


def fit_ranking(
    groups: Sequence[tuple[Array, Bools]], names: Sequence[str], prior: Prior, *, ridge: float = RIDGE
) -> Array:
    """(d,): weights under which, in each group of pieces (n, d), the right ones take most of a softmax.

    Groups without a right or without a wrong piece say nothing and are passed over.
    """
    told = [(rows, right) for rows, right in groups if right.any() and not right.all()]
    if not told:
        return prior.vector(names)
    stacked = np.concatenate([rows for rows, _ in told])
    scale = _scale(stacked)
    scaled = [rows / scale for rows, _ in told]
    target = prior.vector(names) * scale

    def loss(parameters: Array) -> tuple[float, Array]:
        value, gradient = 0.0, np.zeros_like(parameters)
        for rows, (_, right) in zip(scaled, told, strict=True):
            scores = rows @ parameters
            among = np.exp(scores - scores.max())
            among /= among.sum()
            share = among[right].sum()
            of_right = np.where(right, among, 0.0) / share
            value -= float(np.log(share))
            gradient -= rows.T @ (of_right - among)
        away = parameters - target
        return value + 0.5 * ridge * float(away @ away), gradient + ridge * away

    return _minimise(loss, target, prior.bounds(names, scale)) / scale


def folds(groups: Sequence[str], count: int, seed: int) -> NDArray[np.int64]:
    """(n,): which of `count` parts each observation is in; all of one group are in the same."""
    names = sorted(set(groups))
    order = np.random.default_rng(seed).permutation(len(names))
    part = {names[index]: place % count for place, index in enumerate(order)}
    return np.array([part[group] for group in groups])


def area(positive: Array, negative: Array) -> float:
    """Area under the ROC curve: how often a positive is above a negative; ties count half. NaN without either."""
    if not len(positive) or not len(negative):
        return float("nan")
    ordered = np.sort(negative)
    below = np.searchsorted(ordered, positive, side="left")
    upto = np.searchsorted(ordered, positive, side="right")
    return float((below + upto).sum() / 2 / len(positive) / len(negative))


def refused_when_answering(positive: Array, negative: Array, answered: float) -> float:
    """The share of negatives refused at the point where the share `answered` of positives is still answered."""
    if not len(positive) or not len(negative):
        return float("nan")
    return float(np.mean(negative < np.quantile(positive, 1 - answered)))


def refusal_f1(logits: Array, answerable: Bools, weights: Array, point: float) -> float:
    """F1 of refusing everything below `point`, observations weighted."""
    refused = logits < point
    hit = float(weights[refused & ~answerable].sum())
    total = float(weights[refused].sum() + weights[~answerable].sum())
    return 2 * hit / total if total else 0.0


def operating_point(logits: Array, answerable: Bools, weights: Array, *, least_answered: float = 0.0) -> float:
    """The point with the best F1 of refusing among those at which `least_answered` of the answerable are answered."""
    points = np.sort(np.unique(logits))
    middles = np.concatenate([points[:1] - 1.0, (points[:-1] + points[1:]) / 2])
    positive = logits[answerable]
    allowed = [point for point in middles if np.mean(positive >= point) >= least_answered] or [float(middles[0])]
    return float(max(allowed, key=lambda point: (refusal_f1(logits, answerable, weights, point), -point)))


def still_answered(logits: Array, weights: Array, share: float) -> float:
    """The highest point at which this share, in weight, of questions with such logits is answered."""
    order = np.argsort(-logits, kind="stable")
    reached = np.cumsum(weights[order]) / weights.sum()
    last = int(np.searchsorted(reached, share - 1e-9))
    return float(logits[order[min(last, len(order) - 1)]])


def kind_weights(kinds: Sequence[str], answerable: Bools, unanswerable_share: float) -> Array:
    """(n,): weights by which the unanswerable make up a share of all, each kind of them an equal part of it."""
    result = np.zeros(len(kinds))
    names = np.array(kinds)
    for side, total in ((answerable, 1 - unanswerable_share), (~answerable, unanswerable_share)):
        present = sorted(set(names[side]))
        for kind in present:
            mine = side & (names == kind)
            result[mine] = total / len(present) / mine.sum()
    return result * len(kinds)


def _scale(rows: Array) -> Array:
    spread = rows.std(axis=0)
    return np.asarray(np.where(spread > 1e-9, spread, 1.0))


def _minimise(loss: Any, start: Array, bounds: list[tuple[float | None, float | None]]) -> Array:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    found = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B", options={"maxiter": 500})
    return np.asarray(found.x)
