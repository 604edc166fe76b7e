"""Who does what is asked: what is told of another state neither leads nor conflicts."""

from __future__ import annotations

import pytest

from rag.composing.doing import asked_state, doer_of, is_of_another, is_surely_of_asked
from rag.question import understand
from tests.composing import composed, dated, piece, span_in

EXPELLED = "Mỹ trục xuất bao nhiêu nhà ngoại giao Nga?"


@pytest.mark.parametrize(
    ("question", "state"),
    [
        ("Mỹ đề xuất cung cấp gì cho Ukraine?", "Mỹ"),
        ("Năm ngoái Washington cấp cho Kiev bao nhiêu tiền?", "Mỹ"),
        ("Chuyến hàng viện trợ của Mỹ cho Ukraine nặng bao nhiêu?", None),
        ("Bao nhiêu nhà ngoại giao Nga bị trục xuất?", None),
        ("Nga bị Mỹ trừng phạt thế nào?", None),
        ("Ukraine đã nhận được gì từ Mỹ?", None),
        ("Việt Nam gặp Indonesia lúc mấy giờ?", None),
        ("Ai lãnh đạo nước Nga?", None),
    ],
)
def test_the_state_that_is_the_subject_of_a_question(question: str, state: str | None) -> None:
    assert asked_state(understand(question)) == state


@pytest.mark.parametrize(
    ("text", "answer", "doer", "another"),
    [
        ("Sau khi Mỹ trục xuất 10 nhà ngoại giao Nga, Ba Lan trục xuất 3 nhà ngoại giao Nga.", "10", "Mỹ", False),
        ("Sau khi Mỹ trục xuất 10 nhà ngoại giao Nga, Ba Lan trục xuất 3 nhà ngoại giao Nga.", "3", "Ba Lan", True),
        ("Nhà Trắng tuyên bố trục xuất 10 nhà ngoại giao Nga.", "10", "Mỹ", False),
        ("Năm 2020, 5 nhà ngoại giao Nga đã bị Bulgaria trục xuất.", "5", "Bulgaria", True),
        ("Mỹ cho biết 5 nhà ngoại giao Nga đã bị Đức trục xuất.", "5", "Đức", True),
        ("Nga đáp trả Mỹ bằng lệnh trục xuất 10 nhà ngoại giao Mỹ.", "10", None, True),
        ("Có 10 nhà ngoại giao Nga phải về nước.", "10", None, False),
    ],
)
def test_of_which_state_a_number_is_told(text: str, answer: str, doer: str | None, another: bool) -> None:
    one = piece(dated("a.txt", text), answer)
    assert doer is None or doer_of(one) == doer
    assert is_of_another(one, understand(EXPELLED)) is another


def test_a_pronoun_is_the_state_of_the_sentence_before() -> None:
    known = piece(dated("a.txt", "Séc nghi Nga đứng sau vụ nổ. Họ trục xuất 18 nhà ngoại giao Nga."), "18")
    assert doer_of(known) == "Cộng hoà Séc"
    unknown = piece(dated("b.txt", "Vụ việc chưa có tiền lệ. Họ trục xuất 18 nhà ngoại giao Nga."), "18")
    assert not is_surely_of_asked(unknown, understand(EXPELLED))


def test_what_another_state_does_is_no_conflict() -> None:
    one = dated("a.txt", "Mỹ trục xuất 10 nhà ngoại giao Nga.")
    own = dated("b.txt", "Nước Mỹ trục xuất 12 nhà ngoại giao Nga.")
    other = dated("c.txt", "Séc trục xuất 18 nhà ngoại giao Nga, theo bước Mỹ.")
    assert composed(EXPELLED, [one, own], [span_in(one, "10", 2.0), span_in(own, "12", 1.5)]).conflicts
    assert not composed(EXPELLED, [one, other], [span_in(one, "10", 2.0), span_in(other, "18", 1.5)]).conflicts


def test_what_the_state_asked_about_does_leads() -> None:
    question = "Mỹ đề xuất cung cấp gì cho Ukraine?"
    poland = dated("a.txt", "Ba Lan đề xuất cung cấp cho Ukraine hàng chục ngàn quả đạn.")
    america = dated("b.txt", "Ngoại trưởng cho biết Mỹ đã gửi cho Ukraine ba lô hàng quân sự.")
    evidence = [span_in(poland, "hàng chục ngàn quả đạn", 2.0), span_in(america, "ba lô hàng quân sự", 0.5)]
    answer = composed(question, [poland, america], evidence)
    assert answer.short_answer == "Ba lô hàng quân sự"
    assert [citation.source for citation in answer.citations] == ["b.txt"]
    # Where nothing is told of the one asked about, what there is stays.
    assert composed(question, [poland], evidence[:1]).short_answer == "Hàng chục ngàn quả đạn"
