"""Who somebody's wife or husband is, asked in one wording: "Vợ của X tên gì?", "X có vợ là ai?" are "Ai là vợ X?"."""

from __future__ import annotations

import re

from rag.vietnamese import CAPITAL

_RELATIVE = r"(?P<relative>(?:vợ(?! chồng)|chồng|bạn gái|bạn trai|vị hôn phu|vị hôn thê)(?: cũ| mới| sắp cưới| đầu)?)"
_WHOM = rf"(?P<whom>(?i:(?:ông|bà|anh|chị|cô|ca sĩ|nhạc sĩ|diễn viên|cầu thủ|hlv|tỷ phú|mc) )?{CAPITAL}[^,;:?!]*?)"
_WHO = r"(?i:(?:tên )?là (?:ai|người nào|gì)|tên gì|là ai vậy|tên là chi)"
_END = r"\s*[?.!]*"
_WORDINGS = tuple(
    re.compile(wording)
    for wording in (
        rf"(?i:{_RELATIVE})(?i: của)? {_WHOM} {_WHO}{_END}",
        rf"(?i:tên (?:của )?){_RELATIVE}(?i: của)? {_WHOM} là (?:gì|chi){_END}",
        rf"{_WHOM} (?i:có|lấy|cưới) {_RELATIVE} {_WHO}{_END}",
    )
)


def of_relatives(text: str) -> str:
    """The question as "Ai là vợ X?" where it asks that otherwise; any other as it is."""
    found = next((match for wording in _WORDINGS if (match := wording.fullmatch(text))), None)
    return f"Ai là {found['relative'].lower()} {found['whom']}?" if found else text
