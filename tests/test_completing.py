"""Answer spans are completed to the form asked for, inside their sentence and no further."""

from __future__ import annotations

import pytest

from rag.composing.completing import completed
from rag.composing.wording import capitalised, readable
from rag.datatypes import Span
from rag.question import Question, understand
from tests.composing import a_span


def short_answer(sentence: str, span: Span, question: Question) -> str:
    return capitalised(readable(completed(sentence, span, question).of(sentence)))


WEIGHT = "Chuyến hàng quân sự, trong đó có đạn dược, với khối lượng hơn 90 tấn đã được chuyển đến Ukraine."
HURT = "Vụ giẫm đạp khiến ít nhất 38 người chết, khoảng 103 người bị thương."
CASES = [
    # the sentence, what a reader marked, the question, the short answer
    (WEIGHT, "90", "Chuyến hàng nặng bao nhiêu?", "Hơn 90 tấn"),
    (WEIGHT, "90 tấn", "Chuyến hàng nặng bao nhiêu tấn?", "Hơn 90 tấn"),
    ("Washington đã cấp hơn 650 triệu USD viện trợ.", "650", "Washington cung cấp bao nhiêu?", "Hơn 650 triệu USD"),
    ("Có khoảng 8.500 binh lính đã sẵn sàng.", "8.500", "Bao nhiêu binh lính sẵn sàng?", "Khoảng 8.500 binh lính"),
    ("Ông đưa ra 3 giả thuyết về sao.", "3", "Ông nêu mấy giả thuyết về sao?", "3 giả thuyết"),
    ("Giữ 2.260 bao hiệu Jet và 8.000 bao mang hiệu Hero cùng 7 xe.", "2.260 bao hiệu Jet và 8.000",
     "Mỗi hiệu bao nhiêu bao?", "2.260 bao hiệu Jet và 8.000 bao mang hiệu Hero"),
    ("Vụ nổ làm 2 người già và 3 người bị thương.", "2 người già và 3", "Bao nhiêu người?", "2 người già và 3 người"),
    ("Có khoảng 8.500 binh lính đã sẵn sàng.", "500", "Bao nhiêu binh lính sẵn sàng?", "Khoảng 8.500 binh lính"),
    # The amount of the very words that are counted, not of another in the same sentence.
    (HURT, "38 người", "Vụ giẫm đạp làm bao nhiêu người bị thương?", "Khoảng 103 người"),
    (HURT, "38", "Bao nhiêu người bị thương trong vụ giẫm đạp?", "Khoảng 103 người"),
    (HURT, "38 người", "Vụ giẫm đạp làm bao nhiêu người thiệt mạng?", "Ít nhất 38 người"),
    (HURT, "38 người", "Vụ giẫm đạp làm bao nhiêu người?", "Ít nhất 38 người"),
    ("Trận pháo làm 45 binh sĩ thiệt mạng.", "45", "Bao nhiêu binh sĩ thiệt mạng?", "45 binh sĩ"),
    ("Có 45 binh sĩ chết, 60 binh sĩ bị thương.", "45", "Bao nhiêu binh sĩ bị thương?", "60 binh sĩ"),
    ("Lãi suất tăng 5,2% so với năm trước.", "5,2", "Lãi suất tăng bao nhiêu?", "5,2%"),
    ("Tên lửa bắn xa 300 - 560 km trên biển.", "300", "Tên lửa bắn xa bao nhiêu?", "300 - 560 km"),
    ("Giá vàng lên 55,3 triệu đồng/lượng sáng nay.", "55,3", "Giá vàng bao nhiêu?", "55,3 triệu đồng/lượng"),
    ("Đoàn đã đến 12 tỉnh miền núi.", "12", "Đoàn đến bao nhiêu tỉnh?", "12 tỉnh"),
    ("Mỹ gửi ba lô hàng trong tuần.", "ba", "Mỹ gửi mấy lô hàng?", "Ba lô hàng"),
    ("Phiên họp ngày 31/1 đã kết thúc.", "31/1", "Phiên họp diễn ra ngày nào?", "Ngày 31/1"),
    ("Ngoại trưởng hôm 20/1 đã xác nhận.", "20", "Ngoại trưởng xác nhận khi nào?", "Hôm 20/1"),
    ("Cuộc gặp diễn ra vào năm 2013.", "2013", "Cuộc gặp diễn ra năm nào?", "Năm 2013"),
    ("NATO họp từ ngày 6-7/4 tại Brussels.", "7/4", "NATO họp ngày nào?", "Từ ngày 6-7/4"),
    ("Luật có hiệu lực ngày 3 tháng 4 năm 2021.", "3", "Luật có hiệu lực khi nào?", "Ngày 3 tháng 4 năm 2021"),
    ("Ông đến gặp Tổng thống Volodymyr Zelenskiy.", "Volodymyr", "Ông đến gặp ai?", "Volodymyr Zelenskiy"),
    ("Tổng thống Mỹ Donald Trump phát biểu.", "Trump", "Ai phát biểu?", "Donald Trump"),
    ("NATO bác yêu cầu do lo ngại đụng độ với Nga.", "lo ngại đụng độ với Nga", "Vì sao NATO bác yêu cầu?",
     "Do lo ngại đụng độ với Nga"),
    ("Ông gọi đó là “viện trợ khẩn cấp” của Mỹ.", "“viện trợ khẩn cấp", "Ông gọi đó là gì?", "“viện trợ khẩn cấp”"),
    ("Ông gọi đó là “viện trợ khẩn cấp” của Mỹ.", "viện trợ khẩn cấp,"[:-1], "Ông gọi đó là gì?", "Viện trợ khẩn cấp"),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "marked", "question", "short"), CASES)
def test_a_span_is_completed_to_the_form_asked_for(sentence: str, marked: str, question: str, short: str) -> None:
    assert short_answer(sentence, a_span(sentence, marked), understand(question)) == short


@pytest.mark.parametrize(("sentence", "marked", "question", "short"), CASES)
def test_a_completed_span_stays_inside_its_sentence(sentence: str, marked: str, question: str, short: str) -> None:
    span = completed(sentence, a_span(sentence, marked), understand(question))
    assert 0 <= span.start < span.end <= len(sentence)
    assert span.of(sentence).lower() == short.lower()


def test_what_is_complete_is_left_alone() -> None:
    sentence = "Ba Lan đề xuất cung cấp hàng chục ngàn quả đạn và đang chờ Kiev phản hồi."
    asked = understand("Ba Lan đề xuất cung cấp gì?")
    assert short_answer(sentence, a_span(sentence, "hàng chục ngàn quả đạn"), asked) == "Hàng chục ngàn quả đạn"


def test_a_name_does_not_swallow_the_state_before_it() -> None:
    sentence = "Ngoại trưởng Ukraine Dmytro Kuleba xác nhận."
    assert short_answer(sentence, a_span(sentence, "Kuleba"), understand("Ai xác nhận?")) == "Dmytro Kuleba"


def test_a_whole_sentence_loses_only_its_full_stop() -> None:
    sentence = "Tài liệu sẽ không được công khai."
    span = completed(sentence, Span(0, len(sentence)), understand("Tài liệu thế nào?"))
    assert span.of(sentence) == sentence[:-1]


@pytest.mark.parametrize(("text", "shown"), [("hơn 90", "Hơn 90"), ("iPhone 12", "iPhone 12"), ("e-visa", "e-visa")])
def test_an_answer_begins_with_a_capital_unless_the_word_has_its_own(text: str, shown: str) -> None:
    assert capitalised(text) == shown


@pytest.mark.parametrize(
    ("sentence", "marked", "question", "short"),
    [
        ("Kiev nhận 2,7 tỷ USD viện trợ quân sự.", "2,7", "Kiev nhận bao nhiêu viện trợ quân sự?", "2,7 tỷ USD"),
        ("Thư ký báo chí Nhà Trắng Karine Jean-Pierre nói.", "Jean-Pierre", "Ai nói?", "Karine Jean-Pierre"),
        ("Người phát ngôn Điện Kremlin Dmitry Peskov nói.", "Peskov", "Ai nói?", "Dmitry Peskov"),
    ],
)
def test_a_unit_and_a_name_end_where_they_end(sentence: str, marked: str, question: str, short: str) -> None:
    assert short_answer(sentence, a_span(sentence, marked), understand(question)) == short
