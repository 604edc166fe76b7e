"""Days in a text as values: what `rag.dating` finds, with its place, and with the article's day where that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from rag.dating import counted, days, english, periods
from rag.dating.expressions import Expression, Reading, found, read
from rag.dating.spans import Days
from rag.valuing.value import Kind, Qualifier, Value

_RULES: Final = (*days.RULES, *periods.RULES, *counted.RULES, *english.RULES)
# Read on two days that have neither year, month, day nor weekday in common, words that count from the day of reading
# show themselves by naming other days.
_PROBES: Final = (date(2030, 5, 15), date(2031, 11, 21))
_LEAP_YEAR: Final = 2000
_TO = re.compile(r"\s*(?:đến|tới|den|toi|[-–—])(?:\s+hết)?(?:\s+ngày)?\s*", re.IGNORECASE)
_BESIDE = re.compile(r"\s*,?\s*\(?(?:ngày\s)?")
_LEAD = re.compile(r"(?:vào|từ|đến|tới|trong|vao|tu|den|toi)\s+", re.IGNORECASE)


def days_in(text: str, published_on: date | None = None) -> list[Value]:
    """The dates of an NFC text, from left to right."""
    if published_on is not None:
        reading = read(text, published_on)
        values = [_settled(one, reading) for one in found(_RULES, reading)]
    else:
        first = read(text, _PROBES[0])
        readings = (first, replace(first, today=_PROBES[1]))
        ones = found(_RULES, first)
        # Some words name a day on one of them alone: "ngày 31 tháng này".
        others = {other.start: other for other in found(_RULES, readings[1])} if ones else {}
        values = [_unsettled(one, others[one.start], readings) for one in ones if one.start in others]
    return _joined([value for value in values if value is not None], text)


def _settled(one: Expression, reading: Reading) -> Value | None:
    """Days as meant on the day of publication: where no year is written, the nearest."""
    if one.year is not None:
        return _value(one, reading, one.days(reading.today))
    candidates: list[Days] = []
    for year in (reading.today.year, reading.today.year - 1, reading.today.year + 1):
        within = one.within(year).days(reading.today)
        if within:
            candidates.append(within)
    nearest = min(candidates, key=lambda each: abs(each[0] - reading.today), default=None)
    return _value(one, reading, nearest)


def _unsettled(one: Expression, other: Expression, readings: Sequence[Reading]) -> Value | None:
    """Days of a text whose day of publication is not known."""
    if one.year is None:
        value = _value(one, readings[0], one.within(_LEAP_YEAR).days(readings[0].today))
        return value and replace(value, unit="yearly")
    both = [each.days(reading.today) for each, reading in zip((one, other), readings, strict=True)]
    if both[0] is None or both[1] is None or both[0] == both[1]:
        return _value(one, readings[0], both[0])
    offsets = [tuple((day - reading.today).days for day in each) for each, reading in zip(both, readings, strict=True)
               if each]  # fmt: skip
    value = _value(one, readings[0], both[0])
    if value is None:
        return None
    if offsets[0] == offsets[1]:
        low, high = offsets[0]
        return replace(value, unit="offset", low=float(low), high=float(high), first=None, last=None)
    wording = " ".join(readings[0].text[value.start : value.end].split())
    return replace(value, unit=_without_lead(wording), low=0.0, high=0.0, first=None, last=None)


def _without_lead(wording: str) -> str:
    """ "Thứ tư" for "hôm thứ tư" and "sáng thứ tư"."""
    at = max(wording.find("thứ "), wording.find("chủ nhật"), 0)
    return wording[at:]


def _value(one: Expression, reading: Reading, named: Days | None) -> Value | None:
    if named is None:
        return None
    lead = _LEAD.match(reading.text, one.start, one.end)
    first, last = named
    return Value(
        kind=Kind.DATE,
        low=float(first.toordinal()),
        high=float(last.toordinal()),
        unit=None,
        qualifier=Qualifier.NONE,
        start=lead.end() if lead else one.start,
        end=one.end,
        first=first,
        last=last,
    )


def _joined(values: Sequence[Value], text: str) -> list[Value]:
    """ "1/4 đến 5/4" as one value, and "thứ Hai (19/4)" as the day that it names in full."""
    kept: list[Value] = []
    for value in values:
        before = kept[-1] if kept else None
        gap = text[before.end : value.start] if before and before.end <= value.start else ""
        if before and value.last:
            ordered = before.first is not None and before.first <= value.last and before.unit == value.unit
            if ordered and _TO.fullmatch(gap):
                kept[-1] = replace(before, last=value.last, high=value.high, end=value.end)
                continue
            if _is_weekday(before) and _BESIDE.fullmatch(gap):
                end = value.end + ("(" in gap and text[value.end : value.end + 1] == ")")
                kept[-1] = replace(value, start=before.start, end=end)
                continue
        kept.append(value)
    return kept


def _is_weekday(value: Value) -> bool:
    return value.unit is not None and value.unit.startswith(("thứ ", "chủ nhật", "chúa nhật"))
