"""Whether two sentences give their values for the same thing: the words right around a value tell what it is of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence, Set

from rag import vietnamese
from rag.composing.changes import states_change
from rag.composing.pieces import Piece
from rag.composing.subjects import named_behind
from rag.composing.wording import share, topic_words, vocabulary
from rag.question import Asked, FormKind, Question
from rag.values import Kind, Value, relation, values_of
from rag.vietnamese import CAPITAL

# A mark that a value may reach, or one that is aimed at, is not what it is.
_MARK = re.compile(
    r"(?<!\w)(?:ngưỡng|mốc|hỗ trợ|kháng cự|mục tiêu|kỳ vọng|dự báo|dự đoán|tiềm năng|kịch bản|nếu|khó)"
    r"(?!\w)",
    re.IGNORECASE,
)
_MOVED_BY = re.compile(
    r"(?<!\w)(?:(?<!gia )tăng|giảm|thêm|bớt|chênh|hơn kém)(?: (?:thêm|mạnh|nhẹ|khoảng|tới|hơn|gần))*\s*\Z",
    re.IGNORECASE,
)
_BEFORE_CHARS, _BEHIND_CHARS = 40, 30
# Of the words of each line a sentence is about one.
_CONTRASTS = tuple(
    tuple(re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for words in line)
    for line in (
        ("lượt đi", "lượt về"),
        ("(?<!bán kết )chung kết", "bán kết", "tứ kết", "vòng bảng", "vòng loại"),
        ("trước thuế", "sau thuế"),
        ("mua vào", "bán ra"),
        ("trong nước", "thế giới"),
        ("(?:trong|một|mỗi) ngày|24 giờ|24h", "(?:trong|một|mỗi) tuần|7 ngày", "(?:trong|một|mỗi) tháng",
         "(?:trong|một) quý", "(?:trong|một|cả) năm"),
    )
)  # fmt: skip
_FATES = tuple(
    re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    for words in ("chết|thiệt mạng|tử vong|tử nạn", "bị thương|thương tích", "mất tích", "sống sót|được cứu", "bị bắt")
)
_PERSON = re.compile(rf"(?<!\w)(?:[Ôô]ng|[Bb]à|[Aa]nh|[Cc]hị|[Cc]ô) (?P<name>{CAPITAL}[\w-]*(?: {CAPITAL}[\w-]*)*)")
_CLAUSE_STARTS = re.compile(r"[,;:(](?!\d)|\s[-–]\s|(?<!\w)(?:nhưng|song|trong khi)(?!\w)", re.IGNORECASE)
_CLAUSE_ENDS = re.compile(
    r"[,;:()](?!\d)|\s[-–]\s|(?<!\w)(?:nhưng|song|trong khi|trước khi|sau khi)(?!\w)", re.IGNORECASE
)
# A clause with fewer words says nothing without the next: "Ngày 5/6, …".
_LEAST_WORDS = 3
_OF_PREDICATE = 1 / 3


def same_attribute(best: Piece, other: Piece, question: Question) -> bool:
    """Whether the values of two pieces may be of one thing: not a price and a mark that it may reach, not a level and a
    change, not of two kinds that the sentences themselves tell apart, nor of something else than the question names."""
    if _is_mark(best, question) != _is_mark(other, question) or _is_change(best) != _is_change(other):
        return False
    texts = (question.own, best.sentence, other.sentence)
    if any(_disjoint(one, two) for line in _CONTRASTS for one, two in _pairs(*(_terms(line, text) for text in texts))):
        return False
    if _disjoint(*(_terms(_FATES, _behind(piece)) for piece in (best, other))):
        return False
    if _disjoint(_persons(question.own), _persons(other.sentence)):
        return False
    if named_behind(best, question) and named_behind(other, question) is False:
        return False
    return not _qualified_otherwise(best, other, question) and _says_as_much(best, other, question)


def _pairs(*terms: frozenset[int]) -> Iterator[tuple[frozenset[int], frozenset[int]]]:
    asked, best, other = terms
    yield from ((asked, best), (asked, other), (best, other))


def _disjoint(one: Set[object], other: Set[object]) -> bool:
    return bool(one) and bool(other) and not one & other


def _terms(line: tuple[re.Pattern[str], ...], text: str) -> frozenset[int]:
    return frozenset(at for at, pattern in enumerate(line) if pattern.search(text))


def _persons(text: str) -> frozenset[str]:
    """The words of the names that stand behind a form of address."""
    return frozenset(word for found in _PERSON.finditer(text) for word in vietnamese.syllables(found["name"]))


def _before(piece: Piece) -> str:
    """What stands in the clause right before the span."""
    text = piece.sentence[max(0, piece.span.start - _BEFORE_CHARS) : piece.span.start]
    return _CLAUSE_STARTS.split(text)[-1]


def _behind(piece: Piece) -> str:
    text = piece.sentence[piece.span.start : piece.span.end + _BEHIND_CHARS]
    return re.split(r"[,;.](?!\d)", text)[0]


def _is_mark(piece: Piece, question: Question) -> bool:
    asked = {found[0].lower() for found in _MARK.finditer(question.restored)}
    return any(found[0].lower() not in asked for found in _MARK.finditer(_before(piece)))


def _is_change(piece: Piece) -> bool:
    return states_change(piece.sentence, piece.span) or bool(_MOVED_BY.search(_before(piece)))


def _qualified_otherwise(best: Piece, other: Piece, question: Question) -> bool:
    """Whether numbers part what the values are of: "xe dưới 12 ghế", "xe từ 12 đến 30 ghế"; those that the question
    names, or that stand before the values."""
    asked, lefts, rights = (
        [value for value in values_of(text) if value.kind is Kind.QUANTITY]
        for text in (question.own, _before_in_clause(best), _before_in_clause(other))
    )
    said = (values_of(piece.sentence[: piece.span.start]) for piece in (best, other))
    return _all_differ(lefts, rights) or any(_all_differ(asked, values) for values in said)


def _all_differ(some: Sequence[Value], others: Sequence[Value]) -> bool:
    """Whether there are values of one unit in both, and none of them in the other."""
    related = [relation(left, right) for left in some for right in others if left.unit == right.unit]
    return bool(related) and "same" not in related


def _before_in_clause(piece: Piece) -> str:
    return _CLAUSE_STARTS.split(piece.sentence[: piece.span.start])[-1]


def _says_as_much(best: Piece, other: Piece, question: Question) -> bool:
    """Whether the sentence of the other value, of a time its clause, has some of what is asked of the names, if that of
    the best one has: "sang UAE ngày 26/5, có trận đấu …" tells no day of a match."""
    names = frozenset(question.names if question.accented else map(vietnamese.fold, question.names))
    asked = topic_words(question) - names - vocabulary(question.form.unit or "", question)
    timed = question.asked is Asked.WHEN or question.form.kind in (FormKind.DATE, FormKind.TIME)
    shares = [
        share(asked, vocabulary(_clause(piece) if timed else piece.sentence, question)) for piece in (best, other)
    ]
    return shares[1] >= min(_OF_PREDICATE, shares[0])


def _clause(piece: Piece) -> str:
    """The clause with the value, with those before and behind it as long as it is short."""
    text, span = piece.sentence, piece.span
    starts = [0, *(found.end() for found in _CLAUSE_STARTS.finditer(text, 0, span.start))]
    ends = [*(found.start() for found in _CLAUSE_ENDS.finditer(text, span.end)), len(text)]
    while True:
        clause = text[starts[-1] : ends[0]]
        beside = f"{text[starts[-1] : span.start]} {text[span.end : ends[0]]}"
        if len(beside.split()) >= _LEAST_WORDS or (len(starts) == 1 and len(ends) == 1):
            return clause
        if len(ends) > 1:
            ends.pop(0)
        if len(starts) > 1:
            starts.pop()
