"""From evidence to an answer: claims, each with its quotations; or the plain statement that nothing was found."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag import vietnamese
from rag.cite import check, cite
from rag.config import AnswerSettings
from rag.datatypes import Answer, Article, Citation, Claim, Evidence, Hit
from rag.errors import LibraryError
from rag.question import Question
from rag.reader import Reading

logger = logging.getLogger(__name__)

NOT_FOUND = "Không tìm thấy trong nguồn."
EMPTY_QUESTION = "Câu hỏi trống: hãy gõ một câu hỏi."
NOTHING_INDEXED = "Thư viện chưa có bài báo nào."
NOTHING_NEAR = "Không có đoạn nào liên quan đến câu hỏi."
NOT_STATED = "Có đoạn gần với câu hỏi nhưng không nêu điều được hỏi."

# Evidence this far (in logits) below the best is not worth a claim of its own; this near, it supports as well.
_MARGIN = 1.0
_AS_GOOD = 0.25
# A confidence below this means that not even the subject was met.
_RELATED = 0.1
_COPIES_LOOKED_AT = 20
# Two sentences that share this much of their syllables say the same thing.
_SAME = 0.8


def compose(
    *,
    answer_id: str,
    question: Question,
    reading: Reading,
    hits: tuple[Hit, ...],
    article_of: Callable[[str], Article],
    settings: AnswerSettings,
    copies_of: Callable[[str], Sequence[str]] | None = None,
    notes: tuple[str, ...] = (),
) -> Answer:
    """The answer that the evidence supports; `not_found` where its confidence is below the threshold.

    `copies_of` gives the articles, itself among them, that an article is a reprint of or reprinted by: what two of them
    say counts once, and a citation names the others that say it too.

    Raises QuotationError when a quotation does not stand in its article (a damaged library).
    """
    if not reading.evidence or reading.confidence < settings.threshold:
        reason = NOT_STATED if hits and reading.confidence >= _RELATED else NOTHING_NEAR
        return not_found(
            answer_id=answer_id,
            question=question,
            reason=reason,
            hits=hits,
            notes=notes,
            confidence=reading.confidence,
        )
    copies_of = copies_of or _alone
    groups = _groups(reading.evidence, article_of, settings.max_claims, copies_of)
    ordered = [piece for group in groups for piece in group]
    citations = tuple(
        replace(one, copies=_sources_that_repeat(one, article_of, copies_of)) for one in cite(ordered, article_of)
    )
    number_of = {(citation.article_id, citation.start, citation.end): citation.number for citation in citations}
    claims = tuple(
        Claim(
            text=readable(article_of(group[0].article_id).text[group[0].start : group[0].end]),
            citations=tuple(dict.fromkeys(number_of[(e.article_id, e.start, e.end)] for e in group)),
            status="supported",
        )
        for group in groups
    )
    for citation in citations:
        check(citation, article_of(citation.article_id))
    return Answer(
        id=answer_id,
        question=question.text,
        understood_as=question.understood_as,
        status="answered",
        text=" ".join(f"{_without_markers(claim.text)} {_markers(claim.citations)}" for claim in claims),
        short_answer=_short(groups, claims),
        claims=claims,
        citations=citations,
        hits=hits,
        notes=notes,
        confidence=reading.confidence,
        read_as=question.read_as,
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


def readable(text: str) -> str:
    """A quotation on one line."""
    return " ".join(text.split())


def _alone(article_id: str) -> tuple[str, ...]:
    return (article_id,)


def _groups(
    evidence: Sequence[Evidence],
    article_of: Callable[[str], Article],
    most: int,
    copies_of: Callable[[str], Sequence[str]],
) -> list[list[Evidence]]:
    """The best pieces; pieces that say the same stand together, one of each report. In the order of their scores."""
    pieces = [
        (piece, _words(article_of(piece.article_id).text[piece.start : piece.end]))
        for piece in evidence
        if piece.score >= evidence[0].score - _MARGIN
    ]
    groups: list[tuple[frozenset[str], list[Evidence]]] = []
    for piece, words in pieces:
        copies = set(copies_of(piece.article_id))
        said = next((members for known, members in groups if _overlap(known, words) >= _SAME), None)
        if said is not None:
            if not any(member.article_id in copies for member in said):
                said.append(piece)
        elif len(groups) < most:
            # Of reprints the one that is cited already speaks.
            cited = {member.article_id for _, members in groups for member in members}
            speakers = {piece.article_id} if piece.article_id in cited else cited & copies
            twins = (other for other, its in pieces if other.article_id in speakers and _overlap(its, words) >= _SAME)
            groups.append((words, [next(twins, piece)]))
    return [members for _, members in groups]


def _sources_that_repeat(
    citation: Citation, article_of: Callable[[str], Article], copies_of: Callable[[str], Sequence[str]]
) -> tuple[str, ...]:
    """The sources of the copies of a citation's article that hold the sentence too."""
    words = _words(citation.quote)
    sources = []
    for id_ in copies_of(citation.article_id)[:_COPIES_LOOKED_AT]:
        if id_ == citation.article_id:
            continue
        try:
            article = article_of(id_)
        except LibraryError as error:
            logger.info("a copy is left out: %s", error)  # just removed, or damaged: it is only told of
            continue
        if _says(article.text, words):
            sources.append(article.source)
    return tuple(sources)


def _says(text: str, words: frozenset[str]) -> bool:
    return any(_overlap(words, _words(span.of(text))) >= _SAME for span in vietnamese.sentences(text))


def _words(text: str) -> frozenset[str]:
    return frozenset(vietnamese.syllables(text))


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """Jaccard index of two sets of syllables."""
    union = len(one | other)
    return len(one & other) / union if union else 1.0


def _short(groups: Sequence[Sequence[Evidence]], claims: Sequence[Claim]) -> str:
    """The shortest claim that is about as well supported as the best."""
    best = groups[0][0].score
    sufficient = [claim.text for group, claim in zip(groups, claims, strict=True) if group[0].score >= best - _AS_GOOD]
    return min(sufficient, key=lambda text: (len(text), text))


def _markers(numbers: Sequence[int]) -> str:
    return "".join(f"[{number}]" for number in numbers)


_MARKER_LIKE = re.compile(r"\[(\s*\d[\d\s,;-]*)\]")


def _without_markers(text: str) -> str:
    """An article's own "[3]" must not pass for a citation in the running text: it gets full-width brackets there."""
    return _MARKER_LIKE.sub(r"［\1］", text)


def citations_of(claim: Claim, answer: Answer) -> tuple[Citation, ...]:
    """The citations of one claim of the answer."""
    return tuple(citation for citation in answer.citations if citation.number in claim.citations)
