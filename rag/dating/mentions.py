"""Whether a passage names a day, month or year itself. Fast: it is asked of a hundred passages for a question."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial

from rag.dating.expressions import YEAR
from rag.dating.spans import DateRange, Days, month_days, quarter_days, unit_days, year_days

_DAY = re.compile(rf"(\d{{1,2}})(?:([/.-])|\s+tháng\s+)(\d{{1,2}})(?:(?:\2|\s+năm\s+|[/-])({YEAR}))?(?!\d)")
_MONTH = re.compile(
    rf"tháng\s+(\d{{1,2}}|mười một|mười hai|mười|một|hai|ba|tư|sáu|bảy|tám|chín)(?![\w])"
    rf"(?:(?:\s+năm\s+|\s?[/-]\s?)({YEAR}))?(?!\d)"
)
_QUARTER = re.compile(rf"quý\s+([1-4]|iv|i{{1,3}})(?![\w])(?:(?:\s+năm\s+|\s?[/-]\s?)({YEAR}))?(?!\d)")
_YEAR = re.compile(rf"(?:năm|giai đoạn|đầu|giữa|cuối|từ|đến|-)\s+({YEAR})(?!\d)|(?<=\d/)({YEAR})(?!\d)")
_INTRODUCED = re.compile(
    r"(?:ngày|hôm|mùng|mồng|sáng|trưa|chiều|tối|đêm|khuya|phiên|từ|đến|tới|và|,|\(|[-–]|thứ \w+)\s*\(?$"
)
_WORDS = ("", "một", "hai", "ba", "tư", "", "sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

# Days in a range from which on months, quarters and years say enough, and up to which a day without a year does.
_A_MONTH, _A_QUARTER, _A_YEAR = 28, 90, 360

# (year written, month) -> the years that may be meant
_YearsOf = Callable[[str | None, int], Iterator[int]]

_RELATIVE_DAYS = (
    (0, ("hôm nay", "sáng nay", "trưa nay", "chiều nay", "tối nay", "đêm nay")),
    (-1, ("hôm qua", "sáng qua", "chiều qua", "tối qua", "đêm qua")),
)


def mentions(passage_text: str, asked: DateRange, published_on: date | None) -> bool:
    """Whether a passage itself names a day or period inside the range asked for.

    A day or month without a year is the one nearest to the day of publication. Where that is not known, or where the
    question names no year either, the day alone decides, in ranges of at most a quarter. Of a range with an open end
    only its beginning or end counts. Words such as "hôm qua" count from the day of publication.
    """
    text = passage_text.lower()
    if asked.exact and not asked.yearly and _written_so(text, asked):
        return True
    if any(_fits(days, asked) for days in _named(text, asked, published_on)):
        return True
    return published_on is not None and _named_relatively(text, asked, published_on)


def _length(asked: DateRange) -> int | None:
    """Days in the range; None where an end is open."""
    return (asked.last - asked.first).days + 1 if asked.first and asked.last else None


def _written_so(text: str, asked: DateRange) -> bool:
    """Whether a period stands there in the question's own words, as "nửa đầu năm 2021"."""
    if _length(asked) == 1:
        return False
    written = asked.text.lower()
    at = text.find(written)
    return at >= 0 and not text[max(0, at - 1) : at].isalnum() and not text[at + len(written) :][:1].isalnum()


def _fits(days: Days, asked: DateRange) -> bool:
    first, last = days
    if asked.first and asked.last:
        return asked.first <= first and last <= asked.last
    if asked.first:
        return first == asked.first or last + timedelta(1) == asked.first
    return asked.last is not None and (last == asked.last or first - timedelta(1) == asked.last)


def _named(text: str, asked: DateRange, published_on: date | None) -> Iterator[Days]:
    length = _length(asked)
    year_of = partial(_years, asked=asked, published_on=None if asked.yearly else published_on, length=length)
    yield from _days_named(text, year_of)
    if length is None or length >= _A_MONTH:
        yield from _months_named(text, year_of)
    if length is None or length >= _A_QUARTER:
        yield from _quarters_named(text, year_of)
    if length is None or length >= _A_YEAR:
        for match in _YEAR.finditer(text):
            yield year_days(int(match[1] or match[2]))


def _days_named(text: str, years_of: _YearsOf) -> Iterator[Days]:
    for match in _DAY.finditer(text):
        day, sign, month, year = int(match[1]), match[2], int(match[3]), match[4]
        if not 1 <= month <= 12 or not 1 <= day <= 31 or text[match.start() - 1 : match.start()].isdigit():
            continue
        if year or _is_day(text, match.start(), day, month, sign):
            for of in years_of(year, month):
                with contextlib.suppress(ValueError):  # 29 February
                    yield date(of, month, day), date(of, month, day)


def _months_named(text: str, years_of: _YearsOf) -> Iterator[Days]:
    for match in _MONTH.finditer(text):
        month = int(match[1]) if match[1].isdigit() else _WORDS.index(match[1])
        if 1 <= month <= 12:
            yield from (month_days(of, month) for of in years_of(match[2], month))


def _quarters_named(text: str, years_of: _YearsOf) -> Iterator[Days]:
    for match in _QUARTER.finditer(text):
        quarter = int(match[1]) if match[1].isdigit() else _ROMAN[match[1]]
        yield from (quarter_days(of, quarter) for of in years_of(match[2], quarter * 3 - 1))


def _is_day(text: str, start: int, day: int, month: int, sign: str | None) -> bool:
    """ "1/3" may be a fraction and "2-1" a score; "ngày 1/3" is a day."""
    if sign is None or (sign == "/" and day >= month and day > 9):
        return True
    return _INTRODUCED.search(text, max(0, start - 12), start) is not None


def _years(
    written: str | None, month: int, *, asked: DateRange, published_on: date | None, length: int | None
) -> Iterator[int]:
    """The year written, or the one that brings the month nearest to the publication, or any that the range has."""
    if written:
        yield int(written)
    elif published_on is not None:
        months = published_on.year * 12 + published_on.month
        years = (published_on.year, published_on.year - 1, published_on.year + 1)
        yield min(years, key=lambda year: abs(year * 12 + month - months))
    elif length is not None and length <= _A_QUARTER + 2 and asked.first and asked.last:
        yield from range(asked.first.year, asked.last.year + 1)


def _named_relatively(text: str, asked: DateRange, published_on: date) -> bool:
    for shift, words in _RELATIVE_DAYS:
        day = published_on + timedelta(shift)
        if _fits((day, day), asked) and any(word in text for word in words):
            return True
    length = _length(asked)
    if length is not None and length < _A_MONTH:
        return False
    first_of_month = published_on.replace(day=1)
    year = published_on.year
    periods = (
        ("tháng này", unit_days("month", published_on)),
        ("tháng trước", unit_days("month", first_of_month - timedelta(1))),
        ("năm nay", year_days(year)),
        ("năm ngoái", year_days(year - 1)),
    )
    return any(_fits(days, asked) and words in text for words, days in periods)
