"""How a question is put to one passage: names in its own spelling, its own day left out."""

from __future__ import annotations

from datetime import date

import pytest

from rag.datatypes import Alternatives, Article, Wording
from rag.dates import When, dates_of
from rag.question import understand
from rag.reading.wording import Wordings, asked_of_passages


def article(text: str, published_on: date | None = None) -> Article:
    return Article("a", "a.txt", "", False, text, "", published_on=published_on)


def put(
    question: str, text: str, published_on: date | None = None, *, alternatives: tuple[Alternatives, ...] = ()
) -> str:
    when = dates_of(question, date(2021, 5, 1))
    return Wordings(question, alternatives, when).put_to(article(text, published_on), text)


RUSSIA = Alternatives(4, 5, (Wording("Russia", 1.0), Wording("Moskva", 0.5)))


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        ("Russia có tổng thống mới.", "Ai là tổng thống Russia?"),
        ("Nga, còn gọi là Russia, có tổng thống mới.", "Ai là tổng thống Nga?"),
        ("Moskva có thị trưởng mới.", "Ai là tổng thống Nga?"),
        ("Đức có tổng thống mới.", "Ai là tổng thống Nga?"),
    ],
)
def test_a_name_is_asked_for_as_the_passage_spells_it(passage: str, expected: str) -> None:
    assert put("Ai là tổng thống Nga?", passage, alternatives=(RUSSIA,)) == expected


def test_a_backslash_in_a_name_is_text() -> None:
    odd = Alternatives(4, 5, (Wording("R\\1ussia", 1.0),))
    assert (
        put("Ai là tổng thống Nga?", "R\\1ussia có tổng thống mới.", alternatives=(odd,))
        == "Ai là tổng thống R\\1ussia?"
    )


def test_a_name_is_not_replaced_inside_another_word() -> None:
    question, passage = "Anh Lê đã đến nước Anh khi nào?", "Lê đến Britain năm 2020."
    britain = Alternatives(5, 6, (Wording("Britain"),))
    assert put(question, passage, alternatives=(britain,)) == "Anh Lê đã đến nước Britain khi nào?"
    union = Alternatives(5, 6, (Wording("Liên minh châu Âu"),))
    question, passage = "Vì sao Eugene muốn rời EU?", "Ông muốn rời Liên minh châu Âu."
    assert put(question, passage, alternatives=(union,)) == "Vì sao Eugene muốn rời Liên minh châu Âu?"


QUESTION = "Ngày 31/10/2020, trạm thu phí dừng thu từ mấy giờ?"


@pytest.mark.parametrize(
    ("passage", "published_on", "expected"),
    [
        ("Trạm dừng thu từ 15h.", date(2020, 10, 31), "Trạm thu phí dừng thu từ mấy giờ?"),
        ("Trạm dừng thu từ 15h.", date(2020, 11, 1), "Trạm thu phí dừng thu từ mấy giờ?"),
        ("Trạm dừng thu từ 15h ngày 31/10/2020.", date(2020, 10, 31), QUESTION),
        ("Trạm dừng thu từ 15h ngày 31/10.", date(2020, 10, 31), "Ngày 31/10, trạm thu phí dừng thu từ mấy giờ?"),
        ("Trạm dừng thu từ 15h ngày 31-10.", date(2020, 12, 1), "Ngày 31-10, trạm thu phí dừng thu từ mấy giờ?"),
        ("Trạm dừng thu từ 15h hôm qua.", date(2020, 11, 1), "Trạm thu phí dừng thu từ mấy giờ?"),
        ("Trạm dừng thu từ 15h ngày 31/10.", date(2019, 11, 1), QUESTION),
        ("Trạm dừng thu từ 15h.", date(2020, 3, 1), QUESTION),
        ("Trạm dừng thu từ 15h.", None, QUESTION),
    ],
)
def test_the_day_is_put_as_the_passage_has_it_or_left_out_for_an_article_of_that_day(
    passage: str, published_on: date | None, expected: str
) -> None:
    assert put(QUESTION, passage, published_on) == expected


def test_a_period_is_left_out_where_the_passage_names_a_day_of_it_and_else_loses_its_year() -> None:
    question, short = "Cuối tháng 9/2020, Hội An đón khách từ ngày nào?", "Hội An đón khách từ ngày nào?"
    assert put(question, "Từ ngày 24/9, Hội An đón khách.", date(2020, 10, 2)) == short
    assert put(question, "Từ ngày 24/8, Hội An đón khách.", date(2020, 10, 20)) == question
    question, passage = "CPI tháng 3/2021 tăng bao nhiêu?", "CPI tháng 3 tăng 1%, tháng 2 giảm 2%."
    assert put(question, passage, date(2021, 4, 1)) == "CPI tháng 3 tăng bao nhiêu?"
    assert put(question, "CPI tháng 3 tăng 1%.", date(2020, 4, 1)) == question
    # Of several years told together the passage means one.
    asked = "Năm 2020 công ty lãi bao nhiêu?"
    assert put(asked, "Lãi 2019 là 3 tỷ, 2020 là 5 tỷ.", date(2021, 1, 9)) == asked


def test_a_day_in_words_is_put_in_the_digits_of_the_passage() -> None:
    passage = "Ngày 3/5 có 5 ca mắc, ngày 4/5 có 7 ca."
    question = "Ngày 3 tháng 5 năm 2021 có bao nhiêu ca mắc?"
    assert put(question, passage, date(2021, 5, 4)) == "Ngày 3/5 có bao nhiêu ca mắc?"


def test_a_question_that_is_little_more_than_its_day_keeps_it() -> None:
    question = "Giá vàng ngày 31/10/2020?"
    assert put(question, "Giá vàng tăng.", date(2020, 10, 31)) == question


def test_without_names_and_days_the_question_stays() -> None:
    assert Wordings("Ai thắng?", (), When()).put_to(article("x"), "x") == "Ai thắng?"


def test_of_joined_questions_the_last_is_asked() -> None:
    joined = understand("Khi nào cả nhóm gặp lại nhau?", ["Cuộc hội đàm ở Paris kéo dài bao lâu?"])
    assert joined.joined
    assert asked_of_passages(joined) == "Khi nào cả nhóm gặp lại nhau?"


def test_a_bare_question_word_keeps_the_question_before_it() -> None:
    history = ["Cuộc hội đàm ở Paris kéo dài bao lâu?", "Khi nào cả nhóm gặp lại nhau?"]
    joined = understand("Ở đâu?", history)
    asked = asked_of_passages(joined)
    assert "gặp lại nhau" in asked
    assert asked.endswith("Ở đâu?") or not joined.joined


def test_a_question_that_stands_alone_is_asked_as_it_is() -> None:
    assert asked_of_passages(understand("Ai thắng trận này ở Huế?")) == "Ai thắng trận này ở Huế?"
