"""Parts of a day that a text names: what rose in the morning may well have fallen by the evening."""

from __future__ import annotations

from functools import lru_cache

from rag.matching.view import View
from rag.vietnamese import fold

_PARTS = ("sáng", "trưa", "chiều", "tối", "đêm")
# Beside these a syllable such as "sáng" or "tối" is a time: "phiên sáng", "tối qua", "chiều 28/4".
_BEFORE = ("phiên", "buổi", "hồi", "lúc", "vào", "đầu", "cuối", "rạng")
_AFTER = ("nay", "qua", "mai", "kia", "hôm", "ngày", "cùng", "thứ", "chủ")


def hours_in(view: View, where: range, *, folded: bool) -> frozenset[str]:
    """The parts of a day that are named among the words `where` of a text."""
    parts, before, after = _words(folded)
    found = (at for part in parts for at in view.places(part) if at in where)
    return frozenset(view.words[at] for at in found if _is_time(view, at, before, after))


def _is_time(view: View, at: int, before: frozenset[str], after: frozenset[str]) -> bool:
    if at and view.words[at - 1] in before:
        return True
    following = view.words[at + 1] if at + 1 < len(view.words) else ""
    return following in after or following[:1].isdigit()


@lru_cache(2)
def _words(folded: bool) -> tuple[tuple[str, ...], frozenset[str], frozenset[str]]:
    spelt = [[fold(word) if folded else word for word in words] for words in (_PARTS, _BEFORE, _AFTER)]
    return tuple(spelt[0]), frozenset(spelt[1]), frozenset(spelt[2])
