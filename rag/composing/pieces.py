"""Evidence together with its article, and what is to be said with it before citations have numbers."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from rag import vietnamese
from rag.composing.wording import words
from rag.datatypes import Article, Evidence, Span

# A text without full stops is one sentence.
_MOST_CHARS = 1_500


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence, its article, its sentence's syllables, and the answer span in the sentence's offsets."""

    evidence: Evidence
    article: Article
    words: frozenset[str]
    span: Span

    @property
    def sentence(self) -> str:
        return self.article.text[self.evidence.start : self.evidence.end]

    @property
    def answer(self) -> str:
        return self.article.text[self.evidence.span_start : self.evidence.span_end]

    @property
    def whole(self) -> bool:
        """Whether the answer is the whole sentence: a reader of sentences gave it."""
        return self.answer.strip() == self.sentence.strip()

    @property
    def score(self) -> float:
        return self.evidence.score


@dataclass(frozen=True, slots=True)
class Statement:
    """What will be a claim: its text, and the evidence that it is cited with, best first."""

    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Disagreement:
    """What will be a conflict: each value with the evidence that states it, newest first."""

    about: str
    kind: Literal["update", "contradiction"]
    values: tuple[tuple[str, tuple[Evidence, ...]], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer before its citations are numbered. The first statement supports the short answer."""

    short: str | None
    statements: tuple[Statement, ...]
    disagreements: tuple[Disagreement, ...] = ()
    notes: tuple[str, ...] = ()


# Several pieces of an article ask for their neighbours, and again when they are compared.
_sentences = lru_cache(maxsize=32)(lambda text: tuple(vietnamese.sentences(text)))


def piece_of(evidence: Evidence, article_of: Callable[[str], Article]) -> Piece:
    article = article_of(evidence.article_id)
    sentence = article.text[evidence.start : evidence.end]
    span = Span(evidence.span_start - evidence.start, evidence.span_end - evidence.start)
    return Piece(evidence, article, words(sentence), span)


def with_span(piece: Piece, span: Span) -> Piece:
    """The piece with another answer in its sentence."""
    if span == piece.span:
        return piece
    start = piece.evidence.start
    evidence = replace(piece.evidence, span_start=start + span.start, span_end=start + span.end)
    return replace(piece, evidence=evidence, span=span)


def sentence_evidence(article: Article, span: Span, score: float) -> Evidence:
    """A whole sentence as evidence."""
    return Evidence(article.id, span.start, span.end, span.start, span.end, score)


def neighbour(piece: Piece, step: Literal[-1, 1]) -> Span | None:
    """The sentence before or after a piece; None where there is none, or one too long to be quoted beside it."""
    spans = _sentences(piece.article.text)
    first = bisect_right(spans, piece.evidence.start, key=lambda span: span.end)
    last = bisect_left(spans, piece.evidence.end, key=lambda span: span.start) - 1
    at = first - 1 if step < 0 else last + 1
    if first > last or not 0 <= at < len(spans):
        return None
    return spans[at] if spans[at].end - spans[at].start <= _MOST_CHARS else None
