"""Summaries, timelines, comparisons: sentences of the passages, cited, in order, without repetition."""

from __future__ import annotations

from datetime import date

import pytest

from rag.composing.sides import sides_of
from rag.config import AnswerSettings
from tests.composing import SETTINGS, composed, dated, span_in

FLOOD = dated(
    "lũ.txt",
    "Lũ lớn ở Quảng Bình làm 9 người chết và nhiều nhà bị cuốn trôi. "
    "Ngày 18/10, quân đội đưa xuồng đến cứu dân vùng lũ Quảng Bình. "
    "Ngày 16/10/2020, mưa lớn bắt đầu trút xuống Quảng Bình gây lũ. "
    "Chính quyền Quảng Bình phát gạo cho người dân vùng lũ từ ngày 20/10.",
    date(2020, 10, 21),
    title="Lũ ở Quảng Bình",
)
FLOOD_TOO = dated("lũ2.txt", "Lũ lớn tại Quảng Bình làm 9 người chết và nhiều nhà bị cuốn trôi.", date(2020, 10, 18))
GOLD = dated("vàng.txt", "Giá vàng trong nước tăng mạnh theo giá thế giới. Người mua chờ đợi từ sáng sớm.")


def test_a_summary_is_of_sentences_about_the_subject_each_cited() -> None:
    answer = composed("Tóm tắt tình hình lũ ở Quảng Bình", [FLOOD, GOLD], confidence=0.0)
    assert answer.status == "answered"
    assert answer.short_answer is None
    assert {citation.source for citation in answer.citations} == {"lũ.txt"}
    assert all(len(claim.citations) == 1 for claim in answer.claims)
    starts = [citation.start for citation in answer.citations]
    assert starts == sorted(starts)


def test_a_summary_says_a_thing_once() -> None:
    answer = composed("Tóm tắt tình hình lũ ở Quảng Bình", [FLOOD, FLOOD_TOO])
    assert sum("9 người chết" in claim.text for claim in answer.claims) == 1


def test_of_reprints_one_speaks() -> None:
    copy = dated("lũ3.txt", f"{FLOOD.text} Báo khác đăng lại nguyên văn bài về lũ Quảng Bình.", date(2020, 10, 22))
    answer = composed("Tóm tắt tình hình lũ ở Quảng Bình", [FLOOD, copy], reprints=[FLOOD, copy])
    assert {citation.source for citation in answer.citations} == {"lũ.txt"}


def test_a_summary_of_something_else_is_not_found() -> None:
    answer = composed("Tóm tắt tình hình núi lửa ở Iceland", [FLOOD, GOLD], confidence=0.0)
    assert (answer.status, answer.claims, answer.citations) == ("not_found", (), ())


def test_a_summary_of_the_same_thing_elsewhere_is_not_found() -> None:
    assert composed("Tóm tắt tình hình lũ ở Iceland", [FLOOD, FLOOD_TOO]).status == "not_found"


def test_a_timeline_has_days_in_front_oldest_first() -> None:
    answer = composed("Diễn biến vụ lũ ở Quảng Bình theo thời gian", [FLOOD])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["16/10/2020", "18/10/2020", "20/10/2020"]
    assert answer.claims[0].text == f"16/10/2020: {answer.citations[0].quote}"


def test_a_timeline_without_days_goes_by_the_days_of_the_articles() -> None:
    later = dated("x.txt", "Nước lũ ở Quảng Bình đã rút, người dân trở về nhà.", date(2020, 10, 25))
    answer = composed("Diễn biến vụ lũ ở Quảng Bình theo thời gian", [later, FLOOD_TOO])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["Đăng 18/10/2020", "Đăng 25/10/2020"]
    assert answer.notes == ("Câu không nêu ngày được xếp theo ngày đăng bài.",)


def test_days_without_a_year_take_that_of_a_date_nearby_or_come_last() -> None:
    undated = dated(
        "lũ.txt",
        "Ngày 2/1, lũ ở Quảng Bình rút dần và người dân về nhà. Ngày 29/12/2020, mưa lớn gây lũ ở Quảng Bình. "
        "Ngày 30/12, quân đội đưa xuồng đến cứu dân vùng lũ Quảng Bình.",
        title="Lũ ở Quảng Bình",
    )
    unknown = dated("lũ4.txt", "Ngày 5/3, chính quyền Quảng Bình phát gạo cho người dân vùng lũ nặng.")
    answer = composed("Diễn biến vụ lũ ở Quảng Bình theo thời gian", [unknown, undated])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["29/12/2020", "30/12", "2/1", "5/3"]


def test_the_last_of_february_is_put_into_a_year_that_has_it() -> None:
    article = dated(
        "lũ.txt", "Ngày 29/2, nước lũ dâng cao ở Quảng Bình. Ngày 1/3/2021, quân đội đến cứu dân vùng lũ Quảng Bình."
    )
    answer = composed("Diễn biến vụ lũ ở Quảng Bình theo thời gian", [article])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["29/2", "1/3/2021"]


def test_the_confidence_of_an_overview_is_how_much_of_its_subject_is_covered() -> None:
    answer = composed("Tóm tắt tình hình lũ ở Quảng Bình", [FLOOD, GOLD], confidence=0.0)
    assert answer.confidence == 1.0
    partly = "Tóm tắt tình hình lũ ở Quảng Bình và động đất Haiti"
    answer = composed(partly, [FLOOD], settings=with_threshold(0.3))
    assert answer.status == "answered"
    assert 0.3 <= answer.confidence < 0.9
    refused = composed(partly, [FLOOD], settings=with_threshold(0.9))
    assert (refused.status, refused.confidence) == ("not_found", answer.confidence)


def test_an_overview_without_a_relevant_sentence_is_refused_however_sure_the_reading_is() -> None:
    evidence = span_in(GOLD, "tăng mạnh", 1.0)
    answer = composed("Tóm tắt tình hình núi lửa ở Iceland", [GOLD], [evidence], confidence=0.9)
    assert (answer.status, answer.confidence) == ("not_found", 0.0)
    neither = dated("nato.txt", "Việc Ukraine gia nhập NATO làm thành viên còn bị tranh cãi.")
    answer = composed("So sánh quan điểm của Nga và Mỹ về việc Ukraine gia nhập NATO", [neither], [], confidence=0.9)
    assert (answer.status, answer.confidence) == ("not_found", 0.0)


def with_threshold(threshold: float) -> AnswerSettings:
    return SETTINGS.model_copy(update={"threshold": threshold})


def test_a_comparison_has_sentences_of_each_side() -> None:
    article = dated(
        "nato.txt",
        "Nga yêu cầu NATO không bao giờ kết nạp Ukraine làm thành viên. "
        "Mỹ cho rằng Ukraine phải tự quyết định việc gia nhập NATO.",
    )
    answer = composed("So sánh quan điểm của Nga và Mỹ về việc Ukraine gia nhập NATO", [article])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["Nga", "Mỹ"]
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]


def test_of_a_side_what_is_about_it_alone_comes_first() -> None:
    article = dated(
        "nato.txt",
        "Nga và Mỹ tranh cãi về việc Ukraine gia nhập NATO trong cuộc họp. "
        "Nga phản đối việc Ukraine gia nhập NATO. Tại Washington, Mỹ nói Ukraine tự quyết định.",
    )
    answer = composed("So sánh quan điểm của Nga và Mỹ về việc Ukraine gia nhập NATO", [article])
    assert answer.claims[0].text == "Nga: Nga phản đối việc Ukraine gia nhập NATO."


def test_a_side_is_also_spelled_otherwise_or_stood_for_by_a_title() -> None:
    article = dated(
        "ca.txt", "Số ca mắc Covid-19 ở Hà Nội tăng thêm 5 ca. Tại TPHCM, số ca mắc Covid-19 giảm còn 2 ca mỗi ngày."
    )
    answer = composed("So sánh Hà Nội với TP HCM về số ca mắc Covid-19", [article])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["Hà Nội", "TP HCM"]
    article = dated(
        "nato.txt",
        "Ngoại trưởng Mỹ Antony Blinken đến Kiev. Ngoại trưởng nói NATO mở cửa cho Ukraine. "
        "Ông Sergei Lavrov nói NATO đe dọa Nga từ lâu.",
    )
    answer = composed("So sánh ông Blinken và ông Lavrov về NATO", [article])
    assert [claim.text for claim in answer.claims] == [
        "ông Blinken: Ngoại trưởng [Antony Blinken] nói NATO mở cửa cho Ukraine.",
        "ông Lavrov: Ông Sergei Lavrov nói NATO đe dọa Nga từ lâu.",
    ]
    assert answer.notes == ()


def test_syllables_of_other_words_do_not_make_a_sentence_relevant() -> None:
    article = dated(
        "paris.txt",
        "Cuộc hội đàm kéo dài tám giờ ở Paris. Hai bên có cơ hội mở lại các cuộc đàm phán bí mật.",
        title="Tin thế giới",
    )
    answer = composed("Tóm tắt cuộc hội đàm ở Paris", [article])
    assert [claim.text for claim in answer.claims] == ["Cuộc hội đàm kéo dài tám giờ ở Paris."]


def test_the_names_of_another_story_are_no_summary() -> None:
    article = dated("đại học.txt", "Trường Đại học Tôn Đức Thắng có hiệu trưởng mới từ hôm qua.", title="Tôn Đức Thắng")
    assert composed("Tóm tắt vụ cháy ở Tôn Đức Thắng", [article]).status == "not_found"


def test_the_time_asked_for_is_no_subject_but_what_is_told_must_be_of_it() -> None:
    april = dated("t4.txt", "Giá dầu tăng lên mức 68 USD mỗi thùng.", date(2021, 4, 21), title="Giá dầu tăng")
    march = dated("t3.txt", "Giá dầu giảm về mức 60 USD mỗi thùng.", date(2021, 3, 2), title="Giá dầu giảm")
    later = dated("t5.txt", "Giá dầu ngày 28/4 là 67 USD mỗi thùng.", date(2021, 5, 9), title="Giá dầu")
    answer = composed("Tóm tắt giá dầu tháng 4/2021", [april, march, later])
    assert [citation.source for citation in answer.citations] == ["t4.txt", "t5.txt"]


def test_where_few_sentences_hold_the_subject_its_passage_tells_what_they_are_about() -> None:
    article = dated(
        "nga.txt",
        "Căng thẳng giữa Nga và Ukraine leo thang ở biên giới hai nước. Nga điều thêm quân tới gần Ukraine. "
        "Trời ở vùng này đang lạnh dần.",
        title="Tin thế giới",
    )
    answer = composed("Tóm tắt căng thẳng Nga và Ukraine", [article])
    assert [citation.start for citation in answer.citations] == [0, article.text.index("Nga điều")]


def test_of_a_timeline_a_bare_year_and_a_third_sentence_of_a_day_are_left_out() -> None:
    article = dated(
        "lũ.txt",
        "Năm 2005 lũ Quảng Bình cũng lớn. Ngày 16/10, lũ Quảng Bình dâng cao ở phía nam. "
        "Ngày 18/10, quân đội đến cứu dân vùng lũ Quảng Bình. Cùng ngày 18/10, bão số tám đến, lũ Quảng Bình chưa rút. "
        "Trưa 18/10, một đoàn xe chở gạo tới vùng lũ Quảng Bình.",
        date(2020, 10, 21),
        title="Lũ ở Quảng Bình",
    )
    answer = composed("Diễn biến vụ lũ ở Quảng Bình", [article])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["16/10/2020", "18/10/2020", "18/10/2020"]


def test_of_a_timeline_in_an_undated_article_what_names_no_day_comes_last() -> None:
    article = dated(
        "minsk.txt", "Ông Putin thăm Minsk để bàn về kinh tế hai nước. Ngày 19/12, ông Putin đến Minsk bằng máy bay."
    )
    answer = composed("Diễn biến chuyến thăm Minsk của ông Putin", [article])
    assert [claim.text.startswith("19/12:") for claim in answer.claims] == [True, False]
    assert answer.notes == ("Câu không nêu ngày đứng sau cùng.",)


def test_what_contradicts_a_premise_does_not_silence_an_overview() -> None:
    evidence = span_in(FLOOD, "9 người", 1.0)
    assert composed("Tóm tắt tình hình lũ ở Quảng Bình", [FLOOD], contradicting=[evidence]).status == "answered"


def test_a_side_without_a_sentence_is_told() -> None:
    article = dated("nato.txt", "Nga yêu cầu NATO không bao giờ kết nạp Ukraine làm thành viên.")
    answer = composed("So sánh quan điểm của Nga và Đức về việc Ukraine gia nhập NATO", [article])
    assert [claim.text.split(":")[0] for claim in answer.claims] == ["Nga"]
    assert answer.notes == ("Không tìm thấy câu nào về “Đức” trong các đoạn liên quan.",)


@pytest.mark.parametrize(
    ("question", "sides"),
    [
        ("So sánh lợi nhuận trước thuế năm 2020 của TPBank và Sacombank", ("TPBank", "Sacombank")),
        ("So sánh quan điểm của Nga và Mỹ về việc Ukraine vào NATO", ("Nga", "Mỹ")),
        ("Nga và Mỹ có lập trường trái ngược thế nào về việc Ukraine vào NATO?", ("Nga", "Mỹ")),
        ("Sự khác biệt giữa Pfizer và AstraZeneca là gì?", ("Pfizer", "AstraZeneca")),
        ("So sánh số ca mắc ở Hà Nội với TP HCM", ("Hà Nội", "TP HCM")),
        ("Ông Kuleba nói gì?", ()),
    ],
)
def test_the_sides_of_a_comparison_are_those_named(question: str, sides: tuple[str, ...]) -> None:
    assert sides_of(question) == sides
