"""The numbers of a text with their units, qualifiers and ranges."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rag.valuing.hedges import hedge_before, hedge_behind
from rag.valuing.numerals import SCALES, Numeral, Token, numeral_at, tokens_of
from rag.valuing.units import CURRENCY_SIGNS, LONGEST_UNIT_WORDS, UNITS, Unit
from rag.valuing.value import Kind, Qualifier, Value

_ORDINAL: Final = frozenset(("thứ", "hạng", "top"))


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# Before these a word is no number: "tháng ba", "ông Ba".
_NOT_AFTER: Final = _set("tháng quý quí ông bà anh chị cô chú bác cụ thứ hồi")
# "Năm" is a year after these.
_BEFORE_A_YEAR: Final = _set("mỗi hàng hằng nhiều các những cả trong từ nửa đầu cuối giữa")
_ARTICLES: Final = _set("một năm tư")
_NOT_COUNTED: Final = _set(
    """
    là và của cho trong ngoài trên dưới với đến tới từ vào tại ở để do vì bởi thì mà đã đang sẽ được bị cũng vẫn còn
    không chưa chỉ rất hơn gần khoảng nữa này đó kia ấy khi nếu theo về sau trước hay hoặc nhưng như so bằng tăng giảm
    lên xuống qua ra có nên đều số đầu cuối giữa mới cùng năm tháng ngày lúc nhất the of in on at and or to by
    """
)
_DASHES: Final = frozenset("-–—")
_SCORES: Final = _set("tỷ tỉ số thắng thua hòa hoà dẫn score")
_COUNTS_FROM_NOW = re.compile(r"\s+(?:trước|qua|vừa qua|nữa|tới|sắp tới|nay|gần đây|trở lại)\b", re.IGNORECASE)
_UNIT_AND_MORE = re.compile(r"(m|kg)(\d{1,2})\Z")


@dataclass(frozen=True, slots=True)
class _Measured:
    """A numeral with its unit, which ends before the token `after`."""

    numeral: Numeral
    unit: Unit | None
    name: str | None
    after: int


def numbers_in(text: str, taken: Sequence[tuple[int, int]] = ()) -> Iterator[Value]:
    """The values of an NFC text from left to right, but none in the stretches that are taken."""
    tokens = tokens_of(text)
    at = 0
    while at < len(tokens):
        found = _fraction(tokens, at) or _ordinal(tokens, at) or _value_at(tokens, at, text)
        if found is None or _within(found[0], taken, text):
            at += 1
            continue
        value, after = found
        yield value
        at = max(after, at + 1)


def _within(value: Value, taken: Sequence[tuple[int, int]], text: str) -> bool:
    """Whether a value belongs to a date or time; of "3 ngày trước" the duration still counts."""
    inside = any(start < value.end and value.start < end for start, end in taken)
    return inside and not (value.kind is Kind.DURATION and _COUNTS_FROM_NOW.match(text, value.end))


def _value_at(tokens: Sequence[Token], at: int, text: str) -> tuple[Value, int] | None:
    """The value that begins at a token, and the token after it."""
    sign = CURRENCY_SIGNS.get(tokens[at].word)
    if sign and (numeral := numeral_at(tokens, at + 1)):
        return _made(tokens, at, _Measured(numeral, Unit(Kind.MONEY, sign), sign, numeral.after), numeral)
    numeral = numeral_at(tokens, at)
    if numeral is None or _in_a_name(tokens, numeral, text):
        return None
    measured = _measured(tokens, numeral)
    second = _second(tokens, measured)
    if second is not None and _is_score(tokens, numeral, second):
        return _score(tokens, numeral, second)
    if second is not None and second.numeral.low > numeral.low * _missing_scale(numeral, second):
        return _made(tokens, at, second, numeral)
    return _made(tokens, at, _compound(tokens, measured), None) if _is_number(tokens, measured, text) else None


def _measured(tokens: Sequence[Token], numeral: Numeral) -> _Measured:
    """A numeral with what is counted behind it."""
    at = numeral.after
    if at < len(tokens) and (more := _UNIT_AND_MORE.match(tokens[at].word)) and tokens[at].start == tokens[at - 1].end:
        measure = UNITS[more[1]]  # "1m73", "2kg5"
        part = float(f"0.{more[2]}")
        whole = Numeral(numeral.low + part, numeral.high + part, numeral.first, at, numeral.words, numeral.scale)
        return _Measured(whole, measure, measure.name, at + 1)
    unit, after = _unit_at(tokens, at)
    if unit is None:
        noun = _noun(tokens, at)
        return _Measured(numeral, Unit(Kind.QUANTITY, noun) if noun else None, noun, at + 1 if noun else at)
    name = unit.name
    if after + 1 < len(tokens) and tokens[after].word == "/" and tokens[after + 1].start == tokens[after].end:
        per, end = _unit_at(tokens, after + 1)
        if end > after + 1 or tokens[after + 1].word.isalpha():
            word = tokens[after + 1].word
            name += f"/{word if per is None or per.kind is Kind.DURATION else per.name}"
            after = max(end, after + 2)
    if name == "m" and after < len(tokens) and tokens[after].word == "vuông":
        after += 1
    return _Measured(numeral, unit, name, after)


def _unit_at(tokens: Sequence[Token], at: int) -> tuple[Unit | None, int]:
    """The longest unit from a token on, and the token after it."""
    for count in range(min(LONGEST_UNIT_WORDS, len(tokens) - at), 0, -1):
        unit = UNITS.get(" ".join(token.word for token in tokens[at : at + count]))
        if unit is not None:
            return unit, at + count
    return None, at


def _noun(tokens: Sequence[Token], at: int) -> str | None:
    """The word behind a number, if it may be a noun."""
    if at >= len(tokens):
        return None
    token = tokens[at]
    plain = token.word.isalpha() and not token.capital and token.start == tokens[at - 1].end + 1
    return token.word if plain and token.word not in _NOT_COUNTED and token.word not in SCALES else None


def _second(tokens: Sequence[Token], one: _Measured) -> _Measured | None:
    """The other end of a range: "45-50%", "từ 5 đến 6 triệu đồng", "hai, ba người"."""
    at = one.after if one.unit is not None and one.after > one.numeral.after else one.numeral.after
    if at + 1 >= len(tokens):
        return None
    joint = tokens[at].word
    if joint not in _DASHES and joint not in ("đến", "tới"):
        return None
    numeral = numeral_at(tokens, at + 1)
    if numeral is None:
        return None
    other = _measured(tokens, numeral)
    return other if one.name is None or at == one.numeral.after or one.name == other.name else None


def _missing_scale(one: Numeral, second: _Measured) -> float:
    """ "5-6 triệu": the scale is written once."""
    scale = second.numeral.scale
    return scale if one.scale == 1 and scale > 1 and one.low * scale < second.numeral.low else 1.0


def _made(tokens: Sequence[Token], at: int, measured: _Measured, lower: Numeral | None) -> tuple[Value, int]:
    """The value of a numeral with its unit, and of `lower` where that begins a range."""
    numeral = measured.numeral
    first = lower or numeral
    scale = _missing_scale(first, measured) if lower and lower is not numeral else 1.0
    unit, after = measured.unit, measured.after
    factor = unit.factor if unit else 1.0
    qualifier, begin = hedge_before(tokens, at, first.low)
    behind = hedge_behind(tokens, after)
    if behind is not None:
        qualifier, after = behind, after + 2
    kind = unit.kind if unit else Kind.NUMBER
    low = first.low * scale * factor
    value = Value(
        kind, low, numeral.high * factor, measured.name, qualifier, tokens[begin].start, tokens[after - 1].end
    )
    return value, after


def _is_number(tokens: Sequence[Token], measured: _Measured, text: str) -> bool:
    """Whether words that may be numbers are meant so: not "năm nay", "một cách", "ông Ba"."""
    numeral = measured.numeral
    if numeral.words < numeral.after - numeral.first or numeral.after - numeral.first > 1:
        return True
    token = tokens[numeral.first]
    before = tokens[numeral.first - 1].word if numeral.first else ""
    known = measured.name is not None and measured.after > numeral.after and _known(tokens, numeral.after)
    if before in _NOT_AFTER:
        return False
    if token.word in _ARTICLES:
        return known and not (token.word == "năm" and before in _BEFORE_A_YEAR)
    if token.capital and not known:
        return False
    alone = not text[: token.start].strip(' “"(') and not text[token.end :].strip(' ”").')
    return alone or measured.name is not None


def _known(tokens: Sequence[Token], at: int) -> bool:
    return _unit_at(tokens, at)[0] is not None


def _in_a_name(tokens: Sequence[Token], numeral: Numeral, text: str) -> bool:
    """ "COVID-19", "F-16", "Ba Lan": part of a name."""
    token = tokens[numeral.first]
    before = text[max(0, token.start - 2) : token.start]
    if token.word[0].isdecimal():
        following = tokens[numeral.after] if numeral.after < len(tokens) else None
        glued = following is not None and following.start == tokens[numeral.after - 1].end and following.word.isalpha()
        unknown = glued and _measured(tokens, numeral).unit is None
        return unknown or re.search(r"[^\W\d_][-–.]?\Z", before) is not None
    following = tokens[numeral.after] if numeral.after < len(tokens) else None
    return token.capital and following is not None and following.capital and numeral.after - numeral.first == 1


def _compound(tokens: Sequence[Token], measured: _Measured) -> _Measured:
    """ "3 giờ 30 phút", "1 năm 2 tháng", "2 tiếng rưỡi", "1 mét 73": what follows in smaller units is added."""
    unit, numeral, after = measured.unit, measured.numeral, measured.after
    if unit is None or unit.kind is not Kind.DURATION or measured.name != unit.name:
        return measured
    low, high, smallest = numeral.low, numeral.high, unit.factor
    if after < len(tokens) and tokens[after].word in ("rưỡi", "rưởi"):
        return _Measured(numeral._replace(low=low + 0.5, high=high + 0.5), unit, measured.name, after + 1)
    while (more := numeral_at(tokens, after)) is not None:
        smaller, end = _unit_at(tokens, more.after)
        if smaller is None or smaller.kind is not Kind.DURATION or smaller.factor >= smallest:
            break
        low, high = low + more.low * smaller.factor / unit.factor, high + more.high * smaller.factor / unit.factor
        smallest, after = smaller.factor, end
    return _Measured(numeral._replace(low=low, high=high), unit, measured.name, after)


def _fraction(tokens: Sequence[Token], at: int) -> tuple[Value, int] | None:
    """ "Hai phần ba", "2/3", "một nửa", in percent."""
    words = [token.word for token in tokens[at : at + 3]]
    if words[:2] == ["một", "nửa"] or (words[:2] == ["quá", "nửa"]):
        more = words[0] == "quá"
        qualifier, begin = (Qualifier.MORE, at) if more else hedge_before(tokens, at, 50.0)
        return Value(Kind.PERCENT, 50.0, 50.0, "%", qualifier, tokens[begin].start, tokens[at + 1].end), at + 2
    upper = numeral_at(tokens, at)
    joint = tokens[upper.after].word if upper and upper.after < len(tokens) else ""
    if upper is None or joint not in ("phần", "/"):
        return None
    lower = numeral_at(tokens, upper.after + 1)
    tight = joint == "phần" or (tokens[upper.after].start == tokens[upper.after - 1].end)
    if lower is None and joint == "phần" and upper.after + 1 < len(tokens) and tokens[upper.after + 1].word == "tư":
        lower = Numeral(4, 4, upper.after + 1, upper.after + 2, 1, 1)
    if lower is None or not tight or not 0 < upper.low < lower.low or lower.low > 100:
        return None
    share = 100 * upper.low / lower.low
    qualifier, begin = hedge_before(tokens, at, share)
    end = tokens[lower.after - 1].end
    return Value(Kind.PERCENT, share, share, "%", qualifier, tokens[begin].start, end), lower.after


def _ordinal(tokens: Sequence[Token], at: int) -> tuple[Value, int] | None:
    """ "Thứ 10", "hạng ba", "top 5". "Thứ ba" is Tuesday where `rag.dating` says so."""
    if tokens[at].word not in _ORDINAL:
        return None
    step = 2 if at + 1 < len(tokens) and tokens[at + 1].word in ("thứ", "hạng") else 1
    numeral = numeral_at(tokens, at + step)
    ranks = {"nhất": 1, "nhì": 2, "tư": 4, "chót": 0}
    if numeral is None:
        following = tokens[at + step].word if at + step < len(tokens) else ""
        if following not in ("nhất", "nhì", "tư"):
            return None
        numeral = Numeral(ranks[following], ranks[following], at + step, at + step + 1, 1, 1)
    end = tokens[numeral.after - 1].end
    value = Value(Kind.ORDINAL, numeral.low, numeral.high, None, Qualifier.NONE, tokens[at].start, end)
    return value, numeral.after


def _is_score(tokens: Sequence[Token], one: Numeral, second: _Measured) -> bool:
    """ "Thắng 2-1", "1-1", "tỷ số 0-3"."""
    joint = tokens[one.after].word
    if joint not in _DASHES or one.words or second.numeral.words or max(one.low, second.numeral.low) > 200:
        return False
    before = {token.word for token in tokens[max(0, one.first - 4) : one.first]}
    return second.unit is None and (bool(before & _SCORES) or one.low >= second.numeral.low)


def _score(tokens: Sequence[Token], one: Numeral, second: _Measured) -> tuple[Value, int]:
    other = second.numeral
    start, end = tokens[one.first].start, tokens[other.after - 1].end
    return Value(Kind.SCORE, one.low, other.low, None, Qualifier.NONE, start, end), other.after
