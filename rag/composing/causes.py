"""Where a sentence leaves the cause to its neighbour: "Đây là lý do khiến …" points back, a bare effect points on."""

from __future__ import annotations

import re

from rag.composing.pieces import Piece, neighbour
from rag.datatypes import Span

_POINTS_BACK = re.compile(
    r"[\s“\"–-]*(?:(?:đây|đó) (?:là|cũng là|chính là) (?:một trong những |một |những )?(?:lý do|lí do|nguyên nhân)|"
    r"vì vậy|vì thế|do đó|do vậy|bởi vậy|bởi thế|chính vì (?:vậy|thế)|"
    r"(?:điều|việc) (?:này|đó) (?:đã )?(?:khiến|làm|dẫn)|nhờ (?:đó|vậy)|từ đó|kết quả là|"
    r"hậu quả là|với lý do (?:này|đó)|trước (?:tình hình|thực tế) (?:này|đó))(?!\w)",
    re.IGNORECASE,
)
_OPENS_A_CAUSE = re.compile(
    r"[\s“\"–-]*(?:(?:một trong những )?(?:nguyên nhân|lý do|lí do)|(?:điều|việc) này (?:là )?"
    r"(?:do|vì|nhằm|xuất phát)|sở dĩ|bởi(?: vì| lẽ)?|vì|do|đó là vì|là do|cụ thể)(?!\w)",
    re.IGNORECASE,
)
_HAS_CAUSE = re.compile(
    r"(?<!\w)(?:bởi vì|bởi|vì|do|nhằm|nhờ|nguyên nhân|lý do|lí do|khiến|dẫn đến|dẫn tới|trong bối cảnh|lo ngại|"
    r"để)(?!\w)",
    re.IGNORECASE,
)


def points_back(sentence: str) -> bool:
    """Whether the cause is in the sentence before."""
    return _POINTS_BACK.match(sentence) is not None


def has_cause(sentence: str) -> bool:
    """Whether the sentence holds a word of cause or purpose."""
    return _HAS_CAUSE.search(sentence) is not None


def carrying_neighbour(piece: Piece) -> Span | None:
    """The sentence beside a piece that carries the cause of what it says; None where it says it itself or none does."""
    if points_back(piece.sentence):
        return neighbour(piece, -1)
    if has_cause(piece.sentence):
        return None
    after = neighbour(piece, 1)
    following = after.of(piece.article.text) if after else ""
    # "Do đó" opens an effect.
    return after if _OPENS_A_CAUSE.match(following) and not points_back(following) else None
