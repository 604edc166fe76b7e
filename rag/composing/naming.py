"""Names of places and states, as the table of names knows them: enough to tell them from persons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from rag.composing.wording import listed
from rag.naming.table import shipped_rows
from rag.vietnamese import fold

_PLACES = ("country", "region", "city", "province")
# The sentences, titles and articles of a question are looked at several times.
_KEPT_TEXTS = 512
_FOLLOWING = re.compile(r" ([^\W\d_]+)")
_PRECEDING = re.compile(r"([^\W\d_]+) \Z")
# No syllable is longer, and looking no further back keeps hostile text linear.
_LONGEST_CHARS = 12


@lru_cache(maxsize=1)
def _spellings() -> tuple[dict[str, str], frozenset[str]]:
    """Each spelling of a state -> its first spelling; and all spellings of places."""
    states: dict[str, str] = {}
    places: set[str] = set()
    for row in shipped_rows():
        if row.kind not in _PLACES:
            continue
        for spelling in row.spellings:
            if "-" in spelling.marks:
                continue
            places.add(spelling.text)
            if row.kind == "country":
                states.setdefault(spelling.text, row.spellings[0].text)
    return states, frozenset(places)


def is_place(name: str) -> bool:
    """Whether a name, written with its capitals, is that of a state, region, city or province."""
    return name in _spellings()[1]


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    return frozenset(
        spelling.text for row in shipped_rows() if row.kind not in {"person", "guard"} for spelling in row.spellings
    )


def is_known(name: str) -> bool:
    """Whether the table of names knows it as something that is no person."""
    return name in _known()


@lru_cache(maxsize=1)
def _state_pattern() -> re.Pattern[str]:
    names = sorted((n for n in _spellings()[0] if n[:1].isupper()), key=lambda name: (-len(name), name))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, names))})(?![\w])(?!-\w)")


@lru_cache(_KEPT_TEXTS)
def states_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """The states that a text names, in order: (start, end, the usual name)."""
    return _named_in(text, _state_pattern(), _spellings()[0])


@lru_cache(maxsize=1)
def _powers() -> tuple[dict[str, str], re.Pattern[str]]:
    """Each spelling of a state or of where its government sits -> the state's usual name; and what finds them."""
    named = {name: state for name, state in _spellings()[0].items() if name[:1].isupper()}
    cities = {spelling.text: row for row in shipped_rows() if row.kind == "city" for spelling in row.spellings}
    for row in shipped_rows():
        if row.kind != "seat":
            continue
        for seat in row.spellings[1:]:
            others = cities[seat.text].spellings if seat.text in cities else ()
            for spelling in (seat, *others):
                named.setdefault(spelling.text, named.get(row.spellings[0].text, row.spellings[0].text))
    ordered = sorted(named, key=lambda name: (-len(name), name))
    return named, re.compile(rf"(?<![\w-])(?:{'|'.join(map(re.escape, ordered))})(?![\w])(?!-\w)")


@lru_cache(_KEPT_TEXTS)
def powers_in(text: str) -> tuple[tuple[int, int, str], ...]:
    """As `states_in`, of states that are named by their capital or government as well: "Washington", "Nhà Trắng"."""
    named, pattern = _powers()
    return _named_in(text, pattern, named)


def _named_in(text: str, pattern: re.Pattern[str], named: Mapping[str, str]) -> tuple[tuple[int, int, str], ...]:
    return tuple(
        (match.start(), match.end(), named[match[0]])
        for match in pattern.finditer(text)
        if match[0] not in _ALSO_GIVEN_NAMES or not _is_given_name(text, match.start(), match.end())
    )


def _is_given_name(text: str, start: int, end: int) -> bool:
    """Whether "Anh", "Nga", "Đức" is part of a person's name here: "ông Anh Tuấn", "Nguyễn Thị Nga"."""
    following = _FOLLOWING.match(text, end)
    preceding = _PRECEDING.search(text[max(0, start - _LONGEST_CHARS) : start])
    if preceding and (preceding[1] in _BEFORE_IN_NAMES or preceding[1].lower() in _BEFORE_GIVEN_NAMES):
        return True
    return following is not None and following[1][0].isupper() and fold(following[1]) != following[1].lower()


_BEFORE_GIVEN_NAMES = listed("ông bà anh chị cô em cháu thầy bác chú")
_ALSO_GIVEN_NAMES = frozenset(("Anh", "Đức", "Nga", "Mỹ", "Lào", "Nhật", "Hàn", "Pháp", "Phi", "Thái", "Bỉ", "Áo", "Ý"))
SURNAMES = listed(
    "Nguyễn Trần Lê Phạm Hoàng Huỳnh Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Đào Đinh Trịnh Mai Tô Lương Hà Cao Tạ"
)
_BEFORE_IN_NAMES = SURNAMES | listed(
    "Văn Thị Minh Ngọc Thanh Quang Tuấn Xuân Việt Kim Thu Phương Quỳnh Lan Hồng Kiều Diệu Trọng Hữu Công Tiến"
)
