"""Days and stretches of days as the page writes them."""

from __future__ import annotations

from calendar import monthrange
from datetime import date

from app.words.timeline import TimelineWords


def when(first: date | None, last: date | None, words: TimelineWords, *, with_year: bool = True) -> str:
    """ "31/1/2022", "16/2–20/2/2022", "Tháng 1/2022", "Năm 2022"; "" for no day."""
    if first is None:
        return ""
    last = last or first
    if is_year(first, last):
        return words.year.format(year=first.year)
    if is_month(first, last):
        month = words.months[first.month - 1]
        return words.month.format(month=month, year=first.year) if with_year else words.month_of.format(month=month)
    if first == last:
        return _day(first, with_year=with_year)
    return f"{_day(first, with_year=with_year and first.year != last.year)}–{_day(last, with_year=with_year)}"


def is_month(first: date, last: date) -> bool:
    """Whether the two days, both inclusive, are a whole month."""
    return first.day == 1 and last == first.replace(day=monthrange(first.year, first.month)[1])


def is_year(first: date, last: date) -> bool:
    """Whether the two days, both inclusive, are a whole year."""
    return (first.month, first.day) == (1, 1) and last == first.replace(month=12, day=31)


def long_period(first: date | None, last: date | None) -> bool:
    """Whether they are so long that their first day stands for many: a whole month or year."""
    return first is not None and last is not None and (is_month(first, last) or is_year(first, last))


def _day(day: date, *, with_year: bool) -> str:
    return f"{day.day}/{day.month}/{day.year}" if with_year else f"{day.day}/{day.month}"
