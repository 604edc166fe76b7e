"""Where "không" is half of another word and denies nothing: "hàng không", "không quân", but not "ngân hàng không …"."""

from __future__ import annotations

import re

from rag.composing.wording import listed

_NEGATOR = re.compile(r"(?<!\w)(?:không|chưa|chẳng|chả|đừng)(?!\w)", re.IGNORECASE)
_SYLLABLE = r"[^\W\d_]+"
_BEFORE = re.compile(rf"(?:({_SYLLABLE}) )?({_SYLLABLE}) \Z")
_AFTER = re.compile(rf" ({_SYLLABLE})(?: ({_SYLLABLE}))?")
_BEFORE_CHARS, _AFTER_CHARS = 24, 24
# Compounds by their other syllable, each with the syllables that make another word of that one.
_ENDING_IN: dict[str, frozenset[str]] = {
    "hàng": listed(
        "ngân khách mặt cửa nhà bạn đơn lô chuyến kiện tàu kho gian bán mua giao đặt xếp xuất nhập nguồn nhãn khoang "
        "quầy chở trả nhận thùng túi gói món loại số lượng đóng"
    ),
    "phòng": listed("quốc văn dự đề căn đặt thuê phó trưởng gian buồng"),
    "trên": listed("cấp bề phía ở người"),
    "hư": frozenset(),
}
_BEGINNING_WITH: dict[str, frozenset[str]] = {
    "khí": frozenset(),
    "quân": frozenset(("nhân", "sự")),
    "gian": listed("lận dối trá ác nan truân khổ"),
    "chỉ": listed("đạo định huy trích thị điểm dẫn rõ"),
    "những": frozenset(),
    "ngừng": frozenset(("bắn",)),
    "phận": frozenset(),
    "kích": listed("động hoạt thích cầu ứng"),
    "lưu": listed("hành thông trú giữ lại ý luyến vong kho tâm"),
    "trung": listed("thực thành lập tính bình chuyển hòa hoà"),
    "tặc": frozenset(),
    "vận": listed("chuyển hành động dụng tải"),
    "ít": frozenset(),
    "tưởng": listed("tượng nhớ niệm"),
    "chiến": listed("thắng đấu bại"),
}
# Compounds only with this third syllable: "không người lái", "không đối đất", "đất đối không".
_TOGETHER = {"người": frozenset(("lái", "ở")), "đối": frozenset(("không", "đất", "hạm", "hải"))}
_TOGETHER_BEFORE = {"đối": frozenset(("không", "đất", "hạm", "biển"))}
_TORN = {("bị", "cáo"): frozenset(("buộc", "giác")), ("bị", "can"): frozenset(("thiệp", "ngăn"))}
_ALSO = {("hàng", "rõ"), ("hàng", "đạt"), ("hàng", "đúng")}
_OF_OTHERS = {("chẳng", "hạn"), ("chẳng", "may"), ("chẳng", "những")}


def denies_at(text: str, start: int, end: int) -> bool:
    """Whether the negator that stands at `text[start:end]` denies something there."""
    behind = _AFTER.match(text[end : end + _AFTER_CHARS].lower())
    after = behind.groups("") if behind else ("", "")
    negator = text[start:end].lower()
    if negator != "không":
        return (negator, after[0]) not in _OF_OTHERS
    ahead = _BEFORE.search(text[max(0, start - _BEFORE_CHARS) : start].lower())
    before = ahead.groups("") if ahead else ("", "")
    if before[0] in _TOGETHER_BEFORE.get(before[1], ()) or after[1] in _TOGETHER.get(after[0], ()):
        return False
    if before[1] in _ENDING_IN and before[0] not in _ENDING_IN[before[1]] and (before[1], after[0]) not in _ALSO:
        return False
    return after[0] not in _BEGINNING_WITH or after[1] in _BEGINNING_WITH[after[0]]


def is_torn(words: tuple[str, ...], following: str) -> bool:
    """Whether a wording of two syllables is none before this one: "không gian" in "không gian lận", "bị cáo" in "bị cáo
    buộc"."""
    if len(words) != 2:
        return False
    return following in (_BEGINNING_WITH.get(words[1], ()) if words[0] == "không" else _TORN.get(words, ()))


def is_denying(text: str) -> bool:
    """Whether a text denies anything by a word for "not"."""
    return any(denies_at(text, found.start(), found.end()) for found in _NEGATOR.finditer(text))
