"""Days that evidence names by their distance: "hôm qua", "thứ Tư", "cùng ngày"; told with the day that they mean."""

from __future__ import annotations

import re
from datetime import date

from rag.composing.pieces import Piece
from rag.dates import DateRange, in_words
from rag.values import Kind, Value, values_of

_SAME_DAY = re.compile(r"(?:cùng|trong) ngày(?: (?:hôm )?đó)?\Z|(?:hôm|ngày) (?:đó|ấy|này)\Z", re.IGNORECASE)
_CHARS_BACK = 2_000


def resolved_day(piece: Piece, answer: str) -> tuple[str, str] | None:
    """What to put behind an answer that is a relative day, and a note that says what it was counted from.

    None where the answer names its day itself, or is none. The first is empty where the day cannot be known.
    """
    published = piece.article.published_on
    if _SAME_DAY.match(answer):
        return _same_day(piece, answer)
    relative = [value for value in values_of(answer) if _is_relative(value)]
    if not relative or any(value.kind is Kind.DATE and not _is_relative(value) for value in values_of(answer)):
        return None
    if published is None:
        return "", _unknown(answer)
    settled = next((v for v in values_of(answer, published) if v.kind is Kind.DATE and v.unit is None), None)
    if settled is None or settled.first is None:
        return None
    day = in_words(DateRange(settled.first, settled.last, answer, exact=False))
    return day.removeprefix("ngày "), f"“{answer}” tính từ ngày đăng bài ({_written(published)}) là {day}."


def _is_relative(value: Value) -> bool:
    return value.kind is Kind.DATE and value.unit not in (None, "yearly")


def _unknown(answer: str) -> str:
    return f"Bài không ghi ngày đăng, nên không rõ “{answer}” là ngày nào."


def _same_day(piece: Piece, answer: str) -> tuple[str, str] | None:
    """The last day that the article names before "cùng ngày"; of an article without a day, one that it names itself."""
    start, published = piece.evidence.span_start, piece.article.published_on
    text = piece.article.text[max(0, start - _CHARS_BACK) : start]
    days = [value for value in values_of(text, published) if value.kind is Kind.DATE and not _is_relative(value)]
    single = [value for value in days if value.first is not None and value.first == value.last]
    if not single:
        return None if published else ("", _unknown(answer))
    last = single[-1]
    named = re.sub(r"^(?:ngày|hôm)\s+", "", text[last.start : last.end].strip(), flags=re.IGNORECASE)
    if last.first and any(_is_relative(value) and value.start == last.start for value in values_of(text)):
        named = _written(last.first)
    return named, f"“{answer}” là ngày {named}, nêu ở trước đó trong bài."


def _written(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
