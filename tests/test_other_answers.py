"""A model's statement that answers the question with something else than the reader has found."""

from __future__ import annotations

import pytest

from rag.datatypes import Answer, Citation, Claim
from rag.generation.assembling import answers_otherwise, drop_other_answers
from rag.generation.judging import Judged, Statement
from rag.generation.records import Excerpt
from rag.question import understand

QUOTE = "Bệnh viện mới ở Hải Hội có 230 giường bệnh và một khu cấp cứu riêng."
QUESTION = understand("Bệnh viện mới ở Hải Hội có bao nhiêu giường bệnh?")
ANSWER = Answer(
    "1",
    QUESTION.standalone,
    "answered",
    f"{QUOTE} [1]",
    short_answer="230 giường bệnh",
    claims=(Claim(QUOTE, (1,), "supported"),),
    citations=(Citation(1, "a", "a.txt", "Bệnh viện", None, None, 0, len(QUOTE), QUOTE),),
)


def said(text: str, *, own: bool = True, supported: bool = True) -> Statement:
    return Statement(text, (Excerpt(1, "a", 0, len(QUOTE), QUOTE),), supported=supported, own=own)


@pytest.mark.parametrize(
    "text",
    [
        "Bệnh viện mới ở Hải Hội có 1.212 giường bệnh.",
        "Bệnh viện mới ở Hải Hội có 9 giường bệnh và một khu cấp cứu riêng.",
        "Bệnh viện mới ở Hải Hội có giường bệnh bằng vàng ròng.",
        f"Câu hỏi: {QUESTION.standalone}",
    ],
)
def test_another_answer(text: str) -> None:
    assert answers_otherwise(ANSWER, said(text), QUESTION)
    assert not answers_otherwise(ANSWER, said(text, own=False), QUESTION)
    assert not answers_otherwise(ANSWER, said(text, supported=False), QUESTION)


@pytest.mark.parametrize(
    "text",
    [
        QUOTE,
        "Ở Hải Hội, bệnh viện mới có hai trăm ba mươi giường bệnh.",
        "Bệnh viện mới ở Hải Hội có giường bệnh và khu cấp cứu riêng.",
        "Khoa sản sẽ mở cửa sau cùng.",
    ],
)
def test_no_other_answer(text: str) -> None:
    assert not answers_otherwise(ANSWER, said(text), QUESTION)


def test_other_answers_are_dropped_and_counted() -> None:
    true, false = said(QUOTE), said("Bệnh viện mới ở Hải Hội có 1.212 giường bệnh.")
    judged = Judged([false, true])
    drop_other_answers(judged, ANSWER, QUESTION)
    assert (judged.statements, judged.dropped) == ([true], 1)
