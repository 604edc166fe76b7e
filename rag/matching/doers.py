"""Who does what a question speaks of: whether that is asked, and whether a sentence says it of another."""

from __future__ import annotations

from collections.abc import Sequence

from rag.matching.located import Located
from rag.matching.opposites import Opposed, places_of
from rag.matching.view import View
from rag.naming.words import is_vietnamese
from rag.vietnamese import syllables

# What asks for the doer, before its predicate; a day or year is none.
_WHO, _WHICH, _HOW_MANY = frozenset(("ai",)), frozenset(("nào", "nao")), frozenset(("nhiêu", "nhieu", "mấy"))
_TIMES = frozenset(
    (
        "khi", "lúc", "ngày", "năm", "tháng", "tuần", "giờ", "phút", "hôm", "hồi", "dịp", "quý", "lần", "đâu",
        "luc", "ngay", "nam", "thang", "tuan", "gio",
    )
)  # fmt: skip
_REACH = 6
# What may stand between a doer and the predicate, and how much of it: "Nga vẫn kiên quyết phản đối".
_BETWEEN = frozenset(
    syllables("""
    đã sẽ đang vừa mới từng vẫn cũng đều luôn lại còn không chưa chính thức kiên quyết mạnh mẽ cực lực kịch liệt bất ngờ
    tuyên bố cho biết muốn quyết định da se dang vua moi tung van cung deu luon lai con khong chua chinh thuc kien quyet
    manh me cuc luc kich liet bat ngo tuyen bo cho biet muon quyet dinh
    """)
)
_NEAR_DOER = 3


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


def doer_of(view: View, place: range, names: Sequence[Located]) -> int | None:
    """The number of the name that stands right before a predicate, "Nga" of "Nga kiên quyết phản đối"; None of none."""
    ends = [
        (end, number)
        for number, located in enumerate(names)
        for _, end, _ in located.places
        if located.one.kind in ("name", "country") and 0 <= place.start - end <= _NEAR_DOER
    ]
    end, number = max(ends, default=(0, 0))
    return number if ends and set(view.words[end : place.start]) <= _BETWEEN else None


def done_by_another(view: View, where: range, places: Sequence[range], doer: Located) -> bool:
    """Whether a sentence says what is done at `places` of others, and names the one asked about only behind them.

    "Moskva phản đối việc NATO giúp Ukraine" tells nothing of what Ukraine opposes.
    """
    own = [start for start, _, _ in doer.places if start in where]
    if not own or not places or any(start < place.start for start in own for place in places):
        return False
    return any(_named_before(view, where, place) for place in places)


def _named_before(view: View, where: range, place: range) -> bool:
    """Whether a name stands right before a predicate in its clause; the first word of a sentence alone is none."""
    for at in range(place.start - 1, max(where.start, place.start - 1 - _NEAR_DOER) - 1, -1):
        gap_chars = view.starts[at + 1] - view.ends[at]
        if gap_chars > 1:
            return False
        if view.capitals[at]:
            return at > where.start or not is_vietnamese(view.words[at])
        if view.words[at] not in _BETWEEN:
            return False
    return False
