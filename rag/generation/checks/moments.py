"""From when, until when, before or after what: where a sentence tells it otherwise than its evidence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.generation.checks.numbers import agrees
from rag.generation.checks.tokens import Tokens, tokens_of
from rag.sentences import sentences
from rag.values import Kind, Value

_FROM, _UNTIL, _BEFORE, _AFTER, _ON = "from", "until", "before", "after", "on"
_WORDS = {
    "từ": _FROM, "đến": _UNTIL, "tới": _UNTIL, "hết": _UNTIL, "trước": _BEFORE, "sau": _AFTER,
}  # fmt: skip
_PREPOSITION = re.compile(
    r"(?<!\w)(từ|đến|tới|hết|trước|sau)(?: (?:hết|ngày|hôm|thời điểm|mốc|khoảng|cuối|đầu|giữa))*\s*\Z", re.IGNORECASE
)
_DEADLINE = re.compile(r"(?<!\w)(?:hạn|chậm nhất|muộn nhất|không muộn hơn|trễ nhất)(?!\w)", re.IGNORECASE)
_TO = re.compile(r"\s(?:đến|tới)\s|[-–—]", re.IGNORECASE)
_CHARS, _DEADLINE_CHARS = 30, 60
_EXCLUDED = {
    _FROM: {_UNTIL, _BEFORE},
    _UNTIL: {_FROM, _AFTER},
    _BEFORE: {_FROM, _AFTER, _ON},
    _AFTER: {_BEFORE, _UNTIL, _ON},
    _ON: {_BEFORE, _AFTER},
}
_ORDER = re.compile(r"(?<!\w)(?P<word>trước|sau) (?:khi|lúc)(?!\w)", re.IGNORECASE)
_END = re.compile(r"[,;:.!?]\s|[;.!?]\Z")
_Sides = tuple[Tokens, Tokens]


def other_moments(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Days before which another preposition stands than in all evidence: "trước 1/9" for "từ 1/9"."""
    held = [(other, each) for each in evidence for other in each.values if other.kind is Kind.DATE]
    for value in sentence.values:
        if value.kind is not Kind.DATE or _TO.search(sentence.text[value.start : value.end]):
            continue
        told = _preposition(sentence, value)
        there = [_there(each, other, value) for other, each in held if agrees(value, other)]
        if there and all(other in _EXCLUDED[told] for other in there):
            yield sentence.text[value.start : value.end]


def _there(tokens: Tokens, other: Value, value: Value) -> str:
    """The preposition of a day of the evidence; the ends of a range have theirs."""
    if other.first != other.last and (value.first, value.last) != (other.first, other.last):
        return _FROM if value.first == other.first else _UNTIL if value.last == other.last else ""
    told = _preposition(tokens, other)
    due = told == _ON and _DEADLINE.search(tokens.text, max(0, other.start - _DEADLINE_CHARS), other.start)
    return "" if due else told


def _preposition(tokens: Tokens, value: Value) -> str:
    # "Từ 5h ngày 12/7": the time belongs to the day.
    time = next((one for one in tokens.values if one.kind is Kind.TIME and one.end <= value.start
                 and not tokens.text[one.end : value.start].strip()), value)  # fmt: skip
    found = _PREPOSITION.search(tokens.text[max(0, time.start - _CHARS) : time.start])
    return _WORDS[found[1].lower()] if found else _ON


def turned_order(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """What a sentence says to be earlier, and all evidence later: "sau khi" for "trước khi", or sides exchanged."""
    there = [sides for each in evidence for sides, _ in _ordered(each.text)]
    for (earlier, later), word in _ordered(sentence.text):
        turned = straight = 0
        for first, second in there:
            straight = max(straight, _both(earlier, first, later, second))
            turned = max(turned, _both(earlier, second, later, first))
        if turned > straight:
            yield word


def _ordered(text: str) -> Iterator[tuple[_Sides, str]]:
    """What is earlier and what is later in each sentence of a text that says so, with the word that says it."""
    for span in sentences(text):
        part = span.of(text)
        found = _ORDER.search(part)
        if found is None:
            continue
        before = part[: found.start()].strip(" ,")
        end = _END.search(part, found.end())
        behind = part[found.end() : end.start() if end else len(part)]
        if not before and end:
            # "Trước khi bão vào, dân được sơ tán."
            before = part[end.end() :]
        one, other = tokens_of(before), tokens_of(behind)
        yield ((one, other) if found["word"].lower() == "trước" else (other, one)), found[0]


def _both(one: Tokens, first: Tokens, other: Tokens, second: Tokens) -> int:
    """How many words two sides share with two others, none where one of them shares none."""
    shares = [
        sum(bool(token.keys & there.keys) for token in own.all if token.kind in ("content", "name"))
        for own, there in ((one, first), (other, second))
    ]
    return sum(shares) if all(shares) else 0
