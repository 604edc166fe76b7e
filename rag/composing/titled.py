"""Passages whose title says what the question asks about: titles are neither read nor quoted, but may be pointed to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.composing.aboutness import Wording
from rag.composing.wording import readable, share, topic_words
from rag.datatypes import Article, Hit
from rag.question import Question
from rag.showing import shortened

# So many words at least, and this share of them, are to stand in the title; and more than in the passage.
_LEAST_WORDS, _LEAST_SHARE = 3, 0.75


def titled_first(
    question: Question, hits: Sequence[Hit], article_of: Callable[[str], Article]
) -> tuple[tuple[Hit, ...], tuple[str, ...]]:
    """The passages, that one in front whose stated title holds the question's words, and a note that gives the title.

    As they were, and no note, where no title does so better than its passage.
    """
    subject = topic_words(question)
    if len(subject) < _LEAST_WORDS:
        return tuple(hits), ()
    wording = Wording.of(question)
    best, place = _LEAST_SHARE, None
    for at, hit in enumerate(hits):
        article = article_of(hit.chunk.article_id)
        if not article.title_stated:
            continue
        held = share(subject, wording.held(article.title).words)
        better = held > best or (place is None and held == best)
        if better and held > share(subject, wording.held(hit.text).words):
            best, place = held, at
    if place is None:
        return tuple(hits), ()
    first = hits[place]
    title = shortened(readable(article_of(first.chunk.article_id).title))
    note = f"Bài có tiêu đề gần với câu hỏi: “{title}” ({first.source})"
    return (first, *(hit for hit in hits if hit is not first)), (note,)
