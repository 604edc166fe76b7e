"""Whether a question asks who does something, so that others may well do the contrary."""

from __future__ import annotations

from rag.matching.opposites import Opposed, places_of
from rag.matching.view import View

# What asks for the doer, before its predicate; a day or year is none.
_WHO, _WHICH, _HOW_MANY = frozenset(("ai",)), frozenset(("nào", "nao")), frozenset(("nhiêu", "nhieu", "mấy"))
_TIMES = frozenset(
    (
        "khi", "lúc", "ngày", "năm", "tháng", "tuần", "giờ", "phút", "hôm", "hồi", "dịp", "quý", "lần", "đâu",
        "luc", "ngay", "nam", "thang", "tuan", "gio",
    )
)  # fmt: skip
_REACH = 6


def asks_who_does(view: View, predicate: Opposed, *, folded: bool) -> bool:
    """Whether it is asked who or how many do something: that others do the contrary refutes nothing then.

    "Ai phản đối dự luật?" and "Bao nhiêu người sống sót?", but not "Năm nào Mỹ cấm …?", where it is known who does.
    """
    start = next(
        (place.start for place, _ in places_of(view, predicate.asked, range(len(view.words)), folded=folded)), 0
    )
    for at in range(start - 1, max(-1, start - 1 - _REACH), -1):
        word, before, after = view.words[at], view.words[at - 1] if at else "", view.words[at + 1]
        if word in _WHO or (word in _WHICH and before not in _TIMES):
            return not any(view.capitals[at + 1 : start])
        if word in _HOW_MANY:
            return after not in _TIMES
    return False
