"""What an evaluation run keeps of each question, and how it is written to `records.jsonl` and read back."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from rag.errors import RagError

RECORDS_NAME: Final = "records.jsonl"

Reason = Literal["error", "refused", "answered_anyway", "wrong_answer", "not_cited"]
"""Why a question counts as a failure.

error            asking raised an error
refused          the articles hold the answer, `not_found` was said
answered_anyway  the articles do not hold the answer, one was given
wrong_answer     no accepted form of the answer (of one of its parts) was given
not_cited        the right answer, but a part of it has no citation that stands on the expected evidence
"""
REASONS: Final[tuple[Reason, ...]] = ("error", "refused", "answered_anyway", "wrong_answer", "not_cited")


@dataclass(frozen=True, slots=True)
class Quote:
    """A verbatim quotation. `part` is the part of the expected answer that it states, or the number of a citation."""

    source: str
    text: str
    part: int
    title: str = ""


@dataclass(frozen=True, slots=True)
class QuestionRecord:
    """One question: what was expected, what was given, how good it was.

    `expected` holds the accepted forms of each part. `article_ranks` and `evidence_ranks` hold for each part the rank,
    from 1, of the first article (passage) that gives it, None where no hit does. `scores` maps a metric's name to its
    value; None where it does not apply. `reason` is None for a question that went well. `held_back` holds `right` and
    `right_and_cited` of the answer that a refused question would have got, None where that is not known.
    """

    id: str
    kind: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    expected: tuple[tuple[str, ...], ...]
    evidence: tuple[Quote, ...]
    status: Literal["answered", "not_found", "error"]
    answer: str
    short_answer: str | None
    understood_as: str | None
    citations: tuple[Quote, ...]
    confidence: float
    reason: Reason | None
    article_ranks: tuple[int | None, ...]
    evidence_ranks: tuple[int | None, ...]
    scores: dict[str, float | None] = field(default_factory=dict)
    timings_ms: dict[str, float] = field(default_factory=dict)
    held_back: dict[str, float] | None = None

    @property
    def abstained(self) -> bool:
        """Whether no answer was given; a question that raised an error was not answered either."""
        return self.status != "answered"


def record_to_json(record: QuestionRecord) -> dict[str, Any]:
    """Plain JSON values, keys in the order of the record."""
    return asdict(record)


def record_from_json(value: dict[str, Any]) -> QuestionRecord:
    """The inverse of `record_to_json`. Raises KeyError or TypeError for what another version wrote."""
    return QuestionRecord(
        **{
            **value,
            "history": tuple(value["history"]),
            "expected": tuple(tuple(part) for part in value["expected"]),
            "evidence": tuple(Quote(**quote) for quote in value["evidence"]),
            "citations": tuple(Quote(**quote) for quote in value["citations"]),
            "article_ranks": tuple(value["article_ranks"]),
            "evidence_ranks": tuple(value["evidence_ranks"]),
        }
    )


def read_records(run: Path) -> list[QuestionRecord]:
    """The records of a run's folder, in order. Raises RagError, naming the line, for anything unreadable."""
    path = run / RECORDS_NAME
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except FileNotFoundError as error:
        raise RagError(
            f"no evaluation run here ({RECORDS_NAME} is missing)",
            where=str(run),
            remedy="Name a folder that `hoibao eval --out` wrote",
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise RagError(
            f"cannot read the records ({error})", where=str(path), remedy="Run the evaluation again"
        ) from error
    records = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            records.append(record_from_json(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise RagError(
                f"line {number} is not a record of this version ({type(error).__name__}: {error})",
                where=str(path),
                remedy="Run the evaluation again",
            ) from error
    if not records:
        raise RagError("the run holds no question", where=str(path), remedy="Run the evaluation again")
    return records
