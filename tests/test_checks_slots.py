"""One word in the place of another: fields, places, owners; what places and fears do not tell."""

from __future__ import annotations

import pytest

from rag.generation.checking import RULES
from rag.generation.checks.tokens import tokens_of

AID = "Trong năm ngoái, Nhật Bản đã chuyển cho Lào 30 triệu USD viện trợ y tế."
TALKS = (
    "Phía Thái Lan muốn họp ở Bangkok. Vòng đàm phán gần đây nhất giữa hai bộ trưởng diễn ra tại Vientiane năm 2011. "
    "Hai bên chưa công bố nội dung."
)
REQUEST = "Liên Hợp Quốc từ chối gửi thêm quân, bác yêu cầu của Kenya về lập trạm kiểm soát do lo ngại đụng độ."
MEETING = "Trợ lý Nhà Trắng Ivan Petrov mô tả cuộc họp kéo dài 5 giờ ở Oslo là “không dễ dàng”."


def reasons(sentence: str, evidence: str) -> set[str]:
    said, there = tokens_of(sentence), [tokens_of(evidence)]
    return {name for name, rule in RULES for _ in rule(said, there)}


@pytest.mark.parametrize(
    ("sentence", "evidence", "reason"),
    [
        ("Nhật Bản đã chuyển cho Lào 30 triệu USD viện trợ quân sự.", AID, "field"),
        ("Vòng đàm phán gần đây nhất giữa hai bộ trưởng diễn ra ở Bangkok năm 2011.", TALKS, "places"),
        ("Kenya bác yêu cầu lập trạm kiểm soát của Liên Hợp Quốc do lo ngại đụng độ.", REQUEST, "actor"),
        ("Theo ông Petrov, cuộc họp không phải là “vô ích”.", "Ông Petrov nói cuộc họp là “vô ích”.", "negation"),
    ],
)
def test_another_word_in_the_place_is_told(sentence: str, evidence: str, reason: str) -> None:
    assert reason in reasons(sentence, evidence)


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("Nhật Bản đã chuyển cho Lào 30 triệu USD viện trợ y tế năm ngoái.", AID),
        ("Lào đã nhận 30 triệu USD từ Nhật Bản.", AID),
        ("Vòng đàm phán gần đây nhất diễn ra ở Vientiane năm 2011.", TALKS),
        ("Thái Lan muốn họp tại Bangkok.", TALKS),
        ("Liên Hợp Quốc bác yêu cầu lập trạm kiểm soát của Kenya.", REQUEST),
        ("Cuộc họp ở Oslo kéo dài 5 giờ.", MEETING),  # a place does nothing
        ("Liên Hợp Quốc sợ rằng việc này sẽ dẫn tới đụng độ.", REQUEST),  # what is feared is not said to come
    ],
)
def test_the_same_told_otherwise_is_not(sentence: str, evidence: str) -> None:
    assert reasons(sentence, evidence) == set()
