"""A span as a whole clause of its sentence: where clauses end, with the verb before it, no joint left at either end."""

from __future__ import annotations

import re

from rag.datatypes import Span
from rag.vietnamese import CAPITAL

# Quotation marks stand inside clauses as well ("ba lô hàng “hỗ trợ” quân sự"): they end none.
BREAK = re.compile(r"[;:!?…()]|,(?!\d)|\.(?=[\s”\"]*\Z)|(?<=\s)[-–—](?=\s)")
_CONTRAST = re.compile(r"\s(?:nhưng|song|trong khi|mặc dù)(?!\w)", re.IGNORECASE)
_JOINT_FIRST = re.compile(
    r"[\s,;:]*(?:(?:và|thì|nhưng|song|mà|nên|rằng|còn|hoặc|cũng như|cũng|đồng thời|trong đó)(?!\w)[\s,:]*)+",
    re.IGNORECASE,
)
_JOINT_LAST = re.compile(
    r"(?<![\s,;:])(?:[\s,;:]+(?:và|thì|nhưng|song|mà|nên|rằng|hoặc|hay|cũng như|đồng thời|với|cho|của|để|khi|vì|do|"
    r"bởi|nhằm|tại|trong|là|bị|được|sẽ|đã|đang|các|những|một|về))+[\s,;:]*\Z",
    re.IGNORECASE,
)
_AUXILIARY = (
    r"(?:đã|đang|sẽ|vẫn|cũng|từng|vừa|phải|cần|nên|có thể|không thể|không|chưa|bị|được|tiếp tục|bắt đầu|quyết định|"
    r"dự kiến|định|muốn)"
)
# The verb of an object: not further off than a verb of two syllables.
_BEFORE_OBJECT = re.compile(
    rf"(?<!\w)(?:{_AUXILIARY}\s+)+(?:(?!(?:và|của|cho|với|để|là|về|trong|ở|tại|khi|mà|rằng)\s)[^\W\d_]+\s+){{0,2}}\Z",
    re.IGNORECASE,
)
_PREDICATE = re.compile(rf"\s+(?={_AUXILIARY}(?!\w))", re.IGNORECASE)
_MEANS = re.compile(r"(?<!\w)(?:bằng cách|bằng việc|thông qua việc|thông qua)\s+\Z", re.IGNORECASE)
_NAMES_ONLY = re.compile(rf"{CAPITAL}[\w.’'-]*(?:\s+{CAPITAL}[\w.’'-]*)*\s*")


def clause_end(sentence: str, at: int, within: Span | None = None) -> int:
    """Where the clause ends that a place of the sentence is in."""
    stop = within.end if within else len(sentence)
    ends = [
        found.start() for found in (BREAK.search(sentence, at, stop), _CONTRAST.search(sentence, at, stop)) if found
    ]
    return min(ends, default=stop)


def clause_start(sentence: str, at: int, within: Span | None = None) -> int:
    """Where the clause begins that a place of the sentence is in."""
    first = within.start if within else 0
    return max((found.end() for found in BREAK.finditer(sentence, first, at)), default=first)


def without_joints(sentence: str, span: Span) -> Span:
    """The span without conjunctions before it; a word left hanging at its end brings the rest of its clause."""
    start, end = span.start, span.end
    first = _JOINT_FIRST.match(sentence, start, end)
    if first and first.end() < end:
        start = first.end()
    if _JOINT_LAST.search(sentence, start, end):
        further = clause_end(sentence, end)
        end = further if sentence[end:further].strip() else end
        hanging = _JOINT_LAST.search(sentence, start, end)
        end = hanging.start() if hanging else end
    return Span(start, end) if start < end else span


def without_lone_marks(sentence: str, span: Span) -> Span:
    """The span without a quotation mark at its end that it does not open, as where what is quoted ends with it."""
    inside = span.of(sentence).rstrip()
    opens = inside.count("”") <= inside.count("“") if inside.endswith("”") else inside.count('"') % 2 == 0
    return span if opens or inside[-1:] not in '”"' else Span(span.start, span.start + len(inside) - 1)


def predicate(sentence: str, span: Span) -> Span:
    """What is done, with its verb: of a marked object the verb before it, of a marked subject what is said of it."""
    marked = span.of(sentence)
    follows = _PREDICATE.match(sentence, span.end)
    if follows and _NAMES_ONLY.fullmatch(marked):
        return without_joints(sentence, Span(follows.end(), clause_end(sentence, follows.end())))
    before = _BEFORE_OBJECT.search(sentence, 0, span.start)
    return without_joints(sentence, Span(before.start() if before else span.start, span.end))


def manner(sentence: str, span: Span) -> Span:
    """How it is done or is: as `predicate`, or from "bằng cách" to the end of its clause."""
    means = _MEANS.search(sentence, 0, span.start)
    return Span(means.start(), clause_end(sentence, span.end)) if means else predicate(sentence, span)
