"""A span as a person would mark it: whole words, no white space or punctuation around, quotes and brackets in pairs."""

from __future__ import annotations

from rag.datatypes import Span

_PAIRS = {"(": ")", "[": "]", "{": "}", "“": "”", "‘": "’", "«": "»", "„": "”"}
_OPENERS = {closer: opener for opener, closer in _PAIRS.items()} | {"”": "“"}
_STRAIGHT = "\"'"
_LEADING = frozenset(",.;:!?…·•*/–—-")
_TRAILING = frozenset(",.;:!?…·•*/–—-")
_SIGNS = frozenset("-–−")
_DECIMAL = frozenset(".,")
# A word longer than this is none: looking no further keeps hostile text linear.
_WORD_CHARS = 64


def tidy(text: str, span: Span) -> Span | None:
    """The span tidied; None if nothing is left of it."""
    span = _whole_words(text, _stripped(text, span))
    while span.start < span.end:
        closed = _closed(text, span)
        narrower = _stripped(text, _unpaired(text, closed))
        if narrower == span:
            return span
        span = narrower
    return None


def _stripped(text: str, span: Span) -> Span:
    start, end = span.start, span.end
    while start < end and (text[start].isspace() or (text[start] in _LEADING and not _is_sign(text, start, end))):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in _TRAILING):
        end -= 1
    return Span(start, end)


def _is_sign(text: str, at: int, end: int) -> bool:
    """Whether a minus stands before a number: "-5 độ", but not the dash of a list or between two numbers."""
    before = text[at - 1] if at else " "
    return text[at] in _SIGNS and at + 1 < end and text[at + 1].isdigit() and (before.isspace() or before in _PAIRS)


def _whole_words(text: str, span: Span) -> Span:
    """Widened to the ends of the words and numbers that it cuts."""
    if span.start >= span.end:
        return span
    start, end = span.start, span.end
    while start and span.start - start < _WORD_CHARS and _binds(text, start):
        start -= 1
    while end < len(text) and end - span.end < _WORD_CHARS and _binds(text, end):
        end += 1
    return Span(start, end)


def _binds(text: str, at: int) -> bool:
    """Whether the characters before and after a place belong to one word or number: "2,|7", "Ukra|ine"."""
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return True
    if after in _DECIMAL:
        return before.isdigit() and text[at + 1 : at + 2].isdigit()
    return before in _DECIMAL and after.isdigit() and text[at - 2 : at - 1].isdigit()


def _closed(text: str, span: Span) -> Span:
    """Widened by one where the bracket or quotation mark that it leaves open is closed at once."""
    if span.end < len(text):
        opener = _OPENERS.get(text[span.end])
        inside = span.of(text)
        if opener and inside.count(opener) > inside.count(text[span.end]):
            return Span(span.start, span.end + 1)
    return span


def _unpaired(text: str, span: Span) -> Span:
    """Without a bracket or quotation mark at either end whose other half is not in the span."""
    start, end = span.start, span.end
    inside = span.of(text)
    if not inside:
        return span
    first, last = inside[0], inside[-1]
    if first in _OPENERS or _alone(inside, first) or inside.count(first) > inside.count(_PAIRS.get(first, first)):
        start += 1
    elif last in _PAIRS or _alone(inside, last) or inside.count(last) > inside.count(_OPENERS.get(last, last)):
        end -= 1
    return Span(start, end)


def _alone(inside: str, mark: str) -> bool:
    return mark in _STRAIGHT and inside.count(mark) % 2 == 1
