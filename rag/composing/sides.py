"""The sides that a question compares: "so sánh A với B", "A và B khác nhau thế nào", "A hay B". Rules over wording."""

from __future__ import annotations

import re

from rag.vietnamese import CAPITAL

_JOINT = r"\s*(?:,|\s(?:và|với|so với|hay|hoặc|cùng|còn)\s)\s*"
_WHAT_IS_COMPARED = re.compile(
    r"^(?:hãy |xin |bạn |giúp tôi |cho biết )*(?:so sánh|đối chiếu|phân biệt)\s+(?P<what>.+)$", re.IGNORECASE
)
_BETWEEN = re.compile(r"(?<!\w)giữa\s+(?P<what>.+)$", re.IGNORECASE)
_BEFORE_THE_VERB = re.compile(
    r"^(?P<what>.+?)\s+(?:có gì |có điểm gì |có (?:điểm|quan điểm|lập trường) )?(?:khác(?: nhau| biệt)?|giống nhau|"
    r"trái ngược|đối lập|mâu thuẫn|chênh lệch|hơn kém)(?!\w)",
    re.IGNORECASE,
)
_COMMON_HEAD = re.compile(
    r"^(?:(?:quan điểm|lập trường|phản ứng|ý kiến|phát biểu|thái độ|chính sách|giá|số liệu|kết quả|tình hình|điểm|"
    r"số [^\W\d_]+(?: [^\W\d_]+)?|sự khác biệt|khác biệt|sự khác nhau|điểm khác nhau)\s+(?:của|giữa|ở|tại|về)|"
    rf"quan điểm|lập trường|giữa|[^,;]{{2,60}}?\s(?:của|giữa)(?=\s(?-i:{CAPITAL})))\s+",
    re.IGNORECASE,
)
_TAIL = re.compile(
    r"\s+(?:về|trong việc|trong vấn đề|đối với|khi|trước|sau|có gì|có điểm gì|có quan điểm|có lập trường|có|là|được|bị|"
    r"khác|giống|thế nào|ra sao|như thế nào|ở điểm nào|ở chỗ nào)(?!\w).*$",
    re.IGNORECASE,
)
_MOST_SIDES = 4


def sides_of(question: str) -> tuple[str, ...]:
    """The sides, at most four, as they are written in the question; none where it does not name at least two."""
    text = question.strip().rstrip(" ?.!")
    found = _WHAT_IS_COMPARED.match(text) or _BETWEEN.search(text) or _BEFORE_THE_VERB.match(text)
    what = found["what"] if found else text
    what = _COMMON_HEAD.sub("", what)
    first, *others = re.split(_JOINT, what)
    sides = [_TAIL.sub("", side).strip(" “”\"'") for side in (first, *others)]
    if not others or any(not side for side in sides) or len(sides) > _MOST_SIDES:
        return ()
    return tuple(dict.fromkeys(sides))
