"""From a draft to claims and citations: numbered, checked against the articles, reprints named."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

from rag import vietnamese
from rag.cite import check, cite
from rag.composing.grouping import CopiesOf
from rag.composing.pieces import Draft
from rag.composing.wording import SAME, markers, overlap, without_markers, words
from rag.datatypes import Article, Citation, Claim, Conflict, ConflictValue, Evidence
from rag.errors import LibraryError

logger = logging.getLogger(__name__)

_COPIES_LOOKED_AT = 20


def cited(
    draft: Draft, article_of: Callable[[str], Article], copies_of: CopiesOf
) -> tuple[tuple[Claim, ...], tuple[Citation, ...], tuple[Conflict, ...]]:
    """The claims of a draft, its citations numbered from 1 in the order of the claims, and its conflicts.

    Raises QuotationError when a quotation does not stand in its article (a damaged library).
    """
    stated = [evidence for statement in draft.statements for evidence in statement.evidence]
    stated += [e for conflict in draft.disagreements for _, evidence in conflict.values for e in evidence]
    citations = tuple(
        replace(one, copies=sources_that_repeat(one, article_of, copies_of)) for one in cite(stated, article_of)
    )
    number_of = {(one.article_id, one.start, one.end): one.number for one in citations}
    published = {one.number: one.published_on for one in citations}

    def numbers(evidence: Iterable[Evidence]) -> tuple[int, ...]:
        return tuple(dict.fromkeys(number_of[(e.article_id, e.start, e.end)] for e in evidence))

    claims = tuple(Claim(each.text, numbers(each.evidence), "supported") for each in draft.statements)
    conflicts = tuple(
        Conflict(
            conflict.about,
            conflict.kind,
            tuple(
                ConflictValue(
                    value,
                    numbers(evidence),
                    max((day for n in numbers(evidence) if (day := published[n])), default=None),
                )
                for value, evidence in conflict.values
            ),
        )
        for conflict in draft.disagreements
    )
    for citation in citations:
        check(citation, article_of(citation.article_id))
    return claims, citations, conflicts


def running_text(claims: Iterable[Claim]) -> str:
    """The claims one after the other, each followed by its markers; markers in the articles' own text are defused."""
    return " ".join(f"{without_markers(claim.text)} {markers(claim.citations)}" for claim in claims)


def sources_that_repeat(
    citation: Citation, article_of: Callable[[str], Article], copies_of: CopiesOf
) -> tuple[str, ...]:
    """The sources of the copies of a citation's article that hold the sentence too."""
    wanted = words(citation.quote)
    sources = []
    for id_ in copies_of(citation.article_id)[:_COPIES_LOOKED_AT]:
        if id_ == citation.article_id:
            continue
        try:
            article = article_of(id_)
        except LibraryError as error:
            logger.info("a copy is left out: %s", error)  # just removed, or damaged: it is only told of
            continue
        if _says(article.text, wanted):
            sources.append(article.source)
    return tuple(sources)


def _says(text: str, wanted: frozenset[str]) -> bool:
    return any(overlap(wanted, words(span.of(text))) >= SAME for span in vietnamese.sentences(text))
