"""What a value is: a number with its unit, or days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Literal


class Kind(StrEnum):
    """What is measured."""

    NUMBER = "number"
    QUANTITY = "quantity"
    MONEY = "money"
    PERCENT = "percent"
    DURATION = "duration"
    DATE = "date"
    TIME = "time"
    ORDINAL = "ordinal"
    SCORE = "score"


class Qualifier(StrEnum):
    """How a number is hedged."""

    NONE = ""
    ABOUT = "about"
    MORE = "more"
    LESS = "less"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


Relation = Literal["same", "compatible", "different", "incomparable"]


@dataclass(frozen=True, slots=True)
class Value:
    """A value at `text[start:end]`, with its qualifier and unit.

    `low` and `high` are equal unless a range is named ("45-50%", "hàng chục"). They count in `unit`: "kg", "m", "m2",
    "l", "USD" (a code of ISO 4217), "%", "s" for durations, a counted noun ("người"), each perhaps with "/" and
    another ("VND/kg"); None for a bare number. Times are minutes after midnight, scores have one side in each of the
    two. Fractions are percents.

    A date spans `first` to `last`, both inclusive. Its unit is None where these are settled; "yearly" where its year
    is not known and 2000 stands for it; "offset" where only its distance in days from the day of publication is known,
    in `low` and `high`; else its wording in small letters, without days ("thứ tư", "tháng trước").
    """

    kind: Kind
    low: float
    high: float
    unit: str | None
    qualifier: Qualifier
    start: int
    end: int
    first: date | None = None
    last: date | None = None
