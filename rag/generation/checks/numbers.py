"""Numbers, money, shares, days and times of a sentence: whether its evidence has them, of the same thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

from rag.composing.wording import listed
from rag.generation.checks.restating import counted_otherwise, is_restated
from rag.generation.checks.tokens import Tokens, tokens_of
from rag.values import Kind, Qualifier, Value, relation
from rag.valuing.units import COUNTED, UNITS

UP, DOWN = "up", "down"
_DIRECTIONS = {
    **dict.fromkeys(listed("tăng lên nâng đắt vượt cộng thêm lãi"), UP),
    **dict.fromkeys(listed("giảm xuống hạ sụt rẻ rớt mất cắt lỗ trừ"), DOWN),
}
_COMPARED = {("cao", "hơn"): UP, ("nhiều", "hơn"): UP, ("thấp", "hơn"): DOWN, ("ít", "hơn"): DOWN}
_THAN = re.compile(r"(?:cao|thấp|nhiều|ít|đắt|rẻ|lớn|nhỏ|dài|ngắn|nặng|nhẹ|nhanh|chậm|sớm|muộn) hơn ", re.IGNORECASE)
_ONE = re.compile(r"một(?!\w)", re.IGNORECASE)
_BOTH = re.compile(r"(?:hai|cả hai)\s(?:bên|nước|quốc gia|phía|người|đội|đảng)", re.IGNORECASE)
_RATE = re.compile(r"(?:(?<!\w)(?:mỗi|hàng|hằng|từng)\s|/)(?:một\s)?([^\W\d_]+2?)", re.IGNORECASE)
_PRICE = re.compile(
    r"(?:\d|đồng|usd|euro|%|nghìn|ngàn|triệu|tỷ|tấn|kg|m3|m2|lít|ha)\s(?:một|mỗi|cho mỗi|trên một)\s([^\W\d_]+2?)",
    re.IGNORECASE,
)
# What prices and shares are told by.
_PER = frozenset(
    name for name, unit in UNITS.items() if unit.kind is Kind.DURATION or unit.name in ("kg", "m", "m2", "l")
) | {"lượng", "chỉ", "lượt", "suất", "vé", "thùng", "bao", "tín chỉ", "cổ phiếu", "hộ"}  # fmt: skip
_REACH_TOKENS, _NEAR_TOKENS, _FAR_TOKENS = 4, 3, 6
_SCORE = re.compile(r"(?<![\w.,/-])(\d{1,2})-(\d{1,2})(?![\w.,/-]*\d)")
_MOST = ("cao nhất", "cao nhất là", "nhiều nhất", "nhiều nhất là", "tới", "đến", "lên đến", "lên tới")
_LEAST = ("thấp nhất", "thấp nhất là", "ít nhất là", "từ")
_DEGREES = {"độ", "°C"}
_NAME = 2
_BOUND_CHARS = 16
_Sides = tuple[list[frozenset[str]], list[frozenset[str]]]
_NEVER_RISES = (Kind.DATE, Kind.TIME, Kind.ORDINAL)
_EXACT = (Kind.ORDINAL, Kind.SCORE, Kind.TIME)


def wrong_values(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """The wordings of the values that no evidence has, that it has of another thing or with another unit of time."""
    held = [(_difference(value, each), each) for each in evidence for value in each.values]
    for value in (_difference(value, sentence) for value in sentence.values):
        written = sentence.text[value.start : value.end]
        if _is_article(value, written):
            continue
        if counted_otherwise(value, written, evidence):
            yield written
            continue
        if _is_told_otherwise(value, sentence, evidence) or is_restated(value, written, sentence, evidence):
            continue
        same = [(other, each) for other, each in held if agrees(value, other) or _is_bound(value, sentence, other)]
        if (
            not same
            and not any(_changes(written, each) for each in evidence)
            and not _is_joined(value, [other for other, _ in held])
        ) or (same and _is_of_another(value, sentence, same, held)):
            yield written
    told = {found for each in evidence for found in (*_rates(_RATE, each), *_rates(_PRICE, each))}
    for found in (*_rates(_RATE, sentence), *_rates(_PRICE, sentence)):
        if found not in told:
            yield found


def _difference(value: Value, tokens: Tokens) -> Value:
    """A value without the "hơn" of a comparison, which is no part of it: "cao hơn 100 USD so với"."""
    compared = value.qualifier is Qualifier.MORE and _THAN.match(tokens.text, value.start)
    return replace(value, qualifier=Qualifier.NONE) if compared else value


def _rates(pattern: re.Pattern[str], tokens: Tokens) -> list[str]:
    """What a text tells something of one each of: "mỗi tháng", "80 triệu đồng một m2"."""
    per = _PER if pattern is _RATE else _PER.union(COUNTED)
    return [found.lower() for found in pattern.findall(tokens.text) if found.lower() in per]


def turned_values(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """The values that a sentence says to be more or risen where all evidence says less or fallen, or the reverse."""
    for value in sentence.values:
        told = direction(sentence, value)
        if told is None or value.kind in _NEVER_RISES:
            continue
        others = [direction(each, other) for each in evidence for other in each.values if agrees(value, other)]
        if others and told not in others and None not in others:
            yield sentence.text[value.start : value.end]


def direction(tokens: Tokens, value: Value) -> str | None:
    """Whether a value is told as a rise or as a fall: by the nearest word before it, or "cao hơn" behind or before."""
    before = [token for token in tokens.all if token.end <= value.start][-_REACH_TOKENS:]
    clause = next((token.clause for token in tokens.all if token.start >= value.start), None)
    syllables = [(word, token) for token in before for word in token.words if token.clause == clause]
    for at in range(len(syllables) - 1, -1, -1):
        word = syllables[at][0]
        if word in _DIRECTIONS and not (word == "lãi" and at + 1 < len(syllables) and syllables[at + 1][0] == "suất"):
            return _DIRECTIONS[word]
        if at and (syllables[at - 1][0], word) in _COMPARED:
            return _COMPARED[syllables[at - 1][0], word]
    return None


def agrees(value: Value, other: Value) -> bool:
    """Whether evidence that has `other` says `value`: the same, or less exactly."""
    related = relation(value, other)
    kinds = (value.kind, other.kind)
    if value.kind is other.kind and {value.unit, other.unit} == _DEGREES:
        other = replace(other, unit=value.unit)
        related = relation(value, other)
    if related == "same" or Kind.DATE in kinds or any(kind in _EXACT for kind in kinds):
        return related == "same" or (kinds == (Kind.DATE, Kind.DATE) and _covers(value, other))
    if _is_end(value, other):
        return True
    # The same number of things that are called otherwise: "ôtô" and "xe".
    things = kinds == (Kind.QUANTITY, Kind.QUANTITY) and _is_noun(value.unit) and _is_noun(other.unit)
    same = (value.low, value.high, value.qualifier) == (other.low, other.high, other.qualifier)
    return same and (related == "compatible" or things)


def _is_end(value: Value, other: Value) -> bool:
    """Whether a value is told as the least or the most of a range."""
    if other.low == other.high or value.low != value.high or (value.kind, value.unit) != (other.kind, other.unit):
        return False
    least = value.low == other.low and value.qualifier is not Qualifier.AT_MOST
    most = value.low == other.high and value.qualifier is not Qualifier.AT_LEAST
    return (least or most) and value.qualifier not in (Qualifier.MORE, Qualifier.LESS)


def _is_noun(unit: str | None) -> bool:
    return unit is not None and (unit in COUNTED or unit not in UNITS)


def _covers(value: Value, other: Value) -> bool:
    """Whether a day lies in the period that is told, or is its first or last; a year more is more than is said."""
    if value.first is None or value.last is None or other.first is None or other.last is None:
        return False
    if value.unit is None and other.unit is not None:
        return False
    first, last = value.first, value.last
    if value.unit == "yearly" and other.unit is None:
        begins, ends = _in_year(first, other.first.year), _in_year(last, other.first.year + last.year - first.year)
        if begins is None or ends is None:
            return False
        first, last = begins, ends
    if first <= other.first and other.last <= last:
        return True
    return first == last and first in (other.first, other.last)


def _in_year(day: date, year: int) -> date | None:
    try:
        return day.replace(year=year)
    except ValueError:  # 29 February
        return None


def _is_joined(value: Value, held: Sequence[Value]) -> bool:
    """Whether a period or range goes from one value of the evidence to another."""
    if value.low == value.high:
        return False
    if value.kind is Kind.DATE:
        return any(other.first == value.first for other in held) and any(other.last == value.last for other in held)
    same = [other for other in held if other.kind is value.kind and other.unit == value.unit]
    return any(other.low == value.low for other in same) and any(other.high == value.high for other in same)


def _is_article(value: Value, written: str) -> bool:
    """ "Một người", "hai bên": words that count nothing new."""
    if value.kind is Kind.DATE and value.first is None and value.unit != "offset":
        return False
    one = value.low == value.high == 1 and value.kind is Kind.QUANTITY
    per = value.kind is Kind.DURATION or value.unit in _PER
    return bool(((one or per) and _ONE.match(written)) or _BOTH.match(written))


def _is_told_otherwise(value: Value, sentence: Tokens, evidence: Sequence[Tokens]) -> bool:
    """Whether a value counts as one because of how it is written: "tám tháng qua", "3-2" beside "2-3"."""
    if value.kind is Kind.DATE and value.first is None:
        inside = [other for other in sentence.values if other.kind is Kind.DURATION and other.start == value.start]
        return bool(inside) and sentence.text[value.start : value.end].lower().endswith("qua")
    if "-" not in sentence.text:
        return False
    scores = {frozenset(found.groups()) for each in evidence for found in _SCORE.finditer(each.text)}
    return any(
        found.start() < value.end and value.start < found.end() and frozenset(found.groups()) in scores
        for found in _SCORE.finditer(sentence.text)
    )


def _is_bound(value: Value, sentence: Tokens, other: Value) -> bool:
    """Whether "cao nhất là 5 triệu" tells "tối đa 5 triệu"."""
    before = " ".join(sentence.text[max(0, value.start - _BOUND_CHARS) : value.start].lower().split())
    most = other.qualifier is Qualifier.AT_MOST and before.endswith(_MOST)
    least = other.qualifier is Qualifier.AT_LEAST and before.endswith(_LEAST)
    return (most or least) and agrees(replace(value, qualifier=other.qualifier), other)


def _changes(written: str, evidence: Tokens) -> bool:
    """Whether a value is where a change begins, its unit written behind the other end: "từ 48 xuống 44 giờ"; or stands
    in words at the beginning of a sentence, where these pass for a name: "Ba ngư dân"."""
    number, _, unit = written.partition(" ")
    if number.isalpha() and re.search(rf"(?<!\w){re.escape(written.capitalize())}(?!\w)", evidence.text):
        return True
    if not number[:1].isdigit() or not unit:
        return False
    change = rf"(?<![\w.,]){re.escape(number)} (?:xuống|lên|còn|đến|tới)(?: còn)? [\d.,]+ {re.escape(unit)}(?!\w)"
    return re.search(change, evidence.text) is not None


def _is_of_another(
    value: Value, sentence: Tokens, same: Sequence[tuple[Value, Tokens]], held: Sequence[tuple[Value, Tokens]]
) -> bool:
    """Whether the word behind a value, or else before it, stands there with another value of its kind alone."""
    said = _beside(sentence, value)
    own = [_beside(each, other) for other, each in same]
    rivals = [
        _beside(each, other)
        for other, each in held
        if other.kind is value.kind and not agrees(value, other) and _comparable(value, other)
    ]
    wide = _sides_of(sentence, value, _FAR_TOKENS)
    near = frozenset(key for side in wide for keys in side for key in keys)
    names = frozenset(key for token in sentence.names for key in token.keys)
    shared = max(_shared(near, sides, names) for sides in own)
    strange = max((_shared(near, sides, frozenset()) for sides in rivals), default=0)
    if shared and shared >= strange:
        return False
    if any(sides[1] and sides[1][0] & near for sides in own):
        return False
    for side in (1, 0):
        if not said[side] or not all(sides[side] for sides in own):
            continue
        keys = said[side][0]
        if any(keys & there for sides in own for there in (*sides[0], *sides[1])):
            return False
        return any(sides[side] and keys & sides[side][0] for sides in rivals)
    return False


def _shared(keys: frozenset[str], sides: _Sides, names: frozenset[str]) -> int:
    """How many words beside a value are among others."""
    # A name tells more than two other words.
    return sum((_NAME if keys & there & names else 1) for side in sides for there in side if keys & there)


def _comparable(value: Value, other: Value) -> bool:
    return value.unit == other.unit or value.kind is Kind.DATE or None in (value.unit, other.unit)


def _end(tokens: Tokens, value: Value) -> int:
    """Where a value ends; a noun that is hardly counted is the next word: "Hội nghị 10 khai mạc"."""
    known = value.unit is None or value.unit in UNITS or value.kind is not Kind.QUANTITY
    return value.end if known else value.end - len(tokens.text[: value.end].rsplit(maxsplit=1)[-1])


def _beside(tokens: Tokens, value: Value) -> _Sides:
    """The keys of the words before and behind a value in its clause, nearest first, up to the next value."""
    return _sides(tokens.text)[value.start, value.end]


@lru_cache(256)
def _sides(text: str) -> dict[tuple[int, int], _Sides]:
    tokens = tokens_of(text)
    return {(value.start, value.end): _sides_of(tokens, value) for value in tokens.values}


def _sides_of(tokens: Tokens, value: Value, most: int = _NEAR_TOKENS) -> _Sides:
    inside = [token for token in tokens.all if token.start < value.end and value.start < token.end]
    if not inside:
        return [], []
    clause = inside[0].clause
    words = [
        token for token in tokens.all if token.clause == clause and token.kind in ("content", "name") and token.keys
    ]
    others = [other for other in tokens.values if other.end <= value.start or other.start >= value.end]
    since = max((_end(tokens, other) for other in others if other.end <= value.start), default=0)
    until = min((other.start for other in others if other.start >= value.end), default=len(tokens.text))
    before = [token.keys for token in words if since <= token.start and token.end <= value.start][::-1][:most]
    after = [token.keys for token in words if value.end <= token.start < until][:most]
    return before, after
