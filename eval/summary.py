"""From the records of a run to its figures: pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, TypedDict

from eval.metrics import abstention_scores, percentile
from eval.records import REASONS, QuestionRecord
from eval.score import METRICS, RETRIEVAL_DEPTH
from eval.trade_off import trade_off

PERCENTILES: Final = {"p5": 5.0, "p25": 25.0, "p50": 50.0, "p75": 75.0, "p95": 95.0, "max": 100.0}


class CurvePoint(TypedDict):
    """What refusing below `threshold` means. `lost` is the share of answerable questions refused, `false_answers` the
    share of unanswerable ones answered."""

    threshold: float
    lost: float
    false_answers: float
    precision: float
    recall: float
    f1: float


def summarise(records: Sequence[QuestionRecord], *, threshold: float) -> dict[str, Any]:
    """Counts, mean scores (all, answerable, unanswerable and by kind), recall curves, abstention,
    the trade-off of refusing, and times.

    A mean is taken over the questions to which the metric applies and is None where there is none.
    """
    return {
        "counts": _counts(records),
        "overall": _means(records),
        "answerable": _means([record for record in records if record.answerable]),
        "unanswerable": _means([record for record in records if not record.answerable]),
        "by_kind": {
            kind: {"questions": len(of_kind), "failures": sum(record.reason is not None for record in of_kind)}
            | _means(of_kind)
            for kind, of_kind in _by_kind(records).items()
        },
        "recall": _recall_curves(records),
        "abstention": _abstention(records, threshold),
        "trade_off": trade_off(records, threshold=threshold),
        "timings_ms": _timings(records),
    }


def wilson_interval(successes: float, trials: int) -> tuple[float, float]:
    """The 95 % score interval of a share (Wilson 1927). Raises ValueError without trials."""
    if trials < 1:
        raise ValueError("a share needs at least one trial")
    z = 1.959964
    share = successes / trials
    centre = share + z * z / (2 * trials)
    half = z * math.sqrt(share * (1 - share) / trials + z * z / (4 * trials * trials))
    scale = 1 + z * z / trials
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def separation(records: Sequence[QuestionRecord]) -> float | None:
    """The probability that an answerable question has a higher confidence than an unanswerable one (ties count half).

    This is the area under the ROC curve; None where one of the two is missing.
    """
    yes = sorted(record.confidence for record in records if record.answerable)
    no = sorted(record.confidence for record in records if not record.answerable)
    if not yes or not no:
        return None
    wins = 0.0
    below = equal_end = 0
    for value in yes:
        while below < len(no) and no[below] < value:
            below += 1
        equal_end = max(equal_end, below)
        while equal_end < len(no) and no[equal_end] == value:
            equal_end += 1
        wins += below + (equal_end - below) / 2
    return wins / (len(yes) * len(no))


def _counts(records: Sequence[QuestionRecord]) -> dict[str, Any]:
    answerable = sum(record.answerable for record in records)
    return {
        "questions": len(records),
        "answerable": answerable,
        "unanswerable": len(records) - answerable,
        "answered": sum(record.status == "answered" for record in records),
        "not_found": sum(record.status == "not_found" for record in records),
        "failures": sum(record.reason is not None for record in records),
        "by_reason": {reason: sum(record.reason == reason for record in records) for reason in REASONS},
    }


def _means(records: Sequence[QuestionRecord]) -> dict[str, float | None]:
    return {metric: _mean(record.scores.get(metric) for record in records) for metric in METRICS}


def _mean(values: Iterable[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return _rounded(math.fsum(known) / len(known)) if known else None


def _by_kind(records: Sequence[QuestionRecord]) -> dict[str, list[QuestionRecord]]:
    """Kinds in the order in which the set first names them."""
    groups: dict[str, list[QuestionRecord]] = {}
    for record in records:
        groups.setdefault(record.kind, []).append(record)
    return groups


def _recall_curves(records: Sequence[QuestionRecord]) -> dict[str, list[float]]:
    """Mean recall of articles and of evidence at k = 1 … RETRIEVAL_DEPTH over the answerable questions."""
    wanted = [record for record in records if record.answerable]
    if not wanted:
        return {"article": [], "evidence": []}
    curves = {}
    for name, ranks in (
        ("article", [record.article_ranks for record in wanted]),
        ("evidence", [record.evidence_ranks for record in wanted]),
    ):
        curves[name] = [
            _rounded(math.fsum(sum(r is not None and r <= k for r in one) / len(one) for one in ranks) / len(wanted))
            for k in range(1, RETRIEVAL_DEPTH + 1)
        ]
    return curves


def _abstention(records: Sequence[QuestionRecord], threshold: float) -> dict[str, Any]:
    found = abstention_scores((record.answerable, record.abstained) for record in records)
    area = separation(records)
    return {
        "precision": _rounded(found.precision),
        "recall": _rounded(found.recall),
        "f1": _rounded(found.f1),
        "threshold": threshold,
        "separation": None if area is None else _rounded(area),
        "curve": [_curve_point(records, step / 100) for step in range(101)],
    }


def _curve_point(records: Sequence[QuestionRecord], threshold: float) -> CurvePoint:
    outcomes = [(record.answerable, record.confidence < threshold) for record in records]
    found = abstention_scores(outcomes)
    answerable = [refused for can, refused in outcomes if can]
    others = [refused for can, refused in outcomes if not can]
    return {
        "threshold": threshold,
        "lost": _rounded(sum(answerable) / len(answerable)) if answerable else 0.0,
        "false_answers": _rounded(1 - sum(others) / len(others)) if others else 0.0,
        "precision": _rounded(found.precision),
        "recall": _rounded(found.recall),
        "f1": _rounded(found.f1),
    }


def _timings(records: Sequence[QuestionRecord]) -> dict[str, dict[str, float]]:
    """For each stage, in the order of the stages, its count, percentiles and mean in milliseconds."""
    stages: dict[str, list[float]] = {}
    for record in records:
        for stage, value in record.timings_ms.items():
            stages.setdefault(stage, []).append(value)
    return {
        stage: {"questions": float(len(values))}
        | {name: round(percentile(values, percent), 3) for name, percent in PERCENTILES.items()}
        | {"mean": round(math.fsum(values) / len(values), 3)}
        for stage, values in stages.items()
    }


def _rounded(value: float) -> float:
    """Six digits: enough for any set, and no noise of the last bit in a file that is compared."""
    return round(value, 6)
