"""Two runs side by side: what changed on the questions that both asked, and how sure that is.

Pure, except for `compare_runs`, which reads the records. Each question is compared with itself: intervals come from a
paired bootstrap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from eval.metrics import paired_bootstrap
from eval.records import QuestionRecord, read_records
from eval.score import METRICS
from rag.errors import RagError

SAMPLES: Final = 10_000
SEED: Final = 0


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of both runs on the same questions; `difference` is B minus A, with its 95 % interval.

    `better` says which direction is an improvement: +1 for scores, -1 for times.
    """

    name: str
    questions: int
    a: float
    b: float
    difference: float
    low: float
    high: float
    better: int = 1

    @property
    def sure(self) -> bool:
        """Whether the interval leaves out zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Flip:
    """A question that one run got right and cited and the other did not, with both answers and reasons."""

    id: str
    kind: str
    question: str
    expected: tuple[tuple[str, ...], ...]
    a_reason: str | None
    b_reason: str | None
    a_answer: str
    b_answer: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """The common questions of two runs compared. `altered` are ids that stand for different questions in the runs."""

    a: str
    b: str
    common: int
    only_a: tuple[str, ...]
    only_b: tuple[str, ...]
    altered: tuple[str, ...]
    differences: tuple[Difference, ...]
    gained: tuple[Flip, ...]
    lost: tuple[Flip, ...]


def compare_runs(a: Path, b: Path, *, samples: int = SAMPLES) -> Comparison:
    """Compare two run folders. Raises RagError when one cannot be read or they share no question."""
    return compare(read_records(a), read_records(b), names=(str(a), str(b)), samples=samples)


def compare(
    a: Sequence[QuestionRecord],
    b: Sequence[QuestionRecord],
    *,
    names: tuple[str, str] = ("A", "B"),
    samples: int = SAMPLES,
) -> Comparison:
    """Differences over the questions with the same id, wording, history and expected answer in both runs."""
    by_id = {record.id: record for record in b}
    shared = [(one, by_id[one.id]) for one in a if one.id in by_id]
    pairs = [(one, other) for one, other in shared if _same_question(one, other)]
    if not pairs:
        raise RagError(
            "the two runs have no question in common",
            where=f"{names[0]} and {names[1]}",
            remedy="Compare runs of one question set",
        )
    known = {one.id for one in a}
    return Comparison(
        a=names[0],
        b=names[1],
        common=len(pairs),
        only_a=tuple(one.id for one in a if one.id not in by_id),
        only_b=tuple(other.id for other in b if other.id not in known),
        altered=tuple(one.id for one, other in shared if not _same_question(one, other)),
        differences=tuple(_differences(pairs, samples)),
        gained=tuple(_flip(one, other) for one, other in pairs if one.reason and not other.reason),
        lost=tuple(_flip(one, other) for one, other in pairs if other.reason and not one.reason),
    )


def comparison_to_json(comparison: Comparison) -> dict[str, Any]:
    """What `compare.json` holds."""
    value = asdict(comparison)
    for difference, written in zip(comparison.differences, value["differences"], strict=True):
        written["sure"] = difference.sure
    return value


_Pairs = Sequence[tuple[QuestionRecord, QuestionRecord]]


def _same_question(one: QuestionRecord, other: QuestionRecord) -> bool:
    return (one.question, one.history, one.answerable, one.expected) == (
        other.question,
        other.history,
        other.answerable,
        other.expected,
    )


def _differences(pairs: _Pairs, samples: int) -> list[Difference]:
    """Mean scores, then abstention, then times; figures that no pair has are left out."""
    found = []
    for metric in METRICS:
        values = {
            one.id: (x, y)
            for one, other in pairs
            if (x := one.scores.get(metric)) is not None and (y := other.scores.get(metric)) is not None
        }
        if values:
            a = {key: pair[0] for key, pair in values.items()}
            b = {key: pair[1] for key, pair in values.items()}
            interval = paired_bootstrap(a, b, list(values), samples=samples, seed=SEED)
            mean_a, mean_b = _mean(a.values()), _mean(b.values())
            found.append(
                Difference(metric, len(values), mean_a, mean_b, interval.difference, interval.low, interval.high)
            )
    found += _abstention_differences(pairs, samples)
    found += _time_differences(pairs, samples)
    return found


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(np.fromiter(values, dtype=np.float64)))


def _abstention_differences(pairs: _Pairs, samples: int) -> list[Difference]:
    """Precision, recall and F1 of abstaining: ratios of sums, so each resample counts anew."""
    if all(one.answerable for one, _ in pairs):
        return []
    # Columns: right refusals, wrong refusals, missed refusals.
    counts = [np.array([_refusal(record) for record in run], dtype=np.float64) for run in zip(*pairs, strict=True)]
    statistics: list[tuple[str, Callable[[NDArray[np.float64]], NDArray[np.float64]]]] = [
        ("abstention_precision", lambda c: _ratio(c[..., 0], c[..., 0] + c[..., 1])),
        ("abstention_recall", lambda c: _ratio(c[..., 0], c[..., 0] + c[..., 2])),
        ("abstention_f1", lambda c: _ratio(2 * c[..., 0], 2 * c[..., 0] + c[..., 1] + c[..., 2])),
    ]
    drawn = _draw_counts(len(pairs), samples)
    resampled = [drawn @ run for run in counts]
    found = []
    for name, statistic in statistics:
        a, b = (float(statistic(run.sum(axis=0))) for run in counts)
        low, high = np.percentile(statistic(resampled[1]) - statistic(resampled[0]), [2.5, 97.5])
        found.append(Difference(name, len(pairs), a, b, b - a, float(low), float(high)))
    return found


def _refusal(record: QuestionRecord) -> tuple[bool, bool, bool]:
    return (
        record.abstained and not record.answerable,
        record.abstained and record.answerable,
        not record.abstained and not record.answerable,
    )


def _ratio(above: NDArray[np.float64], below: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.divide(above, below, out=np.zeros_like(above), where=below > 0)


def _time_differences(pairs: _Pairs, samples: int) -> list[Difference]:
    """Median and 95th percentile of the whole answer's time in milliseconds, where both runs have it."""
    times = np.array(
        [
            (one.timings_ms["total"], other.timings_ms["total"])
            for one, other in pairs
            if "total" in one.timings_ms and "total" in other.timings_ms
        ],
        dtype=np.float64,
    )
    if not len(times):
        return []
    generator = np.random.default_rng(SEED)
    block = max(1, 2_000_000 // len(times))
    resampled = np.concatenate(
        [
            np.percentile(
                times[generator.integers(0, len(times), size=(min(block, samples - done), len(times)))],
                [50, 95],
                axis=1,
            )
            for done in range(0, samples, block)
        ],
        axis=1,
    )
    found = []
    for index, (name, percent) in enumerate((("total_ms_p50", 50), ("total_ms_p95", 95))):
        a, b = (float(value) for value in np.percentile(times, percent, axis=0))
        low, high = np.percentile(resampled[index, :, 1] - resampled[index, :, 0], [2.5, 97.5])
        found.append(Difference(name, len(times), a, b, b - a, float(low), float(high), better=-1))
    return found


def _draw_counts(questions: int, samples: int) -> NDArray[np.float64]:
    """How often each question is drawn in each resample, (samples, questions)."""
    return (
        np.random.default_rng(SEED)
        .multinomial(questions, np.full(questions, 1 / questions), size=samples)
        .astype(np.float64)
    )


def _flip(one: QuestionRecord, other: QuestionRecord) -> Flip:
    return Flip(
        id=one.id,
        kind=one.kind,
        question=one.question,
        expected=one.expected,
        a_reason=one.reason,
        b_reason=other.reason,
        a_answer=_given(one),
        b_answer=_given(other),
    )


def _given(record: QuestionRecord) -> str:
    return record.answer if record.status != "answered" else record.short_answer or record.answer
