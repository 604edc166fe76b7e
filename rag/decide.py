"""Whether the evidence answers the question, which piece leads, and, where none answers, why.

Each piece is described by what the span reader says of it, whether it has the form asked for, how the names, numbers
and words of the question fit it, and whether other articles say the same. Two regressions, fitted
by `python -m eval.calibrate` on development questions, order the pieces and tell how probably the first one answers.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from rag.datatypes import Article, Evidence, Hit
from rag.dates import Candidate, Verdict, When, verdicts
from rag.deciding.pieces import FEATURES, Piece, pieces
from rag.entities import Sought, affirms, sought_in
from rag.errors import ModelError
from rag.matching.matched import EntityMatch
from rag.question import Question
from rag.reading.records import Reading

if TYPE_CHECKING:
    from rag.retrieve import Query

Reason = Literal["answered", "nothing_relevant", "not_stated", "outside_dates", "premise_contradicted"]

WEIGHTS_FILE = Path(__file__).parent / "data" / "answer.json"
_MOST_CONTRADICTING = 3
_LEADING = 5
# A passage is of the question's subject from these on.
_RELEVANT_LOGIT, _RELATED_WORDS, _RELATED_NAMES, _ALL_NAMES = 0.0, 0.34, 0.45, 0.9
# Of a question without names its words alone must say what it is about.
_RELATED_WORDS_ALONE = 0.5
_DAY_MET = 0.5
# In fewer passages most words of any question are common, and what is left of it says little of its subject.
_ENOUGH_PASSAGES = 10
# Below this share of its words in the passage a question is of something else, whatever a reader finds there.
_HARDLY_ANY_WORDS, _UNKNOWN_WORD = 0.2, 0.95


@dataclass(frozen=True, slots=True)
class Weights:
    """Two regressions over `FEATURES`: `ranking` orders pieces, `answerable` gives the logit with its `intercept`."""

    ranking: NDArray[np.float64]
    answerable: NDArray[np.float64]
    intercept: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do with a reading.

    `probability` is that of the first piece to answer; `evidence` is the reading's, the best for the question first,
    with the logits of answering as scores, and `matches` stand beside the first of them. `reason` is "answered" from
    the threshold on unless what the question takes for granted is plainly refuted, else why not. `contradicting` are
    the pieces that state the contrary of that, best first, whatever the reason.
    """

    probability: float
    reason: Reason
    evidence: tuple[Evidence, ...] = ()
    matches: tuple[EntityMatch, ...] = ()
    contradicting: tuple[Evidence, ...] = ()


def decide(
    question: Question,
    query: Query,
    reading: Reading,
    hits: Sequence[Hit],
    article_of: Callable[[str], Article],
    *,
    frequency: Callable[[str], int],
    passages: int,
    threshold: float = 0.5,
    copies_of: Callable[[str], Sequence[str]] | None = None,
    weights: Weights | None = None,
) -> Decision:
    """Order the evidence and decide whether it answers.

    `query` is what was searched for, `hits` what was found. `frequency` counts the passages that hold a term, of
    `passages` in the library. `copies_of` gives the reprints of an article, which do not agree independently. A reading
    without signals, as of the sentence reader, keeps its order and its confidence. Raises ModelError for torn weights.
    """
    if not reading.evidence:
        return Decision(0.0, "outside_dates" if _outside(query.when, hits, article_of) else "nothing_relevant")
    sought = sought_in(question, query, frequency, passages)
    found = pieces(question, sought, reading, hits, article_of, copies_of=copies_of)
    if not reading.signals:
        probability, ordered, evidence = reading.confidence, found, reading.evidence
    else:
        weights = shipped_weights() if weights is None else weights
        scores = [float(piece.features @ weights.ranking) for piece in found]
        order = sorted(
            range(len(found)),
            key=lambda i: (found[i].beside, -scores[i], found[i].evidence.article_id, found[i].evidence.start),
        )
        ordered = [found[i] for i in order]
        probability = probability_of(ordered[0].features, weights)
        # On the scale of that probability, so that what is nearly as sure can be told; never above what leads it.
        logits = list(accumulate((logit_of(piece.features, weights) for piece in ordered), min))
        evidence = (
            *(replace(piece.evidence, score=logit) for piece, logit in zip(ordered, logits, strict=True)),
            *_below(reading.evidence[len(found) :], logits[-1]),
        )
    foreign = passages >= _ENOUGH_PASSAGES and _is_foreign(sought, ordered[0])
    answers = probability >= threshold and not ordered[0].beside and not foreign
    stating = _stating_the_contrary(ordered[:_LEADING])
    contradicting = tuple(one for one, piece in zip(evidence, ordered, strict=False) if piece in stating)
    return Decision(
        probability,
        "answered" if answers and not _premise_refuted(ordered) else _why_not(sought, ordered, hits, article_of),
        evidence,
        tuple(piece.match for piece in ordered),
        contradicting[:_MOST_CONTRADICTING],
    )


def logit_of(features: NDArray[np.float64], weights: Weights) -> float:
    """The logit that a piece with these features, (len(FEATURES),), answers the question, as its reading's first."""
    return float(features @ weights.answerable) + weights.intercept


def probability_of(features: NDArray[np.float64], weights: Weights) -> float:
    """The probability of the same."""
    return 1.0 / (1.0 + math.exp(-max(-50.0, min(50.0, logit_of(features, weights)))))


@lru_cache
def shipped_weights() -> Weights:
    """The weights that come with the program. Raises ModelError if they are torn or for other features."""
    try:
        return read_weights(json.loads(WEIGHTS_FILE.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(
            f"the weights of the decision cannot be used ({error})",
            where=str(WEIGHTS_FILE),
            remedy="Install the program again, or run `python -m eval.calibrate`",
        ) from error


def read_weights(stored: Mapping[str, Mapping[str, float]]) -> Weights:
    """Weights from the content of the file. Raises ValueError or KeyError where they are not those of `FEATURES`."""
    ranking, answerable = stored["ranking"], dict(stored["answerable"])
    intercept = float(answerable.pop("intercept"))
    for named in (ranking, answerable):
        if set(named) != set(FEATURES):
            raise ValueError(f"made for other features: {', '.join(sorted(set(named) ^ set(FEATURES)))}")
    order, logit = (np.array([float(named[name]) for name in FEATURES]) for named in (ranking, answerable))
    if not (np.isfinite(order).all() and np.isfinite(logit).all() and math.isfinite(intercept)):
        raise ValueError("a weight is not finite")
    return Weights(order, logit, intercept)


def _below(evidence: Sequence[Evidence], lowest: float) -> list[Evidence]:
    """Pieces that were not looked at, in their order, under all that were."""
    return [replace(one, score=lowest - 1.0 - place) for place, one in enumerate(evidence)]


def _is_foreign(sought: Sought, piece: Piece) -> bool:
    """Whether a question without names or times is of something else than the passage of a piece: of the words that
    tell what it is about hardly any stands there, or few and not the one that next to no passage has."""
    nameless = not sought.names and not sought.when.ranges and bool(sought.words)
    match = piece.match
    unknown = match.rarest_missing >= _UNKNOWN_WORD and match.words_nearby < _RELATED_WORDS
    return nameless and (unknown or match.words_nearby < _HARDLY_ANY_WORDS)


def _premise_refuted(ordered: Sequence[Piece]) -> bool:
    """Whether the leading pieces plainly state the contrary of what the question takes for granted, and none it."""
    leading = ordered[:_LEADING]
    # What would be answered from a sentence with the contrary predicate is no answer, however loosely it fits.
    lead = leading[0]
    loosely = lead.contradicting and (lead.match.swapped or any(one.strong for one in lead.match.opposed))
    refuting = [piece.match.days for piece in leading if piece.refuting or (loosely and piece is lead)]
    # What happened on another day affirms nothing.
    return bool(refuting) and not any(affirms(one.match) and one.match.days >= max(refuting) for one in leading)


def _stating_the_contrary(leading: Sequence[Piece]) -> list[Piece]:
    """The pieces to be quoted against what a question takes for granted: those that contradict it, but of one quantity
    no other: where one with the contrary predicate has more of the question's words, only those that have as many."""
    contradicting = [piece for piece in leading if piece.contradicting]
    least = max((piece.match.words_beside for piece in contradicting), default=0.0)
    closer = [
        piece
        for piece in leading
        if contradicting and any(one.strong for one in piece.match.opposed) and piece.match.words_beside > least
    ]
    return closer or contradicting


# ---- why not ------------------------------------------------------------------------------------------------------


def _why_not(
    sought: Sought, ordered: Sequence[Piece], hits: Sequence[Hit], article_of: Callable[[str], Article]
) -> Reason:
    if any(piece.contradicting for piece in ordered[:_LEADING]):
        return "premise_contradicted"
    if (
        sought.when.ranges
        and all(piece.match.days < _DAY_MET for piece in ordered)
        and _outside(sought.when, hits, article_of)
    ):
        return "outside_dates"
    days = {asked.text for asked in sought.when.ranges}
    related = any(_is_related(piece, days) and not _is_foreign(sought, piece) for piece in ordered)
    return "not_stated" if related else "nothing_relevant"


def _is_related(piece: Piece, days: Set[str]) -> bool:
    """Whether a passage is of the question's subject: it holds all names, or some and what is asked of them."""
    match = piece.match
    # Neither a day nor a number is what a question is about.
    named = any(one.name not in days and any(map(str.isalpha, one.name)) for one in match.names)
    if named and match.in_passage >= _ALL_NAMES:
        return True
    words = _RELATED_WORDS if named else _RELATED_WORDS_ALONE
    return match.in_article >= _RELATED_NAMES and (
        piece.signals.relevant >= _RELEVANT_LOGIT or match.words_nearby >= words
    )


def _outside(asked: When, hits: Sequence[Hit], article_of: Callable[[str], Article]) -> bool:
    """Whether a time is asked for and all that was found was published in another, as far as that is known."""
    if not asked.ranges or not hits:
        return False

    when = When(asked.ranges)
    candidates = [Candidate(hit.text, article_of(hit.chunk.article_id).published_on) for hit in hits]
    return set(verdicts(candidates, when)) == {Verdict.OUTSIDE}


__all__ = [
    "FEATURES", "WEIGHTS_FILE", "Decision", "Piece", "Reason", "Weights", "decide", "pieces", "probability_of",
    "read_weights", "shipped_weights",
]  # fmt: skip
