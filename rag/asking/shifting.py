"""The time beside the one that a question names: "Còn hôm sau?" after "Ngày 22/1 …", "Còn năm trước?" after 2020."""

from __future__ import annotations

import re
from datetime import date

from rag.asking.mentions import Mention, mentions_of
from rag.dating.spans import Unit, back, month_days, shifted, year_days
from rag.values import Kind, Value, values_of

# "Tuần trước" and "hôm qua" are counted from today, "hôm sau" and "năm sau" from the time before.
_BESIDE = re.compile(
    r"^(?:(?:thế còn|vậy còn|còn|thế|vậy|và|rồi)\s+)?(?:vào |trong |sang )?"
    r"(?P<unit>ngày hôm|hôm|ngày|tháng|năm) (?P<way>sau|trước|tiếp theo|kế tiếp|liền trước|liền sau)(?: (?:đó|ấy|nữa))?"
    r"(?:\s+thì)?(?:\s+(?:sao|thế nào|như thế nào|ra sao))?\s*\?*$",
    re.IGNORECASE,
)
_UNITS: dict[str, Unit | None] = {"tháng": "month", "năm": "year"}


def time_beside(text: str, question: str) -> tuple[Mention, str] | None:
    """The only time that a question names and what a follow-up asks of instead, as it is to stand there.

    None where the follow-up asks of no such time, the question names none or several, or one of another length.
    """
    found = _BESIDE.match(text)
    if not found:
        return None
    times = [mention for mention in mentions_of(question) if mention.kind == "date"]
    if len(times) != 1:
        return None
    value = next((value for value in values_of(times[0].text) if value.kind is Kind.DATE), None)
    if value is None or value.first is None or value.unit not in (None, "yearly"):
        return None
    unit = _UNITS.get(found["unit"].lower())
    if unit != _unit_of(value):
        return None
    step = -1 if "trước" in found["way"].lower() else 1
    moved = back(value.first, unit, -step) if unit else shifted(value.first, days=step)
    year = "" if value.unit else f"/{moved.year}"
    if unit == "year":
        return times[0], f"năm {moved.year}"
    return times[0], f"tháng {moved.month}{year}" if unit else f"ngày {moved.day}/{moved.month}{year}"


def _unit_of(value: Value) -> Unit | str | None:
    """Month, year, None for a day; "" for any other stretch."""
    first, last = value.first, value.last
    if first is None or first == last:
        return None
    whole: dict[tuple[date, date], Unit] = {month_days(first.year, first.month): "month", year_days(first.year): "year"}
    return whole.get((first, last), "") if last else ""
