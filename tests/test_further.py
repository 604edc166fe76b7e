"""Behind a good first claim others are told only where they speak of what is asked."""

from __future__ import annotations

from tests.composing import composed, dated, span_in

FIRST = "Redmi Note 10 được trang bị pin dung lượng 5.000 mAh."


def told(question: str, *others: tuple[str, str]) -> list[str]:
    articles = [dated("a.txt", FIRST)] + [dated(f"{at}.txt", text) for at, (text, _) in enumerate(others)]
    evidence = [span_in(articles[0], "5.000 mAh", 3.0)]
    evidence += [span_in(article, marked, 2.8) for article, (_, marked) in zip(articles[1:], others, strict=True)]
    return [claim.text for claim in composed(question, articles, evidence).claims][1:]


def test_what_speaks_of_something_else_is_no_claim() -> None:
    question = "Redmi Note 10 dùng pin dung lượng nào?"
    assert told(question, ("Cụm camera trên Redmi Note 10 có ống kính góc rộng.", "ống kính góc rộng")) == []
    assert told(question, ("Galaxy A52 được trang bị pin dung lượng lớn.", "lớn")) == []
    more = "Dung lượng pin của Redmi Note 10 thuộc hàng lớn nhất."
    assert told(question, (more, "lớn nhất")) == [more]


def test_another_value_is_told_in_whatever_words() -> None:
    question = "Redmi Note 10 có pin bao nhiêu mAh?"
    other = "Theo hãng, Redmi Note 10 có 4.800 mAh cho cả ngày."
    assert told(question, (other, "4.800 mAh")) == [other]


def test_behind_a_first_claim_that_holds_little_of_the_question_others_stay() -> None:
    other = "Máy mỏng nhẹ."
    assert told("Chiếc điện thoại tầm trung ấy sạc một lần chơi được bao lâu?", (other, "mỏng nhẹ")) == [other]


def test_what_goes_on_beside_the_first_claim_stays() -> None:
    article = dated("a.txt", "Cầu Long Biên đóng cửa để kiểm tra. Trụ số hai đã nứt nặng. Mưa rơi.")
    evidence = [
        span_in(article, "để kiểm tra", 3.0),
        span_in(article, "đã nứt nặng", 2.9),
        span_in(article, "Mưa rơi", 2.8),
    ]
    claims = composed("Vì sao cầu Long Biên đóng cửa?", [article], evidence).claims
    assert [claim.text for claim in claims] == ["Cầu Long Biên đóng cửa để kiểm tra.", "Trụ số hai đã nứt nặng."]
