"""What the patterns of a language find in a text: expressions of time, not yet combined with one another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from rag import vietnamese
from rag.dating.spans import Days

# Where a number or word may begin and end: not inside a decimal, an address, "9/2020/NĐ-CP" or "COVID-19".
BEGIN = r"(?<!\w)(?<![\d\w][/.,:\-–])"
END = r"(?![\w%°]|[/.,:\-–]\w)"
DAY = r"(?:0?[1-9]|[12]\d|3[01])"
MONTH = r"(?:0?[1-9]|1[0-2])"
YEAR = r"(?:1\d{3}|20\d{2})"


@dataclass(frozen=True, slots=True)
class Expression:
    """Days named at `text[start:end]`.

    `of_year(year)` are the days in one year; it raises ValueError where that year has none, as for 29 February. `year`
    is None where none is stated. `ahead` asks for the next such days instead of the last that have begun. `whole` are
    the days without the "giữa" before them, which in "giữa tháng 2 và tháng 3" belongs to both. `weak` gives way to a
    day right behind it, as the weekday in "thứ Hai ngày 19/4". `stretch` has both ends in itself, as "1-5/4". `also`
    are other days that the same words name.
    """

    start: int
    end: int
    of_year: Callable[[int], Days]
    year: int | None
    exact: bool = True
    ahead: bool = False
    lone_year: bool = False
    weak: bool = False
    stretch: bool = False
    also: tuple[Expression, ...] = ()
    whole: Callable[[int], Days] | None = None

    def days(self, today: date) -> Days | None:
        """The days meant: those of the year stated, or the nearest; None where the calendar has none."""
        years = range(today.year, today.year + 9) if self.ahead else range(today.year, max(today.year - 9, 1), -1)
        for year in [self.year] if self.year is not None else years:
            try:
                first, last = self.of_year(year)
            except (ValueError, OverflowError):
                continue
            if self.year is not None or (last >= today if self.ahead else first <= today):
                return first, last
        return None

    def within(self, year: int | None) -> Expression:
        return replace(self, year=year)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as the patterns see it: `text` is lower-case, and without diacritics where `bare`.

    `typed` is the same, letter for letter, as it was typed.
    """

    text: str
    typed: str
    bare: bool
    today: date


Handler = Callable[[re.Match[str], Reading], Iterable[Expression]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern in full spelling, the same without diacritics, and what makes expressions of a match."""

    accented: re.Pattern[str]
    bare: re.Pattern[str]
    handler: Handler


def rule_into(rules: list[Rule], pattern: str) -> Callable[[Handler], Handler]:
    """A decorator that adds a rule. Spaces in a pattern stand for any white space."""
    pattern = f"{BEGIN}(?:{pattern}){END}"

    def add(handler: Handler) -> Handler:
        rules.append(Rule(re.compile(spaced(pattern)), re.compile(spaced(without_diacritics(pattern))), handler))
        return handler

    return add


def spaced(pattern: str) -> str:
    """A space in the pattern is any white space, `" ?"` any or none."""
    return pattern.replace(" ?", r"\s*").replace(" ", r"\s+")


def without_diacritics(text: str) -> str:
    """The text letter for letter in lower case and without diacritics; ASCII, such as a pattern's escapes, stays."""
    return "".join(letter if letter.isascii() else _bare_letter(letter) for letter in text)


def read(text: str, today: date) -> Reading:
    """A text made ready for the patterns; offsets stay those of `vietnamese.nfc(text)`."""
    typed = vietnamese.nfc(text)
    lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in typed)
    bare = _mostly_bare(lower)
    return Reading(without_diacritics(lower) if bare else lower, typed, bare, today)


def found(rules: Iterable[Rule], reading: Reading) -> list[Expression]:
    """The expressions of a text from left to right. Of those that overlap, the first counts, then the longest."""
    every = [expression for rule in rules for expression in _matches(rule, reading)]
    every.sort(key=lambda expression: (expression.start, -expression.end))
    kept: list[Expression] = []
    for expression in every:
        if not kept or expression.start >= kept[-1].end:
            kept.append(expression)
    return [one for expression in kept for one in (expression, *expression.also)]


def fixed(match: re.Match[str], days: Days, *, exact: bool = False, stretch: bool = False) -> Expression:
    """An expression whose days are settled, as those of "hôm qua"."""
    return Expression(match.start(), match.end(), lambda _: days, days[0].year, exact=exact, stretch=stretch)


def _matches(rule: Rule, reading: Reading) -> Iterator[Expression]:
    pattern = rule.bare if reading.bare else rule.accented
    for match in pattern.finditer(reading.text):
        try:
            yield from rule.handler(match, reading)
        except (ValueError, OverflowError):
            continue  # no such day in the calendar


_WORD = re.compile(r"[^\W\d_]+")
_ACCENTED_SHARE = 1 / 3


def _mostly_bare(lower: str) -> bool:
    """Typed without diacritics, but perhaps for a name or two; Vietnamese text carries them on most words."""
    words = _WORD.findall(lower)
    accented: int = sum(not word.isascii() and without_diacritics(word) != word for word in words)
    return accented <= len(words) * _ACCENTED_SHARE


@lru_cache(1024)
def _bare_letter(letter: str) -> str:
    folded = vietnamese.fold(letter)
    return folded if len(folded) == 1 else letter
