"""Expressions of time in English: "on 1 October 2020", "last week", "in the first half of 2021"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import partial

from rag.dating.expressions import DAY, YEAR, Expression, Reading, Rule, fixed, rule_into
from rag.dating.spans import Days, back, month_days, part_days, quarter_days, unit_days, week_days, year_days
from rag.dating.words import ENGLISH_MONTH, ENGLISH_PART, MONTHS, UNITS, WEEKDAYS, number, part

RULES: list[Rule] = []
rule = partial(rule_into, RULES)

_NUMBER = r"\d{1,3}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_OF_YEAR = rf"(?:,? (?:of )?(?P<year>{YEAR})| (?:of )?(?P<near>last|this) year)?"
_PART = rf"(?:(?P<part>{ENGLISH_PART}) )?"
_WEEKDAY = "|".join(WEEKDAYS)


def _year_of(match: re.Match[str], today: date) -> int | None:
    if match["year"]:
        return int(match["year"])
    return today.year - (match["near"] == "last") if match["near"] else None


@rule(
    rf"(?:(?:on )?(?:the )?(?P<day>{DAY})(?:st|nd|rd|th)?(?: of)? (?P<month>{ENGLISH_MONTH})\.?"
    rf"|(?:on )?(?P<month_first>{ENGLISH_MONTH})\.? (?P<day_last>{DAY})(?:st|nd|rd|th)?){_OF_YEAR}"
)
def _day(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    month, day = MONTHS[match["month"] or match["month_first"]], int(match["day"] or match["day_last"])

    def of_year(year: int) -> Days:
        return date(year, month, day), date(year, month, day)

    of_year(2000)  # refuses a day that no year has
    year, name = _year_of(match, reading.today), "month" if match["month"] else "month_first"
    if year is None and match[name] == "may" and reading.typed[match.start(name)].islower():
        return  # "thang 7 may bay"
    yield Expression(match.start(), match.end(), of_year, year)


@rule(rf"{_PART}(?P<month>{ENGLISH_MONTH}){_OF_YEAR}")
def _month(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    """ "May" and "march" are months only where a year, a part or a preposition says so."""
    month, which, year = MONTHS[match["month"]], part(match["part"]), _year_of(match, reading.today)
    capital = reading.typed[match.start("month")].isupper()
    preposition = re.search(
        r"\b(?:in|since|from|to|until|till|between|and|before|after|during|last|by)\s+$", reading.text[: match.start()]
    )
    if not (year or which or (preposition and capital)):
        return
    yield Expression(match.start(), match.end(), lambda of: part_days("month", month_days(of, month), which), year)


@rule(
    rf"(?:q(?P<digit>[1-4])|(?:the )?(?P<named>first|second|third|fourth|last|1st|2nd|3rd|4th) quarter)"
    rf"{_OF_YEAR.replace(',?', ',?(?: in)?')}"
)
def _quarter(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    year, named = _year_of(match, reading.today), match["named"]
    if named == "last" and year is None:
        yield fixed(match, unit_days("quarter", back(reading.today, "quarter", 1)))
        return
    quarter = (
        int(match["digit"])
        if match["digit"]
        else 4
        if named == "last"
        else number(named[0] if named[0].isdigit() else named)
    )
    yield Expression(match.start(), match.end(), lambda of: quarter_days(of, quarter), year)


@rule(rf"{_PART}(?:(?:in|during|by|of|since|from|until|till|before|after|between|and|to|year) )?(?P<year>{YEAR})")
def _year(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    which, year = part(match["part"]), int(match["year"])
    introduced = re.match(
        r"(?:in|during|by|of|since|from|until|till|before|after|between|and|to|year)\s", match.group()
    )
    if not (which or introduced):
        return
    yield Expression(
        match.start("part") if which else match.start("year"),
        match.end(),
        lambda of: part_days("year", year_days(of), which),
        year,
        lone_year=which is None,
    )


@rule(
    r"yesterday(?: morning| afternoon| evening)?|last night|today|tonight|tomorrow|this (?:morning|afternoon|evening)"
)
def _day_nearby(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    words = match.group()
    day = reading.today + timedelta(-1 if words.startswith(("yesterday", "last")) else words == "tomorrow")
    yield fixed(match, (day, day))


@rule(rf"{_PART}(?P<which>last|this|next|the past|past) (?P<unit>week|month|quarter|year)")
def _unit_nearby(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    unit, which, part_named, today = UNITS[match["unit"]], match["which"], part(match["part"]), reading.today
    if which.endswith("past"):
        yield fixed(match, (back(today, unit, 1), today))
        return
    days = unit_days(unit, back(today, unit, {"last": 1, "this": 0, "next": -1}[which]))
    yield fixed(match, part_days(unit, days, part_named))


@rule(r"(?P<which>last|this|this past|next) weekend")
def _weekend(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    shift = {"this": 0, "next": 1}.get(match["which"], -1)
    yield fixed(match, part_days("week", week_days(reading.today + timedelta(7 * shift)), "last"))


@rule(rf"(?P<count>{_NUMBER}) (?P<unit>day|week|month|quarter|year)s? ago")
def _ago(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    count, today = number(match["count"]), reading.today
    if match["unit"] == "day":
        day = today - timedelta(count)
        yield fixed(match, (day, day))
    else:
        unit = UNITS[match["unit"]]
        yield fixed(match, unit_days(unit, back(today, unit, count)))


@rule(rf"(?:the )?(?:last|past|previous) (?P<count>{_NUMBER}) (?P<unit>hour|day|week|month|quarter|year)s?")
def _so_far(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    count, today = number(match["count"]), reading.today
    match match["unit"]:
        case "hour":
            first = today - timedelta(-(-count // 24))
        case "day":
            first = today - timedelta(count)
        case unit:
            first = back(today, UNITS[unit], count)
    yield fixed(match, (first, today))


@rule(rf"(?:(?:on|early|late) )?(?:(?P<which>last|this past|past|this|next) )?(?P<day>{_WEEKDAY})(?! prayers?\b)")
def _weekday(match: re.Match[str], reading: Reading) -> Iterator[Expression]:
    if re.search(r"\b(?:every|each|black|good)\s+$", reading.text[: match.start()]):
        return
    index, today, which = WEEKDAYS.index(match["day"]), reading.today, match["which"] or ""
    if which == "next":
        day = today + timedelta((index - today.weekday() - 1) % 7 + 1)
    elif which == "this":
        day = week_days(today)[0] + timedelta(index)
    else:
        day = today - timedelta((today.weekday() - index) % 7 or (7 if which else 0))
    yield Expression(match.start(), match.end(), lambda _: (day, day), day.year, exact=False, weak=not which)
