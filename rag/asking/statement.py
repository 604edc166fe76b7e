"""The statement inside a question: "Ba Lan cung cấp cho Ukraine" in "Ba Lan cung cấp gì cho Ukraine?"."""

from __future__ import annotations

import re

_NOUN = r"(?:ngày|hôm|tháng|năm|thời điểm|thời gian|lúc|khi|hồi|dịp|tuần|giờ)"
# Nothing without their number: "tăng bao nhiêu phần trăm" states "tăng".
_MEASURE = r"phần trăm|%|độ C|độ|mét|km|kg|tấn|đồng|usd|tiền|tuổi|lần"
# What asks, and what stands in its place in a statement.
_REPLACED: tuple[tuple[str, str], ...] = (
    (r"^(?:vì sao|tại sao|do đâu|bằng cách nào|làm thế nào(?: mà)?|khi nào(?: thì)?|bao giờ(?: thì)?) ", ""),
    (r"^ai là (?P<who>.+)$", r"\g<who>"),
    (r"^(?P<who>.+) là (?:ai|người nào)$", r"\g<who>"),
    (r" (?:vào |từ |hồi |trong )?(?:những |các )?" + _NOUN + r" (?:nào|mấy)\b", ""),
    (r" (?:khi nào|bao giờ|bao lâu)\b", ""),
    (r" (?:ở|tại) (?:đâu|(?:những |các )?(?:nơi|thành phố|nước|địa điểm|tỉnh|chỗ|khu vực) nào)\b", ""),
    (r" (?:đi|đến|tới|về) đâu\b", ""),
    (r" (?:như thế nào|thế nào|ra sao|vì sao|tại sao|bằng cách nào)\b", ""),
    (r" (?:lúc |vào )?mấy giờ\b", ""),
    (r" (?:khoảng |hơn )?(?:bao nhiêu|mấy) (?:(?:trăm|nghìn|ngàn|triệu|tỷ|tỉ) )*(?:" + _MEASURE + r")(?!\w)", ""),
    (r"\b(?:khoảng |hơn )?(?:bao nhiêu|mấy) (?:(?:trăm|nghìn|ngàn|triệu|tỷ|tỉ) )*(?=\w)", ""),
    (r" (?:bao nhiêu|là bao nhiêu)\b", ""),
    (r"(?<=\w) (?:những )?ai\b", " người đó"),
    (r"(?<=\w) (?:những |các )(?P<n>\w+) nào\b", r" các \g<n> đó"),
    (r"(?<=\w) (?P<n>\w+) nào\b", r" \g<n> đó"),
    (r" (?:những |các )?(?:điều|việc|thứ|cái) gì\b", ""),
    (r" (?:là )?(?:những )?gì\b", ""),
)
_PATTERNS = tuple((re.compile(pattern, re.IGNORECASE), instead) for pattern, instead in _REPLACED)
_YES_NO = re.compile(r"^(?P<subject>.+?) có (?:đúng là )?(?P<rest>.+?) (?:hay )?(?:không|chưa)$", re.IGNORECASE)
_STILL_ASKS = re.compile(r"\b(?:ai|gì|nào|đâu|sao|mấy|bao nhiêu|bao lâu|bao giờ)\b", re.IGNORECASE)
_LEAST_WORDS = 3


def statement_of(question: str) -> str | None:
    """What a full Vietnamese question presupposes, without end mark; None where it cannot be told."""
    plain = question.rstrip(" ?!.")
    if re.search(r"[?!]|\.\s", plain):
        return None
    yes_no = _YES_NO.match(plain)
    if yes_no:
        plain = f"{yes_no['subject']} {yes_no['rest']}"
    for pattern, instead in _PATTERNS:
        plain = pattern.sub(instead, plain)
    plain = " ".join(plain.split())
    return None if _STILL_ASKS.search(plain) or len(plain.split()) < _LEAST_WORDS else plain
