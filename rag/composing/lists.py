"""Answers that are several things: a list inside one sentence completed, or collected from several sentences."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.completing import completed
from rag.composing.facts import statement_of
from rag.composing.grouping import CopiesOf, grouped
from rag.composing.pieces import Draft, Piece
from rag.composing.wording import capitalised, readable, words
from rag.datatypes import Span
from rag.question import Question
from rag.values import same_answer
from rag.vietnamese import CAPITAL

# Items of a list may be this much weaker (in logits) than the best one.
MARGIN = 1.5
_NAME = rf"(?:{CAPITAL}|\d)[\w.'’-]*(?: (?:{CAPITAL}|\d)[\w.'’-]*)*"
_JOINT = r"(?:, (?:và |cùng )?|; | và | cùng | cũng như | hoặc )"
_NEXT_NAME = re.compile(rf"{_JOINT}(?:(?:ông|bà|nước|anh|chị|TP|tỉnh|thành phố) )?{_NAME}")
_NEXT_PHRASE = re.compile(rf"{_JOINT}[^\W\d_][^,.;:()“”\"–]*")
_NAMES_BEFORE = re.compile(rf"{_NAME}(?:(?:, | và ){_NAME})*(?:, | và )\Z")
# Where a phrase of a list ends: here the sentence goes on about all of them.
_GOES_ON = re.compile(
    r"(?<!thiết)(?<!trang)(?<!chuẩn)(?<!phòng)(?<!hàng)(?<!tự)(?<!phía)"
    r" (?:đã|đang|sẽ|được|bị|nhằm|để|khi|mà|cho|khiến|trong khi|nhưng|theo|trước|sau|do|vì|nếu|tại|từ|trong|ở|với|vào|"
    r"nói|cho biết|là|không|có thể|trên)(?!\w)"
)
# A clause, not an item: it brings a subject or verb of its own.
_CLAUSE = re.compile(
    rf"{_JOINT}(?:đã|đang|sẽ|được|bị|nhưng|trong khi|trong đó|khi|đồng thời|theo|ông|bà|điều|mà|nếu|vì|do|nên|để|"
    r"nhằm|sau|trước|tuy nhiên|đặc biệt|bao gồm|gồm|cho biết|nói|họ|khiến|có|là)(?!\w)"
)
_MOST_ITEM_WORDS = 9


def list_draft(question: Question, pieces: Sequence[Piece], *, most: int, copies_of: CopiesOf) -> Draft:
    """All distinct things that the evidence gives, best first, each with the sentence that holds it."""
    groups = grouped(pieces, question, margin=MARGIN, most=most, copies_of=copies_of)
    items: list[str] = []
    kept: list[list[Piece]] = []
    for group in groups:
        lead = group[0]
        item = readable(enumeration(lead.sentence, completed(lead.sentence, lead.span, question)).of(lead.sentence))
        if any(same_answer(item, other) or words(item) <= words(other) for other in items):
            continue
        items = [other for other in items if not words(other) <= words(item)]
        items.append(item)
        kept.append(group)
    short = capitalised("; ".join(items))
    return Draft(short, tuple(statement_of(group) for group in kept))


def enumeration(sentence: str, span: Span) -> Span:
    """The span with the other items of the list that it stands in: "Nga" of "từ Nga, Ukraine, Pháp và Đức"."""
    start, end = span.start, span.end
    last = sentence[start:end].rsplit(" ", 1)[-1]
    named = last[:1].isupper()
    while True:
        following = (_NEXT_NAME if named else _NEXT_PHRASE).match(sentence, end)
        if following is None or (not named and _CLAUSE.match(sentence, end)):
            break
        item_end = following.end()
        if not named:
            goes_on = _GOES_ON.search(sentence, end + 2, item_end)
            item_end = goes_on.start() if goes_on else item_end
            if len(sentence[end:item_end].split()) > _MOST_ITEM_WORDS:
                break
        end = item_end
        if not named and goes_on:
            break
    if named and sentence[start : start + 1].isupper():
        before = _NAMES_BEFORE.search(sentence, 0, start)
        if before and before.start() > 0:
            start = before.start()
    return Span(start, end)
