"""Who beat whom: as asked, or the other way round."""

from __future__ import annotations

import pytest

from rag.composing.polarity import stated
from rag.question import understand

NOUN = "Trận đấu kết thúc với chiến thắng 1-0 dành cho Nam Định trước Than Quảng Ninh."
VERB = "Nam Định thắng Than Quảng Ninh 1-0."


@pytest.mark.parametrize(
    ("question", "sentence", "verdict"),
    [
        ("Nam Định có thắng Than Quảng Ninh không?", NOUN, "yes"),
        ("Than Quảng Ninh có thắng Nam Định ở vòng 11 không?", NOUN, "no"),
        ("Than Quảng Ninh có thắng Nam Định không?", VERB, "no"),
        ("Than Quảng Ninh có thua Nam Định không?", VERB, "yes"),
        ("Than Quảng Ninh có thắng Nam Định không?", f"Ở lượt đi, {VERB}", None),
        ("Than Quảng Ninh có thắng Nam Định không?", "Nam Định gặp Than Quảng Ninh.", None),
        ("Than Quảng Ninh có thắng Hà Nội không?", VERB, None),
    ],
)
def test_who_beat_whom_is_told_from_either_side(question: str, sentence: str, verdict: str | None) -> None:
    assert stated(understand(question), sentence, f"Vòng 11 bắt đầu. {sentence}") == verdict
