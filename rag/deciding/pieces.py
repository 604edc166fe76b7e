"""Pieces of evidence as numbers: what the reader says of each, how it fits the question, and who else says it."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from rag.asking.quantities import of_another_quantity
from rag.composing.pieces import neighbour, piece_of
from rag.datatypes import Article, Evidence, Hit, Span
from rag.entities import Matcher, Sought, contradicts, refutes
from rag.matching.matched import EntityMatch, Level
from rag.matching.view import normal_words, view_of
from rag.question import Asked, FormKind, Question, form_fits, other_measure
from rag.reading.records import Reading, Signals

SIGNAL_FEATURES = ("difference", "log_probability", "answerable", "relevant", "margin", "log_rank", "retrieval_score")
MATCH_FEATURES = (
    "covered", "in_sentence", "in_passage", "in_article", "roles", "numbers", "days", "words", "words_nearby",
    "rarest_missing", "clashing", "opposed", "denied", "contradicted",
)  # fmt: skip
FORM_FEATURES = ("form", "form_missing", "form_wrong", "other_measure", "change", "echo", "length", "agreement")
FEATURES = (*SIGNAL_FEATURES, *MATCH_FEATURES, *FORM_FEATURES)
MOST_PIECES = 30

# What tells one event from another; its cause or course may well be the other event.
_DETAILS = (Asked.WHO, Asked.WHEN, Asked.WHERE, Asked.HOW_MANY, Asked.LIST)
# Without a passage known, so much of the article on either side stands for it.
_AROUND_CHARS = 600
_LONG_ANSWER_WORDS = 40
_KINDS_OF_NAMES, _SEVERAL = ("name", "country"), 2
_BESIDE: tuple[Literal[-1], Literal[1]] = (-1, 1)
_MEASURED = (
    FormKind.DATE, FormKind.TIME, FormKind.NUMBER, FormKind.MONEY, FormKind.PERCENT, FormKind.DURATION,
    FormKind.QUANTITY,
)  # fmt: skip
_CHANGING = re.compile(
    r"(?<!\w)(?:(?:tăng|giảm|hạ|rớt|tụt|bớt|thêm|chênh|hơn|kém|lãi(?! suất)|lỗ|mất|by how much|rise|rose|fall|fell)"
    r"(?!\w)|increas|rising|drop)",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"(?<!\w)(?:tăng|giảm|(?<!bắn )hạ|rớt|tụt|bớt|(?<!yếu )kém|chênh|chênh lệch)"
    r"(?: (?:thêm|tới|đến|khoảng|hơn|gần|mạnh|nhẹ|trên|cao))*\s$",
    re.IGNORECASE,
)
# Where a unit cut from the span would stand, in characters.
_BEFORE_SPAN, _AFTER_SPAN = 8, 12


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence with what was found out about it. `features` are `FEATURES`, (len(FEATURES),).

    `beside` says that what it tells is not of what is asked about: of another event or day, or of what others do.
    """

    evidence: Evidence
    signals: Signals
    match: EntityMatch
    features: NDArray[np.float64]
    contradicting: bool
    refuting: bool = False
    beside: bool = False


def pieces(
    question: Question,
    sought: Sought,
    reading: Reading,
    hits: Sequence[Hit],
    article_of: Callable[[str], Article],
    *,
    copies_of: Callable[[str], Sequence[str]] | None = None,
) -> list[Piece]:
    """The first `MOST_PIECES` of a reading with their features, in its order; without signals those are 0."""
    evidence = reading.evidence[:MOST_PIECES]
    signals = reading.signals[:MOST_PIECES] or (Signals(0.0, 0.0, 0.0, 0.0),) * len(evidence)
    matcher = Matcher(sought)
    articles = [article_of(one.article_id) for one in evidence]
    spans = [
        normal_words(article.text[one.span_start : one.span_end], folded=False)
        for article, one in zip(articles, evidence, strict=True)
    ]
    agreement = _agreement(evidence, spans, copies_of)
    asked_words = frozenset(view_of(question.standalone, folded=False).words)
    found = []
    for one, said, article, words, agreeing in zip(evidence, signals, articles, spans, agreement, strict=True):
        match = matcher.match(article, Span(one.start, one.end), _passage(one, hits, article))
        contradicting = contradicts(sought, match)
        row = (
            *_signal_features(said),
            *_match_features(match, contradicting=contradicting),
            *_form_features(question, article, one, words, asked_words),
            agreeing,
        )
        found.append(
            Piece(
                one,
                said,
                match,
                np.array(row, dtype=np.float64),
                contradicting,
                contradicting and refutes(sought, match),
                _is_beside(question, match) or _is_of_none(question, matcher, article, one, match),
            )
        )
    return found


def _is_beside(question: Question, match: EntityMatch) -> bool:
    other_event = question.asked in _DETAILS and any(one.event for one in match.opposed)
    return question.asked is not Asked.YES_NO and (other_event or match.by_another or match.other_day)


def _is_of_none(question: Question, matcher: Matcher, article: Article, one: Evidence, match: EntityMatch) -> bool:
    """Whether it is asked who did something among two or more who are named, and neither the sentence, nor those beside
    it, nor the title name any of them: a round-up tells of other matches as well."""
    named = [at for at, each in enumerate(matcher.sought.names) if each.kind in _KINDS_OF_NAMES]
    if question.asked is not Asked.WHO or len(named) < _SEVERAL:
        return False
    if any(match.names[at].level is Level.SENTENCE for at in named):
        return False
    piece = piece_of(one, lambda _: article)
    spans = [span for step in _BESIDE if (span := neighbour(piece, step)) is not None]
    starts, ends = [span.start for span in spans], [span.end for span in spans]
    around = Span(min([one.start, *starts]), max([one.end, *ends]))
    near = matcher.match(article, Span(one.start, one.end), around)
    return all(near.names[at].level <= Level.ARTICLE for at in named)


def _signal_features(signals: Signals) -> tuple[float, ...]:
    return (
        signals.difference,
        signals.log_probability,
        signals.answerable,
        signals.relevant,
        signals.margin,
        math.log(max(1, signals.rank)),
        signals.retrieval_score,
    )


def _match_features(match: EntityMatch, *, contradicting: bool) -> tuple[float, ...]:
    return (
        match.covered,
        match.in_sentence,
        match.in_passage,
        match.in_article,
        match.roles,
        match.numbers,
        match.days,
        match.words,
        match.words_nearby,
        match.rarest_missing,
        float(bool(match.clashing)),
        float(bool(match.opposed)),
        float(match.denied),
        float(contradicting),
    )


def _form_features(
    question: Question, article: Article, evidence: Evidence, words: Sequence[str], asked: frozenset[str]
) -> tuple[float, ...]:
    """Whether the span has the form asked for (0.5: none in particular), whether not even its sentence has it, whether
    something measured is asked for and the span is none or measures something else, whether it says by how much instead
    of how much, what share of it only repeats the question, and its length."""
    span = article.text[evidence.span_start : evidence.span_end]
    fits = form_fits(question.form, span)
    nearby = fits if fits is not False else form_fits(question.form, article.text[evidence.start : evidence.end])
    return (
        0.5 if fits is None else float(fits),
        float(nearby is False),
        float(fits is False and question.form.kind in _MEASURED and _still_wrong(question, article, evidence)),
        float(other_measure(question.form, span) or _is_of_another_quantity(question, article, evidence)),
        float(_is_change(question, article, evidence)),
        sum(word in asked for word in words) / len(words) if words else 1.0,
        min(1.0, math.log1p(len(words)) / math.log1p(_LONG_ANSWER_WORDS)),
    )


def _is_of_another_quantity(question: Question, article: Article, evidence: Evidence) -> bool:
    quantity = question.form.quantity
    if quantity is None:
        return False
    span = Span(evidence.span_start - evidence.start, evidence.span_end - evidence.start)
    return of_another_quantity(quantity, article.text[evidence.start : evidence.end], span)


def _is_change(question: Question, article: Article, evidence: Evidence) -> bool:
    """Whether the span is what something rose or fell by, and the question asks for no change: "tăng 3 điểm lên 90"."""
    if question.asked is not Asked.HOW_MANY or _CHANGING.search(question.restored):
        return False
    return _CHANGED.search(article.text[evidence.start : evidence.span_start]) is not None


def _still_wrong(question: Question, article: Article, evidence: Evidence) -> bool:
    """Whether the form is missing also where a unit or qualifier beside the span is taken in."""
    start = max(evidence.start, evidence.span_start - _BEFORE_SPAN)
    end = min(evidence.end, evidence.span_end + _AFTER_SPAN)
    return form_fits(question.form, article.text[start:end]) is False


def _agreement(
    evidence: Sequence[Evidence],
    spans: Sequence[tuple[str, ...]],
    copies_of: Callable[[str], Sequence[str]] | None,
) -> list[float]:
    """For each piece 1 where an independent article has the same span, a half where one has more or less of it."""
    groups = {one.article_id: frozenset(copies_of(one.article_id)) if copies_of else frozenset() for one in evidence}
    result = []
    for one, mine in zip(evidence, spans, strict=True):
        best = 0.0
        for other, its in zip(evidence, spans, strict=True):
            if other.article_id == one.article_id or other.article_id in groups[one.article_id]:
                continue
            if mine == its:
                best = 1.0
            elif set(mine) <= set(its) or set(its) <= set(mine):
                best = max(best, 0.5 if mine and its else 0.0)
        result.append(best)
    return result


def _passage(evidence: Evidence, hits: Sequence[Hit], article: Article) -> Span:
    """The retrieved passage that holds a piece, with the whole of its sentences."""
    for hit in hits:
        chunk = hit.chunk
        if chunk.article_id == evidence.article_id and chunk.start < evidence.span_end <= chunk.end:
            return Span(min(chunk.start, evidence.start), max(chunk.end, evidence.end))
    start = max(0, evidence.start - _AROUND_CHARS)
    return Span(start, min(len(article.text), evidence.end + _AROUND_CHARS))
