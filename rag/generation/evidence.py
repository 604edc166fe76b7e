"""Which sentences of the articles a model is shown: those that the answer quotes, then the best of other passages."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from rag import vietnamese
from rag.datatypes import Answer, Article, Citation, Hit, Span
from rag.generation.links import is_link
from rag.generation.orders import gives_orders, speaks_of_answers
from rag.generation.records import Excerpt
from rag.generation.short_forms import Insertion, names_for
from rag.question import Question
from rag.reading.orders import touches_order
from rag.translating.languages import guess_language
from rag.values import Kind, values_of

MOST_EXCERPTS = 12
MOST_CHARS = 1_500
"""Longer sentences, as texts without full stops have, are not shown."""

# What a neighbour adds is context; a long one costs more than it tells.
_NEIGHBOUR_CHARS = 300
_MERGED_CHARS = 900
_LANGUAGE_CHARS = 600
_UNMARKED_WORDS = 5
# A sentence of another passage holds at least this share of the question's words that carry meaning.
_LEAST_SHARE = 0.34
_NAME_WEIGHT = 2.0
_OUTLET = re.compile(r"[^\W\d_][\w .()&'’/+-]{0,39}")
_FRONT = re.compile(r"(?P<front>[^:“\"]{1,40}): ")


@dataclass(frozen=True, slots=True)
class Shown:
    """A piece of an article for a prompt. `core` are the sentences that count, without their neighbours.

    `label` tells the newspaper and its day; where it is `dated`, the day that a timeline sets in front of the sentence.
    `names` are those that its short forms leave open, at their places in the article.
    """

    excerpt: Excerpt
    core: Span
    label: str = ""
    dated: bool = False
    names: tuple[Insertion, ...] = ()

    def without_neighbours(self) -> Shown:
        """The core alone, for a model with little room."""
        excerpt, start = self.excerpt, self.excerpt.start
        text = excerpt.text[self.core.start - start : self.core.end - start]
        return replace(self, excerpt=replace(excerpt, start=self.core.start, end=self.core.end, text=text))


def shown_of(answer: Answer, question: Question, article_of: Callable[[str], Article]) -> tuple[Shown, ...]:
    """The evidence for wording an answer anew, the quoted sentences first; numbered from 1, none twice.

    Sentences that give orders to a program are left out, and so is what stands beside them. Raises LibraryError for an
    article that is not there any more.
    """
    found: list[Shown] = []
    fronts = _fronts(answer)
    for citation in answer.citations:
        article = article_of(citation.article_id)
        core = _core(citation, article)
        if core is None:
            continue
        front = fronts.get(citation.number)
        if front:
            # The day is that of this sentence alone.
            _add(found, article, core, core, front, dated=True)
        else:
            _add(found, article, core, _with_neighbours(article, core), _label(article))
    # Beside sentences with their days in front, others would have none.
    for hit in () if fronts else answer.hits:
        article = article_of(hit.chunk.article_id)
        best = _best(hit, question, article)
        if best is not None:
            _add(found, article, best, best, _label(article))
    return tuple(
        replace(each, excerpt=replace(each.excerpt, number=number), names=_names(each, article_of))
        for number, each in enumerate(found[:MOST_EXCERPTS], 1)
    )


def quoted(answer: Answer) -> tuple[Shown, ...]:
    """The evidence for translating an answer: the first quotation of each claim, numbered as the claims are."""
    by_number = {citation.number: citation for citation in answer.citations}
    return tuple(
        Shown(Excerpt(number, one.article_id, one.start, one.end, one.quote), Span(one.start, one.end))
        for number, claim in enumerate(answer.claims, 1)
        if claim.citations and not gives_orders((one := by_number[claim.citations[0]]).quote)
    )


def _names(shown: Shown, article_of: Callable[[str], Article]) -> tuple[Insertion, ...]:
    excerpt = shown.excerpt
    return names_for(article_of(excerpt.article_id), Span(excerpt.start, excerpt.end))


def sentences_of(excerpt: Excerpt) -> tuple[Excerpt, ...]:
    """The sentences of an excerpt, each as one with the same number."""
    return tuple(
        replace(excerpt, start=excerpt.start + span.start, end=excerpt.start + span.end, text=span.of(excerpt.text))
        for span in vietnamese.sentences(excerpt.text)
    )


def _add(found: list[Shown], article: Article, core: Span, whole: Span, label: str, *, dated: bool = False) -> None:
    """Show it, as a part of what is shown of its neighbourhood already where there is such."""
    for at, other in enumerate(found):
        shown = other.excerpt
        if shown.article_id != article.id:
            continue
        if shown.start <= whole.start and whole.end <= shown.end:
            return
        merged = Span(min(shown.start, whole.start), max(shown.end, whole.end))
        between = article.text[min(shown.end, whole.end) : max(shown.start, whole.start)]
        if between.strip() or merged.end - merged.start > _MERGED_CHARS or dated or other.dated:
            continue
        cores = Span(min(other.core.start, core.start), max(other.core.end, core.end))
        found[at] = replace(other, excerpt=_excerpt(article, merged), core=cores)
        return
    # What cannot be merged must not overlap either: numbers would stand for the same words twice.
    apart = [each for each in found if each.excerpt.article_id == article.id]
    if any(each.excerpt.start < whole.end and whole.start < each.excerpt.end for each in apart):
        whole = core
        if any(each.excerpt.start < core.end and core.start < each.excerpt.end for each in apart):
            return
    found.append(Shown(_excerpt(article, whole), core, label, dated))


def _excerpt(article: Article, span: Span) -> Excerpt:
    return Excerpt(0, article.id, span.start, span.end, span.of(article.text))


def _core(citation: Citation, article: Article) -> Span | None:
    """The sentences that a quotation is of; None where they are too long or give orders."""
    touched = [s for s in vietnamese.sentences(article.text) if s.start < citation.end and citation.start < s.end]
    if not touched:
        return None
    core = Span(touched[0].start, touched[-1].end)
    if core.end - core.start > MOST_CHARS:
        core = Span(citation.start, citation.end)
        touched = [core]
    if core.end - core.start > MOST_CHARS or any(gives_orders(span.of(article.text)) for span in touched):
        return None
    return core


def _with_neighbours(article: Article, core: Span) -> Span:
    spans = vietnamese.sentences(article.text)
    before = next((span for span in reversed(spans) if span.end <= core.start), None)
    behind = next((span for span in spans if span.start >= core.end), None)
    start = before.start if before and _is_context(article, before) else core.start
    return Span(start, behind.end if behind and _is_context(article, behind) else core.end)


def _is_context(article: Article, span: Span) -> bool:
    return span.end - span.start <= _NEIGHBOUR_CHARS and _is_safe(article, span)


def _is_safe(article: Article, span: Span) -> bool:
    """Whether a sentence that nobody has quoted may be shown: news in the article's language, and nothing else."""
    if span.end - span.start > MOST_CHARS:
        return False
    text = span.of(article.text)
    if gives_orders(text) or touches_order(article.text, span) or speaks_of_answers(text) or is_link(text):
        return False
    language = guess_language(article.text[:_LANGUAGE_CHARS]).language
    # Whoever writes Vietnamese with its marks writes no sentence without any.
    if language == "vi" and text.isascii() and not article.text.isascii() and len(text.split()) >= _UNMARKED_WORDS:
        return False
    return guess_language(text).language in (language, None)


def _best(hit: Hit, question: Question, article: Article) -> Span | None:
    """The sentence of a passage that holds most of the question's words, the first of several."""
    weights = {word: _NAME_WEIGHT if word in question.names else 1.0 for word in question.content}
    total = sum(weights.values())
    scored = [
        (sum(weight for word, weight in weights.items() if word in held) / total, span)
        for span, held in _safe_sentences(hit, article)
    ]
    share, best = max(scored, key=lambda each: each[0], default=(0.0, Span(0, 0)))
    return best if share >= _LEAST_SHARE else None


def _safe_sentences(hit: Hit, article: Article) -> Iterator[tuple[Span, frozenset[str]]]:
    """The sentences of a passage that give no orders and stand beside none that do, with their syllables."""
    spans = vietnamese.sentences(article.text)
    for at, span in enumerate(spans):
        inside = span.start < hit.chunk.end and hit.chunk.start < span.end
        if inside and all(_is_safe(article, one) for one in spans[max(0, at - 1) : at + 2]):
            yield span, frozenset(vietnamese.syllables(span.of(article.text)))


def _label(article: Article) -> str:
    day = article.published_on
    # A newspaper's name is short, and no more than a name.
    outlet = article.outlet if article.outlet and _OUTLET.fullmatch(article.outlet) else None
    parts = (outlet, f"{day.day}/{day.month}/{day.year}" if day else None)
    return ", ".join(part for part in parts if part)


def _fronts(answer: Answer) -> dict[int, str]:
    """The day that a timeline sets in front of a claim, for each citation of the claim."""
    fronts: dict[int, str] = {}
    for claim in answer.claims:
        found = _FRONT.match(claim.text)
        if found is None or not claim.citations:
            continue
        front = found["front"]
        if any(value.kind is Kind.DATE and value.end - value.start >= len(front) - 1 for value in values_of(front)):
            fronts |= dict.fromkeys(claim.citations, front)
    return fronts
