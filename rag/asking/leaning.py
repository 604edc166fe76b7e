"""Whether a question leans on the ones before it: ellipsis, pronouns, bare question words."""

from __future__ import annotations

import re

from rag import vietnamese
from rag.asking.asked import is_accented
from rag.asking.words import names_of
from rag.foreign import language_of

# A follow-up opens with one of these, or is nothing but a question word, or points back with a pronoun.
_OPENERS = re.compile(
    r"^(?:còn(?! (?:bao nhiêu|mấy)\b)|vậy|rồi|và|nhưng|"
    r"thế(?! (?:giới|vận|hệ|kỷ|kỉ|chiến|lực|mạnh|cờ|trận|tục|năng)\b))\b",
    re.IGNORECASE,
)
# "Ấn Độ thì sao?", but "Nếu trời mưa thì sao?" is a question of its own.
_WHAT_OF = re.compile(r"^(?!(?:nếu|khi|neu)\b).{1,40} (?:thì (?:sao|thế nào)|thi sao)\s*\?*$", re.IGNORECASE)
_HOW_MANY_MORE = re.compile(r"^còn (?:bao nhiêu|mấy)\b", re.IGNORECASE)
# What points to a thing named before, not to the present: "dự án này", but "tuần này"; "trận đó", "hôm kia".
_POINTERS = re.compile(
    r"(?<!tuần )(?<!tháng )(?<!quý )(?<!mùa )(?<!sáng )(?<!chiều )(?<!tối )(?<!đêm )\b(?:này|ấy)\b|"
    r"\b(?:đó|nó|hắn|nói trên|như vậy|như thế|(?:ông|bà|anh|chị|cô|hắn) ta)\b|"
    r"(?<!dòng )(?<!cùng )\bhọ\b(?! (?:hàng|tên|tộc|đạo|(?-i:[A-ZĐÂÁÔƯ])))",
    re.IGNORECASE,
)
# Several named before, "tại sao lại từ chối?", and persons whom a word of kinship alone stands for.
_MORE_POINTERS = re.compile(
    r"^hai (?:người|bên|nước|ông|bà|vị|đội|nhà lãnh đạo|lãnh đạo)\b|\bcả (?:nhóm|hai)\b|"
    r"\b(?:(?-i:anh)|cô|chị|thầy) (?:là|đã|có|sẽ|được|bị|đang|nói|bằng|về|sinh|từng|vừa|muốn|dạy|tự|làm)\b",
    re.IGNORECASE,
)
_WHY_AGAIN = re.compile(r"^(?:vì sao|tại sao|sao) (?:lại|phải|không)\b", re.IGNORECASE)
_TITLE = re.compile(r"(?:^|\s)(?:ông|bà)\s+(?P<next>\w+)", re.IGNORECASE)
_AFTER_TITLE_IN_A_NOUN = frozenset(
    ("chủ", "trùm", "lớn", "cụ", "lão", "mẹ", "con", "ngoại", "nội", "bầu", "bà", "hoàng", "đồ")
)
# Without diacritics most of these words are also others ("con gà", "nổ", "Hồ Gươm", "năm nay"): only whole phrases.
_FOLDED_OPENERS = re.compile(r"^(?:(?:the|vay) (?:con|thi)\b|(?:con|the|vay|va|roi)\b.*\bthi sao\b)", re.IGNORECASE)
_FOLDED_POINTERS = re.compile(
    r"\b(?:ong|ba|anh|chi|co) (?:ay|ta)\b|"
    r"\b(?:ong|ba|nguoi|nuoc|viec|dieu|chuyen|cuoc|vu|to chuc|cong ty|du an|co quan|thanh pho|"
    r"quyet dinh|ke hoach|thoa thuan) (?:nay|do|ay|kia)\b",
    re.IGNORECASE,
)
_ENGLISH_LEANS = re.compile(
    r"^(?:what about|how about|and|but)\b|\b(?:he|she|they|it|him|her|them|his|their|its)\b", re.IGNORECASE
)
_SHORT_SYLLABLES = 4
# What is always that of something: "Tỷ số là bao nhiêu?", "Bao nhiêu người bị thương?".
_OF_SOMETHING = re.compile(
    r"^(?:(?:tỷ số|tỉ số|kết quả|nguyên nhân|lý do|lí do|hậu quả|thiệt hại|nạn nhân|nghi phạm|thủ phạm|hung thủ|"
    r"danh tính|mục đích|địa điểm|diễn biến)(?: [^\W\d_]+){0,2} (?:là )?(?:gì|ai|bao nhiêu|mấy|ra sao|thế nào|"
    r"như thế nào|do đâu|ở đâu|khi nào)|(?:có )?(?:bao nhiêu|mấy) (?:người|nạn nhân) (?:bị [^\W\d_]+|"
    r"đã chết|chết|thiệt mạng|tử vong|mất tích|tham dự|tham gia|sống sót)|"
    r"ai (?:tham dự|tham gia|gây ra|chịu trách nhiệm))\s*\?*$",
    re.IGNORECASE,
)


def leans_back(text: str) -> bool:
    """Whether a question cannot be understood without an earlier one."""
    if language_of(text) == "en":
        leans = _ENGLISH_LEANS.search(text) is not None
    elif is_accented(text):
        leans = bool(_OPENERS.search(text) or _POINTERS.search(text)) or _has_bare_title(text)
        leans = leans or _MORE_POINTERS.search(text) is not None
        leans = leans or bool((_HOW_MANY_MORE.search(text) or _WHY_AGAIN.search(text)) and not names_of(text))
    else:
        leans = bool(_FOLDED_OPENERS.search(text) or _FOLDED_POINTERS.search(text))
    leans = leans or _WHAT_OF.match(text) is not None
    return leans or (len(vietnamese.syllables(text)) <= _SHORT_SYLLABLES and not names_of(text))


def is_of_something(text: str) -> bool:
    """Whether a question asks for what only something else can have, and does not name that: "Tỷ số là bao nhiêu?".

    At the beginning of a conversation it may be asked of all articles.
    """
    return _OF_SOMETHING.match(text) is not None and not names_of(text)


def _has_bare_title(text: str) -> bool:
    """ "Ông nói gì?", where no name follows and "ông" is no part of a noun such as "ông chủ"."""
    return any(
        found["next"].islower() and found["next"] not in _AFTER_TITLE_IN_A_NOUN for found in _TITLE.finditer(text)
    )


def points_back(text: str) -> bool:
    """Whether a Vietnamese text holds a word that points to something named before."""
    return _POINTERS.search(text) is not None
