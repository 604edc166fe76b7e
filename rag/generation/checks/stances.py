"""What says a stance in words that are no synonyms of it: "không đồng ý" for "phản đối", of the same thing."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence

from rag.generation.checks.tokens import Token, Tokens

# These stand in any text, so that what they are said of decides.
_FAINT = frozenset(("vì", "được", "sẽ", "cần", "không", "chưa", "phải", "nhận", "tội", "nghi", "hãy", "nói", "mong"))
_BESIDE, _BESIDE_FAINT = 4, 2


def is_entailed(sentence: Tokens, at: int, other: tuple[str, ...], each: Tokens) -> bool:
    """Whether the evidence has a wording for a stance, of the same thing: beside a word that stands beside the stance;
    behind it where the wording is a word that stands everywhere."""
    kept = [one for one in sentence.all if one.kind in ("content", "name")]
    stance = sentence.all[at]
    before, behind = _around(kept, stance.start, stance.end)
    faint = len(other) == 1 and other[0] in _FAINT
    there = [one for one in each.all if one.kind in ("content", "name")]
    for found in re.finditer(rf"(?<!\w){' '.join(other)}(?!\w)", each.text, re.IGNORECASE):
        ahead, after = _around(there, found.start(), found.end())
        if faint and behind:
            if _share(behind[:_BESIDE_FAINT], after[:_BESIDE_FAINT]):
                return True
        elif _share((*before, *behind), (*ahead, *after)):
            return True
    return False


def _around(tokens: Sequence[Token], start: int, end: int) -> tuple[Sequence[Token], Sequence[Token]]:
    """The tokens close before and close behind a place, of those in order."""
    first = bisect_left(tokens, start, key=_start)
    before = [one for one in tokens[max(0, first - _BESIDE) : first] if one.end <= start]
    behind = bisect_left(tokens, end, key=_start)
    return before, tokens[behind : behind + _BESIDE]


def _start(token: Token) -> int:
    return token.start


def _share(some: Sequence[Token], others: Sequence[Token]) -> bool:
    return any(one.keys & other.keys for one in some for other in others)
