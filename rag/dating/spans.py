"""Stretches of days, and the calendar that they are made with. All ends are inclusive."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, timedelta
from typing import Literal

Days = tuple[date, date]
Unit = Literal["week", "month", "quarter", "year", "decade"]
Part = Literal["first", "middle", "last", "first half", "second half", "first week"]

_PARTS_OF_A_WEEK: dict[Part, tuple[int, int]] = {
    "first": (0, 2),
    "middle": (1, 3),
    "last": (5, 6),
    "first half": (0, 2),
    "second half": (3, 6),
    "first week": (0, 6),
}
# Months of a year, from 0, or tenths of a decade: thirds overlap nothing and leave no gap.
_PARTS_OF_A_YEAR: dict[Part, tuple[int, int]] = {
    "first": (0, 3),
    "middle": (4, 7),
    "last": (8, 11),
    "first half": (0, 5),
    "second half": (6, 11),
}
_PARTS_OF_A_DECADE: dict[Part, tuple[int, int]] = {
    "first": (0, 3),
    "middle": (3, 6),
    "last": (6, 9),
    "first half": (0, 4),
    "second half": (5, 9),
}


@dataclass(frozen=True, slots=True)
class DateRange:
    """Days that a question names, both ends inclusive; None is an open end.

    `text` is how the question writes them. `exact` says that it names a day, month or year itself and not by its
    distance from the reference date. `yearly` says that it names no year ("ngày 1/10"): `first` and `last` are the
    nearest that have begun, and the same days of another year may be meant.
    """

    first: date | None
    last: date | None
    text: str
    exact: bool
    yearly: bool = False

    def __contains__(self, day: date | None) -> bool:
        if day is None:
            return False
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def year_days(year: int) -> Days:
    """Raises ValueError for a year that the calendar does not have."""
    return date(year, 1, 1), date(year, 12, 31)


def month_days(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def months_days(year: int, first: int, last: int) -> Days:
    """From one month to another, counted from 1; 13 is January of the next year."""
    return shifted(date(year, 1, 1), months=first - 1), shifted(date(year, 1, 1), months=last) - timedelta(1)


def quarter_days(year: int, quarter: int) -> Days:
    return months_days(year, quarter * 3 - 2, quarter * 3)


def quarter_of(day: date) -> int:
    return (day.month + 2) // 3


def week_days(day: date) -> Days:
    """Monday to Sunday of the week of a day."""
    monday = day - timedelta(day.weekday())
    return monday, monday + timedelta(6)


def shifted(day: date, *, years: int = 0, months: int = 0, weeks: int = 0, days: int = 0) -> date:
    """Some time later, or earlier where negative; 31 January and a month is 28 or 29 February.

    Raises ValueError or OverflowError beyond the calendar.
    """
    count = day.year * 12 + day.month - 1 + years * 12 + months
    year, month = count // 12, count % 12 + 1
    if not MINYEAR <= year <= MAXYEAR:
        raise ValueError(f"there is no year {year}")
    length = calendar.monthrange(year, month)[1]
    return date(year, month, min(day.day, length)) + timedelta(weeks * 7 + days)


def unit_days(unit: Unit, day: date) -> Days:
    """The calendar week, month, quarter, year or decade of a day."""
    match unit:
        case "week":
            return week_days(day)
        case "month":
            return month_days(day.year, day.month)
        case "quarter":
            return quarter_days(day.year, quarter_of(day))
        case "year":
            return year_days(day.year)
        case "decade":
            start = day.year // 10 * 10
            return date(start, 1, 1), date(start + 9, 12, 31)


def back(day: date, unit: Unit, count: int) -> date:
    """The day that lies `count` units earlier, or later where negative."""
    match unit:
        case "week":
            return shifted(day, weeks=-count)
        case "month":
            return shifted(day, months=-count)
        case "quarter":
            return shifted(day, months=-3 * count)
        case "year":
            return shifted(day, years=-count)
        case "decade":
            return shifted(day, years=-10 * count)


def part_days(unit: Unit, days: Days, part: Part | None) -> Days:
    """ "Đầu", "giữa", "cuối" of a unit that fills `days`; all of it where no part is named."""
    first, last = days
    if part is None:
        return days
    match unit:
        case "week":
            start, end = _PARTS_OF_A_WEEK[part]
            return first + timedelta(start), first + timedelta(end)
        case "month":
            start, end = {
                "first": (1, 10),
                "middle": (11, 20),
                "last": (21, last.day),
                "first half": (1, 15),
                "second half": (16, last.day),
                "first week": (1, 7),
            }[part]
            return first.replace(day=start), first.replace(day=end)
        case "quarter":
            start = {"first": 0, "middle": 1, "last": 2}.get(part, 0)
            return months_days(first.year, first.month + start, first.month + start)
        case "year":
            start, end = _PARTS_OF_A_YEAR.get(part, (0, 0))
            return months_days(first.year, start + 1, end + 1)
        case "decade":
            start, end = _PARTS_OF_A_DECADE.get(part, (0, 9))
            return date(first.year + start, 1, 1), date(first.year + end, 12, 31)
