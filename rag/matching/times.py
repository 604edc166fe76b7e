"""Whether a sentence tells of another time than the one asked for: by the time that it opens with."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from enum import Enum

from rag.dates import DateRange
from rag.dating.spans import Days
from rag.values import Kind, Value, values_of

# "Trước đó, sáng 20/1, …": behind more words a time belongs to what they say.
_MOST_WORDS_BEFORE = 4
# What holds from a day on, or held until one, may hold on the day asked for.
_BOUND = re.compile(r"(?:từ|kể từ|tính từ|sau|trước|đến|tới|tính đến|đến nay)(?: ngày| hôm)?\s*$", re.IGNORECASE)
# "18/4-25/4": without blanks the sign is that of a score.
_TIGHT = re.compile(r"(\d/\d{1,2})[-–](?=\d{1,2}/\d)")
_SEVERAL_DAYS, _A_MONTH = timedelta(2), timedelta(27)


class Opening(Enum):
    """The time that a sentence opens with: none or the one asked for, another, or several days around the one asked."""

    ASKED = "asked"
    ANOTHER = "another"
    LONGER = "longer"


def opening_of(sentence: str, asked: Sequence[DateRange], published_on: date | None) -> Opening:
    """How the time that a sentence opens with stands to the ranges asked for, which are alternatives.

    A day without a year is of the year of publication, or else of that asked for. What a sentence says without a time
    at its head, or from a day on, is taken to be of the time asked for; so is what it says of a month or a year, which
    may be told on that day.
    """
    sentence = _TIGHT.sub(r"\1 - ", sentence)
    time = next((each for each in values_of(sentence, published_on) if each.kind is Kind.DATE), None)
    if time is None or time.first is None or time.unit not in (None, "yearly"):
        return Opening.ASKED
    before = sentence[: time.start]
    bound = time.first == time.last and _BOUND.search(before)
    if len(re.findall(r"\w+", before)) > _MOST_WORDS_BEFORE or bound:
        return Opening.ASKED
    stretches = [_stretch(time, one) for one in asked]
    if any(days is None or days[1] - days[0] >= _A_MONTH for days in stretches):
        return Opening.ASKED
    told = [(days, one) for days, one in zip(stretches, asked, strict=True) if days is not None]
    if told and all(_is_apart(days, one) for days, one in told):
        return Opening.ANOTHER
    longer = all(one.first == one.last and days[1] - days[0] >= _SEVERAL_DAYS for days, one in told)
    return Opening.LONGER if told and longer else Opening.ASKED


def _stretch(time: Value, asked: DateRange) -> Days | None:
    """The days of a time, in the year asked for where it has none; None where that is not known."""
    first, last, known = time.first, time.last or time.first, asked.first or asked.last
    if first is None or last is None:
        return None
    if time.unit != "yearly":
        return first, last
    if known is None or (2, 29) in {(first.month, first.day), (last.month, last.day)}:
        return None
    return first.replace(year=known.year), last.replace(year=known.year)


def _is_apart(days: Days, asked: DateRange) -> bool:
    return bool((asked.last and days[0] > asked.last) or (asked.first and days[1] < asked.first))
