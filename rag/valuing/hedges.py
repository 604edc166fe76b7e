"""Words before or behind a number that say how exact it is: "khoảng", "hơn", "không quá", "trở lên"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rag.valuing.numerals import Token
from rag.valuing.value import Qualifier

_WORDS: Final = {
    Qualifier.ABOUT: """
        khoảng, chừng, tầm, cỡ, xấp xỉ, ước chừng, ước tính, ước khoảng, vào khoảng, khoảng chừng, khoảng độ,
        about, around, approximately, roughly
        """,
    Qualifier.MORE: """
        hơn, trên, quá, vượt, vượt quá, vượt mốc, vượt mức, nhiều hơn, cao hơn, lớn hơn, more than, over
        """,
    Qualifier.LESS: """
        gần, dưới, chưa đến, chưa tới, chưa đầy, không đến, không tới, ít hơn, thấp hơn, nhỏ hơn, suýt soát, ngót,
        gần tới, gần đến, nearly, almost, under, less than, fewer than, below
        """,
    Qualifier.AT_LEAST: "ít nhất, tối thiểu, không dưới, không ít hơn, thấp nhất, at least",
    Qualifier.AT_MOST: "tối đa, nhiều nhất, không quá, cao nhất, không vượt quá, up to, at most",
}
_BEFORE: Final = {
    tuple(wording.split()): qualifier
    for qualifier, words in _WORDS.items()
    for wording in words.strip(", \n").split(",")
}
_BEHIND: Final = {"lên": Qualifier.AT_LEAST, "xuống": Qualifier.AT_MOST}
_PREPOSITIONS: Final = frozenset((("trên",), ("gần",), ("dưới",)))
_LONGEST_WORDS: Final = 3


def hedge_before(tokens: Sequence[Token], at: int, number: float) -> tuple[Qualifier, int]:
    """What hedges the number at a token, and where that begins; "trên" and "gần" before 1 are rather places."""
    for count in range(_LONGEST_WORDS, 0, -1):
        words = tuple(token.word for token in tokens[max(0, at - count) : at])
        qualifier = _BEFORE.get(words) if len(words) == count else None
        if qualifier and not (words in _PREPOSITIONS and number < 2):
            return qualifier, at - count
    return Qualifier.NONE, at


def hedge_behind(tokens: Sequence[Token], at: int) -> Qualifier | None:
    """What the two words from a token on say of the number before: "trở lên", "trở xuống"; None where nothing."""
    words = [token.word for token in tokens[at : at + 2]]
    return _BEHIND.get(words[1]) if len(words) == 2 and words[0] == "trở" else None
