"""Quotations and citations: made only from an article's own text, and checked against it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.datatypes import Article, Citation, Evidence
from rag.errors import QuotationError


def cite(evidence: Sequence[Evidence], article_of: Callable[[str], Article]) -> tuple[Citation, ...]:
    """One citation for each distinct range of an article, numbered from 1 in the order given.

    Raises QuotationError when a range does not lie inside its article.
    """
    citations: list[Citation] = []
    seen: set[tuple[str, int, int]] = set()
    for piece in evidence:
        place = (piece.article_id, piece.start, piece.end)
        if place in seen:
            continue
        seen.add(place)
        article = article_of(piece.article_id)
        citation = Citation(
            number=len(citations) + 1,
            article_id=article.id,
            source=article.source,
            title=article.title,
            outlet=article.outlet,
            published_on=article.published_on,
            start=piece.start,
            end=piece.end,
            quote=article.text[piece.start : piece.end],
        )
        check(citation, article)
        citations.append(citation)
    return tuple(citations)


def check(citation: Citation, article: Article) -> None:
    """Raise QuotationError unless the quotation stands in the article, at its place, to the letter."""
    inside = 0 <= citation.start < citation.end <= len(article.text)
    if (
        citation.article_id != article.id
        or not inside
        or article.text[citation.start : citation.end] != citation.quote
        or not citation.quote.strip()
    ):
        raise QuotationError(
            f"quotation {citation.number} does not stand at characters {citation.start} to {citation.end}",
            where=citation.source,
            remedy="Run `hoibao verify` on the library",
        )


def stands(citation: Citation, article: Article) -> bool:
    """Whether the quotation (still) stands in the article: asked again by whoever shows it."""
    try:
        check(citation, article)
    except QuotationError:
        return False
    return True
