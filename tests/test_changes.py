"""Changes and levels in one sentence: the number that is asked for is told, whichever the reader marked."""

from __future__ import annotations

import pytest

from rag.composing.changes import of_change
from rag.question import understand
from tests.composing import a_span, composed, dated, span_in

INDEX = (
    "Kết phiên, VN-Index tăng 3,98 điểm tương ứng 0,33% lên 1.219,75 điểm; HNX-Index giảm 0,12 điểm tương ứng 0,04% "
    "còn 280,56 điểm."
)
OIL = "Giá dầu giảm 2 % xuống còn 50 USD một thùng."
PAY = "Lương tối thiểu tăng từ 10 triệu đồng lên 15 triệu đồng."
CASES = "Tỉnh ghi nhận thêm 120 ca, nâng tổng số lên 3.500 ca."


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "told"),
    [
        ("VN-Index đóng cửa ở mức bao nhiêu?", INDEX, "3,98 điểm", "1.219,75 điểm"),
        ("VN-Index tăng lên mức nào?", INDEX, "3,98", "1.219,75 điểm"),
        ("VN-Index tăng bao nhiêu điểm?", INDEX, "1.219,75 điểm", "3,98 điểm"),
        ("VN-Index tăng bao nhiêu điểm lên 1.219,75 điểm?", INDEX, "0,33%", "3,98 điểm"),
        ("VN-Index tăng bao nhiêu?", INDEX, "0,33%", "0,33%"),
        ("VN-Index tăng bao nhiêu phần trăm?", INDEX, "3,98 điểm", "0,33%"),
        ("HNX-Index còn bao nhiêu điểm?", INDEX, "0,12 điểm", "280,56 điểm"),
        ("HNX-Index giảm bao nhiêu điểm?", INDEX, "280,56 điểm", "0,12 điểm"),
        ("Giá dầu xuống còn bao nhiêu?", OIL, "2 %", "50 USD"),
        ("Giá dầu giảm bao nhiêu?", OIL, "50 USD", "2 %"),
        ("Giá dầu hiện là bao nhiêu?", OIL, "2 %", "50 USD"),
        ("Lương tối thiểu tăng lên bao nhiêu?", PAY, "10 triệu đồng", "15 triệu đồng"),
        ("Lương tối thiểu tăng từ bao nhiêu?", PAY, "10 triệu đồng lên 15 triệu đồng", "10 triệu đồng"),
        ("Lương tối thiểu tăng từ bao nhiêu lên bao nhiêu?", PAY, "15 triệu", "từ 10 triệu đồng lên 15 triệu đồng"),
        ("Chỉ số chốt phiên ở mức bao nhiêu?", "Chỉ số tăng 9 điểm lên sát 1.230 điểm.", "9 điểm", "sát 1.230 điểm"),
        # Where a total is told besides, what is asked for stays.
        ("Tỉnh ghi nhận bao nhiêu ca?", CASES, "120 ca", "120 ca"),
        ("Lương tối thiểu tăng thêm bao nhiêu?", PAY, "15 triệu đồng", "15 triệu đồng"),
        ("Doanh thu tăng bao nhiêu?", "Doanh thu đạt 500 tỷ đồng, tăng 20%.", "20%", "20%"),
    ],
)
def test_of_a_change_the_number_that_is_asked_for_is_told(question: str, sentence: str, marked: str, told: str) -> None:
    assert of_change(sentence, a_span(sentence, marked), understand(question)).of(sentence) == told


def test_the_short_answer_is_the_level_where_that_is_asked_for() -> None:
    article = dated("a.txt", INDEX)
    answer = composed("VN-Index đóng cửa ở mức bao nhiêu?", [article], [span_in(article, "3,98", 2.0)])
    assert answer.short_answer == "1.219,75 điểm"
