"""From ranked passages to figures: pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from eval.methods import DEPTH, Copied, Ranked
from eval.metrics import contains_answer, ndcg, recall_at_k, reciprocal_rank
from eval.pool_library import Gold

CURVE: Final = tuple(range(1, DEPTH + 1))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one question got. `recall` has the share of its parts found in the first 1, 2, … passages.

    `article_first` says whether the first passage is of a right article, `evidence_in_5` whether one of the first five
    gives a part.
    """

    id: str
    recall: tuple[float, ...]
    mrr10: float
    ndcg10: float
    article_first: bool
    evidence_in_5: bool
    ms: float

    @property
    def first_rank(self) -> int | None:
        """The rank, from 1, of the first passage that gives a part; None if none does."""
        return next((rank for rank, share in enumerate(self.recall, start=1) if share > 0), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """Averages over questions; `curve` is the recall at 1, 2, … passages, `ms` the time a question took."""

    questions: int
    r1: float
    r5: float
    r10: float
    r50: float
    mrr10: float
    ndcg10: float
    article1: float
    evidence5: float
    ms: float
    curve: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of one method."""

    method: str
    group: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Table:
    """One set asked in one form over one pool."""

    pool: str
    set: str
    form: str
    passages: int
    articles: int
    skipped: Mapping[str, int]
    lost: tuple[str, ...]
    is_squad: bool
    rows: tuple[Row, ...]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


def outcome(question_id: str, ranked: Ranked, gold: Gold, source_of: Mapping[str, str]) -> Outcome:
    """The outcome of a ranking. `source_of` maps chunk ids to the sources of their articles.

    A passage into which that of a right article was folded as its reprint counts if its text holds the same.
    """
    parts = [
        gold.parts.get(chunk_id) or _of_copies(ranked.copies.get(place), gold)
        for place, chunk_id in enumerate(ranked.chunk_ids)
    ]
    sources = {source_of[chunk_id] for chunk_id in ranked.chunk_ids[:1]}
    if 0 in ranked.copies:
        sources.update(ranked.copies[0].sources)
    return Outcome(
        question_id,
        tuple(recall_at_k(parts, gold.needed, k) for k in CURVE),
        reciprocal_rank(parts),
        ndcg(parts, gold.needed),
        bool(sources & gold.sources),
        any(parts[:5]),
        ranked.ms,
    )


def figures(outcomes: Sequence[Outcome]) -> Figures:
    """Averages; a set without questions has zeros."""

    def mean(values: Iterable[float]) -> float:
        return sum(values) / max(len(outcomes), 1)

    curve = tuple(mean(one.recall[k - 1] for one in outcomes) for k in CURVE)
    return Figures(
        questions=len(outcomes),
        r1=curve[0],
        r5=curve[4],
        r10=curve[9],
        r50=curve[49],
        mrr10=mean(one.mrr10 for one in outcomes),
        ndcg10=mean(one.ndcg10 for one in outcomes),
        article1=mean(one.article_first for one in outcomes),
        evidence5=mean(one.evidence_in_5 for one in outcomes),
        ms=mean(one.ms for one in outcomes),
        curve=curve,
    )


def _of_copies(copied: Copied | None, gold: Gold) -> frozenset[int]:
    """The parts that a passage gives as the reprint of a right article's."""
    if copied is None or not gold.sources.intersection(copied.sources):
        return frozenset()
    return frozenset(
        wanted.part for wanted in gold.quotes if wanted.quote and contains_answer(copied.text, [wanted.quote])
    )
