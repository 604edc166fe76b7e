"""Whose a number is: a sentence that gives one name the number of another, where the evidence has one for each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.generation.checks.numbers import agrees
from rag.generation.checks.tokens import Token, Tokens
from rag.values import Kind, Value

_NUMBERS = (Kind.NUMBER, Kind.QUANTITY, Kind.MONEY, Kind.PERCENT, Kind.DURATION)
# "61 tỷ USD cho Ukraine": the number is of what stands behind it.
_OF_WHAT_FOLLOWS = re.compile(r"\s(?:[^\W\d_]+\s){0,2}(?:cho|của|ở|tại|từ|tới|đến|với|sang|trước)\s", re.IGNORECASE)
# "Ukraine hứng 40 tên lửa" tells what another fired.
_SUFFERING = frozenset(("bị", "được", "hứng", "nhận", "chịu", "mất", "thua", "do", "bởi", "từ", "hơn", "kém", "so"))


@dataclass(frozen=True, slots=True)
class _Owned:
    """A number with the names that stand before it in its clause, since the number before it."""

    value: Value
    names: tuple[Token, ...]
    turned: bool


def other_owners(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Numbers behind the one name of their clause that all evidence has behind another, and another one behind it."""
    there = [owned for each in evidence for owned in _owned(each)]
    for own in _owned(sentence):
        if len(own.names) != 1 or own.turned:
            continue
        same = [other for other in there if agrees(own.value, other.value)]
        if not same or any(
            len(other.names) != 1 or other.turned or _same(own.names[0], other.names[0]) for other in same
        ):
            continue
        if any(
            _are_alike(own.value, other.value)
            and not agrees(own.value, other.value)
            and any(_same(own.names[0], name) for name in other.names)
            for other in there
        ):
            yield sentence.text[own.value.start : own.value.end]


def _owned(tokens: Tokens) -> Iterator[_Owned]:
    """The numbers of a text; those that belong to what stands behind them have no names."""
    since = 0
    for value in tokens.values:
        if value.kind not in _NUMBERS:
            continue
        first = next((token for token in tokens.all if token.start >= value.start), None)
        inside = [
            token for token in tokens.all
            if first is not None and token.clause == first.clause and since <= token.start and token.end <= value.start
        ]  # fmt: skip
        names = [token for token in inside if token.kind == "name"]
        turned = any(
            token.words[0] in _SUFFERING and len(token.words) == 1 and not _is_sentenced(inside[at + 1 :])
            for at, token in enumerate(inside)
        )
        if _OF_WHAT_FOLLOWS.match(tokens.text, value.end):
            turned = True
        yield _Owned(value, tuple(names), turned)
        since = value.end


def _is_sentenced(behind: Sequence[Token]) -> bool:
    """Whether "bị" stands before what only one suffers: "bị phạt", "bị tuyên"."""
    return bool(behind) and behind[0].words[0] in ("phạt", "tuyên", "kết")


def _are_alike(one: Value, other: Value) -> bool:
    """Whether two numbers may tell the same of two: of one unit, or one of them of none."""
    return (one.kind is other.kind and one.unit == other.unit) or None in (one.unit, other.unit)


def _same(one: Token, other: Token) -> bool:
    return bool(one.keys & other.keys or set(one.words) & set(other.words))
