"""What is told in a row: members that follow sentence by sentence ("Thứ nhất, …"), and several days of one sentence."""

from __future__ import annotations

import re

from rag import vietnamese
from rag.composing.completing import completed
from rag.composing.pieces import Piece
from rag.composing.wording import readable
from rag.datatypes import Span
from rag.question import Question
from rag.values import Kind, values_of

NUMBER = r"(?:\d+|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười)"
_FIRST = r"(?:thứ nhất|đầu tiên|một là)"
_LATER = r"(?:thứ (?:hai|ba|tư|năm|sáu|bảy)|tiếp theo|(?:hai|ba|bốn|năm) là|cuối cùng|còn lại)"
_SAYS = r"(?: (?:cho rằng|là|nói rằng))?"
_MOST_MEMBERS = 7
_SEVERAL_DAYS = re.compile(
    r"(?<!\w)(?:những|các|mấy) (?:ngày|hôm|tháng|năm|mốc thời gian|thời điểm)(?: [^\W\d_]+)? nào(?!\w)", re.IGNORECASE
)


def counted(sentence: str, question: Question) -> re.Match[str] | None:
    """Where a sentence says how many there are of what is asked for: "7 lĩnh vực"."""
    noun = question.form.noun
    return re.search(rf"(?<!\w){NUMBER} {re.escape(noun)}(?!\w)", sentence, re.IGNORECASE) if noun else None


def members_in_order(piece: Piece, question: Question) -> list[tuple[str, Span]]:
    """The members that the sentences behind a piece name one after the other, each without its ordinal and with its
    sentence in the article; none where the piece does not say how many there are, or fewer than two follow."""
    if counted(piece.sentence, question) is None:
        return []
    noun, text = re.escape(question.form.noun or ""), piece.article.text
    found: list[tuple[str, Span]] = []
    behind = [span for span in vietnamese.sentences(text) if span.start >= piece.evidence.end]
    for span in behind[:_MOST_MEMBERS]:
        ordinal = _LATER if found else _FIRST
        opens = re.match(rf"[\s–-]*(?:{noun} )?{ordinal}(?!\w){_SAYS}[,:]?\s*", span.of(text), re.IGNORECASE)
        if opens is None:
            break
        found.append((readable(span.of(text)[opens.end() :]).rstrip(" ."), span))
    return found if len(found) > 1 else []


def days_in_a_row(piece: Piece, question: Question) -> str | None:
    """The days of a sentence that are written as the one answered, in its order, for a question after several; None
    where one is asked for or there is no other."""
    if not _SEVERAL_DAYS.search(question.own):
        return None
    lead = completed(piece.sentence, piece.span, question)
    days = [lead]
    for value in values_of(piece.sentence):
        span = completed(piece.sentence, Span(value.start, value.end), question)
        apart = all(span.end <= day.start or day.end <= span.start for day in days)
        if value.kind is Kind.DATE and apart and _shape(span.of(piece.sentence)) == _shape(lead.of(piece.sentence)):
            days.append(span)
    texts = [readable(day.of(piece.sentence)) for day in sorted(days, key=lambda day: day.start)]
    return "; ".join(texts) if len(texts) > 1 else None


def _shape(text: str) -> str:
    return re.sub(r"\d+", "0", text.lower())
