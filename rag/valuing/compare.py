"""How two values stand to each other."""

from __future__ import annotations

import math
from contextlib import suppress
from datetime import date

from rag.dating import words
from rag.valuing.value import Kind, Qualifier, Relation, Value

_INF = float("inf")
# How far a hedge reaches: "hơn 90" may be 108, "gần 90" 72, "khoảng 90" 81 to 99.
_REACH, _ABOUT = 0.2, 0.1
# Months and years are counted in days of their mean length.
_CALENDAR_TOLERANCE, _ABOUT_A_MONTH_S = 0.02, 25 * 86_400
_TOLERANCE = 1e-6
_ABOVE = (Qualifier.MORE, Qualifier.AT_LEAST)
_BELOW = (Qualifier.LESS, Qualifier.AT_MOST)
_FIRST_YEAR, _LAST_YEAR = 1000, 2100


def relation(one: Value, other: Value) -> Relation:
    """Whether two values say the same.

    "same": one number, hedged alike or by "khoảng" alone. "compatible": both can be true of one thing, as "hơn 90" and
    "92", "90" and "gần 90", "31/1" and "31/1/2022". "different": they cannot, as "hơn 90 tấn" and "gần 90 tấn".
    "incomparable": they measure other things.
    """
    if one.kind is Kind.DATE and other.kind is Kind.DATE:
        return _of_dates(one, other)
    for day, number in ((one, other), (other, one)):
        if day.kind is Kind.DATE and _names_year(number):
            same = day.unit is None and _is_year(day, int(number.low))
            return "same" if same else "incomparable"
    if not _comparable(one, other):
        return "incomparable"
    if one.kind in (Kind.ORDINAL, Kind.SCORE, Kind.TIME):
        same_score = one.kind is Kind.SCORE and (one.low, one.high) == (other.high, other.low)
        return "same" if same_score or (one.low, one.high) == (other.low, other.high) else "different"
    related = _of_numbers(one, other)
    if one.unit == other.unit or _one_noun(one.unit, other.unit):
        return related
    return "compatible" if related == "same" else "incomparable" if related == "different" else related


def _comparable(one: Value, other: Value) -> bool:
    """Of one kind and unit, or a bare number beside one with a unit."""
    if one.kind is other.kind:
        return one.unit == other.unit or None in (one.unit, other.unit) or _one_noun(one.unit, other.unit)
    kinds = {one.kind, other.kind}
    return Kind.NUMBER in kinds and not kinds & {Kind.DATE, Kind.TIME, Kind.ORDINAL, Kind.SCORE}


def _one_noun(one: str | None, other: str | None) -> bool:
    """Whether counted nouns differ in detail alone: "lô" and "lô hàng"."""
    return bool(one and other) and (f"{one} ".startswith(f"{other} ") or f"{other} ".startswith(f"{one} "))


def _of_numbers(one: Value, other: Value) -> Relation:
    in_months = one.kind is other.kind is Kind.DURATION and min(one.low, other.low) >= _ABOUT_A_MONTH_S
    tolerance = _CALENDAR_TOLERANCE if in_months else _TOLERANCE
    if _same_number(one, other, tolerance):
        if one.qualifier == other.qualifier or {one.qualifier, other.qualifier} <= {Qualifier.NONE, Qualifier.ABOUT}:
            return "same"
        return "different" if _opposite(one.qualifier, other.qualifier) else "compatible"
    if not (one.qualifier or other.qualifier) and one.low == one.high and other.low == other.high:
        return "compatible" if _rounds(one.low, other.low) or _rounds(other.low, one.low) else "different"
    (low, high), (least, most) = _reach(one), _reach(other)
    return "compatible" if max(low, least) <= min(high, most) else "different"


def _same_number(one: Value, other: Value, tolerance: float) -> bool:
    pairs = ((one.low, other.low), (one.high, other.high))
    return all(math.isclose(first, second, rel_tol=tolerance, abs_tol=1e-9) for first, second in pairs)


def _opposite(one: Qualifier, other: Qualifier) -> bool:
    """ "Hơn 90" excludes "gần 90"; "ít nhất 90" and "tối đa 90" leave 90 itself."""
    both = {one, other}
    return bool(both & set(_ABOVE)) and bool(both & set(_BELOW)) and both != {Qualifier.AT_LEAST, Qualifier.AT_MOST}


def _reach(value: Value) -> tuple[float, float]:
    """The numbers that a hedged one may stand for."""
    low, high = value.low, value.high
    match value.qualifier:
        case Qualifier.ABOUT:
            return low * (1 - _ABOUT), high * (1 + _ABOUT)
        case Qualifier.MORE:
            return math.nextafter(low, _INF), high * (1 + _REACH)
        case Qualifier.LESS:
            return low * (1 - _REACH), math.nextafter(high, -_INF)
        case Qualifier.AT_LEAST:
            return low, _INF
        case Qualifier.AT_MOST:
            return 0.0, high
        case Qualifier.NONE:
            return low, high


def _rounds(rough: float, exact: float) -> bool:
    """Whether one number is the other rounded to its own two or more leading figures: 2.7 and 2.68."""
    if rough <= 0 or exact <= 0:
        return False
    significant = len(f"{rough:.6e}".split("e")[0].replace(".", "").rstrip("0"))
    return 2 <= significant <= 4 and f"{exact:.{significant - 1}e}" == f"{rough:.{significant - 1}e}"


def _names_year(value: Value) -> bool:
    return value.kind is Kind.NUMBER and value.unit is None and _FIRST_YEAR <= value.low == value.high <= _LAST_YEAR


def _is_year(day: Value, year: int) -> bool:
    return (day.first, day.last) == (date(year, 1, 1), date(year, 12, 31))


def _of_dates(one: Value, other: Value) -> Relation:
    if one.first is None or other.first is None:
        return _of_unsettled(one, other)
    if one.unit != other.unit:
        settled, loose = (one, other) if other.unit == "yearly" else (other, one)
        return _of_yearly(settled, loose)
    return _of_days((one.first, one.last), (other.first, other.last), whole="same")


def _of_days(
    one: tuple[date | None, date | None], other: tuple[date | None, date | None], *, whole: Relation
) -> Relation:
    (first, last), (start, end) = one, other
    if first is None or last is None or start is None or end is None:
        return "incomparable"
    if (first, last) == (start, end):
        return whole
    inside = (first <= start and end <= last) or (start <= first and last <= end)
    return "compatible" if inside else "different"


def _of_yearly(settled: Value, loose: Value) -> Relation:
    """ "31/1/2022" and "31/1"."""
    if settled.first is None or loose.first is None or loose.last is None:
        return "incomparable"
    for year in dict.fromkeys((settled.first.year, settled.last.year if settled.last else settled.first.year)):
        with suppress(ValueError):  # 29 February
            moved = (loose.first.replace(year=year), loose.last.replace(year=year + loose.last.year - loose.first.year))
            if (found := _of_days((settled.first, settled.last), moved, whole="compatible")) == "compatible":
                return found
    return "different"


def _of_unsettled(one: Value, other: Value) -> Relation:
    """Where one of two dates counts from a day of publication that is not known."""
    if one.first is None and other.first is None:
        if one.unit == other.unit == "offset":
            return "same" if (one.low, one.high) == (other.low, other.high) else "different"
        return "same" if one.unit == other.unit else "incomparable"
    loose, settled = (one, other) if one.first is None else (other, one)
    if settled.unit is None and settled.first == settled.last and settled.first and loose.unit:
        with suppress(ValueError):
            if loose.unit.startswith(("thứ ", "chủ nhật")):
                return "compatible" if words.weekday(loose.unit) == settled.first.weekday() else "different"
    return "incomparable"
