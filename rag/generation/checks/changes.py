"""Rises and falls: by how much or to what, and of what, where a sentence tells it otherwise than its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.generation.checks.numbers import agrees, direction
from rag.generation.checks.tokens import Token, Tokens
from rag.values import Kind, Value

_BY, _TO, _FROM = "by", "to", "from"
_HEDGE = r"(?: (?:mức|khoảng|gần|hơn|chừng|trên|dưới|chỉ|ít nhất|tối đa))*\s*\Z"
_VERB = r"(?:tăng|giảm|nâng|hạ|sụt|cắt|đẩy|kéo|vọt|rớt)"
_KINDS = (
    (_TO, re.compile(rf"(?<!\w){_VERB}(?: [^\W\d_]+){{0,5}} (?:lên|xuống|còn|xuống còn){_HEDGE}", re.IGNORECASE)),
    (_FROM, re.compile(rf"(?<!\w)từ{_HEDGE}", re.IGNORECASE)),
    (_BY, re.compile(rf"(?<!\w){_VERB}(?: thêm| bớt| mạnh| nhẹ)?{_HEDGE}", re.IGNORECASE)),
)
# "Tăng 500 đồng, lên 24.000 đồng".
_THEN_TO = re.compile(rf"(?:,|và) (?:lên|xuống|còn){_HEDGE}", re.IGNORECASE)
_CHARS = 60
_RISES = frozenset(("tăng", "giảm", "lên", "xuống", "nâng", "hạ", "sụt", "rớt", "vọt"))
_NUMBERS = (Kind.NUMBER, Kind.QUANTITY, Kind.MONEY, Kind.PERCENT)
_SENTENCE_END = re.compile(r"[.;!?](?!\d)")
_OTHERWISE = re.compile(r"(?<!\w)(?:còn|trong khi|nhưng|song|ngược lại)(?!\w)", re.IGNORECASE)


def other_ends(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """ "Giảm xuống 2 triệu" where all evidence has "giảm 2 triệu", and the reverse."""
    for value in _numbers(sentence):
        told = _end(sentence, value)
        if told in ("", _FROM):
            continue
        there = [_end(each, other) for each in evidence for other in each.values if agrees(value, other)]
        if there and all(other and other != told for other in there):
            yield sentence.text[value.start : value.end]


def _numbers(tokens: Tokens) -> Iterator[Value]:
    """The numbers of a text that are no ranges: "tăng từ 5 đến 7%" tells neither end."""
    yield from (value for value in tokens.values if value.kind in _NUMBERS and value.low == value.high)


def _end(tokens: Tokens, value: Value) -> str:
    before = tokens.text[max(0, value.start - _CHARS) : value.start]
    told = next((kind for kind, pattern in _KINDS if pattern.search(before)), "")
    return told or (_TO if _THEN_TO.search(before) else "")


@dataclass(frozen=True, slots=True)
class _Change:
    """A value that rises or falls, and the words of what does."""

    value: Value
    subject: tuple[Token, ...]


def other_subjects(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Rises and falls that all evidence tells of something else, and another one of what the sentence tells it of."""
    there = [change for each in evidence for change in _changes(each)]
    for change in _changes(sentence):
        same = [other for other in there if agrees(change.value, other.value)]
        if not change.subject or not same or not all(other.subject for other in same):
            continue
        rivals = [other for other in there if not agrees(change.value, other.value)]
        best = max((_shared(change.subject, other.subject) for other in rivals), default=0)
        # "RON 95 tăng 500 đồng" is short for "giá xăng RON 95".
        if all(
            _shared(change.subject, other.subject) < min(best, _shared(other.subject, other.subject)) for other in same
        ):
            yield sentence.text[change.value.start : change.value.end]


def _shared(some: Sequence[Token], others: Sequence[Token]) -> int:
    """How many words of the second are among the first."""
    return sum(any(token.keys & own.keys for own in some) for token in others)


def _changes(tokens: Tokens) -> Iterator[_Change]:
    """The changes of a text in order, each of what stands before its verb since the value before it, or of what that
    one was told of where there is nothing."""
    since = 0
    last: tuple[Token, ...] = ()
    ends = [found.end() for found in (*_SENTENCE_END.finditer(tokens.text), *_OTHERWISE.finditer(tokens.text))]
    for value in tokens.values:
        begin = max((end for end in ends if end <= value.start), default=0)
        if begin > since:
            since, last = begin, ()
        if value.kind not in _NUMBERS:
            continue
        verb = _verb_before(tokens, value)
        if verb is not None and verb.start >= since:
            inside = [token for token in tokens.all if since <= token.start and token.end <= verb.start]
            subject = tuple(token for token in inside if token.kind in ("content", "name"))
            last = subject or last
            yield _Change(value, last)
            since = max(since, value.end)


def _verb_before(tokens: Tokens, value: Value) -> Token | None:
    """The word by which a value rises or falls."""
    if direction(tokens, value) is None:
        return None
    before = [token for token in tokens.all if token.end <= value.start][-4:]
    return next((token for token in before if token.words[0] in _RISES), None)
