"""The sentences of which an overview may be made, the most relevant first.

A sentence is relevant by how much of the subject's words it holds, rare ones counting more, by its passage's rank, and
by how early in its article it stands, for news say the main thing first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag import vietnamese
from rag.composing.aboutness import Wording, dates_in, dating_words, rarity_of, subject_of
from rag.composing.grouping import CopiesOf
from rag.composing.naming import states_in
from rag.composing.sides import sides_of
from rag.composing.wording import topic_words, vocabulary, words
from rag.datatypes import Article, Hit, Span
from rag.question import Asked, Question
from rag.reading.orders import touches_order
from rag.values import Kind, values_of

# How much of the subject a sentence and its article's title are to hold at least.
LEAST_OF_SUBJECT = 0.5
_LEAST_RELEVANCE = 0.3
_LEAST_CHARS, _MOST_CHARS = 30, 600
_PASSAGES = 10
_LOOKED_AT_CHARS = 6_000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may be taken: its place and words, those of the subject that it or its article's title holds, and
    how relevant it is (0..1). `share` is how much of the subject it holds itself, `in_passage` the same of its passage,
    `held` its words in the question's spelling of names."""

    article: Article
    span: Span
    words: frozenset[str]
    about: frozenset[str]
    relevance: float
    share: float
    in_passage: float
    held: frozenset[str]

    @property
    def text(self) -> str:
        return self.span.of(self.article.text)


def candidates_of(
    question: Question,
    hits: Sequence[Hit],
    article_of: Callable[[str], Article],
    *,
    copies_of: CopiesOf,
    loosely: bool = False,
    passages: int = _PASSAGES,
) -> list[Candidate]:
    """The sentences of the best `passages` that are about the subject, most relevant first; of reprints one speaks.

    `loosely` gives all sentences of these passages.
    """
    whole = subject = subject_of(question)
    if question.asked is Asked.COMPARISON:
        # A sentence is about one side; which one is looked at later.
        sides = frozenset(word for side in sides_of(question.restored) for word in vocabulary(side, question))
        subject = subject - sides or subject
    periods = [(one.first, one.last) for one in dates_in(question.restored) if not one.unit and one.first and one.last]
    spoken: dict[str, str] = {}
    found: dict[tuple[str, int], tuple[Article, Span, int]] = {}
    for rank, hit in enumerate(hits[:passages]):
        article = article_of(hit.chunk.article_id)
        first = min(copies_of(article.id), default=article.id)
        if spoken.setdefault(first, article.id) != article.id or not _speaks_of_names(question, article):
            continue
        for span in vietnamese.sentences(hit.text):
            placed = Span(hit.chunk.start + span.start, hit.chunk.start + span.end)
            long_enough = _LEAST_CHARS <= span.end - span.start <= _MOST_CHARS
            if not long_enough or not _is_sentence(span.of(hit.text)) or touches_order(hit.text, span):
                continue
            if _is_of_time(periods, article, placed):
                found.setdefault((article.id, placed.start), (article, placed, rank))
    wording = Wording.of(question)
    texts = [wording.held(span.of(article.text)) for article, span, _ in found.values()]
    rarity = rarity_of(subject, [held.words for held in texts])
    titles = {
        article.id: wording.held(article.title if article.title_stated else article.text[:200])
        for article, _, _ in found.values()
    }
    text_of = {rank: wording.held(hits[rank].text) for _, _, rank in found.values()} if loosely else {}
    candidates = []
    for (article, span, rank), held in zip(found.values(), texts, strict=True):
        in_title = titles[article.id]
        about = wording.share(subject, held, rarity)
        of_article = wording.share(subject, in_title | held, rarity)
        early = 1.0 / (1.0 + span.start / 800)
        relevance = 0.45 * about + 0.25 * of_article + 0.15 * early + 0.15 / (1 + rank)
        if not loosely and (of_article < LEAST_OF_SUBJECT or relevance < _LEAST_RELEVANCE):
            continue
        in_passage = wording.share(subject, in_title | text_of[rank], rarity) if loosely else of_article
        about_whole = (in_title | held).words & whole
        candidates.append(
            Candidate(
                article, span, words(span.of(article.text)), about_whole, relevance, about, in_passage, held.words
            )
        )
    return sorted(candidates, key=lambda each: (-each.relevance, each.article.id, each.span.start))


def _is_of_time(periods: Sequence[tuple[date, date]], article: Article, span: Span) -> bool:
    """Whether a sentence is of the days asked for: by a day that it names or, without one, by when it was published."""
    if not periods or article.published_on is None:
        return True
    told = [each for each in values_of(span.of(article.text), article.published_on) if each.kind is Kind.DATE]
    days = [(each.first, each.last or each.first) for each in told if each.first is not None]
    days = days or [(article.published_on - timedelta(1), article.published_on)]
    return any(first <= end and start <= last for first, last in periods for start, end in days)


def _speaks_of_names(question: Question, article: Article) -> bool:
    """Whether an article holds at least half of the names that the question is about, states in any spelling."""
    text = article.text[:_LOOKED_AT_CHARS]
    names = topic_words(question) & frozenset(vocabulary(" ".join(sorted(question.names)), question))
    names -= dating_words(question)
    states = {name for _, _, name in states_in(text)}
    met = [question.restored[start:end] for start, end, name in states_in(question.restored) if name in states]
    missing = names - vocabulary(f"{article.title} {text} {' '.join(met)}", question)
    return 2 * len(missing) <= len(names)


def _is_sentence(text: str) -> bool:
    """Whether a line is more than a heading or caption: it ends like a sentence and is no photograph's."""
    ends = text.rstrip(' ”"»)]')[-1:] in ".!?…" and bool(text.strip())
    return ends and re.match(r"\W*(?:ảnh|video|nguồn|clip|chụp lại|>>)(?!\w)", text, re.IGNORECASE) is None
