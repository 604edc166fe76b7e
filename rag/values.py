"""Numbers, money, shares, durations, days and times in a text: what they are, and whether two of them agree."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
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
# "Nay", "qua" name a day only with a part of it before them.
_COUNTED = re.compile(r"\s+(?:nay|qua)\b", re.IGNORECASE)
_LASTING_CHARS = 12
_LASTING = re.compile(r"\b(?:kéo dài|suốt|trong|mất|ngủ|sau|hơn)\s+\Z", re.IGNORECASE)

__all__ = ["Kind", "Qualifier", "Relation", "Value", "relation", "same_answer", "values_of"]


@lru_cache(maxsize=_KEPT)
def values_of(text: str, published_on: date | None = None) -> tuple[Value, ...]:
    """The values of a Vietnamese text, sorted by place; offsets are those of its normal form C.

    `published_on`, the day of the article, settles "hôm qua" and days without a year. Values do not overlap, but a
    counted time ("3 ngày trước") is a date and a duration.
    """
    text = nfc(text)
    days, times = _apart(days_in(text, published_on), times_in(text), text)
    taken = [(value.start, value.end) for value in (*days, *times)]
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


def _apart(days: Iterable[Value], times: Iterable[Value], text: str) -> tuple[list[Value], list[Value]]:
    """Days and times without those times that belong to a date; of "2h sáng 12/7" the part of day goes with the time,
    of "2h sáng nay" with the day."""
    days, kept = list(days), []
    for time in times:
        at = next((at for at, day in enumerate(days) if time.start < day.start < time.end < day.end), None)
        if at is not None and _COUNTED.match(text, time.end):
            if _LASTING.search(text[max(0, time.start - _LASTING_CHARS) : time.start]):
                continue
            time = replace(time, end=len(text[: days[at].start].rstrip()))  # noqa: PLW2901 (a part of what is gone over)
        elif at is not None:
            rest = text[time.end : days[at].end]
            days[at] = replace(days[at], start=days[at].end - len(rest.lstrip()))
        if not _overlaps(time, [(day.start, day.end) for day in days]):
            kept.append(time)
    return days, kept


def _overlaps(value: Value, taken: list[tuple[int, int]]) -> bool:
    return any(start < value.end and value.start < end for start, end in taken)
