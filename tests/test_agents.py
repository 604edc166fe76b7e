"""Which of two did something: only a sentence that says it of one of them answers that."""

from __future__ import annotations

import pytest

from rag.composing.agents import agent_of, asked_agents
from rag.question import understand
from tests.composing import composed, dated, piece, span_in


@pytest.mark.parametrize(
    ("question", "names", "asked"),
    [
        ("Mỹ hay Nga trục xuất 10 nhà ngoại giao?", ("Mỹ", "Nga"), True),
        ("Tàu do Đông Đức hay Tây Đức đóng?", ("Đông Đức", "Tây Đức"), True),
        ("Năm 2021, Mỹ hay Nga tổ chức hội nghị?", ("Mỹ", "Nga"), True),
        ("Chung kết được tổ chức ở Porto hay London?", ("Porto", "London"), False),
        ("Ông Biden gặp Nga hay Mỹ trước?", ("Nga", "Mỹ"), False),
    ],
)
def test_what_is_asked_which_of_two_did(question: str, names: tuple[str, str], asked: bool) -> None:
    assert (asked_agents(question, names) is not None) is asked


EXPELLED = ("Mỹ hay Nga trục xuất 10 nhà ngoại giao?", ("Mỹ", "Nga"))
BUILT = ("Tàu Nanggala do Đông Đức hay Tây Đức đóng?", ("Đông Đức", "Tây Đức"))


@pytest.mark.parametrize(
    ("asked", "sentence", "number"),
    [
        (EXPELLED, "Mỹ tuần trước đã trục xuất 10 nhà ngoại giao Nga.", 0),
        (EXPELLED, "Washington trục xuất 10 nhà ngoại giao Nga.", 0),
        (EXPELLED, "Sau khi Mỹ trục xuất 10 nhà ngoại giao, Nga trục xuất 20 nhà ngoại giao.", 0),
        (EXPELLED, "Năm ngoái 10 nhà ngoại giao đã bị Nga trục xuất.", 1),
        (EXPELLED, "Mỹ không trục xuất 10 nhà ngoại giao nào.", None),
        (EXPELLED, "Mỹ trừng phạt Nga, trong đó có lệnh trục xuất 10 nhà ngoại giao.", None),
        (EXPELLED, "Mỹ và Nga bàn về 10 nhà ngoại giao.", None),
        (EXPELLED, "Séc trục xuất 10 nhà ngoại giao Nga.", None),
        (BUILT, "Tàu Nanggala do Tây Đức đóng năm 1981.", 1),
        (BUILT, "Tàu Nanggala do một hãng ở Kiel, Tây Đức đóng năm 1981.", 1),
        (BUILT, "Tàu Nanggala do Đức đóng.", None),
    ],
)
def test_of_whom_a_sentence_says_it(asked: tuple[str, tuple[str, str]], sentence: str, number: int | None) -> None:
    agents = asked_agents(*asked)
    assert agents is not None
    one = piece(dated("a.txt", sentence), sentence.split(maxsplit=1)[0])
    assert agent_of(agents, understand(asked[0]), one) == number


def test_a_choice_is_one_of_the_two_or_what_a_source_says_of_the_other() -> None:
    question = "Armenia hay Azerbaijan tấn công trước?"
    article = dated(
        "a.txt", "Azerbaijan cáo buộc Armenia tấn công trước ở biên giới. Armenia và Azerbaijan giao tranh."
    )
    evidence = [span_in(article, "giao tranh", 2.0), span_in(article, "Armenia tấn công", 1.5)]
    answer = composed(question, [article], evidence)
    assert answer.short_answer == "Azerbaijan cáo buộc Armenia tấn công trước ở biên giới."
    both = dated("b.txt", "Armenia và Azerbaijan giao tranh từ hôm qua.")
    assert composed(question, [both], [span_in(both, "giao tranh", 2.0)]).status == "not_found"


def test_sources_that_name_different_ones_conflict() -> None:
    one = dated("a.txt", "Tàu Nanggala do Tây Đức đóng năm 1981.")
    two = dated("b.txt", "Tàu Nanggala do Đông Đức đóng, dài 60 mét.")
    answer = composed(BUILT[0], [one, two], [span_in(one, "Tây Đức", 2.0), span_in(two, "Đông Đức", 1.5)])
    assert answer.short_answer == "Tây Đức"
    assert [value.value for value in answer.conflicts[0].values] == ["Tây Đức", "Đông Đức"]
