"""Hand-made articles, evidence and answers for the tests of composing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from rag.compose import compose
from rag.composing.pieces import Piece, piece_of
from rag.config import AnswerSettings
from rag.datatypes import Answer, Article, Chunk, Evidence, Hit, Span
from rag.question import Question, understand
from rag.reader import Reading
from rag.vietnamese import sentences
from tests.helpers import an_article

SETTINGS = AnswerSettings(threshold=0.5, max_claims=3)


def dated(source: str, text: str, day: date | None = None, *, title: str | None = None) -> Article:
    """An article of a day."""
    return replace(an_article(source, text, title=title), published_on=day)


def span_in(article: Article, answer: str, score: float, *, after: str = "") -> Evidence:
    """The first place of `answer` behind `after`, in its sentence."""
    start = article.text.index(answer, article.text.index(after))
    end = start + len(answer)
    inside = [span for span in sentences(article.text) if span.start < end and start < span.end]
    return Evidence(article.id, inside[0].start, inside[-1].end, start, end, score)


def piece(article: Article, answer: str, score: float = 1.0) -> Piece:
    return piece_of(span_in(article, answer, score), lambda _: article)


def a_span(sentence: str, answer: str) -> Span:
    start = sentence.index(answer)
    return Span(start, start + len(answer))


def a_hit(article: Article, score: float = 1.0) -> Hit:
    """The whole article as one passage."""
    return Hit(Chunk(f"{article.id}:0000", article.id, 0, 0, len(article.text)), article.source, article.text, score)


def composed(
    question: str | Question,
    articles: Sequence[Article],
    evidence: Sequence[Evidence] = (),
    *,
    confidence: float = 0.9,
    reprints: Sequence[Article] = (),
    settings: AnswerSettings = SETTINGS,
    contradicting: Sequence[Evidence] = (),
    outside_dates: bool = False,
) -> Answer:
    """The answer to a question over these articles, all of them found; `reprints` are copies of each other."""
    asked = understand(question) if isinstance(question, str) else question
    known = {article.id: article for article in articles}
    copies = [article.id for article in reprints]
    ordered = sorted(evidence, key=lambda one: (-one.score, one.article_id, one.start))
    return compose(
        answer_id="q",
        question=asked,
        reading=Reading(tuple(ordered), confidence),
        hits=tuple(a_hit(article, 1.0 - at / 100) for at, article in enumerate(articles)),
        article_of=known.__getitem__,
        settings=settings,
        copies_of=lambda id_: copies if id_ in copies else (id_,),
        contradicting=contradicting,
        outside_dates=outside_dates,
    )
