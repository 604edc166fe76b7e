"""Who of two, and by how much one exceeds the other."""

from __future__ import annotations

import pytest

from rag.composing.of_two import asked_of_two
from rag.question import understand
from tests.composing import composed, dated, span_in

STORY = dated(
    "a.txt",
    "Trong lúc sửa hầm, bà X. bị trượt chân rơi xuống hầm biogas. "
    "Bà X. bị ngất, còn ông H. trên đường đến bệnh viện đã tử vong.",
)


@pytest.mark.parametrize("said", ["tử vong", "qua đời"])
def test_which_of_two_is_told_by_a_sentence_with_what_is_asked(said: str) -> None:
    question = f"Ai {said} trong vụ rơi hầm biogas, ông H. hay bà X.?"
    first, second = span_in(STORY, "bà X.", 2.0), span_in(STORY, "Bà X.", 1.0)
    assert composed(question, [STORY], [first, second]).short_answer == "Ông H"
    assert composed(question, [STORY], [first]).status == "not_found"


def test_only_of_somebody_is_asked_which_of_two() -> None:
    assert asked_of_two(understand("Khi nào họp, sáng hay chiều?")) is None
    asked = asked_of_two(understand("Đội nào thắng, Nam Định hay Hà Nội?"))
    assert asked is not None
    assert (asked.sides, asked.predicate) == (("Nam Định", "Hà Nội"), "thắng")


@pytest.mark.parametrize(
    ("sentence", "question", "status"),
    [
        (
            "Tàu 3 toa dài 61,5 mét và tàu 6 toa dài 121,5 mét.",
            "Tàu 6 toa dài hơn tàu 3 toa bao nhiêu mét?",
            "not_found",
        ),
        ("Tàu 6 toa dài hơn tàu 3 toa 60 mét.", "Tàu 6 toa dài hơn tàu 3 toa bao nhiêu mét?", "answered"),
        ("Tàu 3 toa dài hơn 60 mét.", "Tàu 3 toa dài bao nhiêu mét?", "answered"),
        ("Giá vàng tăng 60 USD.", "Giá vàng cao hơn hôm qua bao nhiêu?", "answered"),
        ("Giá vàng thế giới tăng lên 60 USD.", "Giá vàng trong nước cao hơn thế giới bao nhiêu?", "not_found"),
        ("Giá vàng mua vào và bán ra chênh nhau 60 USD.", "Giá vàng mua bán chênh nhau bao nhiêu?", "answered"),
    ],
)
def test_only_a_stated_difference_answers_by_how_much(sentence: str, question: str, status: str) -> None:
    article = dated("a.txt", sentence)
    marked = "61,5 mét" if "61,5" in sentence else "60 mét" if "60 mét" in sentence else "60 USD"
    assert composed(question, [article], [span_in(article, marked, 2.0)]).status == status
