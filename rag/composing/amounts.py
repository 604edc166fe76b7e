"""Numbers and dates in evidence: what value an answer span has, and whether two pieces of evidence agree or differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal

from rag import vietnamese
from rag.composing.attributes import same_attribute
from rag.composing.completing import completed
from rag.composing.days import related_moments
from rag.composing.doing import is_surely_of_asked
from rag.composing.pieces import Disagreement, Piece
from rag.composing.subjects import around, lacks_a_name, of_another
from rag.composing.wording import readable, share, topic_words, vocabulary
from rag.datatypes import Span
from rag.question import Asked, FormKind, Question
from rag.values import Kind, Qualifier, Relation, Value, relation, same_answer, values_of

# What may be answered by a number: a question after a thing or manner also ("tỷ số nào", "cao thế nào").
_VALUED = (Asked.HOW_MANY, Asked.WHAT, Asked.HOW)
_TIMES = (Kind.DATE, Kind.TIME)
_BRACKETS = re.compile(r"\s*\(([^()]{2,40})\)")
# How much of the question's subject a sentence must hold to speak of the same thing: alone, with the sentence before
# it, and beside what the best one holds.
_OF_SUBJECT, _WITH_CONTEXT, _OF_THE_BEST = 0.35, 0.5, 0.6
# Reports of one thing differ by less than this.
_MOST_TIMES, _MOST_DAYS_APART = 2.0, 31
_BEFORE_CHARS = 40
_GROWS = re.compile(
    r"tăng lên|nâng (?:tổng )?(?:số|lên)|nâng|lên đến|lên tới|lên thành|hiện|đến nay|tới nay|tính đến|tính tới|"
    r"cập nhật|mới nhất|đã tăng|ghi nhận|thêm",
    re.IGNORECASE,
)
_TALLY = re.compile(
    r"thiệt mạng|tử vong|\bchết\b|bị thương|mất tích|ca (?:nhiễm|mắc|bệnh)|f0|dương tính|sơ tán|quyên góp|ủng hộ|"
    r"hư hỏng|bị ngập|bị sập|bị bắt|cứu được|nạn nhân",
    re.IGNORECASE,
)
# What something bears or may have at most is not what it has.
_LIMIT = re.compile(
    r"tối đa|giới hạn|chịu (?:được|đựng|áp)|(?:chế tạo|thiết kế) (?:để|cho)|an toàn|cho phép|không thể|chỉ có thể|"
    r"sức chứa|có thể (?:chở|chứa|hoạt động)",
    re.IGNORECASE,
)
# Days before it are of another event than what stands behind it.
_OTHER_EVENT = re.compile(r"(?<!\w)(?:trước khi|sau khi|kể từ khi|trong khi)(?!\w)", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(rf"[,;(]|\s[-–]\s|{_OTHER_EVENT.pattern}", re.IGNORECASE)
# What is counted anew each day or session.
_DAILY = re.compile(
    r"(?<!\w)(?:giá|tỷ giá|tỉ giá|index|chỉ số|phiên|trong ngày|mỗi ngày|hôm nay|mới nhất|lãi suất)(?!\w)",
    re.IGNORECASE,
)
_PART = re.compile(r"(?<!biết )(?<!nói )\bthêm\b|\btrong đó\b|\bmới\b|\bcòn lại\b|\briêng\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\btổng (?:cộng|số)\b|\bnâng (?:tổng|số|lên)\b|\blũy kế\b|\bluỹ kế\b|\btất cả\b|\btính đến\b", re.IGNORECASE
)


def answer_span(piece: Piece, question: Question) -> Span:
    """The completed span of a piece, or what stands in brackets behind it in the unit that is asked for: "2.300 feet
    (khoảng 700 mét)"."""
    span = completed(piece.sentence, piece.span, question)
    unit = question.form.unit
    inside = _BRACKETS.match(piece.sentence, span.end)
    if unit is None or inside is None or _ends_in(span.of(piece.sentence), unit):
        return span
    values = (values_of(span.of(piece.sentence)), values_of(inside[1]))
    # The same kind of value, in other units: not a number of other things.
    alike = all(values) and values[0][-1].kind is values[1][-1].kind and values[1][-1].kind is not Kind.NUMBER
    return Span(inside.start(1), inside.end(1)) if alike and _ends_in(inside[1], unit) else span


def _ends_in(text: str, unit: str) -> bool:
    return vietnamese.syllables(text)[-len(unit.split()) :] == vietnamese.syllables(unit)


def answer_text(piece: Piece, question: Question) -> str:
    """The answer span of a piece on one line, without the capital of a short answer."""
    return readable(answer_span(piece, question).of(piece.sentence))


def value_of(piece: Piece, question: Question) -> Value | None:
    """The value of the answer span: a day or time where one is asked for, else the longest number; None without any."""
    if piece.whole:
        return None
    found = values_of(answer_text(piece, question), piece.article.published_on)
    if asks_time(question):
        found = tuple(value for value in found if value.kind in _TIMES) or found
    elif question.asked is Asked.HOW_MANY:
        found = tuple(value for value in found if value.kind not in _TIMES) or found
    return max(found, key=lambda value: (value.end - value.start, -value.start), default=None)


def asks_time(question: Question) -> bool:
    """Whether a day or time is asked for."""
    return question.asked is Asked.WHEN or question.form.kind in (FormKind.DATE, FormKind.TIME)


def agree(one: Piece, other: Piece, question: Question) -> bool:
    """Whether two pieces give the same answer in other words: equal values, or one name written in two ways."""
    if one.whole or other.whole:
        return False
    values = value_of(one, question), value_of(other, question)
    if values[0] is not None and values[1] is not None:
        return _related(one, other, values[0], values[1], question) == "same" and same_subject(one, other, question)
    if values[0] is not None or values[1] is not None:
        return False
    return same_answer(answer_text(one, question), answer_text(other, question)) and same_subject(one, other, question)


def contradict(one: Piece, other: Piece, question: Question) -> bool:
    """Whether the answers have values that cannot both be true."""
    first, second = value_of(one, question), value_of(other, question)
    if first is None or second is None:
        return False
    related = _related(one, other, first, second, question)
    # "Ít nhất 38 người", "ít nhất 44 người": both can be true, and yet they are two reports.
    least = first.qualifier is second.qualifier is Qualifier.AT_LEAST and first.low != second.low
    return related == "different" or (related == "compatible" and least)


def _related(one: Piece, other: Piece, first: Value, second: Value, question: Question) -> Relation:
    if not asks_time(question):
        return relation(first, second)
    return related_moments(one, other, (answer_text(one, question), answer_text(other, question)))


def same_subject(best: Piece, other: Piece, question: Question) -> bool:
    """Whether two sentences speak of what the question is about, in about the same measure."""
    return share(topic_words(question), vocabulary(other.sentence, question)) >= _OF_SUBJECT and _as_much(
        best, other, question
    )


def _as_much(best: Piece, other: Piece, question: Question) -> bool:
    """Whether a sentence with what stands around it speaks of the subject in about the measure of the best one."""
    topic = topic_words(question)
    covered, other_covered = (share(topic, _context(piece, question)) for piece in (best, other))
    return other_covered >= max(_WITH_CONTEXT, _OF_THE_BEST * covered)


def _context(piece: Piece, question: Question) -> frozenset[str]:
    """The words of the sentence, of the one before it, and of the title."""
    return vocabulary(around(piece), question)


def _near_each_other(one: Piece, other: Piece, question: Question) -> bool:
    """Whether two values may be two reports of one thing: a sum and its sixth are two things, and so are an age and a
    number on a shirt."""
    values = value_of(one, question), value_of(other, question)
    if values[0] is None or values[1] is None:
        return False
    if values[0].first is not None and values[1].first is not None:
        return abs((values[0].first - values[1].first).days) <= _MOST_DAYS_APART
    low, high = sorted((values[0].low, values[1].low))
    return low == high or (low > 0 and high <= _MOST_TIMES * low)


def disagreements(groups: Sequence[Sequence[Piece]], question: Question) -> tuple[Disagreement, ...]:
    """Where groups of evidence give different values for what is asked: one entry with all of them, newest first.

    Each group is one value with the pieces that state it. Values that can both be true ("hơn 650 triệu", "650 triệu"),
    that measure other things, that are a part and a total, or that are of different years are no conflict; nor are two
    values in one article, which means two things by them, unless only a word differs ("hơn 90", "gần 90").
    """
    if len(groups) < 2 or groups[0][0].whole:
        return ()
    best = groups[0][0]
    among = [groups[0]]
    heard = _reports(groups[0])
    for group in groups[1:]:
        apart = heard.isdisjoint(_reports(group)) or _same_number(best, group[0], question)
        if apart and differ(best, group[0], question):
            # "Tuần sau" and "thứ Tư" may be one day.
            like = (one for one in among[1:] if asks_time(question) and not contradict(one[0], group[0], question))
            among = _joined(among, next(like, None), group)
            heard |= _reports(group)
    if len(among) < 2:
        return ()
    among = sorted(among, key=lambda group: -_newest(group).toordinal())
    values = tuple((answer_text(group[0], question), tuple(piece.evidence for piece in group)) for group in among)
    return (Disagreement(readable(question.restored).rstrip(" ?.!"), _kind(among, question), values),)


def _joined(
    among: list[Sequence[Piece]], like: Sequence[Piece] | None, group: Sequence[Piece]
) -> list[Sequence[Piece]]:
    return [*among, group] if like is None else [[*one, *group] if one is like else one for one in among]


def _same_number(one: Piece, other: Piece, question: Question) -> bool:
    values = value_of(one, question), value_of(other, question)
    return values[0] is not None and values[1] is not None and values[0].low == values[1].low


def _reports(group: Sequence[Piece]) -> set[str]:
    return {piece.article.id for piece in group}


def _newest(group: Sequence[Piece]) -> date:
    return max((piece.article.published_on or date.min for piece in group), default=date.min)


def differ(best: Piece, other: Piece, question: Question) -> bool:
    """Whether two pieces give values for the same thing that cannot both be true."""
    if question.asked not in _VALUED and not asks_time(question):
        return False
    if not contradict(best, other, question):
        return False
    # What answers may say so by "này" and a sentence before it.
    alike = same_subject(best, other, question) and _as_much(other, best, question)
    named = not any(lacks_a_name(one, question) or not is_surely_of_asked(one, question) for one in (best, other))
    if not alike or not named or of_another(other, question):
        return False
    if not _near_each_other(best, other, question) or not same_attribute(best, other, question):
        return False
    return asks_time(question) or not _of_other_things(best, other, question)


def _of_other_things(best: Piece, other: Piece, question: Question) -> bool:
    """Whether one value is a part, a limit, or of another time, and the other is not."""
    if bool(_LIMIT.search(_near(best))) != bool(_LIMIT.search(_near(other))) and not _LIMIT.search(question.restored):
        return True
    if bool(_TOTAL.search(_near(best))) != bool(_TOTAL.search(_near(other))) and (
        _PART.search(_near(best)) or _PART.search(_near(other))
    ):
        return True
    if _asked_days(question):
        return not (_of_the_day(best, question) and _of_the_day(other, question))
    if _DAILY.search(question.restored) and best.article.published_on != other.article.published_on:
        return True
    return _of_other_years(best, other)


def _asked_days(question: Question) -> list[tuple[date, date]]:
    """The days that a question names, but for those that count from today."""
    days = [(value.first, value.last) for value in values_of(question.restored) if value.kind is Kind.DATE]
    return [(first, last) for first, last in days if first and last]


def _of_the_day(piece: Piece, question: Question) -> bool:
    """Whether a value may be of the time that a question names: by the days of its sentence, else by its article's."""
    periods = [(first, last) for first, last in _asked_days(question) if (last - first).days <= _MOST_DAYS_APART]
    said = [(value.first, value.last) for value in _days(piece) if value.first is not None and value.last is not None]
    day = piece.article.published_on
    if not periods or (not said and day is None):
        return True
    if not said and day is not None:
        said = [(day - timedelta(days=1), day)]
    return any(start <= last and first <= end for start, end in said for first, last in periods)


def _near(piece: Piece) -> str:
    """What stands right before the span: "trong đó 12 người", "nâng tổng số lên 30"."""
    return piece.sentence[max(0, piece.span.start - _BEFORE_CHARS) : piece.span.end]


def _days(piece: Piece) -> list[Value]:
    """The settled days or periods that the sentence names for the answer, outside of it."""
    start = max((found.end() for found in _OTHER_EVENT.finditer(piece.sentence, 0, piece.span.start)), default=0)
    later = _CLAUSE_ENDS.search(piece.sentence, piece.span.end)
    end = later.start() if later else len(piece.sentence)
    return [
        value
        for value in values_of(piece.sentence, piece.article.published_on)
        if value.kind is Kind.DATE
        and value.first is not None
        and value.unit is None
        and start <= value.start < end
        and not (piece.span.start < value.end and value.start < piece.span.end)
    ]


def _of_other_years(one: Piece, other: Piece) -> bool:
    years = [{value.first.year for value in _days(piece) if value.first} for piece in (one, other)]
    return all(years) and not years[0] & years[1]


def _kind(among: Sequence[Sequence[Piece]], question: Question) -> Literal["update", "contradiction"]:
    """An update where the newer article says that the number has changed, or counts what only grows; newest first."""
    newest, oldest = among[0][0], among[-1][0]
    if asks_time(question):
        return "contradiction"
    if _newest(among[0]) == date.min or _newest(among[-1]) == date.min or _newest(among[0]) == _newest(among[-1]):
        return "contradiction"
    values = value_of(newest, question), value_of(oldest, question)
    grown = values[0] is not None and values[1] is not None and values[0].low >= values[1].low
    other_days = _days(newest) and _days(oldest) and not _shared_days(newest, oldest)
    says_so = _GROWS.search(newest.sentence) or _TALLY.search(newest.sentence)
    return "update" if other_days or (grown and says_so) else "contradiction"


def _shared_days(one: Piece, other: Piece) -> bool:
    firsts = {(value.first, value.last) for value in _days(one)}
    return any((value.first, value.last) in firsts for value in _days(other))


def names_day(question: Question) -> bool:
    """Whether the question itself says of which day or year it asks."""
    return any(value.kind is Kind.DATE for value in values_of(vietnamese.nfc(question.restored)))
