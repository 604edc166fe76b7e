"""The day that a sentence tells of, for timelines: settled where anything says its year."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rag.datatypes import Article, Span
from rag.values import Kind, Value, values_of

_WEEKS, _MONTH = 20, 31
# How far around a sentence dates with a year are looked for, in characters.
_AROUND = 2_000


@dataclass(frozen=True, slots=True)
class Told:
    """The first day of what is told, and how it is written in front: "31/1/2022", "Tháng 1/2022", "31/1".

    `settled` is False where its year is not known; 2000 stands for it then. `last` is the last day, None for the first.
    """

    first: date
    written: str
    settled: bool = True
    last: date | None = None

    @property
    def coarse(self) -> bool:
        """Whether it is a whole year."""
        return self.written.startswith("Năm ")


def told_in(article: Article, span: Span) -> Told | None:
    """The first day, month or year that a sentence names; None without one.

    A day without a year is of the year of the article's own date. In an article without a date it is of the year which
    brings it nearest to the nearest date with a year that stands around it, and is written without that year.
    """
    for value in values_of(span.of(article.text), article.published_on):
        if value.kind is Kind.DATE and value.first is not None and value.unit in (None, "yearly"):
            written = _written(value)
            if written:
                settled = value.unit is None
                first = value.first if settled else _with_year(value.first, article, span)
                years = first.year - value.first.year if first else 0
                return Told(first or value.first, written, settled or first is not None, _later(value.last, years))
    return None


def published(article: Article) -> Told | None:
    """The day of publication in place of a day that the sentence does not name."""
    day = article.published_on
    return Told(day, f"Đăng {day.day}/{day.month}/{day.year}") if day else None


def order(told: Told | None) -> tuple[int, date]:
    """Sorts oldest first, then the days whose year is not known, then what has none."""
    if told is None:
        return 2, date.max
    return (0 if told.settled else 1), told.first


def _written(value: Value) -> str:
    first, last = value.first, value.last or value.first
    if first is None or last is None:
        return ""
    year = f"/{first.year}" if value.unit is None else ""
    if first == last:
        return f"{first.day}/{first.month}{year}"
    if (last - first).days <= _WEEKS:
        return f"{first.day}/{first.month}–{last.day}/{last.month}{year}"
    if (last - first).days <= _MONTH and first.day == 1:
        return f"Tháng {first.month}{year}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31) and first.year == last.year:
        return f"Năm {first.year}"
    return ""


def _with_year(day: date, article: Article, span: Span) -> date | None:
    """The day in the year that is nearest to the nearest settled day around; None where there is no such day."""
    start = max(0, span.start - _AROUND)
    around = values_of(article.text[start : span.end + _AROUND])
    settled = [value for value in around if value.kind is Kind.DATE and value.unit is None and _is_near_a_day(value)]
    if not settled:
        return None
    middle = (span.start + span.end) // 2 - start
    nearest = min(settled, key=lambda value: abs((value.start + value.end) // 2 - middle)).first
    if nearest is None:
        return None
    known = nearest
    return min(_in_years(day, known.year), key=lambda one: abs((one - known).days), default=None)


def _is_near_a_day(value: Value) -> bool:
    """Whether it is a day, some days or a month: a year is that of the background as often as not."""
    return value.first is not None and ((value.last or value.first) - value.first).days <= _MONTH


def _in_years(day: date, year: int) -> Iterator[date]:
    """The day in a year and those beside it, the year itself first."""
    for one in (year, year - 1, year + 1):
        # The last of February is not in every year.
        if date.min.year <= one <= date.max.year and not (day.month == 2 and day.day == 29 and not _is_leap(one)):
            yield day.replace(year=one)


def _later(day: date | None, years: int) -> date | None:
    """The day so many years later; of a month that is shorter then, its last."""
    if day is None or not years:
        return day
    return day.replace(year=day.year + years, day=min(day.day, monthrange(day.year + years, day.month)[1]))


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
