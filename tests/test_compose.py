"""From evidence to claims: what is said, what is merged, what is not found."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from rag.compose import CONTRADICTED, NOT_STATED, NOTHING_NEAR, OUTSIDE_DATES, citations_of, compose
from rag.config import AnswerSettings
from rag.datatypes import Answer, Article, Chunk, Evidence, Hit
from rag.errors import QuotationError
from rag.question import understand
from rag.reader import Reading
from tests.composing import composed, dated, span_in
from tests.helpers import an_article

RIVER = an_article("a.txt", "Nước sông Hương lên nhanh trong đêm 5/10. Trường học đóng cửa. Xem [2] và [ 7, 8 ].")
COPY = an_article("b.txt", "Theo tin báo, nước sông Hương lên nhanh trong đêm 5/10.")
REPRINT = an_article(
    "c.txt", "Nước sông Hương lên nhanh trong đêm 5/10. Trường học đóng cửa. Chợ vẫn họp như mọi ngày."
)
CUT = an_article("d.txt", "Trường học đóng cửa.")
ARTICLES = {article.id: article for article in (RIVER, COPY, REPRINT, CUT)}
REPRINTS = (RIVER.id, REPRINT.id, CUT.id)
SETTINGS = AnswerSettings(threshold=0.5, max_claims=3)


def evidence(article: Article, quote: str, score: float) -> Evidence:
    start = article.text.index(quote)
    return Evidence(article.id, start, start + len(quote), start, start + len(quote), score)


def hit(article: Article) -> Hit:
    return Hit(Chunk(f"{article.id}:0000", article.id, 0, 0, len(article.text)), article.source, article.text, 1.0)


def copies_of(article_id: str) -> Sequence[str]:
    return REPRINTS if article_id in REPRINTS else (article_id,)


def answer(
    *pieces: Evidence, confidence: float = 0.9, hits: tuple[Hit, ...] = (), question: str = "Lũ ra sao?"
) -> Answer:
    return compose(
        answer_id="q1",
        question=understand(question),
        reading=Reading(pieces, confidence),
        hits=hits,
        article_of=ARTICLES.__getitem__,
        settings=SETTINGS,
        copies_of=copies_of,
        notes=("ghi chú",),
    )


def test_each_claim_is_a_sentence_with_its_citation() -> None:
    made = answer(
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0), evidence(RIVER, "Trường học đóng cửa.", 1.9)
    )
    assert made.status == "answered"
    assert [(claim.text, claim.citations) for claim in made.claims] == [
        ("Nước sông Hương lên nhanh trong đêm 5/10.", (1,)),
        ("Trường học đóng cửa.", (2,)),
    ]
    assert made.text == "Nước sông Hương lên nhanh trong đêm 5/10. [1] Trường học đóng cửa. [2]"
    assert made.short_answer == "Trường học đóng cửa."
    assert made.notes == ("ghi chú",)
    assert [citation.quote for citation in citations_of(made.claims[1], made)] == ["Trường học đóng cửa."]


def test_the_short_answer_is_the_shortest_of_those_that_support_about_equally() -> None:
    made = answer(
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0), evidence(RIVER, "Trường học đóng cửa.", 1.2)
    )
    assert made.short_answer == "Nước sông Hương lên nhanh trong đêm 5/10."


def test_sentences_that_say_the_same_become_one_claim_with_two_citations() -> None:
    made = answer(
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0),
        evidence(COPY, "nước sông Hương lên nhanh trong đêm 5/10.", 1.9),
    )
    assert [claim.citations for claim in made.claims] == [(1, 2)]
    assert [citation.source for citation in made.citations] == ["a.txt", "b.txt"]
    assert made.text.endswith("[1][2]")


def test_a_reprint_does_not_confirm_what_it_reprints() -> None:
    made = answer(
        evidence(REPRINT, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0),
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0),
        evidence(COPY, "nước sông Hương lên nhanh trong đêm 5/10.", 1.9),
    )
    # The independent report stands beside the best of the reprints; the cut one does not hold the sentence.
    assert [claim.citations for claim in made.claims] == [(1, 2)]
    assert [(citation.source, citation.copies) for citation in made.citations] == [("c.txt", ("a.txt",)), ("b.txt", ())]


def test_an_article_that_says_a_thing_twice_is_cited_once() -> None:
    again = an_article("a.txt", f"{RIVER.text} Trường học đóng cửa.")
    first = again.text.index("Trường học")
    second = again.text.rindex("Trường học")
    made = compose(
        answer_id="q1",
        question=understand("Trường học thế nào?"),
        reading=Reading(tuple(Evidence(again.id, at, at + 20, at, at + 20, 2.0) for at in (first, second)), 0.9),
        hits=(),
        article_of={again.id: again}.__getitem__,
        settings=SETTINGS,
    )
    assert [(citation.quote, citation.start) for citation in made.citations] == [("Trường học đóng cửa.", first)]


def test_what_only_one_of_two_reprints_holds_is_claimed_beside_the_other() -> None:
    made = answer(
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0),
        evidence(REPRINT, "Trường học đóng cửa.", 1.9),
        evidence(REPRINT, "Chợ vẫn họp như mọi ngày.", 1.8),
        evidence(RIVER, "Trường học đóng cửa.", 1.7),
    )
    # The school is in both: it is cited from the article that is cited already.
    assert [(citation.source, citation.quote, citation.copies) for citation in made.citations] == [
        ("a.txt", "Nước sông Hương lên nhanh trong đêm 5/10.", ("c.txt",)),
        ("a.txt", "Trường học đóng cửa.", ("c.txt", "d.txt")),
        ("c.txt", "Chợ vẫn họp như mọi ngày.", ()),
    ]
    assert [claim.citations for claim in made.claims] == [(1,), (2,), (3,)]


def test_weak_evidence_beside_strong_is_not_claimed() -> None:
    made = answer(
        evidence(RIVER, "Nước sông Hương lên nhanh trong đêm 5/10.", 2.0), evidence(RIVER, "Trường học đóng cửa.", 0.5)
    )
    assert len(made.claims) == 1


def test_below_the_threshold_nothing_is_claimed() -> None:
    made = answer(evidence(RIVER, "Trường học đóng cửa.", 2.0), confidence=0.49, hits=(hit(RIVER),))
    assert (made.status, made.claims, made.citations, made.short_answer) == ("not_found", (), (), None)
    assert made.text == f"Không tìm thấy trong nguồn. {NOT_STATED}"
    assert made.confidence == 0.49


def test_far_below_the_threshold_nothing_was_near() -> None:
    made = answer(evidence(RIVER, "Trường học đóng cửa.", 2.0), confidence=0.05, hits=(hit(RIVER),))
    assert made.text == f"Không tìm thấy trong nguồn. {NOTHING_NEAR}"


def test_without_passages_the_answer_says_that_nothing_is_near() -> None:
    assert answer().text.endswith(NOTHING_NEAR)


def test_an_articles_own_brackets_do_not_pass_for_citations() -> None:
    made = answer(evidence(RIVER, "Xem [2] và [ 7, 8 ].", 2.0))
    assert made.text == "Xem ［2］ và ［ 7, 8 ］. [1]"
    assert made.claims[0].text == "Xem [2] và [ 7, 8 ]."
    assert made.citations[0].quote == "Xem [2] và [ 7, 8 ]."


def test_what_contradicts_a_premise_is_noted_and_not_claimed() -> None:
    article = dated("g.txt", "NATO từ chối lập vùng cấm bay. Trời mưa.", date(2022, 4, 7), title="NATO họp")
    against = [span_in(article, "từ chối", 1.0)]
    made = composed("NATO lập vùng cấm bay từ ngày nào?", [article], against, contradicting=against)
    assert (made.status, made.claims, made.citations, made.short_answer) == ("not_found", (), (), None)
    assert made.text == f"Không tìm thấy trong nguồn. {CONTRADICTED}"
    assert made.notes == ("Nguồn viết: “NATO từ chối lập vùng cấm bay.” (NATO họp, 7/4/2022, g.txt)",)
    assert len(made.hits) == 1


def test_a_contradiction_is_quoted_only_where_it_stands() -> None:
    article = dated("g.txt", "NATO từ chối.")
    with pytest.raises(QuotationError):
        composed("NATO?", [article], contradicting=[Evidence(article.id, 5, 900, 5, 900, 1.0)])


def test_a_time_of_which_there_is_nothing_is_a_reason() -> None:
    article = dated("g.txt", "NATO từ chối lập vùng cấm bay.")
    made = composed("NATO làm gì năm 1950?", [article], [span_in(article, "từ chối", 1.0)], outside_dates=True)
    assert made.status == "not_found"
    assert made.text.endswith(OUTSIDE_DATES)


def test_what_only_a_title_says_is_pointed_to_where_nothing_is_found() -> None:
    question = "Bộ trưởng Nga và Anh hội đàm về Ukraine mấy giờ?"
    other = dated("b.txt", "Bộ trưởng Nga nói về Ukraine ở Minsk.", title="Tin vắn")
    titled = dated("a.txt", "Hai ông gặp nhau ở Moskva.", title="Bộ trưởng Nga và Anh sẽ hội đàm về Ukraine")
    made = composed(question, [other, titled], confidence=0.05)
    assert [found.source for found in made.hits] == ["a.txt", "b.txt"]
    assert made.notes == ("Bài có tiêu đề gần với câu hỏi: “Bộ trưởng Nga và Anh sẽ hội đàm về Ukraine” (a.txt)",)
    assert made.text.endswith(NOT_STATED)
    # Not where the passage says as much, nor where the title shares little with the question.
    said = dated(
        "c.txt", "Bộ trưởng Nga và Anh sẽ hội đàm về Ukraine.", title="Bộ trưởng Nga và Anh hội đàm về Ukraine"
    )
    assert composed(question, [other, said], confidence=0.05).notes == ()
    assert composed("Giá vàng miếng SJC bao nhiêu?", [other, titled], confidence=0.05).notes == ()


def test_names_in_brackets_cannot_pass_for_citations() -> None:
    article = dated("g.txt", "Ông Dmytro Kuleba đến Kiev. Ông nói xem [1] và [ 2, 3 ] để biết.")
    made = composed("Ông Kuleba nói gì?", [article], [span_in(article, "để biết", 1.0)])
    assert made.text == "Ông [Dmytro Kuleba] nói xem ［1］ và ［ 2, 3 ］ để biết. [1]"
    assert made.citations[0].quote == "Ông nói xem [1] và [ 2, 3 ] để biết."
