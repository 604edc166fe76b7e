"""What a number counts: "5 khẩu súng" is not said by "5 nghi phạm", though both are five."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.generation.checks.contrary_words import phrases
from rag.generation.checks.numbers import agrees
from rag.generation.checks.synonyms import groups_of
from rag.generation.checks.tokens import Token, Tokens
from rag.values import Kind, Value
from rag.valuing.units import COUNTED, UNITS

# Persons whatever they are; what may be called so whatever it is.
_ANYBODY = phrases(
    "người|em|nạn nhân|đối tượng|thành viên|vị|lao động|nhân khẩu|công dân|trường hợp|ca|bé|cháu|trẻ|trẻ em|đứa|"
    "đứa trẻ|khách"
)
_ANYTHING = phrases("chiếc|cái|con|bản|đơn vị|loại|bên|phía|máy|nơi|điểm|địa phương|phần|phương tiện|tổ chức")
_NOBODY = phrases(
    "hộ|hộ dân|gia đình|hộ gia đình|nhà|căn|căn nhà|ngôi nhà|tòa nhà|xe|xe tăng|ô tô|ôtô|xe máy|tàu|tàu ngầm|tàu chiến|"
    "thuyền|máy bay|trực thăng|tên lửa|quả|viên|khẩu|khẩu súng|súng|vụ|vụ án|trận|trận đấu|lần|chuyến|chuyến bay|nước|"
    "quốc gia|tỉnh|thành phố|huyện|xã|phường|quận|làng|thôn|công ty|doanh nghiệp|ngân hàng|nhà máy|trường|trường học|"
    "bệnh viện|khách sạn|cửa hàng|dự án|phim|bài|cuốn|drone|uav|robot|cổ phiếu|giải|danh hiệu|phiếu|bàn thắng"
)


def other_things(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """The values of which all evidence counts something else, by another noun of no group in common."""
    held = [(other, each) for each in evidence for other in each.values]
    for value in sentence.values:
        if not _counts(value):
            continue
        same = [(other, each) for other, each in held if agrees(value, other)]
        if not same or not all(_counts(other) for other, _ in same):
            continue
        own = _nouns(sentence, value)
        if own and all(_are_other(own, _nouns(each, other), value, other) for other, each in same) and not any(
            _stands(own, each) for _, each in same
        ):  # fmt: skip
            yield sentence.text[value.start : value.end]


def _counts(value: Value) -> bool:
    known = value.unit is not None and (value.unit in COUNTED or value.unit not in UNITS)
    return value.kind is Kind.QUANTITY and known


def _nouns(tokens: Tokens, value: Value) -> tuple[Token, ...]:
    """The first words behind a number in its clause; none where it only shapes the sentence."""
    inside = [token for token in tokens.all if value.start <= token.start]
    behind = next((at for at, token in enumerate(inside) if not _is_number(token)), len(inside))
    clause = inside[0].clause if inside else 0
    found = [token for token in inside[behind : behind + 2] if token.clause == clause]
    # "Người", "con" shape sentences elsewhere.
    named = bool(found) and (found[0].kind != "shape" or found[0].words[0] in COUNTED)
    return tuple(found) if named else ()


def _is_number(token: Token) -> bool:
    """Whether a token is part of the number itself: a figure, or a word of it that is no noun."""
    return token.kind == "value" and token.words[0] not in COUNTED


def _are_other(own: Sequence[Token], there: Sequence[Token], value: Value, other: Value) -> bool:
    """Whether two nouns call different things; where neither is known to be counted, it cannot be told."""
    if not there or value.unit == other.unit or {value.unit, other.unit}.isdisjoint(COUNTED):
        return False
    if _keys(own[0]) & _keys(there[0]) or own[0].words[0] == there[0].words[0]:
        return False
    units = (value.unit or "", other.unit or "")
    for one, two in (units, units[::-1]):
        if one in _ANYBODY and two not in _NOBODY:
            return False
        if one in _ANYTHING and two not in _ANYBODY:
            return False
    return True


def _stands(own: Sequence[Token], each: Tokens) -> bool:
    """Whether a noun that is no general one stands elsewhere in a text."""
    wording = " ".join(own[0].words)
    return wording not in _ANYBODY and any(_keys(own[0]) & token.keys for token in each.all)


def _keys(token: Token) -> frozenset[str]:
    """What a noun is compared by; a foreign word behind a number ("HCV") is told as part of that."""
    return token.keys | frozenset(groups_of(token.words))
