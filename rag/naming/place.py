"""Where a spelling stands in a question: whether it is a name there at all, and whether it is part of a longer one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum

from rag.naming.lookup import Entry
from rag.naming.words import Word, is_vietnamese, starts_sentence
from rag.vietnamese import fold

PROPER = frozenset(("country", "region", "city", "province", "person"))
PLACES = frozenset(("province", "city"))

_NOT_LETTERS = re.compile(r"[\W\d_]+")
_YEAR = re.compile(r"(?:19|20)\d\d\Z|\d{1,2}/\d")
_MOST_BEFORE = 7
_DASH = re.compile(r"\s?[-–/]\s?\Z")
# Also words in daily use: at the beginning of a sentence their capital says nothing.
_ORDINARY = frozenset(("anh", "ý", "áo"))


def _set(listed: str) -> frozenset[str]:
    return frozenset(listed.split())


# What may stand before a country's name at the beginning of a question, where its capital says nothing.
_BEFORE_COUNTRY = _set(
    """
    tại ở từ nước người phía quân lính tàu vì khi nếu do để theo với và còn giới phe bên đảng báo đài hải không nhà của
    cho về sang đến tới qua sau trước bởi chính bộ quốc đại có liệu hiện hôm ngày tháng năm ai sao vậy thế nhưng
    """
)
# Where no capitals were typed at all, these say that a country follows: "tổng thống mỹ".
_OFFICES = _set(
    """
    tổng_thống thủ_tướng ngoại_trưởng chính_phủ quốc_hội quân_đội hải_quân không_quân đại_sứ sứ_quán ngoại_giao
    quốc_phòng tình_báo hạ_viện thượng_viện nghị_sĩ lãnh_đạo quan_chức nội_các chính_quyền hoàng_gia nữ_hoàng vương_quốc
    thủ_đô
    """
)
# What a place's name before them is part of: "Đại học Sài Gòn" is not "Đại học TP.HCM".
_PARTS_OF_NAMES = _set(
    """
    đại_học ngân_hàng công_ty tập_đoàn bệnh_viện khách_sạn nhà_hàng câu_lạc cao_đẳng nhà_máy
    siêu_thị đường phố chợ cầu báo ga bia chùa hồ trường clb fc quận phường xã cp tnhh đh bv cty
    """
)


_SCHOOLS = _set("đh thpt thcs")
# Of longer foreign names: "Tour de France", "Made in China".
_PARTICLES = _set("de du des of in the la le el and von van der di da")


class Standing(Enum):
    """How a spelling stands in a question: as a name of its own, inside a longer one, or as something else."""

    ALONE = "alone"
    INSIDE = "inside"
    OTHER = "other"


class Place:
    """A question's words, and how far names were recognised in it."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = list(words)
        self.matched_until = 0
        letters = [word.surface for word in words if word.surface.isalpha()]
        self.shouted = len(letters) > 1 and all(map(str.isupper, letters))
        self.small = not any(
            word.capital and not _is_acronym(word) and not starts_sentence(self.words, at)
            for at, word in enumerate(self.words)
        )

    def before(self, at: int) -> Word | None:
        """The word before, where only a space lies between."""
        return self.words[at - 1] if at > 0 and self.words[at].gap.isspace() else None

    def after(self, end: int) -> Word | None:
        """The word after, where only a space lies between."""
        return self.words[end] if end < len(self.words) and self.words[end].gap.isspace() else None

    def follows_acronym(self, at: int) -> bool:
        """Whether the word before is an abbreviation that may belong to it, as in "AS Roma"."""
        before = self.before(at)
        return before is not None and not self.shouted and _is_acronym(before)

    def heads_a_name(self, entry: Entry, end: int) -> bool:
        """Whether an ordinary term is the head of a longer name, as in "ĐH Công nghiệp"."""
        after = self.after(end)
        return entry.row.kind == "term" and not self.shouted and after is not None and after.capital

    def fits(self, entry: Entry, start: int, end: int) -> bool:
        """Whether what was typed is this spelling, capitals and hyphens considered."""
        words, spelling = self.words[start:end], entry.spelling
        if entry.guard:
            return True
        surfaces = tuple(word.surface for word in words)
        if "-" in spelling.marks or "!" in spelling.marks:
            return self._is_marked(entry, start, end)
        if entry.folded and not all(map(str.isascii, surfaces)):
            return False
        if spelling.hyphenated and not any(word.gap == "-" for word in words[1:]):
            return False
        proper = entry.row.kind in PROPER and any(surface[:1].isupper() for surface in spelling.surfaces)
        return not proper or self.small or any(word.capital for word in words)

    def end_of_foreign(self, at: int) -> int | None:
        """Where a foreign name that begins here ends, be it spelled by ear ("Zê-len-xki"); None where none begins."""
        word = self.words[at]
        if not word.surface[:1].isalpha() or (not word.capital and not self.small) or _is_acronym(word):
            return None
        end = at + 1
        while end < len(self.words) and self.words[end].gap == "-" and self.words[end].surface.islower():
            end += 1
        if end - at > 1:
            return end
        return None if word.vietnamese else end

    def _is_marked(self, entry: Entry, start: int, end: int) -> bool:
        """Whether a spelling that needs its capitals, or another name beside it, has them."""
        exact = tuple(word.surface for word in self.words[start:end]) == entry.spelling.surfaces
        if "-" in entry.spelling.marks:
            return exact and self._is_paired(start, end)
        return (exact and not self.shouted) or (entry.row.kind == "country" and self._is_after_office(start))

    def _is_paired(self, start: int, end: int) -> bool:
        """Whether a dash joins it with another capitalised word, and it is no part of a longer name beside that."""
        before, after = self.before(start), self.after(end)
        if any(beside is not None and beside.capital and beside.vietnamese for beside in (before, after)):
            return False
        left = start > 0 and _DASH.match(self.words[start].gap) and self.words[start - 1].capital
        right = end < len(self.words) and _DASH.match(self.words[end].gap) and self.words[end].capital
        return bool(left or right)

    def _is_after_office(self, start: int) -> bool:
        return self.small and start > 1 and _joined(self.words[start - 2 : start]) in _OFFICES


def is_typed_short(words: Sequence[Word], short: str, place: Place) -> bool:
    """Whether an abbreviation was typed as one: with its capitals, or unlike any Vietnamese syllable."""
    if "".join(word.surface for word in words) == _NOT_LETTERS.sub("", short) and not place.shouted:
        return True
    return all(not is_vietnamese(word.syllable) for word in words) and sum(len(word.syllable) for word in words) > 2


def standing_of(place: Place, entry: Entry, start: int, end: int) -> Standing:
    """How a recognised spelling stands among its neighbours."""
    before, after = place.before(start), place.after(end)
    single, word = end - start == 1, place.words[start]
    surface = word.surface
    if single and "!" in entry.spelling.marks and word.capital and not _is_acronym(word) and word.vietnamese:
        return _standing_of_syllable(place, start, before, after)
    if _is_end_of_foreign(place, start) or (entry.row.kind == "term" and after is not None and _is_code(after)):
        return Standing.OTHER
    if place.small or place.shouted:
        return _inside_if(_is_part_of_name(place, start, entry))
    foreign_before = before is not None and _is_foreign(before) and place.matched_until < start
    foreign_after = after is not None and _is_foreign(after)
    if entry.row.kind == "person":
        return Standing.OTHER if foreign_before or foreign_after else Standing.ALONE
    if foreign_before and single and not surface.isupper():
        return Standing.OTHER
    return _inside_if(foreign_after or _is_part_of_name(place, start, entry))


def _standing_of_syllable(place: Place, at: int, before: Word | None, after: Word | None) -> Standing:
    """A country's name of one syllable ("Anh", "Mỹ", "Đức"), which is also a part of many other names."""
    word = place.words[at]
    if starts_sentence(place.words, at) and word.syllable in _ORDINARY:
        return Standing.OTHER
    if after is not None and after.capital and after.vietnamese and not _is_acronym(after):
        return Standing.OTHER
    if before is not None and before.capital and before.vietnamese and not _is_acronym(before):
        if place.matched_until == at:
            return Standing.ALONE
        known = starts_sentence(place.words, at - 1) and before.syllable in _BEFORE_COUNTRY
        return Standing.ALONE if known else Standing.OTHER
    return Standing.ALONE


def _is_end_of_foreign(place: Place, start: int) -> bool:
    """Whether it ends a foreign name such as "Tour de France", "Île-de-France" or "Mendès-France"."""
    if start in (0, place.matched_until):
        return False
    before, gap = place.words[start - 1], place.words[start].gap
    return (before.syllable in _PARTICLES and gap in {" ", "-"}) or (gap == "-" and _is_foreign(before))


def _is_code(word: Word) -> bool:
    """Whether it is a number and no date: what stands before is no abbreviation then ("tàu BV 99986")."""
    return word.surface[:1].isdigit() and not _YEAR.match(word.surface)


def _is_part_of_name(place: Place, start: int, entry: Entry) -> bool:
    """Whether a place's name ends a longer one: "Đại học Sài Gòn", "Tổng công ty Nông nghiệp Sài Gòn"."""
    if entry.row.kind not in PLACES:
        return False
    at = start
    while at > max(0, start - _MOST_BEFORE) and place.words[at].gap.isspace():
        at -= 1
        if _joined(place.words[at : at + 2]) in _PARTS_OF_NAMES or place.words[at].syllable in _SCHOOLS:
            return True
    return start > 0 and place.words[start - 1].syllable in _PARTS_OF_NAMES


def _inside_if(inside: bool) -> Standing:
    return Standing.INSIDE if inside else Standing.ALONE


def _is_acronym(word: Word) -> bool:
    return len(word.surface) > 1 and word.surface.isupper()


def _is_foreign(word: Word) -> bool:
    return word.capital and not _is_acronym(word) and not is_vietnamese(fold(word.syllable))


def _joined(words: Sequence[Word]) -> str:
    return "_".join(word.syllable for word in words)
