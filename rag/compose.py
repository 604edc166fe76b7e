"""From evidence to an answer: claims, each with its quotations; or the plain statement that nothing was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.cite import check, cite
from rag.composing.choices import choice_draft, sides_offered
from rag.composing.citing import cited, running_text
from rag.composing.combining import combined
from rag.composing.coordination import side_by_side
from rag.composing.facts import fact_draft
from rag.composing.grouping import CopiesOf
from rag.composing.lists import list_draft
from rag.composing.of_two import asked_of_two, of_two_draft
from rag.composing.overview import OVERVIEWS, overview_draft
from rag.composing.parts import parts_of
from rag.composing.pieces import Draft, piece_of
from rag.composing.titled import titled_first
from rag.composing.wording import readable
from rag.config import AnswerSettings
from rag.datatypes import Answer, Article, Citation, Claim, Evidence, Hit
from rag.question import Asked, Question
from rag.reader import Reading
from rag.showing import shortened

__all__ = [
    "CONTRADICTED", "EMPTY_QUESTION", "NOTHING_INDEXED", "NOTHING_NEAR", "NOT_FOUND", "NOT_STATED", "NO_SUBJECT",
    "OUTSIDE_DATES", "citations_of", "combined", "compose", "not_found", "parts_of", "readable", "side_by_side",
]  # fmt: skip

NOT_FOUND = "Không tìm thấy trong nguồn."
EMPTY_QUESTION = "Câu hỏi trống: hãy gõ một câu hỏi."
NO_SUBJECT = "Câu hỏi chưa nói là hỏi về ai hay về việc gì: hãy hỏi cả câu."
NOTHING_INDEXED = "Thư viện chưa có bài báo nào."
NOTHING_NEAR = "Không có đoạn nào liên quan đến câu hỏi."
NOT_STATED = "Có đoạn gần với câu hỏi nhưng không nêu điều được hỏi."
OUTSIDE_DATES = "Thư viện không có bài nào của thời gian được hỏi."
CONTRADICTED = "Nguồn nói khác với điều mà câu hỏi cho là đúng."

# Where nothing else tells, a confidence below this means that not even the subject was met.
_RELATED = 0.1
_MOST_CONTRADICTING = 3
# A list may have this many times the claims of another answer.
_LIST_FACTOR = 2


def compose(
    *,
    answer_id: str,
    question: Question,
    reading: Reading,
    hits: tuple[Hit, ...],
    article_of: Callable[[str], Article],
    settings: AnswerSettings,
    copies_of: CopiesOf | None = None,
    notes: tuple[str, ...] = (),
    contradicting: Sequence[Evidence] = (),
    outside_dates: bool = False,
    related: bool | None = None,
    refused: bool = False,
) -> Answer:
    """The answer that the evidence supports; `not_found` where its confidence is below the threshold.

    `copies_of` gives the articles, itself among them, that an article is a reprint of or reprinted by: what two of them
    say counts once, and a citation names the others that say it too. `contradicting` is evidence against what the
    question takes for granted: then it is `not_found`, and what the sources state is noted, quoted and with its source.
    `outside_dates` says that the question asks of a time of which the library has nothing, `related` whether `hits` are
    of its subject; None leaves that to the confidence. `refused` says that the evidence does not answer, however sure
    the reading is. Summaries, timelines and comparisons are made of the sentences of `hits`, whatever the reading says;
    their confidence is their coverage: the share of the subject's words that these sentences or their titles hold.

    Raises QuotationError when a quotation does not stand in its article (a damaged library).
    """
    copies_of = copies_of or _alone
    confidence = reading.confidence
    if contradicting and question.asked not in OVERVIEWS:
        reason, told = CONTRADICTED, (*notes, *_quoted(contradicting, article_of))
    elif outside_dates:
        reason, told = OUTSIDE_DATES, notes
    else:
        if question.asked in OVERVIEWS:
            draft, confidence = overview_draft(question, hits, article_of, copies_of=copies_of)
        else:
            draft = None if refused else _draft(question, reading, article_of, settings, copies_of)
        if draft is not None and confidence >= settings.threshold:
            return _answer(draft, answer_id, question, confidence, hits, article_of, copies_of, notes)
        related = confidence >= _RELATED if related is None else related
        hits, titles = titled_first(question, hits, article_of)
        reason = NOT_STATED if hits and (related or titles) else NOTHING_NEAR
        told = (*notes, *titles)
    return not_found(
        answer_id=answer_id,
        question=question,
        reason=reason,
        hits=hits,
        notes=told,
        confidence=confidence,
    )


def not_found(
    *,
    answer_id: str,
    question: Question,
    reason: str,
    hits: tuple[Hit, ...] = (),
    notes: tuple[str, ...] = (),
    confidence: float = 0.0,
) -> Answer:
    """The answer that says that there is none, and why."""
    return Answer(
        id=answer_id,
        question=question.text,
        understood_as=question.understood_as,
        status="not_found",
        text=f"{NOT_FOUND} {reason}",
        hits=hits,
        notes=notes,
        confidence=confidence,
        read_as=question.read_as,
    )


def citations_of(claim: Claim, answer: Answer) -> tuple[Citation, ...]:
    """The citations of one claim of the answer."""
    return tuple(citation for citation in answer.citations if citation.number in claim.citations)


def _alone(article_id: str) -> tuple[str, ...]:
    return (article_id,)


def _draft(
    question: Question,
    reading: Reading,
    article_of: Callable[[str], Article],
    settings: AnswerSettings,
    copies_of: CopiesOf,
) -> Draft | None:
    """What there is to say, by the type of the question; None where nothing is sure enough."""
    if not reading.evidence or reading.confidence < settings.threshold:
        return None
    pieces = [piece_of(evidence, article_of) for evidence in reading.evidence]
    of_two = asked_of_two(question)
    if of_two is not None:
        return of_two_draft(of_two, question, pieces, most=settings.max_claims, copies_of=copies_of)
    if sides_offered(question) is not None:
        return choice_draft(question, pieces, most=settings.max_claims, copies_of=copies_of)
    if question.asked is Asked.LIST and not pieces[0].whole:
        return list_draft(question, pieces, most=_LIST_FACTOR * settings.max_claims, copies_of=copies_of)
    return fact_draft(question, pieces, most=settings.max_claims, copies_of=copies_of, by_value=settings.group)


def _answer(
    draft: Draft,
    answer_id: str,
    question: Question,
    confidence: float,
    hits: tuple[Hit, ...],
    article_of: Callable[[str], Article],
    copies_of: CopiesOf,
    notes: tuple[str, ...],
) -> Answer:
    claims, citations, conflicts = cited(draft, article_of, copies_of)
    return Answer(
        id=answer_id,
        question=question.text,
        understood_as=question.understood_as,
        status="answered",
        text=running_text(claims),
        short_answer=draft.short,
        claims=claims,
        citations=citations,
        conflicts=conflicts,
        hits=hits,
        notes=(*notes, *draft.notes),
        confidence=confidence,
        read_as=question.read_as,
    )


def _quoted(evidence: Sequence[Evidence], article_of: Callable[[str], Article]) -> tuple[str, ...]:
    """Notes of what the sources state instead: the quotation, checked, and where it stands."""
    notes = []
    for citation in cite(evidence[:_MOST_CONTRADICTING], article_of):
        check(citation, article_of(citation.article_id))
        title, day = shortened(citation.title), citation.published_on
        where = [title, citation.outlet, f"{day.day}/{day.month}/{day.year}" if day else None, citation.source]
        notes.append(f"Nguồn viết: “{readable(citation.quote)}” ({', '.join(part for part in where if part)})")
    return tuple(notes)
