"""Whose words a question asks for."""

from __future__ import annotations

import re

from rag.asking.asked import SPEAKS, is_accented, without_quotations
from rag.foreign import language_of
from rag.vietnamese import fold

_VERB = rf"(?:{SPEAKS}|gọi|chê|ca ngợi|mô tả|đề nghị|kêu gọi|phản đối|xác nhận|viết|phủ nhận|bác bỏ)"
_BETWEEN = r"(?:đã|vừa|từng|sẽ|cũng|lại|có|mới)"
_ACCORDING = re.compile(r"(?:^|, )theo (?P<speaker>[^,?]{2,80}?)(?:,| thì\b)", re.IGNORECASE)
_SAYS = re.compile(rf"^(?P<speaker>[^,?“\"]{{2,80}}?) (?:{_BETWEEN} )*{_VERB}\b", re.IGNORECASE)
_FOLDED_SAYS = re.compile(fold(_SAYS.pattern.replace("P<", "<")).replace("?<speaker", "?P<speaker"), re.IGNORECASE)
_ENGLISH = re.compile(
    r"\b(?:did|does|has|have) (?P<speaker>[^,?]{2,60}?) (?:say|said|comment|state|stated|tell|call|describe)\b|"
    r"\baccording to (?P<source>[^,?]{2,60}?)(?:,|\?|$)",
    re.IGNORECASE,
)
_ASKS = re.compile(r"\b(?:ai|nào|gì|đâu|sao|nao|gi|dau|bao nhiêu|mấy|khi|vì|điều)\b", re.IGNORECASE)
_MOST_WORDS = 9


def speaker_of(text: str) -> str | None:
    """The speaker that a question names, as it does: "Ông Kuleba", "Thủ tướng Anh"; None where it names none."""
    text = without_quotations(text)
    if language_of(text) == "en":
        found = _ENGLISH.search(text)
        return (found["speaker"] or found["source"]).strip() if found else None
    found = _ACCORDING.search(text) or (_SAYS if is_accented(text) else _FOLDED_SAYS).search(text)
    if found is None:
        return None
    speaker = found["speaker"].strip()
    asks = _ASKS.search(speaker) is not None
    return None if asks or len(speaker.split()) > _MOST_WORDS else speaker
