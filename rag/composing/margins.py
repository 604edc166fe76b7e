"""Questions by how much one exceeds another ("A dài hơn B bao nhiêu mét?"): only a stated difference answers them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.composing.pieces import Piece
from rag.question import Asked, Question, form_fits

_DEGREES = (
    r"(?:cao|thấp|dài|ngắn|nặng|nhẹ|nhiều|ít|lớn|nhỏ|to|bé|đắt|rẻ|nhanh|chậm|trẻ|già|sớm|muộn|rộng|hẹp|sâu|xa|gần|"
    r"tốt|mạnh|yếu|đông|dày|mỏng)"
)
_ASKS = re.compile(
    rf"(?<!\w)(?:(?:hơn|kém)(?! \d)(?: (?!và |thì |có |giá |là |với )[\w.’'-]+){{1,8}}|chênh(?: lệch| nhau)*|"
    rf"{_DEGREES} hơn(?: nhau)?) (?:là |khoảng )?(?:bao nhiêu|mấy)(?!\w)",
    re.IGNORECASE,
)
# "Hơn 90 tấn" is a number, "cao hơn 90 m" a difference, or both: what is left open may answer.
_STATES = re.compile(
    rf"(?<!\w)(?:(?:{_DEGREES}|tuổi|điểm) hơn|hơn (?!\d|một|hai|ba|bốn|năm|sáu|bảy|tám|chín|mười|nửa)|kém|chênh|nhỉnh|"
    r"so với|gấp|dẫn trước|thua|cách biệt|khoảng cách|cách (?=\d))",
    re.IGNORECASE,
)
# Of two times the difference is what something rose or fell by.
_TIMES = re.compile(r"(?<!\w)(?:hôm|ngày|phiên|tuần|tháng|quý|năm|kỳ|trước|lúc|hồi)(?!\w)", re.IGNORECASE)
_CHANGES = re.compile(r"(?<!\w)(?:tăng|giảm|thêm|bớt|lên|xuống|hạ)(?!\w)", re.IGNORECASE)
# Evidence this far (in logits) below the best is of something else.
_MARGIN = 1.0


def differences_only(question: Question, pieces: Sequence[Piece]) -> list[Piece]:
    """Of a question by how much one thing is more or less than another the pieces near the best that tell a difference;
    none where they only tell how much each of them is. All pieces of any other question."""
    if question.asked is not Asked.HOW_MANY or not _ASKS.search(question.own):
        return list(pieces)
    over_time = _TIMES.search(question.own) is not None
    return [
        piece
        for piece in pieces
        if piece.score >= pieces[0].score - _MARGIN
        and form_fits(question.form, piece.sentence) is not False
        and (_STATES.search(piece.sentence) or (over_time and _CHANGES.search(piece.sentence)))
    ]
