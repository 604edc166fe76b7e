"""Changes and the levels they lead to: "tăng 3,98 điểm lên 1.219,75 điểm" has both, and a question asks for one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from rag import vietnamese
from rag.datatypes import Span
from rag.question import Question
from rag.values import Kind, Value, values_of

_VERB = (
    r"(?:(?<!gia )tăng(?! trưởng| cường| tốc| ca)(?: thêm)?|(?<!thuyên )(?<!suy )giảm|nâng|hạ|rớt|sụt|mất|rơi|lùi|"
    r"nhích|bật|leo|vọt|cộng|đẩy|kéo|thiệt hại|bốc hơi)"
)
_MOVES = re.compile(rf"(?<!\w){_VERB}(?!\w)", re.IGNORECASE)
_ASKS = r"(?:bao nhiêu|mấy)"
_POINT = r"(?:mức(?! (?:tăng|giảm|biến động))|mốc|ngưỡng|vùng|con số)"
_LEADS_TO = r"(?:lên|xuống|còn|đạt|thành)"
_ASKS_LEVEL = re.compile(
    rf"(?<!\w)(?:{_LEADS_TO}|về|(?<!tăng )(?<!giảm )(?:tới|đến)|ở|tại|quanh)"
    rf"(?: (?:đến|tới|còn|thành|sát|quanh|khoảng|{_POINT}|giá))*"
    rf" (?:{_ASKS}|{_POINT} nào)|(?<!\w){_POINT}(?: giá| điểm)? (?:{_ASKS}|nào)(?!\w)|"
    rf"(?<!\w)(?:đóng cửa|chốt phiên|kết phiên|khép phiên|giao dịch|niêm yết)(?!\w).*?{_ASKS}",
    re.IGNORECASE,
)
_ASKS_PRICE = re.compile(rf"(?<!\w)giá (?!trị).*?{_ASKS}", re.IGNORECASE)
_ASKS_CHANGE = re.compile(
    rf"(?<!\w)(?:(?:{_VERB}|mức tăng|mức giảm)(?: (?:thêm|mạnh|nhẹ|vọt|sâu|sốc|khoảng|được|đi|mất|hơn|là|tổng cộng))*|"
    rf"thêm|bớt) {_ASKS}(?!\w)|(?<!\w)mức (?:tăng|giảm)(?!\w)",
    re.IGNORECASE,
)
_ASKS_ORIGIN = re.compile(rf"(?<!\w)từ (?:{_POINT} )?(?:{_ASKS}|{_POINT} nào)(?!\w)", re.IGNORECASE)
_FROM = re.compile(rf"(?<!\w)từ(?: {_POINT}| hơn| gần| khoảng)*\s*\Z", re.IGNORECASE)
_TO = re.compile(
    rf"(?<!\w)(?:{_LEADS_TO}|ở {_POINT}|về {_POINT}|tới {_POINT}|{_POINT})(?!\w)[^;.,()]*\Z", re.IGNORECASE
)
_BESIDE = re.compile(
    r"\s*[,(]?\s*(?:(?:tương ứng|tương đương|tức|hay|ứng với|khoảng|hơn|gần|với)\s+)*(?:tăng |giảm )?\s*\Z",
    re.IGNORECASE,
)
_FOR_HOW_LONG = re.compile(
    r"(?<!\w)(?:trong|sau|suốt|qua|trước|cách|mỗi)(?: hơn| gần| khoảng| vòng)*\s*\Z", re.IGNORECASE
)
_CLOSE_TO = re.compile(r"(?<!\w)sát \Z", re.IGNORECASE)
_ENDS = re.compile(r"[;!?\n]|\.(?!\d)")
# How far a verb or "lên" may stand before its number.
_REACH = 60
_NO_AMOUNTS = (Kind.DATE, Kind.TIME, Kind.ORDINAL, Kind.SCORE)


class _Role(Enum):
    """What a number is in a change."""

    ORIGIN = auto()
    CHANGE = auto()
    LEVEL = auto()


@dataclass(frozen=True, slots=True)
class _Member:
    value: Value
    role: _Role


def of_change(sentence: str, span: Span, question: Question) -> Span:
    """The number that a question asks for where the span has another one of the same change: the level for the change,
    the change for the level, where it began, or all from "từ" to the level; the span itself where it has the right one.

    Offsets are those in the sentence.
    """
    roles = _asked(question)
    if not roles:
        return span
    for change in _changes(sentence):
        marked = [one for one in change if one.value.start < span.end and span.start < one.value.end]
        if not marked:
            continue
        found = [_first(change, role, question.form.unit) for role in roles]
        fits = all(one.role in roles and _in_unit(one, question.form.unit) for one in marked)
        if None in found or (fits and len(roles) == 1):
            return span
        kept = [one.value for one in found if one is not None]
        lead = (_FROM if len(roles) > 1 else _CLOSE_TO).search(sentence, 0, kept[0].start)
        return Span(lead.start() if lead else kept[0].start, kept[-1].end)
    return span


def states_change(sentence: str, span: Span) -> bool:
    """Whether the number of a span is by how much something changed, or from where, and not the level it has now."""
    return any(
        one.role is not _Role.LEVEL and one.value.start < span.end and span.start < one.value.end
        for change in _changes(sentence)
        for one in change
    )


def _asked(question: Question) -> tuple[_Role, ...]:
    """Which number of a change is asked for; none where that cannot be told."""
    text = question.own
    if _ASKS_ORIGIN.search(text):
        rest = _ASKS_ORIGIN.sub(" ", text)
        return (_Role.ORIGIN, _Role.LEVEL) if _ASKS_LEVEL.search(rest) else (_Role.ORIGIN,)
    if _ASKS_CHANGE.search(text):
        return (_Role.CHANGE,)
    level = _ASKS_LEVEL.search(text) or (_ASKS_PRICE.search(text) and not _MOVES.search(text))
    return (_Role.LEVEL,) if level else ()


def _first(change: Sequence[_Member], role: _Role, unit: str | None) -> _Member | None:
    """The first number of a role, in the unit that is asked for if one is."""
    return next((one for one in change if one.role is role and _in_unit(one, unit)), None)


def _in_unit(member: _Member, unit: str | None) -> bool:
    wanted = values_of(f"5 {unit}") if unit else ()
    return not wanted or f"{member.value.unit}/".startswith(f"{wanted[0].unit}/")


def _changes(sentence: str) -> Iterator[tuple[_Member, ...]]:
    """The changes of a sentence that tell a level, each with its numbers in order."""
    text = vietnamese.nfc(sentence)
    if len(text) != len(sentence):
        return
    verbs = [found.start() for found in _MOVES.finditer(text)]
    members: list[_Member] = []
    before = 0
    for value in values_of(text):
        gap = text[max(before, value.start - _REACH) : value.start]
        before = value.end
        if value.kind in _NO_AMOUNTS or (value.kind is Kind.DURATION and _FOR_HOW_LONG.search(gap)):
            continue
        verb = next((verb for verb in reversed(verbs) if value.start - len(gap) <= verb < value.start), None)
        moved = verb is not None
        begun = bool(members) and not _ENDS.search(gap)
        role = _role(gap if verb is None else text[verb : value.start], moved=moved, begun=begun)
        begins = role is None or role is _Role.ORIGIN or (moved and role is _Role.CHANGE)
        if members and (begins or members[-1].role is _Role.LEVEL):
            yield from _told(members)
            members = []
        if role is _Role.ORIGIN or (role is not None and (moved or members)):
            members.append(_Member(value, role))
    yield from _told(members)


def _role(gap: str, *, moved: bool, begun: bool) -> _Role | None:
    if _FROM.search(gap):
        return _Role.ORIGIN
    if (moved or begun) and _TO.search(gap) and not _ENDS.search(gap):
        return _Role.LEVEL
    if moved and not _ENDS.search(gap):
        return _Role.CHANGE
    return _Role.CHANGE if begun and _BESIDE.fullmatch(gap) else None


def _told(members: list[_Member]) -> Iterator[tuple[_Member, ...]]:
    first, last = (members[0], members[-1]) if len(members) > 1 else (None, None)
    if first is None or last is None or last.role is not _Role.LEVEL:
        return
    # "Xe từ 4 tấn tăng lên 200.000 đồng": what does not measure the same is no beginning.
    if first.role is not _Role.ORIGIN or first.value.kind in (Kind.NUMBER, last.value.kind):
        yield tuple(members)
