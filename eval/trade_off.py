"""What refusing more or less would mean, over every threshold on the confidence: pure.

Share right against share answered is the risk-coverage curve (El-Yaniv and Wiener 2010), with right in place of wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TypedDict

from eval.records import QuestionRecord


class TradeOffPoint(TypedDict):
    """What answering from a confidence of `threshold` on means; `threshold` is None for answering nothing.

    `answered` is a share of all questions; `right` and `right_and_cited` are shares of the answers given, and None
    without any. `precision` and `recall` are those of refusing.
    """

    threshold: float | None
    answered: float
    right: float | None
    right_and_cited: float | None
    precision: float
    recall: float


class TradeOff(TypedDict):
    """The points from answering nothing to answering all that can be, and `used`, what the run did."""

    points: list[TradeOffPoint]
    used: TradeOffPoint


def trade_off(records: Sequence[QuestionRecord], *, threshold: float) -> TradeOff:
    """One point for each confidence that occurs, falling; questions of one confidence are answered together.

    A refused question counts at thresholds below its confidence with the answer that was held back; where none is known
    it stays refused at every threshold. `used` may lie off the curve: not every refusal is one of the threshold.
    """
    most = sum(not record.answerable for record in records)
    points = [_point(_Given(), len(records), most, None)]
    given = _Given()
    can_answer = [record for record in records if not record.abstained or record.held_back is not None]
    for confidence, together in groupby(sorted(can_answer, key=_falling), key=lambda record: record.confidence):
        for record in together:
            given = given.and_also(record)
        points.append(_point(given, len(records), most, confidence))
    did = _Given()
    for record in records:
        did = did if record.abstained else did.and_also(record)
    return {"points": points, "used": _point(did, len(records), most, threshold)}


@dataclass(frozen=True, slots=True)
class _Given:
    """Sums over the answers given."""

    answers: int = 0
    unanswerable: int = 0
    right: float = 0.0
    right_and_cited: float = 0.0

    def and_also(self, record: QuestionRecord) -> _Given:
        scores = record.scores if record.held_back is None else record.held_back
        return _Given(
            self.answers + 1,
            self.unanswerable + (not record.answerable),
            self.right + (scores.get("right") or 0.0),
            self.right_and_cited + (scores.get("right_and_cited") or 0.0),
        )


def _point(given: _Given, questions: int, unanswerable: int, threshold: float | None) -> TradeOffPoint:
    refused, rightly = questions - given.answers, unanswerable - given.unanswerable
    return {
        "threshold": threshold,
        "answered": _ratio(given.answers, questions),
        "right": _ratio(given.right, given.answers) if given.answers else None,
        "right_and_cited": _ratio(given.right_and_cited, given.answers) if given.answers else None,
        "precision": _ratio(rightly, refused),
        "recall": _ratio(rightly, unanswerable),
    }


def _falling(record: QuestionRecord) -> float:
    return -record.confidence


def _ratio(above: float, below: int) -> float:
    """Six digits; 0 where there is nothing below, as for the other figures of abstention."""
    return round(above / below, 6) if below else 0.0
