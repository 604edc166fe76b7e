"""Expressions combined: "từ … đến …", "trước …", "kể từ …", a year that is stated once for several days."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from rag.dating.expressions import Expression, Reading, spaced, without_diacritics
from rag.dating.spans import DateRange, Days, week_days

_HOUR = r"(?: \d{1,2}(?:h\d{0,2}|:\d\d| giờ)(?: \d{1,2}(?: phút)?)?)?"
_TO = rf"(?:,? (?:cho )?(?:đến|tới)(?: hết)?{_HOUR}| ?[-–—]| to| until| till| through) ?$"
_AND = r"(?:,? (?:và|hoặc|hay|and|or)|,|;) ?$"
_ONWARDS = r" (?:trở đi|trở lại đây|trở về sau|về sau|onwards?)\b"
_BACKWARDS = r" (?:trở về trước|về trước|trở lại)\b"
_UNTIL_NOW = (
    r" (?:cho )?(?:đến|tới) (?:nay|hiện nay|hiện tại|bây giờ|giờ|thời điểm này)\b| (?:until|to|till) (?:now|date)\b"
)
_FROM = rf"\b(?:(?:kể )?từ(?: sau)?{_HOUR}|since|from) ?$"
_BEFORE = r"\b(?:trước|before|prior to) ?$"
_AFTER = r"\b(?:sau|after) ?$"
_BETWEEN = r"\b(?:giữa|between) ?$"
_COMPARED = r"\b(?:so với|so với cùng kỳ|so với cùng kỳ của|compared (?:with|to)|than (?:in|on)?)(?: của| ngày)? ?$"


@dataclass(frozen=True, slots=True)
class _Signs:
    to: re.Pattern[str]
    and_: re.Pattern[str]
    onwards: re.Pattern[str]
    backwards: re.Pattern[str]
    until_now: re.Pattern[str]
    from_: re.Pattern[str]
    before: re.Pattern[str]
    after: re.Pattern[str]
    between: re.Pattern[str]
    compared: re.Pattern[str]


def _signs(patterns: Sequence[str]) -> _Signs:
    return _Signs(*(re.compile(spaced(pattern)) for pattern in patterns))


_PATTERNS = (_TO, _AND, _ONWARDS, _BACKWARDS, _UNTIL_NOW, _FROM, _BEFORE, _AFTER, _BETWEEN, _COMPARED)
_ACCENTED = _signs(_PATTERNS)
_BARE = _signs([without_diacritics(pattern) for pattern in _PATTERNS])


def ranges(expressions: Sequence[Expression], reading: Reading) -> list[DateRange]:
    """The stretches of days that the expressions of a question give together, in the order of the text."""
    signs = _BARE if reading.bare else _ACCENTED
    kept = _under_one_year(_without_weak(expressions, reading), signs, reading)
    result: list[DateRange] = []
    position = 0
    while position < len(kept):
        one = kept[position]
        other = kept[position + 1] if position + 1 < len(kept) else None
        before = reading.text[max(0, one.start - 40) : one.start]
        if other and (joined := _joined(one, other, before, signs, reading)):
            result.append(joined)
            position += 2
            continue
        position += 1
        if not signs.compared.search(before) and (single := _single(one, before, signs, reading)):
            result.append(single)
    return result


def _joined(one: Expression, other: Expression, before: str, signs: _Signs, reading: Reading) -> DateRange | None:
    """ "Từ A đến B", "A – B", "giữa A và B"."""
    gap = reading.text[one.end : other.start]
    if one.whole and signs.and_.fullmatch(gap):
        one = replace(one, of_year=one.whole)
    elif not (signs.to.fullmatch(gap) or (signs.between.search(before) and signs.and_.fullmatch(gap))):
        return None
    stretch = _from_to(one, other, reading.today)
    if stretch is None:
        return None
    start = _with_sign(before, one.start, signs.from_, signs.between)
    return DateRange(
        *stretch,
        text=reading.typed[start : other.end],
        exact=one.exact and other.exact,
        yearly=one.year is None and other.year is None and one.exact and other.exact,
    )


def _from_to(one: Expression, other: Expression, today: date) -> Days | None:
    """From the first day of one to the last of the other; a year stated once serves both."""
    if one.year is None and other.year is not None:
        pairs = [(one.within(year), other) for year in (other.year, other.year - 1)]
    elif other.year is None and (start := one.days(today)):
        pairs = [(one, other.within(year)) for year in (start[0].year, start[0].year + 1)]
    elif one.weak and not (other.weak or other.exact):
        pairs = [(_in_week_of(one, other, today), other)]
    else:
        pairs = [(one, other)]
    for left, right in pairs:
        start, end = left.days(today), right.days(today)
        if start and end and start[0] <= end[1]:
            return start[0], end[1]
    return None


def _in_week_of(one: Expression, other: Expression, today: date) -> Expression:
    """The Monday of "từ thứ Hai đến thứ Sáu tuần trước", whose week is stated behind the Friday."""
    start, end = one.days(today), other.days(today)
    if start is None or end is None:
        return one
    days = tuple(day + (week_days(end[0])[0] - week_days(start[0])[0]) for day in start)
    return replace(one, of_year=lambda _: (days[0], days[1]))


def _single(one: Expression, before: str, signs: _Signs, reading: Reading) -> DateRange | None:
    days = one.days(reading.today)
    if days is None:
        return None
    first: date | None = days[0]
    last: date | None = days[1]
    start, end = one.start, one.end
    behind = reading.text[one.end : one.end + 40]
    if now := signs.until_now.match(behind):
        start, end, last = _with_sign(before, start, signs.from_), end + now.end(), reading.today
    elif onwards := signs.onwards.match(behind):
        start, end, last = _with_sign(before, start, signs.from_), end + onwards.end(), None
    elif backwards := signs.backwards.match(behind):
        start, end, first = _with_sign(before, start, signs.from_), end + backwards.end(), None
    elif one.stretch:
        start = _with_sign(before, start, signs.from_)
    elif found := signs.from_.search(before):
        start, last = one.start - len(before) + found.start(), None
        if re.search(r"\b(?:sau)\b", found.group()):
            first = days[1] + timedelta(1)
    elif found := signs.before.search(before):
        start, first, last = one.start - len(before) + found.start(), None, days[0] - timedelta(1)
    elif found := signs.after.search(before):
        start, first, last = one.start - len(before) + found.start(), days[1] + timedelta(1), None
    return DateRange(first, last, reading.typed[start:end], one.exact, yearly=one.year is None and one.exact)


def _with_sign(before: str, start: int, *signs: re.Pattern[str]) -> int:
    """Where an expression starts together with the preposition before it."""
    found = next((match for sign in signs if (match := sign.search(before))), None)
    return start - len(before) + found.start() if found else start


def _without_weak(expressions: Sequence[Expression], reading: Reading) -> list[Expression]:
    """Without the weekday of "thứ Hai ngày 19/4" and "thứ Hai (19/4)"."""
    kept = []
    for position, one in enumerate(expressions):
        other = expressions[position + 1] if position + 1 < len(expressions) else None
        if one.weak and other and other.exact and re.fullmatch(r"\s*,?\s*\(?", reading.text[one.end : other.start]):
            continue
        kept.append(one)
    return kept


def _under_one_year(expressions: Sequence[Expression], signs: _Signs, reading: Reading) -> list[Expression]:
    """Days without a year take the one stated for them elsewhere in the question; that year alone is no range then."""
    taken = list(expressions)
    for position in range(len(taken) - 2, -1, -1):
        one, other = taken[position], taken[position + 1]
        if one.year is None and one.exact and other.year is not None and other.exact and not other.lone_year:
            gap = reading.text[one.end : other.start]
            if signs.and_.fullmatch(gap):
                taken[position] = one.within(other.year)
    lone = {one.year for one in taken if one.lone_year}
    waiting = [one for one in taken if one.year is None and one.exact]
    if len(lone) != 1 or not waiting:
        return taken
    (year,) = lone
    return [one.within(year) if one in waiting else one for one in taken if not one.lone_year]
