"""Counted time in Vietnamese: "3 ngày trước", "ba tháng qua", "mấy hôm nay", "hai tuần tới"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial
from typing import Literal

from rag.dating import context
from rag.dating.expressions import Expression, Reading, Rule, fixed, rule_into, without_diacritics
from rag.dating.spans import Days, Unit, back, unit_days, week_days
from rag.dating.words import NUMBER, UNITS, number

RULES: list[Rule] = []
rule = partial(rule_into, RULES)

_COUNTED = (
    rf"(?:(?P<some>vài ba|vài|mấy|đôi|những|các|ít)|(?P<half>nửa)|(?P<count>{NUMBER})) "
    r"(?P<unit>giờ|tiếng|ngày|hôm|bữa|tuần|tháng|quý|quí|năm)"
)
# How many "vài", "mấy" and "những" are.
_SOME: dict[Unit | Literal["day"], int] = {"day": 10, "week": 5, "month": 6, "quarter": 4, "year": 5}


@rule(rf"(?:cách đây|cách nay)(?: khoảng| gần| hơn| đúng| chừng| tròn)? {_COUNTED}(?: trước)?")
def _ago(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    yield fixed(match, _days_ago(match, reading.today))


@rule(rf"{_COUNTED} (?:về )?trước(?: đây)?")
def _before_now(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if not (context.BEFORE_EVENT.behind(match, reading) or context.LABEL.before(match, reading)):
        yield fixed(match, _days_ago(match, reading.today))


def _days_ago(match: re.Match[str], today: date) -> Days:
    """The day so many days ago, or the whole week, month or year."""
    unit = _unit(match)
    if unit == "hour":
        hours = number(match["count"]) if match["count"] else 12
        return today - timedelta(1 + hours // 24), today
    if match["some"]:
        return _back(today, unit, _SOME[unit]), _back(today, unit, 1)
    if match["half"]:
        unit, count = _half(unit)
    else:
        count = number(match["count"])
    then = _back(today, unit, count)
    if unit == "day":
        return week_days(then) if match["half"] else (then, then)
    return unit_days(unit, then)


@rule(rf"{_COUNTED} (?:vừa qua|đã qua|qua|vừa rồi|nay|gần đây|gần nhất|trở lại đây)")
def _so_far(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "Ba tháng qua", "24 giờ qua", "mấy hôm nay". "Những năm qua" is too vague for days."""
    if context.LABEL.before(match, reading) or _is_a_preposition(match, reading):
        return
    unit, today = _unit(match), reading.today
    if match["some"]:
        if unit == "hour" or unit in ("quarter", "year"):
            return
        count = _SOME[unit]
    elif match["half"]:
        unit, count = _half(unit)
    else:
        count = number(match["count"])
    if unit == "hour":
        unit, count = "day", -(-count // 24)
    yield fixed(match, (_back(today, unit, count), today))


@rule(rf"{_COUNTED} (?:sắp tới|tới đây|tới|nữa)")
def _to_come(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    unit, today = _unit(match), reading.today
    if unit == "hour" or match["half"] or context.LABEL.before(match, reading):
        return
    if not context.BEFORE_EVENT.behind(match, reading):
        yield fixed(match, (today, _back(today, unit, -(_SOME[unit] if match["some"] else number(match["count"])))))


def _is_a_preposition(match: re.Match[str], reading: Reading) -> bool:
    """ "tu hom qua" is "từ hôm qua" and not four days."""
    return reading.bare and match["count"] == "tu"


def _unit(match: re.Match[str]) -> Unit | Literal["day", "hour"]:
    written = without_diacritics(match["unit"])
    if written in ("gio", "tieng"):
        return "hour"
    return "day" if written in ("ngay", "hom", "bua") else UNITS[written]


def _half(unit: Unit | Literal["day", "hour"]) -> tuple[Unit | Literal["day"], int]:
    """Half a month in days, half a year in months; half of something shorter is a day or a few."""
    if unit == "year":
        return "month", 6
    return "day", {"month": 15, "week": 4, "quarter": 45}.get(unit, 1)


def _back(day: date, unit: Unit | Literal["day"], count: int) -> date:
    return day - timedelta(count) if unit == "day" else back(day, unit, count)
