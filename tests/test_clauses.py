"""Causes, deeds and somebody's words are taken as whole clauses; whose words a sentence gives."""

from __future__ import annotations

import pytest

from rag.composing.attribution import attributions
from rag.composing.causes import carrying_neighbour, has_cause, points_back
from rag.composing.clauses import predicate
from rag.composing.completing import completed
from rag.composing.speaking import announced, is_by
from rag.datatypes import Span
from rag.question import understand
from tests.composing import a_span, composed, dated, piece, span_in


@pytest.mark.parametrize(
    ("question", "sentence", "marked", "whole"),
    [
        ("Vì sao giá vàng giảm?", "Giá vàng giảm do USD phục hồi trở lại làm giảm sức hấp dẫn của vàng.",
         "USD phục hồi", "do USD phục hồi trở lại làm giảm sức hấp dẫn của vàng"),
        ("Vì sao bán tối?", "Bởi lẽ theo kinh nghiệm của dân, cháo tốt khi ngủ.", "Bởi lẽ theo kinh nghiệm của dân",
         "Bởi lẽ theo kinh nghiệm của dân, cháo tốt khi ngủ"),
        ("Vì sao cầu đóng?", "Cầu đóng bởi một lý do đơn giản: trụ đã nứt.", "một lý do đơn giản",
         "bởi một lý do đơn giản: trụ đã nứt"),
        ("Vì sao họ hẹn nhau?", "Do mâu thuẫn nhỏ nên họ hẹn nhau, bạn bè đến xem.", "mâu thuẫn nhỏ",
         "Do mâu thuẫn nhỏ"),
        ("Vì sao giá tăng?", "Vì hàng trở nên hiếm, giá tăng.", "hàng", "Vì hàng trở nên hiếm"),
        ("Vì sao cầu đóng?", "Cầu đóng vì lo ngại trụ đã nứt, nhằm tránh tai nạn, ông Nam nói.", "trụ đã nứt",
         "vì lo ngại trụ đã nứt, nhằm tránh tai nạn"),
        ("Vì sao tàu chìm?", "Con tàu do Đức sản xuất chìm vì lỗi điện.", "Đức sản xuất", "vì lỗi điện"),
        ("Vì sao tàu chìm?", "Con tàu do Đức sản xuất đã chìm.", "Đức sản xuất", "Đức sản xuất"),
        ("Vì sao giá dầu tăng?", "Giá dầu tăng do OPEC sản xuất ít hơn.", "OPEC", "do OPEC sản xuất ít hơn"),
        ("Vì sao ông ấy vui?", "Ông được trả tự do sau ba năm.", "trả tự do", "trả tự do sau ba năm"),
        ("Vì sao cầu đóng cửa?", "Trụ cầu bị nứt nặng nên cầu đóng cửa.", "cầu đóng cửa", "Trụ cầu bị nứt nặng"),
        ("Vì sao cầu đóng cửa?", "Trụ cầu bị nứt nặng, vì vậy cầu đóng cửa.", "cầu đóng cửa", "Trụ cầu bị nứt nặng"),
        ("Vì sao Mỹ rút quân?", "“Chúng tôi rút quân vì chiến tranh quá lâu”, ông nói.", "chiến tranh",
         "vì chiến tranh quá lâu"),
        ("Vì sao ông lo?", "HLV cảm thấy lo khi nhìn về ba trận còn lại.", "nhìn về ba trận",
         "khi nhìn về ba trận còn lại"),
        ("Ông Putin tuyên bố gì?", "Ông Putin tuyên bố, Moscow sẽ phản ứng nhanh với mọi hành vi gây hấn.",
         "phản ứng nhanh", "Moscow sẽ phản ứng nhanh với mọi hành vi gây hấn"),
        ("Ông Kuleba nói gì?", "Vũ khí là cách tốt nhất để giúp Ukraine – ông Kuleba phát biểu ngay trước phiên họp.",
         "Phát biểu ngay trước phiên họp".lower(), "Vũ khí là cách tốt nhất để giúp Ukraine"),
        ("Ông Lavrov nói gì?", "Ông Lavrov cho biết hôm thứ Tư rằng ông Stoltenberg đã \"không nắm được tình hình\".",
         "không nắm được tình hình", "ông Stoltenberg đã \"không nắm được tình hình\""),
        ("Ông Lavrov nói gì?", "Ông Lavrov nói với báo chí, được truyền hình: \"Tôi đã ngừng nghe từ lâu\".",
         "ngừng nghe", "Tôi đã ngừng nghe từ lâu"),
        ("Uriah Hall nói gì?", "Anh ấy vẫn là một võ sĩ tuyệt vời\", Uriah Hall nói thêm.", "Uriah Hall nói",
         "Anh ấy vẫn là một võ sĩ tuyệt vời"),
        ("Bà Jean-Pierre nói gì?", "Theo bà Jean-Pierre, những cáo buộc này là “vô căn cứ”.", "vô căn cứ",
         "những cáo buộc này là “vô căn cứ”"),
        ("Messi nói gì?", "Mới đây, Messi đã lên tiếng xin lỗi về vụ ồn ào.", "Messi", "lên tiếng xin lỗi về vụ ồn ào"),
        ("Bác sĩ làm gì?", "Các bác sĩ đã làm chết con gián để bớt đau.", "chết con gián", "đã làm chết con gián"),
        ("Ông Shoigu làm gì?", "Bộ trưởng Sergei Shoigu đã chấp nhận lời mời, nguồn tin cho biết.", "Sergei Shoigu",
         "đã chấp nhận lời mời"),
        ("Cảnh sát phản ứng thế nào?", "Cảnh sát giải tán đám đông bằng cách phun nước.", "phun nước",
         "bằng cách phun nước"),
        ("Mỹ trừng phạt họ thế nào?", "Mỹ trừng phạt họ bằng cách đóng băng tài sản và cấm đi lại.",
         "đóng băng tài sản", "bằng cách đóng băng tài sản và cấm đi lại"),
        ("Cảnh sát phản ứng thế nào?", "Cảnh sát đến nơi và giải tán đám đông.", "và giải tán đám đông",
         "giải tán đám đông"),
    ],
)  # fmt: skip
def test_the_clause_that_answers_is_taken_whole(question: str, sentence: str, marked: str, whole: str) -> None:
    assert completed(sentence, a_span(sentence, marked), understand(question)).of(sentence) == whole


@pytest.mark.parametrize(
    ("sentence", "back", "cause"),
    [
        ("Do đó, cầu đóng cửa.", True, False),
        ("Kiev vì thế đòi NATO cấp vũ khí.", True, False),
        ("Trụ nứt, vì vậy cầu đóng.", False, False),
        ("Người Do Thái được trả tự do.", False, False),
        ("Tàu do Đức sản xuất.", False, False),
        ("Cầu đóng do mưa.", False, True),
    ],
)
def test_words_that_only_look_like_a_cause(sentence: str, back: bool, cause: bool) -> None:
    assert (points_back(sentence), has_cause(sentence)) == (back, cause)


def test_what_is_made_by_somebody_leaves_the_cause_to_the_next_sentence() -> None:
    article = dated("a.txt", "Con tàu do Đức sản xuất đã chìm. Nguyên nhân là lỗi điện.")
    found = carrying_neighbour(piece(article, "đã chìm"))
    assert found is not None
    assert found.of(article.text) == "Nguyên nhân là lỗi điện."


def test_the_speaker_of_a_sentence_is_its_subject_not_whom_it_speaks_to_or_of() -> None:
    sentence = 'Tiền vệ Paul Pogba đồng ý với HLV Solskjaer khi nói: "Mọi chuyện vẫn chưa kết thúc".'
    assert {one.speaker.of(sentence).strip() for one in attributions(sentence)} == {"Tiền vệ Paul Pogba đồng ý"}
    sentence = "Trong cuộc điện đàm với ông Putin, ông Biden nói rằng Mỹ sẽ đáp trả."
    assert [one.speaker.of(sentence).strip() for one in attributions(sentence)] == ["ông Biden"]
    sentence = "Gần đây, Elon Musk lại được nhắc tên, khi người ta cho rằng ông lập ra Bitcoin."
    assert [one.speaker.of(sentence).strip() for one in attributions(sentence)] == ["khi người ta"]


def test_only_the_sentences_of_the_named_speaker_are_claims() -> None:
    article = dated(
        "a.txt",
        "Ông Jens Stoltenberg gặp báo giới. Ông nói NATO sẵn sàng đối thoại. "
        "Bộ trưởng Sergei Lavrov nói ông Stoltenberg không nắm tình hình.",
    )
    evidence = [span_in(article, "không nắm tình hình", 2.0), span_in(article, "NATO sẵn sàng", 1.5)]
    answer = composed("Ông Stoltenberg nói gì?", [article], evidence)
    assert answer.short_answer == "NATO sẵn sàng đối thoại"
    assert [claim.text for claim in answer.claims] == ["Ông [Jens Stoltenberg] nói NATO sẵn sàng đối thoại."]


def test_an_office_is_known_by_the_name_that_the_article_gives_it() -> None:
    article = dated("a.txt", "Thủ tướng Anh Boris Johnson đến Kiev. “Anh sẽ bảo vệ Ukraine”, ông Johnson nói.")
    assert is_by(piece(article, "bảo vệ Ukraine"), "Thủ tướng Anh")
    assert not is_by(piece(article, "bảo vệ Ukraine"), "Thủ tướng Đức")
    assert is_by(piece(article, "bảo vệ Ukraine"), "Ông Boris Johnson")
    whole = dated("c.txt", "Thủ tướng Anh Boris Johnson đến Kiev. Ông Boris Johnson nói trời sẽ mưa to.")
    assert is_by(piece(whole, "mưa to"), "Thủ tướng Anh")
    assert not is_by(piece(dated("b.txt", "Ông Terry Harris nói trời sẽ mưa to."), "mưa to"), "Bà Kamala Harris")


def test_what_is_only_announced_is_told_with_the_quotation_behind_it() -> None:
    article = dated("a.txt", 'HLV Mourinho đã có phát ngôn đầu tiên. "Tôi không nghỉ ngơi", ông Mourinho chia sẻ.')
    assert announced(piece(article, "phát ngôn đầu tiên")) is not None
    answer = composed("HLV Mourinho nói gì?", [article], [span_in(article, "có phát ngôn đầu tiên", 2.0)])
    assert answer.short_answer == "Tôi không nghỉ ngơi"
    assert len(answer.claims) == 2


def test_who_is_asked_for_by_the_last_name_has_said_it() -> None:
    article = dated(
        "a.txt",
        "“Đây là kỳ tích trên một hành tinh khác”, Phó Quản trị viên Thomas Zurbuchen tuyên bố. "
        "“Bầu trời có thể không phải là giới hạn”,Giám đốc NASA Steve Jurczyk, chia sẻ đầy phấn khích.",
    )
    evidence = [span_in(article, "Bầu trời có thể", 2.0), span_in(article, "kỳ tích trên một hành tinh khác", 0.5)]
    answer = composed("Ông Zurbuchen nói gì?", [article], evidence)
    assert answer.short_answer == "Đây là kỳ tích trên một hành tinh khác"
    assert composed("Ông Zurbuchen nói gì?", [article], evidence[:1]).status == "not_found"
    answer = composed("Ông Jurczyk nói gì?", [article], evidence)
    assert answer.short_answer == "Bầu trời có thể không phải là giới hạn"


def test_two_of_one_last_name_are_not_told_apart_by_it() -> None:
    article = dated("a.txt", "Bà Kamala Harris đến dự. Ông Terry Harris nói trời sẽ mưa to.")
    assert not is_by(piece(article, "mưa to"), "Bà Harris")


def test_the_speaker_of_a_quotation_may_have_an_apposition() -> None:
    sentence = "“Con người đã lái một chiếc trực thăng”, MiMi Aung, giám đốc dự án tại Nasa (JPL) cho biết."
    assert [one.speaker.of(sentence).strip() for one in attributions(sentence)] == ["MiMi Aung"]


def test_who_was_only_there_said_nothing() -> None:
    article = dated("a.txt", "Phó tổng thống Kamala Harris cũng dự lễ.")
    evidence = [span_in(article, "Phó tổng thống", 2.0)]
    assert composed("Bà Kamala Harris nói gì?", [article], evidence).status == "not_found"


@pytest.mark.parametrize("subject", ["Nga", "Đức", "Đan Mạch", "NATO"])
def test_behind_a_marked_name_stands_what_it_does(subject: str) -> None:
    sentence = f"{subject} sẽ gửi 10 xe tăng cho Ukraine."
    assert predicate(sentence, Span(0, len(subject))).of(sentence) == "sẽ gửi 10 xe tăng cho Ukraine"


@pytest.mark.parametrize("marked", ["A" * 5_000 + "!", "Nga" + ";" * 40_000 + "1"])
def test_hostile_runs_are_read_in_linear_time(marked: str) -> None:
    assert predicate(f"{marked} đã đóng cửa.", Span(0, len(marked))) == Span(0, len(marked))


def test_a_text_without_stops_attributes_nothing() -> None:
    assert attributions("Ông Nam nói " + "rằng ông nói " * 20_000) == []
