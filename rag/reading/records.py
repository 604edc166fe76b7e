"""What readers give, and what passes between the parts of the span reader."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Evidence, Hit
from rag.question import Question


@dataclass(frozen=True, slots=True)
class Signals:
    """What speaks for a piece of evidence; logits where nothing else is said.

    `difference` is that of the span (start + end) to no span at all, `log_probability` that of the span among all spans
    of its window and none, `answerable` and `relevant` are what the network says of the window as a whole. `margin` is
    how far the piece is ahead of the best other answer of the same reading, negative if behind. `rank` counts the hits
    as they were given, from 1; `retrieval_score` is that of the hit.
    """

    difference: float
    log_probability: float
    answerable: float
    relevant: float
    margin: float = 0.0
    rank: int = 1
    retrieval_score: float = 0.0


SIGNALS = tuple(field.name for field in fields(Signals))


@dataclass(frozen=True, slots=True)
class Reading:
    """Evidence sorted by (-score, article, start), and the probability that the first piece answers the question.

    `hits` are those given, with the best for the question first and `reader_score` set where a passage was read; a
    reader that does not re-rank leaves them empty. `signals` stand beside the evidence, piece by piece, or are empty.
    """

    evidence: tuple[Evidence, ...]
    confidence: float
    hits: tuple[Hit, ...] = ()
    signals: tuple[Signals, ...] = ()


class Reader(Protocol):
    """Finds the evidence for a question in passages."""

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        """Never raises for lack of evidence: an empty reading has confidence 0.

        `put` gives the question as it is asked of a passage of an article; without it, all are asked the same.
        """
        ...


@dataclass(frozen=True, slots=True)
class Window:
    """Scores of a run of a passage's tokens: `offsets` (n, 2) into the passage, logits of being the first and the last
    token of the answer (n,) float32, the same for "no answer", and two logits of the window as a whole."""

    offsets: NDArray[np.int32]
    starts: NDArray[np.float32]
    ends: NDArray[np.float32]
    null_start: float
    null_end: float
    answerable: float
    relevant: float


class Scorer(Protocol):
    """A network that scores questions against passages. Safe to share between threads."""

    def score(self, question: str, passages: Sequence[str]) -> list[list[Window]]:
        """The windows of each passage, in order; none for a passage without tokens. Texts are NFC."""
        ...
