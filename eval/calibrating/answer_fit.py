"""Fits `rag.decide`: which piece of evidence leads, and how probable it is that it answers; and the figures of both."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from eval.calibrating.fitting import (
    Array,
    Bools,
    Prior,
    area,
    fit_logistic,
    fit_ranking,
    folds,
    kind_weights,
    refusal_f1,
    refused_when_answering,
    still_answered,
)
from eval.calibrating.reader_fit import ArticleOf, gives, words_of_spans
from eval.calibrating.readings import TODAY, Read, seen_by, with_margins
from rag.deciding.pieces import FEATURES, pieces
from rag.entities import sought_in
from rag.pipeline import Engine
from rag.reader import Reading
from rag.reading.facts import Fit

SIGNS: dict[str, int | None] = {
    **dict.fromkeys(
        ("difference", "log_probability", "answerable", "relevant", "margin", "retrieval_score", "covered",
         "in_sentence", "in_passage", "in_article", "roles", "numbers", "days", "words", "words_nearby", "form",
         "agreement"), 1,
    ),
    **dict.fromkeys(
        ("log_rank", "rarest_missing", "clashing", "opposed", "denied", "contradicted", "form_missing", "form_wrong",
         "other_measure", "change", "echo"), -1
    ),
    "length": 0,
}  # fmt: skip
# What development questions hardly show, by what is known of it: a refuted premise is no ground for an answer.
MEANS = {"clashing": -0.3, "opposed": -0.3, "denied": -0.3, "contradicted": -1.0}
# What they cannot show: none of their articles has a day, and their questions without an answer keep the form of those
# with one, so that a weight given for a price is never wrong among them. docs/decisions.md has what else was tried.
FIXED = {"days": 1.0, "contradicted": -1.0, "form_wrong": -1.5, "other_measure": -2.0, "change": -1.0}
# The order must not depend on margins, which are told by the reader's own order.
RANKING = Prior({**SIGNS, "margin": None}, {**MEANS, "difference": 0.1}, {**FIXED, "days": 3.0})
# Their refusals are of questions on subjects that the library knows; these refuse those on what it never speaks of.
ANSWERABLE = Prior(SIGNS, MEANS, FIXED | {"in_article": 1.5, "rarest_missing": -0.7})
# Where a right piece is there but another leads, the question should be answered, though not for that piece.
_OTHER_LEADS = 0.5
# The point of answering: so many of the answerable development questions are still answered (docs/decisions.md).
ANSWERED = 0.945
_FOLDS = 5
_SHARES = (0.98, 0.95, 0.9, 0.85, 0.8, 0.7, 0.6, 0.5)


@dataclass(frozen=True, slots=True)
class Case:
    """A reading with what is known of it: whether its passages answer, and which of its pieces do."""

    read: Read
    kind: str
    reading: Reading
    right: Bools
    answerable: bool


@dataclass(frozen=True, slots=True)
class Example:
    """A case as numbers: pieces (n, len(FEATURES)) in the reader's order. `group` is the passage it is about."""

    kind: str
    group: str
    rows: Array
    right: Bools
    answerable: bool


@dataclass(frozen=True, slots=True)
class AnswerFit:
    """The weights by feature, as the file has them, and what they do on passages they were not fitted on: the logits
    of the leading pieces, 0 at the operating point, and whether these are right."""

    ranking: dict[str, float]
    answerable: dict[str, float]
    logits: Array
    leads_right: Bools
    weights: Array


def labelled(reads: Sequence[tuple[Read, str | None]], fit: Fit, article_of: ArticleOf, passages: int) -> list[Case]:
    """Every question as it is, and each answerable one with its own article left out.

    Answerable questions whose passage was not found are passed over: nothing was read that could answer.
    """
    cases = []
    for read, gold in reads:
        origin = read.question.origin
        bare = read.text != read.question.question
        variants: list[tuple[str, str | None]] = [(origin if gold else f"{origin} adversarial", None)]
        if bare:
            variants = [(f"{origin} without diacritics", None)]
        elif gold:
            variants.append((f"{origin} left out", gold))
        for kind, without in variants:
            reading = seen_by(read, fit, passages=passages, without=without)
            if not reading.evidence:
                continue
            reading = with_margins(reading, words_of_spans(reading, article_of))
            found = gold is not None and any(hit.chunk.article_id == gold for hit in reading.hits)
            if gold is not None and without is None and not found:
                continue
            right = np.array(
                [gives(one, article_of(one.article_id), gold, read.question.answers) for one in reading.evidence]
            )
            cases.append(Case(read, kind, reading, right, found))
    return cases


def examples_of(cases: Sequence[Case], engine: Engine) -> list[Example]:
    """The features of all pieces, by the engine's own understanding of each question."""
    total = engine.library.manifest().chunks
    copies_of = engine.copies.group_of if engine.settings.retrieve.fold_copies else None
    examples = []
    for case in cases:
        asked = engine.understanding.question(case.read.text)
        query = engine.understanding.query(asked, keys=None, today=TODAY)
        sought = sought_in(asked, query, engine.lexical.frequency, total)
        found = pieces(asked, sought, case.reading, case.reading.hits, engine.article, copies_of=copies_of)
        rows = np.array([piece.features for piece in found])
        examples.append(Example(case.kind, case.read.question.passage, rows, case.right[: len(found)], case.answerable))
    return examples


def fit_answer(examples: Sequence[Example], unanswerable_share: float, seed: int) -> AnswerFit:
    """Fit both regressions on all, and once for each part of the passages on all others for the figures."""
    answerable = np.array([example.answerable for example in examples])
    weights = kind_weights([example.kind for example in examples], answerable, unanswerable_share)
    parts = folds([example.group for example in examples], _FOLDS, seed)
    logits, leads_right = np.zeros(len(examples)), np.zeros(len(examples), dtype=bool)
    for part in sorted(set(parts.tolist())):
        outside = np.flatnonzero(parts != part).tolist()
        ranking, logit = _fit([examples[place] for place in outside], weights[outside])
        for place in np.flatnonzero(parts == part).tolist():
            lead = int(np.argmax(examples[place].rows @ ranking))
            logits[place] = examples[place].rows[lead] @ logit[:-1] + logit[-1]
            leads_right[place] = examples[place].right[lead]
    point = still_answered(logits[answerable], weights[answerable], ANSWERED)
    ranking, logit = _fit(examples, weights)
    named = {name: round(float(value), 6) for name, value in zip(FEATURES, logit[:-1], strict=True)}
    return AnswerFit(
        {name: round(float(value), 6) for name, value in zip(FEATURES, ranking, strict=True)},
        {**named, "intercept": round(float(logit[-1] - point), 6)},
        logits - point,
        leads_right,
        weights,
    )


def report(examples: Sequence[Example], fit: AnswerFit, tell: Callable[[str], None]) -> None:
    """Say how often the right piece leads, how well the unanswerable are told apart, and what each point would give."""
    answerable = np.array([example.answerable for example in examples])
    kinds = np.array([example.kind for example in examples])
    first = np.array([bool(example.right[0]) for example in examples])
    for kind in sorted(set(kinds[answerable])):
        mine = answerable & (kinds == kind)
        tell(
            f"{kind} ({mine.sum()}): right piece first by the reader {first[mine].mean():.3f}, by the decision "
            f"{fit.leads_right[mine].mean():.3f}, answered {np.mean(fit.logits[mine] >= 0):.3f}"
        )
    positive = fit.logits[answerable]
    for kind in sorted(set(kinds[~answerable])):
        negative = fit.logits[~answerable & (kinds == kind)]
        tell(
            f"  against {kind} ({len(negative)}): area under the curve {area(positive, negative):.3f}, refused "
            f"{np.mean(negative < 0):.3f}, with 90 % answered {refused_when_answering(positive, negative, 0.9):.3f}"
        )
    f1 = refusal_f1(fit.logits, answerable, fit.weights, 0.0)
    tell(f"F1 of refusing at the operating point: {f1:.3f}")
    tell("answered | right of those answered | F1 of refusing | refused, by kind")
    for share in _SHARES:
        point = float(np.quantile(positive, 1 - share))
        above = fit.logits >= point
        right = float(np.mean(fit.leads_right[above & answerable]))
        refused = ", ".join(
            f"{kind} {np.mean(fit.logits[~answerable & (kinds == kind)] < point):.2f}"
            for kind in sorted(set(kinds[~answerable]))
        )
        tell(f"  {share:.2f} | {right:.3f} | {refusal_f1(fit.logits, answerable, fit.weights, point):.3f} | {refused}")
    for title, named in (("ranking", fit.ranking), ("answerable", fit.answerable)):
        tell(f"{title}: " + ", ".join(f"{name} {value:+.3f}" for name, value in named.items() if value))


def _fit(examples: Sequence[Example], weights: Array) -> tuple[Array, Array]:
    """Ranking (d,) and answerable (d + 1,)."""
    ranking = fit_ranking([(e.rows, e.right) for e in examples if e.answerable], FEATURES, RANKING)
    leads = [int(np.argmax(example.rows @ ranking)) for example in examples]
    rows = np.array([example.rows[lead] for example, lead in zip(examples, leads, strict=True)])
    labels = np.array([example.answerable for example in examples])
    sure = np.array(
        [
            1.0 if not example.answerable or example.right[lead] else _OTHER_LEADS
            for example, lead in zip(examples, leads, strict=True)
        ]
    )
    return ranking, fit_logistic(rows, labels, weights * sure, FEATURES, ANSWERABLE)
