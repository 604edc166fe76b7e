"""Whether a text has the form of answer that a question asks for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag import vietnamese
from rag.asking.forms import AnswerForm, FormKind
from rag.asking.nouns import ORGANISATIONS, PERSONS, PLACES
from rag.values import values_of
from rag.valuing.units import MEASURED, UNITS, Unit
from rag.valuing.value import Kind, Value
from rag.vietnamese import CAPITAL

_NAME = re.compile(rf"{CAPITAL}[\w’'-]*")
_CAUSE = re.compile(
    r"\b(?:vì|do|bởi|nhằm|để|khiến|nhờ|lý do|nguyên nhân|trong bối cảnh|lo ngại|dẫn đến|nên|trước|sau|khi|tại)\b",
    re.IGNORECASE,
)
_WHEN_CLAUSE = re.compile(r"\b(?:khi|lúc|sau|trước|gần đây|vừa qua|hiện nay|cùng ngày|giữa|cuối|đầu)\b", re.IGNORECASE)
_NUMERIC = frozenset((Kind.NUMBER, Kind.QUANTITY, Kind.MONEY, Kind.PERCENT, Kind.DURATION, Kind.ORDINAL, Kind.SCORE))
_OF_KIND = {
    FormKind.MONEY: frozenset((Kind.MONEY, Kind.NUMBER)),
    FormKind.PERCENT: frozenset((Kind.PERCENT,)),
    FormKind.DURATION: frozenset((Kind.DURATION,)),
    FormKind.TIME: frozenset((Kind.TIME,)),
    FormKind.NUMBER: _NUMERIC,
}
_NOUNS = {FormKind.PERSON: PERSONS, FormKind.PLACE: PLACES, FormKind.ORGANISATION: ORGANISATIONS}
_LONGEST_NOUN = 3
_COUNT = "count"
# A duration asked for in a unit is at least a small part and at most so many of it.
_MOST_SMALLER, _MOST_OF_A_UNIT = 60, 300
_OWN_MEASURES = frozenset(("tuổi", "điểm", "lượng", "cấp", "lần"))
_FEW_WORDS = 3


def form_fits(form: AnswerForm, text: str) -> bool | None:
    """Whether an answer or a sentence holds what is asked for; None where the form does not tell.

    "Hơn 90 tấn" fits "bao nhiêu tấn", "90 người" does not; causes and clauses without a sign are left open.
    """
    if form.kind in (FormKind.ANY, FormKind.CLAUSE):
        return None
    if form.kind is FormKind.CAUSE:
        return True if _CAUSE.search(text) else (None if len(text.split()) > _FEW_WORDS else False)
    if form.kind in _NOUNS:
        return _NAME.search(text) is not None or _has_noun(text, form.kind)
    values = values_of(text)
    if form.kind is FormKind.DATE:
        return _is_date(form, text, values)
    if form.kind is FormKind.QUANTITY:
        return _is_quantity(form, values)
    kinds = _OF_KIND[form.kind]
    fits = any(value.kind in kinds for value in values)
    # "Lúc 8 giờ" may have lost its "lúc", and "8 giờ" is then a duration.
    return fits or (form.kind is FormKind.TIME and any(value.kind is Kind.DURATION for value in values))


def other_measure(form: AnswerForm, text: str) -> bool:
    """Whether all that a text measures is of another kind than what is asked for: "6 inch" to how heavy, "60 tuổi" to
    how many children. False where nothing measured is asked for, or a number stands alone.
    """
    asked = _measures_asked(form)
    if not asked:
        return False
    values = values_of(text)
    measures = {_measure_of(value) for value in values}
    if not measures or None in measures:
        return False
    only_time = asked == {FormKind.DURATION.value}
    return not asked & measures or (only_time and not any(_of_order(form, value) for value in values))


def _of_order(form: AnswerForm, value: Value) -> bool:
    """Whether a duration is of the order of the unit asked for: who asks for hours is not told of years."""
    unit = UNITS.get(form.unit) if form.unit else None
    if unit is None or unit.kind is not Kind.DURATION or value.kind is not Kind.DURATION:
        return value.kind is Kind.DURATION
    return unit.factor / _MOST_SMALLER <= value.high and value.low <= unit.factor * _MOST_OF_A_UNIT


def _measures_asked(form: AnswerForm) -> frozenset[str]:
    if form.kind in (FormKind.MONEY, FormKind.PERCENT, FormKind.DURATION):
        return frozenset((form.kind.value,))
    if form.kind is not FormKind.QUANTITY or not form.unit:
        return form.measures
    # An unknown word may only begin a noun: "bao nhiêu viện trợ" is answered by money or by weight.
    unit = UNITS.get(form.unit)
    return frozenset((_measure(unit.kind, unit.name),)) if unit else frozenset()


def _measure_of(value: Value) -> str | None:
    """What a value measures; None for a bare number, which may measure anything."""
    if value.kind is Kind.NUMBER:
        return None
    return _measure(value.kind, (value.unit or "").split("/")[0])


def _measure(kind: Kind, unit: str) -> str:
    if kind is not Kind.QUANTITY:
        return kind.value
    # "Độ" may be meant of warmth, and a "lượng" is one of gold.
    unit = {"°C": "độ", "lượng vàng": "lượng"}.get(unit, unit)
    # Ages, points and the like are counted, too, but nothing else is counted in them.
    return unit if unit in MEASURED or unit in _OWN_MEASURES else _COUNT


def _has_noun(text: str, kind: FormKind) -> bool:
    words = vietnamese.syllables(text)
    runs = (words[at : at + count] for count in range(1, _LONGEST_NOUN + 1) for at in range(len(words)))
    return any(" ".join(run) in _NOUNS[kind] for run in runs)


def _is_date(form: AnswerForm, text: str, values: Sequence[Value]) -> bool:
    years = any(value.kind is Kind.NUMBER and value.unit is None and 1000 <= value.low <= 2100 for value in values)
    dates = [value for value in values if value.kind is Kind.DATE]
    if form.noun == "năm":
        return years or any(value.unit is None or value.unit not in ("yearly", "offset") for value in dates)
    if form.noun == "ngày":
        return any(value.first == value.last for value in dates)
    kinds = (Kind.DATE, Kind.TIME, Kind.DURATION)
    return years or any(value.kind in kinds for value in values) or _WHEN_CLAUSE.search(text) is not None


def _is_quantity(form: AnswerForm, values: Sequence[Value]) -> bool:
    unit = UNITS.get(form.unit) if form.unit else None
    if unit is None:
        return any(value.kind in _NUMERIC and _may_measure(value, form.measures) for value in values)
    return any(_counts(value, unit) for value in values)


def _may_measure(value: Value, measures: frozenset[str]) -> bool:
    measure = _measure_of(value)
    return not measures or measure is None or measure in measures


def _counts(value: Value, unit: Unit) -> bool:
    """Whether a value counts in a unit, or is a bare number, whose unit the question names."""
    if value.kind is Kind.NUMBER:
        return True
    if value.kind is not unit.kind or value.unit is None:
        return False
    measured = value.unit.split("/")[0]
    return measured == unit.name or measured.split()[0] == unit.name.split()[0]
