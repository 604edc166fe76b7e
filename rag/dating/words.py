"""The words of Vietnamese and English expressions of time."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from rag import vietnamese
from rag.dating.expressions import MONTH, YEAR, without_diacritics
from rag.dating.spans import Part, Unit

_VIETNAMESE_NUMBERS: Final = ("một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín", "mười")
_ENGLISH_NUMBERS: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_NUMBERS: Final = {
    **{word: number for number, word in enumerate(_VIETNAMESE_NUMBERS, 1)},
    "tư": 4,
    "lăm": 5,
    "bẩy": 7,
    "mốt": 1,
    "nhất": 1,
    "đầu": 1,
    "cuối": 4,
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    **{word: number for number, word in enumerate(_ENGLISH_NUMBERS, 1)},
    "a": 1,
    "an": 1,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
}
_BY_FOLDED: Final = {vietnamese.fold(word): number for word, number in _NUMBERS.items()}

ONES = r"một|mốt|hai|ba|bốn|tư|năm|lăm|sáu|bảy|bẩy|tám|chín"
NUMBER = rf"\d{{1,3}}|(?:(?:hai|ba|bốn|năm) mươi|mười)(?: (?:{ONES}))?|{ONES}"

UNITS: Final[dict[str, Unit]] = {
    "tuần": "week", "tháng": "month", "quý": "quarter", "quí": "quarter", "năm": "year",
    "tuan": "week", "thang": "month", "quy": "quarter", "nam": "year",
    "week": "week", "month": "month", "quarter": "quarter", "year": "year",
}  # fmt: skip

PART = (
    r"nửa đầu|nửa cuối|nửa sau|nửa còn lại|thượng tuần|trung tuần|hạ tuần|tuần đầu tiên|tuần đầu|"
    r"(?:những |mấy |các )?(?:ngày|tuần|tháng) (?:đầu|cuối)|đầu|giữa|cuối"
)
ENGLISH_PART = (
    r"(?:the )?first half of|(?:the )?second half of|(?:the )?(?:beginning|start) of|"
    r"(?:the )?middle of|(?:the )?end of|early|mid|late"
)

_YEARS_NEARBY: Final = {"ngoái": -1, "trước": -1, "rồi": -1, "nay": 0, "kia": -2, "sau": 1, "tới": 1}
YEAR_NEARBY = "|".join(_YEARS_NEARBY)
# What may follow a day or a month: a year, "năm ngoái", or "tới", which is a verb in "ngày 30/4 tới Hà Nội".
OF_YEAR = (
    rf"(?:,? (?:của )?năm (?P<year>{YEAR})| ?[/.\-–] ?(?P<year_after_sign>{YEAR})|,? (?P<year_alone>{YEAR})"
    rf"|,? (?:của )?năm (?P<year_nearby>{YEAR_NEARBY}))?"
)
AHEAD = r"(?: (?P<ahead>sắp tới|tới đây|tới(?= (?:này|có|là|sẽ|thì|ở|tại|được|diễn)| ?[?.,!]| ?$))| vừa qua| vừa rồi)?"
NOT_LUNAR = r"(?! (?:âm|al|tết|tháng (?:giêng|chạp)))"
MONTH_NAMED = rf"(?P<month>{MONTH}|mười một|mười hai|mười|một|hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín)"

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            ("january", "jan"), ("february", "feb"), ("march", "mar"), ("april", "apr"), ("may",), ("june", "jun"),
            ("july", "jul"), ("august", "aug"), ("september", "sept", "sep"), ("october", "oct"), ("november", "nov"),
            ("december", "dec"),
        ),
        1,
    )
    for name in names
}  # fmt: skip
ENGLISH_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def number(written: str) -> int:
    """ "3", "mười hai", "hai mươi mốt", "IV", "two". Raises ValueError for another word."""
    total = 0
    for word in vietnamese.fold(written).split():
        if word.isdigit():
            total += int(word)
        elif word == "muoi":
            total = total * 10 if total else 10
        elif word in _BY_FOLDED:
            total += _BY_FOLDED[word]
        else:
            raise ValueError(f"{written!r} is no number")
    return total


# The first that a part's wording begins with decides.
_PARTS: Final[tuple[tuple[str, Part], ...]] = (
    ("nua dau", "first half"), ("first half", "first half"), ("nua", "second half"), ("second half", "second half"),
    ("tuan dau", "first week"), ("giua", "middle"), ("trung tuan", "middle"), ("mid", "middle"), ("cuoi", "last"),
    ("ha tuan", "last"), ("late", "last"), ("end", "last"),
)  # fmt: skip


def part(written: str | None) -> Part | None:
    """Which part of a unit "đầu", "nửa cuối", "những ngày cuối" or "late" is."""
    if not written:
        return None
    bare = " ".join(vietnamese.fold(written).split()).removeprefix("the ")
    if bare.endswith(" cuoi") and not bare.startswith("nua"):
        return "last"
    return next((named for opening, named in _PARTS if bare.startswith(opening)), "first")


def weekday(written: str) -> int:
    """ "thứ hai" and "thứ 2" are 0, "chủ nhật" is 6; English names likewise."""
    bare = vietnamese.fold(written)
    if bare in WEEKDAYS:
        return WEEKDAYS.index(bare)
    return 6 if "nhat" in bare else number(bare.split()[-1]) - 2


def stated_year(match: re.Match[str], today: date) -> int | None:
    """The year in a match of `OF_YEAR`; None where it states none."""
    groups = match.groupdict()
    written = groups.get("year") or groups.get("year_after_sign") or groups.get("year_alone")
    if written:
        return int(written)
    nearby = groups.get("year_nearby")
    if not nearby:
        return None
    shifts = {without_diacritics(word): shift for word, shift in _YEARS_NEARBY.items()}
    return today.year + shifts[without_diacritics(nearby)]
