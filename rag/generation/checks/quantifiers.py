"""All or some: "toàn bộ 12.000 hộ" is not said by "một phần trong 12.000 hộ"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from rag.generation.checks.tokens import Token, Tokens

_ALL = re.compile(
    r"(?<!\w)(?<!gần )(?<!như )(?P<no>không phải )?(?:toàn bộ|tất cả|mọi|toàn thể|hết thảy)(?!\w)", re.IGNORECASE
)
_SOME = re.compile(
    r"(?<!\w)(?:một phần|một số|một vài|phần lớn|đa số|hầu hết|phần đông|phần nhiều|số ít|một nửa|nhiều|vài|"
    r"không phải (?:tất cả|toàn bộ|mọi))(?!\w)",
    re.IGNORECASE,
)
# Between a quantifier and what it tells of stand no more: "một phần trong hơn 12.000 hộ".
_CHARS, _BEHIND = 24, 4
# No sentence of news has more.
_MOST = 6


def other_quantities(sentence: Tokens, evidence: Sequence[Tokens]) -> Iterator[str]:
    """Words for all that stand before a thing of which all evidence has some, and the reverse."""
    for said, excluded in ((_ALL, _SOME), (_SOME, _ALL)):
        for found in islice(said.finditer(sentence.text), _MOST):
            thing = _thing(sentence, found.end())
            if "nhiều" in found[0].lower() or found.groupdict().get("no") or thing is None:
                continue
            there = [
                _is_before(excluded, each, other)
                for each in evidence
                for other in each.all
                if other.kind == thing.kind and (other.keys & thing.keys or _is_number(thing, other))
            ]
            if there and all(there):
                yield found[0]


def _thing(tokens: Tokens, start: int) -> Token | None:
    """The first number, name or word with content close behind a place."""
    behind = [token for token in tokens.all if token.start >= start][:_BEHIND]
    inside = [token for token in behind if token.clause == behind[0].clause and token.kind != "shape"]
    return inside[0] if inside else None


def _is_number(one: Token, other: Token) -> bool:
    return one.kind == "value" and one.words == other.words and one.words[0][:1].isdigit()


def _is_before(quantifier: re.Pattern[str], tokens: Tokens, token: Token) -> bool:
    """Whether a quantifier stands before a word, with nothing but what shapes the sentence between."""
    found = [
        each for each in quantifier.finditer(tokens.text, max(0, token.start - _CHARS), token.start)
        if not each.groupdict().get("no")
    ]  # fmt: skip
    if not found:
        return False
    between = [other for other in tokens.all if found[-1].end() <= other.start < token.start]
    return all(other.kind == "shape" and other.clause == token.clause for other in between)
