"""Numbers and dates in evidence: what value an answer span has, and whether two pieces of evidence agree or differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Literal

from rag import vietnamese
from rag.composing.completing import completed
from rag.composing.naming import states_in
from rag.composing.pieces import Disagreement, Piece, neighbour
from rag.composing.wording import readable, share, topic_words, vocabulary
from rag.question import Asked, FormKind, Question
from rag.values import Kind, Value, relation, same_answer, values_of

# What may be answered by a number: a question after a thing or manner also ("tỷ số nào", "cao thế nào").
_VALUED = (Asked.HOW_MANY, Asked.WHAT, Asked.HOW)
_TIMES = (Kind.DATE, Kind.TIME)
# How much of the question's subject a sentence must hold to speak of the same thing: alone, with the sentence before
# it, and beside what the best one holds.
_OF_SUBJECT, _WITH_CONTEXT, _OF_THE_BEST = 0.35, 0.5, 0.6
# Reports of one thing differ by less than this.
_MOST_TIMES, _MOST_DAYS_APART = 2.0, 31
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
_PART = re.compile(r"\bthêm\b|\btrong đó\b|\bmới\b|\bcòn lại\b|\briêng\b", re.IGNORECASE)
_TOTAL = re.compile(r"\btổng (?:cộng|số)\b|\bnâng\b|\blũy kế\b|\bluỹ kế\b|\btất cả\b|\btính đến\b", re.IGNORECASE)


def answer_text(piece: Piece, question: Question) -> str:
    """The completed span of a piece on one line, without the capital of a short answer."""
    return readable(completed(piece.sentence, piece.span, question).of(piece.sentence))


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
        return relation(values[0], values[1]) == "same" and same_subject(one, other, question)
    if values[0] is not None or values[1] is not None:
        return False
    return same_answer(answer_text(one, question), answer_text(other, question)) and same_subject(one, other, question)


def contradict(one: Piece, other: Piece, question: Question) -> bool:
    """Whether the answers have values that cannot both be true."""
    values = value_of(one, question), value_of(other, question)
    return values[0] is not None and values[1] is not None and relation(values[0], values[1]) == "different"


def same_subject(best: Piece, other: Piece, question: Question) -> bool:
    """Whether two sentences speak of what the question is about, in about the same measure."""
    topic = topic_words(question)
    covered = share(topic, _context(best, question))
    other_alone, other_covered = (
        share(topic, vocabulary(other.sentence, question)),
        share(topic, _context(other, question)),
    )
    return other_alone >= _OF_SUBJECT and other_covered >= max(_WITH_CONTEXT, _OF_THE_BEST * covered)


def _context(piece: Piece, question: Question) -> frozenset[str]:
    """The words of the sentence, of the one before it, and of the title."""
    return vocabulary(_around(piece), question)


def _around(piece: Piece) -> str:
    span = neighbour(piece, -1)
    before = span.of(piece.article.text) if span else ""
    return f"{piece.article.title if piece.article.title_stated else ''}\n{before}\n{piece.sentence}"


def _lacks_a_name(piece: Piece, question: Question) -> bool:
    """Whether a piece does not speak of all names of the question: cases in another city."""
    asked = " ".join(sorted(name for name in question.names if name.isalpha()))
    states = {name for _, _, name in states_in(_around(piece))}
    called = [question.restored[start:end] for start, end, name in states_in(question.restored) if name in states]
    held = _context(piece, question) | vocabulary(" ".join(called), question)
    return bool(vocabulary(asked, question) - held)


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
            among.append(group)
            heard |= _reports(group)
    if len(among) < 2:
        return ()
    among = sorted(among, key=lambda group: -_newest(group).toordinal())
    values = tuple((answer_text(group[0], question), tuple(piece.evidence for piece in group)) for group in among)
    return (Disagreement(readable(question.restored).rstrip(" ?.!"), _kind(among, question), values),)


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
    alike = same_subject(best, other, question) and same_subject(other, best, question)
    named = not _lacks_a_name(best, question) and not _lacks_a_name(other, question)
    if not alike or not named or not _near_each_other(best, other, question):
        return False
    if asks_time(question):
        return True
    if bool(_TOTAL.search(_near(best))) != bool(_TOTAL.search(_near(other))) and (
        _PART.search(_near(best)) or _PART.search(_near(other))
    ):
        return False
    return not _of_other_years(best, other)


def _near(piece: Piece) -> str:
    """What stands right before the span: "trong đó 12 người", "nâng tổng số lên 30"."""
    return piece.sentence[max(0, piece.span.start - 40) : piece.span.end]


def _days(piece: Piece) -> list[Value]:
    """The settled days or periods that the sentence names outside the answer."""
    return [
        value
        for value in values_of(piece.sentence, piece.article.published_on)
        if value.kind is Kind.DATE
        and value.first is not None
        and value.unit is None
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
