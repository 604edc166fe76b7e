"""A time axis for few sentences: days gathered in columns of the finest unit that leaves room to read them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Unit = Literal["day", "week", "month", "quarter", "year", "decade", "century"]

# Empty columns side by side that are drawn; a longer gap becomes one break.
_EMPTY = 3
# So many columns that are not empty for each break but the first: with more breaks the axis tells nothing of time.
_COLUMNS_A_BREAK = 4


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of time, both days inclusive, with the places of the days that fall into it, in order.

    A break stands for the time in which nothing happened.
    """

    first: date
    last: date
    members: tuple[int, ...] = ()
    is_break: bool = False


@dataclass(frozen=True, slots=True)
class Axis:
    """Columns from left to right, all of one unit but for the breaks."""

    unit: Unit
    columns: tuple[Column, ...]


def axis_of(days: Sequence[date], *, most: int) -> Axis:
    """The axis of some days, at least one, with at most so many columns where any unit allows that.

    The finest unit is taken that needs no more columns and few breaks; centuries where none does.
    """
    axes = [Axis(unit, tuple(_columns(days, unit))) for unit in _UNITS]
    return next((axis for axis in axes if len(axis.columns) <= most and _holds_together(axis)), axes[-1])


def _holds_together(axis: Axis) -> bool:
    breaks = sum(column.is_break for column in axis.columns)
    return breaks <= max(1, sum(bool(column.members) for column in axis.columns) // _COLUMNS_A_BREAK)


def _columns(days: Sequence[date], unit: Unit) -> Iterator[Column]:
    start_of, end_of = _UNITS[unit]
    members: dict[date, list[int]] = {}
    for place, day in enumerate(days):
        members.setdefault(start_of(day), []).append(place)
    before: date | None = None
    for start in sorted(members):
        if before is not None:
            yield from _between(before, start, unit)
        before = end_of(start)
        yield Column(start, before, tuple(members[start]))


def _between(before: date, start: date, unit: Unit) -> Iterator[Column]:
    """The empty columns after the day `before` and before the day `start`, or a break instead of many."""
    _, end_of = _UNITS[unit]
    empty: list[Column] = []
    first = at = before + timedelta(1)
    while at < start:
        end = end_of(at)
        empty.append(Column(at, end))
        if len(empty) > _EMPTY:
            yield Column(first, start - timedelta(1), is_break=True)
            return
        at = end + timedelta(1)
    yield from empty


def _month_end(day: date) -> date:
    return day.replace(day=monthrange(day.year, day.month)[1])


def _years(count: int) -> tuple[Callable[[date], date], Callable[[date], date]]:
    """The first and the last day of so many years, beginning with one that they divide (the year 1 stands for 0)."""

    def start(day: date) -> date:
        return date(max(1, day.year - day.year % count), 1, 1)

    def end(day: date) -> date:
        return date(min(9999, day.year - day.year % count + count - 1), 12, 31)

    return start, end


def _monday(day: date) -> date:
    return date.fromordinal(max(1, day.toordinal() - day.weekday()))


def _sunday(day: date) -> date:
    return date.fromordinal(min(date.max.toordinal(), day.toordinal() + 6 - day.weekday()))


_UNITS: dict[Unit, tuple[Callable[[date], date], Callable[[date], date]]] = {
    "day": (lambda day: day, lambda day: day),
    "week": (_monday, _sunday),
    "month": (lambda day: day.replace(day=1), _month_end),
    "quarter": (
        lambda day: date(day.year, day.month - (day.month - 1) % 3, 1),
        lambda day: _month_end(date(day.year, day.month - (day.month - 1) % 3 + 2, 1)),
    ),
    "year": _years(1),
    "decade": _years(10),
    "century": _years(100),
}
