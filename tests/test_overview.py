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
        ("So sánh quan điểm của Nga và Mỹ về việc Ukraine vào NATO", ("Nga", "Mỹ")),
        ("Nga và Mỹ có lập trường trái ngược thế nào về việc Ukraine vào NATO?", ("Nga", "Mỹ")),
        ("Sự khác biệt giữa Pfizer và AstraZeneca là gì?", ("Pfizer", "AstraZeneca")),
        ("So sánh số ca mắc ở Hà Nội với TP HCM", ("Hà Nội", "TP HCM")),
        ("Ông Kuleba nói gì?", ()),
    ],
)
def test_the_sides_of_a_comparison_are_those_named(question: str, sides: tuple[str, ...]) -> None:
    assert sides_of(question) == sides
