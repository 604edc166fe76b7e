"""Fits what the span reader has of its own: the order of pieces, two probabilities, and the worth of a passage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from eval.calibrating.fitting import (
    Array,
    Prior,
    area,
    fit_logistic,
    fit_ranking,
    folds,
    kind_weights,
    operating_point,
    refused_when_answering,
)
from eval.calibrating.questions import SEED, is_right
from eval.calibrating.readings import Read, own_passage, seen_by, with_margins
from rag import vietnamese
from rag.datatypes import Article, Evidence
from rag.reader import SIGNALS, Reading
from rag.reading.facts import Fit, fit_of, row

SIGNS = {
    "difference": 1, "log_probability": 1, "answerable": 1, "relevant": 1, "margin": 1, "rank": -1,
    "retrieval_score": 1,
}  # fmt: skip
# The order must not depend on margins, which are told by the order.
RANKING = Prior({**SIGNS, "margin": None}, {"difference": 0.1})
ANSWERABLE = Prior(SIGNS, {})
ALONE = Prior({**SIGNS, "rank": None, "retrieval_score": None}, {})
RELEVANCE = Prior({**SIGNS, "margin": None, "rank": None, "retrieval_score": None}, {})
RERANK_WEIGHTS = (0.0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 0.8, 1.0, 1.5, 2.0, 3.0)
UNANSWERABLE_SHARE = 0.4
LEAST_ANSWERED = 0.9
_FOLDS = 5

ArticleOf = Callable[[str], Article]


def words_of_spans(reading: Reading, article_of: ArticleOf) -> list[str]:
    """The words of each piece's span, as answers are told apart by."""
    return [
        " ".join(vietnamese.syllables(article_of(one.article_id).text[one.span_start : one.span_end]))
        for one in reading.evidence
    ]


def gives(evidence: Evidence, article: Article, gold: str | None, answers: Sequence[str]) -> bool:
    """Whether a piece of the right article gives an accepted answer."""
    return article.id == gold and is_right(article.text[evidence.span_start : evidence.span_end], answers)


def fit_order(
    reads: Sequence[tuple[Read, str | None]], start: Fit, article_of: ArticleOf, passages: int
) -> dict[str, Any]:
    """The sections `ranking`, `relevance` and `rerank_weight` of the fit, from questions with their right article."""
    groups, relevance_rows, relevance_labels = [], [], []
    told: list[tuple[list[float], Array, list[bool]]] = []
    for read, gold in reads:
        if gold is None:
            continue
        reading = seen_by(read, start, passages=passages)
        if not reading.evidence:
            continue
        rows = np.array([row(signals) for signals in reading.signals])
        right = np.array(
            [gives(one, article_of(one.article_id), gold, read.question.answers) for one in reading.evidence]
        )
        groups.append((rows, right))
        best = {signals.rank: place for place, signals in reversed(list(enumerate(reading.signals)))}
        ranks = sorted(best)
        holds = [reading.hits[rank - 1].chunk.article_id == gold for rank in ranks]
        relevance_rows += [rows[best[rank]] for rank in ranks]
        relevance_labels += holds
        told.append(([reading.hits[rank - 1].score for rank in ranks], rows[[best[rank] for rank in ranks]], holds))
    ranking = fit_ranking(groups, SIGNALS, RANKING)
    rows, labels = np.array(relevance_rows), np.array(relevance_labels)
    relevance = fit_logistic(rows, labels, np.ones(len(rows)), SIGNALS, RELEVANCE)[:-1]

    def reciprocal_rank(weight: float) -> float:
        total = 0.0
        for scores, pieces, holds in told:
            summed = np.array(scores) + weight * (pieces @ relevance)
            order = np.argsort(-summed, kind="stable")
            total += next((1 / place for place, at in enumerate(order, 1) if holds[at]), 0.0)
        return total

    best_weight = max(RERANK_WEIGHTS, key=lambda weight: (reciprocal_rank(weight), -weight))
    return {"ranking": _named(ranking), "relevance": _named(relevance), "rerank_weight": best_weight}


def fit_answerable(
    readings: Sequence[Reading], answerable: Sequence[bool], kinds: Sequence[str], share: float
) -> dict[str, float]:
    """The section `answerable`: of the best piece of each reading, its intercept 0 at the operating point."""
    kept = [place for place, reading in enumerate(readings) if reading.signals]
    rows = np.array([row(readings[place].signals[0]) for place in kept])
    labels = np.array([answerable[place] for place in kept])
    weights = kind_weights([kinds[place] for place in kept], labels, share)
    found = fit_logistic(rows, labels, weights, SIGNALS, ANSWERABLE)
    logits = rows @ found[:-1]
    return {**_named(found[:-1]), "intercept": -operating_point(logits, labels, weights)}


def fit_alone(reads: Sequence[Read], fit: Fit, tell: Callable[[str], None]) -> dict[str, Any]:
    """The sections `read` and `read_threshold`, from questions over their own passage; tells figures held apart."""
    rows_of, labels_of, kinds, groups = [], [], [], []
    for read in reads:
        article, _ = own_passage(read.question)
        reading = seen_by(read, fit, passages=1)
        if not reading.evidence:
            continue
        reading = with_margins(reading, words_of_spans(reading, lambda _, article=article: article))  # type: ignore[misc]
        rows_of.append(row(reading.signals[0]))
        labels_of.append(bool(read.question.answers))
        kinds.append(read.question.origin)
        groups.append(read.question.passage)
    rows, labels = np.array(rows_of), np.array(labels_of)
    weights = kind_weights(kinds, labels, UNANSWERABLE_SHARE)
    apart = np.zeros(len(rows))
    parts = folds(groups, _FOLDS, SEED)
    for part in sorted(set(parts.tolist())):
        outside = parts != part
        found = fit_logistic(rows[outside], labels[outside], weights[outside], SIGNALS, ALONE)
        apart[~outside] = rows[~outside] @ found[:-1] + found[-1]
    found = fit_logistic(rows, labels, weights, SIGNALS, ALONE)
    point = operating_point(apart, labels, weights, least_answered=LEAST_ANSWERED)
    names = np.array(kinds)
    tell(
        f"own passage: answered of the answerable {np.mean(apart[labels] >= point):.3f}, logit at the point {point:.2f}"
    )
    for kind in sorted(set(kinds)):
        negative = apart[(names == kind) & ~labels]
        same = apart[(names == kind) & labels]
        positive = same if len(same) else apart[(names == "viquad1_vi") & labels]
        if len(same):
            tell(f"  {kind}: answered {np.mean(same >= point):.3f} of {len(same)}")
        if len(negative):
            tell(
                f"  {kind} unanswerable ({len(negative)}): area under the curve {area(positive, negative):.3f}, "
                f"refused {np.mean(negative < point):.3f}, with 90 % answered "
                f"{refused_when_answering(positive, negative, 0.9):.3f}"
            )
    return {"read": {**_named(found[:-1]), "intercept": float(found[-1] - point)}, "read_threshold": 0.5}


def fit_from(sections: dict[str, Any]) -> Fit:
    """The sections as the reader takes them."""
    return fit_of(sections)


def _named(vector: Array) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in zip(SIGNALS, vector, strict=True)}
