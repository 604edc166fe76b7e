"""Values that are told in other words than their evidence has: "cuối năm" for "31/12", "tháng 3" for "tháng trước"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.generation.checks.tokens import Tokens
from rag.values import Kind, Qualifier, Value
from rag.valuing.units import COUNTED, UNITS
from rag.vietnamese import syllables

_DIGITS = {
    "một": "1", "nhất": "1", "hai": "2", "nhì": "2", "ba": "3", "bốn": "4", "tư": "4", "năm": "5", "sáu": "6",
    "bảy": "7", "tám": "8", "chín": "9", "mười": "10",
}  # fmt: skip
_MONTH = re.compile(r"tháng\s(\d{1,2})(?![\d/])", re.IGNORECASE)
_QUALIFIED = ("hơn", "gần", "dưới", "trên", "khoảng", "chừng", "tối đa", "ít nhất", "tối thiểu")
_NOT_YET = re.compile(r"(?<!\w)(?:chưa đủ|chưa đến|chưa tới|chưa đầy|ít hơn|không đủ|không đến)\s\Z", re.IGNORECASE)
_LAST_MONTH = re.compile(r"tháng (?:liền )?trước(?!\w| đó)", re.IGNORECASE)
_NUMBERED = frozenset(("quận", "cấp", "khóa", "lớp", "số", "phường", "tập", "hạng", "loại", "khối", "tầng", "phòng"))
_LAST_YEAR = ("năm trước", "năm ngoái", "cùng kỳ năm trước", "cùng kỳ năm ngoái")
# First and last month, or first and last day of a month, that are called so.
_PARTS = {
    "đầu năm": (1, 3), "giữa năm": (5, 8), "cuối năm": (10, 12),
    "đầu tháng": (1, 10), "giữa tháng": (10, 20), "cuối tháng": (20, 31),
}  # fmt: skip


def is_restated(value: Value, written: str, sentence: Tokens, evidence: Sequence[Tokens]) -> bool:
    """Whether the evidence has a value in other words, or as a part of another one."""
    lower = " ".join(written.lower().split())
    if _is_under(value, sentence, evidence) or _is_time_of(value, lower, evidence):
        return True
    if value.kind in (Kind.TIME, Kind.DURATION):
        return any(_has(each, lower) for each in evidence)
    if value.kind is Kind.DATE:
        return _is_same_day(lower, evidence)
    if value.kind is Kind.ORDINAL:
        return _is_numbered(value, sentence, evidence)
    return _is_in_name(value, sentence, evidence)


def _is_same_day(written: str, evidence: Sequence[Tokens]) -> bool:
    """Whether a day or period is one of the evidence by how it is told from another."""
    if written in _LAST_YEAR:
        return any(_has(each, other) for each in evidence for other in (*_LAST_YEAR, "cùng kỳ"))
    if written.endswith((" tới", " sau")):
        return any(_has(each, f"{written[:-3].strip()} {end}") for each in evidence for end in ("tới", "sau"))
    return _is_part(written, evidence) or _is_last_month(written, evidence)


def counted_otherwise(value: Value, written: str, evidence: Sequence[Tokens]) -> bool:
    """Whether what is counted is counted with another number: "hai gan" for "một gan, hai thận"."""
    number, *noun = syllables(written)
    own = _DIGITS.get(number, number)
    if value.kind is not Kind.QUANTITY or len(noun) != 1 or noun[0] in COUNTED or own not in _DIGITS.values():
        return False
    before = {
        one for each in evidence for one, other in each.pairs if other == noun[0] and (one in _DIGITS or one.isdigit())
    }
    return bool(before) and all(_DIGITS.get(one, one) != own for one in before)


def _has(tokens: Tokens, written: str) -> bool:
    """Whether a text has a wording, no number of which is told as more or less than that."""
    told = re.finditer(rf"(?<!\w){re.escape(written)}(?!\w)", tokens.text.lower())
    return any(not tokens.text[: found.start()].lower().rstrip().endswith(_QUALIFIED) for found in told)


def _is_under(value: Value, sentence: Tokens, evidence: Sequence[Tokens]) -> bool:
    """Whether "chưa đủ 12 tuổi" tells "dưới 12 tuổi"."""
    if not _NOT_YET.search(sentence.text[: value.start]):
        return False
    held = (other for each in evidence for other in each.values)
    return any(
        other.kind is value.kind and other.high == value.high and other.qualifier is Qualifier.LESS for other in held
    )


def _is_time_of(value: Value, written: str, evidence: Sequence[Tokens]) -> bool:
    """Whether "đã bảy lần" tells "lần thứ bảy"."""
    if value.unit != "lần" or value.low != value.high:
        return False
    number = written.split(maxsplit=1)[0]
    wordings = {number, *(word for word, digit in _DIGITS.items() if digit == _DIGITS.get(number, number))}
    return any(_has(each, f"lần thứ {wording}") for each in evidence for wording in wordings)


def _is_part(written: str, evidence: Sequence[Tokens]) -> bool:
    """Whether "cuối năm" is told of a day or month at the end of a year."""
    part = next((part for part in _PARTS if written in (part, f"{part} nay", f"{part} này")), None)
    if part is None:
        return False
    first, last = _PARTS[part]
    days = [(value.first, value.last) for each in evidence for value in each.values if value.kind is Kind.DATE]
    yearly = part.endswith("năm")
    return any(
        begins and ends and all(first <= (day.month if yearly else day.day) <= last for day in (begins, ends))
        for begins, ends in days
    )


def _is_last_month(written: str, evidence: Sequence[Tokens]) -> bool:
    found = _MONTH.fullmatch(written)
    if found is None or not any(_LAST_MONTH.search(each.text) for each in evidence):
        return False
    following = int(found[1]) % 12 + 1
    return any(int(month) == following for each in evidence for month in _MONTH.findall(each.text))


def _is_numbered(value: Value, sentence: Tokens, evidence: Sequence[Tokens]) -> bool:
    """Whether "set thứ tư" tells "set bốn"."""
    before = syllables(sentence.text[: value.start])[-1:]
    return any(
        one == before[0] and _DIGITS.get(other, other) == str(int(value.low))
        for each in evidence
        for one, other in each.pairs
        if before and value.low == int(value.low)
    )


def _is_in_name(value: Value, sentence: Tokens, evidence: Sequence[Tokens]) -> bool:
    """Whether a number stands behind the same word with a capital: "Thần Châu 20 chở"."""
    number = sentence.text[value.start : value.end].split()[0].lower()
    before = sentence.text[: value.start].split()[-1:]
    if not before or not number.isdigit() or value.unit in UNITS or sentence.text[value.start - 1] != " ":
        return False
    named = before[0][:1].isupper() or before[0].lower() in _NUMBERED
    return named and any((before[0].lower(), number) in each.pairs for each in evidence)
