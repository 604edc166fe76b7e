"""From a question to its answer by the span reader: how the parts meet, with a scripted network, and over the seeds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from rag import answering
from rag.compose import CONTRADICTED, NOT_FOUND, NOT_STATED, NOTHING_NEAR, OUTSIDE_DATES
from rag.composing.combining import PERHAPS_ONE
from rag.config import Settings, load_settings
from rag.datatypes import Answer, Article, Hit
from rag.decide import Decision
from rag.pipeline import Engine, ask, build, open_engine, search
from rag.question import Question, understand
from rag.reader import Reader, Reading, SpanReader
from rag.reading.facts import UNFITTED, fit_of
from tests.fakes import HashingEmbedder, ScriptedReader
from tests.tiny_reader import ScriptedScorer

NEWS = {
    "lũ": (
        "Nước sông Hương lên nhanh trong đêm 5/10 vì mưa lớn kéo dài ở thượng nguồn. "
        "Hơn 200 trường học ở Huế đóng cửa trong hai ngày. Ông Nguyễn Văn An nói rằng thành phố đã sơ tán 1.500 hộ dân."
    ),
    "bóng đá": (
        "Đội tuyển Việt Nam thắng Thái Lan với tỷ số 2-1 trên sân Mỹ Đình. "
        "Nguyễn Quang Hải ghi bàn quyết định ở phút 89. Huấn luyện viên khen tinh thần của các cầu thủ trẻ."
    ),
}
CLOSED = "Hơn 200 trường học ở Huế đóng cửa trong hai ngày."
HOW_MANY = "Bao nhiêu trường học ở Huế đóng cửa?"


def marking(*spans: str) -> SpanReader:
    """A span reader that is sure of these texts wherever they stand, and of nothing else."""
    scorer = ScriptedScorer(dict.fromkeys(spans, 12.0), dict.fromkeys(spans, 6.0))
    return SpanReader(scorer, fit_of(UNFITTED), passages=10, answer_tokens=40)


class ByQuestion:
    """Reads with the reader whose words the question holds."""

    def __init__(self, readers: dict[str, Reader]) -> None:
        self.readers = readers
        self.read_for: list[str] = []

    def read(
        self,
        question: Question,
        hits: Sequence[Hit],
        article_of: Callable[[str], Article],
        put: Callable[[Article, str], str] | None = None,
    ) -> Reading:
        self.read_for.append(question.standalone)
        chosen = next((reader for words, reader in self.readers.items() if words in question.standalone), None)
        return chosen.read(question, hits, article_of) if chosen else Reading((), 0.0)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    settings = load_settings(None, {"answer.reader": "sentences"})
    for name, text in NEWS.items():
        (tmp_path / f"{name}.md").write_text(f"---\ndate: 2020-10-06\n---\n{text}\n", encoding="utf-8")
    build([tmp_path / f"{name}.md" for name in NEWS], tmp_path / "library", settings, embedder=HashingEmbedder())
    with open_engine(tmp_path / "library", settings, embedder=HashingEmbedder()) as opened:
        # Whatever the shipped decision makes of a scripted network: it is asked, and overruled.
        opened.settings = with_answer(opened, threshold=0.0)
        yield opened


def with_answer(engine: Engine, **values: object) -> Settings:
    answer = engine.settings.answer.model_copy(update=values)
    return engine.settings.model_copy(update={"answer": answer})


def test_the_short_answer_is_the_span_and_the_claim_its_sentence(engine: Engine) -> None:
    engine.reader = marking("Hơn 200 trường học")
    answer = ask(engine, HOW_MANY)
    assert (answer.status, answer.short_answer) == ("answered", "Hơn 200 trường học")
    assert [claim.text for claim in answer.claims] == [CLOSED]
    assert [citation.quote for citation in answer.citations] == [CLOSED]
    assert answer.text == f"{CLOSED} [1]"
    assert {"read", "decide", "compose"} <= set(answer.timings_ms)


def test_each_part_of_a_question_is_asked_alone_and_what_is_missing_is_said(engine: Engine) -> None:
    question = "Bao nhiêu trường học ở Huế đóng cửa, và cầu thủ nào ghi bàn quyết định?"
    by_question = ByQuestion({"trường học": marking("Hơn 200 trường học"), "ghi bàn": marking("Nguyễn Quang Hải")})
    engine.reader = by_question
    answer = ask(engine, question, id="q")
    assert (answer.id, answer.question, answer.status) == ("q", question, "answered")
    assert by_question.read_for == [HOW_MANY, "Cầu thủ nào ghi bàn quyết định?"]
    assert answer.short_answer == "Hơn 200 trường học; Nguyễn Quang Hải"
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    assert [citation.source.rsplit("/", 1)[-1] for citation in answer.citations] == ["lũ.md", "bóng đá.md"]
    del by_question.readers["ghi bàn"]
    answer = ask(engine, question)
    assert answer.short_answer == "Hơn 200 trường học"
    assert any("Cầu thủ nào ghi bàn quyết định?" in note for note in answer.notes)
    del by_question.readers["trường học"]
    assert ask(engine, question).text.startswith(NOT_FOUND)
    assert by_question.read_for[-1] == question  # no part was answered: the whole is asked as it stands


BOTH = "Huế và Mỹ Đình có gì?"
IN_HUE, IN_MY_DINH = marking("Hơn 200 trường học"), marking("tỷ số 2-1")


def test_things_side_by_side_are_asked_of_one_by_one_where_no_sentence_names_all(engine: Engine) -> None:
    reader = engine.reader = ByQuestion({"Huế và": IN_HUE, "Huế": IN_HUE, "Mỹ Đình": IN_MY_DINH})
    answer = ask(engine, BOTH)
    assert reader.read_for == [BOTH, "Huế có gì?", "Mỹ Đình có gì?"]
    assert [claim.citations for claim in answer.claims] == [(1,), (2,)]
    # A sentence about one of them is no answer about both: the other's part is told to be missing.
    engine.reader = ByQuestion({"Huế và": IN_HUE, "Huế có": IN_HUE})
    engine.settings = with_answer(engine, threshold=0.01)
    answer = ask(engine, BOTH)
    assert [citation.quote for citation in answer.citations] == [CLOSED]
    assert any("Mỹ Đình có gì?" in note for note in answer.notes)
    # One about neither may be about both.
    engine.reader = ByQuestion({"Huế và": marking("tinh thần của các cầu thủ trẻ"), "Huế có": IN_HUE})
    answer = ask(engine, BOTH)
    assert [citation.quote for citation in answer.citations] != [CLOSED]
    assert answer.notes == ()


def test_one_sentence_that_names_all_is_not_asked_again(engine: Engine) -> None:
    question = "Việt Nam và Thái Lan có tỷ số nào?"
    reader = engine.reader = ByQuestion({"Việt Nam": IN_MY_DINH})
    ask(engine, question)
    assert reader.read_for == [question]


def test_one_value_out_of_several_is_told_with_those_of_the_others(engine: Engine) -> None:
    question = "Việt Nam và Thái Lan đá với ai?"
    thai, viet = marking("Thái Lan"), marking("Đội tuyển Việt Nam")
    engine.reader = ByQuestion({"Việt Nam và": thai, "Việt Nam": thai, "Thái Lan": viet})
    answer = ask(engine, question)
    assert answer.short_answer == "Việt Nam: Thái Lan; Thái Lan: Đội tuyển Việt Nam"
    # The same value of each, or another than all have together, says nothing more.
    engine.reader = ByQuestion({"Việt Nam": thai, "Thái Lan": thai})
    assert ask(engine, question).short_answer == "Thái Lan"
    engine.reader = ByQuestion({"Việt Nam và": marking("tỷ số 2-1"), "Việt Nam": thai, "Thái Lan": viet})
    assert "2-1" in str(ask(engine, question).short_answer)


def test_a_question_that_asks_again_says_that_it_may_be_answered_in_part(engine: Engine) -> None:
    engine.reader = marking("Nguyễn Quang Hải")
    assert ask(engine, "Cầu thủ nào ghi bàn và giá bao nhiêu?").notes == (PERHAPS_ONE,)
    assert ask(engine, "Cầu thủ nào ghi bàn?").notes == ()


def test_the_reader_may_put_the_passages_in_another_order(engine: Engine) -> None:
    hits = search(engine, HOW_MANY).hits
    evidence = marking("Hơn 200 trường học").read(understand(HOW_MANY), hits, engine.article).evidence
    engine.reader = ScriptedReader(Reading(evidence, 0.9, hits=hits[::-1]))
    assert len(hits) == 2
    assert ask(engine, HOW_MANY).hits == hits[::-1]
    engine.settings = with_answer(engine, rerank=False)
    assert ask(engine, HOW_MANY).hits == hits


def test_without_checks_the_readers_own_confidence_decides(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    evidence = marking("Hơn 200 trường học").read(understand(HOW_MANY), search(engine, HOW_MANY).hits, engine.article)
    engine.settings = with_answer(engine, check=False, threshold=0.6)
    monkeypatch.setattr(answering, "decide", lambda *_, **__: pytest.fail("decided"))
    for confidence, status in ((0.59, "not_found"), (0.6, "answered")):
        engine.reader = ScriptedReader(replace(evidence, confidence=confidence))
        answer = ask(engine, HOW_MANY)
        assert (answer.status, answer.confidence) == (status, confidence)


def decided(monkeypatch: pytest.MonkeyPatch, engine: Engine, decision: Decision) -> Answer:
    engine.reader = marking("Hơn 200 trường học")
    engine.settings = with_answer(engine, threshold=0.5)
    monkeypatch.setattr(answering, "decide", lambda *_, **__: decision)
    return ask(engine, HOW_MANY)


def test_the_decision_says_whether_there_is_an_answer_and_why_not(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    evidence = (
        marking("Hơn 200 trường học").read(understand(HOW_MANY), search(engine, HOW_MANY).hits, engine.article).evidence
    )
    answer = decided(monkeypatch, engine, Decision(0.7, "answered", evidence))
    assert (answer.short_answer, answer.confidence) == ("Hơn 200 trường học", 0.7)
    # Contrary evidence that did not win is no reason to say nothing.
    answer = decided(monkeypatch, engine, Decision(0.7, "answered", evidence, (), evidence))
    assert answer.short_answer == "Hơn 200 trường học"
    answer = decided(monkeypatch, engine, Decision(0.3, "not_stated", evidence))
    assert (answer.text, answer.citations) == (f"{NOT_FOUND} {NOT_STATED}", ())
    # However small or large the probability, what was found is related or is not.
    answer = decided(monkeypatch, engine, Decision(0.05, "not_stated", evidence))
    assert answer.text == f"{NOT_FOUND} {NOT_STATED}"
    # Nor is it answered, however sure the first piece is.
    answer = decided(monkeypatch, engine, Decision(0.9, "not_stated", evidence))
    assert (answer.status, answer.text) == ("not_found", f"{NOT_FOUND} {NOT_STATED}")
    answer = decided(monkeypatch, engine, Decision(0.4, "nothing_relevant", evidence))
    assert answer.text == f"{NOT_FOUND} {NOTHING_NEAR}"
    answer = decided(monkeypatch, engine, Decision(0.3, "premise_contradicted", evidence, (), evidence))
    assert (answer.status, answer.text) == ("not_found", f"{NOT_FOUND} {CONTRADICTED}")
    assert any(f"“{CLOSED}”" in note and "6/10/2020" in note for note in answer.notes)


def test_a_time_of_which_the_library_has_nothing_is_said(engine: Engine) -> None:
    engine.reader = ScriptedReader(Reading((), 0.0))
    answer = ask(engine, "Tháng 3 năm 2015 bao nhiêu trường học ở Huế đóng cửa?")
    assert (answer.status, answer.text) == ("not_found", f"{NOT_FOUND} {OUTSIDE_DATES}")
    assert answer.hits


# ---- the real models, over the seeds ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def seeds(seeds_library: Path) -> Iterator[Engine]:
    with open_engine(seeds_library) as opened:
        yield opened


@pytest.mark.model
@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Ba Lan đề xuất cung cấp gì cho Ukraine?", "hàng chục ngàn quả đạn"),
        ("ba lan de xuat cung cap gi cho ukraine", "hàng chục ngàn quả đạn"),
        ("Tính từ năm 2014, Ukraine đã nhận được tổng cộng bao nhiêu viện trợ quân sự?", "2,7 tỷ USD"),
        ("Thủ tướng Anh đến thủ đô của Ukraine để gặp ai?", "Zelenskiy"),
    ],
)
def test_a_clear_question_has_a_short_answer_out_of_one_cited_sentence(seeds: Engine, question: str, said: str) -> None:
    answer = ask(seeds, question)
    assert answer.status == "answered"
    short = answer.short_answer or ""
    assert said in short[:1].lower() + short[1:]
    first = answer.citations[0]
    assert said in first.quote
    assert len(short) < len(first.quote) / 2
    assert seeds.article(first.article_id).text[first.start : first.end] == first.quote


@pytest.mark.model
def test_several_things_asked_are_all_answered(seeds: Engine) -> None:
    answer = ask(seeds, "Ba Lan đề xuất cung cấp gì cho Ukraine, và Thủ tướng Anh đến thủ đô của Ukraine để gặp ai?")
    assert answer.status == "answered"
    assert "hàng chục ngàn quả đạn" in answer.text
    assert "Zelenskiy" in answer.text
    assert all(claim.citations for claim in answer.claims)


@pytest.mark.model
@pytest.mark.parametrize(
    "question",
    ["Giá vàng SJC ở Cần Thơ hôm nay bao nhiêu một lượng?", "Ai vô địch giải quần vợt Wimbledon năm 1998?"],
)
def test_what_the_sources_do_not_speak_of_is_not_answered(seeds: Engine, question: str) -> None:
    answer = ask(seeds, question)
    assert (answer.status, answer.short_answer, answer.citations) == ("not_found", None, ())
    assert answer.text.startswith(NOT_FOUND)


@pytest.mark.model
def test_a_follow_up_is_answered_as_the_full_question_it_stands_for(seeds: Engine) -> None:
    earlier = "Cuộc gặp gần đây nhất của hai bộ trưởng quốc phòng Nga và Anh diễn ra ở đâu?"
    answer = ask(seeds, "Vào năm nào?", history=[earlier], answers=["London"])
    assert answer.understood_as is not None
    assert "Nga và Anh" in answer.understood_as
    assert "2013" in (answer.short_answer or "")
    assert "năm 2013" in answer.citations[0].quote
