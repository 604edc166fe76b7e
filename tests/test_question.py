"""What a question asks for, which of its words count, and what a follow-up leans on."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.asking.length import end_of
from rag.asking.quantities import of_another_quantity
from rag.datatypes import Span
from rag.question import AnswerForm, Asked, FormKind, form_fits, is_accented, other_measure, understand


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("Ai là Tổng thư ký NATO?", Asked.WHO),
        ("Bộ trưởng nào đến Hà Nội?", Asked.WHO),
        ("Tổng thống Nga thăm Minsk ngày nào?", Asked.WHEN),
        ("Cuộc họp bắt đầu lúc mấy giờ?", Asked.WHEN),
        ("Chuyến hàng nặng bao nhiêu tấn?", Asked.HOW_MANY),
        ("Điều gì khiến Kiev yêu cầu thêm vũ khí?", Asked.WHY),
        ("Yếu tố nào thúc đẩy giá vàng tăng?", Asked.WHY),
        ("Điều gì xảy ra ở Kiev?", Asked.WHAT),
        ("Có mấy nước tham dự?", Asked.HOW_MANY),
        ("Cuộc gặp diễn ra ở đâu?", Asked.WHERE),
        ("Vì sao NATO từ chối?", Asked.WHY),
        ("Nguyên nhân của vụ cháy là gì?", Asked.WHY),
        ("Tình hình ra sao?", Asked.HOW),
        ("How tall is the tower?", Asked.HOW_MANY),
        ("Nga có tấn công Ukraine không?", Asked.YES_NO),
        ("Ông Blinken nói gì?", Asked.QUOTE),
        ("Ông Lavrov phát biểu thế nào về NATO?", Asked.QUOTE),
        ("ong Lavrov noi gi ve NATO", Asked.QUOTE),
        ("What did Lavrov say about NATO?", Asked.QUOTE),
        ("Ai nói: “Chúng tôi hỏi vì sao Nga làm vậy”?", Asked.WHO),
        ("Những ai dự cuộc họp?", Asked.LIST),
        ("Các nước nào gửi vũ khí?", Asked.LIST),
        ("Liệt kê những nước gửi vũ khí cho Ukraine", Asked.LIST),
        ("ke ten cac nuoc gui vu khi", Asked.LIST),
        ("NATO họp vào những ngày nào?", Asked.WHEN),
        ("Tóm tắt tình hình Ukraine", Asked.SUMMARY),
        ("Toàn cảnh phản ứng của NATO", Asked.SUMMARY),
        ("Báo chí nói về vụ cháy có gì mới?", Asked.SUMMARY),
        ("Summarise the talks in Paris", Asked.SUMMARY),
        ("Diễn biến vụ cháy chung cư mini", Asked.TIMELINE),
        ("Các mốc thời gian của vụ án", Asked.TIMELINE),
        ("So sánh lập trường của Nga và Mỹ", Asked.COMPARISON),
        ("Nga và Mỹ khác nhau thế nào về Ukraine?", Asked.COMPARISON),
        ("Cuộc hội đàm kéo dài mấy giờ?", Asked.HOW_MANY),
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
    assert question.understood_as == "Anh viện trợ bao nhiêu cho Ukraine?"
    assert question.asked is Asked.HOW_MANY
    assert {"anh", "ukraine"} <= set(question.content)
    assert "mỹ" not in question.content


def test_a_chain_of_follow_ups_goes_back_to_the_question_that_stands_alone() -> None:
    history = ["Hà Nội họp khi nào?", "Mỹ viện trợ gì cho Ukraine?", "Còn Anh thì sao?"]
    question = understand("Vì sao?", history)
    assert question.standalone == "Vì sao Anh viện trợ cho Ukraine?"
    assert question.asked is Asked.WHY


_GOES = "Tổng thống Nga đi đâu?"


@pytest.mark.parametrize(
    "text",
    [
        "con anh thi sao",
        "What did he say?",
        "Nước này yêu cầu điều gì?",
        "Dự án này do ai đầu tư?",
        "Trận đấu đó kết thúc với tỷ số nào?",
        "Tại sao lại như vậy?",
        "Còn bao nhiêu người vẫn mất tích?",
        "ong ay sinh nam bao nhieu",
        "And how many were hurt in all?",
    ],
)
def test_what_cannot_be_rewritten_safely_keeps_the_question_before(text: str) -> None:
    question = understand(text, [_GOES])
    assert question.understood_as == f"{_GOES} {text}"
    assert question.names & {"nga"}


@pytest.mark.parametrize(
    ("before", "answer", "text", "full"),
    [
        ("Ba Lan đề xuất cung cấp gì cho Ukraine?", None, "Còn Anh thì sao?", "Anh đề xuất cung cấp gì cho Ukraine?"),
        ("Ông Putin nói gì về NATO?", None, "Còn ông Biden?", "Ông Biden nói gì về NATO?"),
        ("GDP Việt Nam tăng bao nhiêu năm 2020?", None, "Còn năm 2021?", "GDP Việt Nam tăng bao nhiêu năm 2021?"),
        ("GDP Việt Nam năm 2020 là bao nhiêu?", None, "Năm 2021 thì sao?", "GDP Việt Nam năm 2021 là bao nhiêu?"),
        ("Ba Lan cung cấp gì cho Ukraine?", None, "Vì sao?", "Vì sao Ba Lan cung cấp cho Ukraine?"),
        ("Ba Lan cung cấp gì cho Ukraine?", "đạn", "Vì sao?", "Vì sao Ba Lan cung cấp đạn cho Ukraine?"),
        ("Ba Lan cung cấp gì cho Ukraine?", "Đạn.", "Vì sao?", "Vì sao Ba Lan cung cấp đạn cho Ukraine?"),
        ("Ông Putin thăm nước nào?", "Belarus", "Vào ngày nào?", "Ông Putin thăm Belarus vào ngày nào?"),
        ("Thủ tướng Anh gặp ai?", "ông Zelenskiy", "Khi nào?", "Khi nào Thủ tướng Anh gặp ông Zelenskiy?"),
        ("Cuộc gặp giữa Nga và Anh diễn ra ở đâu?", None, "Năm nào?", "Cuộc gặp giữa Nga và Anh diễn ra năm nào?"),
        (_GOES, None, "Ông ấy nói gì về NATO?", "Tổng thống Nga nói gì về NATO?"),
        (_GOES, None, "Ông nói gì?", "Tổng thống Nga nói gì?"),
        ("Ba Lan đề xuất gì?", None, "Nước này đang chờ ai?", "Ba Lan đang chờ ai?"),
        ("Ai là Tổng thống Belarus?", None, "Ông ấy gặp ai?", "Tổng thống Belarus gặp ai?"),
        ("Ai là Ngoại trưởng Anh?", "bà Liz Truss", "Bà ấy gặp ai?", "Bà Liz Truss gặp ai?"),
        ("Thủ tướng Anh gặp ai?", "ông Zelenskiy", "Hai người bàn gì?", "Thủ tướng Anh và ông Zelenskiy bàn gì?"),
        ("Vụ cháy ở thành phố nào?", "Hải Phòng", "Ở đó có bao nhiêu người?", "Ở Hải Phòng có bao nhiêu người?"),
        ("Ai làm cuốn Atlat Lịch sử 12?", None, "Cuốn đó dày mấy trang?", "Cuốn Atlat Lịch sử 12 dày mấy trang?"),
        ("Ai là CEO của Vinhomes?", None, "Còn Coteccons thì sao?", "Ai là CEO của Coteccons?"),
        ("CEO Tim Cook nói gì?", None, "Còn Satya Nadella?", "CEO Satya Nadella nói gì?"),
        ("Giá USD hôm nay là bao nhiêu?", None, "Còn EUR?", "Giá EUR hôm nay là bao nhiêu?"),
        ("Giá Ethereum hôm nay là bao nhiêu?", None, "Còn Ripple?", "Giá Ripple hôm nay là bao nhiêu?"),
        ("Lợi nhuận của Hòa Phát là bao nhiêu?", None, "Còn Coteccons?", "Lợi nhuận của Coteccons là bao nhiêu?"),
        ("SSI lãi bao nhiêu?", None, "Còn VND thì sao?", "VND lãi bao nhiêu?"),
        ("GDP Việt Nam tăng bao nhiêu?", None, "Còn Thái Lan?", "GDP Thái Lan tăng bao nhiêu?"),
        ("Việt Nam đứng thứ mấy?", None, "Còn phía Thái Lan?", "Thái Lan đứng thứ mấy?"),
        ("Ai là Tổng thống Mỹ?", None, "Còn Pháp thì sao?", "Ai là Tổng thống Pháp?"),
        ("Tổng thống Mỹ gặp ai ở Ba Lan?", None, "Còn Đức?", "Tổng thống Mỹ gặp ai ở Đức?"),
        ("Ngân hàng Nhà nước giữ lãi suất nào?", None, "Còn Fed?", "Fed giữ lãi suất nào?"),
        ("Mỹ có bao nhiêu ca mắc?", None, "Ấn Độ thì sao?", "Ấn Độ có bao nhiêu ca mắc?"),
        ("Mỹ có bao nhiêu ca mắc?", None, "Ấn Độ thi sao", "Ấn Độ có bao nhiêu ca mắc?"),
        ("Quảng Ninh có bao nhiêu ca mắc?", None, "Còn tỉnh Hải Dương?", "Hải Dương có bao nhiêu ca mắc?"),
        ("Arsenal thắng mấy trận?", None, "Còn Chelsea?", "Chelsea thắng mấy trận?"),
        ("Hà Nội có bao nhiêu ca mắc?", None, "Còn ở Đà Nẵng?", "Đà Nẵng có bao nhiêu ca mắc?"),
        # A preposition or a noun before both tells which of two is meant.
        ("Việt Nam bán gì sang Lào?", None, "Còn sang Trung Quốc?", "Việt Nam bán gì sang Trung Quốc?"),
        ("Ai thắng Việt Nam ở trận gặp Iraq?", None, "Còn trận gặp Oman?", "Ai thắng Việt Nam ở trận gặp Oman?"),
        # Two side by side are one, unless they do something with each other.
        ("Mỹ và Anh gửi gì cho Ukraine?", None, "Còn Đức?", "Đức gửi gì cho Ukraine?"),
        ("Nga gửi gì cho Belarus?", None, "Còn Anh và Đức?", "Anh và Đức gửi gì cho Belarus?"),
        ("Nga và Mỹ gặp nhau ở đâu?", None, "Còn Pháp và Đức?", "Pháp và Đức gặp nhau ở đâu?"),
        # The time beside the one asked of before, not beside today.
        ("Ngày 31/1 Anh nói gì?", None, "Còn hôm sau?", "Ngày 1/2 Anh nói gì?"),
        ("Giá vàng ngày 1/3/2021 là bao nhiêu?", None, "Hôm trước đó?", "Giá vàng ngày 28/2/2021 là bao nhiêu?"),
        ("Giá xăng tháng 12/2020 ra sao?", None, "Còn tháng sau?", "Giá xăng tháng 1/2021 ra sao?"),
        ("Năm 2020 GDP tăng mấy phần trăm?", None, "Còn năm trước?", "Năm 2019 GDP tăng mấy phần trăm?"),
        ("Năm 2020 GDP tăng bao nhiêu phần trăm?", None, "Vì sao?", "Vì sao năm 2020 GDP tăng?"),
        ("Vụ cháy làm mấy người chết?", None, "Khi nào?", "Khi nào vụ cháy làm người chết?"),
        ("Xưởng nào ở Ấn Độ đóng cửa?", None, "Còn xưởng ở đó thì mở khi nào?", "Xưởng ở Ấn Độ mở khi nào?"),
    ],
)
def test_a_follow_up_becomes_one_full_question(before: str, answer: str | None, text: str, full: str) -> None:
    assert understand(text, [before], answers=[answer]).understood_as == full


@pytest.mark.parametrize(
    ("before", "text"),
    [
        # Why, or why not? Which of two persons, of two countries? Whom nobody has named?
        ("NATO có đồng ý lập vùng cấm bay không?", "Vì sao?"),
        ("Ông Putin gặp ông Biden ở đâu?", "Ông ấy nói gì?"),
        ("Hội nghị giữa Nga và Mỹ bàn gì?", "Nước này muốn gì?"),
        ("Ai làm cuốn Atlat Lịch sử 12?", "Thầy ấy dạy ở trường nào?"),
        ("Ông Putin gặp ai?", "Bà ấy nói gì?"),
        # A country is no alliance, a person no city, "CEO" no body, and a number counts what stands before it.
        ("Các nước thành viên NATO là những nước nào?", "Còn Ba Lan?"),
        ("Hà Nội có bao nhiêu ca mắc?", "Còn ông Biden?"),
        ("CEO lương bao nhiêu?", "Còn Coteccons thì sao?"),
        ("CEO của Vinhomes là ai?", "Còn SSI?"),
        ("Bà Nga nói gì?", "Còn Ba Lan?"),
        ("Giá xăng RON 95 là bao nhiêu?", "Còn Dầu Diesel?"),
        ("Hội nghị giữa Tổng thống Mỹ và Tổng thống Nga ở đâu?", "Còn Pháp?"),
        ("Nga và Mỹ gặp nhau ở đâu?", "Còn Anh thì sao?"),
        ("Ba Lan gửi gì ngày 1/2 và ngày 5/2?", "Còn hôm sau?"),
        ("Ba Lan gửi gì tháng 2/2022?", "Còn hôm sau?"),
        ("Vụ cháy ở Tân Phú làm mấy người chết?", "Bao nhiêu người bị thương?"),
        ("Việt Nam gặp Malaysia khi nào?", "Tỷ số là bao nhiêu?"),
    ],
)
def test_nothing_is_put_in_where_it_may_be_wrong(before: str, text: str) -> None:
    assert understand(text, [before]).understood_as == f"{before} {text}"


def test_a_chain_of_others_replaces_the_last() -> None:
    history = ["Các nước thành viên NATO là những nước nào?", "Còn Ba Lan?"]
    question = understand("Còn Đức?", history)
    assert (question.standalone, question.joined) == (f"{history[0]} Còn Đức?", True)
    assert understand("Còn EU?", history).standalone == "Các nước thành viên EU là những nước nào? Còn Ba Lan?"


@pytest.mark.parametrize(
    ("text", "complete"),
    [
        ("Tỷ số là bao nhiêu?", True),
        ("Bao nhiêu người bị thương?", True),
        ("Ở đâu?", False),
        ("o dau", False),
        ("Ở thành phố nào?", False),
        ("Bao nhiêu người?", False),
        ("Ông ấy nói gì?", False),
        ("Nó là gì?", False),
        ("Why?", False),
        ("Còn Anh thì sao?", False),
        ("Việc làm ở đâu?", True),
        ("Giá vàng?", True),
        ("cho o dau", True),
        ("Ngày 20/1 có gì?", True),
        ("Và giá vàng hôm nay?", True),
        ("Putin ở đâu?", True),
    ],
)
def test_a_question_is_complete_where_it_says_what_it_asks_about(text: str, complete: bool) -> None:
    assert understand(text).complete is complete
    assert understand(text, ["Tổng thống Nga đi đâu?"]).complete


def test_two_questions_in_one_make_no_statement() -> None:
    history = ["cho ben thanh mo cua luc may gio", "Ai nói?"]
    assert understand("Vì sao?", history).standalone == "cho ben thanh mo cua luc may gio Ai nói? Vì sao?"


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
        "Nếu Nga tiến vào Ukraine thì sao?",
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
    assert understand("Vì sao?", ["", " ", "Ba Lan gửi vũ khí cho Kiev khi nào?"], answers=["x"]).standalone == (
        "Vì sao Ba Lan gửi vũ khí cho Kiev?"
    )


def test_of_long_earlier_questions_the_newest_is_kept() -> None:
    earlier = [f"Còn {'điều rất dài ' * 150}số {number}?" for number in range(20)]
    question = understand("Vì sao lại như vậy?", earlier)
    assert len(question.standalone) <= 2_000
    assert question.standalone.endswith("dài số 19? Vì sao lại như vậy?")
    assert question.joined
    several = [f"Còn {'điều này ' * 40}số {number}?" for number in range(20)]
    whole = understand("Vì sao lại như vậy?", several).standalone
    assert whole.startswith("Còn điều này")
    assert 1_500 < len(whole) <= 2_000
    # One word as long as all that there is room for, and a follow-up that leaves no room.
    assert understand("Vì sao lại như vậy?", ["a" * 5_000]).standalone == "Vì sao lại như vậy?"
    longest = f"Vì sao lại như vậy {'rồi ' * 600}?"
    assert understand(longest, ["Ba Lan gửi gì?"]).standalone == longest


@pytest.mark.parametrize(
    ("text", "most", "end"),
    [
        ("Ai đó là ai?", 12, "Ai đó là ai?"),
        ("Một câu. Ai đó là ai? Ở đâu?", 22, "Ai đó là ai? Ở đâu?"),
        ("Một câu.\nAi đó là ai?", 12, "Ai đó là ai?"),
        ("Một câu không có dấu chấm hỏi ai? Cảm ơn.", 25, "dấu chấm hỏi ai? Cảm ơn."),
        ("Ai đó là ai?  \n  ", 12, "Ai đó là ai?"),
        ("aaaa", 2, ""),
        ("Ai?", 0, ""),
    ],
)
def test_of_a_text_that_is_too_long_the_end_is_kept(text: str, most: int, end: str) -> None:
    assert end_of(text, most) == end


@given(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=3))
def test_any_text_is_understood_as_something(text: str, history: list[str]) -> None:
    question = understand(text, history)
    assert question.names <= set(question.content)
    assert "\n" not in question.standalone
    assert understand(text).standalone == question.text


def test_the_focus_is_what_a_follow_up_adds() -> None:
    history = ["Mỹ viện trợ bao nhiêu cho Ukraine?"]
    assert understand("Còn Anh thì sao?", history).focus == {"anh"}
    assert understand("Vì sao?", history).focus == frozenset()
    assert understand(history[0]).focus == frozenset()
    # A question that leans on nothing any more is not weighed against the one before.
    assert understand("Ông ấy nói gì về NATO?", ["Tổng thống Nga đi đâu?"]).focus == frozenset()


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("Người đàn ông nào bị bắt?", AnswerForm(FormKind.PERSON, noun="người đàn ông")),
        ("Cô ấy lấy vận động viên bóng rổ nào?", AnswerForm(FormKind.PERSON, noun="vận động viên")),
        ("Ai nói: “Vũ khí, vũ khí và vũ khí”?", AnswerForm(FormKind.PERSON)),
        ("Quốc gia nào gửi xe tăng?", AnswerForm(FormKind.PLACE, noun="quốc gia")),
        ("quoc gia nao gui xe tang", AnswerForm(FormKind.PLACE, noun="quoc gia")),
        ("Cơ quan nào xác nhận?", AnswerForm(FormKind.ORGANISATION, noun="cơ quan")),
        ("Cuộc họp diễn ra ngày nào?", AnswerForm(FormKind.DATE, noun="ngày")),
        ("Học sinh nghỉ từ thứ mấy?", AnswerForm(FormKind.DATE, noun="thứ")),
        ("Cuộc họp bắt đầu lúc mấy giờ?", AnswerForm(FormKind.TIME, unit="giờ")),
        ("Cuộc họp kéo dài mấy giờ?", AnswerForm(FormKind.DURATION, unit="giờ")),
        ("Cuộc họp kéo dài bao lâu?", AnswerForm(FormKind.DURATION)),
        ("Chuyến hàng nặng bao nhiêu tấn?", AnswerForm(FormKind.QUANTITY, unit="tấn")),
        ("Chuyen hang nang bao nhieu tan?", AnswerForm(FormKind.QUANTITY, unit="tan")),
        ("Mỹ gửi bao nhiêu lô hàng?", AnswerForm(FormKind.QUANTITY, unit="lô hàng")),
        ("Hà Nội chi bao nhiêu tiền?", AnswerForm(FormKind.MONEY, unit="tiền")),
        ("Số tiền phạt là bao nhiêu?", AnswerForm(FormKind.MONEY)),
        ("Tỷ lệ thất nghiệp là bao nhiêu?", AnswerForm(FormKind.PERCENT)),
        ("Đội xếp thứ mấy?", AnswerForm(FormKind.NUMBER, noun="thứ")),
        ("Vì sao NATO từ chối?", AnswerForm(FormKind.CAUSE)),
        ("Ba Lan cung cấp gì?", AnswerForm(FormKind.CLAUSE)),
        ("Khán giả gọi cô bằng biệt danh gì?", AnswerForm(FormKind.ANY, noun="biệt danh")),
        ("How many tonnes were sent?", AnswerForm(FormKind.QUANTITY, unit="tonnes")),
        ("How long did the talks last?", AnswerForm(FormKind.DURATION)),
        ("Which country sent tanks?", AnswerForm(FormKind.PLACE)),
    ],
)
def test_the_form_of_the_answer_is_told_from_the_wording(text: str, form: AnswerForm) -> None:
    assert replace(understand(text).form, quantity=None) == form


@pytest.mark.parametrize(
    ("question", "text", "fits"),
    [
        ("Nặng bao nhiêu tấn?", "hơn 90 tấn", True),
        ("Nặng bao nhiêu tấn?", "90.000 kg", True),
        ("Nặng bao nhiêu tấn?", "hơn 90", True),
        ("Nặng bao nhiêu tấn?", "90 người", False),
        ("Kéo dài bao lâu?", "sáu tuần", True),
        ("Kéo dài bao lâu?", "2,7 tỷ USD", False),
        ("Mỹ cấp bao nhiêu viện trợ?", "2,7 tỷ USD", True),
        ("Mỹ cấp bao nhiêu viện trợ?", "nhiều vũ khí", False),
        ("Diễn ra ngày nào?", "31/1", True),
        ("Diễn ra ngày nào?", "năm 2013", False),
        ("Diễn ra năm nào?", "2013", True),
        ("Diễn ra khi nào?", "sau khi Nga rút quân", True),
        ("Ai gặp ông?", "Jens Stoltenberg", True),
        ("Ai gặp ông?", "các bộ trưởng", True),
        ("Ai gặp ông?", "hơn 90", False),
        ("Vì sao?", "do lo ngại đụng độ", True),
        ("Vì sao?", "đụng độ trực tiếp với nước láng giềng", None),
        ("Ông Lavrov nói gì?", "Nga sẽ nghiên cứu", None),
        ("How tall is the bridge?", "160 triệu năm tuổi", False),
        ("How tall is the bridge?", "122 mét", True),
        ("Cầu dài bao nhiêu?", "5", True),
        ("Cầu dài bao nhiêu?", "hơn 90 tấn", False),
    ],
)
def test_an_answer_fits_the_form_or_not(question: str, text: str, fits: bool | None) -> None:
    assert form_fits(understand(question).form, text) is fits


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Ông Kuleba nói gì về khoản viện trợ?", "Ông Kuleba"),
        ("Thủ tướng Anh đã tuyên bố gì?", "Thủ tướng Anh"),
        ("Theo ông Blinken, việc đó tùy thuộc vào ai?", "ông Blinken"),
        ("What did Peskov say about the trip?", "Peskov"),
        ("Ai nói Nga sẽ nghiên cứu?", None),
        ("Ba Lan cung cấp gì?", None),
    ],
)
def test_the_speaker_is_the_one_that_the_question_names(text: str, speaker: str | None) -> None:
    assert understand(text).speaker == speaker


@pytest.mark.parametrize(
    ("question", "text", "other"),
    [
        ("Ông An có mấy người con?", "60 tuổi", True),
        ("Điện thoại này nặng bao nhiêu?", "6,52 inch", True),
        ("dien thoai nay nang bao nhieu", "6,52 inch", True),
        ("Điện thoại này nặng bao nhiêu?", "240 gram", False),
        ("Cô gái cao bao nhiêu?", "173cm", False),
        ("Cô gái cao bao nhiêu?", "48 kg", True),
        ("Lương công nhân cao bao nhiêu?", "30 triệu đồng", False),
        ("Lãi suất cao bao nhiêu?", "9%/năm", False),
        ("Hội nghị kéo dài bao nhiêu?", "3 ngày", False),
        ("Ngoài trời bao nhiêu độ?", "38 độ C", False),
        ("Bà ấy mua bao nhiêu lượng vàng?", "3 lượng", False),
        ("Có bao nhiêu quân ở biên giới?", "hơn 90 tấn", True),
        ("Có bao nhiêu quân ở biên giới?", "100.000", False),
        ("Có bao nhiêu ca mắc?", "12 người", False),
        ("Nước này nhận bao nhiêu viện trợ?", "2,7 tỷ USD", False),
        ("Cổ tức là bao nhiêu phần trăm?", "2 tỷ đồng", True),
        ("Ông ấy lưu lại bao nhiêu giờ?", "hơn 3 năm", True),
        ("Ông ấy lưu lại bao nhiêu giờ?", "45 phút", False),
        ("Chuyến đi kéo dài bao lâu?", "hai tuần", False),
        ("Ai đến?", "60 tuổi", False),
        ("Bao nhiêu người đến?", "nhiều người", False),
        ("How many people died?", "12 tấn", True),
        ("Nhiệt độ ở Hà Nội là bao nhiêu?", "70%", True),
        ("Nhiệt độ ở Hà Nội là bao nhiêu?", "38 độ C", False),
        ("Khoảng cách từ Hà Nội đến Sa Pa là bao nhiêu?", "80 nghìn lượt", True),
        ("Khoảng cách giữa hai mũi tiêm là bao nhiêu?", "12 tuần", False),
        ("Độ tuổi kết hôn là bao nhiêu?", "10 con", True),
        ("do tuoi ket hon la bao nhieu", "18 tuổi", False),
        ("Thời gian bay là bao nhiêu?", "900 km", True),
        ("Nhiệt độ tăng bao nhiêu?", "5%", False),
        ("How long is the bridge?", "8 giờ", True),
        ("How long is the bridge?", "5,2 km", False),
        ("How long is the show?", "5,2 km", False),
        ("How long is the ceasefire?", "5,2 km", True),
        ("How far is it to Hanoi?", "80 người", True),
        ("How old is Biden?", "78 tuổi", False),
        ("How old is Biden?", "78 km", True),
        ("How high are interest rates?", "5%", False),
    ],
)
def test_a_value_of_another_measure_is_told(question: str, text: str, other: bool) -> None:
    assert other_measure(understand(question).form, text) is other


@pytest.mark.parametrize(
    ("question", "sentence", "span", "other"),
    [
        ("Lãi suất vay là bao nhiêu?", "Cho vay tới 80% với lãi suất 6% đến hết năm.", "80%", True),
        ("Lãi suất vay là bao nhiêu?", "Cho vay tới 80% với lãi suất 6% đến hết năm.", "6%", False),
        ("lai suat vay la bao nhieu", "Lãi suất ưu đãi, có thể vay tới 80% giá trị xe.", "80%", True),
        ("Lãi suất vay là bao nhiêu?", "Tại ACB, mức 3,6%/năm được áp dụng.", "3,6%/năm", False),
        ("Lãi suất vay là bao nhiêu?", "Lãi suất giảm từ 5% xuống 4,5%.", "4,5%", False),
        ("Doanh thu của Apple là bao nhiêu?", "Lợi nhuận đạt 10 tỷ USD, doanh thu 50 tỷ USD.", "10 tỷ USD", True),
        ("Doanh thu của Apple là bao nhiêu?", "Lợi nhuận đạt 10 tỷ USD, doanh thu 50 tỷ USD.", "50 tỷ USD", False),
        ("Doanh thu của Apple là bao nhiêu?", "Doanh thu 10 tỷ USD, lợi nhuận 50 tỷ USD.", "50 tỷ USD", True),
        ("Doanh thu của Apple là bao nhiêu?", "Apple thu về 10 tỷ USD.", "10 tỷ USD", False),
        ("Nhiệt độ là bao nhiêu?", "Độ ẩm lên tới 80%, trời nóng 38 độ C.", "38 độ C", False),
        ("Tỷ lệ thất nghiệp là bao nhiêu?", "Tỷ lệ tham gia lao động đạt 60%.", "60%", True),
        ("Tỷ lệ thất nghiệp là bao nhiêu?", "Tỷ lệ người thất nghiệp đạt 6%.", "6%", False),
        ("Tỷ lệ thất nghiệp là bao nhiêu?", "Có 6% lao động mất việc.", "6%", False),
    ],
)
def test_a_value_of_another_quantity_is_told(question: str, sentence: str, span: str, other: bool) -> None:
    quantity, start = understand(question).form.quantity, sentence.index(span)
    assert quantity is not None
    assert of_another_quantity(quantity, sentence, Span(start, start + len(span))) is other


@pytest.mark.parametrize(
    ("question", "standalone"),
    [
        ("Vợ Khắc Việt tên gì?", "Ai là vợ Khắc Việt?"),
        ("Vợ của Khắc Việt là ai?", "Ai là vợ Khắc Việt?"),
        ("Khắc Việt có vợ tên gì?", "Ai là vợ Khắc Việt?"),
        ("Tên chồng cũ của bà Lan là gì?", "Ai là chồng cũ bà Lan?"),
        ("Vợ chồng Khắc Việt là ai?", "Vợ chồng Khắc Việt là ai?"),
        ("Vợ Khắc Việt làm nghề gì?", "Vợ Khắc Việt làm nghề gì?"),
        ("Khắc Việt có vợ chưa?", "Khắc Việt có vợ chưa?"),
    ],
)
def test_whose_wife_is_asked_in_one_wording(question: str, standalone: str) -> None:
    assert understand(question).standalone == standalone


@pytest.mark.parametrize(
    ("question", "unit"),
    [
        ("Bao nhiêu nghìn quân Nga đóng ở biên giới?", "quân"),
        ("Vốn bao nhiêu nghìn tỷ đồng?", "đồng"),
        ("Có bao nhiêu triệu người mắc?", "người"),
        ("bao nhieu trieu nguoi mac", "nguoi"),
        ("Dân số bao nhiêu triệu?", "triệu"),
        ("Bao nhiêu tỷ đã được chi?", "tỷ"),
    ],
)
def test_what_is_counted_stands_behind_the_scale(question: str, unit: str) -> None:
    assert understand(question).form.unit == unit
