"""What stands around an expression of time and decides whether it is one."""

from __future__ import annotations

import re

from rag.dating.expressions import Reading, spaced, without_diacritics
from rag.dating.words import ONES

_REACH_CHARS = 60


class Context:
    """A pattern for the text before or behind an expression, in full spelling and without diacritics."""

    def __init__(self, pattern: str) -> None:
        self._accented = re.compile(spaced(pattern))
        self._bare = re.compile(spaced(without_diacritics(pattern)))

    def before(self, match: re.Match[str], reading: Reading) -> bool:
        pattern = self._bare if reading.bare else self._accented
        return pattern.search(reading.text, max(0, match.start() - _REACH_CHARS), match.start()) is not None

    def behind(self, match: re.Match[str], reading: Reading) -> bool:
        return (self._bare if reading.bare else self._accented).match(reading.text, match.end()) is not None


# Before.
LAW = Context(
    r"(?:\b(?:bộ luật|luật(?! sư)|hiến pháp|pháp lệnh|nghị định|thông tư|công ước)(?: \w+){0,4}|\bsinh|\bđời) $"
)
NUMBERED = Context(
    r"\b(?:số|nghị định|thông tư|quyết định|nghị quyết|luật|công văn|chỉ thị|điều|khoản|đường|nhà|ngõ|hẻm|power|mega) $"
)
REVOLUTION = Context(r"\b(?:cách mạng|khủng hoảng|quảng trường) $")
COUNTED = Context(rf"(?:\d|\b(?:{ONES}|mươi|mười|nhiều|bao nhiêu|mấy|vài|hàng|hằng|mỗi|nửa|những|các)) $")
LABEL = Context(r"\b(?:lớp|khối|khóa|khoá|quý|tháng|số|hạng|quận|cấp|top|điều|loại|nhóm) $")
FRACTION = Context(
    r"\b(?:chiếm|gần|hơn|bằng|đạt|còn|(?:tỷ lệ|tỷ số|tỉ lệ|tỉ số)(?: \w+)?|vòng|chưa đến|chưa tới|quá|mất|có|"
    r"thắng|thua|hoà|hòa) $"
)
DATED = Context(r"(?:\b(?:vào|từ|trước|sau|vụ|tin)|\() ?$")
LABELLED = Context(r"\b(?:lớp|khối|khóa|khoá|hạng|quận|top|nhóm) \d+ $")
MONTH_OF = Context(r"\b(?:từ|đến|tới|trong|vào|giai đoạn) $")
# Where "nam" without diacritics is the south: "Viet Nam 2020".
SOUTH = Context(r"\b(?:việt|miền|phía|đông|tây|hà|quảng|vân|hải) $")
YEAR_OF = Context(r"\b(?:từ|đến|tới|trước|sau|trong|vào|giữa|khoảng|hết|hè) $")
UNTIL = Context(r"\b(?:đến|tới)(?: ngày)? $")
SINCE = Context(r"\btừ\b.*\b(?:đến|tới)(?: ngày)? $")
RECURRING = Context(r"\b(?:mỗi|các|mọi|hàng tuần|hằng tuần|những) $")

# Behind.
GOES_ON = Context(
    r" ?(?:$|[?!.,;:)\]\"”–-])| (?:có|là|ở|tại|của|thì|và|với|bị|được|do|vì|như|thế nào|ra sao|khi|về|cho|đã|sẽ|đang|"
    r"vừa|gì|ai|xảy|diễn|tăng|giảm|theo|từ|đến|tới|không|bao nhiêu|năm|trong|này|để|nhằm|lúc|gây|làm|khiến)\b"
)
MEASURED = Context(
    r" (?:lần|bữa|viên|cốc|ly|gói|điếu|tiếng|giờ|km|lít|ca|chuyến|người|trường hợp|triệu|nghìn|ngàn|đồng|vụ|âm|al|tết|"
    r"tháng)\b"
)
AGE = Context(r" (?:đã |được |thì |là |bao |nhiêu |mấy |\d+ )*tuổi\b")
BEFORE_EVENT = Context(
    r" (?:khi|đó|lúc|ngày|lễ|trận|cuộc|kỳ|bầu|tết|thềm|vụ|hôm|năm|tháng|sinh nhật|đại hội|giờ|phiên|nữa|cả)\b"
)
ASKS_OR_NAMES_A_YEAR = Context(r" (?:nào|nay|ngoái|trước|sau|tới|qua|gì|mấy|bao|\d)")
WON = Context(r" (?:trận|bàn|điểm|set|hiệp|giải|keo|liên|ván)\b")
TO_A_WEEKDAY = Context(r" (?:đến|tới) (?:thứ|chủ nhật)\b")
WEEKLY = Context(r" (?:hàng|hằng|mỗi) tuần")
STUDY = Context(r" (?:học|thứ (?:nhất|hai|ba|tư|\d)|nào|mấy)\b")
A_NUMBER = Context(r" \d")
