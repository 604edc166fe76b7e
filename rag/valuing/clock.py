"""Times of day: "15h30", "lúc 3 giờ chiều", "20:00". "8 giờ" without a sign of the kind is how long something takes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.valuing.value import Kind, Qualifier, Value

_DAYTIME = r"sáng sớm|rạng sáng|sáng|trưa|chiều|tối|đêm|khuya"
_TIME = re.compile(
    rf"(?P<cue>\b(?:lúc|vào lúc|hồi|đúng)\s+(?:khoảng\s+)?)?(?<![\w.,:/\-–])(?P<hour>[01]?\d|2[0-4])"
    rf"(?:(?P<colon>:)(?P<after_colon>[0-5]\d)|(?P<h>h)(?P<after_h>[0-5]\d)?(?:')?"
    rf"|\s?(?P<word>giờ|h)(?:\s(?P<minutes>[0-5]?\d)(?!\d)(?P<named>\s?phút|')?|\s(?P<half>rưỡi)|"
    rf"\s(?P<less>kém)\s(?P<missing>\d{{1,2}}))?)"
    rf"(?!\w)(?P<daytime>\s(?:{_DAYTIME})\b)?"
    rf"(?P<zone>\s\(?(?:gmt|giờ (?:địa phương|việt nam|hà nội|gmt|[^\W\d_]+))\b)?",
    re.IGNORECASE,
)
_LASTS = re.compile(
    r"\b(?:kéo dài|trong|suốt|mất|hơn|gần|sau|trước|dài|ngủ|dưới|trên|chưa đầy|vòng|cách|bay|của|tới)\s+$", re.I
)


def times_in(text: str) -> Iterator[Value]:
    """The times of day of an NFC text from left to right, in minutes after midnight."""
    for match in _TIME.finditer(text):
        if not _is_time(match, text):
            continue
        hour = int(match["hour"])
        daytime = (match["daytime"] or "").strip().lower()
        if (hour < 12 and daytime in ("chiều", "tối")) or (hour in range(9, 12) and daytime in ("đêm", "khuya")):
            hour += 12
        minutes = int(match["after_colon"] or match["after_h"] or match["minutes"] or (30 if match["half"] else 0))
        if match["missing"]:
            minutes = -int(match["missing"])
        total = float((hour * 60 + minutes) % (24 * 60))
        yield Value(Kind.TIME, total, total, None, Qualifier.NONE, match.start("hour"), match.end())


def _is_time(match: re.Match[str], text: str) -> bool:
    if match["cue"] or match["daytime"] or match["zone"] or match["less"]:
        return True
    before = text[max(0, match.start() - 20) : match.start()]
    if _LASTS.search(before):
        return False
    if match["colon"] or match["h"]:
        return not re.match(r"\s?[-–]?\s?(?:đồng hồ|đêm liền)|:\d", text[match.end() :])
    return bool(match["minutes"]) and not match["named"]
