"""What a question asks for, which of its words count, and what a follow-up leans on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.question import Asked, is_accented, understand


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Ai là Tổng thư ký NATO?", Asked.WHO),
        ("Bộ trưởng nào đến Hà Nội?", Asked.WHO),
        ("Tổng thống Nga thăm Minsk ngày nào?", Asked.WHEN),
        ("Cuộc họp bắt đầu lúc mấy giờ?", Asked.WHEN),
        ("Chuyến hàng nặng bao nhiêu tấn?", Asked.HOW_MANY),
        ("Có mấy nước tham dự?", Asked.HOW_MANY),
        ("Cuộc gặp diễn ra ở đâu?", Asked.WHERE),
        ("Vì sao NATO từ chối?", Asked.WHY),
        ("Nguyên nhân của vụ cháy là gì?", Asked.WHY),
        ("Tình hình ra sao?", Asked.HOW),
        ("Nga có tấn công Ukraine không?", Asked.YES_NO),
        ("Ông Blinken nói gì?", Asked.WHAT),
        ("tong thong nga tham minsk khi nao", Asked.WHEN),
        ("ai la tong thu ky nato", Asked.WHO),
        ("Why did NATO refuse?", Asked.WHY),
        ("How many tonnes were sent?", Asked.HOW_MANY),
        ("Sao giá vàng lại giảm?", Asked.WHY),
        ("Lý do ông từ chức là gì?", Asked.WHY),
        ("Mục đích của chuyến thăm là gì?", Asked.WHY),
        ("Hãng tin nào viết về mục đích chuyến thăm?", Asked.WHAT),
        ("Sao Hỏa cách Trái Đất bao xa?", Asked.HOW_MANY),
        ("Giá xăng tăng lên mức nào?", Asked.HOW_MANY),
        ("Đội xếp thứ mấy sau vòng bảng?", Asked.HOW_MANY),
        ("Học sinh nghỉ từ thứ mấy?", Asked.WHEN),
        ("Mỗi ngày bao nhiêu ca nhiễm?", Asked.HOW_MANY),
        ("Nữ bộ trưởng Thụy Điển tên là gì?", Asked.WHO),
        ("nu bo truong thuy dien ten la gi", Asked.WHO),
        ("WHO khuyến cáo gì về vắc xin?", Asked.WHAT),
        ("Show me the price of gold", Asked.WHAT),
        ("When did Tô Lâm visit Hà Nội?", Asked.WHEN),
    ],
)
def test_what_is_asked_is_told_from_the_wording(text: str, asked: Asked) -> None:
    assert understand(text).asked is asked


def test_content_words_leave_out_what_asks_and_connects() -> None:
    question = understand("Tổng thống Nga thăm Minsk ngày nào?")
    assert question.content == ("tổng", "thống", "nga", "thăm", "minsk")
    assert question.names == {"nga", "minsk"}
    assert question.understood_as is None


def test_numbers_count_as_names() -> None:
    assert {"31/1", "g20"} <= understand("Ngày 31/1 hội nghị G20 bàn gì?").names


def test_a_follow_up_is_understood_with_the_question_it_leans_on() -> None:
    question = understand("Còn Anh thì sao?", ["Mỹ viện trợ bao nhiêu cho Ukraine?"])
    assert question.understood_as == "Mỹ viện trợ bao nhiêu cho Ukraine? Còn Anh thì sao?"
    assert question.asked is Asked.HOW_MANY
    assert {"mỹ", "anh", "ukraine"} <= set(question.content)


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = ["Hà Nội họp khi nào?", "Mỹ viện trợ gì cho Ukraine?", "Còn Anh thì sao?"]
    question = understand("Vì sao?", history)
    assert question.standalone == "Mỹ viện trợ gì cho Ukraine? Còn Anh thì sao? Vì sao?"
    assert question.asked is Asked.WHY


@pytest.mark.parametrize(
    "text",
    [
        "Ông ấy nói gì về NATO?",
        "Nước này yêu cầu điều gì?",
        "con anh thi sao",
        "What did he say?",
        "Ở đâu?",
        "Ông nói gì?",
        "Ông có nhắc đến việc rút quân khỏi biên giới không?",
        "Dự án này do ai đầu tư?",
        "Trận đấu đó kết thúc với tỷ số nào?",
        "Chị ấy quê ở tỉnh nào thế?",
        "Tại sao lại như vậy?",
        "Còn bao nhiêu người vẫn mất tích?",
        "ong ay sinh nam bao nhieu",
        "And how many were hurt in all?",
    ],
)
def test_pronouns_openers_and_bare_questions_lean_back(text: str) -> None:
    assert understand(text, ["Tổng thống Nga đi đâu?"]).understood_as == f"Tổng thống Nga đi đâu? {text}"


@pytest.mark.parametrize(
    "text",
    [
        "Ông Blinken nói gì?",
        "Ba Lan đề xuất cung cấp gì cho Ukraine?",
        "Thế giới có bao nhiêu nước theo đạo Hồi?",
        "Thế vận hội mùa đông tổ chức ở đâu?",
        "Họ Nguyễn có bao nhiêu người ở Việt Nam?",
        "Còn bao nhiêu người mất tích sau bão Yagi?",
        "Ông Ánh giữ chức vụ gì ở tỉnh?",
        "Bà con vùng lũ được hỗ trợ những gì?",
        "Giá điện tháng này tăng bao nhiêu?",
        "IT là ngành gì ở Việt Nam?",
        "con ga nang nhat bao nhieu can",
        "vu no o nha may lam bao nhieu nguoi chet",
        "nam nay gia vang tang bao nhieu",
        "ho guom nam o quan nao cua thu do",
    ],
)
def test_a_question_that_stands_alone_ignores_the_history(text: str) -> None:
    assert understand(text, ["Tổng thống Nga đi đâu?"]).understood_as is None


def test_english_is_told_from_vietnamese_without_diacritics() -> None:
    assert not understand("Who met Putin in Minsk?").vietnamese
    assert not understand("Why?").vietnamese
    assert not understand("When did Tô Lâm visit Hà Nội?").vietnamese
    assert understand("ty le that nghiep la bao nhieu").vietnamese
    assert understand("san bay long thanh khoi cong khi nao").vietnamese
    assert understand("be gai bi bo roi o dau").vietnamese
    assert understand("WHO khi nao cong bo dai dich").vietnamese
    assert understand("to hop do cho the gioi").vietnamese
    assert understand("Putin gặp ai ở Minsk?").vietnamese


def test_text_that_is_no_text_becomes_an_empty_question() -> None:
    assert understand(" \x00\ud800\u2028\t ").text == ""


def test_decomposed_text_is_the_same_question() -> None:
    composed, decomposed = "Tổng thống Nga đi đâu?", "To\u0302\u0309ng tho\u0302\u0301ng Nga \u0111i \u0111a\u0302u?"
    assert understand(decomposed) == understand(composed)
    assert is_accented(decomposed)


def test_only_the_latest_of_a_long_history_is_read() -> None:
    question = understand("Còn Anh?", [f"Còn nước số {n}?" for n in range(10_000)])
    assert question.standalone.startswith("Còn nước số 9980?")


@given(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_understood_as_something(text: str, history: list[str]) -> None:
    question = understand(text, history)
    assert question.names <= set(question.content)
    assert "\n" not in question.standalone
    assert question.standalone.endswith(question.text)


def test_the_focus_is_what_a_follow_up_adds() -> None:
    history = ["Mỹ viện trợ bao nhiêu cho Ukraine?"]
    assert understand("Còn Anh thì sao?", history).focus == {"anh"}
    assert understand("Vì sao?", history).focus == frozenset()
    assert understand(history[0]).focus == frozenset()
