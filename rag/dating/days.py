"""Single days in Vietnamese: "ngày 1/10/2020", "mùng 3 tháng 4", "hôm qua", "thứ Hai tuần trước"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from rag.dating import context
from rag.dating.expressions import (
    DAY,
    MONTH,
    YEAR,
    Expression,
    Reading,
    Rule,
    fixed,
    rule_into,
    without_diacritics,
)
from rag.dating.spans import Days, shifted, unit_days, week_days
from rag.dating.words import AHEAD, MONTH_NAMED, NOT_LUNAR, NUMBER, OF_YEAR, number, stated_year, weekday

RULES: list[Rule] = []
rule = partial(rule_into, RULES)

_CLOCK = r"rạng sáng|sáng sớm|sáng|trưa|chiều tối|chiều|tối|đêm|khuya"
_OCCASION = r"phiên(?: giao dịch)?|kỳ quay(?: thưởng)?|nghỉ lễ|lễ|dịp(?: nghỉ)?(?: lễ)?"
_LEAD = rf"(?:(?:ngày|hôm|mùng|mồng|{_CLOCK}|{_OCCASION}) ){{1,4}}"
# Shares and hours that read like days.
_NEVER_DAYS = ((24, 7), (16, 9))


@rule(rf"(?:{_LEAD})?(?P<day>{DAY})(?P<sign>[/.\-])(?P<month>{MONTH})(?P=sign)(?P<year>{YEAR}|\d\d)")
def _full_date(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    year = int(match["year"])
    if len(match["year"]) == 2:
        if match["sign"] != "/":
            return
        year += 2000 if year + 2000 <= reading.today.year + 1 else 1900
    day = date(year, int(match["month"]), int(match["day"]))
    yield fixed(match, (day, day), exact=True)


@rule(rf"(?:{_LEAD})?(?P<year>{YEAR})-(?P<month>{MONTH})-(?P<day>{DAY})")
def _iso_date(match: re.Match[str], _: Reading) -> Iterator[Expression]:
    day = date(int(match["year"]), int(match["month"]), int(match["day"]))
    yield fixed(match, (day, day), exact=True)


@rule(rf"{_LEAD}(?P<day>{DAY})(?P<sign>[/.\-])(?P<month>{MONTH}){OF_YEAR}{AHEAD}{NOT_LUNAR}")
def _day_and_month(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if match["sign"] == "/" or not context.MEASURED.behind(match, reading):
        yield _a_day(match, reading, int(match["day"]), int(match["month"]))


@rule(rf"(?P<day>{DAY})(?P<sign>[/-])(?P<month>{MONTH}){OF_YEAR}{AHEAD}{NOT_LUNAR}")
def _day_and_month_alone(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "1/4" is a day where it is no fraction ("1/3 dân số"), "22-6" where it is no score and no span."""
    day, month = int(match["day"]), int(match["month"])
    if (
        (day, month) in _NEVER_DAYS
        or context.NUMBERED.before(match, reading)
        or context.FRACTION.before(match, reading)
    ):
        return
    goes_on, dated = context.GOES_ON.behind(match, reading), context.DATED.before(match, reading)
    if (day > 12 and goes_on) if match["sign"] == "-" else (goes_on or day > 12 or (dated and day >= month)):
        yield _a_day(match, reading, day, month)


@rule(rf"(?P<lead>{_LEAD})?(?P<day>{DAY}|{NUMBER}) tháng {MONTH_NAMED}{OF_YEAR}{AHEAD}{NOT_LUNAR}")
def _spelt_day(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    year = stated_year(match, reading.today)
    figure = match["day"].isdigit()
    if match["lead"] or (figure and (year or context.GOES_ON.behind(match, reading))):
        yield _a_day(match, reading, number(match["day"]), number(match["month"]))


def _a_day(match: re.Match[str], reading: Reading, day: int, month: int) -> Expression:
    of_year = partial(_single_day, month=month, day=day)
    of_year(2000)  # refuses a day that no year has, such as 31/4
    year = stated_year(match, reading.today)
    return Expression(match.start(), match.end(), of_year, year, ahead=bool(match["ahead"]))


def _single_day(year: int, *, month: int, day: int) -> Days:
    return date(year, month, day), date(year, month, day)


@rule(
    rf"(?P<lead>{_LEAD})?(?P<days>{DAY}(?:(?: đến | tới | và |, | ?[-–] ?)(?:ngày |hôm )?{DAY}){{1,6}})"
    rf"(?:[/.](?P<month>{MONTH})| tháng (?P<named>{MONTH})){OF_YEAR}{NOT_LUNAR}"
)
def _days_of_a_month(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "Ngày 1-5/4", "từ 1 đến 5/10/2020", "ngày 5, 6 và 7/4"."""
    year = stated_year(match, reading.today)
    if not match["lead"] and year is None and not context.GOES_ON.behind(match, reading):
        return
    month = int(match["month"] or match["named"])
    days = [int(day) for day in re.findall(r"\d+", match["days"])]
    if re.search(r"[-–]|đến|tới|den|toi", match["days"]):
        if days[0] <= days[-1]:

            def stretch(of: int) -> Days:
                return date(of, month, days[0]), date(of, month, days[-1])

            yield Expression(match.start(), match.end(), stretch, year, stretch=True)
        return
    first, *others = (
        Expression(match.start(), match.end(), partial(_single_day, month=month, day=day), year) for day in days
    )
    yield replace(first, also=tuple(others))


@rule(
    rf"(?:ngày (?:mùng |mồng )?|hôm (?:mùng |mồng )?|mùng |mồng )(?P<day>{DAY})"
    rf"(?: (?:của )?tháng (?P<which>này|nay|trước|qua|rồi|vừa qua|vừa rồi|tới|sau))?{AHEAD}{NOT_LUNAR}"
)
def _day_of_a_month(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if context.MEASURED.behind(match, reading):
        return
    day, today = int(match["day"]), reading.today
    first_of_month = today.replace(day=1)
    which = without_diacritics(match["which"] or "")
    if which:
        named = shifted(first_of_month, months={"nay": 0, "toi": 1, "sau": 1}.get(which, -1)).replace(day=day)
    else:
        step = 1 if match["ahead"] else -1
        months = [shifted(first_of_month, months=step * count) for count in range(13)]
        candidates = [month.replace(day=day) for month in months if day <= unit_days("month", month)[1].day]
        named = next(each for each in candidates if (each >= today if step > 0 else each <= today))
    yield fixed(match, (named, named), exact=True)


@rule(
    rf"(?:(?:ngày|{_CLOCK}) )?(?:hôm|bữa) (?P<day>nay|qua|kia|kìa)|(?:{_CLOCK}) (?P<clock>nay|qua|mai)"
    r"|ngày (?P<ahead>mai|kia)"
)
def _day_nearby(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if context.UNTIL.before(match, reading) and not context.SINCE.before(match, reading):
        return  # "còn tồn tại đến hôm nay"
    which = match["day"] or match["clock"] or match["ahead"]
    shift = {"nay": 0, "qua": -1, "kia": 2 if match["ahead"] else -2, "kìa": -3, "mai": 1}[which]
    day = reading.today + timedelta(shift)
    yield fixed(match, (day, day))


@rule(
    rf"(?P<lead>(?:(?:ngày|hôm|vào|từ|đến|tới|{_CLOCK}) ){{0,4}})"
    r"(?P<name>thứ (?:hai|ba|tư|năm|sáu|bảy|bẩy|[2-7])|ch(?:ủ|úa) nhật)"
    r"(?: (?:tuần (?P<week>trước|rồi|qua|vừa qua|vừa rồi|này|nay|tới|sau)"
    r"|(?P<near>vừa qua|vừa rồi|trước|qua|rồi|này|tới|sau)))?"
)
def _weekday(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "Thứ Hai tuần trước". "Thứ hai" is also "second": it needs a sign that a day is meant."""
    if context.RECURRING.before(match, reading) or context.WEEKLY.behind(match, reading):
        return
    week, near, name = (without_diacritics(match[group] or "") for group in ("week", "near", "name"))
    words = without_diacritics(match["lead"]).split()
    last_word = match.end("name") - len(name.split()[-1])
    is_day = (
        bool(week)
        or near.startswith("vua")
        or name.startswith("ch")
        or reading.typed[last_word].isupper()
        or context.TO_A_WEEKDAY.behind(match, reading)
        or (bool(words) and words[-1] not in ("ngay", "tu", "den", "toi"))
    )
    if not is_day:
        return
    index, today = weekday(name), reading.today
    monday = week_days(today)[0]
    if week:
        day = monday + timedelta({"nay": 0, "toi": 1, "sau": 1}.get(week, -1) * 7 + index)
    elif near in ("toi", "sau"):
        day = today + timedelta((index - today.weekday() - 1) % 7 + 1)
    elif near == "nay":
        day = monday + timedelta(index)
    else:
        # "Vừa qua" is over; the bare name may be today.
        day = today - timedelta((today.weekday() - index) % 7 or (7 if near else 0))
    connector = re.match(r"(?:(?:vào|từ|đến|tới|vao|tu|den|toi)\s+)+", match["lead"])
    start = match.start() + (connector.end() if connector else 0)
    yield Expression(start, match.end(), lambda _: (day, day), day.year, exact=False, weak=not (week or near))
