"""Predicates that exclude each other: the table of `rag.matching`, and what the checks of sentences need beside it."""

from __future__ import annotations

from functools import lru_cache

from rag.matching.opposite_words import EVENTS, STRONG, WEAK
from rag.vietnamese import syllables

_CONTRARY = (
    "cao | thấp", "cao hơn | thấp hơn", "nhiều hơn | ít hơn", "nhiều | ít", "lớn | nhỏ", "nhanh | chậm",
    "sớm | muộn", "đủ | thiếu", "loại trừ | để ngỏ, tính đến", "tiếp diễn | chấm dứt, kết thúc", "nặng | nhẹ",
    "lên | xuống", "mua ròng | bán ròng", "thuận | chống", "nam | nữ", "khai mạc | bế mạc", "đông | vắng",
    "thông qua | bác bỏ, phủ quyết", "vượt, vượt quá | thấp hơn", "thượng viện | hạ viện",
    "lượt đi | lượt về", "xác nhận, bình luận | từ chối bình luận, chưa bình luận",
    "nhận hối lộ | đưa hối lộ", "im lặng | khai, lên tiếng, trả lời", "ở lại | rời, rời khỏi",
    "giữ, giữ nguyên, duy trì | bỏ, hủy bỏ, bãi bỏ",
    "tốt | xấu", "đúng | sai", "nâng, tăng | hạ, giảm, cắt giảm", "dài | ngắn", "mạnh | yếu", "mới | cũ", "thả | bán",
    "nam sinh | nữ sinh",
)  # fmt: skip


def phrases(line: str) -> frozenset[str]:
    """The phrases of a list written in one line, with bars between them."""
    return frozenset(" ".join(syllables(part)) for part in line.split("|"))


@lru_cache(1)
def opposed() -> dict[str, frozenset[str]]:
    """Each wording with those that state the contrary."""
    found: dict[str, set[str]] = {}
    for row in (*STRONG, *WEAK, *EVENTS, *_CONTRARY):
        one, other = (
            [" ".join(syllables(each)) for each in side.split(",") if each.strip()] for side in row.split("|")
        )
        for first, second in ((one, other), (other, one)):
            for wording in first:
                found.setdefault(wording, set()).update(second)
    return {wording: frozenset(others) for wording, others in found.items()}
