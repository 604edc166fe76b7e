"""From a question and its answer to the record of how good it was: pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, TypedDict

from eval.metrics import (
    EvidencePlace,
    Place,
    citation_scores,
    contains_answer,
    locate_evidence,
    ndcg,
    parts_by_article,
    parts_by_passage,
    parts_found,
    recall_at_k,
    reciprocal_rank,
    score_answer,
)
from eval.records import QuestionRecord, Quote, Reason
from eval.sets_io import EvalQuestion
from rag.datatypes import Answer

RETRIEVAL_DEPTH: Final = 50
ANSWER_METRICS: Final = ("right", "right_and_cited", "exact_match", "f1", "contained")
CITATION_METRICS: Final = ("citation_precision", "citation_recall")
RETRIEVAL_METRICS: Final = tuple(
    f"{what}_{metric}"
    for what in ("article", "evidence")
    for metric in ("recall@1", "recall@5", "recall@10", "mrr@10", "ndcg@10")
)
METRICS: Final = ANSWER_METRICS + CITATION_METRICS + RETRIEVAL_METRICS


class _Asked(TypedDict):
    """The fields of a record that come from the set."""

    id: str
    kind: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    expected: tuple[tuple[str, ...], ...]
    evidence: tuple[Quote, ...]


def score(question: EvalQuestion, answer: Answer, texts: Mapping[str, str]) -> QuestionRecord:
    """The record of an answered or refused question.

    `texts` maps sources to article texts; it needs to hold the articles that the evidence names. `right` asks that the
    short answer (the whole answer where there is none, or where several parts are asked) holds an accepted form of
    every part, or that an unanswerable question was refused. `right_and_cited` asks in addition that every part has a
    citation on its evidence. Retrieval and citation scores are None for an unanswerable question, citation precision
    also for a refusal.
    """
    abstained = answer.status == "not_found"
    places = locate_evidence(question.evidence, texts)
    needed = len(question.answers)
    by_article = parts_by_article([hit.source for hit in answer.hits], question.evidence)
    by_passage = parts_by_passage([Place(hit.source, hit.chunk.start, hit.chunk.end) for hit in answer.hits], places)
    given = score_answer(None if abstained else answer.short_answer, "" if abstained else answer.text, question.answers)
    right = _right(question, answer)
    citations = _citations(question, answer, places)
    cited = right and (not question.answerable or citations["citation_recall"] == 1.0)
    return QuestionRecord(
        **_asked(question),
        status=answer.status,
        answer=answer.text,
        short_answer=answer.short_answer,
        understood_as=answer.understood_as,
        citations=tuple(Quote(one.source, one.quote, one.number, one.title) for one in answer.citations),
        confidence=answer.confidence,
        reason=_reason(question, abstained=abstained, right=right, cited=cited),
        article_ranks=tuple(_first_rank(by_article, part) for part in range(needed)),
        evidence_ranks=tuple(_first_rank(by_passage, part) for part in range(needed)),
        scores={
            "right": float(right),
            "right_and_cited": float(cited),
            "exact_match": given.exact_match,
            "f1": given.f1,
            "contained": given.contained,
            **citations,
            **_retrieval("article", by_article, needed),
            **_retrieval("evidence", by_passage, needed),
        },
        timings_ms=dict(answer.timings_ms),
    )


def score_error(question: EvalQuestion, message: str) -> QuestionRecord:
    """The record of a question that could not be asked: every score that applies is 0."""
    zero = 0.0 if question.answerable else None
    scores: dict[str, float | None] = dict.fromkeys(ANSWER_METRICS, 0.0)
    scores |= {"citation_precision": None, "citation_recall": zero} | dict.fromkeys(RETRIEVAL_METRICS, zero)
    nothing = (None,) * len(question.answers)
    return QuestionRecord(
        **_asked(question),
        status="error",
        answer=message,
        short_answer=None,
        understood_as=None,
        citations=(),
        confidence=0.0,
        reason="error",
        article_ranks=nothing,
        evidence_ranks=nothing,
        scores=scores,
    )


def _asked(question: EvalQuestion) -> _Asked:
    return {
        "id": question.id,
        "kind": question.kind,
        "question": question.question,
        "history": question.history,
        "answerable": question.answerable,
        "expected": question.answers,
        "evidence": tuple(Quote(item.file, item.quote, item.part) for item in question.evidence),
    }


def _right(question: EvalQuestion, answer: Answer) -> bool:
    if answer.status == "not_found":
        return not question.answerable
    if not question.answerable:
        return False
    if len(question.answers) == 1:
        return contains_answer(answer.short_answer or answer.text, question.answers[0]) == 1.0
    return parts_found(answer.text, question.answers) == 1.0


def _reason(question: EvalQuestion, *, abstained: bool, right: bool, cited: bool) -> Reason | None:
    if cited:
        return None
    if not question.answerable:
        return "answered_anyway"
    if abstained:
        return "refused"
    return "not_cited" if right else "wrong_answer"


def _citations(question: EvalQuestion, answer: Answer, places: Sequence[EvidencePlace]) -> dict[str, float | None]:
    if not question.answerable:
        return dict.fromkeys(CITATION_METRICS)
    cited = [Place(citation.source, citation.start, citation.end) for citation in answer.citations]
    found = citation_scores(cited, places, len(question.answers))
    precision = None if answer.status == "not_found" else found.precision
    return {"citation_precision": precision, "citation_recall": found.recall}


def _retrieval(what: str, ranked: Sequence[frozenset[int]], needed: int) -> dict[str, float | None]:
    """Scores of one ranking, named in the order of RETRIEVAL_METRICS."""
    names = [name for name in RETRIEVAL_METRICS if name.startswith(what)]
    if not needed:
        return dict.fromkeys(names)
    recalls = [recall_at_k(ranked, needed, k) for k in (1, 5, 10)]
    return dict(zip(names, [*recalls, reciprocal_rank(ranked), ndcg(ranked, needed)], strict=True))


def _first_rank(ranked: Sequence[frozenset[int]], part: int) -> int | None:
    return next((rank for rank, parts in enumerate(ranked, start=1) if part in parts), None)
