"""From scored windows to evidence: the best spans of each passage, each with the sentence(s) around it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from rag import vietnamese
from rag.datatypes import Article, Evidence, Hit, Span
from rag.question import Question
from rag.reading.decode import Found, spans
from rag.reading.facts import Fit, row
from rag.reading.orders import asks, blanked, is_ready_answer, without_orders
from rag.reading.records import Reading, Scorer, Signals, Window
from rag.reading.sentence_reader import probability

# Pieces kept of each passage: further ones have never been the answer.
_PIECES = 5
_ARTICLES_KEPT = 64
# A text without full stops is one sentence; of a longer one only what its passage holds is quoted.
_MOST_CHARS = 1_500


@dataclass(frozen=True, slots=True)
class _Piece:
    """Evidence in the making. `answer` tells different answers apart, whatever their case and punctuation."""

    evidence: Evidence
    signals: Signals
    answer: str


class SpanReader:
    """A reader that marks the answer inside the sentences, with the scores of a network."""

    def __init__(self, scorer: Scorer, fit: Fit, *, passages: int, answer_tokens: int) -> None:
        """`passages` hits are read; an answer has at most `answer_tokens`."""
        self._scorer = scorer
        self._fit = fit
        self._passages = passages
        self._answer_tokens = answer_tokens
        self._sentences = lru_cache(_ARTICLES_KEPT)(vietnamese.sentences)

    @property
    def read_threshold(self) -> float:
        """The probability of `read_passage` from which a given passage answers."""
        return self._fit.read_threshold

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        """Evidence from the first hits, at most five pieces a passage, no two over the same sentence."""
        looked_at = hits[: self._passages]
        articles = [article_of(hit.chunk.article_id) for hit in looked_at]
        texts = [
            blanked(article.text[hit.chunk.start : hit.chunk.end])
            for article, hit in zip(articles, looked_at, strict=True)
        ]
        asked = [
            put(article, text) if put else question.standalone for article, text in zip(articles, texts, strict=True)
        ]
        windows = self._scored(asked, texts)
        pieces: list[_Piece] = []
        relevance: list[float | None] = []
        for rank, (hit, article, text, scored) in enumerate(zip(looked_at, articles, texts, windows, strict=True), 1):
            sentences = self._sentences(article.text)
            chunk = hit.chunk
            inside = [
                Span(max(s.start, chunk.start) - chunk.start, min(s.end, chunk.end) - chunk.start)
                for s in sentences[
                    bisect_right(sentences, chunk.start, key=lambda s: s.end) : bisect_left(
                        sentences, chunk.end, key=lambda s: s.start
                    )
                ]
            ]
            found = [
                replace(one, signals=replace(one.signals, rank=rank, retrieval_score=hit.score))
                for one in spans(text, scored, inside, self._answer_tokens)
            ]
            passage = Span(chunk.start, chunk.end)
            mine = _apart([self._piece(one, article, passage, sentences) for one in found])
            mine = [one for one in mine if not _is_made_ready(one, article, question.standalone)][:_PIECES]
            pieces += mine
            relevance.append(max((float(row(one.signals) @ self._fit.relevance) for one in mine), default=None))
        pieces = _with_margins(_apart(pieces))
        return Reading(
            evidence=tuple(piece.evidence for piece in pieces),
            confidence=self._probability(pieces[0].signals, self._fit.answerable) if pieces else 0.0,
            hits=_reranked(hits, relevance, self._fit.rerank_weight),
            signals=tuple(piece.signals for piece in pieces),
        )

    def read_passage(self, question: Question, passage: str) -> tuple[Span | None, float]:
        """The best span of a given passage (NFC) and the probability that it answers; without text, no span."""
        text = blanked(passage)
        windows = self._scorer.score(question.standalone, [text])[0]
        sentences = vietnamese.sentences(passage)
        found = spans(text, windows, sentences, self._answer_tokens)
        article, whole = Article("", "", "", False, passage, ""), Span(0, len(passage))
        mine = _apart([self._piece(one, article, whole, sentences) for one in found])
        pieces = _with_margins([one for one in mine if not _is_made_ready(one, article, question.standalone)])
        if not pieces:
            return None, 0.0
        best = pieces[0]
        span = Span(best.evidence.span_start, best.evidence.span_end)
        return span, self._probability(best.signals, self._fit.read)

    def _scored(self, asked: Sequence[str], texts: Sequence[str]) -> list[list[Window]]:
        """The windows of each text, put the question beside it."""
        windows: list[list[Window]] = [[] for _ in texts]
        for question in dict.fromkeys(asked):
            places = [place for place, one in enumerate(asked) if one == question]
            for place, scored in zip(
                places, self._scorer.score(question, [texts[place] for place in places]), strict=True
            ):
                windows[place] = scored
        return windows

    def _piece(self, found: Found, article: Article, passage: Span, sentences: Sequence[Span]) -> _Piece:
        start, end = found.span.start + passage.start, found.span.end + passage.start
        first = min(bisect_right(sentences, start, key=lambda s: s.end), len(sentences) - 1)
        last = max(first, bisect_left(sentences, end, key=lambda s: s.start) - 1)
        begins, ends = sentences[first].start, sentences[last].end
        if ends - begins > _MOST_CHARS:
            begins, ends = max(begins, passage.start), min(ends, passage.end)
        whole = without_orders(passage.of(article.text), Span(begins - passage.start, ends - passage.start), found.span)
        evidence = Evidence(
            article_id=article.id,
            start=min(start, whole.start + passage.start),
            end=max(end, whole.end + passage.start),
            span_start=start,
            span_end=end,
            score=float(row(found.signals) @ self._fit.ranking),
        )
        return _Piece(evidence, found.signals, " ".join(vietnamese.syllables(article.text[start:end])))

    @staticmethod
    def _probability(signals: Signals, weights: np.ndarray[tuple[int], np.dtype[np.float64]]) -> float:
        return probability(float(row(signals) @ weights[:-1] + weights[-1]))


def _apart(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Best first, without those that share a sentence with a better one."""
    taken: dict[str, list[Span]] = {}
    kept = []
    for piece in sorted(pieces, key=_order):
        evidence = piece.evidence
        # Disjoint and sorted, so that a long passage of many sentences costs no square.
        others = taken.setdefault(evidence.article_id, [])
        at = bisect_right(others, evidence.start, key=lambda other: other.end)
        if at == len(others) or evidence.end <= others[at].start:
            others.insert(at, Span(evidence.start, evidence.end))
            kept.append(piece)
    return kept


def _is_made_ready(piece: _Piece, article: Article, question: str) -> bool:
    """Whether a piece speaks of the question rather than of the news, or is an answer made ready behind it."""
    span = Span(piece.evidence.start, piece.evidence.end)
    return asks(span.of(article.text), question) or is_ready_answer(article.text, span, question)


def _order(piece: _Piece) -> tuple[float, str, int]:
    return -piece.evidence.score, piece.evidence.article_id, piece.evidence.start


def _with_margins(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Each with its lead over the best piece that answers differently; over none where all agree."""
    if not pieces:
        return []
    best = pieces[0]
    other = next((piece for piece in pieces if piece.answer != best.answer), None)
    result = []
    for piece in pieces:
        rival = other if piece.answer == best.answer else best
        margin = piece.signals.difference if rival is None else piece.evidence.score - rival.evidence.score
        result.append(replace(piece, signals=replace(piece.signals, margin=margin)))
    return result


def _reranked(hits: Sequence[Hit], relevance: Sequence[float | None], weight: float) -> tuple[Hit, ...]:
    """By retrieval score and relevance together; hits that were not read count as the least relevant of those read.

    `score` becomes that sum, so that the order stays by (-score, chunk id); without anything read it is left alone.
    """
    read = [value for value in relevance if value is not None]
    if not read:
        return tuple(hits)
    values = [*relevance, *[None] * (len(hits) - len(relevance))]
    summed = [
        replace(hit, reader_score=value, score=hit.score + weight * (min(read) if value is None else value))
        for hit, value in zip(hits, values, strict=True)
    ]
    return tuple(sorted(summed, key=lambda hit: (-hit.score, hit.chunk.id)))
