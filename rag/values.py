"""Numbers, money, shares, durations, days and times in a text: what they are, and whether two of them agree."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from rag.valuing.answers import same_texts
from rag.valuing.clock import times_in
from rag.valuing.compare import relation
from rag.valuing.days import days_in
from rag.valuing.scan import numbers_in
from rag.valuing.value import Kind, Qualifier, Relation, Value
from rag.vietnamese import nfc

# Spans and sentences of one question are looked at by several rules.
_KEPT = 2048

__all__ = ["Kind", "Qualifier", "Relation", "Value", "relation", "same_answer", "values_of"]


@lru_cache(maxsize=_KEPT)
def values_of(text: str, published_on: date | None = None) -> tuple[Value, ...]:
    """The values of a Vietnamese text, sorted by place; offsets are those of its normal form C.

    `published_on`, the day of the article, settles "hôm qua" and days without a year. Values do not overlap, but a
    counted time ("3 ngày trước") is a date and a duration.
    """
    text = nfc(text)
    days = days_in(text, published_on)
    taken = [(value.start, value.end) for value in days]
    times = [time for time in times_in(text) if not _overlaps(time, taken)]
    taken += [(value.start, value.end) for value in times]
    numbers = [
        value
        for value in numbers_in(text, taken)
        if value.kind is not Kind.DURATION or not any(_overlaps(value, [(time.start, time.end)]) for time in times)
    ]
    return tuple(sorted((*days, *times, *numbers), key=lambda value: (value.start, -value.end)))


def same_answer(one: str, other: str) -> bool:
    """Whether two short answers agree: equal or compatible values, one name written in two ways, much the same words.

    "Jens Stoltenberg", "ông Stoltenberg" and "Tổng thư ký NATO Jens Stoltenberg" are one; "hơn 90 tấn" and "92 tấn"
    agree, "hơn 90 tấn" and "gần 90 tấn" do not. Where it cannot be told, as of "Tổng thống Nga" and "ông Putin", they
    do not agree.
    """
    return same_texts(one, other, (values_of(one), values_of(other)))


def _overlaps(value: Value, taken: list[tuple[int, int]]) -> bool:
    return any(start < value.end and value.start < end for start, end in taken)
