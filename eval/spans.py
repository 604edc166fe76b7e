"""Quotes that a set names by their place in an article, taken from the article: pure."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from eval.sets_io import EvalQuestion, EvidenceItem
from rag.errors import LoadError


def has_spans(questions: Iterable[EvalQuestion]) -> bool:
    """Whether a quote of the questions has to be taken from its article."""
    return any(item.span and not item.quote for question in questions for item in question.evidence)


def resolve_spans(questions: Iterable[EvalQuestion], texts: Mapping[str, Collection[str]]) -> list[EvalQuestion]:
    """The questions with the quotes that their spans point at.

    `texts` maps what evidence names as `file` to the articles of that name, as loading reads them, before cleaning:
    mostly one. Evidence of an article that is not there keeps its empty quote, which stands nowhere. Raises LoadError,
    naming question and article, when no article of the name has the stated characters at the stated place.
    """
    return [
        replace(question, evidence=tuple(_resolved(item, question.id, texts) for item in question.evidence))
        for question in questions
    ]


def _resolved(item: EvidenceItem, question_id: str, texts: Mapping[str, Collection[str]]) -> EvidenceItem:
    if item.span is None or item.quote or not texts.get(item.file):
        return item
    for text in texts[item.file]:
        quote = text[item.span.start : item.span.end]
        if hashlib.sha256(quote.encode("utf-8")).hexdigest() == item.span.sha256:
            return replace(item, quote=quote)
    raise LoadError(
        f"characters {item.span.start} to {item.span.end} are not those that question {question_id!r} was written on",
        where=item.file,
        remedy="Index the articles that the set was written on, or name another set",
    )
