"""Days that evidence names by their distance: "hôm qua", "thứ Tư", "cùng ngày"; told with the day that they mean."""

from __future__ import annotations

import re
from datetime import date

from rag.composing.pieces import Piece
from rag.dates import DateRange, in_words
from rag.values import Kind, Relation, Value, relation, values_of

_SAME_DAY = re.compile(r"(?:cùng|trong) ngày(?: (?:hôm )?đó)?\Z|(?:hôm|ngày) (?:đó|ấy|này)\Z", re.IGNORECASE)
_CHARS_BACK = 2_000
_WORST_FIRST: tuple[Relation, ...] = ("different", "compatible", "same")
# "Thứ Bảy" is counted from the day of publication, and may well be that of a later week.
_MOST_DAYS_OFF = 35


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


def related_moments(one: Piece, other: Piece, answers: tuple[str, str]) -> Relation:
    """How the days and times of two answers stand to each other, each kind that both have with its like: "19h ngày 5/6"
    is the "19h" of another; a bare weekday is any day that falls on it."""
    related = []
    for kind in (Kind.DATE, Kind.TIME):
        found = [_longest(answer, kind, piece) for answer, piece in zip(answers, (one, other), strict=True)]
        if found[0] is None or found[1] is None:
            continue
        how = relation(found[0], found[1])
        if how == "different" and kind is Kind.DATE and _on_that_weekday(answers, (found[0], found[1])):
            how = "compatible"
        related.append(how)
    if not related:
        return "incomparable"
    return next((how for how in _WORST_FIRST if how in related), "incomparable")


def _longest(answer: str, kind: Kind, piece: Piece) -> Value | None:
    found = (value for value in values_of(answer, piece.article.published_on) if value.kind is kind)
    return max(found, key=lambda value: (value.end - value.start, -value.start), default=None)


def _on_that_weekday(answers: tuple[str, str], days: tuple[Value, Value]) -> bool:
    """Whether one answer names no more of its day than the weekday, and the other day falls on it, not long apart."""
    firsts = [day.first for day in days]
    if firsts[0] is None or firsts[1] is None or abs((firsts[0] - firsts[1]).days) > _MOST_DAYS_OFF:
        return False
    for answer, day in zip(answers, reversed(days), strict=True):
        bare = [value for value in values_of(answer) if value.kind is Kind.DATE]
        if len(bare) == 1 and bare[0].first is None and relation(bare[0], day) == "compatible":
            return True
    return False


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
