"""Weeks, months, quarters, years and their parts in Vietnamese: "tháng 9/2020", "đầu năm nay", "tuần trước"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import partial

from rag.dating import context
from rag.dating.expressions import MONTH, YEAR, Expression, Reading, Rule, fixed, rule_into, without_diacritics
from rag.dating.spans import (
    Days,
    back,
    month_days,
    part_days,
    quarter_days,
    unit_days,
    year_days,
)
from rag.dating.words import (
    AHEAD,
    MONTH_NAMED,
    NOT_LUNAR,
    NUMBER,
    OF_YEAR,
    PART,
    UNITS,
    YEAR_NEARBY,
    number,
    part,
    stated_year,
)

RULES: list[Rule] = []
rule = partial(rule_into, RULES)

_PART = rf"(?:(?P<part>{PART})(?: của)? )?"
_SEASONS = {"xuan": (1, 5), "he": (5, 9), "thu": (8, 11), "dong": (11, 14)}


@rule(rf"{_PART}tháng {MONTH_NAMED}{OF_YEAR}{AHEAD}{NOT_LUNAR}")
def _month(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    named, year = match["month"], stated_year(match, reading.today)
    if not named.isdigit():
        # "tháng năm nào" asks, and "thang sau" is next month.
        doubtful = without_diacritics(named) in ("nam", "sau") and year is None
        if doubtful and (
            reading.bare
            or context.ASKS_OR_NAMES_A_YEAR.behind(match, reading)
            or not context.GOES_ON.behind(match, reading)
        ):
            return
        if context.REVOLUTION.before(match, reading):
            return
    if reading.bare and context.WON.behind(match, reading):
        return  # "thang 3 tran": "thắng"
    month, which = number(named), part(match["part"])

    def whole(of: int) -> Days:
        return month_days(of, month)

    yield Expression(
        match.start(),
        match.end(),
        lambda of: part_days("month", whole(of), which),
        year,
        ahead=bool(match["ahead"]),
        whole=whole if which == "middle" else None,
    )


@rule(rf"(?P<month>{MONTH})(?P<sign>[/-])(?P<year>{YEAR})")
def _month_and_year(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if match["sign"] == "-" and not context.MONTH_OF.before(match, reading):
        return
    if not context.NUMBERED.before(match, reading):
        yield fixed(match, month_days(int(match["year"]), int(match["month"])), exact=True)


@rule(rf"{_PART}qu[ýí] (?P<quarter>[1-4]|i{{1,3}}|iv|một|nhất|hai|ba|tư|bốn|đầu tiên|đầu|cuối){OF_YEAR}")
def _quarter(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    named, year = match["quarter"], stated_year(match, reading.today)
    if reading.bare and year is None and named in ("ba", "tu"):
        return  # "quý bà", "quý tử"
    quarter, which = number(named.split()[0]), part(match["part"])
    yield Expression(
        match.start(), match.end(), lambda of: part_days("quarter", quarter_days(of, quarter), which), year
    )


@rule(rf"{_PART}(?:năm (?P<named>{YEAR})|(?P<alone>{YEAR}))")
def _year(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if context.LAW.before(match, reading) or (reading.bare and context.SOUTH.before(match, reading)):
        return
    which = part(match["part"])
    introduced = which or (context.YEAR_OF.before(match, reading) and context.GOES_ON.behind(match, reading))
    if match["alone"] and not introduced:
        return  # "World Cup 2018"
    yield Expression(
        match.start(),
        match.end(),
        lambda of: part_days("year", year_days(of), which),
        int(match["named"] or match["alone"]),
        lone_year=which is None,
        whole=year_days if which == "middle" else None,
    )


@rule(
    r"(?:giai đoạn|thời kỳ|trong|từ|khoảng(?: thời gian)?|những năm|(?:hai|ba|bốn|các|\d+) năm|năm)"
    r"(?: những)?(?: năm)? "
    rf"(?P<first>{YEAR}) ?[-–] ?(?P<last>{YEAR})"
)
def _years(match: re.Match[str], _: Reading) -> Iterator[Expression]:
    first, last = int(match["first"]), int(match["last"])
    if first < last:
        yield fixed(match, (year_days(first)[0], year_days(last)[1]), exact=True, stretch=True)


@rule(rf"{_PART}(?:(?:thập niên|thập k[ỷỉ])(?: những năm)?|những năm) (?P<decade>(?:1\d|20)\d0|[1-9]0)")
def _decade(match: re.Match[str], _: Reading) -> Iterator[Expression]:
    start = int(match["decade"])
    start += 1900 if start < 100 else 0
    yield fixed(match, part_days("decade", unit_days("decade", date(start, 1, 1)), part(match["part"])), exact=True)


@rule(
    rf"(?:mùa (?P<season>xuân|hè|thu|đông)|(?P<summer>hè))"
    rf"(?:(?: năm)? (?P<year>{YEAR})| năm (?P<year_nearby>{YEAR_NEARBY})| (?P<near>này|vừa qua|vừa rồi))"
)
def _season(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    first, last = _SEASONS[without_diacritics(match["season"] or match["summer"])]

    def of_year(year: int) -> Days:
        end = month_days(year, last)[1] if last <= 12 else month_days(year + 1, last - 12)[1]
        return date(year, first, 1), end

    year = stated_year(match, reading.today)
    yield Expression(match.start(), match.end(), of_year, year, exact=not match["near"])


@rule(
    rf"(?P<count>{NUMBER}) (?P<unit>tháng|quý|quí) (?P<end>đầu|cuối)(?: tiên)?(?: của)?"
    rf"(?: năm (?P<year>{YEAR})| (?P<year_alone>{YEAR})| năm (?P<year_nearby>{YEAR_NEARBY})| năm)"
)
def _months_of_a_year(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "6 tháng đầu năm 2020", "ba tháng cuối năm ngoái"."""
    count = number(match["count"]) * (3 if UNITS[match["unit"]] == "quarter" else 1)
    if not 0 < count <= 12 or context.STUDY.behind(match, reading):
        return
    first, last = (1, count) if part(match["end"]) == "first" else (13 - count, 12)

    def of_year(year: int) -> Days:
        return date(year, first, 1), month_days(year, last)[1]

    year = stated_year(match, reading.today)
    yield Expression(match.start(), match.end(), of_year, year, exact=year is not None)


@rule(rf"{_PART}(?P<unit>tuần|tháng|quý|quí|năm) (?P<which>trước|vừa qua|vừa rồi|qua|rồi|này|nay|tới|sau|ngoái|kia)")
def _unit_nearby(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "Tuần trước", "đầu năm nay", "cuối tuần qua"."""
    unit, which, part_named = UNITS[match["unit"]], without_diacritics(match["which"]), part(match["part"])
    if which in ("ngoai", "kia") and unit != "year":
        return
    if context.COUNTED.before(match, reading) and not context.LABELLED.before(match, reading):
        return
    if which in ("truoc", "sau", "toi") and context.BEFORE_EVENT.behind(match, reading):
        return
    if unit == "year" and which == "nay" and context.AGE.behind(match, reading):
        return
    today = reading.today
    if which in ("qua", "vua qua") and part_named is None and unit != "quarter":
        yield fixed(match, (back(today, unit, 1), today))
        return
    days = unit_days(unit, back(today, unit, {"nay": 0, "toi": -1, "sau": -1, "kia": 2}.get(which, 1)))
    yield Expression(
        match.start(),
        match.end(),
        lambda _: part_days(unit, days, part_named),
        days[0].year,
        exact=False,
        lone_year=unit == "year" and part_named is None,
    )


@rule(r"sang năm(?: (?:tới|sau))?")
def _next_year(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if not context.A_NUMBER.behind(match, reading):
        yield fixed(match, year_days(reading.today.year + 1))


@rule(rf"(?P<part>{PART})(?: của)? (?P<unit>tuần|tháng|quý|quí|năm)")
def _part_of_the_present(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "Đầu năm", "cuối tuần": of the present year or week, or of the last where it has not come to that."""
    if context.STUDY.behind(match, reading):
        return
    unit, which = UNITS[match["unit"]], part(match["part"])
    for count in (0, 1):
        days = part_days(unit, unit_days(unit, back(reading.today, unit, count)), which)
        if days[0] <= reading.today:
            yield fixed(match, days)
            return
