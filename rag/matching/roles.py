"""Who did it to whom, as the order of names around a predicate tells: "A thay B" is not "B thay A"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.matching.located import Located
from rag.matching.opposites import is_turned
from rag.matching.view import Form, View, normal_words

# Predicates between a doer and another; of those in one group the other way round means the same as the first.
_DIRECTED = (
    "thay, thay thế, kế nhiệm, kế vị, thay chân, thế chỗ | ", "vượt qua | ", "vượt mặt | ", "khởi kiện | ", "kiện | ",
    "tấn công | ", "xâm lược | ", "cáo buộc | ", "tố cáo | ", "chỉ trích | ", "lên án | ", "khen ngợi | ", "ca ngợi | ",
    "bắt giữ | ", "sát hại | ", "giết | ", "cứu | ", "cầu hôn | ", "trừng phạt | ", "phạt | ", "sa thải | ",
    "thắng, đánh bại, hạ gục, giành chiến thắng trước | thua, để thua, thất bại trước, gục ngã trước, bại trận trước",
    "mua lại, thâu tóm | ",
)  # fmt: skip
# The other stands behind "cho": "A bán 49% vốn của B cho C".
_GIVEN = (
    "bán | ", "nhượng | ", "chuyển nhượng | ", "cho vay | ", "gửi | ", "cung cấp | ", "viện trợ | ", "trao | ",
    "tặng | ", "trả | ", "nhường | ",
)  # fmt: skip
_PASSIVE = frozenset(("bị", "được", "bi", "duoc"))
_BEFORE, _AFTER, _AFTER_TO = 18, 6, 3


@dataclass(frozen=True, slots=True)
class Role:
    """A predicate with the numbers of the names of who does it and of whom it is done to.

    `verb` is one that stands for all of its group; of a converse predicate ("thua") the names are exchanged.
    """

    verb: tuple[str, ...]
    doer: int
    other: int


def roles_in(view: View, where: range, names: Sequence[Located], *, folded: bool) -> tuple[Role, ...]:
    """The predicates among the words `where` of a text that stand between two of the names, in active voice."""
    return tuple(dict.fromkeys(_roles(view, where, names, folded=folded)))


def swapped(asked: Sequence[Role], said: Sequence[Role]) -> bool:
    """Whether what is said is asked the other way round, and nothing said is as asked."""
    exchanged = {Role(one.verb, one.other, one.doer) for one in asked}
    return bool(exchanged & set(said)) and not set(asked) & set(said)


def group_of(phrase: tuple[str, ...], *, folded: bool) -> tuple[str, ...] | None:
    """The `verb` of the roles that a phrase gives; None for one that gives none."""
    return next((group for known, group, _, _ in _verbs(folded) if known == phrase), None)


def words_of(verb: tuple[str, ...], *, folded: bool) -> frozenset[str]:
    """The words of all wordings of the `verb` of a role."""
    return frozenset(word for known, group, _, _ in _verbs(folded) if group == verb for word in known)


def _roles(view: View, where: range, names: Sequence[Located], *, folded: bool) -> Iterator[Role]:
    places = sorted(
        (start, end, number)
        for number, located in enumerate(names)
        for start, end, _ in located.places
        if start in where and located.one.kind in ("name", "country")
    )
    if len({number for _, _, number in places}) < 2:
        return
    for phrase, group, converse, given in _verbs(folded):
        for at in view.find(Form(phrase)):
            if at not in where or _is_passive(view, at, where) or is_turned(view, at, where, folded=folded):
                continue
            end = at + len(phrase)
            other = _given_to(view, end, where, places) if given else _next(places, end, _AFTER)
            for start, stop, number in places:
                # Between a name and its predicate there may be an office, which has a capital as well.
                if other is not None and number != other and stop <= at and at - start <= _BEFORE:
                    yield Role(group, other, number) if converse else Role(group, number, other)


def _is_passive(view: View, at: int, where: range) -> bool:
    """Whether it is suffered: "bị kiện", "bị Techcombank kiện"."""
    before = at - 1
    while before > where.start and view.capitals[before]:
        before -= 1
    return before >= where.start and view.words[before] in _PASSIVE


def _given_to(view: View, end: int, where: range, places: Sequence[tuple[int, int, int]]) -> int | None:
    found = [at for at in view.find(Form(("cho",))) if at >= end and at in where]
    return _next(places, found[0] + 1, _AFTER_TO) if found else None


def _next(places: Sequence[tuple[int, int, int]], at: int, reach: int) -> int | None:
    return next((number for start, _, number in places if at <= start <= at + reach), None)


@lru_cache(2)
def _verbs(folded: bool) -> tuple[tuple[tuple[str, ...], tuple[str, ...], bool, bool], ...]:
    """Each phrase with the first of its group, whether it is the converse, and whether "cho" brings the other."""
    rows = []
    for lines, given in ((_DIRECTED, False), (_GIVEN, True)):
        for line in lines:
            straight, converse = (
                [normal_words(phrase, folded=folded) for phrase in side.split(",") if phrase.strip()]
                for side in line.split("|")
            )
            group = straight[0]
            rows += [(phrase, group, False, given) for phrase in straight]
            rows += [(phrase, group, True, given) for phrase in converse]
    # Without diacritics a single syllable is too many words at once.
    kept = (row for row in rows if not folded or len(row[0]) > 1)
    return tuple(sorted(kept, key=lambda row: (-len(row[0]), row[0])))
